//! What is carried out, and when: first containments in the order in which they were confirmed, each by the urgency of its acts;
//! then what was sent and nobody knows the outcome of. After a restart nothing is sent before a person says so.

use super::{
    evidence::{self, LogSays},
    walk::Walk,
};
use crate::{
    errand::Came,
    failure,
    intents::{Halt, may_write, write_failure},
    org::Org,
};
use cache::{ContainStep, Containment};
use contract::{Failure, FailureKind, session::Reach};
use domain::{ContainAct, ContainmentId, EVIDENCE_WITHIN, IntentState, StepState};
use futures::{StreamExt, stream};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Steps side by side. The client's limits decide the pace; more would only be more to settle after a crash.
const ABREAST: usize = 4;
/// Steps that are settled side by side: they mostly wait.
const SETTLING: usize = 8;
/// Steps that are read from the journal at a time. Few, so that what is more urgent by then comes first.
const BATCH: usize = 32;
/// When the cache itself can't be written, and to look whether the org is back.
const LATER: Duration = Duration::from_secs(5);
/// The longest pause between two looks at the log.
const LONGEST: Duration = Duration::from_secs(30);
/// So many people in a row of whom the org says that the credential may not do it: then it may do it to nobody.
const FORBIDDEN: u32 = 5;

/// When outstanding steps are looked after again.
struct Looks {
    first: Duration,
    pause: Duration,
    last: Option<Instant>,
}

impl Looks {
    fn new(settle: Duration) -> Self {
        let first = (settle / 6).max(Duration::from_millis(20));
        Self { first, pause: first, last: None }
    }

    fn is_due(&self) -> bool {
        self.last.is_none_or(|at| at.elapsed() >= self.pause)
    }

    /// Something was sent, or may have arrived: soon again.
    fn soon(&mut self) {
        (self.pause, self.last) = (self.first, None);
    }

    fn looked(&mut self) {
        self.pause = if self.last.is_some() { (self.pause * 2).min(LONGEST) } else { self.first };
        self.last = Some(Instant::now());
    }

    fn left(&self) -> Duration {
        self.last.map_or(Duration::ZERO, |at| self.pause.saturating_sub(at.elapsed()))
    }
}

/// Looks after the org's containments for as long as it is open.
pub(super) async fn drive(org: Arc<Org>, settle: Duration) {
    let (mut taken_up, mut looks) = (org.containments.is_held(), Looks::new(settle));
    loop {
        if !taken_up {
            taken_up = tell(org.read(hold_interrupted).await).is_some();
        }
        while taken_up && let Some(Some(next)) = tell(next(&org).await) {
            org.containments.set_urgent(true);
            let carried = carry_out(&org, next.id, settle).await;
            org.containments.set_urgent(false);
            looks.soon();
            // What can't even be written down is not tried again at once: that would be a storm of reads.
            if tell(carried).is_none() {
                break;
            }
        }
        let outstanding = match tell(lost(&org).await) {
            Some(lost) if taken_up && !lost.is_empty() && (looks.is_due() || is_over_due(&org, &lost)) => {
                tell(settle_all(&org, lost, settle).await);
                looks.looked();
                true
            }
            Some(lost) => !lost.is_empty(),
            None => false,
        };
        // A wake that came meanwhile is kept; the time is for what no wake tells of.
        let wait = if outstanding { looks.left().clamp(looks.first, LATER) } else { LATER };
        if tokio::time::timeout(wait, org.containments.wake.notified()).await.is_ok() {
            looks.soon();
        }
    }
}

fn tell<T>(result: Result<T, Failure>) -> Option<T> {
    result.inspect_err(|failure| tracing::warn!(%failure, "containments wait")).ok()
}

/// After a restart: what was running is held until a person says so. Done before anybody can ask for anything, so that what
/// somebody resumes at once is not held again.
pub(super) fn hold_interrupted(org: &Org) -> Result<(), Failure> {
    let interrupted = Failure::new(FailureKind::Cancelled, "Postern was closed while this was running.")
        .hint("Resume it: each person is read again first, so nothing is done twice.");
    let why = write_failure(&interrupted);
    for open in org.cache.open_containments().map_err(failure::cache)? {
        // What only waits for the log's word has nothing left to be held.
        if open.counts[waiting()] > 0 {
            let from = [IntentState::Running];
            let paused = IntentState::Paused;
            org.cache
                .set_containment(open.id, &from, paused, Some(&why), org.now())
                .map_err(failure::cache)?;
        }
    }
    org.containments_went_on(true);
    Ok(())
}

fn waiting() -> usize {
    StepState::ALL.iter().position(|state| *state == StepState::Waiting).unwrap_or(0)
}

/// The containment to go on with.
async fn next(org: &Arc<Org>) -> Result<Option<Containment>, Failure> {
    let open = org.read(|org| org.cache.open_containments().map_err(failure::cache)).await?;
    Ok(open.into_iter().find(|one| one.state == IntentState::Running && one.counts[waiting()] > 0))
}

/// Carries out the waiting steps of a running containment, the most urgent act first, until they are over or it is held.
async fn carry_out(org: &Arc<Org>, id: ContainmentId, settle: Duration) -> Result<(), Failure> {
    let mut refusals = Refusals::default();
    loop {
        let batch = org.read(move |org| {
            if org.containment(id)?.state != IntentState::Running {
                return Ok(Vec::new());
            }
            org.cache.contain_steps(id, Some(StepState::Waiting), 0, BATCH).map_err(failure::cache)
        });
        let mut steps = batch.await?;
        // Steps lie in the order of urgency: those of another rank wait for the next round.
        let rank = steps.first().map(|step| step.act.rank());
        steps.retain(|step| Some(step.act.rank()) == rank);
        if steps.is_empty() || walk(org, id, steps, settle, &mut refusals).await?.is_some() {
            break;
        }
    }
    close_finished(org).await?;
    org.containments_went_on(true);
    // The log's evidence comes with a sync, and what was suspended shows.
    org.sync_wanted.notify_one();
    Ok(())
}

/// How often in a row the org said that the credential may not do an act.
#[derive(Default)]
struct Refusals {
    act: Option<&'static str>,
    in_a_row: u32,
    any_done: bool,
}

impl Refusals {
    /// Takes note of a step's end; the failure that everybody would meet, if it looks so.
    fn heard(&mut self, act: &ContainAct, state: StepState, failure: Option<Failure>) -> Option<Failure> {
        if self.act != Some(act.key()) {
            *self = Self { act: Some(act.key()), ..Self::default() };
        }
        let refused = state == StepState::Rejected;
        match failure.filter(|failure| refused && failure.kind == FailureKind::Forbidden) {
            Some(failure) => {
                self.in_a_row += 1;
                (self.in_a_row >= FORBIDDEN && !self.any_done).then_some(failure)
            }
            None => {
                (self.in_a_row, self.any_done) = (0, self.any_done || !refused);
                None
            }
        }
    }
}

/// Walks some steps; the failure that would meet the others too, if one did.
async fn walk(
    org: &Arc<Org>,
    id: ContainmentId,
    steps: Vec<ContainStep>,
    settle: Duration,
    refusals: &mut Refusals,
) -> Result<Option<Failure>, Failure> {
    let one = |step: ContainStep| async move {
        let act = step.act.clone();
        // Asked before each step: whoever pauses or cancels, or locks the org, is obeyed at once.
        let may_go_on = org.read(move |org| {
            may_write(org)?;
            Ok(org.containment(id)?.state == IntentState::Running)
        });
        let came = match may_go_on.await {
            Ok(true) => Walk::new(org, step, settle, LogSays::NotAsked).finish().await,
            Ok(false) => Ok((Came::Held, StepState::Waiting, None)),
            Err(failure) => Err(Halt(failure)),
        };
        (act, came)
    };
    let mut walks = stream::iter(steps.into_iter().map(one)).buffer_unordered(ABREAST);
    let (mut halted, mut held) = (None, Ok(()));
    while let Some((act, came)) = walks.next().await {
        let failure = match came {
            Ok((Came::Held, ..)) => None,
            Ok((_, state, failure)) => refusals.heard(&act, state, failure),
            Err(Halt(failure)) => Some(failure),
        };
        // Those that are under way come to their end; no other one is begun.
        if let Some(failure) = failure.filter(|_| halted.is_none()) {
            held = hold(org, id, &failure).await;
            halted = Some(failure);
        }
        org.containments_went_on(false);
    }
    held.map(|()| halted)
}

async fn hold(org: &Arc<Org>, id: ContainmentId, failure: &Failure) -> Result<(), Failure> {
    tracing::warn!(containment = id.0, %failure, "a containment is held");
    if failure.kind == FailureKind::Unreachable {
        org.set_reach(Reach::Offline { why: failure.message.clone() });
    }
    let why = write_failure(failure);
    let hold = move |org: &Org| {
        let from = [IntentState::Running];
        let paused = IntentState::Paused;
        org.cache.set_containment(id, &from, paused, Some(&why), org.now()).map_err(failure::cache)
    };
    org.read(hold).await.map(drop)
}

async fn lost(org: &Arc<Org>) -> Result<Vec<ContainStep>, Failure> {
    org.read(|org| org.cache.lost_contain_steps().map_err(failure::cache)).await
}

/// Whether the log has been silent about one of them for as long as it may.
fn is_over_due(org: &Org, lost: &[ContainStep]) -> bool {
    let over_due =
        |step: &ContainStep| step.sent.is_some_and(|sent| org.now().since(sent) >= EVIDENCE_WITHIN);
    lost.iter().any(|step| evidence::needs_log(step) && over_due(step))
}

/// Settles what can be settled of the steps of unknown outcome, by reading. While the org can't be reached they stay unknown.
async fn settle_all(org: &Arc<Org>, lost: Vec<ContainStep>, settle: Duration) -> Result<(), Failure> {
    if org.is_offline() {
        return Ok(());
    }
    let told = evidence::ask(org, &lost).await.map_err(|error| failure::org(&error));
    // Without the log the others are settled all the same.
    let events = told.inspect_err(|failure| tracing::warn!(%failure, "the log was not read")).ok();
    let own = match &events {
        Some(_) => org.own_id().await?,
        None => None,
    };
    let mut used = org.read(|org| org.cache.used_evidence().map_err(failure::cache)).await?;
    let mut with_word = Vec::with_capacity(lost.len());
    for step in lost {
        let says = match &events {
            Some(events) => evidence::says(&step, events, own.as_deref(), &mut used),
            None => LogSays::NotAsked,
        };
        with_word.push((step, says));
    }
    let walks = with_word.into_iter().map(|(step, says)| Walk::new(org, step, settle, says).finish());
    let mut walks = stream::iter(walks).buffer_unordered(SETTLING);
    let (mut news, mut halted) = (false, None);
    while let Some(came) = walks.next().await {
        match came {
            Ok((came, ..)) => news |= came == Came::ToItsEnd,
            Err(Halt(failure)) => halted = Some(failure),
        }
    }
    drop(walks);
    close_finished(org).await?;
    if news {
        org.containments_went_on(true);
        org.sync_wanted.notify_one();
    }
    halted.map_or(Ok(()), Err)
}

/// Containments without an open step are done, however they came to that.
async fn close_finished(org: &Arc<Org>) -> Result<(), Failure> {
    org.read(|org| {
        for open in org.cache.open_containments().map_err(failure::cache)? {
            let finished = StepState::ALL.iter().zip(open.counts).all(|(state, n)| n == 0 || state.is_over());
            if finished {
                let from = [IntentState::Running, IntentState::Paused];
                let done = IntentState::Done;
                org.cache.set_containment(open.id, &from, done, None, org.now()).map_err(failure::cache)?;
            }
        }
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_would_meet_is_told_from_what_one_person_meets() {
        let forbidden = || Some(Failure::new(FailureKind::Forbidden, "no"));
        let (rejected, unknown) = (StepState::Rejected, StepState::Unknown);
        let act = ContainAct::UniversalLogout;
        let mut refusals = Refusals::default();
        for _ in 1..FORBIDDEN {
            assert_eq!(refusals.heard(&act, rejected, forbidden()), None);
        }
        assert_eq!(refusals.heard(&act, rejected, forbidden()), forbidden(), "so many in a row");
        assert_eq!(refusals.heard(&ContainAct::SuspendUser, rejected, forbidden()), None, "another act");

        let mut refusals = Refusals::default();
        assert_eq!(refusals.heard(&act, unknown, None), None, "taken once");
        for _ in 0..50 {
            assert_eq!(refusals.heard(&act, rejected, forbidden()), None, "so it may be done to some");
        }
        let other = Some(Failure::new(FailureKind::Conflict, "no"));
        assert_eq!(Refusals::default().heard(&act, rejected, other), None);
    }

    #[test]
    fn looks_at_the_log_come_further_and_further_apart() {
        let mut looks = Looks::new(Duration::from_secs(12));
        assert!(looks.is_due());
        looks.looked();
        let mut pauses = Vec::new();
        for _ in 0..6 {
            pauses.push(looks.pause.as_secs());
            looks.looked();
        }
        assert_eq!(pauses, [2, 4, 8, 16, 30, 30]);
        looks.soon();
        assert!(looks.is_due());
    }
}
