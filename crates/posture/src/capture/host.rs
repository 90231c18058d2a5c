//! What was gathered of one device, and what it proves: rows by table, with how much of the table they are.

use super::json::Json;
use super::notes::Notes;
use super::platform;
use crate::Catalogue;
use crate::catalogue::{ColumnType, Table};
use domain::{Captured, DeviceState, OsqueryPlatform, Reach, ReachTest, StateSource, TableState, Timestamp};
use std::collections::BTreeMap;

/// One device, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub captured: Option<Timestamp>,
    pub tables: BTreeMap<String, Gathered>,
}

/// One table of a device, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub rows: Vec<Captured>,
    /// Some of it could not be read, or the log began in the middle.
    pub partial: bool,
    /// As the caller says.
    pub reach: Option<Reach>,
    /// Seconds since 1970, of the newest snapshot.
    pub time: i64,
    /// The number of the last change in a log of changes.
    pub counter: Option<i64>,
    /// Its rows come from a log of changes, where each line builds on those before. These are they, with how many of each.
    pub changes: Option<BTreeMap<Captured, usize>>,
    /// What its rows take in memory, roughly.
    pub size: usize,
}

/// Where a note belongs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub line: u64,
    pub offset: u64,
}

impl Gathered {
    pub(super) fn push(&mut self, row: Captured) {
        self.size += row_size(&row);
        self.rows.push(row);
    }

    /// Applies changes.
    pub(super) fn change(&mut self, removed: Vec<Captured>, added: Vec<Captured>) {
        let rows = self.changes.get_or_insert_default();
        for row in added {
            self.size += row_size(&row);
            *rows.entry(row).or_default() += 1;
        }
        for row in removed {
            let Some(count) = rows.get_mut(&row) else { continue };
            self.size = self.size.saturating_sub(row_size(&row));
            *count -= 1;
            if *count == 0 {
                rows.remove(&row);
            }
        }
    }

    fn state(mut self, table: &str) -> TableState {
        let changes = self.changes.unwrap_or_default();
        self.rows.extend(changes.into_iter().flat_map(|(row, count)| std::iter::repeat_n(row, count)));
        let reach = match self.reach {
            _ if self.partial => Reach::Where(Vec::new()),
            Some(reach) => reach,
            None => proved(table, &self.rows),
        };
        TableState { reach, rows: self.rows }
    }
}

/// Roughly what a row takes in memory: its map has nodes for up to eleven columns, and each text has a place of its own.
pub(super) fn row_size(row: &Captured) -> usize {
    let texts: usize = row.iter().map(|(k, v)| 32 + k.len() + v.as_ref().map_or(0, String::len)).sum();
    24 + 560 * row.len().div_ceil(8) + texts
}

/// Roughly what a device or a table takes in memory before it has a row.
pub(super) const ENTRY: usize = 500;

/// How much of a table rows prove of which nobody said how they were asked for. A table that answers only for what it is asked
/// is never whole: its rows prove what they name themselves.
fn proved(name: &str, rows: &[Captured]) -> Reach {
    let Some(column) = Catalogue::shipped().table(name).and_then(asked_by) else { return Reach::Whole };
    let mut tests: Vec<ReachTest> = Vec::new();
    for value in rows.iter().filter_map(|row| row.get(column)?.clone()) {
        let test = ReachTest { column: column.to_owned(), like: false, value };
        if tests.last() != Some(&test) {
            tests.push(test);
        }
    }
    // Sorted, for a table of many rows repeats few values in any order.
    tests.sort_by(|a, b| a.value.cmp(&b.value));
    tests.dedup();
    Reach::Where(tests)
}

/// The column by which a table has to be asked. `registry` can be asked for everything, but then lists its hives alone.
pub(super) fn asked_by(table: &Table) -> Option<&str> {
    if table.name == "registry" {
        return Some("path");
    }
    table.required().next().map(|column| column.name.as_str())
}

impl Host {
    /// The state, or the names of its tables where its platform can't be told.
    pub(super) fn state(
        self,
        name: String,
        told: Option<OsqueryPlatform>,
        notes: &mut Notes,
        at: Place,
    ) -> Result<DeviceState, Vec<String>> {
        let mut tables = BTreeMap::new();
        for (table, gathered) in self.tables {
            let state = gathered.state(&table);
            tables.insert(table, state);
        }
        let guess = platform::told_by(&tables);
        let Some(platform) = told.or(guess) else { return Err(tables.into_keys().collect()) };
        if let Some(guess) = guess.filter(|guess| *guess != platform) {
            let (is, told) = (guess.label(), platform.label());
            notes.add(at.line, at.offset, format!("“{name}” looks like {is}, and is read as {told}."));
        }
        for table in tables.keys().filter_map(|name| Catalogue::shipped().table(name)) {
            if !table.is_on(platform) {
                let (table, platform) = (&table.name, platform.label());
                notes.add(
                    at.line,
                    at.offset,
                    format!("`{table}` is no table of {platform}; no check there can read it."),
                );
            }
        }
        Ok(DeviceState { name, platform, source: StateSource::Capture, captured: self.captured, tables })
    }
}

/// The table's own name for a name or an alias; a name that osquery does not have is kept as it is.
pub(super) fn table_name(name: &str, notes: &mut Notes, at: Place) -> String {
    match Catalogue::shipped().table(name) {
        Some(table) => table.name.clone(),
        None => {
            let osquery = &Catalogue::shipped().osquery;
            notes.add(
                at.line,
                at.offset,
                format!("`{name}` is no table of osquery {osquery}; its rows are kept."),
            );
            name.to_owned()
        }
    }
}

/// One row. Values that are no texts become what osquery would print, and columns get their own names.
pub(super) fn row(table: &str, entries: Vec<(String, Json)>, notes: &mut Notes, at: Place) -> Captured {
    let known = Catalogue::shipped().table(table);
    let mut row = Captured::new();
    for (key, value) in entries {
        let column = known.and_then(|table| table.column(&key));
        if known.is_some() && column.is_none() {
            notes.add(at.line, at.offset, format!("`{table}` has no column `{key}`; its values are kept."));
        }
        let kind = column.map_or(ColumnType::Text, |column| column.kind);
        let name = column.map_or(key, |column| column.name.clone());
        let value = text(table, &name, kind, value, notes, at);
        if row.insert(name.clone(), value).is_some() {
            notes.add(
                at.line,
                at.offset,
                format!("`{table}.{name}` is there twice in a row; the last one counts."),
            );
        }
    }
    row
}

fn text(
    table: &str,
    column: &str,
    kind: ColumnType,
    value: Json,
    notes: &mut Notes,
    at: Place,
) -> Option<String> {
    let is_text = kind == ColumnType::Text;
    let (what, text) = match value {
        Json::Null => return None,
        Json::Text(text) if text.is_empty() && !is_text => return None,
        Json::Text(text) => return Some(text),
        Json::Number(text) => ("a number", text),
        Json::Bool(is) if is_text => ("true or false", is.to_string()),
        Json::Bool(is) => ("true or false", String::from(if is { "1" } else { "0" })),
        nested @ (Json::List(_) | Json::Map(_)) => ("a list or an object", nested.into_value().to_string()),
    };
    notes.add(
        at.line,
        at.offset,
        format!("`{table}.{column}` is {what}, where osquery prints a text; read as its text."),
    );
    Some(text)
}
