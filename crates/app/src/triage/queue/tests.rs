//! Where a person stands: what waits, what was put off, and which level counts.

use super::*;
use cache::Verdict;
use domain::Assessment;

const NOW: i64 = 100 * Timestamp::DAY;

fn detection(uuid: &str, at: i64, level: &str) -> RiskEvent {
    RiskEvent {
        uuid: uuid.into(),
        published: Timestamp(at),
        event_type: "user.risk.detect".into(),
        user: Some("00u1".into()),
        device: None,
        session: None,
        ip: None,
        actor: None,
        outcome: None,
        level: Some(RiskLevel::from(level)),
        previous: None,
        detection: None,
        reasons: Vec::new(),
        issuer: None,
        said: "".into(),
        rule: None,
        about: None,
        label: None,
    }
}

/// A person of whom these were told, newest last, and whose level is now this one.
fn person(detections: &[(&str, i64, &str)], level: &str) -> Person {
    let mut person = Person { level: Some(RiskLevel::from(level)), ..Person::default() };
    for (uuid, at, level) in detections {
        person.levels.push((Timestamp(*at), RiskLevel::from(*level)));
        person.detections.insert(0, detection(uuid, *at, level));
    }
    person
}

fn queue(verdicts: &[(&str, i64)], snoozed: Option<(i64, i64)>) -> Queue {
    let user = || UserId::from("00u1");
    let verdict =
        |at| Verdict { assessment: Assessment::Unsure, note: None, by: "me".into(), at: Timestamp(at) };
    let given: Verdicts = verdicts.iter().map(|(uuid, at)| (Box::from(*uuid), verdict(*at))).collect();
    let snoozed = snoozed.map(|(until, at)| (Timestamp(until), Timestamp(at)));
    let decided = Decided {
        verdicts: [(user(), given)].into(),
        people: [(user(), TriagePerson { assignee: None, snoozed })].into(),
        weights: TriageWeights { level: 10, age: 0, privilege: 0, reach: 0 },
    };
    let told = Told { snapshot: SnapshotId(1), people: BTreeMap::new(), feedback: HashMap::new() };
    Queue {
        told: Arc::new(told),
        decided: Arc::new(decided),
        asked: Arc::new(Asked::default()),
        now: Timestamp(NOW),
    }
}

fn standing(queue: &Queue, person: &Person) -> (QueueState, u32, u32) {
    let standing = queue.standing(&"00u1".into(), person);
    (standing.state, standing.open, standing.score.total)
}

use QueueState::{Judged, Open, Snoozed};

#[test]
fn the_peak_counts_until_somebody_judged_it() {
    // Okta put the level back to low by itself.
    let fallen = person(&[("a", 10, "HIGH")], "LOW");
    assert_eq!(standing(&queue(&[], None), &fallen), (Open, 1, 100));
    assert_eq!(standing(&queue(&[("a", 20)], None), &fallen), (Judged, 0, 20));
    assert_eq!(fallen.peak().map(|peak| peak.level), Some(RiskLevel::High), "history stays");
    let again = person(&[("a", 10, "HIGH"), ("b", 30, "MEDIUM")], "LOW");
    assert_eq!(standing(&queue(&[("a", 20)], None), &again), (Open, 1, 60));
    let later = person(&[("a", 10, "HIGH"), ("b", 30, "MEDIUM")], "LOW");
    assert_eq!(standing(&queue(&[("b", 40)], None), &later), (Open, 1, 100), "the older one still waits");
    assert_eq!(standing(&queue(&[("a", 20)], None), &person(&[("a", 10, "HIGH")], "HIGH")), (Judged, 0, 100));
}

#[test]
fn what_came_after_a_snooze_wakes_it() {
    let one = person(&[("a", 10, "HIGH")], "HIGH");
    assert_eq!(standing(&queue(&[], Some((NOW + 1, 20))), &one).0, Snoozed);
    assert_eq!(standing(&queue(&[], Some((NOW, 20))), &one).0, Open, "the date is over");
    let two = person(&[("a", 10, "HIGH"), ("b", 30, "LOW")], "HIGH");
    assert_eq!(standing(&queue(&[], Some((NOW + 1, 20))), &two).0, Open, "nobody knew of it then");
    assert_eq!(standing(&queue(&[("a", 1), ("b", 1)], Some((NOW + 1, 40))), &two).0, Judged);
}

#[test]
fn a_grave_level_without_a_detection_waits_for_a_word() {
    let mut told = person(&[], "MEDIUM");
    told.levels.push((Timestamp(5), RiskLevel::Medium));
    assert_eq!(standing(&queue(&[], None), &told), (Open, 0, 60));
    assert_eq!(standing(&queue(&[("level:MEDIUM", 9)], None), &told).0, Judged);
    told.level = Some(RiskLevel::High);
    assert_eq!(
        standing(&queue(&[("level:MEDIUM", 9)], None), &told).0,
        Open,
        "another level is another matter"
    );
    assert_eq!(standing(&queue(&[], None), &person(&[], "LOW")).0, Judged);
}
