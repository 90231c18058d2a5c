//! What contains a person at risk: the acts, what each of them reaches, and how grave it is.

use crate::RiskLevel;
use serde::{Deserialize, Serialize};

/// The number of a containment in its org's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContainmentId(pub i64);

/// One act of a containment, for every person of it. The order here is the order of sending: what closes doors comes before
/// what only writes something down.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainAct {
    /// `POST /oauth2/v1/global-token-revocation`: Okta sessions, tokens, and the apps that Universal Logout reaches.
    UniversalLogout,
    /// `DELETE /api/v1/users/{id}/sessions`: Okta sessions; tokens and remembered devices as said. No app session.
    RevokeSessions { oauth_tokens: bool, forget_devices: bool },
    /// `POST /api/v1/users/{id}/lifecycle/suspend`.
    SuspendUser,
    /// `POST /api/v1/devices/{id}/lifecycle/suspend` for each active device of the person.
    SuspendDevices,
    /// `PUT /api/v1/users/{id}/risk`.
    SetRisk { level: RiskLevel, reason: String },
}

impl ContainAct {
    /// The name in the journal.
    pub fn key(&self) -> &'static str {
        match self {
            Self::UniversalLogout => "universal_logout",
            Self::RevokeSessions { .. } => "revoke_sessions",
            Self::SuspendUser => "suspend_user",
            Self::SuspendDevices => "suspend_devices",
            Self::SetRisk { .. } => "set_risk",
        }
    }

    /// The name for a person.
    pub fn label(&self) -> &'static str {
        match self {
            Self::UniversalLogout => "Universal Logout",
            Self::RevokeSessions { .. } => "Revoke Okta sessions",
            Self::SuspendUser => "Suspend the user",
            Self::SuspendDevices => "Suspend devices",
            Self::SetRisk { .. } => "Set the risk level",
        }
    }

    /// Whether something else takes it back.
    pub fn is_reversible(&self) -> bool {
        matches!(self, Self::SuspendUser | Self::SuspendDevices | Self::SetRisk { .. })
    }
}

/// How far Universal Logout reaches one app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogoutReach {
    /// Switched on, and the app ends all of its sessions.
    Full,
    /// Switched on, and the app ends only a part: access tokens go on until they expire.
    Partial,
    /// The app could, and is not switched on.
    Off,
    /// The app cannot.
    Unsupported,
    /// The org's answer does not say.
    Unknown,
}

impl LogoutReach {
    /// Every reach, best first.
    pub const ALL: [Self; 5] = [Self::Full, Self::Partial, Self::Off, Self::Unsupported, Self::Unknown];

    /// By the app's `universalLogout` object.
    pub fn of(status: Option<&str>, support: Option<&str>) -> Self {
        match (status, support) {
            (Some("ENABLED"), Some("FULL")) => Self::Full,
            (Some("ENABLED"), Some("PARTIAL")) => Self::Partial,
            (Some("DISABLED"), _) => Self::Off,
            (Some("UNSUPPORTED"), _) => Self::Unsupported,
            _ => Self::Unknown,
        }
    }

    /// The name in an address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
            Self::Off => "off",
            Self::Unsupported => "unsupported",
            Self::Unknown => "unknown",
        }
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Full => "Full",
            Self::Partial => "Partial",
            Self::Off => "Supported, off",
            Self::Unsupported => "Not supported",
            Self::Unknown => "Unknown",
        }
    }
}
