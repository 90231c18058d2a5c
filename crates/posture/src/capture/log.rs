//! osqueryd's result log: which device and which table a line is of, and how it changes what is known of them. The newest
//! snapshot wins; a log of changes is only whole if it is read from its first line on.

use super::collect::Collector;
use super::host::{Gathered, Place, row, table_name};
use super::json::Json;
use super::{CaptureError, QuerySource};
use crate::Catalogue;
use domain::{Captured, Timestamp};

impl Collector<'_> {
    /// One line of the result log.
    pub(super) fn log_line(&mut self, line: Json, at: Place) -> Result<(), CaptureError> {
        let word = |key: &str| line.get(key).and_then(Json::word).map(str::to_owned);
        let name = word("name").unwrap_or_default();
        let Some(source) = self.source_of(&name) else {
            let what =
                format!("Nothing says which table the query “{name}” reads; its results are left out.");
            self.notes.add(at.line, at.offset, what);
            return Ok(());
        };
        let host = word("hostIdentifier").or_else(|| word("host_identifier"));
        let host = host.unwrap_or_else(|| self.options.name.clone());
        let time: i64 = word("unixTime").and_then(|time| time.parse().ok()).unwrap_or(0);
        let counter = word("counter").and_then(|counter| counter.parse().ok());
        let gone = word("action").as_deref() == Some("removed");
        let table = table_name(&source.table, &mut self.notes, at);
        if Catalogue::shipped().table(&table).is_some_and(|table| table.evented) {
            let what = format!("`{table}` holds events, which no check ever sees; they are left out.");
            self.notes.add(at.line, at.offset, what);
            return Ok(());
        }
        match line {
            Json::Map(entries) => {
                let mut found = Found::default();
                for (key, value) in entries {
                    match (key.as_str(), value) {
                        ("snapshot", value) => {
                            found.snapshot.get_or_insert_default().extend(self.rows(&table, value, at));
                        }
                        ("columns", value @ Json::Map(_)) => {
                            let rows = self.rows(&table, Json::List(vec![value]), at);
                            if gone { found.removed.extend(rows) } else { found.added.extend(rows) }
                        }
                        ("diffResults", Json::Map(halves)) => {
                            for (half, value) in halves {
                                let rows = self.rows(&table, value, at);
                                if half == "removed" {
                                    found.removed.extend(rows)
                                } else {
                                    found.added.extend(rows)
                                }
                            }
                        }
                        _ => {}
                    }
                }
                self.apply(&host, &table, source, found, Moment { time, counter }, at)
            }
            _ => Ok(()),
        }
    }

    fn rows(&mut self, table: &str, value: Json, at: Place) -> Vec<Captured> {
        let Json::List(rows) = value else { return Vec::new() };
        let mut read = Vec::with_capacity(rows.len());
        for value in rows {
            if let Json::Map(entries) = value {
                read.push(row(table, entries, &mut self.notes, at));
            } else {
                self.notes.add(
                    at.line,
                    at.offset,
                    format!("A row of `{table}` is no object; it was left out."),
                );
            }
        }
        read
    }

    fn apply(
        &mut self,
        host: &str,
        table: &str,
        source: QuerySource,
        found: Found,
        moment: Moment,
        at: Place,
    ) -> Result<(), CaptureError> {
        let host = self.host(host.to_owned(), table, at)?;
        let new = !host.tables.contains_key(table);
        let gathered = host.tables.entry(table.to_owned()).or_default();
        let before = gathered.size;
        if let Some(rows) = found.snapshot {
            if !new && moment.time < gathered.time {
                return Ok(());
            }
            *gathered = Gathered { reach: source.reach, time: moment.time, ..Gathered::default() };
            rows.into_iter().for_each(|row| gathered.push(row));
        } else {
            change(gathered, found, moment);
            gathered.reach = source.reach;
            gathered.time = gathered.time.max(moment.time);
        }
        let captured = moment.time.checked_mul(1000).filter(|time| *time > 0).map(Timestamp);
        let (after, partial) = (gathered.size, gathered.partial);
        host.captured = host.captured.max(captured);
        if partial {
            let what = format!(
                "The changes of `{table}` don't begin with their first line; no more is known than these rows."
            );
            self.notes.add(at.line, at.offset, what);
        }
        self.hold(after, before, at)
    }

    /// What the query of that name reads: as the caller says, else by the last part of its name.
    fn source_of(&self, name: &str) -> Option<QuerySource> {
        if let Some(source) = self.options.queries.get(name) {
            return Some(source.clone());
        }
        let table = table_in(name).or_else(|| self.table.clone())?;
        Some(QuerySource { table, reach: None })
    }
}

/// What one line says.
#[derive(Default)]
struct Found {
    snapshot: Option<Vec<Captured>>,
    added: Vec<Captured>,
    removed: Vec<Captured>,
}

#[derive(Clone, Copy)]
struct Moment {
    time: i64,
    counter: Option<i64>,
}

/// Applies a line of changes. Counter 0 is the first run, which names every row.
fn change(gathered: &mut Gathered, found: Found, moment: Moment) {
    let first = moment.counter == Some(0);
    if first && gathered.counter != Some(0) {
        *gathered = Gathered::default();
    } else if gathered.changes.is_none() {
        gathered.partial = true;
    }
    gathered.counter = moment.counter;
    gathered.change(found.removed, found.added);
}

/// The table that a query's name ends with: `pack/Global/alf`, `pack_it_os_version`. Only a pack's name is taken apart at `_`,
/// for `check_admin_users` is not `users`.
fn table_in(name: &str) -> Option<String> {
    let catalogue = Catalogue::shipped();
    let last = name.rsplit(['/', ':', '.']).next().unwrap_or(name);
    let own = |name: &str| catalogue.table(name).map(|table| table.name.clone());
    own(last).or_else(|| {
        let rest = name.strip_prefix("pack_")?;
        let (_, rest) = rest.split_once('_')?;
        // The longest end first: `os_version`, not a table called `version`.
        own(rest).or_else(|| rest.match_indices('_').find_map(|(at, _)| own(&rest[at + 1..])))
    })
}
