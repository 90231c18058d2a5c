//! Confirming a plan: what was typed is checked here, not on the page, and the intent is in the journal before anything is
//! sent.

use super::{plan::Made, shown};
use crate::{failure, org::Org};
use cache::{Again, NewIntent, NewStep, StepChange};
use contract::{
    Failure, FailureKind,
    intents::{Intent, PlanId, StartIntent},
};
use domain::{Confirmation, IntentId, IntentState, StepState, Tier, Timestamp};
use std::collections::HashSet;

/// Longest note that is kept.
const MOST_NOTE: usize = 2_000;

/// Whether the org may be changed from here at all.
pub(crate) fn may_write(org: &Org) -> Result<(), Failure> {
    if org.is_read_only() {
        return Err(Failure::new(FailureKind::ReadOnly, "This org is read-only here.")
            .hint("Unlock it in the top bar, then try again."));
    }
    Ok(())
}

/// Begins what was planned.
pub(super) fn begin(org: &Org, command: StartIntent) -> Result<Intent, Failure> {
    may_write(org)?;
    let made = confirmed(org, command.plan, command.typed.as_deref())?;
    let now = org.now();
    let hold = made.wish.tier() == Tier::Destructive && !org.second_thoughts.is_zero();
    let delay = i64::try_from(org.second_thoughts.as_millis()).unwrap_or(i64::MAX);
    let not_before = hold.then(|| Timestamp(now.0.saturating_add(delay)));
    let state = match () {
        () if org.is_offline() => IntentState::Queued,
        () if hold => IntentState::Holding,
        () => IntentState::Running,
    };
    let note = command.note.map(|note| note.trim().chars().take(MOST_NOTE).collect::<String>());
    let note = note.filter(|note| !note.is_empty());
    let id = match made.queued_intent {
        Some(id) => again(org, id, &made, state, not_before, note)?,
        None => {
            let new = NewIntent {
                wish: made.wish,
                state,
                not_before,
                snapshot: made.snapshot,
                actor: org.actor.clone(),
                note,
                undo_of: made.undo_of,
                steps: made.targets.into_iter().map(step).collect(),
            };
            org.cache.begin_intent(&new, now).map_err(failure::cache)?
        }
    };
    org.intents.wake();
    org.intents_went_on(true);
    shown(org, org.intent(id)?)
}

fn step(target: super::plan::Target) -> NewStep {
    NewStep { device: target.device, name: target.name, expected: target.status }
}

/// The plan, if what was typed is what it asks for. A wrong word costs nothing: the plan stays.
fn confirmed(org: &Org, id: PlanId, typed: Option<&str>) -> Result<Made, Failure> {
    let mut plans = org.intents.plans();
    let Some(made) = plans.get(id) else {
        return Err(Failure::new(
            FailureKind::NotFound,
            "This plan is no longer there: it was confirmed, or is too old.",
        )
        .hint("Look at the change again."));
    };
    if let Confirmation::Type(wanted) = &made.confirm
        && !made.confirm.is_met(typed)
    {
        return Err(Failure::new(FailureKind::BadInput, format!("Type “{wanted}” to confirm.")));
    }
    if made.targets.is_empty() {
        return Err(Failure::new(
            FailureKind::BadInput,
            "There is nothing to change: every device was refused.",
        ));
    }
    plans.take(id).ok_or_else(|| Failure::bug("a plan that was there is gone"))
}

/// Lets a queued intent go on with what its devices are now; those that no longer fit are refused.
fn again(
    org: &Org,
    id: IntentId,
    made: &Made,
    state: IntentState,
    not_before: Option<Timestamp>,
    note: Option<String>,
) -> Result<IntentId, Failure> {
    let (told, now) = (|error| failure::cache(error), org.now());
    if state == IntentState::Queued {
        return Err(Failure::new(FailureKind::Unreachable, "The org still can't be reached.")
            .hint("The change stays queued."));
    }
    let expected: Vec<_> =
        made.targets.iter().filter_map(|target| Some((target.n?, target.status.clone()))).collect();
    let fits: HashSet<u32> = expected.iter().map(|(n, _)| *n).collect();
    org.cache.expect_again(id, &Again { expected, not_before, note }, now).map_err(told)?;
    for step in org.cache.steps(id, Some(StepState::Waiting), 0, usize::MAX >> 1).map_err(told)? {
        if !fits.contains(&step.n) {
            let refused = made.refused.iter().find(|refused| refused.id == step.device);
            let why = refused
                .map_or_else(|| "It changed while the change was queued.".to_owned(), |r| r.why.clone());
            let change = StepChange {
                state: StepState::Refused,
                found: refused.and_then(|r| r.status.as_ref()).map(|status| status.as_str().into()),
                request_id: None,
                failure: Some(shown::write_failure(&Failure::new(FailureKind::Conflict, why))),
            };
            org.cache.set_step(id, step.n, &change, now).map_err(told)?;
        }
    }
    let moved = org.cache.set_intent(id, &[IntentState::Queued], state, None, now).map_err(told)?;
    if moved {
        Ok(id)
    } else {
        Err(Failure::new(FailureKind::BadInput, "This change is not queued any more."))
    }
}
