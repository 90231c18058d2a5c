//! What is carried out, and when: first what may have been sent and nobody knows the outcome of, then changes in the order in
//! which they were confirmed. After a restart nothing is sent before a person says so.

use super::{echo::Ended, walk::Walk};
use crate::{
    checks, failure,
    intents::{Halt, may_write, write_failure},
    org::Org,
};
use cache::CheckChange;
use contract::{Failure, FailureKind};
use domain::{IntentState, StepState};
use futures::future::join_all;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// When the cache itself can't be written, and to look whether the org is back.
const LATER: Duration = Duration::from_secs(5);
/// When lost changes that could not be read are asked for again.
const UNSETTLED: Duration = Duration::from_secs(60);

/// Looks after the changes of the org's checks for as long as it is open.
pub(super) async fn drive(org: Arc<Org>, settle: Duration) {
    let (mut taken_up, mut unsettled) = (org.checks.is_held(), None::<Instant>);
    loop {
        if !taken_up {
            taken_up = tell(take_up(&org).await).is_some();
        }
        if taken_up && unsettled.is_none_or(|at| at.elapsed() >= UNSETTLED) {
            let settled = tell(settle_all(&org, settle).await).unwrap_or(false);
            unsettled = (!settled).then(Instant::now);
        }
        while taken_up && let Some(Some(change)) = tell(next(&org).await) {
            if tell(carry_out(&org, change, settle).await).is_none() {
                break;
            }
        }
        // A wake that came meanwhile is kept; the time is for what no wake tells of.
        let wait = tokio::time::timeout(LATER, org.checks.wake.notified());
        let _woken_or_not = wait.await;
    }
}

fn tell<T>(result: Result<T, Failure>) -> Option<T> {
    result.inspect_err(|failure| tracing::warn!(%failure, "changes of checks wait")).ok()
}

/// After a restart: what was running is held until a person says so. Done before anybody can ask for anything, so that what
/// somebody resumes at once is not held again.
pub(crate) fn hold_interrupted(org: &Org) -> Result<(), Failure> {
    for change in org.cache.open_check_changes().map_err(failure::cache)? {
        let interrupted = Failure::new(FailureKind::Cancelled, "Postern was closed while this was running.")
            .hint("Resume it: the check is read again first, so nothing is done twice.");
        let why = write_failure(&interrupted);
        let from = [IntentState::Running];
        org.cache
            .set_check_change(change.id, &from, IntentState::Paused, Some(&why), org.now())
            .map_err(failure::cache)?;
    }
    org.check_changes_went_on();
    Ok(())
}

/// The same, later, where it could not be written down at first.
async fn take_up(org: &Arc<Org>) -> Result<(), Failure> {
    org.read(hold_interrupted).await
}

/// Settles every change of unknown outcome, by reading; whether each could be read. They are few, and mostly wait.
async fn settle_all(org: &Arc<Org>, settle: Duration) -> Result<bool, Failure> {
    if org.is_offline() {
        return Ok(true);
    }
    let lost = org.read(|org| org.cache.lost_check_changes().map_err(failure::cache)).await?;
    if lost.is_empty() {
        return Ok(true);
    }
    let walks = lost.into_iter().map(|change| Walk::new(org, change, settle).finish());
    let mut all = true;
    for ended in join_all(walks).await {
        match ended {
            Ok(ended) => hear(org, ended).await?,
            Err(Halt(failure)) => {
                tracing::warn!(%failure, "a change of a check could not be settled");
                all = false;
            }
        }
    }
    org.check_changes_went_on();
    Ok(all)
}

/// The change to go on with.
async fn next(org: &Arc<Org>) -> Result<Option<CheckChange>, Failure> {
    let open = org.read(|org| org.cache.open_check_changes().map_err(failure::cache)).await?;
    let ready = |c: &CheckChange| c.state == IntentState::Running && c.step == StepState::Waiting;
    Ok(open.into_iter().find(ready))
}

/// Carries out one change, until it is over or held.
async fn carry_out(org: &Arc<Org>, change: CheckChange, settle: Duration) -> Result<(), Failure> {
    let id = change.id;
    let ended = match may_write(org) {
        Ok(()) => Walk::new(org, change, settle).finish().await,
        Err(failure) => Err(Halt(failure)),
    };
    match ended {
        Ok(ended) => hear(org, ended).await?,
        Err(Halt(failure)) => {
            tracing::warn!(change = id.0, %failure, "a change of a check is held");
            let why = write_failure(&failure);
            let hold = move |org: &Org| {
                let from = [IntentState::Running];
                org.cache
                    .set_check_change(id, &from, IntentState::Paused, Some(&why), org.now())
                    .map_err(failure::cache)
            };
            org.read(hold).await?;
        }
    }
    org.check_changes_went_on();
    Ok(())
}

/// Takes note of a check as it was read after its change.
async fn hear(org: &Arc<Org>, ended: Option<Ended>) -> Result<(), Failure> {
    let Some(ended) = ended else { return Ok(()) };
    if let Ended::There(check, _) = &ended {
        let (id, content) = (check.id.clone(), check.content.clone());
        org.read(move |org| checks::published_as(org, &id, &content)).await?;
    }
    org.checks.echo.heard(ended);
    Ok(())
}
