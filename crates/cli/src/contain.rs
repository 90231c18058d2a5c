//! `posternctl contain`: people at risk contained from a script, with the same plan, the same confirmation and the same journal
//! as in the window.

pub mod args;

use crate::{exit::Exit, headless, progress::say};
use app::App;
use args::{ContainArgs, ContainCommand, PlanArgs, ResumeArgs, RunArgs, ShowArgs};
use contract::{
    Failure, FailureKind,
    cases::CaseId,
    containment::{
        Containment, ContainmentPlan, GetContainment, ListContainments, PlanContainment, ResumeContainment,
        StartContainment,
    },
};
use domain::{Confirmation, ContainAct, ContainmentId, IntentState, StepState, UserId};
use serde::Serialize;
use std::{collections::BTreeSet, io::Write, time::Duration};
use tokio::runtime::Runtime;

/// Steps, and containments, that are read at a time.
const STEPS: u32 = 500;
const PAGE: u32 = 200;
/// How often a running one is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Runs it.
pub fn run(args: &ContainArgs) -> Result<Exit, Failure> {
    Runtime::new().map_err(Failure::bug)?.block_on(async {
        match &args.command {
            ContainCommand::Plan(args) => plan(args).await,
            ContainCommand::Run(args) => contain(args).await,
            ContainCommand::Show(args) => show(args).await,
            ContainCommand::Resume(args) => resume(args).await,
        }
    })
}

async fn planned(app: &App, users: &[String]) -> Result<ContainmentPlan, Failure> {
    let users = users.iter().map(|id| UserId::from(id.as_str())).collect();
    app.call(PlanContainment { users, ask: true }).await
}

async fn plan(args: &PlanArgs) -> Result<Exit, Failure> {
    let app = headless::open(&args.org, false).await?;
    let plan = planned(&app, &args.users).await?;
    line(&plan)?;
    say(&format!("{} people, {} refused. Nothing was sent.", plan.people.len(), plan.refused.len()));
    Ok(Exit::Done)
}

async fn contain(args: &RunArgs) -> Result<Exit, Failure> {
    // Naming what the plan asks for is this program's way of unlocking.
    let app = headless::open(&args.org, args.confirm.is_some()).await?;
    let plan = planned(&app, &args.users).await?;
    let wanted = confirmation(&plan, &args.acts);
    let asked = match &wanted {
        Confirmation::Press => plan.people.len().to_string(),
        Confirmation::Type(text) => text.clone(),
    };
    let Some(confirmed) = &args.confirm else {
        line(&plan)?;
        say(&format!("Nothing was sent; --confirm '{asked}' does it."));
        return Ok(Exit::Done);
    };
    // One who is refused was meant by whoever typed this, and would be left out of it unsaid.
    if let Some((user, why)) = plan.refused.first() {
        let message = format!("Nothing was sent, for {user} can't be contained: {why}");
        return Err(Failure::new(FailureKind::BadInput, message).hint("Leave them out, or sync first."));
    }
    if *confirmed != asked {
        let message = format!("This asks for --confirm '{asked}', not '{confirmed}'. Nothing was sent.");
        return Err(
            Failure::new(FailureKind::BadInput, message).hint("Look at the plan: leave --confirm out.")
        );
    }
    let typed = match wanted {
        Confirmation::Press => None,
        Confirmation::Type(text) => Some(text),
    };
    let (acts, note, case) = (args.acts.clone(), args.note.clone(), args.case.map(CaseId));
    let begun = app.call(StartContainment { plan: plan.id, acts, typed, note, case }).await?;
    let case = begun.case.map(|case| format!(" The evidence is in case {}.", case.0)).unwrap_or_default();
    say(&format!("Containment {}: {} steps.{case}", begun.id.0, begun.steps));
    follow(&app, begun.id).await
}

/// What the chosen acts ask for, as the core will check it.
fn confirmation(plan: &ContainmentPlan, acts: &[ContainAct]) -> Confirmation {
    let only = match &plan.people[..] {
        [one] => Some((one.name.as_str(), one.login.as_deref())),
        _ => None,
    };
    Confirmation::of_containment(acts, plan.people.len() as u64, only)
}

async fn show(args: &ShowArgs) -> Result<Exit, Failure> {
    let app = headless::open(&args.org, false).await?;
    let Some(id) = args.containment else { return list(&app).await };
    let containment = found(&app, ContainmentId(id)).await?;
    line(&containment)?;
    steps(&app, containment.id).await?;
    Ok(Exit::Done)
}

async fn list(app: &App) -> Result<Exit, Failure> {
    let mut offset = 0;
    loop {
        let page = app.call(ListContainments { user: None, offset, limit: PAGE }).await?;
        page.containments.iter().try_for_each(line)?;
        offset += u64::from(PAGE);
        if offset >= page.total {
            return Ok(Exit::Done);
        }
    }
}

/// Goes on with one that was interrupted.
async fn resume(args: &ResumeArgs) -> Result<Exit, Failure> {
    let app = headless::open(&args.org, true).await?;
    let id = ContainmentId(args.containment);
    // What was under way is held first, and what was lost is settled.
    let held = until(&app, id, |one| one.state == IntentState::Paused || one.state.is_over()).await?;
    if held.state == IntentState::Paused {
        app.call(ResumeContainment { id }).await?;
    }
    follow(&app, id).await
}

/// Waits for the end, and tells every step.
async fn follow(app: &App, id: ContainmentId) -> Result<Exit, Failure> {
    let ended = until(app, id, |one| one.state.is_over() || one.why.is_some()).await?;
    steps(app, id).await?;
    if let Some(why) = ended.why {
        say(&format!("Containment {} is held: posternctl contain resume {} goes on with it.", id.0, id.0));
        return Err(why);
    }
    let verified = count(&ended, |state| state == StepState::Verified);
    say(&format!("{verified} of {} verified.", ended.steps));
    Ok(if verified == ended.steps { Exit::Done } else { Exit::Partial })
}

async fn steps(app: &App, id: ContainmentId) -> Result<(), Failure> {
    let mut offset = 0;
    loop {
        let page = app.call(GetContainment { id, state: None, offset, limit: STEPS }).await?;
        page.steps.iter().try_for_each(line)?;
        offset += page.steps.len() as u64;
        if page.steps.is_empty() {
            return Ok(());
        }
    }
}

async fn found(app: &App, id: ContainmentId) -> Result<Containment, Failure> {
    Ok(app.call(GetContainment { id, state: None, offset: 0, limit: 0 }).await?.containment)
}

async fn until(
    app: &App,
    id: ContainmentId,
    reached: impl Fn(&Containment) -> bool,
) -> Result<Containment, Failure> {
    let mut told = BTreeSet::new();
    loop {
        let containment = found(app, id).await?;
        if reached(&containment) {
            return Ok(containment);
        }
        let over = count(&containment, StepState::is_over);
        let tenth = over * 10 / containment.steps.max(1);
        if tenth > 0 && told.insert(tenth) {
            say(&format!("{over} of {}", containment.steps));
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn count(containment: &Containment, wanted: impl Fn(StepState) -> bool) -> u64 {
    containment.counts.iter().filter(|(state, _)| wanted(*state)).map(|(_, n)| n).sum()
}

fn line(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(Failure::bug)?;
    writeln!(std::io::stdout(), "{text}").map_err(Failure::bug)
}
