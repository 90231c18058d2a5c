//! A check as files: `<variable_name>.check.yaml` with its query beside it in `<variable_name>.sql`, so that checks can be
//! reviewed, kept in version control and tried in CI. Reading loses nothing, writing can be read back, and every mistake in a
//! file is told with its place. The format is described in `docs/CHECKS.md`. Knows neither the linter nor the engine.

mod diff;
mod place;
mod read;
mod wire;
mod write;

pub use diff::{FieldDiff, LineChange, LineDiff, diff};
pub use read::{is_check_file, read_file, read_folder, read_text};
pub use write::{Rendered, render, stem, write_files};

use domain::{CheckContent, Expect, Expectation, Mapping};
use std::path::PathBuf;

/// How the name of a check's file ends.
pub const SUFFIX: &str = ".check.yaml";
/// The most bytes that a file may have; a check is a few kilobytes.
pub const MOST_BYTES: u64 = 4 << 20;

/// Everything that a check's files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckFile {
    pub content: CheckContent,
    /// What the author tells whoever reads the query: purpose, platform, false positives. Kept as comments at the head of the
    /// `.sql` file; Okta never gets it, for an osquery shell takes an argument that begins with `--` for a flag.
    pub notes: String,
    /// For a TEXTBOX check: the answer that the expectations count as a pass.
    pub passing_text: Option<String>,
    pub expectations: Vec<Expectation>,
}

impl CheckFile {
    /// What the check's answer is measured against when its expectations are tried.
    pub fn expect(&self) -> Expect {
        match self.content.mapping {
            Mapping::Checkbox => Expect::Checkbox,
            Mapping::Textbox => Expect::Text(self.passing_text.clone()),
        }
    }
}

/// A check with the place it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCheck {
    pub path: PathBuf,
    pub check: CheckFile,
    /// Where the query begins, for whoever shows a finding in the file.
    pub query_at: QueryPlace,
}

/// Where a query stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryPlace {
    pub path: PathBuf,
    /// The line of the query's first character, from 1.
    pub line: u32,
    /// Characters before each line of the query; in a YAML it is indented.
    pub indent: u32,
    /// Whether the query's lines are the file's lines, so that a place in one is a place in the other. Not so for a query
    /// that the YAML holds between quotes or folded.
    pub verbatim: bool,
}

/// Why a check can't be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {what}", path.display(), place::suffix(*line, *column))]
pub struct FileError {
    pub path: PathBuf,
    /// From 1; `None` where the whole file is meant.
    pub line: Option<u32>,
    /// In characters, from 1.
    pub column: Option<u32>,
    /// One sentence.
    pub what: String,
}
