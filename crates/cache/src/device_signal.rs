//! What log events say of devices, source by source. A reading belongs to its event: like it, it is a fact about the past,
//! added and never changed, and a snapshot shows those that were known then. The values repeat from device to device, so
//! each set of them is kept once.

use crate::log::symbols::unpacked;
use crate::{Result, Store};
use domain::{LogEvent, Reading, Signal, SnapshotId, Timestamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::collections::HashSet;

/// `event` is the event's row id. Within a device and a source the newest reading is found at one place.
pub(crate) const V1: &str = "
    CREATE TABLE signal_values (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE device_signal (
        device TEXT NOT NULL,
        source TEXT NOT NULL,
        at INTEGER NOT NULL,
        event INTEGER NOT NULL,
        run INTEGER NOT NULL,
        signal_values INTEGER NOT NULL,
        PRIMARY KEY (device, source, at, event)
    ) STRICT, WITHOUT ROWID;
";

/// A source leaves out what did not change, so its older readings are looked at too, as far back as this.
const READINGS: usize = 20;
/// A device of more sources than this is somebody's joke.
const SOURCES: usize = 64;

/// Writes what events say.
pub(crate) struct SignalWriter<'c> {
    insert: CachedStatement<'c>,
    find: CachedStatement<'c>,
    add: CachedStatement<'c>,
}

impl<'c> SignalWriter<'c> {
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            insert: connection.prepare_cached(
                "INSERT OR REPLACE INTO device_signal (device, source, at, event, run, signal_values)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?,
            find: connection.prepare_cached("SELECT id FROM signal_values WHERE text = ?1")?,
            add: connection.prepare_cached("INSERT INTO signal_values (text) VALUES (?1)")?,
        })
    }

    /// Keeps the readings of an event that was stored as row `id`.
    pub fn write(&mut self, event: &LogEvent, id: i64, run: i64) -> Result<()> {
        let Some(device) = &event.device else { return Ok(()) };
        for Reading { source, values } in event.readings.iter().take(SOURCES) {
            let text = serde_json::to_string(values).map_err(std::io::Error::from)?;
            let known = self.find.query_row([&text], |row| row.get(0)).optional()?;
            let values: i64 = match known {
                Some(id) => id,
                None => self.add.insert([&text])?,
            };
            self.insert.execute(params![device.as_str(), source, event.published.0, id, run, values])?;
        }
        Ok(())
    }
}

impl Store {
    /// The newest value of each name from each source that was known of a device in a snapshot, newest source first. A
    /// source that was named without values has one signal without a name.
    pub fn signals(&self, snapshot: SnapshotId, device: &domain::DeviceId) -> Result<Vec<Signal>> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut signals = Vec::new();
        for source in sources(&reader, device.as_str())? {
            of_source(&reader, snapshot, device.as_str(), &source, &mut signals)?;
        }
        Ok(signals)
    }
}

/// The sources of a device, found by leaps from one to the next.
fn sources(connection: &Connection, device: &str) -> Result<Vec<Box<str>>> {
    let mut next = connection.prepare_cached(
        "SELECT source FROM device_signal WHERE device = ?1 AND source > ?2 ORDER BY source LIMIT 1",
    )?;
    let mut sources: Vec<Box<str>> = Vec::new();
    while sources.len() < SOURCES {
        let last = sources.last().map_or("", |source| source);
        match next.query_row(params![device, last], |row| row.get(0)).optional()? {
            Some(source) => sources.push(source),
            None => break,
        }
    }
    Ok(sources)
}

fn of_source(
    connection: &Connection,
    snapshot: SnapshotId,
    device: &str,
    source: &str,
    signals: &mut Vec<Signal>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT s.at, v.text, e.uuid FROM device_signal s JOIN signal_values v ON v.id = s.signal_values
            JOIN log_event e ON e.id = s.event
         WHERE s.device = ?1 AND s.source = ?2 AND s.run <= ?3 ORDER BY s.at DESC, s.event DESC LIMIT ?4",
    )?;
    let mut rows = statement.query(params![device, source, snapshot.0, READINGS])?;
    let mut told = HashSet::new();
    let mut silent = None;
    while let Some(row) = rows.next()? {
        let observed = Timestamp(row.get(0)?);
        let event = unpacked(row.get_ref(2)?)?.unwrap_or_default();
        let text: String = row.get(1)?;
        let values: Vec<(Box<str>, Box<str>)> = serde_json::from_str(&text).map_err(std::io::Error::from)?;
        let signal = |name: Box<str>, value: Box<str>| Signal {
            source: source.into(),
            name,
            value,
            observed,
            event: event.clone(),
        };
        if values.is_empty() && told.is_empty() && silent.is_none() {
            silent = Some(signal("".into(), "".into()));
        }
        for (name, value) in values {
            if told.insert(name.clone()) {
                signals.push(signal(name, value));
            }
        }
    }
    signals.extend(silent);
    Ok(())
}
