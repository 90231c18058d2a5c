//! Changes of checks as pages know them, and what is kept of a read.

use crate::intents::read_failure;
use contract::check_changes::CheckChange;
use domain::{CheckSeen, IntentState, StepState};

/// A change.
pub(super) fn change(change: cache::CheckChange) -> CheckChange {
    let seen = change.found.as_deref().and_then(|found| serde_json::from_str(found).ok());
    let (found, found_none) = match seen {
        Some(CheckSeen::There { content, .. }) => (Some(*content), false),
        Some(CheckSeen::Gone) => (None, true),
        None => (None, false),
    };
    let object = change.object.as_ref();
    let undo = object.filter(|_| change.step == StepState::Verified && change.undone_by.is_none());
    CheckChange {
        id: change.id,
        undo: undo.map(|id| change.wish.undo(id)),
        wish: change.wish,
        state: change.state,
        step: change.step,
        why: change.why.as_deref().filter(|_| change.state == IntentState::Paused).and_then(read_failure),
        check: change.object,
        found,
        found_none,
        request_id: change.request_id.map(Into::into),
        failure: change.failure.as_deref().and_then(read_failure),
        created: change.created,
        changed: change.changed,
        snapshot: change.snapshot,
        actor: change.actor.into(),
        note: change.note.map(Into::into),
        undo_of: change.undo_of,
        undone_by: change.undone_by,
    }
}

/// What was read, as the journal keeps it.
pub(super) fn write_seen(seen: &CheckSeen) -> String {
    // Texts and names always have a JSON form.
    serde_json::to_string(seen).unwrap_or_else(|_| "null".to_owned())
}
