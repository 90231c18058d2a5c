//! `check resume`: changes of checks that were interrupted. What may have been sent is settled by the core, by reading; what
//! was not sent waits for somebody to say so.

use super::org_args::ResumeArgs;
use crate::{exit::Exit, headless, progress::say};
use app::App;
use contract::{
    Failure, FailureKind,
    check_changes::{CancelCheckChange, CheckChange, GetCheckChange, ListCheckChanges, ResumeCheckChange},
};
use domain::{CheckChangeId, IntentState, StepState};
use serde::Serialize;
use std::{io::Write, time::Duration};
use tokio::{runtime::Runtime, time::timeout};

/// How often a running change is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// A change of unknown outcome is settled by reading; it takes longer only while the org does not answer.
const SETTLED: Duration = Duration::from_secs(120);
/// Changes that are listed; those that wait are named wherever they stand.
const PAGE: u32 = 200;

pub fn run(args: &ResumeArgs) -> Result<Exit, Failure> {
    Runtime::new().map_err(Failure::bug)?.block_on(async {
        let app = headless::open(&args.org, args.change.is_some()).await?;
        match args.change {
            None => list(&app).await,
            Some(id) => go_on(&app, CheckChangeId(id), args.cancel).await,
        }
    })
}

/// Whether nothing more comes of a change without somebody.
pub fn over(change: &CheckChange) -> bool {
    change.state.is_over() || change.why.is_some()
}

/// Whether it is known where a change stands after a restart.
fn settled(change: &CheckChange) -> bool {
    change.state.is_over() || (change.state == IntentState::Paused && change.step == StepState::Waiting)
}

/// Waits for a change.
pub async fn until(
    app: &App,
    id: CheckChangeId,
    reached: impl Fn(&CheckChange) -> bool,
) -> Result<CheckChange, Failure> {
    loop {
        let change = app.call(GetCheckChange { id }).await?;
        if reached(&change) {
            return Ok(change);
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn list(app: &App) -> Result<Exit, Failure> {
    let page = || app.call(ListCheckChanges { check: None, offset: 0, limit: PAGE });
    let known = timeout(SETTLED, async {
        loop {
            let page = page().await?;
            if page.changes.iter().chain(&page.waiting).all(settled) {
                return Ok(page);
            }
            tokio::time::sleep(LOOK).await;
        }
    });
    // What can't be settled now is listed as it is.
    let page = match known.await {
        Ok(page) => page?,
        Err(_) => page().await?,
    };
    page.waiting.iter().try_for_each(print)?;
    if page.waiting.is_empty() {
        say("No change of a check waits for anybody.");
        return Ok(Exit::Done);
    }
    say("posternctl check resume NUMBER goes on with one, --cancel ends it.");
    Ok(Exit::Changes)
}

async fn go_on(app: &App, id: CheckChangeId, cancel: bool) -> Result<Exit, Failure> {
    let known = timeout(SETTLED, until(app, id, settled)).await.map_err(|_| {
        Failure::new(FailureKind::Unreachable, "It is not known yet what became of this change.")
            .hint("It is settled by reading as soon as the org answers.")
    })??;
    if known.state == IntentState::Paused {
        if cancel {
            app.call(CancelCheckChange { id }).await?;
        } else {
            app.call(ResumeCheckChange { id }).await?;
        }
    }
    let ended = until(app, id, over).await?;
    print(&ended)?;
    if let Some(why) = ended.why {
        say(&format!("Change {} is still held.", id.0));
        return Err(why);
    }
    let wanted = if cancel { StepState::Cancelled } else { StepState::Verified };
    Ok(if ended.step == wanted { Exit::Done } else { Exit::Partial })
}

/// One change, for programs and people alike.
#[derive(Debug, Serialize)]
struct Line<'c> {
    change: CheckChangeId,
    action: &'static str,
    variable_name: &'c str,
    state: IntentState,
    outcome: StepState,
    check: Option<&'c str>,
    request_id: Option<&'c str>,
    failure: Option<&'c Failure>,
}

fn print(change: &CheckChange) -> Result<(), Failure> {
    let line = Line {
        change: change.id,
        action: change.wish.key(),
        variable_name: change.wish.variable_name(),
        state: change.state,
        outcome: change.step,
        check: change.check.as_ref().map(|id| id.as_str()),
        request_id: change.request_id.as_deref(),
        failure: change.failure.as_ref().or(change.why.as_ref()),
    };
    let text = serde_json::to_string(&line).map_err(Failure::bug)?;
    writeln!(std::io::stdout(), "{text}").map_err(Failure::bug)
}
