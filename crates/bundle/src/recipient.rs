//! Encryption to age recipients, so that a bundle can travel by ways that are not trusted. Public keys are text; the secret
//! ones pass through here and are kept nowhere. Knows nothing of what is inside.

use crate::{Error, Result};
use age::x25519::{Identity, Recipient};
use std::io::{self, Read, Write};
use std::str::FromStr;

/// How every encrypted file begins.
const BEGINNING: &[u8] = b"age-encryption.org/v1";

/// The people that a bundle is encrypted to.
pub struct Lock(Vec<Recipient>);

impl Lock {
    /// Reads recipients (`age1…`); at least one.
    ///
    /// # Errors
    /// [`Error::BadRecipient`] with the first text that is none.
    pub fn to(recipients: &[String]) -> Result<Self> {
        let read = |text: &String| {
            let text = text.trim();
            Recipient::from_str(text).map_err(|_| Error::BadRecipient(text.chars().take(80).collect()))
        };
        let list = recipients.iter().map(read).collect::<Result<Vec<_>>>()?;
        if list.is_empty() { Err(Error::BadRecipient("nothing".into())) } else { Ok(Self(list)) }
    }

    /// Hands `work` a place to write to; what it writes arrives encrypted at `to`.
    ///
    /// # Errors
    /// Those of `work`, and of writing.
    pub fn around<T, W: Write>(&self, to: W, work: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<T> {
        let recipients = self.0.iter().map(|recipient| recipient as &dyn age::Recipient);
        let sealed = age::Encryptor::with_recipients(recipients)
            .map_err(|error| Error::Io(io::Error::other(error)))?;
        let mut to = sealed.wrap_output(to)?;
        let done = work(&mut to)?;
        to.finish()?.flush()?;
        Ok(done)
    }
}

/// Whether a file that begins so is encrypted.
pub fn is_encrypted(beginning: &[u8]) -> bool {
    beginning.starts_with(BEGINNING)
}

/// Takes the encryption off a file with an age identity (`AGE-SECRET-KEY-1…`). Lines that begin with `#` are left out, as in the
/// file that `age-keygen` writes.
///
/// # Errors
/// [`Error::BadIdentity`], [`Error::OtherRecipient`], [`Error::Damaged`].
pub fn decrypted<R: Read>(from: R, identity: &str) -> Result<impl Read + use<R>> {
    let lines = identity.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let identities: Vec<Identity> =
        lines.map(|line| Identity::from_str(line).map_err(|_| Error::BadIdentity)).collect::<Result<_>>()?;
    if identities.is_empty() {
        return Err(Error::BadIdentity);
    }
    let opened = age::Decryptor::new(from).map_err(refused)?;
    opened.decrypt(identities.iter().map(|identity| identity as &dyn age::Identity)).map_err(refused)
}

fn refused(error: age::DecryptError) -> Error {
    match error {
        age::DecryptError::NoMatchingKeys => Error::OtherRecipient,
        age::DecryptError::Io(error) => error.into(),
        _ => Error::Damaged("its encryption does not hold together"),
    }
}
