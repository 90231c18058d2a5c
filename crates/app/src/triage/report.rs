//! Risk in numbers: detections by day and level, how good each kind of detection is, violations by day, and how long it took to
//! contain.

use super::{events, linked, person, queue::Queue};
use crate::{failure, org::Org, snapshot};
use cache::RiskEvent;
use contract::{
    Failure,
    triage::{DetectionPrecision, GetRiskReport, RiskReport},
};
use domain::{Assessment, RiskLevel, SnapshotId, Timestamp, UserId};
use std::collections::{BTreeMap, HashSet};

/// More days are not told.
const MOST_DAYS: u32 = 400;

pub(super) fn get(org: &Org, command: &GetRiskReport) -> Result<RiskReport, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let queue = Queue::of(org, snapshot)?;
    let until = queue.now;
    let (since, days) = span(until, command.days);
    let detections = detections(org, &queue, snapshot, since)?;
    let violations = org
        .cache
        .risk_events(snapshot, &[events::VIOLATION, events::VIOLATION_ACTION], since)
        .map_err(failure::cache)?;
    let mut containments = linked::containments(org, &queue)?;
    containments.retain(|(_, at, _)| (since..=until).contains(at));
    Ok(RiskReport {
        snapshot,
        now: until,
        since,
        until,
        by_day: by_day(since, days, &detections),
        detections: precision(&queue, &detections),
        violations: violations_by_day(since, days, until, &violations),
        containments,
    })
}

/// When a report of so many days begins, and how many it is of.
pub(super) fn span(until: Timestamp, days: u32) -> (Timestamp, i64) {
    let days = i64::from(days.clamp(1, MOST_DAYS));
    (Timestamp(day_of(until).0 - (days - 1) * Timestamp::DAY), days)
}

/// What is counted: every number of a report and every list behind one begins with these.
pub(super) fn detections(
    org: &Org,
    queue: &Queue,
    snapshot: SnapshotId,
    since: Timestamp,
) -> Result<Vec<RiskEvent>, Failure> {
    let found = org.cache.risk_events(snapshot, events::DETECTIONS, since).map_err(failure::cache)?;
    let counts = |event: &RiskEvent| event.published <= queue.now && events::is_detection(event);
    Ok(found.into_iter().filter(counts).collect())
}

/// The place of an event's level among a day's four numbers.
pub(super) fn level_place(event: &RiskEvent) -> usize {
    match event.level {
        Some(RiskLevel::High) => 0,
        Some(RiskLevel::Medium) => 1,
        Some(RiskLevel::Low) => 2,
        _ => 3,
    }
}

pub(super) fn day_of(at: Timestamp) -> Timestamp {
    Timestamp(at.0.div_euclid(Timestamp::DAY) * Timestamp::DAY)
}

/// Every day of the time, so that a quiet one is told as such.
fn every_day<T: Default>(since: Timestamp, days: i64) -> BTreeMap<Timestamp, T> {
    (0..days).map(|day| (Timestamp(since.0 + day * Timestamp::DAY), T::default())).collect()
}

fn by_day(since: Timestamp, days: i64, detections: &[RiskEvent]) -> Vec<(Timestamp, [u64; 4])> {
    let mut counts: BTreeMap<Timestamp, [u64; 4]> = every_day(since, days);
    for event in detections {
        counts.entry(day_of(event.published)).or_default()[level_place(event)] += 1;
    }
    counts.into_iter().collect()
}

fn violations_by_day(
    since: Timestamp,
    days: i64,
    until: Timestamp,
    events: &[RiskEvent],
) -> Vec<(Timestamp, u64, u64)> {
    let mut counts: BTreeMap<Timestamp, (u64, u64)> = every_day(since, days);
    for event in events.iter().filter(|event| event.published <= until) {
        let (failed, acted) = counts.entry(day_of(event.published)).or_default();
        *(if &*event.event_type == events::VIOLATION { failed } else { acted }) += 1;
    }
    counts.into_iter().map(|(day, (failed, acted))| (day, failed, acted)).collect()
}

/// Kinds by their number of events; those that name none come last.
fn precision(queue: &Queue, detections: &[RiskEvent]) -> Vec<DetectionPrecision> {
    let mut kinds: BTreeMap<Option<&str>, (DetectionPrecision, HashSet<&UserId>)> = BTreeMap::new();
    for event in detections {
        let name = event.detection.as_deref();
        let (kind, people) = kinds.entry(name).or_insert_with(|| (nothing(name), HashSet::new()));
        kind.events += 1;
        people.extend(&event.user);
        let verdict = event.user.as_ref().and_then(|user| queue.verdict(user, &event.uuid));
        *match verdict.map(|verdict| verdict.assessment) {
            Some(Assessment::TruePositive) => &mut kind.true_positive,
            Some(Assessment::FalsePositive) => &mut kind.false_positive,
            Some(Assessment::Unsure) => &mut kind.unsure,
            None => &mut kind.open,
        } += 1;
        let feedback = queue.told.feedback.get(&event.uuid).and_then(|given| given.label.as_deref());
        match feedback.and_then(person::is_true) {
            Some(true) => kind.feedback_true += 1,
            Some(false) => kind.feedback_false += 1,
            None => {}
        }
    }
    let mut kinds: Vec<DetectionPrecision> = kinds
        .into_values()
        .map(|(kind, people)| DetectionPrecision { people: people.len() as u64, ..kind })
        .collect();
    kinds.sort_by(|a, b| (a.name.is_none(), b.events, &a.name).cmp(&(b.name.is_none(), a.events, &b.name)));
    kinds
}

fn nothing(name: Option<&str>) -> DetectionPrecision {
    DetectionPrecision {
        name: name.map(str::to_owned),
        events: 0,
        people: 0,
        true_positive: 0,
        false_positive: 0,
        unsure: 0,
        open: 0,
        feedback_true: 0,
        feedback_false: 0,
    }
}
