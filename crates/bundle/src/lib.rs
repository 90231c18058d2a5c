//! The file that carries a case elsewhere: a tar with a manifest of hashes, made-up names where they are wanted, and
//! encryption to age recipients. The same content gives the same bytes, and a reader believes no byte that it has not checked.
//!
//! Pure: it reads what it is handed and writes where it is told. It knows neither the cache nor the app, neither clock nor
//! file system.

mod error;
pub mod json;
mod manifest;
mod pseudonym;
mod read;
mod recipient;
mod svg;
mod tar;
mod write;

pub use error::{Error, Result};
pub use manifest::{About, FORMAT, FileFact, KIND, MANIFEST, Manifest, SUM, hex};
pub use pseudonym::{Key, Kind, Masks, Pseudonyms};
pub use read::{Limits, Opened, read};
pub use recipient::{Lock, decrypted, is_encrypted};
pub use svg::{Refused, check_svg};
pub use tar::{MOST_PATH, is_sound_path};
pub use write::{File, Written, write};
