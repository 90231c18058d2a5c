//! What admins change, now and then, in how the org manages its devices: secret keys of phones, authorities of computers.

use super::hardware::Platform;
use super::{EPOCH, World, stream};
use crate::time::{DAY, HOUR, Time};

/// One change in each interval of this length.
const SPACING: i64 = 13 * DAY;

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetUp {
    pub number: i64,
    pub at: Time,
    pub platform: Platform,
    pub event_type: &'static str,
    pub message: &'static str,
}

/// In turn, so that a quarter of a year shows each platform about twice.
const TURNS: [(Platform, &str, &str); 4] = [
    (Platform::Ios, "device.platform.secret_key.reset", "Reset device management secret key"),
    (Platform::Macos, "device.platform.renew", "Renew device management platform"),
    (Platform::Android, "device.platform.secret_key.reset", "Reset device management secret key"),
    (Platform::Windows, "device.platform.update", "Update device management platform"),
];
/// The first of each platform.
const ADDED: (&str, &str) = ("device.platform.add", "Add device management platform");

impl World {
    /// The changes in `from..=to`, which begin with the epoch.
    pub fn set_ups_between(&self, from: Time, to: Time) -> impl Iterator<Item = SetUp> {
        let world = *self;
        let number = |t: i64| (t - EPOCH.0).div_euclid(SPACING);
        (number(from.0).max(0)..=number(to.0))
            .map(move |n| world.set_up(n))
            .filter(move |change| (from..=to).contains(&change.at))
    }

    fn set_up(&self, number: i64) -> SetUp {
        // Somebody does it on a working day's morning, not on the stroke of the interval.
        let late = self.dice(stream::SET_UP, number as u64).below(0, (2 * DAY) as u64) as i64;
        let (platform, event_type, message) = TURNS[number.rem_euclid(4) as usize];
        let (event_type, message) = if number < 4 { ADDED } else { (event_type, message) };
        SetUp {
            number,
            at: Time(EPOCH.0 + number * SPACING + late + 8 * HOUR),
            platform,
            event_type,
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_is_set_up_first_and_changed_later() {
        let world = World::new(1, 100, false);
        let all: Vec<SetUp> = world.set_ups_between(EPOCH, Time(EPOCH.0 + 200 * DAY)).collect();
        assert!(all.len() >= 14 && all.is_sorted_by_key(|change| change.at));
        assert!(all[..4].iter().all(|change| change.event_type == ADDED.0));
        assert!(all[4..].iter().all(|change| change.event_type != ADDED.0));
        let some: Vec<SetUp> = world.set_ups_between(all[5].at, all[7].at).collect();
        assert_eq!(some, all[5..=7]);
    }
}
