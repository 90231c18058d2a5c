//! One box that finds devices, people and posture checks: the command palette's.

use crate::{Command, Topic};
use domain::SnapshotId;
use serde::{Deserialize, Serialize};

/// Asks for the best matches of a text among devices, people and posture checks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindAnything {
    /// A past snapshot; `None` is the newest.
    pub as_of: Option<SnapshotId>,
    pub text: String,
    /// At most this many of each kind.
    pub limit: u32,
}

impl Command for FindAnything {
    type Reply = Vec<Hit>;
    const READS: &'static [Topic] = &[Topic::Snapshot, Topic::Checks];
}

/// One match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    pub kind: HitKind,
    pub id: String,
    pub title: String,
    pub subtitle: String,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HitKind {
    Device,
    User,
    /// A posture check, of the org or only a draft.
    Check,
}
