//! Confirming a plan: what was typed is checked here, not on the page; then the evidence is frozen; only then is the containment
//! in the journal, and only what is in the journal is sent.

use super::{
    offer,
    plan::{Made, Target},
    shown,
};
use crate::{App, failure, intents::may_write, org::Org};
use cache::{NewContainStep, NewContainment};
use contract::{
    Failure, FailureKind, Handle,
    cases::FreezeCase,
    containment::{Containment, ContainmentPlanId, StartContainment},
};
use domain::{Confirmation, ContainAct, ContainExpected, Lifecycle, RiskLevel, UserId, check_risk_reason};
use std::sync::Arc;

/// Longest note that is kept, in characters.
const MOST_NOTE: usize = 2_000;
/// So much of a name stands in a title, in characters.
const MOST_NAME: usize = 100;
/// So many days of the people's events are frozen.
const FROZEN_DAYS: u32 = 30;

/// Freezes the evidence, and begins what was planned.
pub(super) async fn start(app: &App, command: StartContainment) -> Result<Containment, Failure> {
    let org = app.org()?;
    may_write(&org)?;
    if let Some(failure) = offer::offline(&org) {
        return Err(failure);
    }
    let StartContainment { plan: id, acts, typed, note, case } = command;
    let made = confirmed(&org, id, &acts, typed.as_deref())?;
    let note = note.map(|note| note.trim().chars().take(MOST_NOTE).collect::<String>());
    let note = note.filter(|note| !note.is_empty());
    let freeze = FreezeCase {
        case,
        title: title(&made),
        users: made.people.iter().map(|target| target.user.clone()).collect(),
        filter: None,
        days: FROZEN_DAYS,
        note: note.clone(),
    };
    // A logout sets the level back and so takes evidence away: without a case nothing is sent, whatever the hurry.
    let frozen = match Handle::<FreezeCase>::handle(app, freeze).await {
        Ok(frozen) => frozen,
        Err(failure) => {
            org.containments.plans().put_back(id, made);
            return Err(not_frozen(failure));
        }
    };
    let new = NewContainment {
        steps: steps(&made.people, &acts),
        acts,
        people: made.people.len() as u64,
        only: made.only(),
        snapshot: made.snapshot,
        actor: org.actor.clone(),
        note,
        case: Some(frozen.id.0),
    };
    begin(&org, new).await
}

async fn begin(org: &Arc<Org>, new: NewContainment) -> Result<Containment, Failure> {
    let begun = org.read(move |org| {
        let id = org.cache.begin_containment(&new, org.now()).map_err(failure::cache)?;
        Ok(shown::containment(org.containment(id)?))
    });
    let begun = begun.await?;
    org.containments.wake();
    org.containments_went_on(true);
    Ok(begun)
}

fn title(made: &Made) -> String {
    match made.only() {
        // A case is frozen under whatever name somebody gave themselves.
        Some(name) => format!("Containment of {}", name.chars().take(MOST_NAME).collect::<String>()),
        None => format!("Containment of {} people", made.people.len()),
    }
}

fn not_frozen(failure: Failure) -> Failure {
    let message = format!("Nothing was sent, for the evidence could not be frozen: {}", failure.message);
    Failure { message, ..failure }
}

/// The plan, if the acts can be chosen and what was typed is what they ask for. A wrong word costs nothing: the plan stays.
fn confirmed(
    org: &Org,
    id: ContainmentPlanId,
    acts: &[ContainAct],
    typed: Option<&str>,
) -> Result<Made, Failure> {
    let bad = |why: String| Failure::new(FailureKind::BadInput, why);
    let mut plans = org.containments.plans();
    let Some(made) = plans.get(id) else {
        return Err(Failure::new(
            FailureKind::NotFound,
            "This plan is no longer there: it was confirmed, or is too old.",
        )
        .hint("Look at the people again."));
    };
    if acts.is_empty() {
        return Err(bad("No act is chosen.".to_owned()));
    }
    for (n, act) in acts.iter().enumerate() {
        if acts[..n].iter().any(|other| other.is_same_kind(act)) {
            return Err(bad(format!("“{}” is chosen twice.", act.label())));
        }
        if let Some((_, Some(why))) = made.offered.iter().find(|(offered, _)| offered.is_same_kind(act)) {
            return Err(bad(format!("“{}” can’t be chosen: {why}", act.label())));
        }
        if let ContainAct::SetRisk { level, reason } = act {
            check_risk_reason(reason).map_err(|fault| bad(fault.to_string()))?;
            if !matches!(level, RiskLevel::High | RiskLevel::Medium | RiskLevel::Low) {
                return Err(bad("Okta takes the levels high, medium and low.".to_owned()));
            }
        }
    }
    if acts.iter().any(|act| *act == ContainAct::SuspendUser)
        && acts.iter().any(|act| *act == ContainAct::UnsuspendUser)
    {
        return Err(bad("Suspending and unsuspending can’t be chosen together.".to_owned()));
    }
    let confirm = made.confirmation(acts);
    if let Confirmation::Type(wanted) = &confirm
        && !confirm.is_met(typed)
    {
        return Err(bad(format!("Type “{wanted}” to confirm.")));
    }
    if steps(&made.people, acts).is_empty() {
        return Err(bad("There is nothing to do: none of the acts applies to anybody.".to_owned()));
    }
    plans.take(id).ok_or_else(|| Failure::bug("a plan that was there is gone"))
}

/// Every step, in the order of sending: by act, and of one act by the person's level.
pub(super) fn steps(people: &[Target], acts: &[ContainAct]) -> Vec<NewContainStep> {
    let mut acts: Vec<&ContainAct> = acts.iter().collect();
    acts.sort_by_key(|act| act.rank());
    let mut people: Vec<&Target> = people.iter().collect();
    people.sort_by_key(|target| level_rank(target.level.as_ref()));
    acts.into_iter().flat_map(|act| people.iter().flat_map(move |target| steps_of(target, act))).collect()
}

/// The worst first; a level that nobody told comes last, but before none.
fn level_rank(level: Option<&RiskLevel>) -> u8 {
    match level {
        Some(RiskLevel::High) => 0,
        Some(RiskLevel::Medium) => 1,
        Some(RiskLevel::Other(_)) => 2,
        Some(RiskLevel::Low) => 3,
        None => 4,
        Some(RiskLevel::None) => 5,
    }
}

fn steps_of(target: &Target, act: &ContainAct) -> Vec<NewContainStep> {
    let step = |device, expected| NewContainStep {
        user: target.user.clone(),
        user_name: Some(target.name.as_str().into()),
        act: act.clone(),
        device,
        expected,
    };
    match act {
        ContainAct::SuspendDevices => target
            .devices
            .iter()
            .map(|(id, name)| {
                step(Some((id.clone(), name.clone())), ContainExpected::Device(Lifecycle::Active))
            })
            .collect(),
        act if act.applies_to(&target.status) => {
            vec![step(None, ContainExpected::Account(target.status.clone()))]
        }
        _ => Vec::new(),
    }
}

/// People of a plan, once each.
pub(super) fn once(users: &[UserId]) -> Vec<UserId> {
    let mut known = std::collections::HashSet::new();
    users.iter().filter(|user| known.insert((*user).clone())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UserStatus;

    fn target(user: &str, level: Option<RiskLevel>, status: UserStatus, devices: &[&str]) -> Target {
        Target {
            user: user.into(),
            name: user.to_owned(),
            login: None,
            status,
            level,
            devices: devices.iter().map(|id| ((*id).into(), None)).collect(),
        }
    }

    #[test]
    fn every_logout_goes_out_before_any_suspension_and_the_worst_level_first() {
        let people = [
            target("low", Some(RiskLevel::Low), UserStatus::Active, &["guo1"]),
            target("unknown", None, UserStatus::Active, &[]),
            target("high", Some(RiskLevel::High), UserStatus::Active, &["guo2", "guo3"]),
            target("gone", Some(RiskLevel::Medium), UserStatus::Suspended, &[]),
        ];
        let acts = [ContainAct::SuspendDevices, ContainAct::SuspendUser, ContainAct::UniversalLogout];
        let steps = steps(&people, &acts);
        let told: Vec<String> =
            steps.iter().map(|step| format!("{} {}", step.act.key(), step.user)).collect();
        let want = [
            "universal_logout high",
            "universal_logout gone",
            "universal_logout low",
            "universal_logout unknown",
            "suspend_user high",
            "suspend_user low",
            "suspend_user unknown",
            "suspend_devices high",
            "suspend_devices high",
            "suspend_devices low",
        ];
        assert_eq!(told, want);
    }
}
