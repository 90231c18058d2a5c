//! What became of a device, on one axis of time: what syncs noticed, and what the System Log says of it and of its users.

use crate::{Command, Topic, devices::FieldChange};
use domain::{DeviceId, Management, SnapshotId, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks for a part of a device's timeline, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetTimeline {
    pub as_of: Option<SnapshotId>,
    pub id: DeviceId,
    /// Entries of these kinds; all where none is named.
    pub kinds: Vec<TimelineKind>,
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

impl Command for GetTimeline {
    type Reply = Timeline;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// A part of a timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    /// How many entries of each kind there are, whichever kinds were asked for. Each entry is of one kind.
    pub counts: Vec<(TimelineKind, u32)>,
    /// Entries of the kinds that were asked for.
    pub matching: u32,
    pub offset: u32,
    pub entries: Vec<TimelineEntry>,
    /// The log holds more about the device or its users than was looked at: older events are left out.
    pub capped: bool,
}

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TimelineKind {
    Lifecycle,
    Managed,
    Attribute,
    SignIn,
    /// Of its users' risk.
    Risk,
    /// What somebody else did to its users' accounts.
    Admin,
    Other,
}

impl TimelineKind {
    /// Every kind, in the order to show them.
    pub const ALL: [Self; 7] =
        [Self::Lifecycle, Self::Managed, Self::Attribute, Self::SignIn, Self::Risk, Self::Admin, Self::Other];

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lifecycle => "Lifecycle",
            Self::Managed => "Managed status",
            Self::Attribute => "Attributes",
            Self::SignIn => "Sign-ins",
            Self::Risk => "User risk",
            Self::Admin => "Admin actions",
            Self::Other => "Other events",
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub at: Timestamp,
    pub kind: TimelineKind,
    pub what: Happening,
    /// The snapshot that shows the org as of then; `None` when none is that old.
    pub in_force: Option<SnapshotId>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Happening {
    /// First enrolled, as the device's own `created` says.
    Enrolled,
    /// A sync no longer found it in the org.
    Gone,
    /// A sync found it again.
    Returned,
    /// Attributes differ from the snapshot before.
    Changed(Vec<FieldChange>),
    /// The management status of the link to one user.
    Flipped { user: String, from: Option<Management>, to: Option<Management> },
    /// A System Log event. What has no field here is in the event itself.
    Event {
        uuid: String,
        event_type: String,
        message: Option<String>,
        outcome: Option<String>,
        reason: Option<String>,
        actor: Option<String>,
    },
}
