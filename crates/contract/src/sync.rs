//! Bringing the cache up to date with the org, and telling how far that is.

use crate::{Command, Failure, Topic};
use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Starts a sync, or goes on with one that was interrupted. While one runs, this changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartSync {
    /// Read everything and find what was deleted in the org, instead of only what changed.
    pub full: bool,
}

impl Command for StartSync {
    type Reply = SyncState;
}

/// Holds the running sync after the page under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PauseSync {}

impl Command for PauseSync {
    type Reply = SyncState;
}

/// Lets a paused sync go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResumeSync {}

impl Command for ResumeSync {
    type Reply = SyncState;
}

/// Ends the running sync and drops what it had read; the last snapshot stays as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelSync {}

impl Command for CancelSync {
    type Reply = SyncState;
}

/// Asks where the sync stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetSync {}

impl Command for GetSync {
    type Reply = SyncState;
    const READS: &'static [Topic] = &[Topic::Session];
}

/// Where the sync stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncState {
    pub phase: SyncPhase,
    /// Steps done and steps in all (a step is one collection).
    pub step: u32,
    pub steps: u32,
    /// The collection under way, as a person calls it.
    pub collection: Option<String>,
    /// Items of that collection read so far.
    pub items: u64,
    /// About how many there are, where an earlier sync told it.
    pub expected: Option<u64>,
    /// Items a second over the last few seconds.
    pub rate: u32,
    /// Set while the org's rate limit makes us wait.
    pub waiting: Option<RateWait>,
    /// What the last finished run ended with, if it failed as a whole.
    pub failure: Option<Failure>,
    /// Calls left of the limit in the tightest bucket seen, as the org's headers tell.
    pub limit: Option<RateLimit>,
}

/// The phase of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SyncPhase {
    Idle,
    Running,
    Paused,
    /// The last page is in; the snapshot is being completed.
    Finishing,
}

/// A wait that the org asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateWait {
    pub bucket: String,
    pub until: Timestamp,
}

/// The headers `X-Rate-Limit-Limit` and `-Remaining`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    pub bucket: String,
    pub limit: u32,
    pub remaining: u32,
}

impl SyncState {
    /// Nothing runs.
    pub fn idle() -> Self {
        Self {
            phase: SyncPhase::Idle,
            step: 0,
            steps: 0,
            collection: None,
            items: 0,
            expected: None,
            rate: 0,
            waiting: None,
            failure: None,
            limit: None,
        }
    }
}
