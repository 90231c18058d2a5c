//! The one file of this crate that reads a clock: how long a run has taken, and whether its time is up.

use std::time::{Duration, Instant};

/// A run's start and its end at the latest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    started: Instant,
    allowed: Duration,
}

impl Deadline {
    /// Starts now and allows this much.
    pub(crate) fn of(millis: u32) -> Self {
        Self { started: Instant::now(), allowed: Duration::from_millis(millis.into()) }
    }

    /// Whether the time is up.
    pub(crate) fn is_over(&self) -> bool {
        self.started.elapsed() >= self.allowed
    }

    /// Microseconds since the start.
    pub(crate) fn micros(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
