//! Entity (user) risk as Identity Threat Protection reports it.

use crate::{Timestamp, UserId, open_enum};
use serde::{Deserialize, Serialize};

open_enum! {
    /// A level of risk. `NONE` is what the User Risk API answers when nothing speaks against a person; a person about
    /// whom nothing was ever heard has no level at all.
    RiskLevel {
        High = "HIGH", "High";
        Medium = "MEDIUM", "Medium";
        Low = "LOW", "Low";
        None = "NONE", "None";
    }
}

/// Where a level was learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RiskSource {
    /// The User Risk API answered for this person.
    Api,
    /// A risk event in the System Log told it.
    Log,
}

/// One person's entity risk at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRisk {
    pub user: UserId,
    pub level: RiskLevel,
    pub reason: Option<Box<str>>,
    pub source: RiskSource,
    /// When the level was observed: the event's time, or the time of the API's answer.
    pub observed: Timestamp,
}

/// The highest level that was ever told of a person, as far as it is kept, and when that was last so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeakRisk {
    pub level: RiskLevel,
    pub at: Option<Timestamp>,
}

/// One entry of a person's risk history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskEntry {
    pub at: Timestamp,
    pub level: RiskLevel,
    pub reason: Option<Box<str>>,
    pub source: RiskSource,
    /// The type of the event that told it.
    pub event_type: Option<Box<str>>,
}
