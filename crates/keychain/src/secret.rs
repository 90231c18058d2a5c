//! What must not leak. Neither type has `Debug`, `Display` or `Serialize`; both are wiped when dropped.

use crate::Error;
use zeroize::Zeroizing;

/// The raw 256-bit key of an org's cache.
#[derive(Clone)]
pub struct CacheKey(Zeroizing<[u8; 32]>);

impl CacheKey {
    /// A fresh key from the operating system's randomness.
    pub fn random() -> Result<Self, Error> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).map_err(|_| Error::NoRandomness)?;
        Ok(Self(key))
    }

    pub(crate) fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// The key itself. Whoever asks must not keep, log or show it.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn to_hex(&self) -> Zeroizing<String> {
        // Written by hand: a formatting call would leave copies behind.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = Zeroizing::new(String::with_capacity(64));
        for byte in self.0.iter() {
            text.push(DIGITS[usize::from(byte >> 4)] as char);
            text.push(DIGITS[usize::from(byte & 15)] as char);
        }
        text
    }

    pub(crate) fn from_hex(text: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        if text.len() != 64 {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        for (byte, pair) in key.iter_mut().zip(text.chunks_exact(2)) {
            *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
        }
        Some(Self(key))
    }
}

/// Text that must not leak: a passphrase, a token, a private key.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself. Whoever asks must not keep, log or show it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_being_written_as_text() {
        let key = CacheKey::random().expect("there is randomness");
        let again = CacheKey::from_hex(key.to_hex().as_bytes()).expect("it was written here");
        assert!(key.expose() == again.expose());
        assert!(CacheKey::from_hex(b"00ff").is_none());
        assert!(CacheKey::from_hex(&[b'g'; 64]).is_none());
    }

    #[test]
    fn no_two_keys_are_alike() {
        let keys = [CacheKey::random(), CacheKey::random()].map(|key| key.expect("there is randomness"));
        assert!(keys[0].expose() != keys[1].expose());
    }
}
