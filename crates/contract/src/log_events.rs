//! One System Log event, whole.

use crate::{Command, Topic};
use domain::SnapshotId;
use serde::{Deserialize, Serialize};

/// Asks for one event as the org sent it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetLogEvent {
    pub as_of: Option<SnapshotId>,
    pub uuid: String,
}

impl Command for GetLogEvent {
    type Reply = RawEvent;
    const READS: &'static [Topic] = &[];
}

/// An event's JSON, set out over lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawEvent {
    pub raw: String,
}
