//! `posternctl sync`: one sync, to its end.

use crate::{
    args::SyncArgs,
    exit::Exit,
    headless,
    progress::{Progress, say},
};
use app::App;
use contract::{
    Event, Failure, FailureKind,
    session::{GetSession, Snapshot},
    sync::{GetSync, StartSync, SyncPhase, SyncState},
};
use tokio::{runtime::Runtime, sync::broadcast::Receiver};

/// Runs it.
pub fn run(args: &SyncArgs) -> Result<Exit, Failure> {
    let runtime = Runtime::new().map_err(Failure::bug)?;
    runtime.block_on(async {
        let app = headless::open(&args.org, false).await?;
        once(&app, args.full).await?;
        summary(&app).await
    })
}

/// Syncs once, and shows how far that is.
pub async fn once(app: &App, full: bool) -> Result<(), Failure> {
    let mut events = app.events();
    app.call(StartSync { full }).await?;
    let state = follow(app, &mut events).await?;
    state.failure.map_or(Ok(()), Err)
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
