//! What is carried out, and when: first what may have been sent and nobody knows the outcome of, then intents in the order in
//! which they were confirmed. After a restart nothing is sent before a person says so.

use super::{
    shown::write_failure,
    step::{Halt, Walk},
};
use crate::{failure, org::Org};
use cache::{Intent, Step};
use contract::{Failure, FailureKind, session::Reach};
use domain::{IntentId, IntentState, StepState};
use futures::{StreamExt, stream};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Steps side by side. The client's limits decide the pace; more would only be more to settle after a crash.
const ABREAST: usize = 4;
/// Lost steps that are settled side by side: they mostly wait.
const SETTLING: usize = 16;
/// Steps that are read from the journal at a time.
const BATCH: usize = 64;
/// When the cache itself can't be written, and to look whether the org is back.
const LATER: Duration = Duration::from_secs(5);
/// When lost steps that could not be read are asked for again.
const UNSETTLED: Duration = Duration::from_secs(60);

/// Looks after the org's intents for as long as it is open.
pub(super) async fn drive(org: Arc<Org>, settle: Duration) {
    let (mut taken_up, mut unsettled) = (org.intents.is_held(), None::<Instant>);
    loop {
        if !taken_up {
            taken_up = tell(take_up(&org).await).is_some();
        }
        // A lost step that can't be read holds up itself alone, and is not asked for again and again.
        if taken_up && unsettled.is_none_or(|at| at.elapsed() >= UNSETTLED) {
            let settled = tell(settle_all(&org, settle).await).unwrap_or(false);
            unsettled = (!settled).then(Instant::now);
        }
        while taken_up && let Some(Some(intent)) = tell(next(&org).await) {
            // What can't even be written down is not tried again at once: that would be a storm of reads.
            if tell(carry_out(&org, intent, settle).await).is_none() {
                break;
            }
        }
        // A wake that came meanwhile is kept; the time is for what no wake tells of.
        let wait = tokio::time::timeout(LATER, org.intents.wake.notified());
        let _woken_or_not = wait.await;
    }
}

fn tell<T>(result: Result<T, Failure>) -> Option<T> {
    result.inspect_err(|failure| tracing::warn!(%failure, "changes wait")).ok()
}

/// After a restart: what was running is held until a person says so. Done before anybody can ask for anything, so that what
/// somebody resumes at once is not held again.
pub(crate) fn hold_interrupted(org: &Org) -> Result<(), Failure> {
    for intent in org.cache.open_intents().map_err(failure::cache)? {
        let interrupted = Failure::new(FailureKind::Cancelled, "Postern was closed while this was running.")
            .hint("Resume it: each device is read again first, so nothing is done twice.");
        let from = [IntentState::Running, IntentState::Holding];
        let why = write_failure(&interrupted);
        org.cache
            .set_intent(intent.id, &from, IntentState::Paused, Some(&why), org.now())
            .map_err(failure::cache)?;
    }
    org.intents_went_on(true);
    Ok(())
}

/// The same, later, where it could not be written down at first.
async fn take_up(org: &Arc<Org>) -> Result<(), Failure> {
    org.read(hold_interrupted).await
}

/// Settles every step of unknown outcome, by reading; whether each could be read. While the org can't be reached they stay
/// unknown.
async fn settle_all(org: &Arc<Org>, settle: Duration) -> Result<bool, Failure> {
    if org.is_offline() {
        return Ok(true);
    }
    let lost = org.read(|org| {
        let mut lost = Vec::new();
        for intent in org.cache.intents_with_lost_steps().map_err(failure::cache)? {
            for state in [StepState::Sending, StepState::Unknown] {
                let steps = org.cache.steps(intent.id, Some(state), 0, BATCH).map_err(failure::cache)?;
                lost.extend(steps.into_iter().map(|step| (intent.clone(), step)));
            }
        }
        Ok(lost)
    });
    let lost = lost.await?;
    if lost.is_empty() {
        return Ok(true);
    }
    let walks = lost.into_iter().map(|(intent, step)| Walk::new(org, intent.wish, step, settle).finish());
    let mut walks = stream::iter(walks).buffer_unordered(SETTLING);
    let mut halted = None;
    while let Some(ended) = walks.next().await {
        match ended {
            Ok(Some(ended)) => org.intents.echo.heard(ended),
            Ok(None) => {}
            Err(Halt(failure)) => halted = Some(failure),
        }
        org.intents_went_on(false);
    }
    drop(walks);
    close_finished(org).await?;
    org.intents.echo.tell();
    org.intents_went_on(true);
    Ok(tell(halted.map_or(Ok(()), Err)).is_some())
}

/// Intents without an open step are done, however they came to that.
async fn close_finished(org: &Arc<Org>) -> Result<(), Failure> {
    org.read(|org| {
        for intent in org.cache.open_intents().map_err(failure::cache)? {
            if is_finished(&intent) {
                let from = [IntentState::Running, IntentState::Paused];
                org.cache
                    .set_intent(intent.id, &from, IntentState::Done, None, org.now())
                    .map_err(failure::cache)?;
            }
        }
        Ok(())
    })
    .await
}

fn is_finished(intent: &Intent) -> bool {
    StepState::ALL.iter().zip(intent.counts).all(|(state, count)| count == 0 || state.is_over())
}

/// The intent to go on with, once its time has come.
async fn next(org: &Arc<Org>) -> Result<Option<Intent>, Failure> {
    loop {
        let open = org.read(|org| org.cache.open_intents().map_err(failure::cache)).await?;
        if let Some(intent) = open.iter().find(|intent| intent.state == IntentState::Running) {
            return Ok(Some(intent.clone()));
        }
        let holding = open.iter().filter(|intent| intent.state == IntentState::Holding);
        let Some(first) = holding.min_by_key(|intent| intent.not_before) else { return Ok(None) };
        let left = first.not_before.map_or(0, |at| at.since(org.now()));
        if left <= 0 {
            let id = first.id;
            org.read(move |org| org.turn(id, &[IntentState::Holding], IntentState::Running)).await?;
            continue;
        }
        // Somebody may cancel meanwhile, or begin something that need not wait.
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0)).min(LATER);
        let _woken_or_not = tokio::time::timeout(left, org.intents.wake.notified()).await;
    }
}

/// Carries out the waiting steps of a running intent, until they are over or it is held.
async fn carry_out(org: &Arc<Org>, intent: Intent, settle: Duration) -> Result<(), Failure> {
    let id = intent.id;
    let held = loop {
        let batch = org.read(move |org| {
            if org.intent(id)?.state != IntentState::Running {
                return Ok(None);
            }
            org.cache.steps(id, Some(StepState::Waiting), 0, BATCH).map(Some).map_err(failure::cache)
        });
        match batch.await? {
            None => break None,
            Some(steps) if steps.is_empty() => break None,
            Some(steps) => {
                if let Some(failure) = walk(org, &intent, steps, settle).await? {
                    break Some(failure);
                }
            }
        }
    };
    let ended = finish(org, id, held).await;
    org.intents_went_on(true);
    org.intents.echo.tell();
    ended
}

/// Walks some steps; the failure that would meet the others too, if one did.
async fn walk(
    org: &Arc<Org>,
    intent: &Intent,
    steps: Vec<Step>,
    settle: Duration,
) -> Result<Option<Failure>, Failure> {
    let (id, wish) = (intent.id, intent.wish);
    let one = |step: Step| async move {
        // Who is being contained comes first: both draw on the same rate limits.
        org.containments.calm().await;
        // Asked before each step: whoever pauses or cancels, or locks the org, is obeyed at once.
        let may_go_on = org.read(move |org| {
            super::begin::may_write(org)?;
            Ok(org.intent(id)?.state == IntentState::Running)
        });
        match may_go_on.await {
            Ok(true) => Walk::new(org, wish, step, settle).finish().await,
            Ok(false) => Ok(None),
            Err(failure) => Err(Halt(failure)),
        }
    };
    let mut walks = stream::iter(steps.into_iter().map(one)).buffer_unordered(ABREAST);
    let (mut halted, mut held) = (None, Ok(()));
    while let Some(ended) = walks.next().await {
        match ended {
            Ok(Some(ended)) => org.intents.echo.heard(ended),
            Ok(None) => {}
            Err(Halt(failure)) => {
                // Those that are under way come to their end; no other one is begun.
                if halted.is_none() {
                    held = hold(org, id, &failure).await;
                    halted = Some(failure);
                }
            }
        }
        org.intents_went_on(false);
    }
    held.map(|()| halted)
}

async fn hold(org: &Arc<Org>, id: IntentId, failure: &Failure) -> Result<(), Failure> {
    let why = write_failure(failure);
    let held = org.read(move |org| {
        let from = [IntentState::Running];
        org.cache.set_intent(id, &from, IntentState::Paused, Some(&why), org.now()).map_err(failure::cache)
    });
    held.await.map(drop)
}

async fn finish(org: &Arc<Org>, id: IntentId, held: Option<Failure>) -> Result<(), Failure> {
    if let Some(failure) = &held {
        tracing::warn!(intent = id.0, %failure, "a change is held");
        if failure.kind == FailureKind::Unreachable {
            org.set_reach(Reach::Offline { why: failure.message.clone() });
        }
    }
    org.read(move |org| {
        let intent = org.intent(id)?;
        if is_finished(&intent) {
            let from = [IntentState::Running, IntentState::Paused];
            org.cache.set_intent(id, &from, IntentState::Done, None, org.now()).map_err(failure::cache)?;
        }
        Ok(())
    })
    .await
}
