//! One scan of a table: which captured rows it gives under the constraints that reached it, and whether the capture reaches
//! so far. What it doesn't reach is unknown, never empty.

use super::cells::Cell;
use super::paths;
use super::session::{Loaded, Session, Shared};
use crate::catalogue::Table;
use domain::{OsqueryPlatform, Reach, ReachTest};
use rusqlite::types::Value;
use rusqlite::vtab::IndexConstraintOp;
use std::sync::Arc;

/// The operators that osquery's tables act upon; with the others SQLite filters alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    Like,
    Other,
}

impl Operator {
    pub(crate) fn of(operator: &IndexConstraintOp) -> Self {
        match operator {
            IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ => Self::Equals,
            IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_LIKE => Self::Like,
            _ => Self::Other,
        }
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::Like => "~",
            Self::Other => "?",
        }
    }

    pub(crate) fn from_code(code: &str) -> Self {
        match code {
            "=" => Self::Equals,
            "~" => Self::Like,
            _ => Self::Other,
        }
    }
}

/// One constraint with its value.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) operator: Operator,
    /// The column's place in the catalogue.
    pub(crate) place: usize,
    /// Whether osquery's table would see it.
    pub(crate) passed: bool,
    pub(crate) value: Value,
}

impl Constraint {
    /// The value as osquery gets it.
    fn text(&self) -> String {
        match &self.value {
            Value::Null => String::new(),
            Value::Integer(number) => number.to_string(),
            Value::Real(number) => format!("{number:?}"),
            Value::Text(text) => text.clone(),
            Value::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

/// The rows that a scan gives.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    pub(crate) loaded: Option<Arc<Loaded>>,
    pub(crate) rows: Vec<usize>,
    /// `registry` answers with the path and key as they were asked for, whatever their case in the capture.
    asked: Vec<(usize, String)>,
}

impl Scan {
    pub(crate) fn start(table: &'static Table, constraints: Vec<Constraint>, shared: &Shared) -> Self {
        let mut session = shared.session();
        let mut scan = Self::default();
        if table.evented {
            session.warn(format!("Table {} is event-based but events are disabled", table.name));
            session.warn(documentation(table));
        } else if table.name == "registry" && !constraints.iter().any(|c| is_place(table, c)) {
            only_hives(table, &constraints, &mut session);
        } else if is_answerable(table, &constraints) {
            current_user_hive(table, &constraints, &mut session);
            match session.tables.get(table.name.as_str()).cloned() {
                None => session.doubt(format!("{} was not captured", table.name)),
                Some(loaded) => {
                    if let Some(why) = beyond(table, &loaded.reach, &constraints) {
                        session.doubt(why);
                    }
                    scan.fill(table, loaded, &constraints, shared.platform, &mut session);
                }
            }
        }
        let words = constraints.iter().filter(|c| c.passed).map(|c| describe(table, c)).collect();
        session.note_read(&table.name, words, u64::try_from(scan.rows.len()).unwrap_or(u64::MAX));
        scan
    }

    /// What a column says because it was asked for so.
    pub(crate) fn as_asked(&self, place: usize) -> Option<&str> {
        self.asked.iter().find(|(at, _)| *at == place).map(|(_, text)| text.as_str())
    }

    fn fill(
        &mut self,
        table: &'static Table,
        loaded: Arc<Loaded>,
        constraints: &[Constraint],
        platform: OsqueryPlatform,
        session: &mut Session,
    ) {
        // Numbers and what SQLite converts first are left to SQLite, which tests every row again.
        let by_table: Vec<(&Constraint, String)> = constraints
            .iter()
            .filter(|c| c.passed && (is_generating(table) || table.columns[c.place].required))
            .map(|c| (c, c.text()))
            .collect();
        let current = if table.per_user { current_user(table, constraints, platform) } else { None };
        if table.per_user && !constraints.iter().any(|c| c.passed && names_user(table, c)) {
            session.warn(format!(
                "The {} table returns data based on the current user by default, consider JOINing against the users table",
                table.name
            ));
            session.warn(documentation(table));
        }
        for row in 0..loaded.len() {
            let mut fits = true;
            for (constraint, wanted) in &by_table {
                fits &= match loaded.cell(row, constraint.place) {
                    Cell::Missing => {
                        session.doubt(not_captured(table, constraint.place));
                        false
                    }
                    Cell::Text(text) => fits_text(table, constraint, wanted, text),
                    // NULL equals nothing. Said here, for `registry` answers with the path it was asked for.
                    Cell::Null => constraint.operator == Operator::Other,
                    _ => true,
                };
            }
            if let Some((place, user)) = current {
                fits &= match loaded.cell(row, place) {
                    Cell::Missing => {
                        session.doubt(not_captured(table, place));
                        false
                    }
                    Cell::Integer(uid) => *uid == user,
                    _ => false,
                };
            }
            if fits {
                self.rows.push(row);
            }
        }
        if table.name == "registry" {
            self.asked = registry_as_asked(table, constraints);
        }
        self.loaded = Some(loaded);
    }
}

/// Whether a table generates just what was asked for, so that LIKE has its levels.
fn is_generating(table: &Table) -> bool {
    table.name == "registry" || table.required().next().is_some()
}

fn fits_text(table: &Table, constraint: &Constraint, wanted: &str, text: &str) -> bool {
    let column = &table.columns[constraint.place];
    let path = matches!(column.name.as_str(), "path" | "directory" | "key");
    match constraint.operator {
        Operator::Equals if table.name == "registry" && column.name == "path" => same_value(wanted, text),
        Operator::Equals if column.collate.as_deref().is_some_and(|c| c.eq_ignore_ascii_case("nocase")) => {
            text.eq_ignore_ascii_case(wanted)
        }
        Operator::Equals => text == wanted,
        Operator::Like if path => paths::fits(wanted, text),
        Operator::Like | Operator::Other => true,
    }
}

/// The same value of the same key: a key's case doesn't matter, a value's does.
fn same_value(wanted: &str, text: &str) -> bool {
    match (paths::parent(wanted), paths::parent(text)) {
        (Some((key, value)), Some((other, name))) => key.eq_ignore_ascii_case(other) && value == name,
        _ => wanted == text,
    }
}

/// Whether a constraint says where in the registry to look.
fn is_place(table: &Table, constraint: &Constraint) -> bool {
    constraint.passed
        && constraint.operator != Operator::Other
        && !constraint.text().is_empty()
        && matches!(table.columns[constraint.place].name.as_str(), "key" | "path")
}

/// With neither key nor path asked for, `registry` lists the hives and nothing below.
fn only_hives(table: &Table, constraints: &[Constraint], session: &mut Session) {
    let names_a_value = constraints.iter().any(|c| {
        table.columns[c.place].name == "name"
            && c.operator == Operator::Equals
            && !c.text().starts_with("HKEY_")
    });
    if !names_a_value {
        session
            .doubt("registry without a key or path lists only the hives, which no capture holds".to_owned());
    }
}

fn current_user_hive(table: &Table, constraints: &[Constraint], session: &mut Session) {
    let asks = |c: &Constraint| c.text().to_ascii_uppercase().starts_with("HKEY_CURRENT_USER");
    if table.name == "registry" && constraints.iter().any(|c| is_place(table, c) && asks(c)) {
        session.warn(
            "CURRENT_USER hives are not queryable by osqueryd; query HKEY_USERS with the desired users SID instead"
                .to_owned(),
        );
    }
}

fn registry_as_asked(table: &Table, constraints: &[Constraint]) -> Vec<(usize, String)> {
    let place = |name: &str| table.columns.iter().position(|column| column.name == name);
    let mut asked = Vec::new();
    for constraint in constraints.iter().filter(|c| c.operator == Operator::Equals) {
        if Some(constraint.place) == place("path") {
            let path = constraint.text();
            let key = paths::parent(&path).map(|(key, _)| key.to_owned());
            asked.extend(place("key").zip(key));
            asked.push((constraint.place, path));
        }
    }
    asked
}

/// Without `=` or LIKE on a required column, a table that has one gives nothing, whatever the device holds.
fn is_answerable(table: &Table, constraints: &[Constraint]) -> bool {
    table.required().next().is_none()
        || constraints.iter().any(|c| {
            c.passed
                && table.columns[c.place].required
                && c.operator != Operator::Other
                && !c.text().is_empty()
        })
}

/// The column and number of the user whose rows alone a per-user table gives when none is asked for: root on macOS and Linux,
/// SYSTEM on Windows.
fn current_user(
    table: &Table,
    constraints: &[Constraint],
    platform: OsqueryPlatform,
) -> Option<(usize, i64)> {
    if constraints.iter().any(|c| c.passed && names_user(table, c) && c.operator == Operator::Equals) {
        return None;
    }
    let uid = table.columns.iter().position(|column| column.name == "uid")?;
    Some((uid, if platform == OsqueryPlatform::Windows { 18 } else { 0 }))
}

fn names_user(table: &Table, constraint: &Constraint) -> bool {
    matches!(table.columns[constraint.place].name.as_str(), "uid" | "username")
}

/// Why the capture doesn't reach what is asked for, if so.
fn beyond(table: &Table, reach: &Reach, constraints: &[Constraint]) -> Option<String> {
    let Reach::Where(tests) = reach else { return None };
    // A capture of the registry has hundreds of tests: a constraint's text is made once for all of them.
    let covered = |c: &Constraint| {
        let wanted = c.text();
        tests.iter().any(|test| covers(table, test, c, &wanted))
    };
    if constraints.iter().any(covered) {
        return None;
    }
    let had: Vec<String> = tests
        .iter()
        .take(3)
        .map(|test| format!("{} {} {}", test.column, if test.like { "LIKE" } else { "=" }, test.value))
        .collect();
    let asked: Vec<String> =
        constraints.iter().map(|constraint| describe(table, constraint)).take(3).collect();
    let asked = if asked.is_empty() { "every row".to_owned() } else { asked.join(" and ") };
    let more = if tests.len() > 3 { " …" } else { "" };
    let name = &table.name;
    Some(format!("{name} was captured only where {}{more}; the query asks for {asked}", had.join(" or ")))
}

/// Whether a capture made with this test holds everything that fits this constraint.
fn covers(table: &Table, test: &ReachTest, constraint: &Constraint, wanted: &str) -> bool {
    if constraint.operator == Operator::Other {
        return false;
    }
    let column = &table.columns[constraint.place];
    let like = constraint.operator == Operator::Like && wanted.contains(['%', '_']);
    let holds = |wanted: &str| match (test.like, like) {
        (false, false) => {
            test.value == wanted
                || (is_nocase(table, &test.column) && test.value.eq_ignore_ascii_case(wanted))
        }
        (false, true) => false,
        // As a text, a pattern fits the pattern that takes in all it stands for; only what recurses reaches further.
        (true, _) => {
            paths::fits(&test.value, wanted) && (!wanted.ends_with("%%") || test.value.ends_with("%%"))
        }
    };
    if test.column.eq_ignore_ascii_case(&column.name) {
        return holds(wanted);
    }
    // All of a folder or key holds each thing in it.
    let above = matches!(
        (table.name.as_str(), column.name.as_str(), test.column.as_str()),
        ("file" | "hash", "path", "directory") | ("registry", "path", "key")
    );
    above
        && paths::parent(wanted)
            .is_some_and(|(above, _)| !above.contains('%') && holds_plain(table, test, above))
}

fn holds_plain(table: &Table, test: &ReachTest, wanted: &str) -> bool {
    if test.like {
        paths::fits(&test.value, wanted)
    } else {
        test.value == wanted || (is_nocase(table, &test.column) && test.value.eq_ignore_ascii_case(wanted))
    }
}

fn is_nocase(table: &Table, column: &str) -> bool {
    table.name == "registry"
        || table
            .column(column)
            .and_then(|c| c.collate.as_deref())
            .is_some_and(|collate| collate.eq_ignore_ascii_case("nocase"))
}

fn describe(table: &Table, constraint: &Constraint) -> String {
    let operator = if constraint.operator == Operator::Like { "LIKE" } else { "=" };
    format!("{} {operator} {}", table.columns[constraint.place].name, constraint.text())
}

fn not_captured(table: &Table, place: usize) -> String {
    format!("{} of {} was not captured", table.columns[place].name, table.name)
}

/// osquery's words for a table that lacks a required column.
pub(crate) fn unconstrained(table: &str) -> String {
    format!("Table {table} was queried without a required column in the WHERE clause")
}

/// The line that follows each of osquery's own words on a table in its shell.
pub(crate) fn documentation(table: &Table) -> String {
    format!("Please see the table documentation: https://osquery.io/schema/#{}", table.name)
}
