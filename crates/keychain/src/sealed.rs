//! A credential under a passphrase, where there is no keychain: one small file, sealed with a key that only the passphrase
//! gives. It is no key in a file: without the words it is noise.

use crate::{CacheKey, Error, Secret};
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Tells the format, and keeps this key apart from every other that is made from the same words.
const LABEL: &[u8] = b"postern credential 1";
const NONCE: usize = 12;

/// Seals `credentials` of `org` into the file, in place of earlier ones.
pub fn write(path: &Path, org: &str, key: &CacheKey, credentials: &Secret) -> Result<(), Error> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| Error::NoRandomness)?;
    let payload = Payload { msg: credentials.expose().as_bytes(), aad: org.as_bytes() };
    // Encrypting fails only for texts of many gigabytes.
    let sealed = cipher(key).encrypt(&nonce.into(), payload).map_err(|_| Error::TooLong)?;
    let bytes = [LABEL, nonce.as_slice(), sealed.as_slice()].concat();
    replace(path, &bytes).map_err(|source| Error::CredentialFile { path: path.to_owned(), source })
}

/// What the file holds for `org`; `None` where there is none.
pub fn read(path: &Path, org: &str, key: &CacheKey) -> Result<Option<Secret>, Error> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::CredentialFile { path: path.to_owned(), source }),
    };
    let rest = bytes.strip_prefix(LABEL).ok_or(Error::DamagedEntry)?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(Error::DamagedEntry)?;
    let payload = Payload { msg: sealed, aad: org.as_bytes() };
    let text = cipher(key).decrypt(nonce.into(), payload).map_err(|_| Error::DamagedEntry)?;
    let text = Zeroizing::new(text);
    let text = std::str::from_utf8(&text).map_err(|_| Error::DamagedEntry)?;
    Ok(Some(Secret::new(text)))
}

/// The cache's key is used for the cache alone: this one is made from it, and does not lead back.
fn cipher(key: &CacheKey) -> ChaCha20Poly1305 {
    let mut digest = Sha256::new();
    digest.update(LABEL);
    digest.update(key.expose());
    let own = Zeroizing::new(<[u8; 32]>::from(digest.finalize()));
    ChaCha20Poly1305::new((&*own).into())
}

/// Writes the file whole or not at all, for this user alone.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension(format!("credential.{}", std::process::id()));
    let written = (|| {
        let mut options = std::fs::File::options();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&draft); // It may never have been made.
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_org_open_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("acme.credential");
        let (key, other) = (CacheKey::random().expect("a key"), CacheKey::random().expect("a key"));
        assert!(read(&path, "acme", &key).expect("no file is no error").is_none());
        write(&path, "acme", &key, &Secret::new("00token")).expect("written");
        let kept = read(&path, "acme", &key).expect("read").expect("kept");
        assert_eq!(kept.expose(), "00token");
        assert!(matches!(read(&path, "acme", &other), Err(Error::DamagedEntry)));
        assert!(matches!(read(&path, "else", &key), Err(Error::DamagedEntry)));
        let bytes = std::fs::read(&path).expect("a file");
        assert!(!bytes.windows(7).any(|part| part == b"00token"));
    }
}
