//! What each act of a containment ends, and what goes on in spite of it, in words. Sources: Okta's help pages and guides on
//! Universal Logout, clearing sessions and suspending users. Knows no person and no app.

use super::ContainAct;
use crate::{LifecycleMove, RiskLevel};

/// Said wherever `forgetDevices` can be chosen: Okta's own default differs between its two engines, so it is always sent.
pub const CLEAR_FORGETS: &str =
    "Okta’s default for forgetting devices differs between its engines, so it is always sent as chosen here.";

/// What an act does and does not do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effects {
    /// Sentences.
    pub ends: Vec<String>,
    pub goes_on: Vec<String>,
    /// What takes it back; `None`: nothing does.
    pub undo: Option<&'static str>,
}

impl Effects {
    fn of(ends: &[&str], goes_on: &[&str], undo: Option<&'static str>) -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self { ends: texts(ends), goes_on: texts(goes_on), undo }
    }
}

impl ContainAct {
    /// What this act, with these flags, ends and leaves.
    pub fn effects(&self) -> Effects {
        match self {
            Self::UniversalLogout => logout(),
            Self::RevokeSessions { oauth_tokens, forget_devices } => clear(*oauth_tokens, *forget_devices),
            Self::SuspendUser => Effects::of(
                &[
                    "The person can’t sign in to Okta, nor to any app through it, until somebody unsuspends them.",
                ],
                &[
                    "Sessions inside apps that are already open go on, with their own tokens: only a logout ends those.",
                    "Groups, app assignments, factors and devices stay as they are.",
                ],
                Some("Unsuspending gives the account back as it was; nobody has to enrol again."),
            ),
            Self::UnsuspendUser => Effects::of(
                &[
                    "The suspension ends: the person can sign in again, with the password and factors they had.",
                ],
                &["Sessions that ended stay ended.", "The risk level stays what it is."],
                Some("Suspending again."),
            ),
            Self::SuspendDevices => devices(),
            Self::SetRisk { level, .. } => risk(level),
        }
    }
}

fn logout() -> Effects {
    Effects::of(
        &[
            "Every Okta session of the person ends, and their refresh, access and ID tokens are revoked.",
            "Each app with Universal Logout switched on is called to sign the person out.",
            "State, password-reset and unlock tokens become void.",
            "Devices with Desktop MFA are logged out at their next poll, about every 15 minutes, as far as they can be reached.",
        ],
        &[
            "Okta answers before anything is over: the System Log tells what became of it, app by app only as far as it was called.",
            "Apps with partial support end their refresh tokens alone: work goes on until access tokens expire.",
            "Apps where it is off or not supported keep their own sessions.",
            "The person can sign in again: password, factors and devices stay as they are.",
            "Afterwards Okta sets the person’s risk back to Low by itself, so the evidence is frozen first.",
        ],
        None,
    )
}

fn clear(oauth_tokens: bool, forget_devices: bool) -> Effects {
    let mut effects = Effects::of(
        &["Every Okta session of the person ends."],
        &[
            "Sessions inside web and native apps go on: no app is called.",
            "The person can sign in again at once.",
            "Okta may set the person’s risk back to Low by itself, so the evidence is frozen first.",
        ],
        None,
    );
    let (ends, goes_on) = (&mut effects.ends, &mut effects.goes_on);
    if oauth_tokens {
        ends.push(
            "OpenID Connect and OAuth tokens that Okta issued are revoked (oauthTokens=true).".to_owned(),
        );
    } else {
        goes_on.push("Tokens that Okta issued stay good until they expire (oauthTokens=false).".to_owned());
    }
    if forget_devices {
        ends.push(
            "Factors that devices remembered are forgotten: each asks again (forgetDevices=true).".to_owned(),
        );
    } else {
        goes_on.push("Factors that devices remember stay remembered (forgetDevices=false).".to_owned());
    }
    effects
}

fn devices() -> Effects {
    let told = LifecycleMove::Suspend.consequences();
    let of = |stops: bool| told.iter().filter(|c| c.stops == stops).map(|c| c.text.to_owned()).collect();
    Effects {
        ends: of(true),
        goes_on: of(false),
        undo: Some("Unsuspending the device, on its page or as the undo of a change."),
    }
}

fn risk(level: &RiskLevel) -> Effects {
    let mut effects = Effects::of(
        &["Nothing by itself: the level is written down as reported by an admin."],
        &["Sessions, tokens and app access go on, unless the entity risk policy acts on it."],
        Some("Setting another level. What a policy did meanwhile stays done."),
    );
    if *level == RiskLevel::Low {
        effects.goes_on.push("Rules for this level, or for any level, run all the same.".to_owned());
    } else {
        effects.ends.push(
            "Okta raises the detection “admin reported user risk”: the entity risk policy runs, and may log the person out everywhere or start a workflow."
                .to_owned(),
        );
        effects
            .goes_on
            .push("If that policy logs the person out, Okta sets the level back to Low at once.".to_owned());
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_that_is_not_set_is_told_as_what_goes_on() {
        let of = |oauth_tokens, forget_devices| {
            ContainAct::RevokeSessions { oauth_tokens, forget_devices }.effects()
        };
        let said = |texts: &[String], words: &str| texts.iter().any(|text| text.contains(words));
        assert!(
            said(&of(true, false).ends, "oauthTokens=true")
                && said(&of(true, false).goes_on, "forgetDevices=false")
        );
        assert!(
            said(&of(false, true).goes_on, "oauthTokens=false")
                && said(&of(false, true).ends, "forgetDevices=true")
        );
    }

    #[test]
    fn a_level_that_can_trigger_a_policy_says_so() {
        let ends = |level| ContainAct::SetRisk { level, reason: String::new() }.effects().ends.join(" ");
        assert!(ends(RiskLevel::High).contains("entity risk policy"));
        assert!(!ends(RiskLevel::Low).contains("entity risk policy"));
    }

    #[test]
    fn every_act_tells_both_sides() {
        let acts = [
            ContainAct::UniversalLogout,
            ContainAct::SuspendUser,
            ContainAct::UnsuspendUser,
            ContainAct::SuspendDevices,
        ];
        for act in acts {
            let effects = act.effects();
            assert!(!effects.ends.is_empty() && !effects.goes_on.is_empty(), "{act:?}");
            assert_eq!(effects.undo.is_some(), act.is_reversible(), "{act:?}");
        }
    }
}
