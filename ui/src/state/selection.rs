//! Which devices are chosen in the list: what copying, exporting and bulk actions work on. Chosen by id, so that sorting, a
//! sync or another filter changes nothing of it. It lives as long as the page, and ends with the org.

use domain::{DeviceId, DeviceQuery, DeviceSet, SnapshotId};
use leptos::prelude::*;

/// The chosen devices. `get` gives what a command carries: ids, or all of a query but a few, with count and snapshot.
#[derive(Clone, Copy)]
pub struct Selection(RwSignal<DeviceSet>, StoredValue<String>);

impl Selection {
    /// None yet.
    pub fn new() -> Self {
        Self(RwSignal::new(DeviceSet::default()), StoredValue::new(String::new()))
    }

    /// The list is one of this org: what was chosen in another is let go.
    pub fn of_org(&self, org: &str) {
        if self.1.with_value(|own| own != org) {
            self.1.set_value(org.to_owned());
            self.clear();
        }
    }

    /// The choice, subscribed to.
    pub fn get(&self) -> DeviceSet {
        self.0.get()
    }

    /// The same without subscribing.
    pub fn get_untracked(&self) -> DeviceSet {
        self.0.get_untracked()
    }

    /// How many, subscribed to.
    pub fn count(&self) -> u64 {
        self.0.read().count()
    }

    /// Whether none is chosen, subscribed to.
    pub fn is_empty(&self) -> bool {
        self.0.read().is_empty()
    }

    /// Whether a device of the list that `query` gives is chosen, subscribed to.
    pub fn has(&self, id: &DeviceId, query: &DeviceQuery) -> bool {
        self.0.read().has(id, query)
    }

    /// Whether all of another list than `query` gives are chosen: then none of this one is known to be.
    pub fn is_elsewhere(&self, query: &DeviceQuery) -> bool {
        matches!(&*self.0.read(), DeviceSet::Matching { query: own, .. } if !own.finds_the_same(query))
    }

    /// Takes devices of the list that `query` gives in, or out. All of another list gives way to them.
    pub fn set(&self, ids: impl IntoIterator<Item = DeviceId>, chosen: bool, query: &DeviceQuery) {
        self.0.update(|set| {
            if matches!(set, DeviceSet::Matching { query: own, .. } if !own.finds_the_same(query)) {
                *set = DeviceSet::default();
            }
            ids.into_iter().for_each(|id| set.set(id, chosen));
            if set.is_empty() {
                *set = DeviceSet::default();
            }
        });
    }

    /// Chooses all that a query finds.
    pub fn all(&self, query: DeviceQuery, snapshot: SnapshotId, matching: u64) {
        self.0.set(DeviceSet::Matching { query, snapshot, matching, without: Default::default() });
    }

    /// A newer snapshot of the list that `query` gives is on screen: all of it are its rows now.
    pub fn renew(&self, query: &DeviceQuery, now: SnapshotId, found: u64) {
        let old = matches!(&*self.0.read_untracked(), DeviceSet::Matching { query: own, snapshot, matching, .. }
            if own.finds_the_same(query) && (*snapshot != now || *matching != found));
        if old {
            self.0.update(|set| {
                if let DeviceSet::Matching { snapshot, matching, .. } = set {
                    (*snapshot, *matching) = (now, found);
                }
            });
        }
    }

    /// Chooses none.
    pub fn clear(&self) {
        if !self.0.read_untracked().is_empty() {
            self.0.set(DeviceSet::default());
        }
    }
}
