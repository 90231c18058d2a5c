//! What the log told since the newest snapshot, and no snapshot shows yet.

use super::Run;
use crate::{Result, log_event, snapshot};
use domain::LogEvent;

impl Run {
    /// Events since the newest snapshot that tell of people's risk, oldest first: of this run, and of runs that were
    /// discarded, for events outlive them.
    pub fn risk_events(&mut self) -> Result<Vec<LogEvent>> {
        self.flush()?;
        let writer = self.store.pool.writer();
        let newest = snapshot::latest(&writer)?.map_or(0, |newest| newest.0);
        log_event::of_risk_after(&writer, newest)
    }
}
