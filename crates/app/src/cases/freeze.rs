//! Freezing evidence. It needs no unlocked org: nothing is asked of the org and nothing is changed there.

use super::{LONGEST_NOTE, LONGEST_TITLE, list::shown, no_case, worded};
use crate::{failure, org::Org};
use cache::NewFreeze;
use contract::{
    Failure, FailureKind,
    cases::{Case, CaseId, FreezeCase},
};

/// More people at once are no case but an export.
const MOST_PEOPLE: usize = 1_000;
/// Okta keeps ninety days; a local copy may be older.
const MOST_DAYS: u32 = 3_650;

pub(super) fn freeze(org: &Org, command: FreezeCase) -> Result<Case, Failure> {
    let FreezeCase { case, title, users, filter, days, note } = command;
    let bad = |words: &str| Err(Failure::new(FailureKind::BadInput, words));
    if users.is_empty() && filter.is_none() {
        return bad("There is nothing to freeze: name people, or a slice of the log.");
    }
    if users.len() > MOST_PEOPLE {
        return bad("At most 1,000 people are frozen at a time.");
    }
    // The title of a case that is there stays as it is.
    let title = if case.is_some() { String::new() } else { worded(&title, "A title", LONGEST_TITLE)? };
    let note = note.filter(|note| !note.trim().is_empty());
    let note = note.map(|note| worded(&note, "A note", LONGEST_NOTE)).transpose()?;
    org.cache.latest_id().map_err(failure::cache)?.ok_or_else(failure::not_synced)?;
    let new = NewFreeze {
        case: case.map(|case| case.0),
        title,
        actor: org.actor.clone(),
        users,
        filter,
        days: days.min(MOST_DAYS),
        note,
    };
    let frozen = org.cache.freeze_case(&new, org.now()).map_err(failure::cache)?;
    let id = frozen.ok_or_else(|| no_case(case.unwrap_or(CaseId(0))))?;
    let case = org.cache.case(id).map_err(failure::cache)?.ok_or_else(|| no_case(CaseId(id)))?;
    Ok(shown(case))
}
