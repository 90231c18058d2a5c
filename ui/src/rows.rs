//! The rows in sight of a list of any length: pages of rows come when they are looked at, a bounded number is kept, and
//! what was shown stays until its successor is there.

use crate::{host, query::Pushes, state::as_of::AsOf};
use contract::{Command, Failure};
use domain::{SnapshotId, Timestamp};
use leptos::{prelude::*, task::spawn_local};
use std::{collections::BTreeMap, sync::Arc};

/// A command that asks for one page of a list.
pub trait List: Command {
    /// Which rows, and in which order.
    type Query: Clone + PartialEq + Send + Sync + 'static;
    type Row: Send + Sync + 'static;
    /// The counts of one facet.
    type Facet: Clone + PartialEq + Send + Sync + 'static;

    /// Asks for these rows; `rows_only` leaves the counts out.
    fn page(wanted: Wanted<Self::Query>) -> Self;

    /// What the reply says of the whole list, and its rows.
    fn split(reply: Self::Reply) -> (Head<Self::Facet>, Vec<Self::Row>);
}

/// One page of a list, as it is asked for.
pub struct Wanted<Q> {
    pub as_of: Option<SnapshotId>,
    pub query: Q,
    pub offset: u64,
    pub limit: u32,
    pub rows_only: bool,
}

/// Rows asked for at a time.
const PAGE: usize = 100;
/// Pages kept: those around the rows in sight, so that scrolling a million rows does not grow the page's memory.
const KEPT: usize = 12;

/// What is known of the whole list.
#[derive(Debug, Clone, PartialEq)]
pub struct Head<F> {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub total: u64,
    pub matching: u64,
    pub facets: Vec<F>,
}

type Pages<R> = BTreeMap<usize, Vec<Arc<R>>>;
/// What is known of the whole list, with the pages in sight.
type Sight<C> = (Head<<C as List>::Facet>, Pages<<C as List>::Row>);

/// The list that a query gives.
pub struct Rows<C: List> {
    /// Numbers of the list; those of the query before until the new ones are there.
    pub head: RwSignal<Option<Head<C::Facet>>>,
    /// Why the last question had no answer.
    pub failure: RwSignal<Option<Failure>>,
    /// Counts new lists (another query, not another snapshot): the table goes back to its top.
    pub turn: RwSignal<u64>,
    pages: RwSignal<Pages<C::Row>>,
    query: Memo<C::Query>,
    as_of: AsOf,
    asked: StoredValue<u64>,
    on_way: StoredValue<Vec<usize>>,
    sight: StoredValue<(usize, usize)>,
    again: RwSignal<u64>,
}

impl<C: List> Clone for Rows<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C: List> Copy for Rows<C> {}

impl<C: List> Rows<C> {
    /// Answers `query` now and whenever it or the snapshot changes.
    pub fn follow(query: Memo<C::Query>) -> Self {
        let pushes = expect_context::<Pushes>();
        let this = Self {
            head: RwSignal::new(None),
            failure: RwSignal::new(None),
            turn: RwSignal::new(0),
            pages: RwSignal::new(Pages::new()),
            query,
            as_of: expect_context::<AsOf>(),
            asked: StoredValue::new(0),
            on_way: StoredValue::new(Vec::new()),
            sight: StoredValue::new((0, 0)),
            again: RwSignal::new(0),
        };
        Effect::new(move |before: Option<C::Query>| {
            pushes.track(C::READS);
            this.again.track();
            let _asks_again = this.as_of.get();
            let query = this.query.get();
            let new_list = before.is_some_and(|b| b != query);
            this.ask_head(new_list);
            query
        });
        this
    }

    /// Asks once more.
    pub fn retry(&self) {
        self.again.update(|n| *n += 1);
    }

    /// The row at this place, subscribed to; `None` while it is on its way.
    pub fn row(&self, index: usize) -> Option<Arc<C::Row>> {
        self.pages.read().get(&(index / PAGE)).and_then(|page| page.get(index % PAGE)).cloned()
    }

    /// The same without subscribing.
    pub fn row_now(&self, index: usize) -> Option<Arc<C::Row>> {
        untrack(|| self.row(index))
    }

    /// These rows are in sight: what is missing of them is asked for.
    pub fn in_sight(&self, (first, last): (usize, usize)) {
        self.sight.set_value((first, last));
        let Some(snapshot) = self.head.read_untracked().as_ref().map(|h| h.snapshot) else { return };
        for page in first / PAGE..last.div_ceil(PAGE) {
            let there = self.pages.read_untracked().contains_key(&page);
            if !there && !self.on_way.read_value().contains(&page) {
                self.ask_page(page, snapshot);
            }
        }
    }

    fn command(&self, page: usize, rows_only: bool, as_of: Option<SnapshotId>) -> C {
        let (query, offset) = (self.query.get_untracked(), (page * PAGE) as u64);
        C::page(Wanted { as_of, query, offset, limit: PAGE as u32, rows_only })
    }

    fn ask_head(self, new_list: bool) {
        self.asked.update_value(|n| *n += 1);
        let turn = self.asked.get_value();
        self.on_way.set_value(Vec::new());
        let page = if new_list { 0 } else { self.sight.get_value().0 / PAGE };
        let command = self.command(page, false, self.as_of.get_untracked());
        spawn_local(async move {
            let reply = match host::call(command).await {
                Ok(head) => self.with_sight(page, head, new_list).await,
                Err(failure) => Err(failure),
            };
            if self.asked.try_get_value() != Some(turn) {
                return;
            }
            match reply {
                Ok((head, pages)) => self.take(head, pages, new_list),
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    /// The head of a list with the pages in sight, all of one snapshot: rows that are looked at change together.
    async fn with_sight(self, page: usize, reply: C::Reply, new_list: bool) -> Result<Sight<C>, Failure> {
        let (head, rows) = C::split(reply);
        let (snapshot, matching) = (head.snapshot, head.matching);
        let mut pages = Pages::from([(page, rows.into_iter().map(Arc::new).collect())]);
        let last =
            self.sight.try_get_value().map_or(0, |(_, last)| last.min(matching as usize).div_ceil(PAGE));
        if !new_list {
            for next in page + 1..last {
                let (_, rows) = C::split(host::call(self.command(next, true, Some(snapshot))).await?);
                pages.insert(next, rows.into_iter().map(Arc::new).collect());
            }
        }
        Ok((head, pages))
    }

    fn take(self, head: Head<C::Facet>, pages: Pages<C::Row>, new_list: bool) {
        self.failure.set(None);
        self.pages.set(pages);
        self.head.set(Some(head));
        if new_list {
            self.turn.update(|n| *n += 1);
        }
        self.in_sight(self.sight.get_value());
    }

    fn ask_page(self, page: usize, snapshot: SnapshotId) {
        self.on_way.update_value(|pages| pages.push(page));
        let turn = self.asked.get_value();
        // Named, so that a screen never mixes two snapshots.
        let command = self.command(page, true, Some(snapshot));
        spawn_local(async move {
            let reply = host::call(command).await;
            if self.asked.try_get_value() != Some(turn) {
                return;
            }
            self.on_way.update_value(|pages| pages.retain(|p| *p != page));
            match reply {
                Ok(reply) => self.keep(page, C::split(reply).1),
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    fn keep(self, page: usize, rows: Vec<C::Row>) {
        let sight = self.sight.get_value().0 / PAGE;
        self.pages.update(|pages| {
            pages.insert(page, rows.into_iter().map(Arc::new).collect());
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
