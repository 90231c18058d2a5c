//! Runs a check against a state of a device as osquery 5.18.1 would run it on the device: SQLite with osquery's tables,
//! functions and collations over what was captured. What was not captured makes an answer unknown.

mod cells;
mod clock;
mod guard;
mod kept;
mod memory;
mod paths;
mod planner;
mod scan;
mod session;
mod shell;
mod table;

use crate::catalogue::Table;
use crate::{collation, functions, judge};
use clock::Deadline;
use domain::{DeviceState, Expect, Expectation, Judgement, OsqueryPlatform, Timestamp, Trial};
use guard::Tokens;
use memory::Held;
use rusqlite::Connection;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use session::{Loaded, Session};
pub(crate) use session::{Shared, captured};
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Instructions of SQLite between two looks at the clock.
const STEPS: i32 = 1_000;
/// Parentheses in parentheses. SQLite 3.42's parser has a stack of 100 places, each takes at least one.
const DEEPEST: i32 = 100;
/// Compiled queries that an engine remembers.
const REMEMBERED: usize = 64;

/// How much a run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Milliseconds.
    pub millis: u32,
    /// Rows that are kept and counted.
    pub rows: u64,
    /// Bytes of the query, of any one value, and of all values kept.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { millis: 2_000, rows: 1_000, text: 1 << 20 }
    }
}

impl Limits {
    /// With the time that Okta Verify allows on this platform.
    pub fn of(platform: OsqueryPlatform) -> Self {
        let ours = Self::default();
        Self { millis: platform.time_limit().unwrap_or(ours.millis), ..ours }
    }
}

/// What SQLite says of a query that it can prepare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// Of more than one, nothing else is told.
    pub statements: usize,
    /// The names of the result's columns.
    pub columns: Vec<String>,
    /// Tables of the catalogue and their columns that the query reads, sorted; a table of which it only counts the rows comes
    /// with an empty column.
    pub reads: Vec<(String, String)>,
    /// Functions that it calls, in lower case, sorted.
    pub functions: Vec<String>,
    /// Tables that SQLite's plan reads without any of their required columns: that fails once it comes to it. SQLite 3.42 may
    /// plan otherwise, so this says less than a look at every WHERE clause does.
    pub unconstrained: Vec<String>,
    masks: BTreeMap<&'static str, u64>,
    /// Why no capture can tell the answer.
    unknowable: Option<String>,
}

/// Why osquery would refuse a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CompileError {
    /// In SQLite's or osquery's words.
    pub message: String,
    /// Where, in bytes of the query, if it can be told.
    pub offset: Option<usize>,
}

impl CompileError {
    fn at(message: String, offset: usize) -> Self {
        Self { message, offset: Some(offset) }
    }

    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), offset: None }
    }
}

/// A state as it is kept: its tables as JSON ([`domain::TableState`]) by the catalogue's names, as far as a query reads them.
#[derive(Debug, Clone, Copy)]
pub struct KeptState<'a> {
    pub name: &'a str,
    pub captured: Option<Timestamp>,
    pub tables: &'a [(String, String)],
}

/// A prepared, reusable place for runs on one platform. Remembers the queries that it ran.
#[derive(Debug)]
pub struct Engine {
    db: Connection,
    shared: Arc<Shared>,
    created: HashSet<&'static str>,
    compiled: HashMap<String, Result<Arc<Compiled>, CompileError>>,
}

/// Runs a query against one state.
pub fn run(state: &DeviceState, query: &str, expect: &Expect, limits: &Limits) -> Trial {
    match Engine::new(state.platform) {
        Ok(mut engine) => engine.run(state, query, expect, limits),
        Err(error) => refused(&state.name, &CompileError::new(error.to_string())),
    }
}

/// Runs a query against everything that its author expects of it; with each trial whether it is what was wanted.
pub fn check_expectations(
    query: &str,
    expect: &Expect,
    expectations: &[Expectation],
    limits: &Limits,
) -> Vec<(Trial, bool)> {
    expectations
        .iter()
        .map(|expectation| {
            let trial = run(&expectation.state, query, expect, limits);
            let met = expectation.want.is_met_by(&trial.judgement);
            (trial, met)
        })
        .collect()
}

/// What SQLite and osquery say of a query before it runs.
pub fn compile(platform: OsqueryPlatform, query: &str) -> Result<Compiled, CompileError> {
    let mut engine = Engine::new(platform).map_err(|error| CompileError::new(error.to_string()))?;
    engine.compile(query).map(|compiled| Compiled::clone(&compiled))
}

impl Engine {
    /// A place for runs on this platform. Tables come into being when a query names them.
    pub fn new(platform: OsqueryPlatform) -> rusqlite::Result<Self> {
        let mut db = Connection::open_in_memory()?;
        let shared = Arc::new(Shared::new(platform));
        let limits = [
            (Limit::SQLITE_LIMIT_FUNCTION_ARG, 127),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 1_000),
            (Limit::SQLITE_LIMIT_PARSER_DEPTH, DEEPEST),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
            (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
        ];
        for (limit, most) in limits {
            db.set_limit(limit, most)?;
        }
        planner::as_in_3_42(&db);
        collation::register(&db)?;
        functions::register(&db, &shared)?;
        table::register(&db, shared.clone())?;
        let asked = shared.clone();
        db.authorizer(Some(move |context: rusqlite::hooks::AuthContext<'_>| {
            guard::authorize(&asked, &context)
        }))?;
        let clock = shared.clone();
        db.progress_handler(
            STEPS,
            Some(move || {
                let mut session = clock.session();
                let late = session.deadline.is_some_and(|deadline| deadline.is_over());
                let big = session.held.is_some_and(Held::is_over);
                if late {
                    session.stopped = Some("It ran too long and was stopped.");
                } else if big {
                    session.stopped = Some("It took too much memory and was stopped.");
                }
                late || big
            }),
        )?;
        db.set_prepared_statement_cache_capacity(REMEMBERED);
        Ok(Self { db, shared, created: HashSet::new(), compiled: HashMap::new() })
    }

    /// What SQLite and osquery say of a query before it runs.
    pub fn compile(&mut self, query: &str) -> Result<Arc<Compiled>, CompileError> {
        if let Some(known) = self.compiled.get(query) {
            return known.clone();
        }
        let compiled = self.prepare(query).map(Arc::new);
        if self.compiled.len() >= REMEMBERED {
            self.compiled.clear();
            // A statement that SQLite needn't prepare again would not tell what it reads.
            self.db.flush_prepared_statement_cache();
        }
        self.compiled.insert(query.to_owned(), compiled.clone());
        compiled
    }

    /// Runs a query against one state of this engine's platform.
    pub fn run(&mut self, state: &DeviceState, query: &str, expect: &Expect, limits: &Limits) -> Trial {
        if state.platform != self.shared.platform {
            return run(state, query, expect, limits);
        }
        let platform = state.platform;
        let load =
            |table: &Table, mask| captured(state, table).map(|rows| Loaded::of(table, rows, mask, platform));
        self.run_on(&state.name, state.captured, load, query, expect, limits)
    }

    /// Runs a query against a state of this engine's platform of which the tables are still JSON. What the query doesn't read
    /// is not looked at.
    pub fn run_kept(
        &mut self,
        state: &KeptState<'_>,
        query: &str,
        expect: &Expect,
        limits: &Limits,
    ) -> serde_json::Result<Trial> {
        let platform = self.shared.platform;
        let mut broken = None;
        let load = |table: &Table, mask| {
            let (_, json) = state.tables.iter().find(|(name, _)| *name == table.name)?;
            Loaded::from_json(table, json, mask, platform).map_err(|error| broken = Some(error)).ok()
        };
        let trial = self.run_on(state.name, state.captured, load, query, expect, limits);
        broken.map_or(Ok(trial), Err)
    }

    fn run_on(
        &mut self,
        name: &str,
        captured: Option<Timestamp>,
        load: impl FnMut(&'static Table, u64) -> Option<Loaded>,
        query: &str,
        expect: &Expect,
        limits: &Limits,
    ) -> Trial {
        if query.len() > limits.text {
            return refused(name, &CompileError::new("The query is too long."));
        }
        let deadline = Deadline::of(limits.millis);
        let compiled = match self.compile(query) {
            Ok(compiled) => compiled,
            Err(error) => return refused(name, &error),
        };
        if compiled.statements != 1 {
            let why = format!("The query has {} statements; Okta takes exactly one.", compiled.statements);
            return trial(name, Judgement::Error(why), &compiled.columns);
        }
        let length = i32::try_from(limits.text).unwrap_or(i32::MAX);
        // A limit that SQLite doesn't take leaves its own.
        let _ = self.db.set_limit(Limit::SQLITE_LIMIT_LENGTH, length);
        self.begin(captured, load, &compiled, deadline);
        let result = self.step(query, limits);
        let session = std::mem::take(&mut *self.shared.session());
        finish(name, expect, &compiled, result, session, deadline)
    }

    /// Runs a query against many states, one after another; only one of them is held at a time.
    pub fn run_many<S: Borrow<DeviceState>>(
        &mut self,
        states: impl IntoIterator<Item = S>,
        query: &str,
        expect: &Expect,
        limits: &Limits,
    ) -> impl Iterator<Item = Trial> {
        states.into_iter().map(move |state| self.run(state.borrow(), query, expect, limits))
    }

    fn prepare(&mut self, query: &str) -> Result<Compiled, CompileError> {
        if let Some(at) = query.find('\0') {
            return Err(CompileError::at("The query has a NUL character.".to_owned(), at));
        }
        let tokens = Tokens::read(query)?;
        if tokens.statements == 0 {
            return Err(CompileError::new("The query has no statement."));
        }
        if tokens.statements > 1 {
            return Ok(compiled(tokens.statements, Vec::new(), Session::default()));
        }
        self.create_tables(query).map_err(|error| CompileError::new(words(&error)))?;
        *self.shared.session() = Session::default();
        let prepared = self.db.prepare_cached(query);
        let columns =
            prepared.map(|statement| statement.column_names().map(str::to_owned).collect::<Vec<_>>());
        let session = std::mem::take(&mut *self.shared.session());
        let columns = match columns {
            Ok(columns) => columns,
            Err(error) => return Err(explain(&error, &session)),
        };
        tokens.calls_allowed(|name| session.functions.contains(name))?;
        let mut compiled = compiled(tokens.statements, columns, session);
        compiled.unconstrained = self.unconstrained(query, &compiled)?;
        Ok(compiled)
    }

    /// The tables that the plan reads without their required columns.
    fn unconstrained(&self, query: &str, compiled: &Compiled) -> Result<Vec<String>, CompileError> {
        let demanding = |name: &&&'static str| {
            session::table_on(name, self.shared.platform)
                .is_some_and(|table| table.required().next().is_some())
        };
        let mut lacking: Vec<String> =
            compiled.masks.keys().filter(demanding).map(|&name| name.to_owned()).collect();
        if !lacking.is_empty() {
            let plan = self.plan(query).map_err(|error| CompileError::new(words(&error)))?;
            lacking.retain(|name| {
                plan.iter().any(|line| line.ends_with(table::UNCONSTRAINED) && line.contains(name.as_str()))
            });
        }
        Ok(lacking)
    }

    fn plan(&self, query: &str) -> rusqlite::Result<Vec<String>> {
        let mut explain = self.db.prepare(&format!("EXPLAIN QUERY PLAN {query}"))?;
        explain.query_map([], |row| row.get("detail"))?.collect()
    }

    /// Creates the tables that the query may name: every word of it that is the name of one.
    fn create_tables(&mut self, query: &str) -> rusqlite::Result<()> {
        let words = query.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let platform = self.shared.platform;
        let tables: Vec<&'static Table> =
            words.filter_map(|word| session::table_on(word, platform)).collect();
        for table in tables {
            if self.created.insert(&table.name) {
                self.shared.setting_up.store(true, Ordering::Relaxed);
                let done = self.db.execute_batch(&table::creation(table));
                self.shared.setting_up.store(false, Ordering::Relaxed);
                done?;
            }
        }
        Ok(())
    }

    fn begin(
        &self,
        captured: Option<Timestamp>,
        mut load: impl FnMut(&'static Table, u64) -> Option<Loaded>,
        compiled: &Compiled,
        deadline: Deadline,
    ) {
        let mut fresh = Session {
            now: captured.map(Timestamp::to_rfc3339),
            deadline: Some(deadline),
            held: Some(Held::now()),
            ..Session::default()
        };
        for (&name, &mask) in &compiled.masks {
            if let Some(table) = session::table_on(name, self.shared.platform)
                && let Some(loaded) = load(table, mask)
            {
                fresh.tables.insert(name, Arc::new(loaded));
            }
        }
        fresh.unknown.extend(compiled.unknowable.clone());
        *self.shared.session() = fresh;
    }

    fn step(&self, query: &str, limits: &Limits) -> rusqlite::Result<Rows> {
        let mut statement = self.db.prepare_cached(query)?;
        let mut kept = Rows::default();
        let width = statement.column_count();
        let mut bytes = 0;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            kept.count += 1;
            let values: Vec<Option<String>> =
                (0..width).map(|place| row.get_ref(place).map(text)).collect::<rusqlite::Result<_>>()?;
            bytes += values.iter().flatten().map(String::len).sum::<usize>();
            kept.rows.push(values);
            if kept.count >= limits.rows || bytes > limits.text {
                break;
            }
        }
        Ok(kept)
    }
}

/// A value as text, in the writing of SQLite 3.42.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(functions::values::real(number)),
        ValueRef::Text(text) | ValueRef::Blob(text) => Some(String::from_utf8_lossy(text).into_owned()),
    }
}

/// What came out of a run.
#[derive(Debug, Default)]
struct Rows {
    rows: Vec<Vec<Option<String>>>,
    count: u64,
}

fn compiled(statements: usize, columns: Vec<String>, session: Session) -> Compiled {
    let strange = ["sqlite_master", "sqlite_temp_master", "sqlite_schema", "sqlite_temp_schema", "dbstat"];
    let hidden = session.named.iter().find(|(table, _)| strange.contains(&table.as_str()));
    let unknowable =
        hidden.map(|(table, _)| format!("{table} tells of osquery itself, which no capture holds"));
    let catalogue = crate::Catalogue::shipped();
    let reads = session.named.into_iter().filter(|(table, _)| catalogue.table(table).is_some()).collect();
    let functions = session.functions.into_iter().collect();
    Compiled {
        statements,
        columns,
        reads,
        functions,
        unconstrained: Vec::new(),
        masks: session.masks,
        unknowable,
    }
}

/// An error of preparation in the words that a device would use.
fn explain(error: &rusqlite::Error, session: &Session) -> CompileError {
    let offset = match error {
        rusqlite::Error::SqlInputError { offset, .. } => usize::try_from(*offset).ok(),
        _ => None,
    };
    let message = words(error);
    if let Some(refused) = &session.refused {
        return CompileError { message: refused.clone(), offset };
    }
    CompileError { message, offset }
}

/// An error in SQLite's words alone.
fn words(error: &rusqlite::Error) -> String {
    let words = match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    };
    // SQLite 3.42 called it so.
    if words == "Recursion limit" { "parser stack overflow".to_owned() } else { words }
}

fn finish(
    name: &str,
    expect: &Expect,
    compiled: &Compiled,
    result: rusqlite::Result<Rows>,
    session: Session,
    deadline: Deadline,
) -> Trial {
    let mut trial = trial(name, Judgement::Pass, &compiled.columns);
    trial.reads = session.reads;
    trial.micros = deadline.micros();
    let error = result.as_ref().err().map(words);
    trial.stderr = shell::stderr(&session.warnings, error.as_deref().filter(|_| session.stopped.is_none()));
    if !session.unknown.is_empty() {
        // What it printed would be an answer from nothing.
        trial.judgement = Judgement::Unknown(sentence(&session.unknown));
        return trial;
    }
    match result {
        Ok(rows) => {
            trial.judgement = judge::judge(compiled.columns.len(), &rows.rows, rows.count, expect);
            trial.stdout = shell::stdout(&compiled.columns, &rows.rows);
            trial.rows = rows.rows;
            trial.row_count = rows.count;
        }
        Err(_) => {
            let lacking = session.unconstrained.map(scan::unconstrained);
            let why = format!("osquery gives an error: {}", lacking.or(error).unwrap_or_default());
            trial.judgement = Judgement::Error(session.stopped.map_or(why, str::to_owned));
            trial.stdout = shell::stdout(&[], &[]);
        }
    }
    trial
}

/// Reasons as one sentence.
fn sentence(reasons: &[String]) -> String {
    let shown = reasons.iter().take(5).cloned().collect::<Vec<_>>().join("; ");
    let more = if reasons.len() > 5 { "; and more" } else { "" };
    let mut text = format!("{shown}{more}.");
    // Names of tables and columns stay as they are.
    if let Some(first) = text.get(..1).map(str::to_ascii_uppercase)
        && reasons.first().is_some_and(|r| r.starts_with("the "))
    {
        text.replace_range(..1, &first);
    }
    text
}

fn trial(name: &str, judgement: Judgement, columns: &[String]) -> Trial {
    Trial {
        state: name.to_owned(),
        judgement,
        columns: columns.to_vec(),
        rows: Vec::new(),
        row_count: 0,
        stdout: String::new(),
        stderr: String::new(),
        reads: Vec::new(),
        micros: 0,
    }
}

/// The trial of a query that osquery refuses.
fn refused(name: &str, error: &CompileError) -> Trial {
    let why = format!("osquery refuses the query: {}", error.message);
    let mut trial = trial(name, Judgement::Error(why), &[]);
    trial.stdout = shell::stdout(&[], &[]);
    trial.stderr = shell::stderr(&[], Some(&error.message));
    trial
}
