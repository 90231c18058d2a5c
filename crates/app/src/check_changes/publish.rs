//! Confirming a plan: what was typed is checked here, not on the page, and the change is in the journal before anything is
//! sent.

use super::{
    plan::{Made, offline},
    shown,
};
use crate::{failure, intents::may_write, org::Org};
use cache::NewCheckChange;
use contract::{
    Failure, FailureKind,
    check_changes::{CheckChange, CheckPlanId, StartCheckChange},
};
use domain::Confirmation;

/// Longest note that is kept, in characters.
const MOST_NOTE: usize = 2_000;

/// Begins what was planned.
pub(super) fn start(org: &Org, command: StartCheckChange) -> Result<CheckChange, Failure> {
    may_write(org)?;
    if let Some(failure) = offline(org) {
        return Err(failure);
    }
    let made = confirmed(org, command.plan, command.typed.as_deref())?;
    let note = command.note.map(|note| note.trim().chars().take(MOST_NOTE).collect::<String>());
    let new = NewCheckChange {
        wish: made.wish,
        snapshot: made.snapshot,
        actor: org.actor.clone(),
        note: note.filter(|note| !note.is_empty()),
        undo_of: made.undo_of,
    };
    let id = org.cache.begin_check_change(&new, org.now()).map_err(failure::cache)?;
    org.checks.wake();
    org.check_changes_went_on();
    Ok(shown::change(org.check_change(id)?))
}

/// The plan, if what was typed is what it asks for. A wrong word costs nothing: the plan stays.
fn confirmed(org: &Org, id: CheckPlanId, typed: Option<&str>) -> Result<Made, Failure> {
    let mut plans = org.checks.plans();
    let Some(made) = plans.get(id) else {
        return Err(Failure::new(
            FailureKind::NotFound,
            "This plan is no longer there: it was confirmed, or is too old.",
        )
        .hint("Look at the change again."));
    };
    if let Some(failure) = &made.blocked {
        return Err(failure.clone());
    }
    if let Confirmation::Type(wanted) = &made.confirm
        && !made.confirm.is_met(typed)
    {
        return Err(Failure::new(FailureKind::BadInput, format!("Type “{wanted}” to confirm.")));
    }
    plans.take(id).ok_or_else(|| Failure::bug("a plan that was there is gone"))
}
