//! Facet counts: for every value of every facet, how many devices a person would see after choosing just that value,
//! which is the number under the filters of all *other* facets.

use super::Fleet;
use super::bits::Bits;
use super::column::ColumnId;
use super::filter::{Filter, allows};
use domain::Facet;

/// One value of a facet and its devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// The value's key; [`domain::UNKNOWN`] is a value too.
    pub value: Box<str>,
    pub devices: u64,
}

/// The counts of all facets. A value that no device of the snapshot has is left out; one that no device has under the
/// present filters is there, with zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(Vec<Vec<FacetCount>>);

impl Counts {
    /// The values of a facet in the order to show them, unknown last.
    pub fn of(&self, facet: Facet) -> &[FacetCount] {
        self.0.get(facet as usize).map_or(&[], Vec::as_slice)
    }

    /// The number of devices with a value.
    pub fn get(&self, facet: Facet, value: &str) -> u64 {
        self.of(facet).iter().find(|c| *c.value == *value).map_or(0, |c| c.devices)
    }

    pub(super) fn sum(&self, facet: Facet) -> u64 {
        self.of(facet).iter().map(|c| c.devices).sum()
    }
}

/// What stands between a device and the list.
const PASSES: u8 = 0;
const OUT: u8 = u8::MAX;

/// Counts over all devices.
pub(super) fn totals(fleet: &Fleet) -> Counts {
    let mut state = alive(fleet, None);
    let of = |facet| named(fleet, facet, &histogram(fleet, facet, &mut state), None);
    Counts(Facet::ALL.into_iter().map(of).collect())
}

/// Counts under filters and a search; also how many devices pass everything.
pub(super) fn count(fleet: &Fleet, filter: &Filter, found: Option<&Bits>) -> (u64, Counts) {
    let mut state = alive(fleet, found);
    for (facet, table) in filter.tables() {
        let reason = facet as u8 + 1;
        fleet.facet(facet).codes.zip(&mut state, |code, state| {
            // Held back by one facet alone, it still counts there; held back by two, it counts nowhere.
            let held_back = if *state == PASSES { reason } else { OUT };
            // A choice by index, for whether a device is let through can't be foretold by the processor.
            *state = [held_back, *state][usize::from(allows(table, code))];
        });
    }
    let total = state.iter().filter(|s| **s == PASSES).count() as u64;
    let counts = Facet::ALL.into_iter().map(|facet| {
        let histogram = histogram(fleet, facet, &mut state);
        named(fleet, facet, &histogram, Some(fleet.totals()))
    });
    (total, Counts(counts.collect()))
}

fn alive(fleet: &Fleet, found: Option<&Bits>) -> Vec<u8> {
    let mut state = vec![OUT; fleet.len() as usize];
    let mut pk = 0;
    fleet.column(ColumnId::Doc).codes.zip(&mut state, |doc, state| {
        if doc != 0 && found.is_none_or(|f| f.contains(pk)) {
            *state = PASSES;
        }
        pk += 1;
    });
    state
}

/// Neighbours often have the same value. Counting them in turns in so many places lets the processor count the next one
/// before it has finished with the last.
const TURNS: usize = 4;

fn histogram(fleet: &Fleet, facet: Facet, state: &mut [u8]) -> Vec<u64> {
    let column = fleet.facet(facet);
    let mut counts = vec![[0u32; TURNS]; column.dictionary.len()];
    let reason = facet as u8 + 1;
    let mut turn = 0;
    column.codes.zip(state, |code, state| {
        if let Some(count) = counts.get_mut(code as usize) {
            count[turn % TURNS] += u32::from((*state == PASSES) | (*state == reason));
        }
        turn += 1;
    });
    counts.into_iter().map(|turns| turns.into_iter().map(u64::from).sum()).collect()
}

fn named(fleet: &Fleet, facet: Facet, histogram: &[u64], totals: Option<&Counts>) -> Vec<FacetCount> {
    let mut named: Vec<FacetCount> = fleet
        .facet(facet)
        .dictionary
        .iter()
        .zip(histogram)
        .map(|(value, devices)| FacetCount { value: value.clone(), devices: *devices })
        .filter(|count| totals.map_or(count.devices, |t| t.get(facet, &count.value)) > 0)
        .collect();
    if !named.is_empty() && *named[0].value == *super::UNKNOWN {
        named.rotate_left(1);
    }
    named
}
