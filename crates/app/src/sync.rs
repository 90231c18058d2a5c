//! Bringing the cache up to date with the org: the commands about it, and the parts that do it.
//!
//! `driver` decides when, `run` goes through the collections once, `read`, `log` and `objects` read one
//! collection each through the `stage`,
//! `control` and `progress` are the two sides that a person sees.

mod control;
mod driver;
mod log;
mod mark;
mod objects;
mod progress;
mod rare;
mod read;
mod risk_failure;
mod run;
mod stage;
mod step;

pub(crate) use control::Control;
pub(crate) use progress::Progress;
pub(crate) use run::STEPS;
pub(crate) use stage::Stage;
pub(crate) use step::label;

use crate::{App, config::Timing, failure, org::Org};
use contract::{
    Failure, Handle,
    sync::{CancelSync, GetSync, PauseSync, ResumeSync, StartSync, SyncPhase, SyncState},
};
use driver::Start;
use std::sync::Arc;
use tokio::{sync::mpsc, task::AbortHandle};

/// The sync of the open org. It ends when this is dropped; what it had committed is resumed by the next one.
pub(crate) struct Sync {
    org: Arc<Org>,
    starts: mpsc::Sender<Start>,
    driver: AbortHandle,
}

impl Sync {
    /// Begins to keep the org up to date.
    pub fn start(org: Arc<Org>, timing: Timing) -> Self {
        // Only a claimed run is sent, and only one can be claimed, so there is always room.
        let (starts, asked) = mpsc::channel(1);
        let driver = tokio::spawn(driver::drive(org.clone(), timing, asked)).abort_handle();
        Self { org, starts, driver }
    }
}

impl Drop for Sync {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Handle<StartSync> for App {
    async fn handle(&self, command: StartSync) -> Result<SyncState, Failure> {
        let sync = self.sync()?;
        if sync.org.claim_sync() {
            sync.starts.send(Start { full: command.full }).await.map_err(failure::bug)?;
        }
        Ok(sync.org.progress.state())
    }
}

impl Handle<PauseSync> for App {
    async fn handle(&self, _: PauseSync) -> Result<SyncState, Failure> {
        let sync = self.sync()?;
        sync.org.control.pause();
        sync.org.progress.phase(SyncPhase::Running, SyncPhase::Paused);
        Ok(sync.org.progress.state())
    }
}

impl Handle<ResumeSync> for App {
    async fn handle(&self, _: ResumeSync) -> Result<SyncState, Failure> {
        let sync = self.sync()?;
        sync.org.control.resume();
        sync.org.progress.phase(SyncPhase::Paused, SyncPhase::Running);
        Ok(sync.org.progress.state())
    }
}

impl Handle<CancelSync> for App {
    /// Answers when the run has ended and its rows are dropped: cancelled means cancelled.
    async fn handle(&self, _: CancelSync) -> Result<SyncState, Failure> {
        let sync = self.sync()?;
        sync.org.control.cancel();
        Ok(sync.org.progress.idle().await)
    }
}

impl Handle<GetSync> for App {
    async fn handle(&self, _: GetSync) -> Result<SyncState, Failure> {
        Ok(self.sync()?.org.progress.state())
    }
}
