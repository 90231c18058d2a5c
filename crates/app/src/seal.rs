//! The key of an org's cache, from whoever keeps it. A cache that exists is never given a fresh key: that would only make
//! it look like a broken one.

use crate::{SealedKey, cache_path, failure};
use contract::{Failure, session::SealedBy};
use keychain::{Derived, Error::Unavailable, Keeper, Os, Secret};
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

/// What there was of an org's secrets, and is no more.
pub struct Forgotten {
    /// What the keychain held.
    pub in_keychain: keychain::Forgotten,
    /// What lay in files, under words.
    pub in_files: keychain::Forgotten,
    /// Why the keychain was not searched.
    pub unasked: Option<keychain::Error>,
}

/// Where the keys and credentials of connected orgs are kept: under a passphrase, if there is one, or else in the keychain.
/// A clone is the same vault. Everything here blocks, and may ask a person.
#[derive(Clone)]
pub struct Vault {
    data: PathBuf,
    passphrase: Option<Secret>,
    keychain: Keeper,
}

impl Vault {
    /// For the orgs of this data folder.
    pub fn new(data: &Path, passphrase: Option<Secret>) -> Self {
        Self::with(data, passphrase, Keeper::os())
    }

    /// With something else in the place of the system's keychain.
    pub fn with(data: &Path, passphrase: Option<Secret>, keychain: Keeper) -> Self {
        Self { data: data.to_owned(), passphrase, keychain }
    }

    /// What keeps secrets here, or why nothing can. Asks nobody for a password.
    pub fn ready(&self) -> Result<SealedBy, Failure> {
        match (&self.passphrase, &self.keychain) {
            (Some(_), _) => return Ok(SealedBy::Passphrase),
            (None, Keeper::Os(os)) => os.is_there().map_err(|error| failure::keychain(&error))?,
            (None, _) => {}
        }
        Ok(SealedBy::Keychain)
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

    /// Forgets key and credential wherever they may lie: the program may have been started with other words than those
    /// that they were kept with. Nobody has to know these.
    pub fn forget(&self, org: &str) -> Result<Forgotten, Failure> {
        let salt = salt_path(&self.data, org);
        let (in_keychain, unasked) = match self.keychain.forget(org) {
            Ok(found) => (found, None),
            // Where words stood in for it, a keychain that gives nothing must not keep the rest from going.
            Err(error) if matches!(error, Unavailable(_)) || salt.exists() => {
                (Default::default(), Some(error))
            }
            Err(error) => return Err(failure::keychain(&error)),
        };
        let in_files = Derived::forget_files(&salt).map_err(|error| failure::keychain(&error))?;
        Ok(Forgotten { in_keychain, in_files, unasked })
    }

    fn keeper(&self, org: &str) -> Result<(Keeper, SealedBy), Failure> {
        let salt = salt_path(&self.data, org);
        match &self.passphrase {
            Some(passphrase) => {
                let derived = Derived::from_passphrase(passphrase.clone(), prepared(salt)?);
                Ok((Keeper::derived(derived), SealedBy::Passphrase))
            }
            None if salt.exists() => Err(failure::keychain(&keychain::Error::WrongPassphrase)),
            None => Ok((self.keychain.clone(), SealedBy::Keychain)),
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
    fn a_keychain_that_does_not_answer_keeps_no_file_from_being_forgotten() {
        let data = tempfile::tempdir().expect("a folder");
        let salt = prepared(salt_path(data.path(), "acme.okta.com")).expect("a folder");
        std::fs::write(&salt, b"salt").expect("written");
        std::fs::write(salt.with_extension("credential"), b"sealed").expect("written");
        let silent = Os { greeting: std::time::Duration::ZERO, ..Os::default() };
        let vault = Vault::with(data.path(), None, Keeper::Os(silent));
        let forgotten = vault.forget("acme.okta.com").expect("forgotten without words");
        assert_eq!(forgotten.in_files, keychain::Forgotten { key: true, credentials: true });
        assert_eq!(forgotten.in_keychain, keychain::Forgotten::default());
        assert!(forgotten.unasked.is_some() && !salt.exists() && !salt.with_extension("credential").exists());
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
