//! The policies of Identity Threat Protection as ladders in words, and what each rule did as the log tells it.

use crate::{Command, Failure, Topic};
use domain::{LogFilter, ObjectId, SnapshotId, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks for the ladders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetProtection {
    pub as_of: Option<SnapshotId>,
    /// Over how many days back the log is asked what each rule did, at most 400.
    pub days: u32,
}

impl Command for GetProtection {
    type Reply = Protection;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// The ladders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Protection {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub since: Timestamp,
    /// From when on every event of a policy is known: what a rule did before can't be told.
    pub log_begins: Option<Timestamp>,
    pub ladders: Vec<Ladder>,
    /// Whether session protection monitors or enforces, as the log and the policies tell.
    pub mode: ProtectionMode,
    /// What the snapshot could not read: the kind of policy, and why.
    pub problems: Vec<(String, Failure)>,
}

/// Session protection as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProtectionMode {
    /// `Monitoring`, `Enforced` or as sent; `None` where nothing tells.
    pub now: Option<String>,
    /// Where that was learnt; a sentence.
    pub because: String,
    /// Every change that the log tells, newest first.
    pub changes: Vec<ModeChange>,
}

/// A change between monitoring and enforcing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModeChange {
    pub at: Timestamp,
    pub from: Option<String>,
    pub to: Option<String>,
    pub by: Option<String>,
    pub uuid: String,
}

/// One policy, rule by rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ladder {
    pub policy: ObjectId,
    /// `ENTITY_RISK`, `SESSION_VIOLATION_DETECTION`, `POST_AUTH_SESSION`.
    pub kind: String,
    pub name: String,
    pub status: Option<String>,
    /// By priority: the first that matches acts.
    pub rules: Vec<Rung>,
    /// Times it was evaluated, and the filter that shows them.
    pub evaluated: u64,
    pub events: LogFilter,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    pub rule: ObjectId,
    pub priority: Option<i64>,
    pub name: String,
    pub status: Option<String>,
    /// The catch-all that nobody can change.
    pub system: bool,
    /// What has to hold, each a sentence; empty means everything.
    pub when: Vec<String>,
    /// What it does, each a sentence.
    pub then: Vec<String>,
    /// How often the log says that it matched, the last time, and the filter that shows those events.
    pub matched: u64,
    pub last: Option<Timestamp>,
    pub events: LogFilter,
    /// What stands out: it never matched, a rule above takes everything, it only logs. Sentences.
    pub remarks: Vec<String>,
    /// The JSON as the org sent it.
    pub raw: String,
}
