//! The operating system's keychain: Secret Service on Linux and the BSDs, Keychain on macOS, Credential Manager on Windows.
//!
//! Asking it can take for ever: a Secret Service may be missing, asleep, or waiting for a person to type a password. So every
//! question is asked on a thread of its own and given up after a while; how far it got tells a missing keychain from a
//! locked one.

use crate::{CacheKey, Error, Forgotten, Secret};
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error as StoreError};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;
use zeroize::Zeroizing;

/// The name under which the keychain lists everything of ours.
const SERVICE: &str = "Postern";

/// The keychain, and how long to wait for it.
#[derive(Debug, Clone, Copy)]
pub struct Os {
    /// For the keychain to answer at all: this may delay the start of the program.
    pub greeting: Duration,
    /// For an answer from then on. A person may be typing a password meanwhile.
    pub patience: Duration,
}

impl Default for Os {
    fn default() -> Self {
        Self { greeting: Duration::from_secs(3), patience: Duration::from_secs(60) }
    }
}

/// What of an org is kept.
#[derive(Clone, Copy)]
enum Kind {
    CacheKey,
    Credentials,
}

impl Os {
    /// Whether there is a keychain, locked or not. Asks nobody for a password.
    pub fn is_there(&self) -> Result<(), Error> {
        self.ask(|_| Ok(()))
    }

    pub(crate) fn cache_key(&self, org: &str) -> Result<CacheKey, Error> {
        if let Some(key) = self.existing_cache_key(org)? {
            return Ok(key);
        }
        let fresh = CacheKey::random()?.to_hex();
        let name = name(Kind::CacheKey, org);
        let kept = self.ask(move |store| {
            write(store, &name, fresh.as_bytes())?;
            // Another process may have done the same at once: what is there now counts for both.
            read(store, &name)
        })?;
        kept.and_then(|text| CacheKey::from_hex(&text)).ok_or(Error::DamagedEntry)
    }

    pub(crate) fn existing_cache_key(&self, org: &str) -> Result<Option<CacheKey>, Error> {
        match self.read(Kind::CacheKey, org)? {
            Some(text) => CacheKey::from_hex(&text).map(Some).ok_or(Error::DamagedEntry),
            None => Ok(None),
        }
    }

    pub(crate) fn credentials(&self, org: &str) -> Result<Option<Secret>, Error> {
        let Some(bytes) = self.read(Kind::Credentials, org)? else { return Ok(None) };
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::DamagedEntry)?;
        Ok(Some(Secret::new(text)))
    }

    pub(crate) fn keep_credentials(&self, org: &str, credentials: &Secret) -> Result<(), Error> {
        let (name, secret) = (name(Kind::Credentials, org), credentials.clone());
        self.ask(move |store| write(store, &name, secret.expose().as_bytes()))
    }

    pub(crate) fn forget(&self, org: &str) -> Result<Forgotten, Error> {
        let (credentials, key) = (name(Kind::Credentials, org), name(Kind::CacheKey, org));
        self.ask(move |store| {
            Ok(Forgotten { credentials: remove(store, &credentials)?, key: remove(store, &key)? })
        })
    }

    /// Asks the keychain on a thread of its own. A thread that is given up ends when the keychain answers, or with the
    /// program.
    fn ask<R: Send + 'static>(
        &self,
        question: impl FnOnce(&Store) -> keyring_core::Result<R> + Send + 'static,
    ) -> Result<R, Error> {
        let (tell, hear) = sync_channel(2);
        let asking = move || {
            // Nobody listens any more once the patience has ended; sending fails then, and that is all right.
            let store = match open() {
                Ok(store) => store,
                Err(error) => return drop(tell.send(Told::Answer(Err(Error::Unavailable(text(&error)))))),
            };
            drop(tell.send(Told::Greeting));
            drop(tell.send(Told::Answer(question(&store).map_err(classify))));
        };
        std::thread::Builder::new()
            .name("keychain".into())
            .spawn(asking)
            .map_err(|error| Error::Failed(error.to_string().into()))?;
        let silence = |patience: Duration| format!("no answer within {} s", patience.as_secs_f32()).into();
        let broken = || Error::Failed("it broke down while it was asked".into());
        match hear.recv_timeout(self.greeting) {
            Ok(Told::Greeting) => {}
            Ok(Told::Answer(answer)) => return answer,
            Err(RecvTimeoutError::Timeout) => return Err(Error::Unavailable(silence(self.greeting))),
            Err(RecvTimeoutError::Disconnected) => return Err(broken()),
        }
        match hear.recv_timeout(self.patience) {
            Ok(Told::Answer(answer)) => answer,
            // It answered at first and then fell silent: it is waiting for its person.
            Err(RecvTimeoutError::Timeout) => Err(Error::Locked),
            Ok(Told::Greeting) | Err(RecvTimeoutError::Disconnected) => Err(broken()),
        }
    }

    fn read(&self, kind: Kind, org: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let name = name(kind, org);
        self.ask(move |store| read(store, &name))
    }
}

fn name(kind: Kind, org: &str) -> String {
    match kind {
        Kind::CacheKey => format!("cache key of {org}"),
        Kind::Credentials => format!("credentials of {org}"),
    }
}

type Store = Arc<dyn CredentialStoreApi + Send + Sync>;

fn entry(store: &Store, name: &str) -> keyring_core::Result<Entry> {
    store.build(SERVICE, name, None)
}

fn read(store: &Store, name: &str) -> keyring_core::Result<Option<Zeroizing<Vec<u8>>>> {
    match entry(store, name)?.get_secret() {
        Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
        Err(StoreError::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

fn write(store: &Store, name: &str, secret: &[u8]) -> keyring_core::Result<()> {
    entry(store, name)?.set_secret(secret)
}

/// Whether there was something to remove.
fn remove(store: &Store, name: &str) -> keyring_core::Result<bool> {
    match entry(store, name)?.delete_credential() {
        Ok(()) => Ok(true),
        Err(StoreError::NoEntry) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the asking thread tells.
enum Told<R> {
    /// There is a keychain.
    Greeting,
    Answer(Result<R, Error>),
}

#[cfg(all(unix, not(target_os = "macos")))]
fn open() -> keyring_core::Result<Store> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn open() -> keyring_core::Result<Store> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn open() -> keyring_core::Result<Store> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// What a failed question means for the person.
fn classify(error: StoreError) -> Error {
    match error {
        StoreError::NoStorageAccess(inner) => no_access(&*inner),
        StoreError::TooLong(..) => Error::TooLong,
        StoreError::Ambiguous(_) | StoreError::BadEncoding(_) | StoreError::BadDataFormat(..) => {
            Error::DamagedEntry
        }
        other => Error::Failed(text(&other)),
    }
}

/// On Linux a locked collection, a prompt that was sent away (locked all the same), or no collection at all.
#[cfg(all(unix, not(target_os = "macos")))]
fn no_access(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Error {
    match error.downcast_ref() {
        Some(secret_service::Error::NoResult) => Error::Unavailable("it was never set up".into()),
        _ => Error::Locked,
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn no_access(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Error {
    Error::Denied(error.to_string().into())
}

/// The error in words. Those of its variants that carry a secret's bytes do not print them.
fn text(error: &StoreError) -> Box<str> {
    error.to_string().into()
}
