//! What one run shares with SQLite's call-backs: the rows it may read, and what it noted while reading. Knows no SQL.

use super::cells::Cell;
use super::clock::Deadline;
use super::memory::Held;
use crate::catalogue::{Catalogue, Column, Table};
use domain::{DeviceState, OsqueryPlatform, Reach, TableRead, TableState};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Constraints of one read that are written down; the others are only counted by their rows.
const MOST_CONSTRAINTS: usize = 20;

/// Between an engine and the call-backs of its connection.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) platform: OsqueryPlatform,
    /// The engine itself is at work: tables may be created.
    pub(crate) setting_up: AtomicBool,
    session: Mutex<Session>,
}

/// One preparation or run.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// The rows of the run, by table.
    pub(crate) tables: HashMap<&'static str, Arc<Loaded>>,
    /// What the planner may read: by table the mask of its columns, as SQLite counts them.
    pub(crate) masks: BTreeMap<&'static str, u64>,
    /// What the statement names: tables and columns in SQLite's words.
    pub(crate) named: BTreeSet<(String, String)>,
    pub(crate) functions: BTreeSet<String>,
    /// The first thing that the authorizer refused.
    pub(crate) refused: Option<String>,
    /// The last table that got none of its required columns.
    pub(crate) unconstrained: Option<&'static str>,
    pub(crate) reads: Vec<TableRead>,
    /// Why the answer is unknown, each once.
    pub(crate) unknown: Vec<String>,
    pub(crate) warnings: Vec<String>,
    /// When the state was captured, as SQLite reads a time.
    pub(crate) now: Option<String>,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) held: Option<Held>,
    /// Why the run was stopped.
    pub(crate) stopped: Option<&'static str>,
}

impl Shared {
    pub(crate) fn new(platform: OsqueryPlatform) -> Self {
        Self { platform, setting_up: AtomicBool::new(false), session: Mutex::default() }
    }

    /// The session. A call-back that panicked leaves it whole enough.
    pub(crate) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the engine itself is at work.
    pub(crate) fn is_setting_up(&self) -> bool {
        self.setting_up.load(Ordering::Relaxed)
    }
}

impl Session {
    /// Notes why the answer is unknown.
    pub(crate) fn doubt(&mut self, why: String) {
        if !self.unknown.contains(&why) {
            self.unknown.push(why);
        }
    }

    /// Notes a warning, each once.
    pub(crate) fn warn(&mut self, text: String) {
        if !self.warnings.contains(&text) {
            self.warnings.push(text);
        }
    }

    /// Notes that a table was read.
    pub(crate) fn note_read(&mut self, table: &str, constraints: Vec<String>, rows: u64) {
        let place = match self.reads.iter().position(|read| read.table == table) {
            Some(place) => place,
            None => {
                self.reads.push(TableRead { table: table.to_owned(), constraints: Vec::new(), rows: 0 });
                self.reads.len() - 1
            }
        };
        let read = &mut self.reads[place];
        read.rows += rows;
        for constraint in constraints {
            if read.constraints.len() < MOST_CONSTRAINTS && !read.constraints.contains(&constraint) {
                read.constraints.push(constraint);
            }
        }
    }
}

/// One table's rows as SQLite will read them.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// All rows, one after another.
    cells: Vec<Cell>,
    width: usize,
    pub(crate) reach: Reach,
}

impl Loaded {
    pub(crate) fn new(cells: Vec<Cell>, width: usize, reach: Reach) -> Self {
        Self { cells, width, reach }
    }

    /// The rows of one state, with those columns that the mask names.
    pub(crate) fn of(table: &Table, state: &TableState, mask: u64, platform: OsqueryPlatform) -> Self {
        let width = table.columns.len();
        let mut cells = Vec::with_capacity(width * state.rows.len());
        for row in &state.rows {
            for (place, column) in table.columns.iter().enumerate() {
                cells.push(if is_in(mask, place) { cell(column, row, platform) } else { Cell::Missing });
            }
        }
        Self { cells, width, reach: state.reach.clone() }
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> &Cell {
        self.cells.get(row * self.width + column).unwrap_or(&Cell::Missing)
    }
}

fn cell(column: &Column, row: &domain::Captured, platform: OsqueryPlatform) -> Cell {
    if !column.is_on(platform) {
        return Cell::Null;
    }
    let alias = || column.aliases.iter().find_map(|alias| row.get(alias));
    match row.get(&column.name).or_else(alias) {
        None => Cell::Missing,
        Some(None) => Cell::Null,
        Some(Some(text)) => Cell::read(column.kind, text),
    }
}

/// Whether SQLite's mask has a column; its last bit stands for all from the 64th on.
pub(crate) fn is_in(mask: u64, column: usize) -> bool {
    mask >> column.min(63) & 1 == 1
}

/// What was captured of a table, by its name or an alias.
pub(crate) fn captured<'a>(state: &'a DeviceState, table: &Table) -> Option<&'a TableState> {
    let alias = || table.aliases.iter().find_map(|alias| state.tables.get(alias));
    state.tables.get(&table.name).or_else(alias)
}

/// The table of this name on a platform.
pub(crate) fn table_on(name: &str, platform: OsqueryPlatform) -> Option<&'static Table> {
    Catalogue::shipped().table(name).filter(|table| table.is_on(platform))
}
