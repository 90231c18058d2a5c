//! Why the text of a filter can't be read, and which part of it is to blame.

use std::ops::Range;

/// The first part of a text that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes of the text; empty where something is missing.
    pub span: Range<usize>,
    /// One sentence for a person.
    pub why: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Mistake {}
