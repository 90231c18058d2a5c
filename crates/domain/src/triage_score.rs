//! A person's place in the queue: from 0 to 100, out of the level, how long it has been waiting, privilege and reach. What is
//! not known counts neither for nor against: its weight is left out, and it says so.

use crate::{RiskLevel, ScorePart, Timestamp, TriageWeights};

/// What is known of a person when the queue is put in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScoreFacts {
    /// The highest level since somebody last judged all detections; `None` where nothing was told.
    pub level: Option<RiskLevel>,
    /// Milliseconds since the oldest detection without a verdict; `None` where none waits.
    pub waiting: Option<i64>,
    /// Kinds of admin roles; `None` where nobody has asked.
    pub roles: Option<Vec<Box<str>>>,
    /// `None` where the devices were never read.
    pub devices: Option<u32>,
    /// `None` where nobody has asked.
    pub apps: Option<u32>,
}

/// A score with what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    pub total: u32,
    /// Points, which add up to the total, and in words what was counted.
    pub parts: Vec<(ScorePart, u32, String)>,
}

/// Works out a score.
pub fn score(weights: TriageWeights, facts: &ScoreFacts) -> Score {
    let parts: Vec<(ScorePart, u32, Option<u32>, String)> = ScorePart::ALL
        .into_iter()
        .map(|part| {
            let (share, words) = share(part, facts);
            (part, weight(weights, part), share, words)
        })
        .collect();
    let known: u32 =
        parts.iter().filter(|(_, _, share, _)| share.is_some()).map(|(_, weight, ..)| weight).sum();
    // In hundredths of a point, so that rounding is done once and the points still add up.
    let exact =
        |weight: u32, share: Option<u32>| (weight * share.unwrap_or(0) * 100).checked_div(known).unwrap_or(0);
    let total = (parts.iter().map(|(_, weight, share, _)| exact(*weight, *share)).sum::<u32>() + 50) / 100;
    let mut points: Vec<u32> =
        parts.iter().map(|(_, weight, share, _)| exact(*weight, *share) / 100).collect();
    let mut by_rest: Vec<usize> = (0..parts.len()).collect();
    by_rest.sort_by_key(|at| std::cmp::Reverse(exact(parts[*at].1, parts[*at].2) % 100));
    let mut missing = total.saturating_sub(points.iter().sum());
    for at in by_rest {
        let one = missing.min(1);
        points[at] += one;
        missing -= one;
    }
    let parts = parts.into_iter().zip(points).map(|((part, _, _, words), points)| (part, points, words));
    Score { total: total.min(100), parts: parts.collect() }
}

fn weight(weights: TriageWeights, part: ScorePart) -> u32 {
    let weight = match part {
        ScorePart::Level => weights.level,
        ScorePart::Age => weights.age,
        ScorePart::Privilege => weights.privilege,
        ScorePart::Reach => weights.reach,
    };
    u32::from(weight.min(10))
}

/// How much of a part there is, out of 100, and in words; `None` where it is not known.
fn share(part: ScorePart, facts: &ScoreFacts) -> (Option<u32>, String) {
    match part {
        ScorePart::Level => level(facts.level.as_ref()),
        ScorePart::Age => age(facts.waiting),
        ScorePart::Privilege => privilege(facts.roles.as_deref()),
        ScorePart::Reach => reach(facts.devices, facts.apps),
    }
}

fn level(level: Option<&RiskLevel>) -> (Option<u32>, String) {
    let Some(level) = level else { return (None, "not known".to_owned()) };
    let share = match level {
        RiskLevel::High => 100,
        RiskLevel::Medium => 60,
        RiskLevel::Low => 20,
        RiskLevel::None => 0,
        // Nobody knows how grave it is: taken for the middle, so that it is not overlooked.
        RiskLevel::Other(_) => 60,
    };
    (Some(share), level.label().to_owned())
}

/// What has waited for three days can wait no longer.
const LONGEST: i64 = 3 * Timestamp::DAY;
const HOUR: i64 = Timestamp::DAY / 24;

fn age(waiting: Option<i64>) -> (Option<u32>, String) {
    let Some(waiting) = waiting.map(|waiting| waiting.max(0)) else {
        return (Some(0), "nothing waits".to_owned());
    };
    let share = u32::try_from(waiting.min(LONGEST) * 100 / LONGEST).unwrap_or(100);
    let words = match waiting {
        ..HOUR => "waiting for less than an hour".to_owned(),
        HOUR..Timestamp::DAY => format!("waiting for {} h", waiting / HOUR),
        _ => format!("waiting for {} d", waiting / Timestamp::DAY),
    };
    (Some(share), words)
}

fn privilege(roles: Option<&[Box<str>]>) -> (Option<u32>, String) {
    let Some(roles) = roles else { return (None, "admin roles not known".to_owned()) };
    // Roles that only look; every other one can change something.
    let share = |role: &str| match role {
        "SUPER_ADMIN" => 100,
        "READ_ONLY_ADMIN" | "REPORT_ADMIN" => 40,
        _ => 75,
    };
    let most = roles.iter().map(|role| share(role)).max().unwrap_or(0);
    let words = match roles {
        [] => "no admin role".to_owned(),
        _ if roles.iter().any(|role| &**role == "SUPER_ADMIN") => "super admin".to_owned(),
        [_] => "1 admin role".to_owned(),
        roles => format!("{} admin roles", roles.len()),
    };
    (Some(most), words)
}

fn reach(devices: Option<u32>, apps: Option<u32>) -> (Option<u32>, String) {
    let counted = |count: u32, one: &str, many: &str| match count {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let of = |count: u32, most: u32| count.min(most) * 100 / most;
    let parts = [
        devices.map(|count| (of(count, 5), counted(count, "device", "devices"))),
        apps.map(|count| (of(count, 25), counted(count, "app", "apps"))),
    ];
    let known: Vec<(u32, String)> = parts.into_iter().flatten().collect();
    let missing = match (devices, apps) {
        (None, None) => return (None, "devices and apps not known".to_owned()),
        (None, Some(_)) => ", devices not known",
        (Some(_), None) => ", apps not known",
        (Some(_), Some(_)) => "",
    };
    let count = u32::try_from(known.len()).unwrap_or(1).max(1);
    let share = known.iter().map(|(share, _)| share).sum::<u32>() / count;
    let words: Vec<&str> = known.iter().map(|(_, words)| &**words).collect();
    (Some(share), format!("{}{missing}", words.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ScoreFacts {
        ScoreFacts {
            level: Some(RiskLevel::High),
            waiting: Some(3 * Timestamp::DAY),
            roles: Some(vec!["SUPER_ADMIN".into()]),
            devices: Some(5),
            apps: Some(25),
        }
    }

    fn total(weights: TriageWeights, facts: &ScoreFacts) -> u32 {
        let score = score(weights, facts);
        assert_eq!(score.parts.iter().map(|(_, points, _)| points).sum::<u32>(), score.total, "{score:?}");
        score.total
    }

    #[test]
    fn the_worst_of_everything_is_a_hundred_and_nothing_is_zero() {
        assert_eq!(total(TriageWeights::default(), &facts()), 100);
        let nothing = ScoreFacts { roles: Some(Vec::new()), ..ScoreFacts::default() };
        assert_eq!(total(TriageWeights::default(), &nothing), 0);
        let off = TriageWeights { level: 0, age: 0, privilege: 0, reach: 0 };
        assert_eq!(total(off, &facts()), 0, "weights of zero don't divide");
    }

    #[test]
    fn more_of_a_part_is_never_less() {
        let weights = TriageWeights::default();
        let of = |level: RiskLevel| total(weights, &ScoreFacts { level: Some(level), ..facts() });
        assert!(of(RiskLevel::None) < of(RiskLevel::Low) && of(RiskLevel::Low) < of(RiskLevel::Medium));
        assert!(of(RiskLevel::Medium) < of(RiskLevel::High));
        let waits = |hours: i64| total(weights, &ScoreFacts { waiting: Some(hours * HOUR), ..facts() });
        assert!(waits(1) < waits(24) && waits(24) < waits(72) && waits(72) == waits(720));
    }

    #[test]
    fn what_is_not_known_counts_neither_for_nor_against() {
        let weights = TriageWeights { level: 10, age: 0, privilege: 10, reach: 0 };
        let with = |roles: Option<Vec<Box<str>>>| {
            total(weights, &ScoreFacts { level: Some(RiskLevel::Medium), roles, ..facts() })
        };
        assert_eq!(with(None), 60);
        assert_eq!(with(Some(Vec::new())), 30);
        assert_eq!(with(Some(vec!["SUPER_ADMIN".into()])), 80);
        let unknown = score(weights, &ScoreFacts { roles: None, devices: None, apps: None, ..facts() });
        let words: Vec<&str> = unknown.parts.iter().map(|(_, _, words)| &**words).collect();
        assert_eq!(words, ["High", "waiting for 3 d", "admin roles not known", "devices and apps not known"]);
        let some = score(weights, &ScoreFacts { devices: Some(1), apps: None, ..facts() });
        assert_eq!(some.parts[3].2, "1 device, apps not known");
    }

    #[test]
    fn points_add_up_whatever_the_weights() {
        for n in 0..11_u8 {
            let weights = TriageWeights { level: n, age: 3, privilege: 10 - n, reach: 7 };
            for devices in 0..7 {
                total(weights, &ScoreFacts { devices: Some(devices), waiting: Some(5 * HOUR), ..facts() });
            }
        }
    }
}
