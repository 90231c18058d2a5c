//! A query with a real osquery on this machine, and as a line for a terminal.

use super::expect;
use contract::{
    Failure, FailureKind,
    lab::{FoundOsquery, GetTerminalCommand, RanHere, RunHere, Subject, Terminal},
};
use domain::{
    Captured, Comparison, DeviceState, LocalBinary, LocalRun, OsqueryPlatform, Reach, StateSource, TableState,
};
use posture::{
    Catalogue,
    engine::{self, Limits},
    local::{self, OneSelect, Places},
    terminal::{self, Shell},
};
use std::collections::BTreeMap;
use std::time::Duration;

/// Tables that are read whole for a comparison; a query that reads more is not compared.
const MOST_TABLES: usize = 6;
/// A whole table may take longer than a check.
const TABLE_TIME: Duration = Duration::from_secs(10);

/// Tables that ask a server or copy files away: a query from elsewhere must not send anything from here.
const OUTSIDE: [&str; 8] = [
    "azure_instance_metadata",
    "azure_instance_tags",
    "carves",
    "curl",
    "curl_certificate",
    "ec2_instance_metadata",
    "ec2_instance_tags",
    "yara",
];

fn places() -> Places {
    Places::of_this_system(std::env::var_os("PATH"))
}

/// Looks for osquery on this machine and asks each for its version.
pub(super) async fn find() -> Result<FoundOsquery, Failure> {
    let places = places();
    let looked = local::looked(&places).into_iter().map(str::to_owned).collect();
    let platform = places.platform;
    let mut found = super::work(move || local::find(&places)).await?;
    for binary in &mut found {
        binary.version = local::version(&binary.path).await;
    }
    Ok(FoundOsquery { platform, found, looked })
}

/// Runs the query, and compares the answer with the engine's over this machine's own tables.
pub(super) async fn run(command: RunHere) -> Result<RanHere, Failure> {
    let RunHere { binary, subject } = command;
    // What the page names is only run if it is one of those that are found here.
    let known = super::work(move || local::find(&places())).await?;
    let Some(mut known) = known.into_iter().find(|found| found.path == binary.path) else {
        return Err(Failure::new(
            FailureKind::NotFound,
            format!("There is no osquery at {} any more.", binary.path),
        ));
    };
    known.version = binary.version;
    let platform = places().platform.unwrap_or(subject.platform);
    let compiled = compiled(&subject, platform).await?;
    let query = one_select(&subject.query)?;
    let expected = expect(subject.mapping, subject.passes.as_deref());
    let run = local::run(&known, &query, &expected, local::time_limit(subject.platform)).await;
    let run = run.map_err(|error| cannot(&error))?;
    let comparison = compare(&known, &subject, platform, compiled, &run).await?;
    Ok(RanHere { run, comparison })
}

fn cannot(error: &local::LocalError) -> Failure {
    Failure::new(FailureKind::BadInput, format!("osquery could not be run: {error}."))
}

fn one_select(query: &str) -> Result<OneSelect, Failure> {
    OneSelect::new(query).map_err(|refused| Failure::new(FailureKind::BadInput, refused.to_string()))
}

/// The engine has to take the query first: that is what keeps it to reading. Its tables and the columns of each.
async fn compiled(subject: &Subject, platform: OsqueryPlatform) -> Result<Vec<String>, Failure> {
    let query = subject.query.clone();
    let compiled = super::work(move || engine::compile(platform, &query)).await?;
    let compiled = compiled.map_err(|error| {
        Failure::new(FailureKind::BadInput, format!("It is not run here: {}.", error.message))
            .hint("Mend what the findings say first.")
    })?;
    let mut tables: Vec<String> = compiled.reads.into_iter().map(|(table, _)| table).collect();
    tables.sort();
    tables.dedup();
    if let Some(table) = tables.iter().find(|table| OUTSIDE.contains(&table.as_str())) {
        let message = format!("{table} reaches beyond this machine, so the query is not run here.");
        return Err(Failure::new(FailureKind::BadInput, message));
    }
    Ok(tables)
}

/// Reads this machine's own tables, as far as they can be read whole, and lets the engine answer over them.
async fn compare(
    binary: &LocalBinary,
    subject: &Subject,
    platform: OsqueryPlatform,
    tables: Vec<String>,
    run: &LocalRun,
) -> Result<Comparison, Failure> {
    let mut captured = BTreeMap::new();
    for table in tables.into_iter().take(MOST_TABLES) {
        // One that has to be constrained can't be read whole.
        if Catalogue::shipped().table(&table).is_none_or(|t| t.required().next().is_some()) {
            continue;
        }
        let query = OneSelect::whole_table(&table);
        let whole = local::run(binary, &query, &domain::Expect::Text(None), TABLE_TIME).await;
        let whole = whole.map_err(|error| cannot(&error))?;
        // What was cut is not all that is there.
        if whole.exit == Some(0) && whole.row_count == whole.rows.len() as u64 {
            captured.insert(table, TableState { reach: Reach::Whole, rows: rows(&whole) });
        }
    }
    let state = DeviceState {
        name: "This machine".into(),
        platform,
        source: StateSource::Capture,
        captured: None,
        tables: captured,
    };
    let (subject, run) = (subject.clone(), run.clone());
    super::work(move || {
        let expected = expect(subject.mapping, subject.passes.as_deref());
        let trial = engine::run(&state, &subject.query, &expected, &Limits::of(platform));
        Comparison::of(&trial, &run)
    })
    .await
}

fn rows(run: &LocalRun) -> Vec<Captured> {
    run.rows.clone()
}

/// The line that runs the query in a terminal of a device, with the osquery that Okta Verify brings there.
pub(super) fn line(command: &GetTerminalCommand) -> Result<String, Failure> {
    let places = Places { platform: Some(command.platform), ..Places::default() };
    let binary = local::looked(&places).into_iter().next().unwrap_or("osqueryi");
    let shell = match command.terminal {
        Terminal::Posix => Shell::Posix,
        Terminal::PowerShell => Shell::PowerShell,
        Terminal::Cmd => Shell::Cmd,
    };
    terminal::command(shell, command.platform, binary, &command.query)
        .map_err(|refused| Failure::new(FailureKind::BadInput, refused.to_string()))
}
