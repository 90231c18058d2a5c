//! The System Log as it is kept: pages and counts under a filter, how complete it is, and filters that somebody watches. What
//! one event says in full is told elsewhere.

mod built_in;
mod counts;
mod coverage;
mod detections;
mod rare;
pub(crate) mod rows;

pub(crate) use coverage::{KEPT, gaps, readable};
pub(crate) use rare::{RARE, rare_begins, rare_filter};
