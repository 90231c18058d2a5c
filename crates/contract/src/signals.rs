//! What is known of a device's state: each fact with the source that told it and the time it was observed.

use crate::{Command, Topic};
use domain::{DeviceId, SnapshotId, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks for every signal of one device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetDeviceSignals {
    pub as_of: Option<SnapshotId>,
    pub id: DeviceId,
}

impl Command for GetDeviceSignals {
    type Reply = DeviceSignals;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// A device's signals, source by source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceSignals {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub sources: Vec<SignalSource>,
}

/// One source with what it told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignalSource {
    /// What the org calls it, or its key where the org has no name for it.
    pub title: String,
    pub kind: SourceKind,
    /// Empty when the org has it for the platform and it told nothing of this device.
    pub facts: Vec<Fact>,
    /// It was named in an event without a single value: its plug-in may be missing.
    pub silent_at: Option<Timestamp>,
}

/// Which way a source's facts come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceKind {
    /// Okta Verify's facts, as the Devices API has them.
    Record,
    /// Okta Verify's facts, as log events about the device have them.
    Log,
    /// A vendor's facts in log events about the device. The org keeps them up to eight hours, so they may be older.
    Vendor,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// As the org spells it.
    pub name: String,
    /// Whose link it is a fact of, where there are several.
    pub user: Option<String>,
    /// `None` is "not reported".
    pub value: Option<String>,
    pub observed: Option<Timestamp>,
    /// The log event that it is from, by its `uuid`.
    pub event: Option<String>,
}
