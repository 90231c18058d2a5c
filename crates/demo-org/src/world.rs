//! The org as a pure function of (seed, index, time): who and what is there, and how it stood at any moment. Nothing is
//! held per device or person, so an org of a million costs what one of ten costs. Knows neither HTTP nor what callers
//! wrote over the API.

pub mod device;
pub mod drift;
pub mod hardware;
pub mod links;
pub mod names;
pub mod person;
pub mod risk;
pub mod set_up;

use crate::seeded::{Dice, Permutation, mix};
use crate::time::{DAY, Time};

/// History is anchored here (2026-01-01T00:00:00Z), not at the start of the program: two runs an hour apart agree about
/// everything older than the later start.
pub const EPOCH: Time = Time(1_767_225_600_000);

/// Within one period every device has exactly one moment in which something may happen to it.
pub const PERIOD: i64 = 2 * DAY;

/// What the dice are thrown for.
pub(crate) mod stream {
    pub const HARDWARE: u64 = 1;
    pub const DEVICE: u64 = 2;
    pub const PERSON: u64 = 3;
    pub const RISK: u64 = 4;
    pub const SIGN_IN: u64 = 5;
    pub const SET_UP: u64 = 6;
    pub const STORY: u64 = 7;
    pub const KEY_SLOT: u64 = 100;
    pub const KEY_OWNER: u64 = 101;
    pub const KEY_SECOND: u64 = 102;
    pub const KEY_SHARED: u64 = 103;
    pub const KEY_PERSON_SLOT: u64 = 104;
}

/// The size and the seed: all that the org is made of.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub seed: u64,
    devices: u64,
    people: u64,
    owners: u64,
    /// Whether some devices are in `CREATED`, a status that Okta documents and its Python SDK refuses.
    pub created_status: bool,
}

impl World {
    /// An org of `devices` devices (at most a billion) and the people who use them.
    pub fn new(seed: u64, devices: u64, created_status: bool) -> Self {
        let devices = devices.min(1_000_000_000);
        let people = (devices * 84 / 100).max(12);
        // Seven in ten devices are somebody's first; the rest are second devices of the same people.
        Self { seed, devices, people, owners: (devices * 70 / 100).clamp(1, people), created_status }
    }

    pub const fn devices(&self) -> u64 {
        self.devices
    }

    pub const fn people(&self) -> u64 {
        self.people
    }

    pub(crate) const fn owners(&self) -> u64 {
        self.owners
    }

    pub(crate) const fn dice(&self, stream: u64, index: u64) -> Dice {
        Dice::new(self.seed, stream, index)
    }

    pub(crate) const fn permutation(&self, key: u64, step: i64, n: u64) -> Permutation {
        Permutation::new(mix(self.seed ^ mix(key)) ^ mix(step as u64), if n == 0 { 1 } else { n })
    }
}
