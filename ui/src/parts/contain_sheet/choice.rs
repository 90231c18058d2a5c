//! Which acts are chosen, with their flags, and what still stands in the way. Pure: knows no signal and no page.

use contract::containment::OfferedAct;
use domain::{ContainAct, Effects, RiskLevel, check_risk_reason};

/// One act that is offered, and whether it was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub act: ContainAct,
    pub chosen: bool,
    /// It can't be chosen.
    pub blocked: bool,
}

/// What is suggested at first; what is blocked never is.
pub fn suggested(offered: &[OfferedAct]) -> Vec<Choice> {
    offered
        .iter()
        .map(|one| Choice {
            act: one.act.clone(),
            chosen: one.suggested && one.blocked.is_none(),
            blocked: one.blocked.is_some(),
        })
        .collect()
}

/// The acts to be carried out, in the order they were offered in.
pub fn chosen(choices: &[Choice]) -> Vec<ContainAct> {
    choices.iter().filter(|one| one.chosen && !one.blocked).map(|one| one.act.clone()).collect()
}

/// What is wrong with a reason; `None` for one that Okta takes. An empty one is taken, too.
pub fn reason_mistake(reason: &str) -> Option<String> {
    check_risk_reason(reason).err().map(|fault| fault.to_string())
}

/// What the act as it is chosen now ends, and what goes on: its flags change both. What the plan found out besides stays.
pub fn effects(now: &ContainAct, offer: &OfferedAct) -> (Vec<String>, Vec<String>) {
    let planned = offer.act.effects();
    let found = offer.goes_on.iter().filter(|line| !planned.goes_on.contains(line)).cloned();
    let Effects { ends, goes_on, .. } = now.effects();
    (ends, goes_on.into_iter().chain(found).collect())
}

/// Why the choice can't be carried out as it stands.
pub fn mistake(choices: &[Choice]) -> Option<String> {
    let acts = chosen(choices);
    if acts.is_empty() {
        return Some("Choose at least one act.".to_owned());
    }
    acts.iter().find_map(|act| match act {
        ContainAct::SetRisk { reason, .. } => {
            reason_mistake(reason).map(|_| "The reason can’t be sent as it stands.".to_owned())
        }
        _ => None,
    })
}

/// Requests that the chosen acts take.
pub fn requests(choices: &[Choice], offered: &[OfferedAct]) -> u64 {
    choices
        .iter()
        .zip(offered)
        .filter(|(one, _)| one.chosen && !one.blocked)
        .map(|(_, offer)| offer.steps)
        .sum()
}

/// What to know before this combination is sent: where one act undoes what another says.
pub fn cautions(choices: &[Choice]) -> Vec<&'static str> {
    let acts = chosen(choices);
    let logout = acts.iter().any(|act| matches!(act, ContainAct::UniversalLogout));
    let clears = acts.iter().any(|act| matches!(act, ContainAct::RevokeSessions { .. }));
    let rated = acts.iter().find_map(|act| match act {
        ContainAct::SetRisk { level, .. } => Some(level),
        _ => None,
    });
    let mut said = Vec::new();
    if logout {
        said.push("This sets risk back to Low: Okta does so by itself after a logout everywhere. The level of now, the peak and the reasons are frozen first.");
    } else if clears {
        said.push("This may set risk back to Low, as an admin’s clearing of sessions does. The level of now, the peak and the reasons are frozen first.");
    }
    if rated.is_some() {
        said.push("Setting the level makes a detection “Admin reported user risk”: it can trigger the org’s entity risk policy, Universal Logout and workflows included.");
    }
    if (logout || clears) && rated.is_some_and(|level| *level != RiskLevel::Low) {
        said.push("The level is set last, so that the logout does not take it back.");
    }
    if !logout && acts.iter().any(|act| *act != ContainAct::UnsuspendUser) {
        said.push("Without Universal Logout the sessions inside apps go on.");
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(act: ContainAct, chosen: bool) -> Choice {
        Choice { act, chosen, blocked: false }
    }

    fn rated(level: RiskLevel, reason: &str) -> ContainAct {
        ContainAct::SetRisk { level, reason: reason.to_owned() }
    }

    #[test]
    fn a_reason_is_what_okta_takes() {
        for good in ["", "Malware on a laptop, seen by the SOC. Ticket INC-42", "a\nb"] {
            assert_eq!(reason_mistake(good), None, "{good}");
        }
        for (bad, sign) in [("who?", "?"), ("a/b", "/"), ("naïve", "ï"), ("“x”", "“"), ("a_b", "_")] {
            assert!(reason_mistake(bad).is_some_and(|words| words.contains(sign)), "{bad}");
        }
        assert_eq!(reason_mistake(&"a".repeat(500)), None);
        assert!(reason_mistake(&"a".repeat(501)).is_some());
    }

    #[test]
    fn nothing_is_sent_without_an_act_or_with_a_reason_that_okta_refuses() {
        assert!(mistake(&[choice(ContainAct::UniversalLogout, false)]).is_some());
        assert_eq!(mistake(&[choice(ContainAct::UniversalLogout, true)]), None);
        assert!(mistake(&[choice(rated(RiskLevel::High, "a?"), true)]).is_some());
        // What is not chosen may hold anything.
        let both = [choice(ContainAct::UniversalLogout, true), choice(rated(RiskLevel::High, "a?"), false)];
        assert_eq!(mistake(&both), None);
    }

    #[test]
    fn what_is_blocked_is_never_carried_out() {
        let blocked = Choice { act: ContainAct::SuspendUser, chosen: true, blocked: true };
        assert!(chosen(&[blocked]).is_empty());
        let offered = OfferedAct {
            act: ContainAct::SuspendUser,
            suggested: true,
            steps: 1,
            ends: Vec::new(),
            goes_on: Vec::new(),
            blocked: Some("No right.".into()),
            undo: None,
        };
        assert!(!suggested(&[offered])[0].chosen);
    }

    #[test]
    fn a_flag_changes_what_an_act_ends_and_what_the_plan_found_stays() {
        let act = |oauth_tokens| ContainAct::RevokeSessions { oauth_tokens, forget_devices: false };
        let Effects { ends, mut goes_on, .. } = act(true).effects();
        goes_on.push("1 of 2 people are left out.".to_owned());
        let offer = OfferedAct {
            act: act(true),
            suggested: true,
            steps: 1,
            ends,
            goes_on,
            blocked: None,
            undo: None,
        };
        let (with, _) = effects(&act(true), &offer);
        let (without, goes_on) = effects(&act(false), &offer);
        assert_ne!(with, without);
        assert_eq!(goes_on.last().map(String::as_str), Some("1 of 2 people are left out."));
    }

    #[test]
    fn a_logout_says_what_becomes_of_the_level() {
        let said = cautions(&[choice(ContainAct::UniversalLogout, true)]);
        assert!(said.iter().any(|words| words.starts_with("This sets risk back to Low")), "{said:?}");
        let said = cautions(&[choice(ContainAct::SuspendUser, true)]);
        assert!(said.iter().all(|words| !words.contains("back to Low")), "{said:?}");
        assert!(
            cautions(&[choice(rated(RiskLevel::High, ""), true)])
                .iter()
                .any(|words| words.contains("policy"))
        );
    }
}
