//! The System Log as far as it was fetched. Events are facts about the past: they are added, never changed or closed, and
//! one that comes twice is stored once.

use crate::raw::RawRef;
use domain::{DeviceId, LogEvent, RiskLevel, SnapshotId, Timestamp, UserId};
use rusqlite::{CachedStatement, Connection, Result, Row, params};

/// `run` is the run that brought the event, so that a screen of one snapshot can show the log as it was known then.
pub(crate) const V1: &str = "
    CREATE TABLE log_event (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL,
        uuid TEXT NOT NULL UNIQUE,
        raw INTEGER NOT NULL,
        raw_at INTEGER NOT NULL,
        raw_len INTEGER NOT NULL,
        published INTEGER NOT NULL,
        event_type TEXT NOT NULL,
        severity TEXT,
        message TEXT,
        outcome TEXT,
        reason TEXT,
        actor_id TEXT,
        actor_name TEXT,
        user TEXT,
        device TEXT,
        risk_level TEXT
    ) STRICT;
    CREATE INDEX log_event_published ON log_event (published);
    CREATE INDEX log_event_device ON log_event (device, published) WHERE device IS NOT NULL;
    CREATE INDEX log_event_user ON log_event (user, published) WHERE user IS NOT NULL;
";

/// For counting what each run brought.
pub(crate) const V2: &str = "
    CREATE INDEX log_event_run ON log_event (run);
";

/// What tells sessions apart, and an index for the few events that tell of risk. Events that came before have neither session
/// nor address: their JSON is not read again.
pub(crate) const V3: &str = "
    ALTER TABLE log_event ADD COLUMN session TEXT;
    ALTER TABLE log_event ADD COLUMN ip TEXT;
    ALTER TABLE log_event ADD COLUMN app TEXT;
    CREATE INDEX log_event_risk ON log_event (user, published) WHERE risk_level IS NOT NULL;
";

pub(crate) const ROW: &str =
    "uuid, published, event_type, severity, message, outcome, reason, actor_id, actor_name, user, device,
    risk_level, session, ip, app";

pub(crate) fn read_row(row: &Row<'_>) -> Result<LogEvent> {
    Ok(LogEvent {
        uuid: row.get(0)?,
        published: Timestamp(row.get(1)?),
        event_type: row.get(2)?,
        severity: row.get(3)?,
        message: row.get(4)?,
        outcome: row.get(5)?,
        reason: row.get(6)?,
        actor_id: row.get(7)?,
        actor_name: row.get(8)?,
        user: row.get::<_, Option<Box<str>>>(9)?.map(UserId),
        device: row.get::<_, Option<Box<str>>>(10)?.map(DeviceId),
        risk_level: row.get::<_, Option<Box<str>>>(11)?.as_deref().map(RiskLevel::from),
        readings: Vec::new(),
        session: row.get(12)?,
        root_session: None,
        transaction: None,
        trace: None,
        ip: row.get(13)?,
        app: row.get(14)?,
    })
}

/// The latest events about a device that were known in a snapshot, newest first.
pub(crate) fn about_device(
    connection: &Connection,
    device: &DeviceId,
    at: SnapshotId,
    limit: usize,
) -> Result<Vec<LogEvent>> {
    let sql = format!(
        "SELECT {ROW} FROM log_event WHERE device = ?1 AND run <= ?2 ORDER BY published DESC, id DESC LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![device.as_str(), at.0, limit], read_row)?;
    rows.collect()
}

/// The latest events about a person that were known in a snapshot, newest first.
pub(crate) fn about_user(
    connection: &Connection,
    user: &UserId,
    at: SnapshotId,
    limit: usize,
) -> Result<Vec<LogEvent>> {
    let sql = format!(
        "SELECT {ROW} FROM log_event WHERE user = ?1 AND run <= ?2 ORDER BY published DESC, id DESC LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![user.as_str(), at.0, limit], read_row)?;
    rows.collect()
}

/// The latest events that tell of a person's risk, newest first.
pub(crate) fn of_risk(
    connection: &Connection,
    user: &UserId,
    at: SnapshotId,
    limit: usize,
) -> Result<Vec<LogEvent>> {
    let sql = format!(
        "SELECT {ROW} FROM log_event WHERE user = ?1 AND risk_level IS NOT NULL AND run <= ?2
         ORDER BY published DESC, id DESC LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![user.as_str(), at.0, limit], read_row)?;
    rows.collect()
}

/// What was told of people's risk by events that came after a snapshot, oldest first.
pub(crate) fn of_risk_after(connection: &Connection, snapshot: i64) -> Result<Vec<LogEvent>> {
    let sql = format!(
        "SELECT {ROW} FROM log_event WHERE run > ?1 AND risk_level IS NOT NULL AND user IS NOT NULL
         ORDER BY published, id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([snapshot], read_row)?;
    rows.collect()
}

/// Adds events.
pub(crate) struct LogWriter<'c> {
    find: CachedStatement<'c>,
    insert: CachedStatement<'c>,
}

impl<'c> LogWriter<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        let find = connection.prepare_cached("SELECT 1 FROM log_event WHERE uuid = ?1")?;
        let insert = connection.prepare_cached(
            "INSERT INTO log_event (run, uuid, raw, raw_at, raw_len, published, event_type, severity, message, outcome,
                reason, actor_id, actor_name, user, device, risk_level, session, ip, app)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
        )?;
        Ok(Self { find, insert })
    }

    pub fn known(&mut self, uuid: &str) -> Result<bool> {
        self.find.exists([uuid])
    }

    /// Writes an event and answers its row id.
    pub fn write(&mut self, event: &LogEvent, run: i64, raw: RawRef) -> Result<i64> {
        self.insert.insert(params![
            run,
            event.uuid,
            raw.batch,
            raw.at,
            raw.len,
            event.published.0,
            event.event_type,
            event.severity,
            event.message,
            event.outcome,
            event.reason,
            event.actor_id,
            event.actor_name,
            event.user.as_ref().map(UserId::as_str),
            event.device.as_ref().map(DeviceId::as_str),
            event.risk_level.as_ref().map(RiskLevel::as_str),
            event.session,
            event.ip,
            event.app,
        ])
    }
}
