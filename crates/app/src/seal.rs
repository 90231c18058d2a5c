//! The key of an org's cache, from whoever keeps it. A cache that exists is never given a fresh key: that would only make
//! it look like a broken one.

use crate::{SealedKey, cache_path, failure};
use contract::{Failure, session::SealedBy};
use keychain::{Derived, Keeper, Os, Secret};
use std::path::{Path, PathBuf};

/// The words that a key may be derived from, as the environment gives them.
#[derive(Clone, Default)]
pub struct Words {
    /// A passphrase: it wins over the keychain.
    pub passphrase: Option<Secret>,
    /// The org's API token: the last resort.
    pub token: Option<Secret>,
}

/// The key of the cache of `org`; blocks, and may ask the person at the keychain. The second part is a sentence that the
/// person should be told, when the key is not kept as well as it could be.
pub fn key(data: &Path, org: &str, words: Words) -> Result<(SealedKey, Option<String>), Failure> {
    let salt = salt_path(data, org);
    let derived_before = salt.exists();
    if let Some(passphrase) = words.passphrase {
        let keeper = Keeper::derived(Derived::from_passphrase(passphrase, prepared(salt)?));
        return Ok((from(&keeper, SealedBy::Passphrase, data, org)?, None));
    }
    let os = Os::default();
    let reason = if derived_before { None } else { os.is_there().err() };
    match (reason, words.token) {
        (None, _) if !derived_before => Ok((from(&Keeper::Os(os), SealedBy::Keychain, data, org)?, None)),
        (reason, Some(token)) => {
            let keeper = Keeper::derived(Derived::from_token(token, prepared(salt)?));
            let told = reason.map(|reason| {
                format!("The key of the local copy is derived from the API token, since {reason}. A new token needs a new copy.")
            });
            Ok((from(&keeper, SealedBy::Token, data, org)?, told))
        }
        (Some(reason), None) => Err(failure::keychain(&reason)),
        (None, None) => Err(failure::keychain(&keychain::Error::WrongPassphrase)),
    }
}

/// The key from one keeper.
pub fn from(keeper: &Keeper, sealed_by: SealedBy, data: &Path, org: &str) -> Result<SealedKey, Failure> {
    let told = |error: keychain::Error| failure::keychain(&error);
    let key = if cache_path(data, org).exists() {
        keeper.existing_cache_key(org).map_err(told)?.ok_or_else(failure::lost_key)?
    } else {
        keeper.cache_key(org).map_err(told)?
    };
    Ok(SealedKey { key: cache::Key::new(*key.expose()), sealed_by })
}

/// Where the keys and credentials of connected orgs are kept: under a passphrase, if there is one, or else in the keychain.
/// A clone is the same vault. Everything here blocks, and may ask a person.
#[derive(Clone)]
pub struct Vault {
    data: PathBuf,
    how: How,
}

#[derive(Clone)]
enum How {
    Words(Option<Secret>),
    /// One that was chosen before, for tests.
    Fixed(Keeper, SealedBy),
}

impl Vault {
    /// For the orgs of this data folder.
    pub fn new(data: &Path, passphrase: Option<Secret>) -> Self {
        Self { data: data.to_owned(), how: How::Words(passphrase) }
    }

    /// With a keeper of the caller's.
    pub fn with(data: &Path, keeper: Keeper, sealed_by: SealedBy) -> Self {
        Self { data: data.to_owned(), how: How::Fixed(keeper, sealed_by) }
    }

    /// What keeps secrets here, or why nothing can. Asks nobody for a password.
    pub fn ready(&self) -> Result<SealedBy, Failure> {
        match &self.how {
            How::Words(Some(_)) => Ok(SealedBy::Passphrase),
            How::Words(None) => {
                Os::default().is_there().map_err(|error| failure::keychain(&error))?;
                Ok(SealedBy::Keychain)
            }
            How::Fixed(_, sealed_by) => Ok(*sealed_by),
        }
    }

    /// The key of the cache of `org`, made where there is no cache yet.
    pub fn cache_key(&self, org: &str) -> Result<SealedKey, Failure> {
        let (keeper, sealed_by) = self.keeper(org)?;
        from(&keeper, sealed_by, &self.data, org)
    }

    /// The credential kept for `org`.
    pub fn credentials(&self, org: &str) -> Result<Option<Secret>, Failure> {
        self.keeper(org)?.0.credentials(org).map_err(|error| failure::keychain(&error))
    }

    /// Keeps a credential in place of an earlier one.
    pub fn keep(&self, org: &str, credentials: &Secret) -> Result<(), Failure> {
        self.keeper(org)?.0.keep_credentials(org, credentials).map_err(|error| failure::keychain(&error))
    }

    /// Forgets key and credential.
    pub fn forget(&self, org: &str) -> Result<(), Failure> {
        self.keeper(org)?.0.forget(org).map_err(|error| failure::keychain(&error))
    }

    fn keeper(&self, org: &str) -> Result<(Keeper, SealedBy), Failure> {
        let salt = salt_path(&self.data, org);
        match &self.how {
            How::Words(Some(passphrase)) => {
                let derived = Derived::from_passphrase(passphrase.clone(), prepared(salt)?);
                Ok((Keeper::derived(derived), SealedBy::Passphrase))
            }
            How::Words(None) if salt.exists() => Err(failure::keychain(&keychain::Error::WrongPassphrase)),
            How::Words(None) => Ok((Keeper::os(), SealedBy::Keychain)),
            How::Fixed(keeper, sealed_by) => Ok((keeper.clone(), *sealed_by)),
        }
    }
}

fn salt_path(data: &Path, org: &str) -> PathBuf {
    cache_path(data, org).with_extension("salt")
}

/// The salt's folder has to be there before the salt.
fn prepared(salt: PathBuf) -> Result<PathBuf, Failure> {
    if let Some(folder) = salt.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failure::cache(error.into()))?;
    }
    Ok(salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> Words {
        Words { passphrase: Some(Secret::new(text)), token: None }
    }

    #[test]
    fn the_same_passphrase_gives_the_same_key_and_another_is_told() {
        let data = tempfile::tempdir().expect("a folder");
        let (sealed, told) = key(data.path(), "acme.okta.com", passphrase("open sesame")).expect("a key");
        assert_eq!((sealed.sealed_by, told), (SealedBy::Passphrase, None));
        let wrong = key(data.path(), "acme.okta.com", passphrase("open barley")).err().expect("another key");
        assert!(wrong.hint.is_some_and(|hint| hint.contains("salt")));
    }

    #[test]
    fn a_cache_without_its_key_is_not_given_a_fresh_one() {
        let data = tempfile::tempdir().expect("a folder");
        let path = cache_path(data.path(), "acme.okta.com");
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, b"sealed").expect("written");
        let lost = from(&Keeper::memory(), SealedBy::Keychain, data.path(), "acme.okta.com");
        assert_eq!(lost.err(), Some(failure::lost_key()));
    }
}
