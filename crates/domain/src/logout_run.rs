//! What became of a logout: told from the events that belong to it, from what was asked for here, and from what the person did
//! afterwards. Silence is judged: a logout that the log does not show did not work, as far as anybody can tell. Knows neither
//! the cache nor Okta's JSON; source of the events' meaning: Okta's event catalogue and its help pages on Universal Logout.

mod judge;
mod seen;

pub use seen::{LogoutEvent, LogoutKind, LogoutRequest};

use crate::{AppLogout, ContainmentId, LogoutReach, ObjectId, Timestamp};
use judge::judge;
use seen::{Group, groups};
use serde::{Deserialize, Serialize};

/// After so long without a sign of it, a logout or an app counts as silent. Milliseconds.
pub const SILENT_AFTER: i64 = crate::EVIDENCE_WITHIN;

/// Where a logout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogoutState {
    /// Asked for; the log says nothing yet, and it is early.
    Waiting,
    /// Every app that was named confirms, or is reached fully, and sessions ended.
    Confirmed,
    /// Some apps are reached partly or not at all.
    Partial,
    /// The log has been silent for too long.
    Unconfirmed,
    Failed,
}

impl LogoutState {
    /// Every state, the worst first.
    pub const ALL: [Self; 5] =
        [Self::Unconfirmed, Self::Failed, Self::Partial, Self::Waiting, Self::Confirmed];

    /// The name in an address; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Partial => "partial",
            Self::Unconfirmed => "unconfirmed",
            Self::Failed => "failed",
        }
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting for evidence",
            Self::Confirmed => "Confirmed",
            Self::Partial => "Partial",
            Self::Unconfirmed => "Unconfirmed",
            Self::Failed => "Failed",
        }
    }
}

/// The stages, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogoutPhase {
    Requested,
    Scheduled,
    Triggered,
    SessionsEnded,
    TokensRevoked,
    DeviceLogout,
}

impl LogoutPhase {
    /// Every stage.
    pub const ALL: [Self; 6] = [
        Self::Requested,
        Self::Scheduled,
        Self::Triggered,
        Self::SessionsEnded,
        Self::TokensRevoked,
        Self::DeviceLogout,
    ];

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Requested => "Requested",
            Self::Scheduled => "Scheduled",
            Self::Triggered => "Triggered",
            Self::SessionsEnded => "Okta sessions ended",
            Self::TokensRevoked => "Tokens revoked",
            Self::DeviceLogout => "Device logout",
        }
    }
}

/// What the log says of one app in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogoutAppState {
    /// The run names it: a call to the app was triggered. Okta tells no app's own answer.
    Triggered,
    /// The app's own events show that the session ended.
    Confirmed,
    /// An event says that it failed.
    Failed,
    /// It is switched on and the person has it, but no event names it.
    Silent,
    /// It is early.
    Waiting,
    /// Universal Logout does not reach it.
    OutOfReach,
    /// After the logout the log shows the person at work there again, with a session from before.
    StillActive,
}

/// One logout of one person, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutFound {
    /// The trace that joins its events, the event that began it, or the request that left no event.
    pub key: String,
    pub state: LogoutState,
    /// Who or what began it, in words.
    pub begun_by: String,
    pub containment: Option<ContainmentId>,
    pub stages: Vec<PhaseFound>,
    pub apps: Vec<AppFound>,
    pub began: Timestamp,
    pub last: Timestamp,
}

/// One stage of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseFound {
    pub phase: LogoutPhase,
    pub at: Option<Timestamp>,
    pub events: u32,
    pub success: Option<bool>,
    pub uuid: Option<Box<str>>,
}

/// One app of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppFound {
    pub app: ObjectId,
    pub label: Option<Box<str>>,
    pub reach: LogoutReach,
    pub state: LogoutAppState,
    pub uuid: Option<Box<str>>,
}

/// What is known of the person beside the events.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogoutPerson<'p> {
    /// The apps that they have; `None` where the org did not say.
    pub apps: Option<&'p [AppLogout]>,
    /// Every app of the org, for names and reach.
    pub org: &'p [AppLogout],
    /// Sign-ins to apps, oldest first: app, session, when.
    pub sign_ins: &'p [(ObjectId, Option<Box<str>>, Timestamp)],
}

/// The logouts of one person, newest first.
pub fn logout_runs(
    events: &[LogoutEvent],
    requests: &[LogoutRequest],
    person: LogoutPerson<'_>,
    now: Timestamp,
) -> Vec<LogoutFound> {
    let mut groups = groups(events);
    let mut silent = Vec::new();
    for request in requests {
        match groups.iter_mut().find(|group| group.answers(request)) {
            Some(group) => group.request = Some(request),
            None => silent.push(Group::of_request(request)),
        }
    }
    let mut found: Vec<LogoutFound> =
        groups.into_iter().chain(silent).map(|group| judge(&group, person, now)).collect();
    found.sort_by(|a, b| b.began.cmp(&a.began).then_with(|| a.key.cmp(&b.key)));
    found
}
