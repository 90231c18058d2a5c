//! The cache as its callers see it: on files in a temporary folder, through public functions alone.

mod case;
mod condition;
mod confirm;
mod crash;
mod faults;
mod floor;
mod format;
mod history;
mod log;
mod log_brute;
mod org;
mod people;
mod query;
mod search;
mod signals;
mod told;
mod triage;
