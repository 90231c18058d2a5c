//! The few events that tell of risk, with what they say of it, beside the log: the queue, the report and the ladders ask for
//! all of them at once, and the events' JSON lies scattered over millions of others. Each is read once, after the sync that
//! brought it. Whoever calls reads the JSON; this only keeps what was read.

use crate::log::place::Range;
use crate::log::{condition, list};
use crate::triage_texts as texts;
use crate::{Result, Store, snapshot};
use domain::{
    DeviceId, LogCondition, LogEvent, LogField, LogFilter, RiskLevel, SnapshotId, Timestamp, UserId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// An event is known by its `uuid`, which stays the same however the log is laid out. `run` is the run that brought it.
pub(crate) const V6: &str = "
    CREATE TABLE risk_event (
        uuid TEXT PRIMARY KEY,
        run INTEGER NOT NULL,
        published INTEGER NOT NULL,
        event_type TEXT NOT NULL,
        user TEXT,
        device TEXT,
        session TEXT,
        ip TEXT,
        actor TEXT,
        outcome TEXT,
        level TEXT,
        previous TEXT,
        detection TEXT,
        reasons TEXT NOT NULL,
        issuer TEXT,
        said TEXT NOT NULL,
        rule TEXT,
        about TEXT,
        label TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX risk_event_type ON risk_event (event_type, published);
    CREATE INDEX risk_event_user ON risk_event (user, published) WHERE user IS NOT NULL;
    CREATE TABLE risk_event_mark (one INTEGER PRIMARY KEY CHECK (one = 1), run INTEGER NOT NULL) STRICT;
";

/// One event that tells of risk, of what a policy made of it, or of what somebody held it to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskEvent {
    pub uuid: Box<str>,
    pub published: Timestamp,
    pub event_type: Box<str>,
    pub user: Option<UserId>,
    pub device: Option<DeviceId>,
    pub session: Option<Box<str>>,
    pub ip: Option<Box<str>>,
    /// Who did it, by name.
    pub actor: Option<Box<str>>,
    pub outcome: Option<Box<str>>,
    pub level: Option<RiskLevel>,
    pub previous: Option<RiskLevel>,
    pub detection: Option<Box<str>>,
    pub reasons: Vec<Box<str>>,
    pub issuer: Option<Box<str>>,
    /// The text that the risk was read from.
    pub said: Box<str>,
    /// The policy rule that matched, by id.
    pub rule: Option<Box<str>>,
    /// For feedback: the event that was judged, and as what.
    pub about: Option<Box<str>>,
    pub label: Option<Box<str>>,
}

const COLUMNS: &str =
    "uuid, published, event_type, user, device, session, ip, actor, outcome, level, previous, detection,
    reasons, issuer, said, rule, about, label";

fn read_row(row: &Row<'_>) -> rusqlite::Result<RiskEvent> {
    let level = |at: usize| -> rusqlite::Result<Option<RiskLevel>> {
        Ok(row.get_ref(at)?.as_str_or_null()?.map(RiskLevel::from))
    };
    let reasons = row.get_ref(12)?.as_str()?;
    Ok(RiskEvent {
        uuid: row.get(0)?,
        published: Timestamp(row.get(1)?),
        event_type: row.get(2)?,
        user: row.get::<_, Option<Box<str>>>(3)?.map(UserId),
        device: row.get::<_, Option<Box<str>>>(4)?.map(DeviceId),
        session: row.get(5)?,
        ip: row.get(6)?,
        actor: row.get(7)?,
        outcome: row.get(8)?,
        level: level(9)?,
        previous: level(10)?,
        detection: row.get(11)?,
        reasons: serde_json::from_str::<Vec<Box<str>>>(reasons).unwrap_or_default(),
        issuer: row.get(13)?,
        said: row.get(14)?,
        rule: row.get(15)?,
        about: row.get(16)?,
        label: row.get(17)?,
    })
}

impl Store {
    /// Takes in the events of some types that syncs brought since the last time, up to the newest snapshot. `read` makes of an
    /// event and its JSON what is kept of it. Returns how many there were.
    pub fn take_in_risk_events(
        &self,
        types: &[&str],
        mut read: impl FnMut(LogEvent, &str) -> RiskEvent,
    ) -> Result<usize> {
        let reader = self.reader()?;
        let newest = snapshot::latest(&reader)?.map_or(0, |newest| newest.0);
        let mark = mark(&reader)?;
        if mark >= newest {
            return Ok(0);
        }
        let events = new_ones(&reader, types, mark, newest)?;
        let ids: Vec<i64> = events.iter().map(|(id, _)| *id).collect();
        let mut events: Vec<Option<LogEvent>> = events.into_iter().map(|(_, event)| Some(event)).collect();
        let mut taken = Vec::new();
        texts::each(&reader, &ids, |place, run, raw| {
            taken.extend(events[place].take().map(|event| (read(event, raw), run)));
        })?;
        drop(reader);
        let mut writer = self.writer();
        let transaction = writer.transaction()?;
        for (event, run) in &taken {
            write(&transaction, event, *run)?;
        }
        transaction
            .prepare_cached("INSERT OR REPLACE INTO risk_event_mark (one, run) VALUES (1, ?1)")?
            .execute([newest])?;
        transaction.commit()?;
        Ok(taken.len())
    }

    /// The events of some types from a moment on that were known in a snapshot, oldest first.
    pub fn risk_events(&self, at: SnapshotId, types: &[&str], since: Timestamp) -> Result<Vec<RiskEvent>> {
        let reader = self.reader()?;
        let places = vec!["?"; types.len()].join(", ");
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM risk_event WHERE event_type IN ({places}) AND published >= ? AND run <= ?
             ORDER BY published, uuid"
        ))?;
        let types = types.iter().map(|kind| rusqlite::types::Value::from((*kind).to_owned()));
        let rest = [since.0, at.0].map(rusqlite::types::Value::from);
        let rows = statement.query_map(rusqlite::params_from_iter(types.chain(rest)), read_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn mark(connection: &Connection) -> Result<i64> {
    let mut statement = connection.prepare_cached("SELECT run FROM risk_event_mark")?;
    Ok(statement.query_row([], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Every event of some types that runs after `mark` and up to `newest` brought. A late one may stand anywhere in the log.
fn new_ones(connection: &Connection, types: &[&str], mark: i64, newest: i64) -> Result<Vec<(i64, LogEvent)>> {
    let first: Option<i64> = connection
        .prepare_cached("SELECT min(first) FROM log_chunk WHERE run > ?1 AND run <= ?2")?
        .query_row([mark, newest], |row| row.get(0))?;
    let Some(from) = first else { return Ok(Vec::new()) };
    let values = types.iter().map(|kind| (*kind).to_owned()).collect();
    let condition = LogCondition { field: LogField::EventType, values, exclude: false, on: true };
    let filter = LogFilter { conditions: vec![condition], ..LogFilter::default() };
    let ask = condition::ask(connection, &filter)?;
    let range = Range { from, ..Range::ALL };
    list::found(connection, SnapshotId(newest), &ask, range, &format!("AND e.run > {mark}"), usize::MAX)
}

fn write(connection: &Connection, event: &RiskEvent, run: i64) -> Result<()> {
    let reasons = serde_json::to_string(&event.reasons).unwrap_or_else(|_| "[]".to_owned());
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO risk_event (run, uuid, published, event_type, user, device, session, ip, actor, outcome,
                level, previous, detection, reasons, issuer, said, rule, about, label)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
        )?
        .execute(params![
            run,
            event.uuid,
            event.published.0,
            event.event_type,
            event.user.as_ref().map(UserId::as_str),
            event.device.as_ref().map(DeviceId::as_str),
            event.session,
            event.ip,
            event.actor,
            event.outcome,
            event.level.as_ref().map(RiskLevel::as_str),
            event.previous.as_ref().map(RiskLevel::as_str),
            event.detection,
            reasons,
            event.issuer,
            event.said,
            event.rule,
            event.about,
            event.label,
        ])?;
    Ok(())
}
