//! The manifest: what is in a bundle, file by file with its hash, and where it comes from. A second small file holds the
//! manifest's own hash, in the form that `sha256sum --check` reads. Knows nothing of tar.

use crate::{Error, Result};
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The format that this version writes and reads.
pub const FORMAT: u64 = 1;
/// What tells a bundle from any other tar.
pub const KIND: &str = "postern-case";
/// The manifest's name in the bundle.
pub const MANIFEST: &str = "manifest.json";
/// The name of the file with the manifest's hash.
pub const SUM: &str = "manifest.json.sha256";

/// Where a bundle comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Name and version of the program that wrote it.
    pub tool: String,
    pub org: String,
    /// The number of the case where it was made.
    pub case: i64,
    pub title: String,
    pub opened: Timestamp,
    /// When the newest part of its content was made. Not when the file was written: then no two would be alike.
    pub made: Timestamp,
    pub pseudonyms: bool,
}

/// What the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: u64,
    pub kind: String,
    pub tool: String,
    pub org: String,
    pub case: i64,
    pub title: String,
    #[serde(with = "moment")]
    pub opened: Timestamp,
    #[serde(with = "moment")]
    pub made: Timestamp,
    pub pseudonyms: bool,
    /// In the order of their paths, without the manifest and its hash.
    pub files: Vec<FileFact>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFact {
    pub path: String,
    pub title: String,
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
    pub rows: Option<u64>,
    #[serde(with = "moment")]
    pub frozen: Timestamp,
    pub snapshot: Option<i64>,
}

impl Manifest {
    pub(crate) fn new(about: &About, files: Vec<FileFact>) -> Self {
        Self {
            format: FORMAT,
            kind: KIND.to_owned(),
            tool: about.tool.clone(),
            org: about.org.clone(),
            case: about.case,
            title: about.title.clone(),
            opened: about.opened,
            made: about.made,
            pseudonyms: about.pseudonyms,
            files,
        }
    }

    /// Its text, and the text of the file with its hash.
    pub(crate) fn texts(&self) -> (String, String) {
        let mut text = serde_json::to_string_pretty(self).expect("texts and numbers always serialise");
        text.push('\n');
        let sum = sum_line(text.as_bytes());
        (text, sum)
    }

    /// Reads a manifest whose hash was checked.
    pub(crate) fn parse(text: &[u8]) -> Result<Self> {
        /// What every format has.
        #[derive(Deserialize)]
        struct Known {
            format: u64,
            kind: String,
        }
        let known: Known = serde_json::from_slice(text).map_err(|_| Error::NoBundle)?;
        if known.kind != KIND {
            return Err(Error::NoBundle);
        }
        if known.format != FORMAT {
            return Err(Error::Newer { found: known.format });
        }
        serde_json::from_slice(text).map_err(|_| Error::ManifestChanged)
    }
}

pub(crate) fn sum_line(manifest: &[u8]) -> String {
    format!("{}  {MANIFEST}\n", hex(&Sha256::digest(manifest)))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|n| char::from(DIGITS[usize::from(n)])).collect()
}

/// Moments are readable in a manifest.
mod moment {
    use domain::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&at.to_rfc3339())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(from)?;
        Timestamp::parse(&text).ok_or_else(|| D::Error::custom("no moment"))
    }
}
