//! Access that may go on after a logout: an estimate with what it rests on, never a promise. Sources: the draft on global token
//! revocation (an app need not end access tokens), Okta's help pages on partial support, and that access tokens of Okta's own
//! authorization server live for one hour.

use crate::{AppLogout, LogoutReach, Timestamp};

/// How long an access token of the org's own authorization server lives, in milliseconds.
const ORG_TOKEN: i64 = 60 * 60_000;

/// What may go on in one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidualAccess {
    /// By when a token that was issued at the last use, or now, will have expired; `None` where nothing says how long it lives.
    pub until: Option<Timestamp>,
    /// A sentence.
    pub because: &'static str,
}

/// What may go on in an app after a logout at `at`; `None` where nothing is known to. `last_used` is the last sign-in that the log
/// shows.
pub fn residual_access(
    app: &AppLogout,
    last_used: Option<Timestamp>,
    at: Timestamp,
) -> Option<ResidualAccess> {
    let is_oidc = app.sign_on_mode.as_deref() == Some("OPENID_CONNECT");
    // A token may have been renewed at any time up to the logout.
    let by_org = Timestamp(at.0.max(last_used.map_or(at.0, |used| used.0)).saturating_add(ORG_TOKEN));
    let told = |until, because| Some(ResidualAccess { until, because });
    match app.reach() {
        LogoutReach::Full if app.protocol.as_deref() == Some("GLOBAL_TOKEN_REVOCATION") => match is_oidc {
            true => told(
                Some(by_org),
                "The standard asks the app to end refresh tokens and its own sessions; access tokens may live on. Those of the org’s own authorization server live one hour; a custom one may set another time.",
            ),
            false => told(
                None,
                "The standard asks the app to end refresh tokens and its own sessions; access tokens may live on, for as long as the app says.",
            ),
        },
        LogoutReach::Full => None,
        LogoutReach::Partial if is_oidc => told(
            Some(by_org),
            "The app ends refresh tokens alone. Access tokens of the org’s own authorization server live one hour; a custom one may set another time.",
        ),
        LogoutReach::Partial => told(
            None,
            "The app ends refresh tokens alone: work goes on until its access tokens expire, and how long those live is the app’s own setting.",
        ),
        LogoutReach::Off => told(
            None,
            "Universal Logout is off for this app: it keeps its session for as long as its own settings say.",
        ),
        LogoutReach::Unsupported => told(
            None,
            "The app can’t be logged out of from Okta: it keeps its session for as long as its own settings say.",
        ),
        LogoutReach::Unknown => {
            told(None, "The org’s answer does not say whether the app can be logged out of.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_given_only_where_something_says_how_long() {
        let at = Timestamp(1_000_000);
        let hour = Some(Timestamp(1_000_000 + ORG_TOKEN));
        let check =
            |status: &str, support: &str, protocol: &str, mode: &str, want: Option<Option<Timestamp>>| {
                let app = AppLogout {
                    id: "a".into(),
                    label: "A".into(),
                    name: None,
                    status: None,
                    sign_on_mode: Some(mode.into()),
                    logout_status: Some(status.into()),
                    support: Some(support.into()),
                    stack: None,
                    protocol: Some(protocol.into()),
                };
                let told = residual_access(&app, Some(Timestamp(5)), at).map(|told| told.until);
                assert_eq!(told, want, "{status} {support} {protocol} {mode}");
            };
        check("ENABLED", "FULL", "PROPRIETARY", "SAML_2_0", None);
        check("ENABLED", "FULL", "GLOBAL_TOKEN_REVOCATION", "OPENID_CONNECT", Some(hour));
        check("ENABLED", "FULL", "GLOBAL_TOKEN_REVOCATION", "SAML_2_0", Some(None));
        check("ENABLED", "PARTIAL", "PROPRIETARY", "WS_FEDERATION", Some(None));
        check("ENABLED", "PARTIAL", "PROPRIETARY", "OPENID_CONNECT", Some(hour));
        check("DISABLED", "FULL", "PROPRIETARY", "SAML_2_0", Some(None));
        check("UNSUPPORTED", "", "", "BOOKMARK", Some(None));
        check("PAUSED", "", "", "SAML_2_0", Some(None));
    }
}
