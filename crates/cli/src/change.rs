//! `posternctl change`: the same changes as in the window, for scripts: a dry run first, then the count of it as the
//! confirmation. `posternctl resume`: goes on with a change that was interrupted.

use crate::{
    args::{ChangeArgs, ResumeArgs},
    exit::Exit,
    headless,
    progress::say,
};
use app::App;
use contract::{
    Failure, FailureKind,
    intents::{GetIntent, Intent, Plan, PlanMove, ResumeIntent, StartIntent, Targets},
    session::GetSession,
};
use domain::{Confirmation, DeviceId, DeviceQuery, IntentId, IntentState, StepState};
use serde::Serialize;
use std::{collections::BTreeSet, io::Write, time::Duration};
use tokio::runtime::Runtime;

/// Steps that are read at a time for the report.
const PAGE: u32 = 500;
/// How often a running change is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Plans, and with a confirmation changes.
pub fn run(args: &ChangeArgs) -> Result<Exit, Failure> {
    Runtime::new().map_err(Failure::bug)?.block_on(async {
        // Naming the count is this program's way of unlocking.
        let app = headless::open(&args.org, args.confirm.is_some()).await?;
        let targets = targets(&app, args).await?;
        let plan = app.call(PlanMove { wish: args.wish, targets }).await?;
        let Some(confirmed) = args.confirm else { return dry_run(&plan) };
        if confirmed != plan.count {
            let message =
                format!("{} devices would be changed, not {confirmed}. Nothing was sent.", plan.count);
            return Err(
                Failure::new(FailureKind::BadInput, message).hint("Look at the plan: leave --confirm out.")
            );
        }
        let typed = match plan.confirm {
            Confirmation::Press => None,
            Confirmation::Type(text) => Some(text),
        };
        let intent = app.call(StartIntent { plan: plan.id, typed, note: args.note.clone() }).await?;
        say(&format!(
            "Change {}: {} of {} refused beforehand.",
            intent.id.0,
            plan.refused,
            plan.refused + plan.count
        ));
        follow(&app, intent.id).await
    })
}

/// Goes on with an interrupted change.
pub fn resume(args: &ResumeArgs) -> Result<Exit, Failure> {
    Runtime::new().map_err(Failure::bug)?.block_on(async {
        let app = headless::open(&args.org, true).await?;
        let id = IntentId(args.change);
        // What was under way is held first, and what was lost is settled.
        let ends = |intent: &Intent| {
            matches!(intent.state, IntentState::Paused | IntentState::Queued) || intent.state.is_over()
        };
        let held = until(&app, id, ends).await?;
        if held.state == IntentState::Queued {
            let message = "This change is queued: it was confirmed while the org could not be reached.";
            return Err(Failure::new(FailureKind::BadInput, message)
                .hint("Look at it again in the window, which shows what has changed since."));
        }
        if held.state == IntentState::Paused {
            app.call(ResumeIntent { id }).await?;
        }
        follow(&app, id).await
    })
}

async fn targets(app: &App, args: &ChangeArgs) -> Result<Targets, Failure> {
    if !args.ids.is_empty() {
        return Ok(Targets::Devices(args.ids.iter().map(|id| DeviceId::from(id.as_str())).collect()));
    }
    let query = DeviceQuery {
        search: args.which.search.clone(),
        filters: args.which.filter.clone(),
        conditions: args.which.conditions.clone(),
        sort: Vec::new(),
    };
    if query == DeviceQuery::default() {
        return Err(Failure::new(FailureKind::BadInput, "Which devices? Name their ids, or give a filter."));
    }
    let snapshot = app.call(GetSession {}).await?.org.and_then(|org| org.snapshot);
    let snapshot = snapshot.ok_or_else(|| {
        Failure::new(FailureKind::NotSynced, "There is no local copy yet.").hint("Run posternctl sync first.")
    })?;
    Ok(Targets::Matching { snapshot: snapshot.id, query, except: Vec::new() })
}

fn dry_run(plan: &Plan) -> Result<Exit, Failure> {
    print(plan)?;
    say(&format!(
        "{} devices would be changed, {} refused. Nothing was sent; --confirm {} does it.",
        plan.count, plan.refused, plan.count
    ));
    Ok(Exit::Done)
}

/// Waits for the end, and tells every step.
async fn follow(app: &App, id: IntentId) -> Result<Exit, Failure> {
    let ended = until(app, id, |intent| {
        intent.state.is_over() || intent.why.is_some() || intent.state == IntentState::Queued
    })
    .await?;
    let mut offset = 0;
    loop {
        let page = app.call(GetIntent { id, state: None, offset, limit: PAGE }).await?;
        page.steps.iter().try_for_each(print)?;
        offset += page.steps.len() as u64;
        if page.steps.is_empty() {
            break;
        }
    }
    if let Some(why) = ended.why {
        say(&format!("Change {} is held: posternctl resume {} goes on with it.", id.0, id.0));
        return Err(why);
    }
    say(&format!("{} of {} verified.", ended.count(StepState::Verified), ended.steps));
    let all = ended.count(StepState::Verified) == ended.steps;
    Ok(if all { Exit::Done } else { Exit::Partial })
}

async fn until(app: &App, id: IntentId, reached: impl Fn(&Intent) -> bool) -> Result<Intent, Failure> {
    let mut told = BTreeSet::new();
    loop {
        let intent = app.call(GetIntent { id, state: None, offset: 0, limit: 0 }).await?.intent;
        if reached(&intent) {
            return Ok(intent);
        }
        let tenth = intent.over() * 10 / intent.steps.max(1);
        if tenth > 0 && told.insert(tenth) {
            say(&format!("{} of {}", intent.over(), intent.steps));
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn print(line: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(line).map_err(Failure::bug)?;
    writeln!(std::io::stdout(), "{text}").map_err(Failure::bug)
}
