//! The first shapes of the System Log's table, and what other parts of the cache ask of it. Today's table stands in `log`.

use crate::Result;
use crate::log::{list, row, row::ROW};
use domain::{DeviceId, LogEvent, LogField, SnapshotId, UserId};
use rusqlite::{Connection, params};

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

/// The latest events about a device that were known in a snapshot, newest first.
pub(crate) fn about_device(
    connection: &Connection,
    device: &DeviceId,
    at: SnapshotId,
    limit: usize,
) -> Result<Vec<LogEvent>> {
    list::with(connection, at, LogField::Device, device.as_str(), "", limit)
}

/// The latest events about a person that were known in a snapshot, newest first.
pub(crate) fn about_user(
    connection: &Connection,
    user: &UserId,
    at: SnapshotId,
    limit: usize,
) -> Result<Vec<LogEvent>> {
    list::with(connection, at, LogField::User, user.as_str(), "", limit)
}

/// The latest events that tell of a person's risk, newest first.
pub(crate) fn of_risk(
    connection: &Connection,
    user: &UserId,
    at: SnapshotId,
    limit: usize,
) -> Result<Vec<LogEvent>> {
    let sql = format!(
        "SELECT {ROW} FROM log_event e INDEXED BY log_event_risk
         WHERE e.user = ?1 AND e.risk_level IS NOT NULL AND e.run <= ?2 ORDER BY e.id DESC LIMIT ?3"
    );
    Ok(row::events(connection, &sql, params![user.as_str(), at.0, limit])?)
}

/// What was told of people's risk by events that came after a snapshot, oldest first.
pub(crate) fn of_risk_after(connection: &Connection, snapshot: i64) -> Result<Vec<LogEvent>> {
    let sql = format!(
        "SELECT {ROW} FROM log_event e INDEXED BY log_event_risk_run
         WHERE e.run > ?1 AND e.risk_level IS NOT NULL AND e.user IS NOT NULL ORDER BY e.id"
    );
    Ok(row::events(connection, &sql, [snapshot])?)
}
