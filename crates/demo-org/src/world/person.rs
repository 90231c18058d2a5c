//! One person: name, job, account, and how the account stood at a moment.

use super::names::{CULTURES, Culture, DEPARTMENTS};
use super::{EPOCH, World, stream};
use crate::seeded::Dice;
use crate::time::{DAY, HOUR, Time};

/// The mail domain of the company.
pub const DOMAIN: &str = "northwind.example";

/// Within so many days every account has one moment in which it may change.
const PERSON_PERIOD: i64 = 20 * DAY;

/// A person's account at a moment.
#[derive(Debug, Clone)]
pub struct Person {
    pub index: u64,
    pub status: &'static str,
    pub created: Time,
    pub activated: Option<Time>,
    pub status_changed: Option<Time>,
    pub last_login: Option<Time>,
    pub last_updated: Time,
    pub password_changed: Option<Time>,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub department: &'static str,
    pub title: &'static str,
    pub culture: &'static Culture,
    login_name: (&'static str, &'static str),
    dice: Dice,
}

/// What happens to an account in its slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Profile,
    Suspended,
    Unsuspended,
}

impl World {
    /// How an account stood at `now`, for `index` below the number of people.
    pub fn person(&self, index: u64, now: Time) -> Person {
        let dice = self.dice(stream::PERSON, index);
        let (given, family, culture) = name(dice);
        let (department, titles) = *dice.weighted(5, DEPARTMENTS);
        let created = Time(EPOCH.0 - DAY - dice.below(6, 1_800 * DAY as u64) as i64);
        let base = base_status(dice);
        let period = self.person_period(index, now);
        let changed = (period - 4..=period).rev().find(|p| self.account_change(index, *p).is_some());
        let last_updated = changed.map_or(created, |p| self.person_moment(index, p)).max(created);
        let suspended = base == "ACTIVE" && self.is_suspended(index, period);
        let activated = Time(created.0 + dice.below(8, 72 * HOUR as u64) as i64);
        let active_once = !matches!(base, "STAGED" | "PROVISIONED");
        Person {
            index,
            status: if suspended { "SUSPENDED" } else { base },
            created,
            activated: active_once.then_some(activated),
            status_changed: active_once.then_some(if suspended { last_updated } else { activated }),
            last_login: self.last_login(index, now).filter(|_| active_once),
            last_updated,
            password_changed: active_once
                .then(|| Time(activated.0.max(EPOCH.0 - dice.below(9, 360 * DAY as u64) as i64))),
            first_name: given.0,
            last_name: family.0,
            department,
            // A promotion now and then: the title is what drifts in a profile.
            title: titles[((dice.below(10, 16) + (period + 64).max(0) as u64 / 16) as usize) % titles.len()],
            culture,
            login_name: (given.1, family.1),
            dice,
        }
    }

    /// First and last name, without the rest.
    pub fn name_of(&self, index: u64) -> (&'static str, &'static str) {
        let (given, family, _) = name(self.dice(stream::PERSON, index));
        (given.0, family.0)
    }

    /// Where a person is at home.
    pub fn culture_of(&self, index: u64) -> &'static Culture {
        name(self.dice(stream::PERSON, index)).2
    }

    /// The login: it carries the person's number, so that reading by login costs nothing.
    pub fn login_of(&self, index: u64) -> String {
        let (given, family, _) = name(self.dice(stream::PERSON, index));
        format!("{}.{}{index}@{DOMAIN}", given.1, family.1)
    }

    /// The person with this login or its part before the @.
    pub fn person_by_login(&self, login: &str) -> Option<u64> {
        let login = login.to_ascii_lowercase();
        let local = login.strip_suffix(&format!("@{DOMAIN}")).unwrap_or(&login);
        let digits = local.len() - local.bytes().rev().take_while(u8::is_ascii_digit).count();
        let index = local[digits..].parse().ok().filter(|i| *i < self.people())?;
        (self.login_of(index).split('@').next() == Some(local)).then_some(index)
    }

    /// What happened to an account in one of its periods.
    pub fn account_change(&self, index: u64, period: i64) -> Option<Change> {
        let dice = self.dice(stream::PERSON, index);
        if base_status(dice) != "ACTIVE" {
            return None;
        }
        match (self.is_suspended(index, period - 1), self.is_suspended(index, period)) {
            (false, true) => Some(Change::Suspended),
            (true, false) => Some(Change::Unsuspended),
            _ => dice.at(period).chance(11, 350).then_some(Change::Profile),
        }
    }

    /// The accounts with their moments in `from..=to`, in no particular order.
    pub fn account_moments_between(&self, from: Time, to: Time) -> Vec<(Time, u64, i64)> {
        let n = self.people() as i128;
        let count = |t: Time| (i128::from(t.0 - EPOCH.0) * n).div_euclid(i128::from(PERSON_PERIOD));
        (count(from)..=count(to))
            .map(|c| {
                let (period, slot) = (c.div_euclid(n) as i64, c.rem_euclid(n) as u64);
                let index = self.permutation(stream::KEY_PERSON_SLOT, period, self.people()).invert(slot);
                (self.person_moment(index, period), index, period)
            })
            .filter(|(time, ..)| (from..=to).contains(time))
            .collect()
    }

    fn is_suspended(&self, index: u64, period: i64) -> bool {
        self.dice(stream::PERSON, index).at(period).chance(12, 6)
    }

    fn person_period(&self, index: u64, now: Time) -> i64 {
        let period = (now.0 - EPOCH.0).div_euclid(PERSON_PERIOD);
        if self.person_moment(index, period) <= now { period } else { period - 1 }
    }

    fn person_moment(&self, index: u64, period: i64) -> Time {
        let slot = self.permutation(stream::KEY_PERSON_SLOT, period, self.people()).apply(index);
        let within = i128::from(slot) * i128::from(PERSON_PERIOD) / i128::from(self.people());
        Time(EPOCH.0 + period * PERSON_PERIOD + within as i64)
    }

    /// The last sign-in on any device of this person.
    fn last_login(&self, index: u64, now: Time) -> Option<Time> {
        self.devices_of(index)
            .into_iter()
            .filter_map(|device| {
                let period = self.last_heard(device, self.period_of(device, now))?;
                Some(self.moment(device, period))
            })
            .max()
    }
}

impl Person {
    pub fn login(&self) -> String {
        format!("{}.{}{}@{DOMAIN}", self.login_name.0, self.login_name.1, self.index)
    }

    pub fn display_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// `None` for the third who gave none.
    pub fn mobile_phone(&self) -> Option<String> {
        self.dice.chance(13, 660).then(|| format!("+1555{}", self.dice.text(14, b"0123456789", 7)))
    }

    pub fn employee_number(&self) -> String {
        format!("NW{:06}", self.index)
    }
}

fn name(
    dice: Dice,
) -> (&'static (&'static str, &'static str), &'static (&'static str, &'static str), &'static Culture) {
    let culture = dice.weighted(1, CULTURES);
    let given = dice.pick(2, culture.given);
    // One in eight married, moved or was adopted across cultures.
    let family = if dice.chance(3, 125) { dice.weighted(4, CULTURES) } else { culture };
    (given, dice.pick(7, family.family), culture)
}

fn base_status(dice: Dice) -> &'static str {
    match dice.below(15, 1000) {
        0..28 => "DEPROVISIONED",
        28..34 => "STAGED",
        34..41 => "PROVISIONED",
        41..46 => "RECOVERY",
        46..58 => "PASSWORD_EXPIRED",
        58..65 => "LOCKED_OUT",
        65..72 => "SUSPENDED",
        _ => "ACTIVE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_unique_ascii_and_lead_back() {
        let world = World::new(5, 2_000, false);
        let mut seen = std::collections::HashSet::new();
        for index in 0..world.people() {
            let login = world.login_of(index);
            assert!(login.is_ascii() && !login.contains(' '), "{login}");
            assert_eq!(world.person_by_login(&login), Some(index));
            assert!(seen.insert(login));
        }
        assert_eq!(world.person_by_login("nobody@northwind.example"), None);
        assert_eq!(world.person_by_login("ada.lovelace99999999@northwind.example"), None);
    }

    #[test]
    fn accounts_change_where_the_log_says() {
        let world = World::new(5, 2_000, false);
        let (from, to) = (Time(EPOCH.0 + 100 * DAY), Time(EPOCH.0 + 101 * DAY));
        for (time, index, period) in world.account_moments_between(from, to) {
            let before = world.person(index, Time(time.0 - 1));
            let after = world.person(index, time);
            match world.account_change(index, period) {
                Some(Change::Suspended) => assert_eq!((before.status, after.status), ("ACTIVE", "SUSPENDED")),
                Some(Change::Unsuspended) => {
                    assert_eq!((before.status, after.status), ("SUSPENDED", "ACTIVE"))
                }
                Some(Change::Profile) => assert_eq!(after.last_updated, time),
                None => assert!(after.last_updated < time),
            }
        }
    }
}
