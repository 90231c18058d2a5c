//! Privilege and reach of those who stand high in the queue. No list of the org tells them, and asking for everybody would cost
//! two requests a person; so after a sync the org is asked about a few who wait and of whom it is not known, the first first.

use super::queue::Queue;
use crate::{
    failure, logout,
    org::Org,
    users::{self, ROLES},
};
use contract::{Failure, FailureKind, session::Reach, triage::QueueState};
use domain::{Timestamp, UserId};
use std::{cmp::Reverse, sync::Arc};

/// So many people are asked about after one sync.
const AT_ONCE: usize = 40;
/// Who stands further down is asked about when somebody opens them.
const FIRST: usize = 200;
/// An answer holds for so long.
const HOLDS: i64 = Timestamp::DAY;

/// Asks about those of whom nothing is known. Ends at the first refusal, and when a sync is cancelled; what was answered is kept.
pub(crate) async fn ask(org: &Arc<Org>) {
    let due = match org.read(due).await {
        Ok(due) => due,
        Err(failure) => return tracing::warn!(%failure, "who is to be asked about is not known"),
    };
    for user in due {
        if !matches!(org.reach(), Reach::Online) || org.control.checkpoint().await.is_err() {
            return;
        }
        match org.control.unless_cancelled(of(org, &user)).await {
            Ok(true) => {}
            Ok(false) | Err(_) => return,
        }
    }
}

/// Whether it makes sense to go on: both answers came, or the org does not know the person, which says nothing of the others.
async fn of(org: &Arc<Org>, user: &UserId) -> bool {
    let roles = users::observed(org, user, ROLES, Some(org.client.roles_of(user)));
    let (roles, apps) = tokio::join!(roles, logout::apps_of(org, user, true));
    let goes_on = |failure: Option<Failure>| failure.is_none_or(|f| f.kind == FailureKind::NotFound);
    roles.is_ok_and(|told: Told| goes_on(told.failure)) && apps.is_ok_and(|told| goes_on(told.failure))
}

type Told = contract::users::Observed<Vec<domain::AdminRole>>;

/// Who waits, in the order of the queue, without those who were asked about lately.
fn due(org: &Org) -> Result<Vec<UserId>, Failure> {
    let Some(snapshot) = org.cache.latest_id().map_err(failure::cache)? else { return Ok(Vec::new()) };
    let queue = Queue::of(org, snapshot)?;
    let asked = org.cache.asked_since(ROLES, Timestamp(org.now().0 - HOLDS)).map_err(failure::cache)?;
    let mut waiting: Vec<_> = queue
        .told
        .people
        .iter()
        .map(|(user, person)| (user, queue.standing(user, person)))
        .filter(|(_, standing)| standing.state == QueueState::Open)
        .collect();
    waiting.sort_by_key(|(user, standing)| (Reverse(standing.score.total), standing.since, *user));
    let first = waiting.into_iter().take(FIRST).map(|(user, _)| user);
    Ok(first.filter(|user| !asked.contains(*user)).take(AT_ONCE).cloned().collect())
}
