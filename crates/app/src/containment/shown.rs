//! Containments as pages know them.

use super::by_hand;
use crate::{failure, intents::read_failure, logout, org::Org};
use contract::{
    Failure,
    cases::CaseId,
    containment::{
        ContainStep, Containment, ContainmentDetail, ContainmentPage, GetContainment, ListContainments,
    },
};
use domain::{ContainAct, IntentState, StepState, UserId};
use std::collections::HashSet;

/// Most steps, and most containments, of one reply.
const MOST_STEPS: u32 = 500;
const MOST: u32 = 200;

/// One containment.
pub(super) fn containment(found: cache::Containment) -> Containment {
    let counts = StepState::ALL.into_iter().zip(found.counts).filter(|(_, count)| *count > 0).collect();
    Containment {
        id: found.id,
        state: found.state,
        why: found.why.as_deref().filter(|_| found.state == IntentState::Paused).and_then(read_failure),
        acts: found.acts,
        people: found.people,
        only: found.only.map(Into::into),
        created: found.created,
        changed: found.changed,
        actor: found.actor.into(),
        note: found.note.map(Into::into),
        snapshot: found.snapshot,
        case: found.case.map(CaseId),
        steps: found.counts.iter().sum(),
        counts,
    }
}

fn step(step: cache::ContainStep) -> ContainStep {
    ContainStep {
        n: step.n,
        user: step.user,
        user_name: step.user_name.map(Into::into),
        act: step.act,
        device: step.device,
        device_name: step.device_name.map(Into::into),
        state: step.state,
        before: step.before.map(Into::into),
        after: step.after.map(Into::into),
        request_id: step.request_id.map(Into::into),
        failure: step.failure.as_deref().and_then(read_failure),
        changed: step.changed,
    }
}

/// One containment with some of its steps, and with the logouts that the log tells of for their people.
pub(super) fn detail(org: &Org, command: &GetContainment) -> Result<ContainmentDetail, Failure> {
    let found = org.containment(command.id)?;
    let limit = command.limit.min(MOST_STEPS) as usize;
    let steps = org.cache.contain_steps(command.id, command.state, command.offset, limit);
    let steps = steps.map_err(failure::cache)?;
    let mut known = HashSet::new();
    let users: Vec<UserId> =
        steps.iter().map(|step| step.user.clone()).filter(|user| known.insert(user.clone())).collect();
    let newest = crate::snapshot::chosen(org, None)?;
    let runs = logout::runs_of(org, newest, &users, found.created)?;
    Ok(ContainmentDetail {
        now: org.now(),
        by_hand: by_hand::list(org, newest, &users)?,
        takes_back: takes_back(&found.acts),
        containment: containment(found),
        steps: steps.into_iter().map(step).collect(),
        runs,
    })
}

/// What takes each act back, where something does.
fn takes_back(acts: &[ContainAct]) -> Vec<String> {
    let told = |act: &ContainAct| match act.effects().undo {
        Some(undo) => format!("{}: {undo}", act.label()),
        None => format!("{}: nothing takes it back; people sign in again.", act.label()),
    };
    acts.iter().map(told).collect()
}

/// One page of containments, newest first.
pub(super) fn list(org: &Org, command: &ListContainments) -> Result<ContainmentPage, Failure> {
    let (user, limit) = (command.user.as_ref(), command.limit.min(MOST) as usize);
    let found = org.cache.containments(user, command.offset, limit).map_err(failure::cache)?;
    let open = org.cache.open_containments().map_err(failure::cache)?.into_iter();
    Ok(ContainmentPage {
        now: org.now(),
        total: org.cache.containment_count(user).map_err(failure::cache)?,
        containments: found.into_iter().map(containment).collect(),
        waiting: open.filter(|one| one.state == IntentState::Paused).map(containment).collect(),
    })
}
