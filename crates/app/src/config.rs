//! What the core is told when it is made: where its data lies, which clock it keeps, and when it syncs by itself.

use crate::{clock::Clock, host::Host};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// The core's settings.
#[derive(Clone)]
pub struct Config {
    /// The folder of all caches; made when the first one is.
    pub data: PathBuf,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What only the outside has.
    pub host: Arc<dyn Host>,
    /// When syncs start by themselves.
    pub timing: Timing,
    /// What one call to an org may spend.
    pub client: okta_client::Settings,
}

/// When syncs start by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// So long after an org was opened, so that its rows are on the screen before the network is touched. `None`: no sync
    /// starts unless it is asked for.
    pub first: Option<Duration>,
    /// So long after the end of one sync the next one starts.
    pub every: Duration,
    /// A sync that can't reach the org is tried again after this, then after twice as long, up to `retry_most`.
    pub retry: Duration,
    /// See `retry`.
    pub retry_most: Duration,
    /// Time between confirming what can't be taken back and the first request, to think again.
    pub second_thoughts: Duration,
    /// How long a request whose answer was lost is given to arrive, before its outcome is told.
    pub settle: Duration,
    /// After so long everything is read again, which finds what was deleted in the org.
    pub full_every: Duration,
}

impl Timing {
    /// For a program that a person watches.
    pub const WATCHED: Self = Self {
        first: Some(Duration::from_millis(500)),
        every: Duration::from_secs(60),
        retry: Duration::from_secs(5),
        retry_most: Duration::from_secs(5 * 60),
        second_thoughts: Duration::from_secs(5),
        settle: Duration::from_secs(12),
        full_every: Duration::from_secs(24 * 60 * 60),
    };

    /// Syncs run only when asked for.
    pub const ASKED: Self = Self { first: None, ..Self::WATCHED };

    /// The wait after so many failures in a row.
    pub(crate) fn retry_after(&self, failures: u32) -> Duration {
        self.retry.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(self.retry_most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_come_further_and_further_apart() {
        let seconds = |failures| Timing::WATCHED.retry_after(failures).as_secs();
        assert_eq!([1, 2, 3, 4, 7, 40].map(seconds), [5, 10, 20, 40, 300, 300]);
    }
}
