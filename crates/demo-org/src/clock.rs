//! The org's clock: real, frozen, stepped or fast. The one file here that reads the machine's clock.

use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How the org's time passes. Whatever it does, the org at one time is always the same org.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockMode {
    /// The machine's time.
    #[default]
    Live,
    /// Stands at this time (milliseconds since 1970) until it is advanced or set running.
    Frozen(i64),
    /// Starts at this time (milliseconds since 1970) and runs.
    From(i64),
}

#[derive(Debug, Clone, Copy)]
struct Hands {
    at: i64,
    since: Instant,
    /// Org milliseconds per real millisecond; 0 stands still.
    pace: f64,
}

/// The clock that every answer is dated by.
#[derive(Debug)]
pub struct Clock {
    hands: RwLock<Hands>,
    speed: f64,
}

impl Clock {
    pub fn new(mode: ClockMode, speed: f64) -> Self {
        let (at, pace) = match mode {
            ClockMode::Live => (wall(), speed),
            ClockMode::Frozen(at) => (at, 0.0),
            ClockMode::From(at) => (at, speed),
        };
        Self { hands: RwLock::new(Hands { at, since: Instant::now(), pace }), speed }
    }

    /// The org's time.
    pub fn now(&self) -> Time {
        let hands = *self.hands.read().unwrap_or_else(PoisonError::into_inner);
        Time(hands.at + (hands.since.elapsed().as_secs_f64() * 1000.0 * hands.pace) as i64)
    }

    fn set(&self, change: impl FnOnce(i64, f64) -> (i64, f64)) {
        let now = self.now().0;
        let mut hands = self.hands.write().unwrap_or_else(PoisonError::into_inner);
        let (at, pace) = change(now, hands.pace);
        *hands = Hands { at, since: Instant::now(), pace };
    }

    /// Jumps ahead; running or standing stays as it is.
    pub fn advance(&self, by: Duration) {
        self.set(|now, pace| (now.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)), pace));
    }

    pub fn freeze(&self) {
        self.set(|now, _| (now, 0.0));
    }

    pub fn run(&self) {
        self.set(|now, _| (now, self.speed));
    }
}

/// The machine's time in milliseconds. Rate-limit windows, `Date` and token life use it, as a real server's would.
#[expect(clippy::disallowed_methods, reason = "the one place where the demo org reads the machine's clock")]
pub fn wall() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = Clock::new(ClockMode::Frozen(1_000), 1.0);
        assert_eq!(clock.now(), Time(1_000));
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now(), Time(6_000));
        clock.run();
        std::thread::sleep(Duration::from_millis(5));
        assert!(clock.now() > Time(6_000));
        clock.freeze();
        assert_eq!(clock.now(), clock.now());
    }
}
