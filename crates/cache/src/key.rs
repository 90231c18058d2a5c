//! The key of a cache file. Knows how SQLCipher wants it; knows nothing of keychains or passphrases.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A raw 256-bit key. It has neither `Debug` nor `Serialize`, and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Takes the bytes as they are: no derivation happens here, so opening costs a millisecond.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The statement that gives a connection its key.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(88));
        text.push_str("PRAGMA key = \"x'");
        for byte in self.0.iter() {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
        text.push_str("'\";");
        text
    }

    /// What may be kept beside the file to know the key again: it tells nothing that the file itself would not.
    pub(crate) fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"cache key fingerprint");
        hash.update(self.0.as_slice());
        hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
