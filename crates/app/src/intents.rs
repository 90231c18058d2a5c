//! Changes of the org: planned as a dry run, confirmed, carried out one step at a time, and taken back. The journal in the
//! cache is the truth about what was sent; this only acts on it.
//!
//! `plan` works out what would be done, `begin` confirms it, `run` decides what is carried out when, `step` carries out one
//! device, `echo` lets the snapshots show it, `shown` says it to the pages.

mod begin;
mod echo;
mod plan;
mod run;
mod shown;
mod step;

pub(crate) use begin::may_write;
pub(crate) use shown::{read_failure, shown, write_failure};
pub(crate) use step::{Halt, door_stays_shut, meets_all};

use crate::{App, failure, org::Org};
use contract::{
    Failure, Handle, Topic,
    intents::{
        CancelIntent, GetIntent, Intent, IntentDetail, ListDeviceSteps, PauseIntent, Plan, PlanMove,
        ResumeIntent, StartIntent, Step,
    },
};
use domain::{IntentId, IntentState};
use echo::Echo;
use plan::Plans;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{sync::Notify, task::AbortHandle};

/// Most steps of one reply.
const MOST_STEPS: u32 = 500;
/// So many steps about one device are told.
const OF_DEVICE: usize = 20;
/// Time between two pushes of mere progress.
const PUSH_EVERY: Duration = Duration::from_millis(250);

/// What an open org knows of its changes beside the journal.
#[derive(Default)]
pub(crate) struct Intents {
    plans: Mutex<Plans>,
    /// What a restart interrupted is held.
    held: AtomicBool,
    /// Something may have become possible.
    wake: Notify,
    /// What was read back and no snapshot shows yet.
    echo: Echo,
    pushed: Mutex<Option<Instant>>,
}

impl Intents {
    fn plans(&self) -> std::sync::MutexGuard<'_, Plans> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what a restart interrupted is held.
    fn is_held(&self) -> bool {
        self.held.load(Ordering::Relaxed)
    }

    /// Looks again for something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Carries out the intents of the open org. What is under way when this is dropped is settled by the next one.
pub(crate) struct Executor([AbortHandle; 2]);

impl Executor {
    /// Begins to look after the org's intents.
    pub fn start(org: Arc<Org>, settle: Duration) -> Self {
        let echo = tokio::spawn(echo::drive(org.clone())).abort_handle();
        Self([tokio::spawn(run::drive(org, settle)).abort_handle(), echo])
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Org {
    /// Holds the intents that were running when the program ended. To be called before anybody can ask for anything.
    pub fn hold_interrupted_intents(&self) {
        match run::hold_interrupted(self) {
            Ok(()) => self.intents.held.store(true, Ordering::Relaxed),
            Err(failure) => tracing::warn!(%failure, "changes that were interrupted are held later"),
        }
    }

    /// Tells the pages that intents went on; a few times a second at most, unless it is `news`.
    fn intents_went_on(&self, news: bool) {
        let mut pushed = self.intents.pushed.lock().unwrap_or_else(PoisonError::into_inner);
        if news || pushed.is_none_or(|at| at.elapsed() >= PUSH_EVERY) {
            *pushed = Some(Instant::now());
            drop(pushed);
            self.events.stale(&[Topic::Activity]);
        }
    }

    fn intent(&self, id: IntentId) -> Result<cache::Intent, Failure> {
        let found = self.cache.intent(id).map_err(failure::cache)?;
        found.ok_or_else(|| failure::not_found("change", &id.0.to_string()))
    }

    /// Moves an intent, if it is in one of `from`, and tells it.
    fn turn(&self, id: IntentId, from: &[IntentState], to: IntentState) -> Result<Intent, Failure> {
        let moved = self.cache.set_intent(id, from, to, None, self.now()).map_err(failure::cache)?;
        if moved {
            self.intents.wake();
            self.intents_went_on(true);
        }
        shown(self, self.intent(id)?)
    }
}

impl Handle<PlanMove> for App {
    async fn handle(&self, command: PlanMove) -> Result<Plan, Failure> {
        self.org()?.read(move |org| plan::plan(org, &command)).await
    }
}

impl Handle<StartIntent> for App {
    async fn handle(&self, command: StartIntent) -> Result<Intent, Failure> {
        self.org()?.read(move |org| begin::begin(org, command)).await
    }
}

impl Handle<PauseIntent> for App {
    async fn handle(&self, command: PauseIntent) -> Result<Intent, Failure> {
        let from = [IntentState::Running, IntentState::Holding];
        self.org()?.read(move |org| org.turn(command.id, &from, IntentState::Paused)).await
    }
}

impl Handle<ResumeIntent> for App {
    async fn handle(&self, command: ResumeIntent) -> Result<Intent, Failure> {
        let resume = move |org: &Org| {
            may_write(org)?;
            org.turn(command.id, &[IntentState::Paused], IntentState::Running)
        };
        self.org()?.read(resume).await
    }
}

impl Handle<CancelIntent> for App {
    async fn handle(&self, command: CancelIntent) -> Result<Intent, Failure> {
        let cancel = move |org: &Org| {
            org.cache.cancel_intent(command.id, org.now()).map_err(failure::cache)?;
            org.intents.wake();
            org.intents_went_on(true);
            shown(org, org.intent(command.id)?)
        };
        self.org()?.read(cancel).await
    }
}

impl Handle<GetIntent> for App {
    async fn handle(&self, command: GetIntent) -> Result<IntentDetail, Failure> {
        self.org()?.read(move |org| detail(org, &command)).await
    }
}

impl Handle<ListDeviceSteps> for App {
    async fn handle(&self, command: ListDeviceSteps) -> Result<Vec<Step>, Failure> {
        let steps = move |org: &Org| {
            let steps = org.cache.steps_of_device(&command.id, OF_DEVICE).map_err(failure::cache)?;
            Ok(steps.into_iter().map(|(step, wish)| shown::step(step, wish)).collect())
        };
        self.org()?.read(steps).await
    }
}

fn detail(org: &Org, command: &GetIntent) -> Result<IntentDetail, Failure> {
    let intent = org.intent(command.id)?;
    let (wish, limit) = (intent.wish, command.limit.min(MOST_STEPS) as usize);
    let steps = org.cache.steps(command.id, command.state, command.offset, limit).map_err(failure::cache)?;
    Ok(IntentDetail {
        now: org.now(),
        intent: shown(org, intent)?,
        steps: steps.into_iter().map(|step| shown::step(step, wish)).collect(),
    })
}
