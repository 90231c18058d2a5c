//! The acts that are offered for some people, what each would do, and why it can't be chosen; and why nothing can be sent at all.

use super::{begin::steps, plan::Target};
use crate::{intents::may_write, org::Org};
use contract::{Failure, FailureKind, containment::OfferedAct, session::Reach};
use domain::{CLEAR_FORGETS, ContainAct, Effects, RiskLevel, UserStatus};

/// Why nothing can be sent now. Containing is not queued: what is urgent later is not what was urgent now.
pub(super) fn blocked(org: &Org) -> Option<Failure> {
    may_write(org).err().or_else(|| offline(org))
}

/// Why not, where the org can't be reached.
pub(super) fn offline(org: &Org) -> Option<Failure> {
    match org.reach() {
        Reach::Offline { why } => Some(
            Failure::new(FailureKind::Unreachable, format!("Containing needs the org: {why}"))
                .hint("It is not queued. The plan and what to do by hand can be read meanwhile."),
        ),
        Reach::Online | Reach::NotTried => None,
    }
}

/// Each act for these people. `granted` are the scopes of the credential, where that is known.
pub(super) fn acts(people: &[Target], granted: Option<&[Box<str>]>) -> Vec<OfferedAct> {
    let suspended = people.iter().any(|target| target.status == UserStatus::Suspended);
    let mut acts = vec![
        ContainAct::UniversalLogout,
        ContainAct::RevokeSessions { oauth_tokens: true, forget_devices: false },
        ContainAct::SuspendUser,
        ContainAct::SuspendDevices,
        ContainAct::SetRisk { level: RiskLevel::High, reason: String::new() },
    ];
    if suspended {
        acts.push(ContainAct::UnsuspendUser);
    }
    let mut offered: Vec<OfferedAct> = acts.into_iter().map(|act| offer(act, people, granted)).collect();
    // What reaches furthest is chosen at first; without it, what reaches the sessions.
    if let Some(first) = offered.iter_mut().find(|act| act.blocked.is_none() && act.act.ends_sessions()) {
        first.suggested = true;
    }
    offered
}

fn offer(act: ContainAct, people: &[Target], granted: Option<&[Box<str>]>) -> OfferedAct {
    let steps = steps(people, std::slice::from_ref(&act));
    let Effects { ends, mut goes_on, undo } = act.effects();
    if matches!(act, ContainAct::RevokeSessions { .. }) {
        goes_on.push(CLEAR_FORGETS.to_owned());
    }
    let with_steps = people.iter().filter(|target| steps.iter().any(|step| step.user == target.user)).count();
    let left_out = people.len() - with_steps;
    if with_steps > 0 && left_out > 0 {
        goes_on.push(format!("{left_out} of {} people are left out: {}.", people.len(), lacks(&act)));
    }
    let missing = granted.is_some_and(|granted| !granted.iter().any(|scope| **scope == *act.scope()));
    let blocked = match (missing, with_steps) {
        (true, _) => Some(format!("The credential was not granted the scope {}.", act.scope())),
        (false, 0) => Some(format!("It applies to nobody here: {}.", lacks(&act))),
        (false, _) => None,
    };
    OfferedAct {
        suggested: false,
        steps: steps.len() as u64,
        ends,
        goes_on,
        blocked,
        undo: undo.map(str::to_owned),
        act,
    }
}

/// Why an act leaves somebody out.
fn lacks(act: &ContainAct) -> &'static str {
    match act {
        ContainAct::SuspendUser => "only active accounts can be suspended",
        ContainAct::UnsuspendUser => "only suspended accounts can be unsuspended",
        ContainAct::SuspendDevices => "no active device is known of them",
        ContainAct::UniversalLogout | ContainAct::RevokeSessions { .. } | ContainAct::SetRisk { .. } => {
            "an account that was never in use, or is deactivated, has nothing to end"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(status: UserStatus, devices: usize) -> Target {
        Target {
            user: format!("00u{status:?}").as_str().into(),
            name: "Ada".into(),
            login: None,
            status,
            level: None,
            devices: (0..devices).map(|n| (format!("guo{n}").as_str().into(), None)).collect(),
        }
    }

    fn find<'a>(acts: &'a [OfferedAct], key: &str) -> &'a OfferedAct {
        acts.iter().find(|offered| offered.act.key() == key).expect("it is offered")
    }

    #[test]
    fn an_act_is_offered_to_those_it_applies_to() {
        let people = [target(UserStatus::Active, 2), target(UserStatus::Suspended, 0)];
        let acts = acts(&people, None);
        assert_eq!(find(&acts, "universal_logout").steps, 2);
        assert!(find(&acts, "universal_logout").suggested && !find(&acts, "revoke_sessions").suggested);
        let suspend = find(&acts, "suspend_user");
        assert_eq!((suspend.steps, suspend.blocked.as_deref()), (1, None));
        assert!(suspend.goes_on.iter().any(|text| text.starts_with("1 of 2 people are left out")));
        assert_eq!(find(&acts, "suspend_devices").steps, 2);
        assert_eq!(find(&acts, "unsuspend_user").steps, 1);
    }

    #[test]
    fn a_scope_that_is_missing_is_named() {
        let granted: [Box<str>; 1] = ["okta.users.manage".into()];
        let acts = acts(&[target(UserStatus::Active, 0)], Some(&granted));
        let logout = find(&acts, "universal_logout");
        assert!(logout.blocked.as_ref().is_some_and(|why| why.contains("okta.universalLogout.manage")));
        assert!(!logout.suggested && find(&acts, "revoke_sessions").suggested, "the next best is chosen");
        assert!(find(&acts, "suspend_devices").blocked.is_some());
        assert!(!acts.iter().any(|offered| offered.act == ContainAct::UnsuspendUser));
    }
}
