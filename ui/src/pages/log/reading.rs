//! Which snapshot the page is being read at. A sync brings newer events while somebody reads: the list is only taken further
//! where nothing moves away under the reader's eyes, otherwise the page says that newer ones are there.

use crate::state::as_of::{AsOf, Shown};
use domain::{SnapshotId, Timestamp};
use leptos::prelude::*;

/// A snapshot and the moment it tells of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct At {
    pub snapshot: SnapshotId,
    /// Spans like *last 24 h* end here.
    pub end: Timestamp,
}

/// The snapshot on this page.
#[derive(Clone, Copy)]
pub struct Reading {
    /// `None` until the session has told one.
    pub at: RwSignal<Option<At>>,
    newest: Memo<Option<At>>,
}

impl Reading {
    /// Follows the snapshot on screen for as long as `may_move` says that nobody is disturbed.
    pub fn follow(may_move: Signal<bool>) -> Self {
        let (shown, as_of) = (expect_context::<Shown>(), expect_context::<AsOf>());
        let newest = Memo::new(move |_| shown.snapshot().map(|s| At { snapshot: s.id, end: s.at }));
        let at = RwSignal::new(None::<At>);
        Effect::new(move |before: Option<Option<SnapshotId>>| {
            let chosen = as_of.get();
            let now = newest.get();
            let held = at.get_untracked().map(|at| at.snapshot);
            // Going to the past, or back, is the reader's own wish.
            let asked = before.is_some_and(|before| before != chosen);
            if now.is_some_and(|now| Some(now.snapshot) != held) {
                if held.is_none() || asked || may_move.get() {
                    at.set(now);
                }
                // A snapshot of the past is looked up first: the wish stays until it is there.
                return chosen;
            }
            if asked && now.is_none() { before.flatten() } else { chosen }
        });
        Self { at, newest }
    }

    /// The snapshot that is read, subscribed to.
    pub fn snapshot(&self) -> Option<SnapshotId> {
        self.at.get().map(|at| at.snapshot)
    }

    /// Where spans end, subscribed to.
    pub fn end(&self) -> Option<Timestamp> {
        self.at.get().map(|at| at.end)
    }

    /// Whether the org is known as of a later time, subscribed to.
    pub fn is_behind(&self) -> bool {
        let (at, newest) = (self.at.get(), self.newest.get());
        matches!((at, newest), (Some(at), Some(newest)) if at.snapshot != newest.snapshot)
    }

    /// Goes to the newest.
    pub fn catch_up(&self) {
        let newest = self.newest.get_untracked();
        if newest.is_some() {
            self.at.set(newest);
        }
    }
}
