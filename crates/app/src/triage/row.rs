//! A person of the queue as pages know them.

use super::queue::{Person, Queue, Standing};
use cache::DoneAbout;
use contract::{cases::CaseId, triage::TriageRow};
use domain::UserId;

/// One row.
pub(super) fn row(
    queue: &Queue,
    user: &UserId,
    person: &Person,
    standing: Standing,
    done: DoneAbout,
) -> TriageRow {
    let account = person.account.as_ref().map(|account| &account.user);
    let newest = person.detections.first();
    let assignee = queue.decided.people.get(user).and_then(|of| of.assignee.clone());
    TriageRow {
        user: user.clone(),
        name: account.map_or_else(|| user.to_string(), domain::User::name),
        login: account.and_then(|user| user.login.as_deref()).map(str::to_owned),
        status: account.map(|user| user.status.clone()),
        level: person.level.clone(),
        peak: person.peak(),
        score: standing.score.total,
        parts: standing.score.parts,
        since: standing.since,
        detection: newest.and_then(|event| event.detection.as_deref()).map(str::to_owned),
        reasons: newest
            .map(|event| event.reasons.iter().map(|reason| reason.to_string()).collect())
            .unwrap_or_default(),
        detections: u32::try_from(person.detections.len()).unwrap_or(u32::MAX),
        open: standing.open,
        assignee,
        snoozed_until: standing.snoozed_until,
        containment: done.containment,
        case: done.case.map(CaseId),
        logged_out: person.logged_out,
    }
}
