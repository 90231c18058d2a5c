//! The people of the queue in sight, and which of them are chosen.

use super::view::QueueQuery;
use crate::{
    host,
    kit::grid::{Amount, Selecting},
    rows::{Head, List, Wanted},
    state::toasts::Toasts,
};
use contract::{
    Failure,
    containment::MOST_PEOPLE,
    triage::{ListTriage, QueueState, TriagePage, TriageRow},
};
use domain::{RiskLevel, TriageWeights, UserId};
use leptos::{prelude::*, task::spawn_local};
use std::collections::BTreeMap;

/// The queue that a query gives.
pub type Rows = crate::rows::Rows<ListTriage>;

/// What a reply says of the whole queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueCounts {
    pub weights: TriageWeights,
    pub states: Vec<(QueueState, u64)>,
    pub levels: Vec<(RiskLevel, u64)>,
    pub assignees: Vec<(String, u64)>,
    /// Why the org's own levels are missing.
    pub risk_failure: Option<Failure>,
}

impl List for ListTriage {
    type Query = QueueQuery;
    type Row = TriageRow;
    type Facet = QueueCounts;

    fn page(wanted: Wanted<QueueQuery>) -> Self {
        QueueQuery::page(wanted)
    }

    fn split(reply: TriagePage) -> (Head<QueueCounts>, Vec<TriageRow>) {
        let TriagePage {
            snapshot,
            now,
            weights,
            total,
            matching,
            rows,
            states,
            levels,
            assignees,
            risk_failure,
            ..
        } = reply;
        let counts = QueueCounts { weights, states, levels, assignees, risk_failure };
        (Head { snapshot, now, total, matching, facets: vec![counts] }, rows)
    }
}

/// What the newest reply says of the whole queue.
pub fn counts(rows: Rows) -> Option<QueueCounts> {
    rows.head.read().as_ref().and_then(|head| head.facets.first().cloned())
}

/// People asked for at a time when all are chosen: the most that the core gives.
const PAGE: u32 = 500;

/// The chosen people as they were last seen. Chosen by id: another order or another filter changes nothing of it.
#[derive(Clone, Copy)]
pub struct Chosen {
    people: RwSignal<BTreeMap<UserId, TriageRow>>,
    rows: Rows,
    query: Memo<QueueQuery>,
    toasts: Toasts,
}

impl Chosen {
    pub fn new(rows: Rows, query: Memo<QueueQuery>) -> Self {
        Self { people: RwSignal::new(BTreeMap::new()), rows, query, toasts: expect_context() }
    }

    /// How many, subscribed to.
    pub fn count(&self) -> u64 {
        self.people.read().len() as u64
    }

    /// Who.
    pub fn people(&self) -> Vec<TriageRow> {
        self.people.read_untracked().values().cloned().collect()
    }

    /// Something was decided about all of them: what is remembered follows.
    pub fn decided(&self, change: impl Fn(&mut TriageRow)) {
        self.people.update(|people| people.values_mut().for_each(change));
    }

    /// Chooses nobody; answers whether anybody was chosen.
    pub fn clear(&self) -> bool {
        let any = !self.people.read_untracked().is_empty();
        if any {
            self.people.update(BTreeMap::clear);
        }
        any
    }

    fn has(&self, at: usize) -> bool {
        self.rows.row(at).is_some_and(|row| self.people.read().contains_key(&row.user))
    }

    fn set(&self, first: usize, last: usize, chosen: bool) {
        let rows: Vec<_> = (first..=last).filter_map(|at| self.rows.row_now(at)).collect();
        self.people.update(|people| {
            for row in rows {
                match chosen {
                    true => people.insert(row.user.clone(), (*row).clone()),
                    false => people.remove(&row.user),
                };
            }
        });
    }

    /// Everybody who matches, as far as one containment goes.
    fn all(self) {
        let Some(head) = self.rows.head.get_untracked() else { return };
        let query = self.query.get_untracked();
        spawn_local(async move {
            let mut found = BTreeMap::new();
            let mut offset = 0;
            while offset < head.matching.min(MOST_PEOPLE) {
                let (query, as_of) = (query.clone(), Some(head.snapshot));
                let wanted = Wanted { as_of, query, offset, limit: PAGE, rows_only: true };
                match host::call(QueueQuery::page(wanted)).await {
                    Ok(page) if page.rows.is_empty() => break,
                    Ok(page) => {
                        offset += page.rows.len() as u64;
                        found.extend(page.rows.into_iter().map(|row| (row.user.clone(), row)));
                    }
                    Err(failure) => return self.toasts.say(failure.to_string()),
                }
            }
            if head.matching > found.len() as u64 {
                self.toasts.say(format!("The first {} are selected: more are not acted on at once.", found.len()));
            }
            self.people.set(found);
        });
    }

    fn amount(&self) -> Amount {
        let matching = self.rows.head.read().as_ref().map_or(0, |head| head.matching);
        match self.count() {
            0 => Amount::None,
            n if n == matching => Amount::All,
            _ => Amount::Some,
        }
    }

    /// What a grid is given.
    pub fn selecting(self) -> Selecting {
        Selecting {
            has: Callback::new(move |at| self.has(at)),
            set: Callback::new(move |(first, last, chosen)| self.set(first, last, chosen)),
            all: Callback::new(move |()| self.all()),
            clear: Callback::new(move |()| self.clear()),
            amount: Signal::derive(move || self.amount()),
        }
    }
}
