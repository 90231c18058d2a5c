//! The answer to one query on one snapshot. Rows are found as far as they are asked for, by walking the sort order; totals
//! and facet counts are made when they are first asked for. So the first page does not wait for the last.

use super::Fleet;
use super::bits::Bits;
use super::counts::{self, Counts};
use super::filter::Filter;
use domain::{DeviceQuery, SnapshotId};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The devices that a query finds, in order. Cheap to share; stays right when newer snapshots appear.
pub struct Listing {
    fleet: Arc<Fleet>,
    filter: Filter,
    found: Option<Arc<Bits>>,
    order: Arc<[u32]>,
    walk: Mutex<Walk>,
    summary: OnceLock<(u64, Counts)>,
}

#[derive(Default)]
struct Walk {
    /// The next place in the order to look at.
    at: usize,
    matched: Vec<u32>,
}

impl Listing {
    pub(crate) fn new(fleet: Arc<Fleet>, query: &DeviceQuery, found: Option<Arc<Bits>>) -> Self {
        let filter = Filter::new(&fleet, &query.filters);
        let order = fleet.order(&query.sort);
        Self { fleet, filter, found, order, walk: Mutex::default(), summary: OnceLock::new() }
    }

    /// The snapshot that the answer belongs to.
    pub fn snapshot(&self) -> SnapshotId {
        self.fleet.snapshot()
    }

    /// The fleet that the answer was found in.
    pub fn fleet(&self) -> &Arc<Fleet> {
        &self.fleet
    }

    /// How many devices the query finds.
    pub fn total(&self) -> u64 {
        if self.is_everything() { self.fleet.devices() } else { self.summary().0 }
    }

    /// For every facet, the number of devices under the search and the filters of all other facets.
    pub fn facets(&self) -> &Counts {
        if self.is_everything() { self.fleet.totals() } else { &self.summary().1 }
    }

    fn is_everything(&self) -> bool {
        self.filter.is_empty() && self.found.is_none()
    }

    fn summary(&self) -> &(u64, Counts) {
        self.summary.get_or_init(|| counts::count(&self.fleet, &self.filter, self.found.as_deref()))
    }

    /// The device numbers of a page.
    pub(crate) fn page(&self, offset: usize, limit: usize) -> Vec<u32> {
        let end = offset.saturating_add(limit);
        if self.is_everything() {
            return self.order.iter().skip(offset).take(limit).copied().collect();
        }
        let mut walk = self.walk.lock().unwrap_or_else(PoisonError::into_inner);
        while walk.matched.len() < end
            && let Some(&pk) = self.order.get(walk.at)
        {
            walk.at += 1;
            if self.found.as_ref().is_none_or(|f| f.contains(pk)) && self.filter.lets(&self.fleet, pk) {
                walk.matched.push(pk);
            }
        }
        walk.matched.iter().skip(offset).take(limit).copied().collect()
    }
}
