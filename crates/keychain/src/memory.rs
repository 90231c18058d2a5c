//! The last resort: what is kept here dies with the program. A cache whose key is lost is lost, so such a cache has no
//! file either.

use crate::{CacheKey, Error, Forgotten, Secret};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Keys and credentials of this run. Clones share them.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<HashMap<Box<str>, Kept>>>);

#[derive(Default)]
struct Kept {
    key: Option<CacheKey>,
    credentials: Option<Secret>,
}

impl Memory {
    pub(crate) fn cache_key(&self, org: &str) -> Result<CacheKey, Error> {
        let mut orgs = self.lock();
        let kept = orgs.entry(org.into()).or_default();
        if let Some(key) = &kept.key {
            return Ok(key.clone());
        }
        let key = CacheKey::random()?;
        kept.key = Some(key.clone());
        Ok(key)
    }

    pub(crate) fn existing_cache_key(&self, org: &str) -> Option<CacheKey> {
        self.lock().get(org).and_then(|kept| kept.key.clone())
    }

    pub(crate) fn credentials(&self, org: &str) -> Option<Secret> {
        self.lock().get(org).and_then(|kept| kept.credentials.clone())
    }

    pub(crate) fn keep_credentials(&self, org: &str, credentials: Secret) {
        self.lock().entry(org.into()).or_default().credentials = Some(credentials);
    }

    pub(crate) fn forget(&self, org: &str) -> Forgotten {
        let kept = self.lock().remove(org).unwrap_or_default();
        Forgotten { key: kept.key.is_some(), credentials: kept.credentials.is_some() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Kept>> {
        // Each change is one assignment: a panic elsewhere has left nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
