//! Managed status: why a device is or is not managed for each of its users, and how ready each platform is.

use crate::{Command, Topic};
use domain::{DeviceId, ManagedStatus, Management, Platform, SnapshotId, Step, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Asks why one device is managed or not, link by link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetManagedCauses {
    pub as_of: Option<SnapshotId>,
    pub id: DeviceId,
}

impl Command for GetManagedCauses {
    type Reply = ManagedCauses;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// Every link of a device with what speaks for and against its management.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManagedCauses {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub links: Vec<LinkCause>,
}

/// One link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkCause {
    pub user: UserId,
    pub name: String,
    pub status: ManagedStatus,
    /// When a sync noticed that it became so; `None` when it was so ever since the first.
    pub since: Option<Timestamp>,
    /// The questions in order; none for a link that is managed.
    pub steps: Vec<Step>,
}

/// Asks how ready each platform is to be managed, and how links changed over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetReadiness {
    pub as_of: Option<SnapshotId>,
}

impl Command for GetReadiness {
    type Reply = Readiness;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// Managed status over the whole org.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Readiness {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    /// From when on every log event is known; `None` while the log was not read.
    pub log_begins: Option<Timestamp>,
    pub platforms: Vec<PlatformReadiness>,
    /// Changes of links over the last 90 days, newest first.
    pub flips: Vec<LinkFlip>,
    /// There were more than these.
    pub flips_capped: bool,
}

/// One platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlatformReadiness {
    /// The value of the platform facet; `~` is unknown.
    pub platform: String,
    pub label: String,
    pub devices: u64,
    /// Devices per value of the managed facet, with its key and label.
    pub managed: Vec<(String, String, u64)>,
    /// The org's device integrations for the platform, with their status.
    pub integrations: Vec<(String, Option<String>)>,
    /// Changes of its set-up that the log tells of, newest first.
    pub set_up: Vec<SetUpEvent>,
}

/// One `device.platform.…` event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetUpEvent {
    pub at: Timestamp,
    pub uuid: String,
    pub event_type: String,
    pub message: Option<String>,
    pub actor: Option<String>,
    /// Until when a certificate or key holds, where the event says so, as sent.
    pub expires: Option<String>,
}

/// One change of one link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkFlip {
    pub noticed: Timestamp,
    /// The snapshot that shows it.
    pub snapshot: SnapshotId,
    pub device: DeviceId,
    pub device_name: Option<String>,
    pub platform: Option<Platform>,
    pub user: String,
    pub from: Option<Management>,
    pub to: Option<Management>,
}
