//! A choice of devices: some by id, or all that a query finds but a few. Small however many devices it means, so that a
//! page can hold it and a command can carry it.

use crate::{DeviceId, DeviceQuery, SnapshotId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceSet {
    /// These.
    Ids(BTreeSet<DeviceId>),
    /// All that the query finds in the snapshot, but these.
    Matching {
        query: DeviceQuery,
        /// The snapshot in which they were counted.
        snapshot: SnapshotId,
        /// How many the query finds there, those left out included.
        matching: u64,
        without: BTreeSet<DeviceId>,
    },
}

impl Default for DeviceSet {
    fn default() -> Self {
        Self::Ids(BTreeSet::new())
    }
}

impl DeviceSet {
    /// How many devices.
    pub fn count(&self) -> u64 {
        match self {
            Self::Ids(ids) => ids.len() as u64,
            Self::Matching { matching, without, .. } => matching.saturating_sub(without.len() as u64),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Whether a device that `query` finds is one of them. One chosen by another query is not known to be.
    pub fn has(&self, id: &DeviceId, query: &DeviceQuery) -> bool {
        match self {
            Self::Ids(ids) => ids.contains(id),
            Self::Matching { query: own, without, .. } => own.finds_the_same(query) && !without.contains(id),
        }
    }

    /// Takes a device in, or out.
    pub fn set(&mut self, id: DeviceId, chosen: bool) {
        let (ids, add) = match self {
            Self::Ids(ids) => (ids, chosen),
            Self::Matching { without, .. } => (without, !chosen),
        };
        if add {
            ids.insert(id);
        } else {
            ids.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_a_few_is_counted_and_asked_by_id() {
        let query = DeviceQuery { search: "lab".into(), ..DeviceQuery::default() };
        let mut set = DeviceSet::Matching {
            query: query.clone(),
            snapshot: SnapshotId(3),
            matching: 1_000_000,
            without: BTreeSet::new(),
        };
        set.set("a".into(), false);
        set.set("b".into(), false);
        set.set("b".into(), true);
        assert_eq!(set.count(), 999_999);
        assert!(!set.has(&"a".into(), &query) && set.has(&"b".into(), &query));
        assert!(!set.has(&"b".into(), &DeviceQuery::default()), "another list may hold others");
    }
}
