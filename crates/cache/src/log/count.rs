//! How many events fit, by day and by value. Whatever way is taken, the numbers are those of the rows that the filter opens.
//!
//! * Kinds of events on whole days are summed from the tallies.
//! * What the index finds is counted without reading rows, unless values are asked for.
//! * Everything else is read once, row by row.
//!
//! Values that only rows tell are told of the newest events alone, if too many fit: how many fit is exact all the same.
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
/// The rows of so many events are read for their values: about a second's worth, and no more memory than that many values take.
pub(crate) const ROWS: u64 = 500_000;

/// How many events fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogCount {
    pub matching: u64,
    /// Per day (UTC), the oldest first; days without any are left out.
    pub days: Vec<(Timestamp, u64)>,
    /// Per field that was asked for.
    pub fields: Vec<FieldCount>,
}

/// The values of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCount {
    pub field: LogField,
    /// The most frequent ones with how many events have them, most frequent first.
    pub values: Vec<(Box<str>, u64)>,
    /// How many different ones there are beyond those.
    pub further: u64,
    /// Told of the events since then alone, if there are too many to look at each; otherwise of all that fit.
    pub since: Option<Timestamp>,
}

impl Store {
    /// Counts what fits, by day, and by values of some fields, each under all conditions but its own; of very many events the
    /// values of the newest are told, see [`FieldCount::since`]. A later call makes an earlier one end with [`Error::Superseded`].
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
        let rows = self.0.log_rows.load(Ordering::Relaxed);
        let has_own = |field: &LogField| narrowing(filter).any(|condition| condition.field == *field);
        let (own, free): (Vec<LogField>, Vec<LogField>) = by.iter().partition(|field| has_own(field));
        // What the tallies tell is told of everything, whatever else is asked for beside it.
        let is_tallied = |field: &LogField| fields::tallied(*field).is_some();
        let (free, beside): (Vec<LogField>, Vec<LogField>) =
            free.into_iter().partition(|field| !is_of_kinds(filter) || is_tallied(field));
        let mut count = Counting::new(&reader, at, &free, wanted, rows);
        count.run(filter)?;
        let mut told = LogCount {
            matching: u64::try_from(count.matching).unwrap_or(0),
            days: count.days(),
            fields: count.fields.told(&reader, VALUES, count.since)?,
        };
        let own = own.into_iter().map(|field| (vec![field], without(filter, field)));
        let beside = (!beside.is_empty()).then(|| (beside, filter.clone()));
        for (fields, filter) in own.chain(beside) {
            let mut count = Counting::new(&reader, at, &fields, wanted, rows);
            count.only_values = true;
            count.run(&filter)?;
            told.fields.extend(count.fields.told(&reader, VALUES, count.since)?);
        }
        told.fields.sort_by_key(|told| by.iter().position(|asked| *asked == told.field));
        Ok(told)
    }
}

/// A filter without the conditions on one field.
fn without(filter: &LogFilter, field: LogField) -> LogFilter {
    let mut others = filter.clone();
    others.conditions.retain(|condition| condition.field != field);
    others
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
    /// Since when values are told, if not of everything.
    since: Option<Timestamp>,
    /// Whether nobody asks how many there are in all.
    only_values: bool,
    /// Rows that were read, and how many may be for their values.
    rows: u64,
    most: u64,
}

impl<'a> Counting<'a> {
    fn new(
        connection: &'a Connection,
        at: SnapshotId,
        by: &[LogField],
        wanted: &'a dyn Fn() -> bool,
        most: u64,
    ) -> Self {
        let (fields, days) = (Fields::new(by), BTreeMap::new());
        let (since, only_values) = (None, false);
        Self { connection, at, wanted, matching: 0, days, fields, since, only_values, rows: 0, most }
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
        let by_index = ask.expression().is_some() && self.fields.is_empty();
        if !by_tally && !by_index {
            return self.newest(filter, &ask, range);
        }
        let (newer, count) = tally::newer(self.connection, self.at.0)?;
        if count > NEWER {
            return self.newest(filter, &ask, range);
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

    /// Reads rows, the newest first, until enough values are told; what is older is counted without them.
    fn newest(&mut self, filter: &LogFilter, ask: &Ask, range: Range) -> Result<()> {
        let range = range.and(super::list::known(self.connection, self.at)?);
        self.read(filter, ask, range, Known::Then, 1)?;
        let is_wanted = !self.fields.is_empty() && !self.only_values;
        let Some(since) = self.since.filter(|_| is_wanted) else { return Ok(()) };
        let fields = std::mem::replace(&mut self.fields, Fields::new(&[]));
        let older = LogFilter { until: Some(since), ..filter.clone() };
        let counted = self.run(&older);
        self.fields = fields;
        counted
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
        let Some(expression) = ask.expression() else { return Ok(()) };
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

    /// Reads the rows of a range; each counts for `weight`. Those known in the snapshot, which may be very many, are read
    /// until enough values are told: to the end of a moment, so that the rest can be asked for by its time.
    fn read(&mut self, filter: &LogFilter, ask: &Ask, range: Range, known: Known, weight: i64) -> Result<()> {
        if range.is_empty() || *ask == Ask::Nothing {
            return Ok(());
        }
        let ends = known == Known::Then && !self.fields.is_empty();
        let (sql, values) = self.statement(filter, ask, range, known, ends)?;
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let (mut told, mut last) = (0, None);
        while let Some(row) = no_phrase(rows.next())? {
            let id = row.get(0)?;
            if ends && told >= self.most && last != Some(place::time(id)) {
                self.since = last;
                return Ok(());
            }
            (told, last) = (told + 1, Some(place::time(id)));
            self.breathe()?;
            self.add(place::day(id), weight);
            self.fields.add(row, id, weight)?;
        }
        Ok(())
    }

    /// The statement that reads the rows of a range, with its values in the order of their places.
    fn statement(
        &self,
        filter: &LogFilter,
        ask: &Ask,
        range: Range,
        known: Known,
        newest_first: bool,
    ) -> Result<(String, Vec<Value>)> {
        let run = match known {
            Known::Then => "e.run <= ?",
            Known::Later => "e.run > ?",
            Known::Whenever => "? IS NOT NULL",
        };
        let columns = self.fields.columns();
        let bounds = [range.from, range.to].map(Value::Integer);
        let at = Value::Integer(self.at.0);
        let order =
            |number: &str| if newest_first { format!("ORDER BY {number} DESC") } else { String::new() };
        Ok(match ask.expression() {
            // Over a short range, or where everything is asked for, rows in their own order cost less than leaps to them.
            Some(expression) => (
                format!(
                    "SELECT e.id{columns} FROM log_index i CROSS JOIN log_event e ON e.id = i.rowid
                     WHERE i.log_index MATCH ? AND i.rowid >= ? AND i.rowid <= ? AND {run} {}",
                    order("i.rowid")
                ),
                [Value::Text(expression.to_owned())].into_iter().chain(bounds).chain([at]).collect(),
            ),
            None => {
                let condition = condition::rows(self.connection, filter)?;
                (
                    format!(
                        "SELECT e.id{columns} FROM log_event e WHERE e.id >= ? AND e.id <= ? AND {run} {} {}",
                        condition.text,
                        order("e.id")
                    ),
                    bounds.into_iter().chain([at]).chain(condition.values).collect(),
                )
            }
        })
    }

    fn breathe(&mut self) -> Result<()> {
        self.rows += 1;
        if self.rows.is_multiple_of(BREATH) && !(self.wanted)() { Err(Error::Superseded) } else { Ok(()) }
    }
}

/// Whether the tallies tell all that is asked for.
fn can_tally(filter: &LogFilter, fields: &Fields) -> bool {
    is_of_kinds(filter) && fields.are_tallied()
}

/// Whether a filter asks for kinds of events alone, and for no words.
fn is_of_kinds(filter: &LogFilter) -> bool {
    filter.text.trim().is_empty()
        && narrowing(filter).all(|condition| fields::tallied(condition.field).is_some())
}
