//! Facet counts: for every value of every facet, how many devices a person would see after choosing just that value,
//! which is the number under the filters of all *other* facets.

use super::Fleet;
use super::bits::Bits;
use super::column::{Codes, Column, ColumnId};
use super::filter::{Filter, allows};
use domain::{Facet, UserFacet};
use std::marker::PhantomData;

/// One value of a facet and its devices, or people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// The value's key; [`domain::UNKNOWN`] is a value too.
    pub value: Box<str>,
    pub devices: u64,
}

/// The place of a facet among all of its kind.
pub trait Place: Copy {
    fn place(self) -> usize;
}

impl Place for Facet {
    fn place(self) -> usize {
        self as usize
    }
}

impl Place for UserFacet {
    fn place(self) -> usize {
        self as usize
    }
}

/// The counts of all facets, of devices unless `F` says otherwise. A value that no device of the snapshot has is left out;
/// one that no device has under the present filters is there, with zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts<F = Facet>(Vec<Vec<FacetCount>>, PhantomData<F>);

impl<F> Default for Counts<F> {
    fn default() -> Self {
        Self::new([].into_iter())
    }
}

impl<F> Counts<F> {
    /// The counts of all facets in their order.
    pub(crate) fn new(counts: impl Iterator<Item = Vec<FacetCount>>) -> Self {
        Self(counts.collect(), PhantomData)
    }
}

impl<F: Place> Counts<F> {
    /// The values of a facet in the order to show them, unknown last.
    pub fn of(&self, facet: F) -> &[FacetCount] {
        self.0.get(facet.place()).map_or(&[], Vec::as_slice)
    }

    /// The number of devices with a value.
    pub fn get(&self, facet: F, value: &str) -> u64 {
        self.of(facet).iter().find(|c| *c.value == *value).map_or(0, |c| c.devices)
    }

    pub(crate) fn sum(&self, facet: F) -> u64 {
        self.of(facet).iter().map(|c| c.devices).sum()
    }
}

/// What stands between a device, or a person, and the list: nothing, one facet alone (its place in the list of all facets,
/// plus one), or more.
pub(crate) const PASSES: u8 = 0;
const OUT: u8 = u8::MAX;

/// Counts over all devices.
pub(super) fn totals(fleet: &Fleet) -> Counts {
    let mut state = alive(fleet, None);
    let of = |facet| count_values(fleet.facet(facet), facet as u8 + 1, &mut state, None);
    Counts::new(Facet::ALL.into_iter().map(of))
}

/// Counts under filters and a search; also how many devices pass everything.
pub(super) fn count(fleet: &Fleet, filter: &Filter, found: Option<&Bits>) -> (u64, Counts) {
    let mut state = alive(fleet, found);
    for (facet, table) in filter.tables() {
        hold_back(&fleet.facet(facet).codes, table, facet as u8 + 1, &mut state);
    }
    let total = state.iter().filter(|s| **s == PASSES).count() as u64;
    let counts = Facet::ALL.into_iter().map(|facet| {
        count_values(fleet.facet(facet), facet as u8 + 1, &mut state, Some(fleet.totals().of(facet)))
    });
    (total, Counts::new(counts))
}

fn alive(fleet: &Fleet, found: Option<&Bits>) -> Vec<u8> {
    those_of(&fleet.column(ColumnId::Doc).codes, found)
}

/// Lets those through that have a text, and were found if there was a search.
pub(crate) fn those_of(docs: &Codes, found: Option<&Bits>) -> Vec<u8> {
    let mut state = vec![OUT; docs.len() as usize];
    let mut pk = 0;
    docs.zip(&mut state, |doc, state| {
        if doc != 0 && found.is_none_or(|f| f.contains(pk)) {
            *state = PASSES;
        }
        pk += 1;
    });
    state
}

/// Notes who is not let through by a facet's filter.
pub(crate) fn hold_back(codes: &Codes, table: &[bool], reason: u8, state: &mut [u8]) {
    codes.zip(state, |code, state| {
        // Held back by one facet alone, it still counts there; held back by two, it counts nowhere.
        let held_back = if *state == PASSES { reason } else { OUT };
        // A choice by index, for whether a device is let through can't be foretold by the processor.
        *state = [held_back, *state][usize::from(allows(table, code))];
    });
}

/// The values of a facet with how many have each. Without `totals` a value that nobody has is left out; with them, one that
/// nobody has even there.
pub(crate) fn count_values(
    column: &Column,
    reason: u8,
    state: &mut [u8],
    totals: Option<&[FacetCount]>,
) -> Vec<FacetCount> {
    let histogram = histogram(column, reason, state);
    let total =
        |value: &str| totals.and_then(|t| t.iter().find(|c| *c.value == *value)).map_or(0, |c| c.devices);
    let mut named: Vec<FacetCount> = column
        .dictionary
        .iter()
        .zip(histogram)
        .map(|(value, devices)| FacetCount { value: value.clone(), devices })
        .filter(|count| if totals.is_some() { total(&count.value) } else { count.devices } > 0)
        .collect();
    if !named.is_empty() && *named[0].value == *super::UNKNOWN {
        named.rotate_left(1);
    }
    named
}

/// Neighbours often have the same value. Counting them in turns in so many places lets the processor count the next one
/// before it has finished with the last.
const TURNS: usize = 4;

fn histogram(column: &Column, reason: u8, state: &mut [u8]) -> Vec<u64> {
    let mut counts = vec![[0u32; TURNS]; column.dictionary.len()];
    let mut turn = 0;
    column.codes.zip(state, |code, state| {
        if let Some(count) = counts.get_mut(code as usize) {
            count[turn % TURNS] += u32::from((*state == PASSES) | (*state == reason));
        }
        turn += 1;
    });
    counts.into_iter().map(|turns| turns.into_iter().map(u64::from).sum()).collect()
}
