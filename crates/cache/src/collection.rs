//! What a sync fetches, part by part, and how each part ended.

use domain::ObjectKind;

/// One part of a sync with its own cursor, its own mark and its own outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Collection {
    Devices,
    Users,
    UserRisks,
    /// The System Log. Append-only: its events stay even when the rest of a run is thrown away half-way.
    Log,
    Objects(ObjectKind),
}

impl Collection {
    /// The name it is stored under.
    pub fn key(&self) -> &str {
        match self {
            Self::Devices => "devices",
            Self::Users => "users",
            Self::UserRisks => "user_risks",
            Self::Log => "log",
            Self::Objects(kind) => kind.as_str(),
        }
    }

    /// The collection stored under this name; a name nobody knows is a kind of object.
    pub fn from_key(key: &str) -> Self {
        match key {
            "devices" => Self::Devices,
            "users" => Self::Users,
            "user_risks" => Self::UserRisks,
            "log" => Self::Log,
            kind => Self::Objects(ObjectKind::from(kind)),
        }
    }
}

/// How a collection of a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was listed: what is stored but was not seen is gone from the org, and is closed.
    Complete,
    /// Only changes were asked for: what was not seen stays.
    Changes,
    /// It could not be fetched. What this run wrote of it is taken back, so that the rows of the last good snapshot stay
    /// (log events stay too). `kind` is a short word for a program, `message` is for a person.
    Failed { kind: String, message: String },
}

impl Outcome {
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Changes => "changes",
            Self::Failed { .. } => "failed",
        }
    }

    pub(crate) fn from_parts(key: &str, kind: Option<String>, message: Option<String>) -> Self {
        match key {
            "complete" => Self::Complete,
            "changes" => Self::Changes,
            _ => Self::Failed { kind: kind.unwrap_or_default(), message: message.unwrap_or_default() },
        }
    }
}
