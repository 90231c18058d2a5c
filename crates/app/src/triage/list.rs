//! A part of the queue, with what each choice of a filter would give.

use super::{
    RISK_FAILURE, linked,
    queue::{Person, Queue, Standing},
    row::row,
};
use crate::{failure, org::Org, snapshot};
use contract::{
    Failure,
    triage::{ListTriage, QueueState, TriagePage},
};
use domain::{RiskLevel, UserId};
use std::{cmp::Reverse, collections::BTreeMap};

/// Most rows of one page.
const MOST_ROWS: u32 = 500;

/// A person with what the filters ask for.
struct Entry<'q> {
    user: &'q UserId,
    person: &'q Person,
    standing: Standing,
    peak: Option<RiskLevel>,
    assignee: &'q str,
}

pub(super) fn list(org: &Org, command: &ListTriage) -> Result<TriagePage, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let queue = Queue::of(org, snapshot)?;
    let words: Vec<String> = command.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let found = queue.told.people.iter().filter(|(_, person)| person.has_words(&words));
    let found: Vec<Entry<'_>> = found.map(|(user, person)| entry(&queue, user, person)).collect();
    let mut matching: Vec<&Entry<'_>> =
        found.iter().filter(|entry| Part::ALL.iter().all(|part| part.lets(command, entry))).collect();
    matching.sort_by_key(|entry| (Reverse(entry.standing.score.total), entry.standing.since, entry.user));
    let done = linked::done(org)?;
    let (offset, limit) =
        (usize::try_from(command.offset).unwrap_or(usize::MAX), command.limit.min(MOST_ROWS));
    let page = matching.iter().skip(offset).take(limit as usize);
    let rows = page.map(|entry| {
        let standing = queue.standing(entry.user, entry.person);
        row(&queue, entry.user, entry.person, standing, done.get(entry.user).copied().unwrap_or_default())
    });
    Ok(TriagePage {
        snapshot,
        now: queue.now,
        weights: queue.decided.weights,
        total: queue.told.people.len() as u64,
        matching: matching.len() as u64,
        offset: command.offset,
        rows: rows.collect(),
        states: states(command, &found),
        levels: levels(command, &found),
        assignees: assignees(command, &found),
        risk_failure: risk_failure(org)?,
    })
}

fn entry<'q>(queue: &'q Queue, user: &'q UserId, person: &'q Person) -> Entry<'q> {
    let assignee = queue.decided.people.get(user).and_then(|of| of.assignee.as_deref()).unwrap_or_default();
    let peak = person.peak().map(|peak| peak.level);
    Entry { user, person, standing: queue.standing(user, person), peak, assignee }
}

/// A filter of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    State,
    Level,
    Assignee,
}

impl Part {
    const ALL: [Self; 3] = [Self::State, Self::Level, Self::Assignee];

    fn lets(self, command: &ListTriage, entry: &Entry<'_>) -> bool {
        match self {
            Self::State => command.state == QueueState::All || command.state == entry.standing.state,
            Self::Level => {
                command.levels.is_empty()
                    || entry.peak.as_ref().is_some_and(|peak| command.levels.contains(peak))
            }
            Self::Assignee => command.assignee.as_ref().is_none_or(|wanted| wanted == entry.assignee),
        }
    }
}

/// Those whom every filter but one lets through.
fn without<'f, 'q>(
    part: Part,
    command: &'f ListTriage,
    found: &'f [Entry<'q>],
) -> impl Iterator<Item = &'f Entry<'q>> {
    found
        .iter()
        .filter(move |entry| Part::ALL.iter().all(|other| *other == part || other.lets(command, entry)))
}

fn states(command: &ListTriage, found: &[Entry<'_>]) -> Vec<(QueueState, u64)> {
    let count = |state: QueueState| {
        let in_it = |entry: &&Entry<'_>| state == QueueState::All || entry.standing.state == state;
        without(Part::State, command, found).filter(in_it).count() as u64
    };
    QueueState::ALL.into_iter().map(|state| (state, count(state))).collect()
}

fn levels(command: &ListTriage, found: &[Entry<'_>]) -> Vec<(RiskLevel, u64)> {
    let mut counts: BTreeMap<RiskLevel, u64> =
        RiskLevel::KNOWN[..3].iter().map(|level| (level.clone(), 0)).collect();
    for entry in without(Part::Level, command, found) {
        if let Some(peak) = &entry.peak {
            *counts.entry(peak.clone()).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

fn assignees(command: &ListTriage, found: &[Entry<'_>]) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in without(Part::Assignee, command, found) {
        *counts.entry(entry.assignee).or_default() += 1;
    }
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

fn risk_failure(org: &Org) -> Result<Option<Failure>, Failure> {
    let kept = org.cache.triage_setting(RISK_FAILURE).map_err(failure::cache)?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
}
