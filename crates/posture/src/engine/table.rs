//! osquery's virtual tables over captured rows: what they declare, which constraints they ask for, and how they answer a scan.
//! Mirrors `virtual_table.cpp` of osquery 5.18.1.

use super::cells::Cell;
use super::scan::{self, Constraint, Operator, Scan};
use super::session::{Loaded, Shared, is_in, table_on};
use crate::catalogue::{ColumnType, Table};
use rusqlite::ffi;
use rusqlite::types::{Null, Value, ValueRef};
use rusqlite::vtab::{
    Context, CreateVTab, Filters, IndexConstraintOp, IndexInfo, Module, VTab, VTabConnection, VTabCursor,
    VTabKind,
};
use rusqlite::{Connection, Error, Result};
use std::borrow::Cow;
use std::ffi::{CStr, CString, c_int};
use std::sync::Arc;

/// The cost of a scan that nothing narrows.
const DEAREST: f64 = 1_000_000.0;
/// The plan of a scan that lacks a required column. `EXPLAIN QUERY PLAN` shows it.
pub(crate) const UNCONSTRAINED: &str = "unconstrained";

/// Makes the connection know osquery's tables: `CREATE VIRTUAL TABLE temp.alf USING osquery`.
pub(crate) fn register(db: &Connection, shared: Arc<Shared>) -> Result<()> {
    const MODULE: Module<OsqueryTable> = Module::read_only_module();
    db.create_module("osquery", &MODULE, Some(shared))
}

/// The statements that create a table and its aliases.
pub(crate) fn creation(table: &Table) -> String {
    let mut sql = format!("CREATE VIRTUAL TABLE temp.\"{}\" USING osquery;", table.name);
    for alias in &table.aliases {
        sql.push_str(&format!("CREATE TEMP VIEW \"{alias}\" AS SELECT * FROM temp.\"{}\";", table.name));
    }
    sql
}

/// One table of one connection. SQLite wants its own part first.
#[repr(C)]
pub(crate) struct OsqueryTable {
    base: ffi::sqlite3_vtab,
    shared: Arc<Shared>,
    table: &'static Table,
    /// To every declared column its place in the catalogue: aliases stand behind, hidden.
    places: Arc<[usize]>,
}

// SAFETY: `repr(C)` with `sqlite3_vtab` as first field, as the trait asks.
#[expect(unsafe_code, reason = "rusqlite's trait for virtual tables is an unsafe one")]
unsafe impl VTab<'_> for OsqueryTable {
    type Aux = Arc<Shared>;
    type Cursor = Cursor;

    fn connect(
        _: &mut VTabConnection,
        aux: Option<&Self::Aux>,
        _: &[u8],
        _: &[u8],
        name: &[u8],
        _: &[&[u8]],
    ) -> Result<(Cow<'static, CStr>, Self)> {
        let wrong = || Error::ModuleError("no such table in osquery".to_owned());
        let shared = aux.ok_or_else(wrong)?.clone();
        let name = std::str::from_utf8(name)?;
        let table = table_on(name, shared.platform).ok_or_else(wrong)?;
        let (sql, places) = declaration(table, &shared);
        let sql = CString::new(sql).map_err(|_| wrong())?;
        Ok((
            Cow::Owned(sql),
            Self { base: ffi::sqlite3_vtab::default(), shared, table, places: places.into() },
        ))
    }

    /// Costs and demands are osquery's, for they decide which table of a join is the outer one. A plan without a required
    /// column is a plan, too: it fails once it runs.
    fn best_index(&self, info: &mut IndexInfo) -> Result<bool> {
        let own = self.table.columns.len();
        let mut cost = DEAREST;
        let mut satisfied = false;
        let mut plan = String::new();
        let mut arguments = 0;
        let mut mask = info.col_used();
        for (constraint, mut usage) in info.constraints_and_usages() {
            let declared = usize::try_from(constraint.column()).ok().filter(|_| constraint.is_usable());
            let Some(&place) = declared.and_then(|declared| self.places.get(declared)) else { continue };
            let column = &self.table.columns[place];
            let operator = constraint.operator();
            if column.kind == ColumnType::Text && is_order(&operator) {
                cost += 10.0;
                continue;
            }
            let passed = column.required || column.index || column.additional;
            if passed {
                cost = 1.0;
            }
            satisfied |= passed && column.required;
            // osquery asks for those on its flagged columns; to know whether the capture reaches, this asks for all that it
            // can judge. A LIMIT comes as a constraint on the first column and says nothing.
            let said = Operator::of(&operator);
            let judged = said != Operator::Other;
            if judged || (passed && !is_limit(&operator)) {
                arguments += 1;
                usage.set_argv_index(arguments);
                plan.push_str(&format!("{} {place} {} ", said.code(), u8::from(passed)));
                mask |= 1 << place.min(63);
            }
        }
        let required = || self.table.columns.iter().enumerate().filter(|(_, column)| column.required);
        // osquery looks at the columns that the statement reads, here.
        if required().any(|(place, _)| is_in(mask, place)) && !satisfied {
            cost = DEAREST;
        }
        if required().next().is_some() && !satisfied {
            plan = UNCONSTRAINED.to_owned();
        }
        // A scan looks at these whatever the statement reads.
        for (place, column) in self.table.columns.iter().enumerate() {
            if column.required || matches!(column.name.as_str(), "uid" | "username" | "key" | "path") {
                mask |= 1 << place.min(63);
            }
        }
        for (declared, &place) in self.places.iter().enumerate().skip(own) {
            if is_in(mask, declared) {
                mask |= 1 << place.min(63);
            }
        }
        *self.shared.session().masks.entry(&self.table.name).or_default() |= mask;
        info.set_idx_str(plan.trim_end());
        info.set_estimated_cost(cost);
        Ok(true)
    }

    fn open(&mut self) -> Result<Cursor> {
        Ok(Cursor {
            base: ffi::sqlite3_vtab_cursor::default(),
            shared: self.shared.clone(),
            table: self.table,
            places: self.places.clone(),
            scan: Scan::default(),
            at: 0,
        })
    }
}

impl CreateVTab<'_> for OsqueryTable {
    const KIND: VTabKind = VTabKind::Default;
}

/// Comparisons by size, which osquery takes for senseless on text.
fn is_order(operator: &IndexConstraintOp) -> bool {
    use IndexConstraintOp as Op;
    matches!(
        operator,
        Op::SQLITE_INDEX_CONSTRAINT_GT
            | Op::SQLITE_INDEX_CONSTRAINT_GE
            | Op::SQLITE_INDEX_CONSTRAINT_LT
            | Op::SQLITE_INDEX_CONSTRAINT_LE
    )
}

fn is_limit(operator: &IndexConstraintOp) -> bool {
    use IndexConstraintOp::{SQLITE_INDEX_CONSTRAINT_LIMIT, SQLITE_INDEX_CONSTRAINT_OFFSET};
    matches!(operator, SQLITE_INDEX_CONSTRAINT_LIMIT | SQLITE_INDEX_CONSTRAINT_OFFSET)
}

/// What the table looks like, and to every declared column its place in the catalogue.
fn declaration(table: &Table, shared: &Shared) -> (String, Vec<usize>) {
    let mut columns = Vec::new();
    let mut places = Vec::new();
    let mut keys = Vec::new();
    for (place, column) in table.columns.iter().enumerate() {
        let hidden = if column.is_hidden_on(shared.platform) { " HIDDEN" } else { "" };
        let collate = column.collate.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        columns.push(format!("\"{}\" {}{hidden}{collate}", column.name, column.kind.sql()));
        places.push(place);
        if column.index || column.additional {
            keys.push(format!("\"{}\"", column.name));
        }
    }
    for (place, column) in table.columns.iter().enumerate() {
        for alias in &column.aliases {
            columns.push(format!("\"{alias}\" {} HIDDEN", column.kind.sql()));
            places.push(place);
        }
    }
    let tail = if table.has_rowid() { String::new() } else { format!(", PRIMARY KEY ({})", keys.join(", ")) };
    let rowid = if table.has_rowid() { "" } else { " WITHOUT ROWID" };
    (format!("CREATE TABLE x({}{tail}){rowid}", columns.join(", ")), places)
}

/// A scan under way.
#[repr(C)]
pub(crate) struct Cursor {
    base: ffi::sqlite3_vtab_cursor,
    shared: Arc<Shared>,
    table: &'static Table,
    places: Arc<[usize]>,
    scan: Scan,
    at: usize,
}

impl Cursor {
    fn row(&self) -> Option<(&Loaded, usize)> {
        Some((self.scan.loaded.as_deref()?, *self.scan.rows.get(self.at)?))
    }
}

// SAFETY: `repr(C)` with `sqlite3_vtab_cursor` as first field, as the trait asks.
#[expect(unsafe_code, reason = "rusqlite's trait for cursors is an unsafe one")]
unsafe impl VTabCursor for Cursor {
    fn filter(&mut self, _: c_int, plan: Option<&str>, arguments: &Filters<'_>) -> Result<()> {
        if plan == Some(UNCONSTRAINED) {
            let mut session = self.shared.session();
            session.unconstrained = Some(&self.table.name);
            session.warn(scan::unconstrained(&self.table.name));
            session.warn(scan::documentation(self.table));
            return Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CONSTRAINT), None));
        }
        let mut words = plan.unwrap_or_default().split_ascii_whitespace();
        let mut constraints = Vec::new();
        for value in arguments.iter() {
            let (Some(code), Some(place), Some(passed)) = (words.next(), words.next(), words.next()) else {
                break;
            };
            let Ok(place) = place.parse() else { break };
            constraints.push(Constraint {
                operator: Operator::from_code(code),
                place,
                passed: passed == "1",
                value: owned(value),
            });
        }
        self.at = 0;
        self.scan = Scan::start(self.table, constraints, &self.shared);
        Ok(())
    }

    fn next(&mut self) -> Result<()> {
        self.at += 1;
        Ok(())
    }

    fn eof(&self) -> bool {
        self.at >= self.scan.rows.len()
    }

    fn column(&self, context: &mut Context, declared: c_int) -> Result<()> {
        let place = usize::try_from(declared).ok().and_then(|c| self.places.get(c).copied());
        let (Some(place), Some((loaded, row))) = (place, self.row()) else {
            return context.set_result(Null);
        };
        if let Some(text) = self.scan.as_asked(place) {
            return context.set_result(text);
        }
        match loaded.cell(row, place) {
            Cell::Missing => {
                let column = &self.table.columns[place].name;
                let why = format!("{column} of {} was not captured", self.table.name);
                self.shared.session().doubt(why);
                context.set_result(Null)
            }
            Cell::Null => context.set_result(Null),
            Cell::Integer(number) => context.set_result(*number),
            Cell::Real(number) => context.set_result(*number),
            Cell::Text(text) => context.set_result(&**text),
        }
    }

    fn rowid(&self) -> Result<i64> {
        Ok(i64::try_from(self.at).unwrap_or(i64::MAX))
    }
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}
