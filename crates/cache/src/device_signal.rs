//! What log events say of devices, source by source. A reading belongs to its event: like it, it is a fact about the past,
//! added and never changed, and a snapshot shows those that were known then. The values repeat from device to device, so
//! each set of them is kept once. Readings lie in the order of their events, and the log's index finds those of a device.

use crate::log::symbols::unpacked;
use crate::log::{place, terms};
use crate::{Result, Store};
use domain::{LogEvent, Reading, Signal, SnapshotId};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::collections::{HashMap, HashSet};

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

/// Before it, readings lay in the order of devices: each new one fell at a random place, and a large sync spent most of its time on
/// writing those places. It comes after events have their new numbers, and before the index is filled.
pub(crate) const V6: &str = "
    CREATE TABLE log_signal (
        event INTEGER NOT NULL,
        source TEXT NOT NULL,
        signal_values INTEGER NOT NULL,
        PRIMARY KEY (event, source)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE signal_source (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    INSERT INTO log_signal (event, source, signal_values)
    SELECT m.new, s.source, s.signal_values FROM device_signal s JOIN log_moved m ON m.old = s.event ORDER BY m.new, s.source;
    INSERT INTO signal_source (name) SELECT DISTINCT source FROM log_signal;
    DROP TABLE device_signal;
";

/// A source leaves out what did not change, so its older readings are looked at too, as far back as this.
const READINGS: usize = 20;
/// A device of more sources than this is somebody's joke, and an org of more than four times as many.
pub(crate) const SOURCES: usize = 64;

/// A name with its value.
type Value = (Box<str>, Box<str>);

/// Writes what events say. They should come in the order of their numbers.
pub(crate) struct SignalWriter<'c> {
    insert: CachedStatement<'c>,
    find: CachedStatement<'c>,
    add: CachedStatement<'c>,
    name: CachedStatement<'c>,
    known: HashMap<Vec<Value>, i64>,
    named: HashSet<Box<str>>,
}

impl<'c> SignalWriter<'c> {
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            insert: connection.prepare_cached(
                "INSERT OR REPLACE INTO log_signal (event, source, signal_values) VALUES (?1, ?2, ?3)",
            )?,
            find: connection.prepare_cached("SELECT id FROM signal_values WHERE text = ?1")?,
            add: connection.prepare_cached("INSERT INTO signal_values (text) VALUES (?1)")?,
            name: connection.prepare_cached("INSERT OR IGNORE INTO signal_source (name) VALUES (?1)")?,
            known: HashMap::new(),
            named: HashSet::new(),
        })
    }

    /// Keeps the readings of an event that was stored as row `id`.
    pub fn write(&mut self, event: &LogEvent, id: i64) -> Result<()> {
        if event.device.is_none() {
            return Ok(());
        }
        for Reading { source, values } in event.readings.iter().take(SOURCES) {
            let values = self.number(values)?;
            self.insert.execute(params![id, source, values])?;
            if !self.named.contains(source) {
                self.name.execute([source])?;
                self.named.insert(source.clone());
            }
        }
        Ok(())
    }

    fn number(&mut self, values: &[Value]) -> Result<i64> {
        if let Some(id) = self.known.get(values) {
            return Ok(*id);
        }
        let text = serde_json::to_string(values).map_err(std::io::Error::from)?;
        let id = match self.find.query_row([&text], |row| row.get(0)).optional()? {
            Some(id) => id,
            None => self.add.insert([&text])?,
        };
        self.known.insert(values.to_vec(), id);
        Ok(id)
    }
}

impl Store {
    /// The newest value of each name from each source that was known of a device in a snapshot, source by source. A
    /// source that was named without values has one signal without a name.
    pub fn signals(&self, snapshot: SnapshotId, device: &domain::DeviceId) -> Result<Vec<Signal>> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut signals = Vec::new();
        for source in sources(&reader)? {
            of_source(&reader, snapshot, device.as_str(), &source, &mut signals)?;
        }
        Ok(signals)
    }
}

/// The sources that any event named.
fn sources(connection: &Connection) -> Result<Vec<Box<str>>> {
    let mut all = connection.prepare_cached("SELECT name FROM signal_source ORDER BY name LIMIT ?1")?;
    let rows = all.query_map([4 * SOURCES], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn of_source(
    connection: &Connection,
    snapshot: SnapshotId,
    device: &str,
    source: &str,
    signals: &mut Vec<Signal>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT e.id, v.text, e.uuid FROM log_index i CROSS JOIN log_event e ON e.id = i.rowid
            CROSS JOIN log_signal s ON s.event = e.id AND s.source = ?3
            CROSS JOIN signal_values v ON v.id = s.signal_values
         WHERE i.log_index MATCH ?1 AND e.device = ?2 AND e.run <= ?4 ORDER BY i.rowid DESC LIMIT ?5",
    )?;
    let expression = format!("\"{}\"", terms::signal(source, device));
    let mut rows = statement.query(params![expression, device, source, snapshot.0, READINGS])?;
    let mut told = HashSet::new();
    let mut silent = None;
    while let Some(row) = rows.next()? {
        let observed = place::time(row.get(0)?);
        let event = unpacked(row.get_ref(2)?)?.unwrap_or_default();
        let text: String = row.get(1)?;
        let values: Vec<Value> = serde_json::from_str(&text).map_err(std::io::Error::from)?;
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
