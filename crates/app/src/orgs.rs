//! The orgs that this machine knows: what is kept of them, and the commands that connect, open, change and wipe one. A
//! credential is fetched here from where the page says it lies; the page never sees it.

mod areas;
mod check;
mod connect;
mod credential;
mod draft;
mod list;
mod open;
mod registry;
mod source;
mod test;
mod wipe;

use contract::Failure;
use draft::Drafts;
use registry::Registry;
use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

/// What the core holds of orgs beside the open one.
pub(crate) struct Orgs {
    pub registry: Registry,
    pub drafts: Drafts,
    trouble: Mutex<Option<Failure>>,
}

impl Orgs {
    /// The orgs of this data folder.
    pub fn of(data: &Path) -> Self {
        Self { registry: Registry::of(data), drafts: Drafts::default(), trouble: Mutex::default() }
    }

    /// Why no org could be opened at the start.
    pub fn trouble(&self) -> Option<Failure> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes note of it, or forgets it.
    pub fn set_trouble(&self, failure: Option<Failure>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }
}
