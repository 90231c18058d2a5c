//! What narrows the System Log: words, typed conditions and a span of time. One shape for the page, a saved detection, a
//! command and the cache.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// A part of an event that can be asked for by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogField {
    /// `eventType`. A value that ends in `*` means every type that begins so.
    EventType,
    /// `outcome.result`: `SUCCESS`, `FAILURE`, `ALLOW`, …
    Outcome,
    Severity,
    /// Whoever did it, by id.
    Actor,
    /// Whom it is about, by id.
    User,
    Device,
    App,
    /// The client's address.
    Ip,
    /// `authenticationContext.externalSessionId`, or the session that was ended.
    Session,
    /// `authenticationContext.rootSessionId`.
    RootSession,
    /// `transaction.id`.
    Transaction,
    /// `debugContext.debugData.traceId`.
    Trace,
    /// The level of risk that the event tells.
    Risk,
}

impl LogField {
    /// Every field, in the order to offer them.
    pub const ALL: [Self; 13] = [
        Self::EventType,
        Self::Outcome,
        Self::Severity,
        Self::Risk,
        Self::User,
        Self::Actor,
        Self::Device,
        Self::App,
        Self::Ip,
        Self::Session,
        Self::RootSession,
        Self::Transaction,
        Self::Trace,
    ];

    /// Those that join events which belong together, strongest first.
    pub const JOINS: [Self; 6] =
        [Self::Transaction, Self::Trace, Self::Session, Self::RootSession, Self::Device, Self::Ip];

    /// The name in an address and a file; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::EventType => "event_type",
            Self::Outcome => "outcome",
            Self::Severity => "severity",
            Self::Actor => "actor",
            Self::User => "user",
            Self::Device => "device",
            Self::App => "app",
            Self::Ip => "ip",
            Self::Session => "session",
            Self::RootSession => "root_session",
            Self::Transaction => "transaction",
            Self::Trace => "trace",
            Self::Risk => "risk",
        }
    }

    /// The field of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::EventType => "Event type",
            Self::Outcome => "Outcome",
            Self::Severity => "Severity",
            Self::Actor => "Actor",
            Self::User => "User",
            Self::Device => "Device",
            Self::App => "App",
            Self::Ip => "IP address",
            Self::Session => "Session",
            Self::RootSession => "Root session",
            Self::Transaction => "Transaction",
            Self::Trace => "Trace",
            Self::Risk => "Risk",
        }
    }
}

/// One condition: the field has one of these values (or, excluded, none of them).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogCondition {
    pub field: LogField,
    pub values: Vec<String>,
    #[serde(default)]
    pub exclude: bool,
    /// Switched off without being removed.
    #[serde(default = "on")]
    pub on: bool,
}

fn on() -> bool {
    true
}

/// What narrows the log. All of it has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LogFilter {
    /// Words to find in message, names, addresses, types and reasons; every word has to be there, each as a beginning.
    pub text: String,
    pub conditions: Vec<LogCondition>,
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

impl LogFilter {
    /// Everything whose `field` is `value`.
    pub fn of(field: LogField, value: impl Into<String>) -> Self {
        let condition = LogCondition { field, values: vec![value.into()], exclude: false, on: true };
        Self { conditions: vec![condition], ..Self::default() }
    }

    /// Nothing is narrowed.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
            && self.since.is_none()
            && self.until.is_none()
            && self.conditions.iter().all(|condition| !condition.on || condition.values.is_empty())
    }
}

/// An event's place in the log: by time, then by an id of the cache that tells events of one moment apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LogPlace {
    pub published: Timestamp,
    pub id: i64,
}
