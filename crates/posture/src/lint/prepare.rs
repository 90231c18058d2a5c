//! SQLite as the judge of a statement: an empty database with the tables, functions and collations that the query names, and
//! an authorizer that refuses what osquery refuses. Nothing is run but CREATE and DROP of a script's own tables. Knows no
//! rules; what SQLite can't see here (required columns, calls that only a newer SQLite takes) is looked at elsewhere.

use super::tokens::{Statement, Token, unquoted};
use crate::catalogue::{Catalogue, FunctionKind, Table};
use domain::OsqueryPlatform;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, Error};
use sqlite3_parser::dialect::TokenType;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What SQLite has against a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub message: String,
    /// Where in the query, in bytes.
    pub offset: Option<usize>,
    pub denied: Option<Denied>,
    /// Which statement.
    pub statement: usize,
}

/// What the authorizer refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// A function that this osquery does not have.
    Function(String),
    /// A write to one of osquery's own tables.
    Write(String),
    Pragma(String),
    /// A statement: `ATTACH`.
    Statement(&'static str),
}

/// Steps of SQLite's machine that a script's CREATE may take.
const STEPS: i32 = 200_000;

thread_local! {
    /// One database for each catalogue and platform; it keeps the tables that queries named so far.
    static JUDGES: RefCell<HashMap<(usize, OsqueryPlatform), Judge>> = RefCell::new(HashMap::new());
}

/// The number of result columns of each statement, or why the first bad one would not run.
pub fn prepare(
    catalogue: &Catalogue,
    platform: OsqueryPlatform,
    query: &str,
    tokens: &[Token],
    statements: &[Statement<'_>],
) -> Result<Vec<usize>, Refusal> {
    let scripted = statements.iter().any(|s| runs(s).is_some());
    let failed =
        |error: Error| Refusal { message: error.to_string(), offset: None, denied: None, statement: 0 };
    if scripted {
        // A script changes the database; this one is thrown away.
        let mut judge = Judge::open(catalogue).map_err(failed)?;
        judge.bound().map_err(failed)?;
        return judge.judge(catalogue, platform, query, tokens, statements);
    }
    let key = (std::ptr::from_ref(catalogue) as usize, platform);
    JUDGES.with_borrow_mut(|judges| {
        let judge = match judges.entry(key) {
            std::collections::hash_map::Entry::Occupied(judge) => judge.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(Judge::open(catalogue).map_err(failed)?)
            }
        };
        judge.judge(catalogue, platform, query, tokens, statements)
    })
}

/// Over an empty database SQLite asks no one about these.
fn denied_by_word(statement: &Statement<'_>) -> Option<Denied> {
    match statement.tokens.first()?.kind {
        TokenType::TK_ANALYZE => Some(Denied::Statement("ANALYZE")),
        TokenType::TK_REINDEX => Some(Denied::Statement("REINDEX")),
        _ => None,
    }
}

/// The word of a statement that has to be run for the next one to be judged.
fn runs(statement: &Statement<'_>) -> Option<TokenType> {
    let first = statement.tokens.first()?.kind;
    matches!(first, TokenType::TK_CREATE | TokenType::TK_DROP).then_some(first)
}

struct Judge {
    connection: Connection,
    /// The tables made so far, with those hidden columns that they show.
    made: HashMap<String, Vec<String>>,
    watch: Arc<Watch>,
}

/// What the authorizer looks at and tells.
#[derive(Default)]
struct Watch {
    off: AtomicBool,
    denied: Mutex<Option<Denied>>,
}

impl Judge {
    fn open(catalogue: &Catalogue) -> rusqlite::Result<Self> {
        let mut connection = Connection::open_in_memory()?;
        // As in 3.42; a newer SQLite takes more arguments.
        connection.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, 1000)?;
        connection.set_limit(Limit::SQLITE_LIMIT_FUNCTION_ARG, 127)?;
        for function in &catalogue.functions {
            let least = i32::try_from(function.least).unwrap_or(i32::MAX);
            let most = function.most.map_or(least, |most| i32::try_from(most).unwrap_or(i32::MAX));
            // Without an upper bound the least number is looked at with the tree.
            let arities = if function.most.is_none() { -1..=-1 } else { least..=most };
            for arity in arities {
                let name = function.name.as_str();
                match function.kind {
                    FunctionKind::Scalar => connection.create_scalar_function(
                        name,
                        arity,
                        FunctionFlags::SQLITE_UTF8,
                        |_: &Context<'_>| Ok(None::<i64>),
                    )?,
                    FunctionKind::Aggregate | FunctionKind::Window => connection.create_aggregate_function(
                        name,
                        arity,
                        FunctionFlags::SQLITE_UTF8,
                        Nothing,
                    )?,
                }
            }
        }
        for collation in &catalogue.collations {
            if !["BINARY", "NOCASE", "RTRIM"].contains(&collation.as_str()) {
                connection.create_collation(collation.as_str(), |a: &str, b: &str| a.cmp(b))?;
            }
        }
        let watch = Arc::new(Watch::default());
        let rules = Rules::of(catalogue);
        let watched = Arc::clone(&watch);
        connection.authorizer(Some(move |context: AuthContext<'_>| {
            if watched.off.load(Ordering::Relaxed) {
                return Authorization::Allow;
            }
            match rules.denies(&context) {
                None => Authorization::Allow,
                Some(denied) => {
                    let mut told = watched.denied.lock().unwrap_or_else(PoisonError::into_inner);
                    told.get_or_insert(denied);
                    Authorization::Deny
                }
            }
        }))?;
        Ok(Self { connection, made: HashMap::new(), watch })
    }

    /// Lets nothing run for long.
    fn bound(&mut self) -> rusqlite::Result<()> {
        let mut left = STEPS / 1000;
        let stop = move || {
            left -= 1;
            left < 0
        };
        self.connection.progress_handler(1000, Some(stop))
    }

    fn judge(
        &mut self,
        catalogue: &Catalogue,
        platform: OsqueryPlatform,
        query: &str,
        tokens: &[Token],
        statements: &[Statement<'_>],
    ) -> Result<Vec<usize>, Refusal> {
        self.watch.off.store(true, Ordering::Relaxed);
        let made = self.make(catalogue, platform, query, tokens);
        self.watch.off.store(false, Ordering::Relaxed);
        made.map_err(|error| Refusal {
            message: error.to_string(),
            offset: None,
            denied: None,
            statement: 0,
        })?;
        let mut columns = Vec::new();
        for (number, statement) in statements.iter().enumerate() {
            *self.watch.denied.lock().unwrap_or_else(PoisonError::into_inner) = None;
            if let Some(denied) = denied_by_word(statement) {
                return Err(Refusal {
                    message: "not authorized".to_owned(),
                    offset: None,
                    denied: Some(denied),
                    statement: number,
                });
            }
            let text = query.get(statement.span.start..statement.span.end).unwrap_or_default();
            let judged = self.connection.prepare(text).and_then(|mut prepared| {
                if runs(statement).is_some() {
                    match prepared.raw_execute() {
                        // What a script's CREATE does in long is not the question here.
                        Err(error)
                            if error.sqlite_error_code()
                                == Some(rusqlite::ErrorCode::OperationInterrupted) => {}
                        other => {
                            other?;
                        }
                    }
                }
                Ok(prepared.column_count())
            });
            match judged {
                Ok(count) => columns.push(count),
                Err(error) => {
                    let denied = self.watch.denied.lock().unwrap_or_else(PoisonError::into_inner).take();
                    return Err(refusal(error, denied, number, statement.span.start));
                }
            }
        }
        Ok(columns)
    }

    /// Makes the tables that the query names, and may thus read.
    fn make(
        &mut self,
        catalogue: &Catalogue,
        platform: OsqueryPlatform,
        query: &str,
        tokens: &[Token],
    ) -> rusqlite::Result<()> {
        let lower = |token: &Token| unquoted(token.text(query)).to_ascii_lowercase();
        let words: HashSet<String> = tokens.iter().filter(|token| token.is_word(query)).map(lower).collect();
        // SQLite takes a text for a table's name, too.
        let texts = tokens.iter().filter(|token| token.kind == TokenType::TK_STRING).map(lower);
        let names: HashSet<String> = words.iter().cloned().chain(texts).collect();
        for word in &names {
            let Some(table) = catalogue.table(word).filter(|table| table.is_on(platform)) else { continue };
            let shown = hidden(table, platform, &words);
            if self.made.get(word).is_some_and(|made| *made == shown) {
                continue;
            }
            if self.made.get(&table.name) != Some(&shown) {
                let mut sql = String::new();
                if self.made.contains_key(&table.name) {
                    let _ = write!(sql, "DROP TABLE temp.{};", quoted(&table.name));
                }
                create(table, platform, &shown, &mut sql);
                self.connection.execute_batch(&sql)?;
                self.made.insert(table.name.clone(), shown.clone());
            }
            if *word != table.name {
                let (view, table) = (quoted(word), quoted(&table.name));
                self.connection.execute_batch(&format!(
                    "DROP VIEW IF EXISTS temp.{view}; CREATE TEMP VIEW {view} AS SELECT * FROM temp.{table};"
                ))?;
                self.made.insert(word.clone(), shown);
            }
        }
        Ok(())
    }
}

/// The hidden columns that the query names. Ordinary tables can't hide a column from `*`, so the others are left out.
fn hidden(table: &Table, platform: OsqueryPlatform, words: &HashSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for column in &table.columns {
        let named = |name: &&String| words.contains(&name.to_ascii_lowercase());
        if column.is_hidden_on(platform) {
            found.extend(Some(&column.name).filter(named).cloned());
        }
        found.extend(column.aliases.iter().filter(named).cloned());
    }
    found
}

fn create(table: &Table, platform: OsqueryPlatform, shown: &[String], sql: &mut String) {
    let _ = write!(sql, "CREATE TEMP TABLE {}(", quoted(&table.name));
    let mut first = None;
    for column in &table.columns {
        let names = std::iter::once(&column.name).chain(&column.aliases);
        for (place, name) in names.enumerate() {
            let visible = place == 0 && !column.is_hidden_on(platform);
            if !visible && !shown.contains(name) {
                continue;
            }
            let comma = if first.is_some() { "," } else { "" };
            let _ = write!(sql, "{comma}{} {}", quoted(name), column.kind.sql());
            if let Some(collation) = &column.collate {
                let _ = write!(sql, " COLLATE {collation}");
            }
            first.get_or_insert(name);
        }
    }
    // Such tables have no `rowid`.
    if let (false, Some(first)) = (table.has_rowid(), first) {
        let _ = write!(sql, ",PRIMARY KEY({})) WITHOUT ROWID;", quoted(first));
    } else {
        sql.push_str(");");
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn refusal(error: Error, denied: Option<Denied>, statement: usize, start: usize) -> Refusal {
    let (message, offset) = match error {
        Error::SqlInputError { msg, offset, .. } => (msg, usize::try_from(offset).ok()),
        Error::SqliteFailure(_, Some(message)) => (message, None),
        other => (other.to_string(), None),
    };
    Refusal { message, offset: offset.map(|offset| start + offset), denied, statement }
}

/// What osquery's authorizer denies.
struct Rules {
    functions: HashSet<String>,
    tables: HashSet<String>,
    pragmas: HashSet<String>,
}

impl Rules {
    fn of(catalogue: &Catalogue) -> Self {
        let functions = catalogue.functions.iter().map(|f| &f.name);
        let functions = functions.chain(catalogue.builtins.iter().map(|b| &b.name));
        Self {
            functions: functions.map(|name| name.to_ascii_lowercase()).collect(),
            tables: catalogue.tables.iter().map(|table| table.name.clone()).collect(),
            pragmas: catalogue.pragmas.iter().cloned().collect(),
        }
    }

    fn denies(&self, context: &AuthContext<'_>) -> Option<Denied> {
        use AuthAction as A;
        let statement = |name| Some(Denied::Statement(name));
        match context.action {
            A::Function { function_name } => {
                let name = function_name.to_ascii_lowercase();
                (!self.functions.contains(&name)).then_some(Denied::Function(name))
            }
            // A DROP asks to delete, too.
            A::Insert { table_name } | A::Update { table_name, .. } | A::Delete { table_name } => {
                let name = table_name.to_ascii_lowercase();
                self.tables.contains(&name).then_some(Denied::Write(name))
            }
            A::Pragma { pragma_name, .. } => {
                let name = pragma_name.to_ascii_lowercase();
                (!self.pragmas.contains(&name)).then_some(Denied::Pragma(name))
            }
            A::Attach { .. } => statement("ATTACH"),
            A::Detach { .. } => statement("DETACH"),
            A::CreateIndex { .. } | A::CreateTempIndex { .. } => statement("CREATE INDEX"),
            A::CreateTrigger { .. } | A::CreateTempTrigger { .. } => statement("CREATE TRIGGER"),
            A::AlterTable { .. } => statement("ALTER TABLE"),
            A::Analyze { .. } => statement("ANALYZE"),
            A::Reindex { .. } => statement("REINDEX"),
            A::Savepoint { .. } => statement("SAVEPOINT"),
            A::CreateVtable { .. } => statement("CREATE VIRTUAL TABLE"),
            _ => None,
        }
    }
}

/// Stands in for an aggregate function.
struct Nothing;

impl Aggregate<(), Option<i64>> for Nothing {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
    fn step(&self, _: &mut Context<'_>, (): &mut ()) -> rusqlite::Result<()> {
        Ok(())
    }
    fn finalize(&self, _: &mut Context<'_>, _: Option<()>) -> rusqlite::Result<Option<i64>> {
        Ok(None)
    }
}
