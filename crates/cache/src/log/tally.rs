//! Numbers that are kept beside the events: how many there are of each kind on each day, and what each flush brought. Counts
//! of the whole log are sums of a few thousand small rows.

use super::place;
use rusqlite::types::Value;
use rusqlite::{Connection, Result, params};

/// One kind of event on one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    day: i64,
    event_type: i64,
    outcome: Symbol,
    severity: Symbol,
    risk: Box<str>,
}

/// A symbol's number, or a text that has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Symbol {
    Number(i64),
    Text(Box<str>),
}

impl Symbol {
    fn of(value: &Value) -> Self {
        match value {
            Value::Integer(number) => Self::Number(*number),
            Value::Text(text) => Self::Text(text.as_str().into()),
            _ => Self::Text("".into()),
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Number(number) => Value::Integer(*number),
            Self::Text(text) => Value::Text(text.to_string()),
        }
    }
}

impl Day {
    pub fn new(id: i64, event_type: i64, outcome: &Value, severity: &Value, risk: Option<&str>) -> Self {
        Self {
            day: place::day(id),
            event_type,
            outcome: Symbol::of(outcome),
            severity: Symbol::of(severity),
            risk: risk.unwrap_or_default().into(),
        }
    }

    pub fn add(&self, connection: &Connection, count: u64) -> Result<()> {
        connection
            .prepare_cached(
                "INSERT INTO log_count (day, event_type, outcome, severity, risk, n) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (event_type, outcome, severity, risk, day) DO UPDATE SET n = n + excluded.n",
            )?
            .execute(params![
                self.day,
                self.event_type,
                self.outcome.value(),
                self.severity.value(),
                self.risk,
                count
            ])?;
        Ok(())
    }
}

/// What one flush brought.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    places: Option<(i64, i64)>,
    events: u64,
    late: u64,
}

impl Chunk {
    pub fn add(&mut self, id: i64, is_late: bool) {
        let (first, last) = self.places.unwrap_or((id, id));
        self.places = Some((first.min(id), last.max(id)));
        self.events += 1;
        self.late += u64::from(is_late);
    }

    pub fn store(&self, connection: &Connection, run: i64, raw: u64, kept: u64) -> Result<()> {
        let Some((first, last)) = self.places else { return Ok(()) };
        connection
            .prepare_cached(
                "INSERT INTO log_chunk (run, first, last, events, late, raw, kept) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (run, first) DO UPDATE SET last = max(last, excluded.last), events = events + excluded.events,
                    late = late + excluded.late, raw = raw + excluded.raw, kept = kept + excluded.kept",
            )?
            .execute(params![run, first, last, self.events, self.late, raw, kept])?;
        Ok(())
    }
}

/// Whether events came after a snapshot.
pub(crate) fn has_newer(connection: &Connection, at: i64) -> Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM log_chunk WHERE run > ?1)")?
        .query_row([at], |row| row.get(0))
}

/// The ranges in which the events lie that came after a snapshot, apart from each other and in order, and how many those are.
pub(crate) fn newer(connection: &Connection, at: i64) -> Result<(Vec<place::Range>, u64)> {
    let mut statement = connection
        .prepare_cached("SELECT first, last, events FROM log_chunk WHERE run > ?1 ORDER BY first")?;
    let mut rows = statement.query([at])?;
    let (mut ranges, mut count): (Vec<place::Range>, u64) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let (from, to): (i64, i64) = (row.get(0)?, row.get(1)?);
        count += row.get::<_, u64>(2)?;
        match ranges.last_mut() {
            Some(last) if from <= last.to => last.to = last.to.max(to),
            _ => ranges.push(place::Range { from, to }),
        }
    }
    Ok((ranges, count))
}

/// How many events a run brought, and how many there are.
pub(crate) fn brought(connection: &Connection, run: i64) -> Result<(u64, u64)> {
    connection
        .prepare_cached(
            "SELECT coalesce(sum(iif(run = ?1, events, 0)), 0), coalesce(sum(events), 0) FROM log_chunk",
        )?
        .query_row([run], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The number of the newest event that was known in a snapshot.
pub(crate) fn last_known(connection: &Connection, at: i64) -> Result<i64> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT max(last) FROM log_chunk WHERE run <= ?1")?
        .query_row([at], |row| row.get(0))?;
    Ok(last.unwrap_or(i64::MIN))
}
