//! How many events fit, by day and by value. Whatever way is taken, the numbers are those of the rows that the filter opens.
//!
//! * Kinds of events on whole days are summed from the tallies.
//! * What the index finds is counted without reading rows, unless values are asked for.
//! * Everything else is read once, row by row.
//!
//! Tallies and index know no snapshots: what came after the one asked about is counted apart, and taken off.

mod fields;

use super::condition::{self, Ask, narrowing};
use super::list::no_phrase;
use super::place::{self, Range};
use super::tally;
use crate::{Error, Result, Store};
use domain::{LogField, LogFilter, SnapshotId, Timestamp};
use fields::Fields;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// Between so many rows it is asked whether somebody still waits for the answer.
const BREATH: u64 = 4096;
/// If more events than these came after a snapshot, rows are read rather than the newer ones counted apart.
const NEWER: u64 = 100_000;
/// So many values of a field are told.
const VALUES: usize = 50;

/// How many events fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogCount {
    pub matching: u64,
    /// Per day (UTC), the oldest first; days without any are left out.
    pub days: Vec<(Timestamp, u64)>,
    /// Per field that was asked for: its values, most frequent first, and how many different ones there are beyond those.
    pub fields: Vec<(LogField, Vec<(Box<str>, u64)>, u64)>,
}

impl Store {
    /// Counts what fits, by day, and by values of some fields, each under all conditions but its own. A later call makes an
    /// earlier one end with [`Error::Superseded`].
    pub fn count_log(&self, at: SnapshotId, filter: &LogFilter, by: &[LogField]) -> Result<LogCount> {
        let turn = self.0.log_counts.fetch_add(1, Ordering::Relaxed) + 1;
        self.counted(at, filter, by, &|| self.0.log_counts.load(Ordering::Relaxed) == turn)
    }

    /// Counts what fits, whoever else counts.
    pub fn count_log_quietly(&self, at: SnapshotId, filter: &LogFilter) -> Result<u64> {
        Ok(self.counted(at, filter, &[], &|| true)?.matching)
    }

    fn counted(
        &self,
        at: SnapshotId,
        filter: &LogFilter,
        by: &[LogField],
        wanted: &dyn Fn() -> bool,
    ) -> Result<LogCount> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let has_own = |field: &LogField| narrowing(filter).any(|condition| condition.field == *field);
        let (own, free): (Vec<LogField>, Vec<LogField>) = by.iter().partition(|field| has_own(field));
        let mut count = Counting::new(&reader, at, &free, wanted);
        count.run(filter)?;
        let mut told = LogCount {
            matching: u64::try_from(count.matching).unwrap_or(0),
            days: count.days(),
            fields: count.fields.told(&reader, VALUES)?,
        };
        for field in own {
            let mut others = filter.clone();
            others.conditions.retain(|condition| condition.field != field);
            let mut count = Counting::new(&reader, at, &[field], wanted);
            count.run(&others)?;
            told.fields.extend(count.fields.told(&reader, VALUES)?);
        }
        told.fields.sort_by_key(|(field, _, _)| by.iter().position(|asked| asked == field));
        Ok(told)
    }
}

/// Which events of a range count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Those that were known in the snapshot.
    Then,
    /// Those that came after it.
    Later,
    /// All of them.
    Whenever,
}

struct Counting<'a> {
    connection: &'a Connection,
    at: SnapshotId,
    wanted: &'a dyn Fn() -> bool,
    matching: i64,
    days: BTreeMap<i64, i64>,
    fields: Fields,
    rows: u64,
}

impl<'a> Counting<'a> {
    fn new(
        connection: &'a Connection,
        at: SnapshotId,
        by: &[LogField],
        wanted: &'a dyn Fn() -> bool,
    ) -> Self {
        let fields = Fields::new(by);
        Self { connection, at, wanted, matching: 0, days: BTreeMap::new(), fields, rows: 0 }
    }

    fn days(&self) -> Vec<(Timestamp, u64)> {
        let day = |(day, count): (&i64, &i64)| {
            u64::try_from(*count).ok().filter(|n| *n > 0).map(|n| (Timestamp(day * Timestamp::DAY), n))
        };
        self.days.iter().filter_map(day).collect()
    }

    fn add(&mut self, day: i64, count: i64) {
        self.matching += count;
        *self.days.entry(day).or_default() += count;
    }

    /// Counts by whichever way is the shortest.
    fn run(&mut self, filter: &LogFilter) -> Result<()> {
        let range = Range::of(filter);
        if range.is_empty() {
            return Ok(());
        }
        let ask = condition::ask(self.connection, filter)?;
        let by_tally = can_tally(filter, &self.fields);
        let by_index = matches!(ask, Ask::Index(_)) && self.fields.is_empty();
        if !by_tally && !by_index {
            let known = super::list::known(self.connection, self.at)?;
            return self.read(filter, &ask, range.and(known), Known::Then, 1);
        }
        let (newer, count) = tally::newer(self.connection, self.at.0)?;
        if count > NEWER {
            let known = super::list::known(self.connection, self.at)?;
            return self.read(filter, &ask, range.and(known), Known::Then, 1);
        }
        if by_tally {
            self.tally(filter, &ask, range)?
        } else {
            self.index(&ask, range)?
        }
        for later in newer {
            self.read(filter, &ask, range.and(later), Known::Later, -1)?;
        }
        Ok(())
    }

    /// Sums whole days, and reads what is left at both ends.
    fn tally(&mut self, filter: &LogFilter, ask: &Ask, range: Range) -> Result<()> {
        let midnight = |day: i64| place::first(Timestamp(day.saturating_mul(Timestamp::DAY)));
        let from = filter.since.map(|since| since.0.div_euclid(Timestamp::DAY));
        let from = from.map(|day| if midnight(day) < range.from { day + 1 } else { day });
        let to = filter.until.map(|until| until.0.div_euclid(Timestamp::DAY));
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return self.read(filter, ask, range, Known::Whenever, 1);
        }
        self.fields.sum(self.connection, filter, (from, to), |day, count| {
            self.matching += count;
            *self.days.entry(day).or_default() += count;
        })?;
        if let Some(from) = from {
            let head = Range { to: midnight(from).saturating_sub(1), ..Range::ALL };
            self.read(filter, ask, range.and(head), Known::Whenever, 1)?;
        }
        if let Some(to) = to {
            let tail = Range { from: midnight(to), ..Range::ALL };
            self.read(filter, ask, range.and(tail), Known::Whenever, 1)?;
        }
        Ok(())
    }

    /// Counts what the index finds.
    fn index(&mut self, ask: &Ask, range: Range) -> Result<()> {
        let Ask::Index(expression) = ask else { return Ok(()) };
        let mut statement = self.connection.prepare_cached(
            "SELECT rowid FROM log_index WHERE log_index MATCH ?1 AND rowid >= ?2 AND rowid <= ?3",
        )?;
        let mut rows = statement.query(rusqlite::params![expression, range.from, range.to])?;
        while let Some(row) = no_phrase(rows.next())? {
            self.breathe()?;
            self.add(place::day(row.get(0)?), 1);
        }
        Ok(())
    }

    /// Reads the rows of a range; each counts for `weight`.
    fn read(&mut self, filter: &LogFilter, ask: &Ask, range: Range, known: Known, weight: i64) -> Result<()> {
        if range.is_empty() || *ask == Ask::Nothing {
            return Ok(());
        }
        let run = match known {
            Known::Then => "e.run <= ?",
            Known::Later => "e.run > ?",
            Known::Whenever => "? IS NOT NULL",
        };
        let columns = self.fields.columns();
        let bounds = [range.from, range.to].map(Value::Integer);
        let at = Value::Integer(self.at.0);
        let (sql, values): (String, Vec<Value>) = match ask {
            // Over a short range, or where everything is asked for, rows in their own order cost less than leaps to them.
            Ask::Index(expression) => (
                format!(
                    "SELECT e.id{columns} FROM log_index i CROSS JOIN log_event e ON e.id = i.rowid
                     WHERE i.log_index MATCH ? AND i.rowid >= ? AND i.rowid <= ? AND {run}"
                ),
                [Value::Text(expression.clone())].into_iter().chain(bounds).chain([at]).collect(),
            ),
            _ => {
                let condition = condition::rows(self.connection, filter)?;
                (
                    format!(
                        "SELECT e.id{columns} FROM log_event e WHERE e.id >= ? AND e.id <= ? AND {run} {}",
                        condition.text
                    ),
                    bounds.into_iter().chain([at]).chain(condition.values).collect(),
                )
            }
        };
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = no_phrase(rows.next())? {
            self.breathe()?;
            let id = row.get(0)?;
            self.add(place::day(id), weight);
            self.fields.add(row, id, weight)?;
        }
        Ok(())
    }

    fn breathe(&mut self) -> Result<()> {
        self.rows += 1;
        if self.rows.is_multiple_of(BREATH) && !(self.wanted)() { Err(Error::Superseded) } else { Ok(()) }
    }
}

/// Whether the tallies tell all that is asked for: kinds of events, and no words.
fn can_tally(filter: &LogFilter, fields: &Fields) -> bool {
    filter.text.trim().is_empty()
        && narrowing(filter).all(|condition| fields::tallied(condition.field).is_some())
        && fields.are_tallied()
}
