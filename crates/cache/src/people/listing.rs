//! The answer to one query of people on one snapshot. Rows are found as far as they are asked for, by walking the sort order;
//! totals and facet counts are made when they are first asked for.

use super::People;
use crate::fleet::Bits;
use crate::fleet::counts::{Counts, PASSES, count_values, hold_back, those_of};
use crate::fleet::filter::allows;
use domain::{FacetFilter, SnapshotId, UserFacet, UserQuery};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The people that a query finds, in order. Cheap to share; stays right when newer snapshots appear.
pub struct UserListing {
    people: Arc<People>,
    /// Which codes of which facet are let through, at most one table per facet.
    tables: Vec<(UserFacet, Vec<bool>)>,
    found: Option<Arc<Bits>>,
    order: Arc<[u32]>,
    walk: Mutex<Walk>,
    summary: OnceLock<(u64, Counts<UserFacet>)>,
}

#[derive(Default)]
struct Walk {
    /// The next place in the order to look at.
    at: usize,
    matched: Vec<u32>,
}

impl UserListing {
    pub(super) fn new(people: Arc<People>, query: &UserQuery, found: Option<Arc<Bits>>) -> Self {
        let (tables, order) = (tables(&people, &query.filters), people.order(&query.sort));
        Self { people, tables, found, order, walk: Mutex::default(), summary: OnceLock::new() }
    }

    /// The snapshot that the answer belongs to.
    pub fn snapshot(&self) -> SnapshotId {
        self.people.snapshot()
    }

    /// Everybody among whom the answer was found.
    pub fn people(&self) -> &Arc<People> {
        &self.people
    }

    /// How many people the query finds.
    pub fn total(&self) -> u64 {
        if self.is_everybody() { self.people.people() } else { self.summary().0 }
    }

    /// For every facet, the number of people under the search and the filters of all other facets.
    pub fn facets(&self) -> &Counts<UserFacet> {
        if self.is_everybody() { self.people.totals() } else { &self.summary().1 }
    }

    fn is_everybody(&self) -> bool {
        self.tables.is_empty() && self.found.is_none()
    }

    fn summary(&self) -> &(u64, Counts<UserFacet>) {
        self.summary.get_or_init(|| {
            let people = &self.people;
            let mut state = those_of(people.docs(), self.found.as_deref());
            for (facet, table) in &self.tables {
                hold_back(&people.facet(*facet).codes, table, *facet as u8 + 1, &mut state);
            }
            let total = state.iter().filter(|s| **s == PASSES).count() as u64;
            let counts = UserFacet::ALL.into_iter().map(|facet| {
                let totals = Some(people.totals().of(facet));
                count_values(people.facet(facet), facet as u8 + 1, &mut state, totals)
            });
            (total, Counts::new(counts))
        })
    }

    fn lets(&self, pk: u32) -> bool {
        self.found.as_ref().is_none_or(|f| f.contains(pk))
            && self.tables.iter().all(|(facet, table)| allows(table, self.people.facet(*facet).codes.get(pk)))
    }

    /// The numbers of the people of a page.
    pub(super) fn page(&self, offset: usize, limit: usize) -> Vec<u32> {
        let end = offset.saturating_add(limit);
        if self.is_everybody() {
            return self.order.iter().skip(offset).take(limit).copied().collect();
        }
        let mut walk = self.walk.lock().unwrap_or_else(PoisonError::into_inner);
        while walk.matched.len() < end
            && let Some(&pk) = self.order.get(walk.at)
        {
            walk.at += 1;
            if self.lets(pk) {
                walk.matched.push(pk);
            }
        }
        walk.matched.iter().skip(offset).take(limit).copied().collect()
    }
}

/// A filter that is off, or that names no value, lets everybody through. Two filters of one facet must both hold.
fn tables(people: &People, filters: &[FacetFilter<UserFacet>]) -> Vec<(UserFacet, Vec<bool>)> {
    let mut tables: Vec<(UserFacet, Vec<bool>)> = Vec::new();
    for filter in filters.iter().filter(|f| f.on && !f.values.is_empty()) {
        let dictionary = &people.facet(filter.facet).dictionary;
        let lets = dictionary.iter().map(|v| filter.values.iter().any(|f| **f == **v) != filter.exclude);
        match tables.iter_mut().find(|(facet, _)| *facet == filter.facet) {
            Some((_, table)) => table.iter_mut().zip(lets).for_each(|(own, lets)| *own &= lets),
            None => tables.push((filter.facet, lets.collect())),
        }
    }
    tables
}
