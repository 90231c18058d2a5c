//! Posture checks: those of the org, drafts of them that live in the org's cache, their saved versions, and templates to begin
//! with. Sending a change to the org is `check_changes`.

use crate::{Command, Topic, check_changes::CheckUse};
use domain::{CheckContent, Expectation, ObjectId, OsqueryPlatform, Severity, SnapshotId, Timestamp};
use serde::{Deserialize, Serialize};

/// Which check: one that the org has, or one that is only a draft here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum CheckKey {
    Org(ObjectId),
    Draft(i64),
}

/// What a draft's number begins with; the org's ids begin with `dch`.
const DRAFT: &str = "draft-";

impl std::fmt::Display for CheckKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Org(id) => write!(f, "{id}"),
            Self::Draft(n) => write!(f, "{DRAFT}{n}"),
        }
    }
}

impl From<CheckKey> for String {
    fn from(key: CheckKey) -> Self {
        key.to_string()
    }
}

impl From<String> for CheckKey {
    fn from(text: String) -> Self {
        let number = text.strip_prefix(DRAFT).and_then(|n| n.parse().ok());
        number.map_or_else(|| Self::Org(text.as_str().into()), Self::Draft)
    }
}

/// Asks for every check and every draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListChecks {
    /// A past snapshot; `None` is the newest. Drafts are always as they are now.
    pub as_of: Option<SnapshotId>,
}

impl Command for ListChecks {
    type Reply = Checks;
    const READS: &'static [Topic] = &[Topic::Checks, Topic::Snapshot];
}

/// Every check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checks {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    /// By name.
    pub rows: Vec<CheckRow>,
    /// Checks of the org whose JSON could not be understood, with why.
    pub unread: Vec<(String, String)>,
}

/// One check of the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CheckRow {
    pub key: CheckKey,
    pub name: String,
    pub variable_name: String,
    /// As the org spells it, where it is none that is known here.
    pub platform: Result<OsqueryPlatform, String>,
    pub builtin: bool,
    /// What the linter says of the query that the org runs; of the draft's, where the org has none.
    pub valid: bool,
    pub findings: Vec<(Severity, u32)>,
    /// Assurance policies that include it; `None` where they were not read.
    pub policies: Option<u32>,
    /// Whether there is a draft that differs from what the org has.
    pub draft: bool,
    /// Expectations kept with it, and how many are met; `None` without any.
    pub expectations: Option<(u32, u32)>,
    pub last_updated: Option<Timestamp>,
}

/// Opens one check in the lab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCheck {
    pub as_of: Option<SnapshotId>,
    pub key: CheckKey,
}

impl Command for GetCheck {
    type Reply = CheckSheet;
    // Not `Checks`: whoever writes a draft has it already.
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// One check in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckSheet {
    pub key: CheckKey,
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    /// What the org has; `None` for a draft that was never published.
    pub published: Option<Published>,
    /// What is being written, where that differs.
    pub draft: Option<CheckContent>,
    /// When the draft was changed last.
    pub drafted: Option<Timestamp>,
    pub expectations: Vec<Expectation>,
    pub passes: Option<String>,
    /// The org changed it after the draft was begun.
    pub drifted: bool,
    /// Where the org uses it; `None` for a draft that was never published.
    pub used_by: Option<CheckUse>,
}

/// A check as the org has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Published {
    pub id: ObjectId,
    pub content: CheckContent,
    pub builtin: bool,
    pub created: Option<Timestamp>,
    pub last_updated: Option<Timestamp>,
}

/// Begins a draft: a new check, or a copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewDraft {
    pub content: CheckContent,
    pub expectations: Vec<Expectation>,
    /// For a check whose answer is a text: the one that passes, for trying it.
    pub passes: Option<String>,
}

impl Command for NewDraft {
    type Reply = CheckKey;
    const STALES: &'static [Topic] = &[Topic::Checks];
}

/// Keeps what is being written. Nothing is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveDraft {
    pub key: CheckKey,
    pub content: CheckContent,
    pub expectations: Vec<Expectation>,
    /// For a check whose answer is a text: the one that passes, for trying it.
    pub passes: Option<String>,
}

impl Command for SaveDraft {
    type Reply = Timestamp;
    const STALES: &'static [Topic] = &[Topic::Checks];
}

/// Throws a draft away. The answer brings it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiscardDraft {
    pub key: CheckKey,
}

impl Command for DiscardDraft {
    /// What was thrown away.
    type Reply = Option<NewDraft>;
    const STALES: &'static [Topic] = &[Topic::Checks];
}

/// A draft was published: from now on it, its expectations and its versions belong to the org's check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdoptDraft {
    pub key: CheckKey,
    pub id: ObjectId,
}

impl Command for AdoptDraft {
    type Reply = ();
    const STALES: &'static [Topic] = &[Topic::Checks];
}

/// Keeps a version: what is written now, with how it does on its expectations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveVersion {
    pub key: CheckKey,
    pub content: CheckContent,
    pub expectations: Vec<Expectation>,
    /// For a check whose answer is a text: the one that passes, for trying it.
    pub passes: Option<String>,
    /// Why, in a line.
    pub note: String,
}

impl Command for SaveVersion {
    type Reply = ();
    const STALES: &'static [Topic] = &[Topic::Versions];
}

/// Asks for the versions of a check: those saved here and those that syncs saw in the org.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListVersions {
    pub key: CheckKey,
}

impl Command for ListVersions {
    type Reply = Versions;
    const READS: &'static [Topic] = &[Topic::Versions, Topic::Snapshot];
}

/// The versions of a check, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Versions {
    pub now: Timestamp,
    pub versions: Vec<Version>,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub at: Timestamp,
    pub from: VersionFrom,
    pub content: CheckContent,
    /// What differs from the version before, and the lines of the query that do.
    pub changes: Vec<Change>,
    /// How it did on the expectations of its time: how many were met, of how many.
    pub met: Option<(u32, u32)>,
}

/// Where a version comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum VersionFrom {
    /// Saved here, with this note.
    Saved(String),
    /// A sync saw it in the org.
    Org(SnapshotId),
}

/// One difference of two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it is called on screen.
    pub field: String,
    pub lines: Vec<Line>,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Line {
    Same(String),
    Removed(String),
    Added(String),
}

/// Asks for the templates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListTemplates {}

impl Command for ListTemplates {
    type Reply = Vec<Template>;
}

/// A check to begin with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    pub id: String,
    /// What it is for: `Firewall`.
    pub need: String,
    pub content: CheckContent,
    pub expectations: Vec<Expectation>,
    pub passes: Option<String>,
}

/// Writes checks as files (YAML and SQL) into a folder of downloads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportChecks {
    pub as_of: Option<SnapshotId>,
    pub keys: Vec<CheckKey>,
}

impl Command for ExportChecks {
    type Reply = ExportedChecks;
}

/// Where checks were written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedChecks {
    pub folder: String,
    pub checks: u32,
    /// What could not be written, with why.
    pub refused: Vec<(String, String)>,
}

/// Makes drafts of check files, whose text the page read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportChecks {
    /// Name and text of each file: `*.check.yaml`, and the `.sql` that they name.
    pub files: Vec<(String, String)>,
}

impl Command for ImportChecks {
    type Reply = ImportedChecks;
    const STALES: &'static [Topic] = &[Topic::Checks];
}

/// What became of the files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedChecks {
    pub drafts: Vec<CheckKey>,
    /// What could not be read, with why.
    pub refused: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_text() {
        let check = |text: &str, want: CheckKey| {
            assert_eq!(CheckKey::from(text.to_owned()), want);
            assert_eq!(want.to_string(), text);
        };
        check("dch1abc", CheckKey::Org("dch1abc".into()));
        check("draft-7", CheckKey::Draft(7));
        // What is no number is an id that the org may have given.
        check("draft-x", CheckKey::Org("draft-x".into()));
    }
}
