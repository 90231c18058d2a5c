//! The events in sight of a log of any length. Pages follow each other by their last event, so an event that comes later
//! moves none of them; a bounded number of them is kept, and one that was let go is read again from where it began.

use super::reading::{At, Reading};
use crate::host;
use contract::{
    Failure,
    log::{ListLog, LogPage, LogRow},
};
use domain::{LogFilter, LogPlace, SnapshotId, Timestamp};
use leptos::{prelude::*, task::spawn_local};
use std::{collections::BTreeMap, sync::Arc};

/// Events asked for at a time.
const PAGE: usize = 200;
/// Pages kept, around those in sight.
const KEPT: usize = 10;
/// Rows still to come that the table has room for, so that scrolling on asks for them.
const TO_COME: usize = 8;

/// What is known of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    pub snapshot: SnapshotId,
    /// What the rows were asked with.
    pub filter: LogFilter,
    pub now: Timestamp,
    /// Events that are kept in all.
    pub total: u64,
}

/// How far the list was read.
#[derive(Debug, Clone, PartialEq, Default)]
struct Known {
    /// For each page the event that it begins after.
    starts: Vec<Option<LogPlace>>,
    rows: usize,
    more: bool,
}

impl Known {
    /// The list with its page `at` read: the last one may lead to a further one.
    fn take(&mut self, at: usize, page: &LogPage) {
        if at + 1 < self.starts.len() {
            return;
        }
        self.rows = at * PAGE + page.rows.len();
        self.more = page.more && page.rows.len() == PAGE;
        if self.more {
            self.starts.push(page.rows.last().map(|row| row.place));
        }
    }

    /// Rows the table is to have room for.
    fn room(&self) -> usize {
        self.rows + if self.more { TO_COME } else { 0 }
    }
}

type Pages = BTreeMap<usize, Vec<Arc<LogRow>>>;

/// The list.
#[derive(Clone, Copy)]
pub struct Rows {
    /// What is known of the list in sight; that of the question before until the new one is answered.
    pub head: RwSignal<Option<Head>>,
    /// Why the last question had no answer.
    pub failure: RwSignal<Option<Failure>>,
    /// Counts new lists: the table goes back to its top.
    pub turn: RwSignal<u64>,
    known: RwSignal<Known>,
    pages: RwSignal<Pages>,
    asked: StoredValue<u64>,
    on_way: StoredValue<Vec<usize>>,
    sight: RwSignal<(usize, usize)>,
    again: RwSignal<u64>,
}

impl Rows {
    /// No list yet.
    pub fn new() -> Self {
        Self {
            head: RwSignal::new(None),
            failure: RwSignal::new(None),
            turn: RwSignal::new(0),
            known: RwSignal::new(Known::default()),
            pages: RwSignal::new(Pages::new()),
            asked: StoredValue::new(0),
            on_way: StoredValue::new(Vec::new()),
            sight: RwSignal::new((0, 0)),
            again: RwSignal::new(0),
        }
    }

    /// Answers `filter` at the snapshot that is read, now and whenever one of them changes.
    pub fn answer(self, filter: Memo<Option<LogFilter>>, reading: Reading) {
        Effect::new(move |_| {
            self.again.track();
            if let (Some(At { snapshot, .. }), Some(filter)) = (reading.at.get(), filter.get()) {
                self.begin(snapshot, filter);
            }
        });
    }

    /// Asks once more.
    pub fn retry(&self) {
        self.again.update(|n| *n += 1);
    }

    /// Rows the table is to have room for, subscribed to.
    pub fn room(&self) -> usize {
        self.known.read().room()
    }

    /// How many events were read so far, and whether there are more, subscribed to.
    pub fn read_so_far(&self) -> (usize, bool) {
        let known = self.known.read();
        (known.rows, known.more)
    }

    /// How many events are in the page's memory, subscribed to.
    pub fn held(&self) -> usize {
        self.pages.read().values().map(Vec::len).sum()
    }

    /// Whether the list stands at its top, subscribed to.
    pub fn at_top(&self) -> bool {
        self.sight.get().0 == 0
    }

    /// The row at this place, subscribed to; `None` while it is on its way.
    pub fn row(&self, index: usize) -> Option<Arc<LogRow>> {
        self.pages.read().get(&(index / PAGE)).and_then(|page| page.get(index % PAGE)).cloned()
    }

    /// The same without subscribing.
    pub fn row_now(&self, index: usize) -> Option<Arc<LogRow>> {
        untrack(|| self.row(index))
    }

    /// Where an event stands, if it is among the rows that are held.
    pub fn place_of(&self, uuid: &str) -> Option<usize> {
        let pages = self.pages.read_untracked();
        pages.iter().find_map(|(page, rows)| {
            rows.iter().position(|row| &*row.event.uuid == uuid).map(|at| page * PAGE + at)
        })
    }

    /// These rows are in sight: what is missing of them is asked for.
    pub fn in_sight(&self, sight: (usize, usize)) {
        if self.sight.get_untracked() != sight {
            self.sight.set(sight);
        }
        if self.head.read_untracked().is_none() {
            return;
        }
        let read = self.known.with_untracked(|known| known.starts.len());
        for page in sight.0 / PAGE..sight.1.div_ceil(PAGE).min(read) {
            let there = self.pages.read_untracked().contains_key(&page);
            if !there && !self.on_way.read_value().contains(&page) {
                self.ask(page);
            }
        }
    }

    fn begin(self, snapshot: SnapshotId, filter: LogFilter) {
        self.asked.update_value(|n| *n += 1);
        let turn = self.asked.get_value();
        self.on_way.set_value(Vec::new());
        let command =
            ListLog { as_of: Some(snapshot), filter: filter.clone(), before: None, limit: PAGE as u32 };
        spawn_local(async move {
            let reply = host::call(command).await;
            if self.asked.try_get_value() != Some(turn) {
                return;
            }
            match reply {
                Ok(page) => {
                    let mut known = Known { starts: vec![None], ..Known::default() };
                    known.take(0, &page);
                    let LogPage { snapshot, now, total, rows, .. } = page;
                    self.failure.set(None);
                    self.known.set(known);
                    self.pages.set(Pages::from([(0, rows.into_iter().map(Arc::new).collect())]));
                    self.head.set(Some(Head { snapshot, filter, now, total }));
                    self.turn.update(|n| *n += 1);
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    fn ask(self, page: usize) {
        let Some(Head { snapshot, filter, .. }) = self.head.get_untracked() else { return };
        let Some(before) = self.known.with_untracked(|known| known.starts.get(page).copied()) else { return };
        self.on_way.update_value(|pages| pages.push(page));
        let turn = self.asked.get_value();
        // Named, so that a screen never mixes two snapshots.
        let command = ListLog { as_of: Some(snapshot), filter, before, limit: PAGE as u32 };
        spawn_local(async move {
            let reply = host::call(command).await;
            if self.asked.try_get_value() != Some(turn) {
                return;
            }
            self.on_way.update_value(|pages| pages.retain(|p| *p != page));
            match reply {
                Ok(reply) => {
                    self.known.update(|known| known.take(page, &reply));
                    self.keep(page, reply.rows.into_iter().map(Arc::new).collect());
                    // Somebody may be further down by now.
                    self.in_sight(self.sight.get_untracked());
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    fn keep(self, page: usize, rows: Vec<Arc<LogRow>>) {
        let sight = self.sight.get_untracked().0 / PAGE;
        self.pages.update(|pages| {
            pages.insert(page, rows);
            while pages.len() > KEPT {
                let far = |p: &usize| p.abs_diff(sight);
                let (first, last) = (pages.keys().next().copied(), pages.keys().next_back().copied());
                match (first, last) {
                    (Some(a), Some(b)) => pages.remove(if far(&a) > far(&b) { &a } else { &b }),
                    _ => break,
                };
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::LogEvent;

    fn page(rows: usize, more: bool) -> LogPage {
        let row = |id: usize| LogRow {
            place: LogPlace { published: Timestamp(-(id as i64)), id: id as i64 },
            event: LogEvent {
                uuid: id.to_string().into(),
                published: Timestamp(0),
                event_type: "a.b".into(),
                severity: None,
                message: None,
                outcome: None,
                reason: None,
                actor_id: None,
                actor_name: None,
                user: None,
                device: None,
                session: None,
                root_session: None,
                transaction: None,
                trace: None,
                ip: None,
                app: None,
                risk_level: None,
                told_risk: None,
                readings: Vec::new(),
            },
            user_name: None,
            device_name: None,
            app_name: None,
        };
        LogPage {
            snapshot: SnapshotId(1),
            now: Timestamp(0),
            total: 9,
            rows: (0..rows).map(row).collect(),
            more,
        }
    }

    #[test]
    fn a_page_leads_to_the_next_one() {
        let mut known = Known { starts: vec![None], ..Known::default() };
        known.take(0, &page(PAGE, true));
        assert_eq!((known.rows, known.starts.len(), known.room()), (PAGE, 2, PAGE + TO_COME));
        assert_eq!(known.starts[1].map(|place| place.id), Some(PAGE as i64 - 1));
        known.take(1, &page(3, false));
        assert_eq!((known.rows, known.more, known.room()), (PAGE + 3, false, PAGE + 3));
    }

    #[test]
    fn a_page_that_is_read_again_changes_nothing() {
        let mut known = Known { starts: vec![None], ..Known::default() };
        known.take(0, &page(PAGE, true));
        known.take(1, &page(PAGE, true));
        let before = known.clone();
        known.take(0, &page(PAGE, true));
        assert_eq!(known, before);
    }
}
