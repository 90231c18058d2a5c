//! Which way of logging somebody out reaches what, side by side. Sources: Okta's help pages on Universal Logout and Identity Threat
//! Protection, and the API's reference. What differs between Okta's own pages is marked.

/// One way to log a person out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogoutTrigger {
    pub name: &'static str,
    /// Where it is done, or how it is called.
    pub how: &'static str,
    /// It can be done from here.
    pub from_here: bool,
    pub reaches: [Reaches; LogoutObject::ALL.len()],
    /// What else there is to know.
    pub note: &'static str,
}

/// What a logout may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoutObject {
    OktaSessions,
    Tokens,
    Apps,
    StateTokens,
    RememberedFactors,
    Devices,
}

impl LogoutObject {
    /// Every one, in the order of [`LogoutTrigger::reaches`].
    pub const ALL: [Self; 6] = [
        Self::OktaSessions,
        Self::Tokens,
        Self::Apps,
        Self::StateTokens,
        Self::RememberedFactors,
        Self::Devices,
    ];

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::OktaSessions => "Okta sessions",
            Self::Tokens => "Refresh, access and ID tokens",
            Self::Apps => "Sessions in apps",
            Self::StateTokens => "State, reset and unlock tokens",
            Self::RememberedFactors => "Remembered factors",
            Self::Devices => "Desktop MFA devices",
        }
    }
}

/// How far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaches {
    Yes,
    /// Only some: the text says which.
    Some(&'static str),
    No,
    /// No source says.
    NotSaid,
}

const ENABLED: Reaches = Reaches::Some("apps that Universal Logout is on for");

/// Every way, those from here first.
pub const LOGOUT_TRIGGERS: [LogoutTrigger; 7] = [
    LogoutTrigger {
        name: "Universal Logout",
        how: "global token revocation, by API",
        from_here: true,
        reaches: [
            Reaches::Yes,
            Reaches::Yes,
            ENABLED,
            Reaches::Yes,
            Reaches::NotSaid,
            Reaches::Some("at their next poll"),
        ],
        note: "Answered before it is over: 204 says that it was taken. Sets the risk level back to Low.",
    },
    LogoutTrigger {
        name: "Revoke Okta sessions and tokens",
        how: "clearing sessions by API, oauthTokens=true",
        from_here: true,
        reaches: [
            Reaches::Yes,
            Reaches::Yes,
            Reaches::No,
            Reaches::NotSaid,
            Reaches::Some("if forgetDevices is true"),
            Reaches::No,
        ],
        note: "forgetDevices is true by default on Identity Engine and false on Classic: it is always sent.",
    },
    LogoutTrigger {
        name: "Revoke Okta sessions alone",
        how: "clearing sessions by API, oauthTokens=false",
        from_here: true,
        reaches: [
            Reaches::Yes,
            Reaches::No,
            Reaches::No,
            Reaches::NotSaid,
            Reaches::Some("if forgetDevices is true"),
            Reaches::No,
        ],
        note: "Tokens that were issued stay good until they expire.",
    },
    LogoutTrigger {
        name: "Entity risk policy",
        how: "a rule with TERMINATE_ALL_SESSIONS; setting a risk level can make it run",
        from_here: false,
        reaches: [
            Reaches::Yes,
            Reaches::Yes,
            ENABLED,
            Reaches::Yes,
            Reaches::NotSaid,
            Reaches::Some("at their next poll"),
        ],
        note: "Runs by itself on a detection, without any active session. Sets the level back to Low.",
    },
    LogoutTrigger {
        name: "Clear user sessions",
        how: "Admin Console, with the option for logout-enabled apps and API tokens",
        from_here: false,
        reaches: [
            Reaches::Yes,
            Reaches::Yes,
            ENABLED,
            Reaches::Yes,
            Reaches::NotSaid,
            Reaches::Some("at their next poll"),
        ],
        note: "Without the option no app is called.",
    },
    LogoutTrigger {
        name: "Session protection, global session policy",
        how: "a rule with TERMINATE_SESSION",
        from_here: false,
        reaches: [
            Reaches::Some("the one of the device concerned"),
            Reaches::Some("those of that session"),
            Reaches::Some("all or chosen apps, as the rule says"),
            Reaches::Yes,
            Reaches::NotSaid,
            Reaches::NotSaid,
        ],
        note: "Acts on a change of address or device in a live session, if it is enforced.",
    },
    LogoutTrigger {
        name: "Session protection, app sign-in policy",
        how: "a violation of one app’s policy",
        from_here: false,
        reaches: [
            Reaches::No,
            Reaches::Some("those of that app"),
            Reaches::Some("that app"),
            Reaches::No,
            Reaches::NotSaid,
            Reaches::NotSaid,
        ],
        note: "Other apps and the Okta session go on.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(trigger: &LogoutTrigger, object: LogoutObject) -> Reaches {
        let at = LogoutObject::ALL.iter().position(|known| *known == object).expect("it is in the list");
        trigger.reaches[at]
    }

    #[test]
    fn clearing_sessions_calls_no_app_and_a_logout_does() {
        for trigger in LOGOUT_TRIGGERS.iter().filter(|trigger| trigger.how.starts_with("clearing")) {
            assert_eq!(reach(trigger, LogoutObject::Apps), Reaches::No, "{}", trigger.name);
        }
        let here: Vec<_> = LOGOUT_TRIGGERS.iter().filter(|trigger| trigger.from_here).collect();
        assert_eq!(here.len(), 3);
        assert_eq!(reach(here[0], LogoutObject::Apps), ENABLED);
    }
}
