//! What the core tells the pages without being asked.

use crate::sync::SyncState;
use serde::{Deserialize, Serialize};

/// A part of the state that replies are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Topic {
    /// Which org is open, and how.
    Session,
    /// Anything that a completed sync can change.
    Snapshot,
    /// Intents: what was asked for, and how far each step of it is.
    Activity,
    /// The views of the list of devices that somebody saved.
    Views,
    /// Drafts of posture checks.
    Checks,
    /// Saved versions of posture checks.
    Versions,
    /// Imported states of devices.
    States,
    /// Saved detections of the log.
    Detections,
    /// What analysts decided about people at risk.
    Triage,
    /// Cases and what is in them.
    Cases,
}

/// One push.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// These topics went stale: whoever shows them asks again.
    Stale(Vec<Topic>),
    /// Where the sync stands; sent a few times a second while it runs.
    Sync(SyncState),
}
