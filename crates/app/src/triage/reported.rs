//! The detections behind one number of the risk report. What counts is decided in one place, so that a number and its rows are
//! the same events.

use super::{queue::Queue, report};
use crate::{failure, org::Org, snapshot};
use cache::RiskEvent;
use contract::{
    Failure,
    triage::{ListReported, Reported, ReportedDetection},
};
use domain::Assessment;
use std::{cmp::Reverse, collections::HashSet};

/// Most rows of one page.
const MOST_ROWS: u32 = 500;

pub(super) fn list(org: &Org, command: &ListReported) -> Result<Reported, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let queue = Queue::of(org, snapshot)?;
    let (since, _) = report::span(queue.now, command.days);
    let all = report::detections(org, &queue, snapshot, since)?;
    let verdict = |event: &RiskEvent| {
        event.user.as_ref().and_then(|user| queue.verdict(user, &event.uuid)).map(|given| given.assessment)
    };
    let mut meant: Vec<&RiskEvent> =
        all.iter().filter(|event| is_meant(command, event, verdict(event))).collect();
    meant.sort_by(|a, b| (Reverse(a.published), &a.uuid).cmp(&(Reverse(b.published), &b.uuid)));
    if command.by_person {
        let mut seen = HashSet::new();
        meant.retain(|event| event.user.as_ref().is_some_and(|user| seen.insert(user)));
    }
    let offset = usize::try_from(command.offset).unwrap_or(usize::MAX);
    let page: Vec<&RiskEvent> =
        meant.iter().skip(offset).take(command.limit.min(MOST_ROWS) as usize).copied().collect();
    let users = page.iter().filter_map(|event| event.user.as_ref());
    let accounts = org.cache.triage_accounts(snapshot, users).map_err(failure::cache)?;
    let row = |event: &RiskEvent| ReportedDetection {
        uuid: event.uuid.to_string(),
        at: event.published,
        user: event.user.clone(),
        user_name: event.user.as_ref().and_then(|user| accounts.get(user)).map(|account| account.user.name()),
        name: event.detection.as_deref().map(str::to_owned),
        level: event.level.clone(),
        reasons: event.reasons.iter().map(|reason| reason.to_string()).collect(),
        verdict: verdict(event),
    };
    Ok(Reported {
        snapshot,
        now: queue.now,
        total: meant.len() as u64,
        rows: page.into_iter().map(row).collect(),
    })
}

/// Whether the number that is asked about counts it.
fn is_meant(command: &ListReported, event: &RiskEvent, verdict: Option<Assessment>) -> bool {
    command.day.is_none_or(|day| report::day_of(event.published) == report::day_of(day))
        && command.level.is_none_or(|level| report::level_place(event) == usize::from(level))
        && command.kind.as_deref().is_none_or(|kind| event.detection.as_deref().unwrap_or_default() == kind)
        && command.verdict.is_none_or(|wanted| verdict == Some(wanted))
        && (!command.open || verdict.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{RiskLevel, Timestamp};

    fn event(day: i64, level: Option<RiskLevel>, detection: Option<&str>) -> RiskEvent {
        RiskEvent {
            uuid: "e".into(),
            published: Timestamp(day * Timestamp::DAY + 5),
            event_type: "user.risk.detect".into(),
            user: Some("00u1".into()),
            device: None,
            session: None,
            ip: None,
            actor: None,
            outcome: None,
            level,
            previous: None,
            detection: detection.map(Into::into),
            reasons: Vec::new(),
            issuer: None,
            said: "".into(),
            rule: None,
            about: None,
            label: None,
        }
    }

    #[test]
    fn a_number_means_its_own_events_only() {
        let high = event(7, Some(RiskLevel::High), Some("Brute force"));
        let nameless = event(8, None, None);
        let asked = ListReported::default();
        let of = |command: ListReported| {
            [&high, &nameless]
                .map(|event| is_meant(&command, event, (event.level.is_some()).then_some(Assessment::Unsure)))
        };
        assert_eq!(of(asked.clone()), [true, true]);
        assert_eq!(
            of(ListReported { day: Some(Timestamp(7 * Timestamp::DAY)), ..asked.clone() }),
            [true, false]
        );
        assert_eq!(of(ListReported { level: Some(3), ..asked.clone() }), [false, true]);
        assert_eq!(of(ListReported { kind: Some("Brute force".into()), ..asked.clone() }), [true, false]);
        assert_eq!(of(ListReported { kind: Some(String::new()), ..asked.clone() }), [false, true]);
        assert_eq!(of(ListReported { open: true, ..asked.clone() }), [false, true]);
        let verdict = Some(Assessment::TruePositive);
        assert_eq!(of(ListReported { verdict, ..asked }), [false, false]);
    }
}
