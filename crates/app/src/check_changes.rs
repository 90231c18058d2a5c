//! Posture checks of the org: read from the cache, where they are used, and changes of them. The journal in the cache is the
//! truth about what was sent; this only acts on it.
//!
//! `kept` reads the checks of a snapshot, `usage` where they are used, `plan` works out what a change would do, `publish`
//! confirms it, `run` decides what is carried out when, `walk` carries out one, `echo` lets the snapshots show it, `shown`
//! says it to the pages.

mod echo;
mod kept;
mod plan;
mod publish;
mod run;
mod shown;
mod usage;
mod walk;

use crate::{App, failure, org::Org};
use contract::{
    Failure, Handle, Topic,
    check_changes::{
        CancelCheckChange, CheckAsk, CheckChange, CheckChangePage, CheckPlan, GetCheckChange,
        ListCheckChanges, PlanCheckChange, ResumeCheckChange, StartCheckChange,
    },
};
use domain::{CheckChangeId, IntentState};
use echo::Echo;
pub(crate) use kept::KeptCheck;
use plan::Plans;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, task::AbortHandle};

/// Most changes of one reply.
const MOST: u32 = 200;

/// What an open org knows of the changes of its checks beside the journal.
#[derive(Default)]
pub(crate) struct CheckChanges {
    plans: Mutex<Plans>,
    /// What a restart interrupted is held.
    held: AtomicBool,
    /// Something may have become possible.
    wake: Notify,
    /// What was read back and no snapshot shows yet.
    echo: Echo,
}

impl CheckChanges {
    fn plans(&self) -> MutexGuard<'_, Plans> {
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

/// Carries out the changes of the open org's checks. What is under way when this is dropped is settled by the next one.
pub(crate) struct Publisher([AbortHandle; 2]);

impl Publisher {
    /// Begins to look after them.
    pub fn start(org: Arc<Org>, settle: Duration) -> Self {
        let echo = tokio::spawn(echo::drive(org.clone())).abort_handle();
        Self([tokio::spawn(run::drive(org, settle)).abort_handle(), echo])
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Org {
    /// Holds the changes of checks that were running when the program ended. To be called before anybody can ask for anything.
    pub fn hold_interrupted_check_changes(&self) {
        match run::hold_interrupted(self) {
            Ok(()) => self.checks.held.store(true, Ordering::Relaxed),
            Err(failure) => tracing::warn!(%failure, "changes that were interrupted are held later"),
        }
    }

    /// Tells the pages that a change went on.
    fn check_changes_went_on(&self) {
        self.events.stale(&[Topic::Activity]);
    }

    fn check_change(&self, id: CheckChangeId) -> Result<cache::CheckChange, Failure> {
        let found = self.cache.check_change(id).map_err(failure::cache)?;
        found.ok_or_else(|| failure::not_found("change of a check", &id.0.to_string()))
    }

    /// Works out what a change of a check would do.
    pub(crate) fn plan_check_change(&self, ask: CheckAsk) -> Result<CheckPlan, Failure> {
        plan::plan(self, ask)
    }

    /// Lets a held change go on.
    pub(crate) fn resume_check_change(&self, id: CheckChangeId) -> Result<CheckChange, Failure> {
        crate::intents::may_write(self)?;
        let from = [IntentState::Paused];
        let moved = self.cache.set_check_change(id, &from, IntentState::Running, None, self.now());
        if moved.map_err(failure::cache)? {
            self.checks.wake();
            self.check_changes_went_on();
        }
        Ok(shown::change(self.check_change(id)?))
    }

    /// Ends a change that was not sent.
    pub(crate) fn cancel_check_change(&self, id: CheckChangeId) -> Result<CheckChange, Failure> {
        self.cache.cancel_check_change(id, self.now()).map_err(failure::cache)?;
        self.checks.wake();
        self.check_changes_went_on();
        Ok(shown::change(self.check_change(id)?))
    }

    fn list_check_changes(&self, command: &ListCheckChanges) -> Result<CheckChangePage, Failure> {
        let limit = command.limit.min(MOST) as usize;
        let changes = match &command.check {
            Some(check) => self.cache.changes_of_check(check, limit),
            None => self.cache.check_changes(command.offset, limit),
        };
        let waiting = self.cache.open_check_changes().map_err(failure::cache)?.into_iter();
        Ok(CheckChangePage {
            now: self.now(),
            total: self.cache.check_change_count().map_err(failure::cache)?,
            changes: changes.map_err(failure::cache)?.into_iter().map(shown::change).collect(),
            waiting: waiting.filter(|c| c.state == IntentState::Paused).map(shown::change).collect(),
        })
    }
}

impl Handle<PlanCheckChange> for App {
    async fn handle(&self, command: PlanCheckChange) -> Result<CheckPlan, Failure> {
        self.org()?.read(move |org| org.plan_check_change(command.ask)).await
    }
}

impl Handle<StartCheckChange> for App {
    async fn handle(&self, command: StartCheckChange) -> Result<CheckChange, Failure> {
        self.org()?.read(move |org| publish::start(org, command)).await
    }
}

impl Handle<GetCheckChange> for App {
    async fn handle(&self, command: GetCheckChange) -> Result<CheckChange, Failure> {
        self.org()?.read(move |org| Ok(shown::change(org.check_change(command.id)?))).await
    }
}

impl Handle<ListCheckChanges> for App {
    async fn handle(&self, command: ListCheckChanges) -> Result<CheckChangePage, Failure> {
        self.org()?.read(move |org| org.list_check_changes(&command)).await
    }
}

impl Handle<ResumeCheckChange> for App {
    async fn handle(&self, command: ResumeCheckChange) -> Result<CheckChange, Failure> {
        self.org()?.read(move |org| org.resume_check_change(command.id)).await
    }
}

impl Handle<CancelCheckChange> for App {
    async fn handle(&self, command: CancelCheckChange) -> Result<CheckChange, Failure> {
        self.org()?.read(move |org| org.cancel_check_change(command.id)).await
    }
}
