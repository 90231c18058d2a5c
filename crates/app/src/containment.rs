//! Containing people at risk: planned as a dry run, the evidence frozen, confirmed, carried out by urgency, and settled by the
//! org's log where nothing else can tell. The journal in the cache is the truth about what was sent; this only acts on it.
//!
//! `plan` works out what would be done, with `person`, `offer` and `by_hand`; `begin` freezes and confirms it; `run` decides what
//! is carried out when, `walk` carries out one step, `evidence` asks the log, `shown` says it to the pages.

mod begin;
mod by_hand;
mod evidence;
mod offer;
mod person;
mod plan;
mod run;
mod shown;
mod walk;

pub(crate) use evidence::client_id;

use crate::{App, failure, intents::may_write, org::Org};
use contract::{
    Failure, Handle, Topic,
    containment::{
        CancelContainment, Containment, ContainmentDetail, ContainmentPage, ContainmentPlan, GetContainment,
        ListContainments, PauseContainment, PlanContainment, ResumeContainment, StartContainment,
    },
};
use domain::{ContainmentId, IntentState};
use plan::Plans;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::{Notify, OnceCell},
    task::AbortHandle,
};

/// Time between two pushes of mere progress.
const PUSH_EVERY: Duration = Duration::from_millis(250);

/// What an open org knows of its containments beside the journal.
#[derive(Default)]
pub(crate) struct Containments {
    plans: Mutex<Plans>,
    /// What a restart interrupted is held.
    held: AtomicBool,
    /// Steps are being sent: other changes wait.
    urgent: AtomicBool,
    /// Something may have become possible.
    wake: Notify,
    /// Nothing is urgent any more.
    calm: Notify,
    /// When the pages were told last.
    pushed: Mutex<Option<Instant>>,
    /// Who we are in the org's log.
    own_id: OnceCell<Option<Box<str>>>,
}

impl Containments {
    fn plans(&self) -> MutexGuard<'_, Plans> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what a restart interrupted is held.
    fn is_held(&self) -> bool {
        self.held.load(Ordering::Relaxed)
    }

    fn set_urgent(&self, urgent: bool) {
        self.urgent.store(urgent, Ordering::Relaxed);
        if !urgent {
            self.calm.notify_waiters();
        }
    }

    /// Waits while containments are being sent, for they share the rate limit with every other change.
    pub async fn calm(&self) {
        loop {
            let calm = self.calm.notified();
            if !self.urgent.load(Ordering::Relaxed) {
                return;
            }
            // A notice that came between the two lines is made up for by looking again.
            let _told_or_not = tokio::time::timeout(Duration::from_millis(250), calm).await;
        }
    }

    /// Looks again for something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Carries out the containments of the open org. What is under way when this is dropped is settled by the next one.
pub(crate) struct Responder(AbortHandle);

impl Responder {
    /// Begins to look after the org's containments.
    pub fn start(org: Arc<Org>, settle: Duration) -> Self {
        Self(tokio::spawn(run::drive(org, settle)).abort_handle())
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Org {
    /// Holds the containments that were running when the program ended. To be called before anybody can ask for anything.
    pub fn hold_interrupted_containments(&self) {
        match run::hold_interrupted(self) {
            Ok(()) => self.containments.held.store(true, Ordering::Relaxed),
            Err(failure) => tracing::warn!(%failure, "containments that were interrupted are held later"),
        }
    }

    /// Tells the pages that containments went on; a few times a second at most, unless it is `news`.
    fn containments_went_on(&self, news: bool) {
        let mut pushed = self.containments.pushed.lock().unwrap_or_else(PoisonError::into_inner);
        if news || pushed.is_none_or(|at| at.elapsed() >= PUSH_EVERY) {
            *pushed = Some(Instant::now());
            drop(pushed);
            self.events.stale(&[Topic::Activity]);
        }
    }

    fn containment(&self, id: ContainmentId) -> Result<cache::Containment, Failure> {
        let found = self.cache.containment(id).map_err(failure::cache)?;
        found.ok_or_else(|| failure::not_found("containment", &id.0.to_string()))
    }

    /// Moves a containment, if it is in one of `from`, and tells it.
    fn turn_containment(
        &self,
        id: ContainmentId,
        from: IntentState,
        to: IntentState,
    ) -> Result<Containment, Failure> {
        let moved = self.cache.set_containment(id, &[from], to, None, self.now()).map_err(failure::cache)?;
        if moved {
            self.containments.wake();
            self.containments_went_on(true);
        }
        Ok(shown::containment(self.containment(id)?))
    }
}

impl Handle<PlanContainment> for App {
    async fn handle(&self, command: PlanContainment) -> Result<ContainmentPlan, Failure> {
        plan::plan(self, command).await
    }
}

impl Handle<StartContainment> for App {
    async fn handle(&self, command: StartContainment) -> Result<Containment, Failure> {
        begin::start(self, command).await
    }
}

impl Handle<GetContainment> for App {
    async fn handle(&self, command: GetContainment) -> Result<ContainmentDetail, Failure> {
        self.org()?.read(move |org| shown::detail(org, &command)).await
    }
}

impl Handle<ListContainments> for App {
    async fn handle(&self, command: ListContainments) -> Result<ContainmentPage, Failure> {
        self.org()?.read(move |org| shown::list(org, &command)).await
    }
}

impl Handle<PauseContainment> for App {
    async fn handle(&self, command: PauseContainment) -> Result<Containment, Failure> {
        let pause =
            move |org: &Org| org.turn_containment(command.id, IntentState::Running, IntentState::Paused);
        self.org()?.read(pause).await
    }
}

impl Handle<ResumeContainment> for App {
    async fn handle(&self, command: ResumeContainment) -> Result<Containment, Failure> {
        let resume = move |org: &Org| {
            may_write(org)?;
            org.turn_containment(command.id, IntentState::Paused, IntentState::Running)
        };
        self.org()?.read(resume).await
    }
}

impl Handle<CancelContainment> for App {
    async fn handle(&self, command: CancelContainment) -> Result<Containment, Failure> {
        let cancel = move |org: &Org| {
            org.cache.cancel_containment(command.id, org.now()).map_err(failure::cache)?;
            org.containments.wake();
            org.containments_went_on(true);
            Ok(shown::containment(org.containment(command.id)?))
        };
        self.org()?.read(cancel).await
    }
}
