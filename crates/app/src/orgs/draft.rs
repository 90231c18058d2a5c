//! Credentials that were made or tested and not kept yet. They live in memory, are named by a number that says nothing, and
//! end with the program.

use crate::failure;
use contract::Failure;
use okta_client::{Credentials, KeyPair, OrgUrl};
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// So many new key pairs are held; an older one is forgotten.
const KEYS: usize = 4;

/// A credential that an org accepted.
#[derive(Clone)]
pub(super) struct Tested {
    pub url: OrgUrl,
    pub credentials: Credentials,
    /// It came from the clipboard, which is cleared once it is kept.
    pub from_clipboard: bool,
}

#[derive(Default)]
struct Held {
    made: u64,
    keys: VecDeque<(String, KeyPair)>,
    /// The last one tested: nobody goes back to an earlier one.
    tested: Option<(String, Tested)>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Drafts(Mutex<Held>);

impl Drafts {
    pub(super) fn add_key(&self, pair: KeyPair) -> String {
        let mut held = self.lock();
        let name = held.name();
        if held.keys.len() == KEYS {
            held.keys.pop_front();
        }
        held.keys.push_back((name.clone(), pair));
        name
    }

    pub(super) fn key(&self, draft: &str) -> Result<KeyPair, Failure> {
        let held = self.lock();
        let found = held.keys.iter().find(|(name, _)| name == draft);
        found.map(|(_, pair)| pair.clone()).ok_or_else(failure::no_draft)
    }

    pub(super) fn add_tested(&self, tested: Tested) -> String {
        let mut held = self.lock();
        let name = held.name();
        held.tested = Some((name.clone(), tested));
        name
    }

    pub(super) fn tested(&self, draft: &str) -> Result<Tested, Failure> {
        let held = self.lock();
        let found = held.tested.as_ref().filter(|(name, _)| name == draft);
        found.map(|(_, tested)| tested.clone()).ok_or_else(failure::no_draft)
    }

    /// Forgets all of them.
    pub(super) fn clear(&self) {
        let mut held = self.lock();
        held.keys.clear();
        held.tested = None;
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn name(&mut self) -> String {
        self.made += 1;
        format!("draft-{}", self.made)
    }
}
