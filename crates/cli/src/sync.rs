//! `posternctl sync`: one sync, to its end.

use crate::{
    args::SyncArgs,
    exit::Exit,
    org,
    progress::{Progress, say},
};
use app::{App, ClientSettings, Config, DemoOrg, Host, OrgConnection, SealedKey, SystemClock, Timing};
use contract::{
    Event, Failure, FailureKind,
    session::{GetSession, Snapshot},
    sync::{GetSync, StartSync, SyncPhase, SyncState},
};
use futures::{FutureExt, future::BoxFuture};
use std::sync::Arc;
use tokio::{runtime::Runtime, sync::broadcast::Receiver};

/// Runs it.
pub fn run(args: &SyncArgs) -> Result<Exit, Failure> {
    let settings = org::settings(&args.org)?;
    let cache = org::cache_home(&args.org, &settings.url)?;
    let runtime = Runtime::new().map_err(Failure::bug)?;
    runtime.block_on(async {
        let app = App::new(Config {
            data: args.org.data.clone(),
            clock: Arc::new(SystemClock),
            host: Arc::new(Headless),
            timing: Timing::ASKED,
            client: ClientSettings::default(),
        });
        app.open_org(OrgConnection::real(settings, cache)).await?;
        let mut events = app.events();
        app.call(StartSync { full: args.full }).await?;
        let state = follow(&app, &mut events).await?;
        match state.failure {
            Some(failure) => Err(failure),
            None => summary(&app).await,
        }
    })
}

/// Shows the progress until the sync ends.
async fn follow(app: &App, events: &mut Receiver<Event>) -> Result<SyncState, Failure> {
    let mut progress = Progress::new();
    loop {
        let state = app.call(GetSync {}).await?;
        progress.show(&state);
        if state.phase == SyncPhase::Idle {
            progress.end();
            return Ok(state);
        }
        // Whatever the push says, the state is asked for: a channel that lagged has only lost counts.
        let _ = events.recv().await;
    }
}

async fn summary(app: &App) -> Result<Exit, Failure> {
    let org = app.call(GetSession {}).await?.org;
    let Some(Snapshot { devices, users, problems, at, .. }) = org.and_then(|org| org.snapshot) else {
        return Err(Failure::bug("the sync left no snapshot"));
    };
    say(&format!("Synced {devices} devices and {users} users, as of {at}."));
    let mut exit = Exit::Done;
    for problem in problems {
        say(&format!("{}: {}", problem.collection, problem.failure));
        // What the org does not have is no failure to read it.
        if problem.failure.kind != FailureKind::NotAvailable {
            exit = Exit::Partial;
        }
    }
    Ok(exit)
}

/// There is no demo org here, and keys are looked up before the core starts.
struct Headless;

impl Host for Headless {
    fn demo_org(&self) -> BoxFuture<'_, Result<DemoOrg, Failure>> {
        async { Err(Failure::bug("there is no demo org here")) }.boxed()
    }

    fn cache_key(&self, _: &str) -> Result<SealedKey, Failure> {
        Err(Failure::bug("the key is given with the org"))
    }
}
