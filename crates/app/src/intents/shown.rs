//! Intents and steps as pages know them.

use crate::{failure, org::Org};
use contract::{
    Failure,
    intents::{Intent, Step},
};
use domain::{IntentState, LifecycleMove, StepState};

/// An intent with its counts.
pub(crate) fn shown(org: &Org, intent: cache::Intent) -> Result<Intent, Failure> {
    let counts: Vec<_> = StepState::ALL.into_iter().zip(intent.counts).filter(|(_, n)| *n > 0).collect();
    let steps = intent.counts.iter().sum();
    let only = match steps {
        1 => {
            let step = org.cache.steps(intent.id, None, 0, 1).map_err(failure::cache)?.into_iter().next();
            step.map(|step| step.name.map_or_else(|| step.device.to_string(), String::from))
        }
        _ => None,
    };
    let changed = counts.iter().any(|(state, _)| *state == StepState::Verified);
    let undo = intent.wish.undo().filter(|_| changed && intent.state.is_over() && intent.undone_by.is_none());
    Ok(Intent {
        id: intent.id,
        wish: intent.wish,
        state: intent.state,
        why: intent.why.as_deref().filter(|_| intent.state == IntentState::Paused).and_then(read_failure),
        created: intent.created,
        changed: intent.changed,
        not_before: intent.not_before,
        snapshot: intent.snapshot,
        actor: intent.actor.into(),
        note: intent.note.map(Into::into),
        undo_of: intent.undo_of,
        undone_by: intent.undone_by,
        only,
        steps,
        counts,
        undo,
    })
}

/// One step.
pub(super) fn step(step: cache::Step, wish: LifecycleMove) -> Step {
    Step {
        intent: step.intent,
        wish,
        n: step.n,
        device: step.device,
        name: step.name.map(Into::into),
        before: step.expected,
        after: step.found.map(Into::into),
        state: step.state,
        request_id: step.request_id.map(Into::into),
        failure: step.failure.as_deref().and_then(read_failure),
        changed: step.changed,
    }
}

/// A failure as it is kept in the journal.
pub(crate) fn write_failure(failure: &Failure) -> String {
    // A struct of texts always has a JSON form.
    serde_json::to_string(failure).unwrap_or_else(|_| "null".to_owned())
}

/// The failure that was kept, if this version can read it.
pub(crate) fn read_failure(text: &str) -> Option<Failure> {
    serde_json::from_str(text).ok()
}
