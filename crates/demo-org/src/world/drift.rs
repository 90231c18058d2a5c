//! What happens to devices as time goes by. In every period each device has one slot, dealt by a permutation, so that "the
//! events of this device" and "the events of this minute" are both found without a search.

use super::{EPOCH, PERIOD, World, stream};
use crate::time::Time;

/// Something that goes wrong for a while and is put right again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    EncryptionLost,
    ManagementFlipped,
    ScreenLockLost,
    Suspended,
    Jailbroken,
    LinksLost,
}

/// What happens in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    SignIn,
    Begin(Incident),
    End(Incident),
    /// The device was replaced: the old enrolment is gone, a new one with a new id stands in its place.
    Renewed,
}

/// How regularly a device is heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Nearly every period.
    Regular,
    /// Once a month.
    Rare,
    /// Never again: stale, a duplicate, or out of service.
    Gone,
}

/// One incident at most in so many periods; it lasts for fewer, so two never overlap.
const INCIDENT_SPAN: i64 = 7;
/// A regular device is heard of at least this often.
const REGULAR_SPAN: i64 = 5;
const RARE_SPAN: i64 = 15;
const RENEWAL_SPAN: i64 = 90;

impl World {
    /// The last period whose slot of this device is not after `now`.
    pub fn period_of(&self, device: u64, now: Time) -> i64 {
        let period = (now.0 - EPOCH.0).div_euclid(PERIOD);
        if self.moment(device, period) <= now { period } else { period - 1 }
    }

    /// When this device's slot of a period is.
    pub fn moment(&self, device: u64, period: i64) -> Time {
        let slot = self.permutation(stream::KEY_SLOT, period, self.devices()).apply(device);
        self.slot_time(period, slot)
    }

    fn slot_time(&self, period: i64, slot: u64) -> Time {
        let within = i128::from(slot) * i128::from(PERIOD) / i128::from(self.devices().max(1));
        let jitter = self.dice(stream::KEY_SLOT, slot).at(period).below(0, self.slot_length() as u64);
        Time(EPOCH.0 + period * PERIOD + within as i64 + jitter as i64)
    }

    /// How long one slot is, in milliseconds.
    pub fn slot_length(&self) -> i64 {
        (PERIOD / self.devices().max(1) as i64).max(1)
    }

    /// The devices with their slots' moments in `from..=to`, in order of time.
    pub fn moments_between(&self, from: Time, to: Time) -> impl Iterator<Item = (Time, u64, i64)> {
        let world = *self;
        let n = i128::from(self.devices());
        // The slot that `from` falls in, as a number that counts on over all periods.
        let first = (i128::from(from.0 - EPOCH.0) * n).div_euclid(i128::from(PERIOD));
        (0..)
            .map(move |i: i128| first + i)
            .take_while(move |_| n > 0)
            .map(move |count| {
                let (period, slot) = (count.div_euclid(n) as i64, count.rem_euclid(n) as u64);
                let device = world.permutation(stream::KEY_SLOT, period, world.devices()).invert(slot);
                (world.slot_time(period, slot), device, period)
            })
            .skip_while(move |(time, ..)| *time < from)
            .take_while(move |(time, ..)| *time <= to)
    }

    pub fn habit(&self, device: u64) -> Habit {
        if self.is_duplicate(device) || self.is_orphan(device) || self.base_status(device) != "ACTIVE" {
            return Habit::Gone;
        }
        match self.dice(stream::DEVICE, device).below(10, 100) {
            0..8 => Habit::Gone,
            8..18 => Habit::Rare,
            _ => Habit::Regular,
        }
    }

    /// What happens to a device in one period; `None` when it stays silent.
    pub fn happening(&self, device: u64, period: i64) -> Option<Happening> {
        match self.habit(device) {
            Habit::Gone => return None,
            Habit::Rare => {
                return self.is_turn(device, period, 11, RARE_SPAN).then_some(Happening::SignIn);
            }
            Habit::Regular => {}
        }
        if self.renews(device) && self.is_turn(device, period, 12, RENEWAL_SPAN) {
            return Some(Happening::Renewed);
        }
        if let Some((incident, begun, lasts)) = self.incident(device, period) {
            match period - begun {
                0 => return Some(Happening::Begin(incident)),
                n if n == lasts => return Some(Happening::End(incident)),
                n if n < lasts && incident == Incident::Suspended => return None,
                _ => {}
            }
        }
        let signs_in = self.is_turn(device, period, 13, REGULAR_SPAN)
            || self.dice(stream::SIGN_IN, device).at(period).chance(0, 780);
        signs_in.then_some(Happening::SignIn)
    }

    /// The last period up to `period` in which something happened; `None` for a device that is never heard of.
    pub fn last_heard(&self, device: u64, period: i64) -> Option<i64> {
        let span = match self.habit(device) {
            Habit::Gone => return None,
            Habit::Rare => RARE_SPAN,
            // A suspension may swallow one turn, never two.
            Habit::Regular => 2 * REGULAR_SPAN + INCIDENT_SPAN,
        };
        (period - span..=period).rev().find(|p| self.happening(device, *p).is_some())
    }

    /// The incident in force in a period.
    pub fn trouble(&self, device: u64, period: i64) -> Option<Incident> {
        if self.habit(device) != Habit::Regular {
            return None;
        }
        let (incident, begun, lasts) = self.incident(device, period)?;
        (period - begun < lasts).then_some(incident)
    }

    /// How often a device has been replaced by a new enrolment, and when last.
    pub fn generation(&self, device: u64, period: i64) -> (u64, Option<i64>) {
        if self.habit(device) != Habit::Regular || !self.renews(device) {
            return (0, None);
        }
        let past = period - self.phase(device, 12, RENEWAL_SPAN);
        let turns = past.div_euclid(RENEWAL_SPAN);
        // Counted from far enough back that the number is never negative for a clock set before the epoch.
        ((turns + 64).max(0) as u64, Some(self.phase(device, 12, RENEWAL_SPAN) + turns * RENEWAL_SPAN))
    }

    /// The incident whose span this period falls in: what, since which period, for how many.
    fn incident(&self, device: u64, period: i64) -> Option<(Incident, i64, i64)> {
        let phase = self.phase(device, 14, INCIDENT_SPAN);
        let begun = period - (period - phase).rem_euclid(INCIDENT_SPAN);
        let dice = self.dice(stream::DEVICE, device).at(begun);
        if !dice.chance(15, 110) {
            return None;
        }
        let mobile = self.platform_of(device).is_mobile();
        let incident = match dice.below(16, 100) {
            0..30 => Incident::EncryptionLost,
            30..60 => Incident::ManagementFlipped,
            60..80 => Incident::ScreenLockLost,
            80..94 => Incident::Suspended,
            _ if mobile => Incident::Jailbroken,
            _ => Incident::LinksLost,
        };
        Some((incident, begun, 1 + dice.below(17, INCIDENT_SPAN as u64 - 1) as i64))
    }

    fn renews(&self, device: u64) -> bool {
        self.dice(stream::DEVICE, device).chance(18, 25)
    }

    fn phase(&self, device: u64, salt: u64, span: i64) -> i64 {
        self.dice(stream::DEVICE, device).below(salt, span as u64) as i64
    }

    fn is_turn(&self, device: u64, period: i64, salt: u64, span: i64) -> bool {
        (period - self.phase(device, salt, span)).rem_euclid(span) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, MINUTE};

    #[test]
    fn slots_are_found_from_both_sides() {
        for devices in [1, 7, 1_000] {
            let world = World::new(3, devices, false);
            let (from, to) = (Time(EPOCH.0 - 3 * PERIOD / 2), Time(EPOCH.0 + 5 * PERIOD / 2));
            let found: Vec<_> = world.moments_between(from, to).collect();
            let mut expected: Vec<_> = (-3..4)
                .flat_map(|p| (0..devices).map(move |d| (world.moment(d, p), d, p)))
                .filter(|(t, ..)| (from..=to).contains(t))
                .collect();
            expected.sort_unstable();
            assert_eq!(found, expected, "{devices} devices");
        }
        assert_eq!(World::new(3, 0, false).moments_between(EPOCH, Time(EPOCH.0 + DAY)).count(), 0);
    }

    #[test]
    fn a_handful_of_devices_changes_each_minute() {
        let world = World::new(1, 10_000, false);
        let from = Time(EPOCH.0 + 300 * DAY);
        let changed = world
            .moments_between(from, Time(from.0 + 60 * MINUTE))
            .filter(|(_, device, period)| world.happening(*device, *period).is_some())
            .count();
        assert!((100..260).contains(&changed), "{changed} in an hour");
    }

    #[test]
    fn what_begins_is_in_force_until_it_ends() {
        let world = World::new(1, 500, false);
        let mut begun = 0;
        for device in 0..500 {
            let mut open = None;
            for period in 0..200 {
                match world.happening(device, period) {
                    Some(Happening::Begin(incident)) => {
                        begun += 1;
                        open = Some(incident);
                    }
                    Some(Happening::End(_)) => open = None,
                    // A renewal may swallow a beginning or an end.
                    Some(Happening::Renewed) => open = world.trouble(device, period),
                    _ => {}
                }
                if period > INCIDENT_SPAN {
                    assert_eq!(world.trouble(device, period), open, "device {device} in period {period}");
                }
            }
        }
        assert!(begun > 1_000, "{begun}");
    }

    #[test]
    fn every_living_device_is_heard_of() {
        let world = World::new(1, 3_000, false);
        for device in 0..3_000 {
            let heard = world.last_heard(device, 150);
            assert_eq!(heard.is_none(), world.habit(device) == Habit::Gone, "device {device}");
        }
    }
}
