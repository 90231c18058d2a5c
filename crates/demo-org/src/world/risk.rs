//! Entity risk: the cases that detections open, and what is known about a person at a moment.

use super::{EPOCH, World, stream};
use crate::time::{DAY, HOUR, Time};

/// One case opens in each interval of this length, whatever the size of the org: a queue has to stay readable.
const SPACING: i64 = 12 * HOUR;
/// After so long nothing is known about a person any more, as the log has forgotten it too.
const MEMORY: i64 = 90 * DAY;

/// A detection about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub number: i64,
    pub person: u64,
    pub opened: Time,
    /// When the level fell back to `LOW`.
    pub closed: Time,
    pub level: &'static str,
    pub detection: &'static Detection,
    /// Whether the entity risk policy logged the person out everywhere at once.
    pub contained: bool,
}

/// A kind of detection with its possible levels.
#[derive(Debug, PartialEq, Eq)]
pub struct Detection {
    pub name: &'static str,
    pub levels: &'static [&'static str],
    pub reasons: &'static str,
    pub issuer: &'static str,
}

const fn detection(
    name: &'static str,
    levels: &'static [&'static str],
    reasons: &'static str,
    issuer: &'static str,
) -> Detection {
    Detection { name, levels, reasons, issuer }
}

static DETECTIONS: &[(u64, Detection)] = &[
    (
        24,
        detection(
            "Session Influenced User Risk",
            &["MEDIUM"],
            "Associated sessionId is suspected to be hijacked",
            "OKTA",
        ),
    ),
    (16, detection("Suspected Brute Force Attack", &["MEDIUM"], "MFA brute force", "OKTA")),
    (10, detection("Okta Threat Intelligence", &["HIGH"], "Anomalous Location, Anomalous Device", "OKTA")),
    (
        8,
        detection(
            "Entity Critical Action From High Threat IP",
            &["HIGH"],
            "Factor reset from high threat IP",
            "OKTA",
        ),
    ),
    (14, detection("Suspicious App Access", &["MEDIUM"], "New ASN, New City", "OKTA")),
    (
        18,
        detection(
            "Security Events Provider Reported Risk",
            &["LOW", "MEDIUM", "HIGH"],
            "Falcon: credential access, lateral movement",
            "CROWDSTRIKE",
        ),
    ),
    (
        6,
        detection(
            "User Reported Suspicious Activity",
            &["HIGH"],
            "User reported suspicious activity",
            "OKTA",
        ),
    ),
    (
        4,
        detection(
            "Breached Credential Detected",
            &["HIGH"],
            "Credential pair found in a public leak",
            "OKTA",
        ),
    ),
];

impl World {
    /// The case with this number (cases are counted from the epoch, backwards too).
    pub fn case(&self, number: i64) -> Case {
        let dice = self.dice(stream::RISK, number as u64);
        let opened = EPOCH.0 + number * SPACING + dice.below(0, SPACING as u64) as i64;
        let detection = dice.weighted(1, DETECTIONS);
        let level = *dice.pick::<&'static str>(4, detection.levels);
        let contained = level == "HIGH" && dice.chance(5, 150);
        // Universal Logout takes the level back by itself.
        let lasts = if contained { 5_000 } else { HOUR + dice.below(3, 21 * DAY as u64) as i64 };
        Case {
            number,
            person: dice.below(2, self.people()),
            opened: Time(opened),
            closed: Time(opened + lasts),
            level,
            detection,
            contained,
        }
    }

    /// The cases that opened or closed in `from..=to`.
    pub fn cases_between(&self, from: Time, to: Time) -> impl Iterator<Item = Case> {
        let world = *self;
        let number = |t: i64| (t - EPOCH.0).div_euclid(SPACING);
        (number(from.0 - 22 * DAY)..=number(to.0))
            .map(move |n| world.case(n))
            .filter(move |case| (from..=to).contains(&case.opened) || (from..=to).contains(&case.closed))
    }

    /// Level and reason as of `now`, by the latest thing that happened; `None` when nothing is known.
    pub fn risk(&self, person: u64, now: Time) -> Option<(&'static str, &'static str, Time)> {
        self.cases_between(Time(now.0 - MEMORY), now)
            .filter(|case| case.person == person)
            .flat_map(|case| {
                let reason = case.detection.reasons;
                [(case.opened, case.level, reason), (case.closed, "LOW", "Risk resolved")]
            })
            .filter(|(time, ..)| *time <= now)
            .max_by_key(|(time, ..)| *time)
            .map(|(time, level, reason)| (level, reason, time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_tens_of_people_are_at_risk_and_it_passes() {
        let world = World::new(1, 10_000, false);
        let now = Time(EPOCH.0 + 320 * DAY);
        let levels: Vec<_> = (0..world.people()).filter_map(|p| world.risk(p, now)).map(|r| r.0).collect();
        let count = |level| levels.iter().filter(|l| **l == level).count();
        assert!((3..40).contains(&count("HIGH")), "{} high", count("HIGH"));
        assert!((3..60).contains(&count("MEDIUM")), "{} medium", count("MEDIUM"));
        assert!((30..180).contains(&count("LOW")), "{} low", count("LOW"));
        let case = world.case(400);
        assert_eq!(world.risk(case.person, case.opened).map(|r| r.0), Some(case.level));
    }
}
