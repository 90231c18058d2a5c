//! Choosing rows of the list: places become ids, those of rows that are not here are asked of the core.

use super::{ViewUrl, rows::Rows};
use crate::{
    host,
    kit::{
        grid::{Amount, Selecting},
        text,
    },
    state::{as_of::AsOf, selection::Selection, toasts::Toasts},
};
use contract::devices::ListDeviceIds;
use domain::DeviceId;
use leptos::{prelude::*, task::spawn_local};

/// Longest range that is chosen row by row; all matching are chosen as such.
const LONGEST: usize = 10_000;

/// The list's choice, for a grid or a table.
#[derive(Clone, Copy)]
pub struct Choosing {
    url: ViewUrl,
    rows: Rows,
    /// What is chosen.
    pub selection: Selection,
    toasts: Toasts,
    as_of: AsOf,
}

impl Choosing {
    pub fn new(url: ViewUrl, rows: Rows) -> Self {
        let this = Self {
            url,
            rows,
            selection: expect_context(),
            toasts: expect_context(),
            as_of: expect_context(),
        };
        // All matching follow the snapshot on screen.
        Effect::new(move |_| {
            if let Some(head) = &*this.rows.head.read() {
                this.selection.renew(&this.url.view.get_untracked().query, head.snapshot, head.matching);
            }
        });
        this
    }

    /// Whether the row at a place is chosen, subscribed to.
    pub fn has(&self, row: usize) -> bool {
        let view = self.url.view.read();
        self.rows.row(row).is_some_and(|row| self.selection.has(&row.id, &view.query))
    }

    /// Takes the rows from one place to another in, or out.
    pub fn set(self, first: usize, last: usize, chosen: bool) {
        let here: Option<Vec<DeviceId>> =
            (first..=last).map(|row| self.rows.row_now(row).map(|row| row.id.clone())).collect();
        let query = self.url.view.get_untracked().ordered();
        if let Some(ids) = here {
            return self.selection.set(ids, chosen, &query);
        }
        let count = last - first + 1;
        if count > LONGEST {
            let (count, most) = (text::count(count as u64), text::count(LONGEST as u64));
            return self
                .toasts
                .say(format!("A range of {count} rows is longer than {most}. Select all matching instead."));
        }
        let as_of = self.rows.head.get_untracked().map(|head| head.snapshot).or(self.as_of.get_untracked());
        let ask = ListDeviceIds { as_of, query: query.clone(), offset: first as u64, limit: count as u32 };
        spawn_local(async move {
            match host::call(ask).await {
                Ok(ids) => self.selection.set(ids, chosen, &query),
                Err(failure) => self.toasts.say(failure.to_string()),
            }
        });
    }

    /// Chooses all that the list finds.
    pub fn all(self) {
        if let Some(head) = self.rows.head.get_untracked() {
            let query = self.url.view.get_untracked().ordered();
            self.selection.all(query, head.snapshot, head.matching);
        }
    }

    /// Chooses none; answers whether any was chosen.
    pub fn clear(self) -> bool {
        let any = untrack(|| !self.selection.is_empty());
        self.selection.clear();
        any
    }

    fn amount(&self) -> Amount {
        let (chosen, view) = (self.selection.count(), self.url.view.read());
        let matching = self.rows.head.read().as_ref().map_or(0, |head| head.matching);
        match chosen {
            0 => Amount::None,
            _ if self.selection.is_elsewhere(&view.query) => Amount::Some,
            n if n == matching => Amount::All,
            _ => Amount::Some,
        }
    }

    /// What a grid is given.
    pub fn selecting(self) -> Selecting {
        Selecting {
            has: Callback::new(move |row| self.has(row)),
            set: Callback::new(move |(first, last, chosen)| self.set(first, last, chosen)),
            all: Callback::new(move |()| self.all()),
            clear: Callback::new(move |()| self.clear()),
            amount: Signal::derive(move || self.amount()),
        }
    }
}
