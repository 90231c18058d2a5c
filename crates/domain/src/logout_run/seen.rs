//! The events of logouts, and which of them belong together: by trace, or by transaction. Decides nothing about how it went.

use crate::{ContainmentId, EVIDENCE_WITHIN, ObjectId, Timestamp, UserId};

/// The org's clock and ours may differ by so much, in milliseconds.
const SLACK: i64 = 2 * 60_000;

/// What an event tells of a logout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoutKind {
    /// An admin started it by hand.
    Scheduled,
    /// Calls to apps were triggered.
    Triggered,
    /// Okta sessions were cleared.
    Cleared,
    SessionEnded,
    TokensRevoked,
    DeviceLogout,
    /// The entity risk policy ended all sessions.
    RiskPolicy,
    /// Session protection did.
    SessionPolicy,
    /// Something else that names an app.
    OfApp,
}

impl LogoutKind {
    /// By the event's type; `action` is what a policy did, where the event says so. `None`: it is no event of a logout.
    pub fn of(event_type: &str, action: Option<&str>, names_app: bool) -> Option<Self> {
        let ends_sessions = action.is_some_and(|action| action.starts_with("TERMINATE"));
        Some(match event_type {
            "user.authentication.universal_logout" | "user.session.universal_logout" => Self::Triggered,
            "user.authentication.universal_logout.scheduled" => Self::Scheduled,
            "user.session.clear" => Self::Cleared,
            "user.session.end" | "user.session.expire" => Self::SessionEnded,
            "policy.entity_risk.action" if ends_sessions => Self::RiskPolicy,
            "policy.auth_reevaluate.action" if ends_sessions => Self::SessionPolicy,
            other if other.starts_with("policy.") => return None,
            other if other.starts_with("app.oauth2.token.revoke") => Self::TokensRevoked,
            other if other.starts_with("device.desktop_mfa.device_logout.") => Self::DeviceLogout,
            _ if names_app => Self::OfApp,
            _ => return None,
        })
    }

    /// Whether such an event makes a logout of what it belongs to.
    fn begins(self) -> bool {
        matches!(
            self,
            Self::Scheduled | Self::Triggered | Self::Cleared | Self::RiskPolicy | Self::SessionPolicy
        )
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutEvent {
    pub uuid: Box<str>,
    pub at: Timestamp,
    pub kind: LogoutKind,
    pub actor_name: Option<Box<str>>,
    /// `None` where the outcome is neither success nor failure.
    pub success: Option<bool>,
    pub trace: Option<Box<str>>,
    pub transaction: Option<Box<str>>,
    /// The apps that calls were triggered for.
    pub apps: Vec<ObjectId>,
    /// The app that it is about.
    pub app: Option<ObjectId>,
    pub session: Option<Box<str>>,
}

/// A logout or a clearing of sessions that was asked for from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutRequest {
    pub containment: ContainmentId,
    pub n: u32,
    pub user: UserId,
    /// Universal Logout; else Okta sessions alone.
    pub everywhere: bool,
    pub sent: Timestamp,
    /// The org took it; else nobody heard its answer.
    pub accepted: bool,
    /// The event that proves it.
    pub evidence: Option<Box<str>>,
    pub actor: Box<str>,
}

/// Events that belong together.
#[derive(Debug, Clone, Default)]
pub(super) struct Group<'e> {
    /// Oldest first.
    pub events: Vec<&'e LogoutEvent>,
    pub request: Option<&'e LogoutRequest>,
}

impl<'e> Group<'e> {
    /// A request that the log shows nothing of.
    pub fn of_request(request: &'e LogoutRequest) -> Self {
        Self { events: Vec::new(), request: Some(request) }
    }

    pub fn of_kind(&self, kind: LogoutKind) -> impl Iterator<Item = &'e LogoutEvent> {
        self.events.iter().copied().filter(move |event| event.kind == kind)
    }

    pub fn has(&self, kind: LogoutKind) -> bool {
        self.of_kind(kind).next().is_some()
    }

    /// Whether it is more than a clearing of Okta sessions.
    pub fn is_everywhere(&self) -> bool {
        use LogoutKind::{RiskPolicy, Scheduled, SessionPolicy, Triggered};
        [Scheduled, Triggered, RiskPolicy, SessionPolicy].into_iter().any(|kind| self.has(kind))
            || self.request.is_some_and(|request| request.everywhere)
    }

    /// Whether this is what became of a request.
    pub fn answers(&self, request: &LogoutRequest) -> bool {
        if self.request.is_some() {
            return false;
        }
        if let Some(uuid) = &request.evidence {
            return self.events.iter().any(|event| event.uuid == *uuid);
        }
        let Some(first) = self.events.first() else { return false };
        let by_policy = self.has(LogoutKind::RiskPolicy) || self.has(LogoutKind::SessionPolicy);
        let in_time =
            (request.sent.0 - SLACK..=request.sent.0.saturating_add(EVIDENCE_WITHIN)).contains(&first.at.0);
        !by_policy && in_time && self.is_everywhere() == request.everywhere
    }
}

/// Puts a person's events into groups that share a trace or a transaction, and keeps those that are logouts.
pub(super) fn groups(events: &[LogoutEvent]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut keys: Vec<Vec<&str>> = Vec::new();
    let mut sorted: Vec<&LogoutEvent> = events.iter().collect();
    sorted.sort_by_key(|event| event.at);
    for event in sorted {
        let own: Vec<&str> =
            [&event.trace, &event.transaction].into_iter().filter_map(|key| key.as_deref()).collect();
        let joined: Vec<usize> =
            (0..groups.len()).filter(|at| keys[*at].iter().any(|key| own.contains(key))).collect();
        // An event may be the link between two groups that nothing joined before.
        let at = match joined.first() {
            Some(first) => {
                for other in joined.iter().skip(1).rev() {
                    let moved = groups.remove(*other);
                    groups[*first].events.extend(moved.events);
                    let moved = keys.remove(*other);
                    keys[*first].extend(moved);
                }
                *first
            }
            None => {
                groups.push(Group::default());
                keys.push(Vec::new());
                groups.len() - 1
            }
        };
        groups[at].events.push(event);
        keys[at].extend(own);
    }
    groups.retain(|group| group.events.iter().any(|event| event.kind.begins()));
    for group in &mut groups {
        group.events.sort_by_key(|event| event.at);
    }
    groups
}
