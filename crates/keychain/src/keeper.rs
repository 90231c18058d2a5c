//! Who keeps an org's key and credentials, behind one face.

use crate::{CacheKey, Derived, Error, Memory, Os, Secret};

/// What there was of an org when it was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// The key, or the salt without which no words give it again.
    pub key: bool,
    pub credentials: bool,
}

/// A keeper of secrets.
#[derive(Clone)]
pub enum Keeper {
    /// The operating system's keychain keeps both.
    Os(Os),
    /// The cache key is derived from words each time, and credentials are sealed under the same words.
    Derived(Derived),
    /// Everything is kept for this run only.
    Memory(Memory),
}

impl Keeper {
    /// The operating system's keychain.
    pub fn os() -> Self {
        Self::Os(Os::default())
    }

    /// Words, of which the key is derived.
    pub fn derived(derived: Derived) -> Self {
        Self::Derived(derived)
    }

    /// Nothing but this run's memory.
    pub fn memory() -> Self {
        Self::Memory(Memory::default())
    }

    /// The key of `org`'s cache, made on first use. Where the cache exists already, ask for
    /// [`existing_cache_key`](Self::existing_cache_key): a fresh key would not open it.
    pub fn cache_key(&self, org: &str) -> Result<CacheKey, Error> {
        match self {
            Self::Os(os) => os.cache_key(org),
            Self::Derived(derived) => derived.cache_key(),
            Self::Memory(memory) => memory.cache_key(org),
        }
    }

    /// The key of `org`'s cache, if there ever was one.
    pub fn existing_cache_key(&self, org: &str) -> Result<Option<CacheKey>, Error> {
        match self {
            Self::Os(os) => os.existing_cache_key(org),
            Self::Derived(derived) => derived.existing_cache_key(),
            Self::Memory(memory) => Ok(memory.existing_cache_key(org)),
        }
    }

    /// The credentials of `org`, if they were kept.
    pub fn credentials(&self, org: &str) -> Result<Option<Secret>, Error> {
        match self {
            Self::Os(os) => os.credentials(org),
            Self::Derived(derived) => derived.credentials(org),
            Self::Memory(memory) => Ok(memory.credentials(org)),
        }
    }

    /// Keeps the credentials of `org`, in place of earlier ones.
    pub fn keep_credentials(&self, org: &str, credentials: &Secret) -> Result<(), Error> {
        match self {
            Self::Os(os) => os.keep_credentials(org, credentials),
            Self::Derived(derived) => derived.keep_credentials(org, credentials),
            Self::Memory(memory) => {
                memory.keep_credentials(org, credentials.clone());
                Ok(())
            }
        }
    }

    /// Forgets key and credentials of `org`. Its cache can't be opened any more.
    pub fn forget(&self, org: &str) -> Result<Forgotten, Error> {
        match self {
            Self::Os(os) => os.forget(org),
            Self::Derived(derived) => derived.forget(),
            Self::Memory(memory) => Ok(memory.forget(org)),
        }
    }

    /// Whether credentials outlive the program, to be told before they are asked for.
    pub fn remembers_credentials(&self) -> bool {
        !matches!(self, Self::Memory(_))
    }
}

/// The best keeper to be had for `org`: words, if its cache was sealed with them before; the keychain, if it answers and
/// lets us in; the words, if there are any; or else memory. With the reason why it is not the keychain, which the person
/// has to be told. Makes the key where there is none yet.
pub fn choose(os: Os, org: &str, words: Option<Derived>) -> (Keeper, Option<Error>) {
    match words {
        Some(words) if words.is_set_up() => (Keeper::derived(words), None),
        words => match os.cache_key(org) {
            Ok(_) => (Keeper::Os(os), None),
            Err(reason) => (words.map_or_else(Keeper::memory, Keeper::derived), Some(reason)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_keeps_for_this_run() {
        let keeper = Keeper::memory();
        assert!(keeper.existing_cache_key("acme").expect("memory never fails").is_none());
        let key = keeper.cache_key("acme").expect("a key");
        let again = keeper.clone().cache_key("acme").expect("a key");
        assert!(key.expose() == again.expose());
        assert!(key.expose() != keeper.cache_key("other").expect("a key").expose());
        keeper.keep_credentials("acme", &Secret::new("00token")).expect("kept");
        let kept = keeper.credentials("acme").expect("memory never fails").expect("kept");
        assert_eq!(kept.expose(), "00token");
        let both = Forgotten { key: true, credentials: true };
        assert_eq!(keeper.forget("acme").expect("forgotten"), both);
        assert_eq!(keeper.forget("acme").expect("nothing left"), Forgotten::default());
        assert!(keeper.credentials("acme").expect("memory never fails").is_none());
    }
}
