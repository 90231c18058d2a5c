//! A key derived from something a person or a server knows, by argon2id. The salt and the parameters lie in a small file
//! beside the cache, so that the same words give the same key again.
//!
//! The file also holds a check value, which tells a wrong passphrase from a damaged cache. It helps nobody who guesses: the
//! cache itself answers the same question, and both cost the same derivation.

use crate::{CacheKey, Cost, Error, Forgotten, Secret, sealed};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The format of the file written today.
const VERSION: u32 = 1;

/// Words and where their salt lies.
#[derive(Clone)]
pub struct Derived {
    words: Secret,
    salt_file: PathBuf,
    cost: Cost,
}

/// The file beside the cache.
#[derive(Serialize, Deserialize)]
struct SaltFile {
    version: u32,
    kdf: Box<str>,
    #[serde(flatten)]
    cost: Cost,
    salt: Box<str>,
    check: Box<str>,
}

fn credential_file(salt_file: &Path) -> PathBuf {
    salt_file.with_extension("credential")
}

impl Derived {
    /// A passphrase; `salt_file` is made at the first use.
    pub fn from_passphrase(passphrase: Secret, salt_file: impl Into<PathBuf>) -> Self {
        Self { words: passphrase, salt_file: salt_file.into(), cost: Cost::default() }
    }

    /// The org's API token, for programs without a person. Another token gives another key: a cache sealed by a token
    /// ends with it and has to be synced anew.
    pub fn from_token(token: Secret, salt_file: impl Into<PathBuf>) -> Self {
        Self::from_passphrase(token, salt_file)
    }

    /// The same with another cost, for a new file; an existing one keeps its own.
    #[must_use]
    pub fn costing(self, cost: Cost) -> Self {
        Self { cost, ..self }
    }

    /// Whether words have been chosen before: then they must be the same again.
    pub fn is_set_up(&self) -> bool {
        self.salt_file.exists()
    }

    /// Seals the credentials of `org` under these words.
    pub(crate) fn keep_credentials(&self, org: &str, credentials: &Secret) -> Result<(), Error> {
        sealed::write(&self.credential_file(), org, &self.cache_key()?, credentials)
    }

    /// The credentials of `org`, if they were sealed under these words.
    pub(crate) fn credentials(&self, org: &str) -> Result<Option<Secret>, Error> {
        let path = self.credential_file();
        if !path.exists() {
            return Ok(None);
        }
        // A credential without its salt can't be opened by any words.
        let key = self.existing_cache_key()?.ok_or(Error::DamagedEntry)?;
        sealed::read(&path, org, &key)
    }

    pub(crate) fn forget(&self) -> Result<Forgotten, Error> {
        Self::forget_files(&self.salt_file)
    }

    /// Removes the salt and the sealed credentials: whatever they opened is lost. Nobody has to know the words for that.
    pub fn forget_files(salt_file: &Path) -> Result<Forgotten, Error> {
        let remove = |path: &Path| match std::fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(source) => Err(source),
        };
        let credential_file = credential_file(salt_file);
        let credentials = remove(&credential_file)
            .map_err(|source| Error::CredentialFile { path: credential_file, source })?;
        let key =
            remove(salt_file).map_err(|source| Error::SaltFile { path: salt_file.to_owned(), source })?;
        Ok(Forgotten { key, credentials })
    }

    fn credential_file(&self) -> PathBuf {
        credential_file(&self.salt_file)
    }

    pub(crate) fn cache_key(&self) -> Result<CacheKey, Error> {
        if let Some(key) = self.existing_cache_key()? {
            return Ok(key);
        }
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| Error::NoRandomness)?;
        let (_, check) = self.derive(&salt, self.cost)?;
        let file = SaltFile {
            version: VERSION,
            kdf: "argon2id".into(),
            cost: self.cost,
            salt: hex(&salt).into(),
            check: hex(&check).into(),
        };
        match write_new(&self.salt_file, &file) {
            Ok(()) => {}
            // Another process was quicker: its salt counts.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(source) => return Err(Error::SaltFile { path: self.salt_file.clone(), source }),
        }
        self.existing_cache_key()?.ok_or_else(|| self.damaged("it vanished after it was written"))
    }

    pub(crate) fn existing_cache_key(&self) -> Result<Option<CacheKey>, Error> {
        if self.words.expose().is_empty() {
            return Err(Error::EmptyPassphrase);
        }
        let text = match std::fs::read_to_string(&self.salt_file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::SaltFile { path: self.salt_file.clone(), source }),
        };
        let file = self.read(&text)?;
        let salt = unhex(&file.salt).ok_or_else(|| self.damaged("the salt is not hexadecimal"))?;
        let (key, check) = self.derive(&salt, file.cost)?;
        if hex(&check) != *file.check {
            return Err(Error::WrongPassphrase);
        }
        Ok(Some(key))
    }

    fn read(&self, text: &str) -> Result<SaltFile, Error> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let invalid = |error: serde_json::Error| self.damaged(&error.to_string());
        let Versioned { version } = serde_json::from_str(text).map_err(invalid)?;
        if version > VERSION {
            return Err(Error::NewerSalt { path: self.salt_file.clone() });
        }
        let file: SaltFile = serde_json::from_str(text).map_err(invalid)?;
        if &*file.kdf != "argon2id" {
            return Err(self.damaged("it names another key derivation than argon2id"));
        }
        if !file.cost.is_bearable() {
            return Err(self.damaged("it asks for more memory or time than any version ever did"));
        }
        Ok(file)
    }

    /// The key, and the check value that may be written down. They are the two halves of one output, of which knowing one
    /// says nothing about the other.
    fn derive(&self, salt: &[u8], cost: Cost) -> Result<(CacheKey, [u8; 32]), Error> {
        let refused = |error: argon2::Error| self.damaged(&error.to_string());
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(64)).map_err(refused)?;
        let mut output = Zeroizing::new([0_u8; 64]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.words.expose().as_bytes(), salt, &mut *output)
            .map_err(refused)?;
        let (mut key, mut check) = (Zeroizing::new([0; 32]), [0; 32]);
        key.copy_from_slice(&output[..32]);
        check.copy_from_slice(&output[32..]);
        Ok((CacheKey::new(key), check))
    }

    fn damaged(&self, reason: &str) -> Error {
        Error::DamagedSalt { path: self.salt_file.clone(), reason: reason.into() }
    }
}

/// Writes the file whole or not at all, and never over another: losing a salt is losing the key.
fn write_new(path: &Path, file: &SaltFile) -> std::io::Result<()> {
    let text = serde_json::to_vec_pretty(file)?;
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    let draft = PathBuf::from(name);
    let written = (|| {
        let mut file = std::fs::File::create(&draft)?;
        file.write_all(&text)?;
        file.sync_all()?;
        // Unlike a rename, a link fails where something stands already.
        std::fs::hard_link(&draft, path).or_else(|error| match error.kind() {
            ErrorKind::AlreadyExists => Err(error),
            // File systems without links: the window between asking and renaming is as small as it gets.
            _ if path.exists() => Err(ErrorKind::AlreadyExists.into()),
            _ => std::fs::rename(&draft, path),
        })
    })();
    let _ = std::fs::remove_file(&draft); // Gone already where it was renamed.
    written
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair = |pair: &[u8]| u8::try_from(digit(pair[0])? * 16 + digit(*pair.get(1)?)?).ok();
    text.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    fn words(text: &str, folder: &tempfile::TempDir) -> Derived {
        Derived::from_passphrase(Secret::new(text), folder.path().join("acme.salt")).costing(QUICK)
    }

    /// The error's variant.
    fn problem(result: Result<Option<CacheKey>, Error>) -> String {
        match result {
            Ok(key) => format!("a key: {}", key.is_some()),
            Err(error) => format!("{error:?}").split([' ', '{', '(']).next().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn the_same_words_give_the_same_key_and_others_are_told_so() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(problem(words("open sesame", &folder).existing_cache_key()), "a key: false");
        let key = words("open sesame", &folder).cache_key().expect("the first time");
        let again = words("open sesame", &folder).cache_key().expect("the second time");
        assert!(key.expose() == again.expose());
        assert_eq!(problem(words("open barley", &folder).existing_cache_key()), "WrongPassphrase");
        assert!(matches!(words("open barley", &folder).cache_key(), Err(Error::WrongPassphrase)));
        assert_eq!(problem(words("", &folder).existing_cache_key()), "EmptyPassphrase");
        let left = std::fs::read_dir(&folder).expect("readable").count();
        assert_eq!(left, 1, "no draft is left behind");
    }

    #[test]
    fn another_cache_has_another_key() {
        let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let key = |folder| words("open sesame", folder).cache_key().expect("a key");
        assert!(key(&one).expose() != key(&two).expose());
    }

    #[test]
    fn neither_key_nor_words_are_in_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = words("open sesame", &folder).cache_key().expect("a key");
        let text = std::fs::read_to_string(folder.path().join("acme.salt")).expect("it was written");
        assert!(!text.contains(&*key.to_hex()) && !text.contains("sesame"));
    }

    #[test]
    fn a_file_that_can_not_be_trusted_is_refused_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("acme.salt");
        words("open sesame", &folder).cache_key().expect("a key");
        let good = std::fs::read_to_string(&path).expect("it was written");
        let check = |text: &str, want: &str| {
            std::fs::write(&path, text).expect("writable");
            assert_eq!(problem(words("open sesame", &folder).existing_cache_key()), want, "{text}");
            assert!(
                words("open sesame", &folder).cache_key().is_err(),
                "it must not be replaced by a fresh one"
            );
            assert_eq!(std::fs::read_to_string(&path).expect("still there"), text);
        };
        check("", "DamagedSalt");
        check(&good[..good.len() / 2], "DamagedSalt");
        check(&good.replace("\"memory_kib\": 8", "\"memory_kib\": 4000000000"), "DamagedSalt");
        check(&good.replace("argon2id", "rot13"), "DamagedSalt");
        check(&good.replace("\"salt\": \"", "\"salt\": \"zz"), "DamagedSalt");
        check(&good.replace("\"version\": 1", "\"version\": 2"), "NewerSalt");
    }
}
