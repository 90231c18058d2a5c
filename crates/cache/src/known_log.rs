//! What was known of the System Log in a snapshot: the events about one device or one person, and those about the platforms'
//! set-up.

use crate::log::list;
use crate::{Result, Store, log_event};
use domain::{DeviceId, LogEvent, LogField, SnapshotId, Timestamp, UserId};
use rusqlite::OptionalExtension;

/// Changes of how devices are managed are few among millions of events. (Today the index of the log's values finds them.)
pub(crate) const V1: &str = "
    CREATE INDEX log_event_platform ON log_event (published)
        WHERE event_type >= 'device.platform.' AND event_type < 'device.platform/';
";

impl Store {
    /// The latest events about a device, newest first.
    pub fn events_about_device(&self, at: SnapshotId, id: &DeviceId, limit: usize) -> Result<Vec<LogEvent>> {
        log_event::about_device(&*self.reader()?, id, at, limit)
    }

    /// The latest events about a person in which no device took part, newest first.
    pub fn events_about_person(&self, at: SnapshotId, id: &UserId, limit: usize) -> Result<Vec<LogEvent>> {
        let alone = "AND e.device IS NULL";
        list::with(&*self.reader()?, at, LogField::User, id.as_str(), alone, limit)
    }

    /// The latest changes of how the org manages its devices (`device.platform.…`), newest first.
    pub fn platform_events(&self, at: SnapshotId, limit: usize) -> Result<Vec<LogEvent>> {
        list::with(&*self.reader()?, at, LogField::EventType, "device.platform.*", "", limit)
    }

    /// From when on every event is known; of some kinds older ones are. `None` while the log was not read.
    pub fn log_begins(&self, at: SnapshotId) -> Result<Option<Timestamp>> {
        list::begins(&*self.reader()?, at)
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
