//! What was done from here: every intent and every sync, and the journal that proves it.

use crate::{Command, Failure, Topic, intents::Intent};
use domain::{SnapshotId, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks for one page of the activity, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListActivity {
    pub of: ActivityKind,
    pub offset: u64,
    /// At most 200.
    pub limit: u32,
}

/// Which activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActivityKind {
    Changes,
    Syncs,
}

impl Command for ListActivity {
    type Reply = ActivityPage;
    const READS: &'static [Topic] = &[Topic::Activity, Topic::Session];
}

/// One page of the activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActivityPage {
    pub now: Timestamp,
    /// How many there are in all.
    pub total: u64,
    pub changes: Vec<Intent>,
    pub syncs: Vec<SyncEntry>,
    /// Changes that wait for a person: queued ones and held ones, wherever they stand in the list.
    pub waiting: Vec<Intent>,
}

/// How one sync ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncEntry {
    pub at: Timestamp,
    pub end: SyncEnd,
}

/// An end of a sync that is worth an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SyncEnd {
    /// It brought a new snapshot.
    Snapshot(SnapshotId),
    Failed(Failure),
    Cancelled,
}

/// Walks the journal's whole chain of hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckJournal {}

impl Command for CheckJournal {
    type Reply = JournalCheck;
    const READS: &'static [Topic] = &[Topic::Activity];
}

/// Whether the journal's chain holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalCheck {
    pub entries: u64,
    /// The last entry's hash in hexadecimal. Written down elsewhere, it proves that nothing before it changed.
    pub head: String,
    /// What does not fit, in words; `None` when the chain holds.
    pub broken: Option<String>,
}

/// Writes the journal to a file, one JSON object a line, with its hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportJournal {}

impl Command for ExportJournal {
    type Reply = ExportedJournal;
}

/// Where the journal was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedJournal {
    pub path: String,
    pub entries: u64,
    pub head: String,
}
