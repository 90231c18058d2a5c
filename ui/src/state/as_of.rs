//! Which snapshot the pages show: the newest, or a past one that somebody chose. Every query of a page passes it on, so that
//! a screen belongs to one snapshot.

use domain::SnapshotId;
use leptos::prelude::*;

/// The chosen snapshot; `None` is the newest.
#[derive(Clone, Copy)]
pub struct AsOf(RwSignal<Option<SnapshotId>>);

impl AsOf {
    /// The newest.
    pub fn newest() -> Self {
        Self(RwSignal::new(None))
    }

    /// What a command's `as_of` is to be, subscribed to.
    pub fn get(&self) -> Option<SnapshotId> {
        self.0.get()
    }

    /// The same without subscribing.
    pub fn get_untracked(&self) -> Option<SnapshotId> {
        self.0.get_untracked()
    }

    /// Goes to a past snapshot, or back to the newest.
    pub fn set(&self, snapshot: Option<SnapshotId>) {
        if self.get_untracked() != snapshot {
            self.0.set(snapshot);
        }
    }
}
