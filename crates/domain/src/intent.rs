//! A change that an admin asked for: planned, confirmed, sent, verified, or of unknown outcome. An intent has one step per
//! device; a change of a posture check is one step by itself, a containment has one per person and act. What becomes of a step is decided here, purely; who reads, sends and writes the journal is told what to do next.

mod check_step;
mod contain_step;
mod step;

pub use check_step::{CheckChangeId, CheckSeen, CheckWish};
pub use contain_step::{ContainExpected, ContainSeen};
pub use step::{Act, Heard, Seen, StepState};

use serde::{Deserialize, Serialize};

/// The number of an intent in its org's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntentId(pub i64);

/// Where an intent stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentState {
    /// Confirmed while the org could not be reached: it asks again once it can.
    Queued,
    /// A moment is left to think again before the first request.
    Holding,
    /// Steps are being carried out.
    Running,
    /// Held: by a person, by a restart, or by something that would have met every further step.
    Paused,
    /// Every step has come to an end.
    Done,
    /// A person ended it; steps that were sent have come to their end.
    Cancelled,
}

impl IntentState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Holding, Self::Running, Self::Paused, Self::Done, Self::Cancelled];

    /// The name in the journal; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Holding => "holding",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Holding => "About to start",
            Self::Running => "Running",
            Self::Paused => "Paused",
            Self::Done => "Done",
            Self::Cancelled => "Cancelled",
        }
    }

    /// Whether nothing more will become of it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}
