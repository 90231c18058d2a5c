//! `check plan`: what would have to change in an org for it to have the checks of these files. Files are judged first, then
//! compared with the newest snapshot by variable name; each difference is planned by the core as in the window.

use super::{ended, input::Input, org_args::PlanArgs, plan_report};
use crate::{exit::Exit, headless, progress::say, sync};
use app::App;
use contract::{
    Failure, FailureKind,
    check_changes::{CheckAsk, CheckPlan, CheckReach, CheckUse, PlanCheckChange},
    checks::{CheckKey, GetCheck, ListChecks},
    session::{GetSession, Snapshot},
};
use domain::{CheckContent, Judgement, ObjectId, Severity};
use posture::{
    Catalogue, Limits, check_expectations,
    files::{self, CheckFile, FieldDiff, FileError, FoundCheck},
    lint::lint,
};
use serde::Serialize;
use std::{collections::HashMap, path::PathBuf};
use tokio::runtime::Runtime;

/// What is to become of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Create,
    Replace,
    Delete,
    /// The org has it so.
    Unchanged,
    /// Only the org has it, and it stays.
    Keep,
}

impl Action {
    /// Whether something is sent for it.
    pub fn is_change(self) -> bool {
        matches!(self, Self::Create | Self::Replace | Self::Delete)
    }

    /// The verb, as in the JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Unchanged => "unchanged",
            Self::Keep => "keep",
        }
    }
}

/// One check of the plan.
#[derive(Debug, Serialize)]
pub struct Planned {
    pub action: Action,
    pub variable_name: String,
    pub name: String,
    /// The file that asks for it.
    pub path: Option<PathBuf>,
    /// The check in the org.
    pub id: Option<ObjectId>,
    pub fields: Vec<FieldDiff>,
    pub used_by: CheckUse,
    /// Whom the change may affect at most; `None` where nothing changes.
    pub reach: Option<CheckReach>,
    pub warnings: Vec<String>,
    /// Why it is not sent; sentences.
    pub refused: Vec<String>,
    /// What the org has, as this was planned from.
    #[serde(skip)]
    pub before: Option<CheckContent>,
    #[serde(skip)]
    pub after: Option<CheckContent>,
}

/// Everything that was found out.
#[derive(Debug, Serialize)]
pub struct Whole {
    pub org: String,
    pub snapshot: Snapshot,
    pub checks: Vec<Planned>,
    /// Checks of the org that could not be understood, with why.
    pub unread: Vec<(String, String)>,
}

impl Whole {
    /// So many checks have this action.
    pub fn count(&self, action: Action) -> usize {
        self.checks.iter().filter(|check| check.action == action).count()
    }

    /// What is to be sent, in the order of the files; deletions last.
    pub fn changes(&self) -> impl Iterator<Item = &Planned> {
        self.checks.iter().filter(|check| check.action.is_change())
    }

    /// Whether something is in the way.
    pub fn is_refused(&self) -> bool {
        self.checks.iter().any(|check| !check.refused.is_empty())
    }
}

pub fn run(args: &PlanArgs) -> Result<Exit, Failure> {
    let wanted = Wanted::read(args)?;
    let whole = Runtime::new().map_err(Failure::bug)?.block_on(async {
        let app = headless::open(&args.org, false).await?;
        plan(&app, args, &wanted).await
    })?;
    let exit = match (whole.is_refused(), whole.changes().next()) {
        (true, _) => Exit::Failed,
        (false, Some(_)) => Exit::Changes,
        (false, None) => Exit::Done,
    };
    let exit = ended(plan_report::write(&whole, args.format, &mut std::io::stdout().lock()).map(|()| exit))?;
    say(&plan_report::summary(&whole));
    Ok(exit)
}

/// What the files ask for, each with what speaks against sending it.
pub struct Wanted(Vec<(FoundCheck, Vec<String>)>);

impl Wanted {
    /// Reads and judges them. One that can't be read stops everything: it may be the one that keeps a check from being pruned.
    pub fn read(args: &PlanArgs) -> Result<Self, Failure> {
        let mut input = Input::read(&args.paths);
        let mut names: HashMap<String, PathBuf> = HashMap::new();
        for FoundCheck { path, check, .. } in &input.checks {
            let name = check.content.variable_name.trim().to_owned();
            if let Some(other) = names.insert(name.clone(), path.clone()) {
                let what = format!("{} has the variable name `{name}`, too.", other.display());
                input.errors.push(FileError { path: path.clone(), line: None, column: None, what });
            }
        }
        if !input.errors.is_empty() {
            input.errors.iter().for_each(|error| say(&error.to_string()));
            return Err(Failure::new(
                FailureKind::BadInput,
                "Nothing was compared: not every file can be read.",
            ));
        }
        let judge = |found: FoundCheck| {
            let against = if args.force { Vec::new() } else { objections(&found.check) };
            (found, against)
        };
        Ok(Self(input.checks.into_iter().map(judge).collect()))
    }
}

/// Why a check had better not be sent.
fn objections(check: &CheckFile) -> Vec<String> {
    let CheckContent { platform, mapping, query, .. } = &check.content;
    let report = lint(Catalogue::shipped(), *platform, *mapping, query);
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let mut against: Vec<String> =
        errors.map(|finding| format!("{} [{}]", finding.message, finding.code)).collect();
    if !report.valid && against.is_empty() {
        against.push("No device would run this query.".to_owned());
    }
    let trials = check_expectations(query, &check.expect(), &check.expectations, &Limits::of(*platform));
    for (expectation, (trial, _)) in check.expectations.iter().zip(trials).filter(|(_, (_, met))| !met) {
        let (state, want) = (&expectation.state.name, expectation.want.label().to_lowercase());
        against.push(format!("{state}: {want} is wanted, the answer is {}.", answer(&trial.judgement)));
    }
    against
}

fn answer(got: &Judgement) -> String {
    let label = got.label().to_lowercase();
    got.why().map_or(label.clone(), |why| format!("{label}: {}", why.trim_end_matches('.')))
}

/// A check of the org.
struct Known {
    id: ObjectId,
    content: CheckContent,
    builtin: bool,
    used_by: CheckUse,
}

/// Compares the files with the org.
pub async fn plan(app: &App, args: &PlanArgs, wanted: &Wanted) -> Result<Whole, Failure> {
    if !args.no_sync {
        sync::once(app, false).await?;
    }
    let (org, snapshot) = snapshot(app).await?;
    let (known, unread) = known(app).await?;
    let mut checks = Vec::new();
    for (found, against) in &wanted.0 {
        let after = &found.check.content;
        let name = after.variable_name.trim();
        let there = known.iter().find(|known| known.content.variable_name.trim() == name);
        let mut planned = match there {
            Some(known) if !known.builtin && known.content.is_same_check(after) => unchanged(known),
            Some(known) if !known.builtin => {
                let (id, content) = (known.id.clone(), after.clone());
                let base = Some(Box::new(known.content.clone()));
                change(app, CheckAsk::Replace { id, content, base }).await?
            }
            // One that is built in has the name: the plan says so.
            _ => change(app, CheckAsk::Create { content: after.clone() }).await?,
        };
        planned.path = Some(found.path.clone());
        if planned.action.is_change() {
            planned.refused.extend(against.iter().cloned());
            if found.check.expectations.is_empty() {
                planned.warnings.push("Its file expects nothing of it, so it was never tried.".to_owned());
            }
        }
        checks.push(planned);
    }
    for known in known.iter().filter(|known| !known.builtin) {
        let name = known.content.variable_name.trim();
        if wanted.0.iter().any(|(found, _)| found.check.content.variable_name.trim() == name) {
            continue;
        }
        // Where a use may be hidden, it counts as one.
        let idle = !known.used_by.is_used() && known.used_by.unread.is_empty();
        checks.push(if args.prune && idle {
            change(app, CheckAsk::Delete { id: known.id.clone() }).await?
        } else {
            let mut kept = Planned { action: Action::Keep, ..unchanged(known) };
            if args.prune {
                kept.warnings.push(kept_because(&known.used_by));
            }
            kept
        });
    }
    Ok(Whole { org, snapshot, checks, unread })
}

fn kept_because(used_by: &CheckUse) -> String {
    match &used_by.policies[..] {
        [] => format!("It stays: it may be used where nothing could be read: {}.", used_by.unread.join(", ")),
        [policy] => format!("It stays: the policy “{}” uses it.", policy.name),
        several => format!("It stays: {} policies use it.", several.len()),
    }
}

/// The newest snapshot, if the checks in it are those of the org.
pub async fn snapshot(app: &App) -> Result<(String, Snapshot), Failure> {
    let org = app.call(GetSession {}).await?.org;
    let org = org.ok_or_else(|| Failure::bug("the org that was opened is gone"))?;
    let snapshot = org.snapshot.ok_or_else(|| {
        Failure::new(FailureKind::NotSynced, "There is no local copy yet.").hint("Leave --no-sync out.")
    })?;
    if let Some(problem) = snapshot.problems.iter().find(|problem| problem.collection == "Posture checks") {
        return Err(problem.failure.clone());
    }
    Ok((org.name, snapshot))
}

async fn known(app: &App) -> Result<(Vec<Known>, Vec<(String, String)>), Failure> {
    let checks = app.call(ListChecks { as_of: None }).await?;
    let mut known = Vec::new();
    for row in checks.rows {
        let CheckKey::Org(_) = &row.key else { continue };
        let sheet = app.call(GetCheck { as_of: None, key: row.key }).await?;
        if let Some(published) = sheet.published {
            let used_by = sheet.used_by.unwrap_or_default();
            let (id, content, builtin) = (published.id, published.content, published.builtin);
            known.push(Known { id, content, builtin, used_by });
        }
    }
    Ok((known, checks.unread))
}

fn unchanged(known: &Known) -> Planned {
    Planned {
        action: Action::Unchanged,
        variable_name: known.content.variable_name.clone(),
        name: known.content.name.clone(),
        path: None,
        id: Some(known.id.clone()),
        fields: Vec::new(),
        used_by: known.used_by.clone(),
        reach: None,
        warnings: Vec::new(),
        refused: Vec::new(),
        before: Some(known.content.clone()),
        after: None,
    }
}

async fn change(app: &App, ask: CheckAsk) -> Result<Planned, Failure> {
    let action = match &ask {
        CheckAsk::Create { .. } => Action::Create,
        CheckAsk::Replace { .. } => Action::Replace,
        CheckAsk::Delete { .. } | CheckAsk::Undo { .. } => Action::Delete,
    };
    let plan = app.call(PlanCheckChange { ask }).await?;
    let CheckPlan { wish, before, after, used_by, reach, warnings, blocked, .. } = plan;
    // Looking is no writing: whether the org is unlocked is asked when it is.
    let blocked = blocked.filter(|failure| failure.kind != FailureKind::ReadOnly);
    Ok(Planned {
        action,
        variable_name: wish.variable_name().to_owned(),
        name: wish.name().to_owned(),
        path: None,
        id: wish.id().cloned(),
        fields: differences(before.as_ref(), after.as_ref()),
        used_by,
        reach: Some(reach),
        warnings,
        refused: blocked.iter().map(ToString::to_string).collect(),
        before,
        after,
    })
}

/// What the org would tell apart; it trims texts, and knows only a message and a link of a custom check.
fn differences(before: Option<&CheckContent>, after: Option<&CheckContent>) -> Vec<FieldDiff> {
    let blank = |like: &CheckContent| CheckContent {
        name: String::new(),
        description: String::new(),
        variable_name: String::new(),
        query: String::new(),
        remediation: Default::default(),
        ..like.clone()
    };
    let mut fields = match (before, after) {
        (Some(before), Some(after)) => files::diff(before, after),
        (None, Some(after)) => files::diff(&blank(after), after),
        (Some(before), None) => files::diff(before, &blank(before)),
        (None, None) => Vec::new(),
    };
    fields.retain(|diff| {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        let known = !["remediation.message_key", "remediation.default_link"].contains(&diff.field.as_str());
        known && text(&diff.before) != text(&diff.after)
    });
    fields
}
