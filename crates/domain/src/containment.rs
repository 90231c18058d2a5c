//! What contains a person at risk: the acts, what each of them reaches, and how grave it is.

mod effects;
mod evidence;
mod risk_reason;

pub use effects::{CLEAR_FORGETS, Effects};
pub use evidence::{EVIDENCE_WITHIN, LogProof, evidence};
pub use risk_reason::{MOST_RISK_REASON, RiskReasonFault, check_risk_reason};

use crate::lifecycle::{TYPED_COUNT_OVER, is_typable};
use crate::{Confirmation, RiskLevel};
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
    /// `POST /api/v1/users/{id}/lifecycle/unsuspend`: takes a suspension back.
    UnsuspendUser,
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
            Self::UnsuspendUser => "unsuspend_user",
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
            Self::UnsuspendUser => "Unsuspend the user",
        }
    }

    /// Whether something else takes it back.
    pub fn is_reversible(&self) -> bool {
        matches!(self, Self::SuspendUser | Self::SuspendDevices | Self::SetRisk { .. } | Self::UnsuspendUser)
    }

    /// The place in the order of sending: every step of one rank, of all people, goes out before any of the next.
    pub fn rank(&self) -> u8 {
        match self {
            Self::UniversalLogout => 0,
            Self::RevokeSessions { .. } => 1,
            Self::SuspendUser => 2,
            Self::SuspendDevices => 3,
            Self::SetRisk { .. } => 4,
            Self::UnsuspendUser => 5,
        }
    }

    /// Whether it ends sessions, or may: a level above low can make the entity risk policy log the person out.
    pub fn ends_sessions(&self) -> bool {
        match self {
            Self::UniversalLogout | Self::RevokeSessions { .. } => true,
            Self::SetRisk { level, .. } => *level != RiskLevel::Low,
            Self::SuspendUser | Self::SuspendDevices | Self::UnsuspendUser => false,
        }
    }

    /// Whether what became of it can be read nowhere but in the System Log.
    pub fn is_told_by_log_alone(&self) -> bool {
        matches!(self, Self::UniversalLogout | Self::RevokeSessions { .. })
    }

    /// Whether both are the same act, whatever their flags.
    pub fn is_same_kind(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// The scope that it needs.
    pub fn scope(&self) -> &'static str {
        match self {
            Self::UniversalLogout => "okta.universalLogout.manage",
            Self::RevokeSessions { .. } | Self::SuspendUser | Self::UnsuspendUser => "okta.users.manage",
            Self::SuspendDevices => "okta.devices.manage",
            Self::SetRisk { .. } => "okta.userRisk.manage",
        }
    }
}

impl Confirmation {
    /// What a containment asks for. Whatever ends sessions is typed: the name of the one person, the login where no keyboard
    /// can be expected to write the name, the count of more than 25 people, and else the word. What only suspends is pressed.
    pub fn of_containment(acts: &[ContainAct], people: u64, only: Option<(&str, Option<&str>)>) -> Self {
        if !acts.iter().any(ContainAct::ends_sessions) {
            return Self::Press;
        }
        let (name, login) = only.map_or((None, None), |(name, login)| (Some(name), login));
        let typable = [name, login].into_iter().flatten().find(|text| is_typable(text));
        match typable {
            Some(text) if people == 1 => Self::Type(text.to_owned()),
            _ if people > TYPED_COUNT_OVER => Self::Type(people.to_string()),
            _ => Self::Type("contain".to_owned()),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn risk(level: RiskLevel) -> ContainAct {
        ContainAct::SetRisk { level, reason: String::new() }
    }

    #[test]
    fn what_closes_doors_is_sent_first() {
        let acts = [
            ContainAct::UniversalLogout,
            ContainAct::RevokeSessions { oauth_tokens: true, forget_devices: false },
            ContainAct::SuspendUser,
            ContainAct::SuspendDevices,
            risk(RiskLevel::High),
            ContainAct::UnsuspendUser,
        ];
        assert!(acts.is_sorted_by_key(ContainAct::rank));
    }

    #[test]
    fn what_ends_sessions_is_typed() {
        let typed = |text: &str| Confirmation::Type(text.to_owned());
        let check = |acts: &[ContainAct], people, only, want: Confirmation| {
            assert_eq!(Confirmation::of_containment(acts, people, only), want, "{acts:?} {people}");
        };
        let logout = [ContainAct::UniversalLogout, ContainAct::SuspendUser];
        let suspend = [ContainAct::SuspendUser, ContainAct::SuspendDevices];
        check(&suspend, 300, None, Confirmation::Press);
        check(&[risk(RiskLevel::Low)], 1, Some(("Ada", None)), Confirmation::Press);
        check(&[risk(RiskLevel::High)], 1, Some(("Ada", None)), typed("Ada"));
        check(&logout, 1, Some(("Ada Moss", Some("ada@x.example"))), typed("Ada Moss"));
        check(&logout, 1, Some(("서연", Some("seo@x.example"))), typed("seo@x.example"));
        check(&logout, 1, Some(("서연", None)), typed("contain"));
        check(&logout, 25, None, typed("contain"));
        check(&logout, 26, None, typed("26"));
        check(&[], 1, None, Confirmation::Press);
    }
}
