//! The filters of a query as tables: which codes of which facet are let through.

use super::Fleet;
use domain::{Facet, FacetFilter};

/// All filters of a query, at most one per facet.
pub(super) struct Filter(Vec<(Facet, Vec<bool>)>);

impl Filter {
    /// A filter that is off, or that names no value, lets everything through. Two filters of one facet must both hold.
    pub fn new(fleet: &Fleet, filters: &[FacetFilter]) -> Self {
        let mut tables: Vec<(Facet, Vec<bool>)> = Vec::new();
        for filter in filters.iter().filter(|f| f.on && !f.values.is_empty()) {
            let dictionary = &fleet.facet(filter.facet).dictionary;
            let lets = dictionary.iter().map(|v| filter.values.iter().any(|f| **f == **v) != filter.exclude);
            match tables.iter_mut().find(|(facet, _)| *facet == filter.facet) {
                Some((_, table)) => table.iter_mut().zip(lets).for_each(|(own, lets)| *own &= lets),
                None => tables.push((filter.facet, lets.collect())),
            }
        }
        Self(tables)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn lets(&self, fleet: &Fleet, pk: u32) -> bool {
        self.0.iter().all(|(facet, table)| allows(table, fleet.facet(*facet).codes.get(pk)))
    }

    pub fn tables(&self) -> impl Iterator<Item = (Facet, &[bool])> {
        self.0.iter().map(|(facet, table)| (*facet, table.as_slice()))
    }
}

pub(crate) fn allows(table: &[bool], code: u32) -> bool {
    table.get(code as usize).copied().unwrap_or(false)
}
