//! `check apply`: carries a plan out, one check after the other, each through the same journal as a change in the window.

use super::{
    args::Format,
    ended,
    org_args::ApplyArgs,
    plan::{self, Action, Planned, Wanted, Whole},
    plan_report,
    resume::{self, over},
};
use crate::{exit::Exit, headless, progress::say};
use app::App;
use contract::{
    Failure, FailureKind,
    check_changes::{CheckAsk, CheckChange, PlanCheckChange, StartCheckChange},
    session::GetSession,
};
use domain::{CheckChangeId, Confirmation, ObjectId, StepState};
use serde::Serialize;
use std::io::{BufRead, IsTerminal, Write, stderr, stdin, stdout};
use tokio::runtime::Runtime;

/// What became of one check.
#[derive(Debug, Serialize)]
struct Outcome<'p> {
    variable_name: &'p str,
    action: Action,
    /// As in the journal, or `not_started`.
    outcome: &'static str,
    change: Option<CheckChangeId>,
    check: Option<ObjectId>,
    /// The org's id of the request.
    request_id: Option<String>,
    failure: Option<Failure>,
}

pub fn run(args: &ApplyArgs) -> Result<Exit, Failure> {
    let wanted = Wanted::read(&args.plan)?;
    Runtime::new().map_err(Failure::bug)?.block_on(async {
        let app = headless::open(&args.plan.org, true).await?;
        let whole = plan::plan(&app, &args.plan, &wanted).await?;
        show(&whole, args.plan.format)?;
        say(&plan_report::summary(&whole));
        if whole.is_refused() {
            say("Nothing was sent.");
            return Ok(Exit::Failed);
        }
        if whole.changes().next().is_none() {
            return Ok(Exit::Done);
        }
        may_manage(&app).await?;
        confirmed(args, whole.changes().count())?;
        carry_out(&app, args, &whole).await
    })
}

/// The plan, where the data does not go.
fn show(whole: &Whole, format: Format) -> Result<(), Failure> {
    let written = match format {
        Format::Text => plan_report::write(whole, Format::Text, &mut stdout().lock()),
        Format::Json => plan_report::write(whole, Format::Text, &mut stderr().lock()),
    };
    ended(written.map(|()| Exit::Done)).map(|_| ())
}

/// The org may have told already that the right is missing.
async fn may_manage(app: &App) -> Result<(), Failure> {
    let org = app.call(GetSession {}).await?.org;
    let lacks = org.map(|org| org.lacks).unwrap_or_default();
    match lacks.iter().find(|scope| scope.contains("devicePostureChecks")) {
        None => Ok(()),
        Some(scope) => {
            let message =
                format!("This credential may only read posture checks: the org did not grant {scope}.");
            Err(Failure::new(FailureKind::Forbidden, message).hint("posternctl check plan works without it."))
        }
    }
}

fn confirmed(args: &ApplyArgs, count: usize) -> Result<(), Failure> {
    if args.yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        let message = "Nothing was sent: nobody said yes.";
        return Err(Failure::new(FailureKind::BadInput, message).hint("Give --yes to carry the plan out."));
    }
    // Nobody can be told that stderr is gone.
    let _ = write!(stderr(), "Carry out {}? Type yes: ", super::report::many(count, "change"));
    let mut line = String::new();
    let unread = |error| Failure::new(FailureKind::BadInput, format!("The answer can't be read: {error}."));
    stdin().lock().read_line(&mut line).map_err(unread)?;
    if line.trim().eq_ignore_ascii_case("yes") {
        return Ok(());
    }
    Err(Failure::new(FailureKind::Cancelled, "Nothing was sent."))
}

async fn carry_out(app: &App, args: &ApplyArgs, whole: &Whole) -> Result<Exit, Failure> {
    let (mut stopped, mut held, mut verified) = (false, None, 0);
    for planned in whole.changes() {
        let outcome = if stopped {
            told(planned, None, None)
        } else {
            let (change, failure) = match begin(app, planned, args.note.clone()).await {
                Ok(change) => (Some(resume::until(app, change.id, over).await?), None),
                Err(failure) => (None, Some(failure)),
            };
            let done = change.as_ref().is_some_and(|change| change.step == StepState::Verified);
            verified += usize::from(done);
            // What holds one change would hold the next one, too.
            held = change.as_ref().and_then(|change| change.why.clone().map(|why| (change.id, why)));
            stopped = held.is_some() || !(done || args.keep_going);
            told(planned, change, failure)
        };
        print(&outcome, args.plan.format)?;
    }
    if let Some((id, why)) = held {
        say(&format!("Change {} is held: posternctl check resume {} goes on with it.", id.0, id.0));
        return Err(why);
    }
    let all = whole.changes().count();
    say(&format!("{verified} of {all} verified."));
    Ok(if verified == all { Exit::Done } else { Exit::Partial })
}

/// Plans it again, as it was shown, and starts it.
async fn begin(app: &App, planned: &Planned, note: Option<String>) -> Result<CheckChange, Failure> {
    let lost = || Failure::bug("a planned check has no content");
    let ask = match (planned.action, &planned.id) {
        (Action::Create, _) => CheckAsk::Create { content: planned.after.clone().ok_or_else(lost)? },
        (Action::Replace, Some(id)) => CheckAsk::Replace {
            id: id.clone(),
            content: planned.after.clone().ok_or_else(lost)?,
            base: planned.before.clone().map(Box::new),
        },
        (_, Some(id)) => CheckAsk::Delete { id: id.clone() },
        (_, None) => return Err(lost()),
    };
    let plan = app.call(PlanCheckChange { ask }).await?;
    if let Some(blocked) = plan.blocked {
        return Err(blocked);
    }
    if plan.before != planned.before {
        return Err(Failure::new(FailureKind::Conflict, "Somebody changed this check in the org meanwhile."));
    }
    let typed = match plan.confirm {
        Confirmation::Press => None,
        Confirmation::Type(text) => Some(text),
    };
    app.call(StartCheckChange { plan: plan.id, typed, note }).await
}

fn told(planned: &Planned, change: Option<CheckChange>, failure: Option<Failure>) -> Outcome<'_> {
    let (variable_name, action) = (planned.variable_name.as_str(), planned.action);
    let check = planned.id.clone();
    match change {
        None => {
            let outcome = if failure.is_some() { StepState::Refused.key() } else { "not_started" };
            Outcome { variable_name, action, outcome, change: None, check, request_id: None, failure }
        }
        Some(change) => Outcome {
            variable_name,
            action,
            outcome: change.step.key(),
            change: Some(change.id),
            check: change.check.or(check),
            request_id: change.request_id,
            failure: change.failure.or(change.why),
        },
    }
}

fn print(outcome: &Outcome<'_>, format: Format) -> Result<(), Failure> {
    let line = match format {
        Format::Json => serde_json::to_string(outcome).map_err(Failure::bug)?,
        Format::Text => {
            let Outcome { variable_name, action, outcome, change, request_id, failure, .. } = outcome;
            let mut line = format!("{} {variable_name}: {}", action.word(), outcome.replace('_', " "));
            if let Some(change) = change {
                line.push_str(&format!(", change {}", change.0));
            }
            request_id.iter().for_each(|id| line.push_str(&format!(", request {id}")));
            failure.iter().for_each(|failure| line.push_str(&format!("\n    {failure}")));
            line
        }
    };
    // Whoever read may have gone; what was begun is carried out all the same.
    match writeln!(stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::bug(error)),
        _ => Ok(()),
    }
}
