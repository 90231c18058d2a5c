//! What was known of the System Log in a snapshot: the events about one device or one person, those about the platforms'
//! set-up, and one event whole.

use crate::log_event::{self, ROW};
use crate::raw::{self, RawRef};
use crate::{Result, Store};
use domain::{DeviceId, LogEvent, SnapshotId, Timestamp, UserId};
use rusqlite::{OptionalExtension, params};

/// Changes of how devices are managed are few among millions of events.
pub(crate) const V1: &str = "
    CREATE INDEX log_event_platform ON log_event (published)
        WHERE event_type >= 'device.platform.' AND event_type < 'device.platform/';
";

/// The same words as the index has: only then is it used.
const PLATFORM: &str = "event_type >= 'device.platform.' AND event_type < 'device.platform/'";

impl Store {
    /// The latest events about a device, newest first.
    pub fn events_about_device(&self, at: SnapshotId, id: &DeviceId, limit: usize) -> Result<Vec<LogEvent>> {
        Ok(log_event::about_device(&*self.reader()?, id, at, limit)?)
    }

    /// The latest events about a person in which no device took part, newest first.
    pub fn events_about_person(&self, at: SnapshotId, id: &UserId, limit: usize) -> Result<Vec<LogEvent>> {
        let which = "user = ?1 AND device IS NULL AND run <= ?2 ORDER BY published DESC, id DESC LIMIT ?3";
        self.events(which, params![id.as_str(), at.0, limit])
    }

    /// The latest changes of how the org manages its devices (`device.platform.…`), newest first.
    pub fn platform_events(&self, at: SnapshotId, limit: usize) -> Result<Vec<LogEvent>> {
        let which = format!("{PLATFORM} AND run <= ?1 ORDER BY published DESC, id DESC LIMIT ?2");
        self.events(&which, params![at.0, limit])
    }

    fn events(&self, which: &str, values: impl rusqlite::Params) -> Result<Vec<LogEvent>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(&format!("SELECT {ROW} FROM log_event WHERE {which}"))?;
        let rows = statement.query_map(values, log_event::read_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// From when on every event is known; of some kinds older ones are. `None` while the log was not read.
    pub fn log_begins(&self, at: SnapshotId) -> Result<Option<Timestamp>> {
        let sql = format!(
            "SELECT published FROM log_event WHERE run <= ?1 AND risk_level IS NULL AND NOT ({PLATFORM})
             ORDER BY published LIMIT 1"
        );
        let reader = self.reader()?;
        let first =
            reader.prepare_cached(&sql)?.query_row([at.0], |row| row.get(0).map(Timestamp)).optional()?;
        Ok(first)
    }

    /// One event as the org sent it, if it was known in the snapshot.
    pub fn raw_event(&self, at: SnapshotId, uuid: &str) -> Result<Option<String>> {
        let reader = self.reader()?;
        let found = reader
            .prepare_cached("SELECT raw, raw_at, raw_len FROM log_event WHERE uuid = ?1 AND run <= ?2")?
            .query_row(params![uuid, at.0], |row| {
                Ok(RawRef { batch: row.get(0)?, at: row.get(1)?, len: row.get(2)? })
            })
            .optional()?;
        found.map(|found| raw::read(&reader, found)).transpose()
    }

    /// The snapshot that was in force at a time: the last one completed by then.
    pub fn in_force(&self, time: Timestamp) -> Result<Option<SnapshotId>> {
        let sql = "SELECT id FROM run WHERE finished <= ?1 ORDER BY finished DESC, id DESC LIMIT 1";
        let reader = self.reader()?;
        let id =
            reader.prepare_cached(sql)?.query_row([time.0], |row| row.get(0).map(SnapshotId)).optional()?;
        Ok(id)
    }
}
