//! Counting values of fields. A value is told apart by its hash and read back once at the end, so that millions of different
//! ones cost a few bytes each.

use super::FieldCount;
use crate::Result;
use crate::log::condition::{Sql, narrowing};
use crate::log::row::column;
use crate::log::symbols::{SymbolReader, unpacked};
use domain::{LogField, LogFilter, Timestamp};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, params_from_iter};
use std::collections::HashMap;

/// The values of some fields, as far as they are counted.
pub(super) struct Fields(Vec<(LogField, HashMap<u64, Counted>)>);

struct Counted {
    count: i64,
    sample: Sample,
}

/// Where a value can be read.
enum Sample {
    Symbol(i64),
    /// In the row of this number.
    Row(i64),
    Text(Box<str>),
}

/// The column of the tallies that holds a field; nothing is told by an empty text there.
pub(super) fn tallied(field: LogField) -> Option<&'static str> {
    match field {
        LogField::EventType => Some("event_type"),
        LogField::Outcome => Some("nullif(outcome, '')"),
        LogField::Severity => Some("nullif(severity, '')"),
        LogField::Risk => Some("nullif(risk, '')"),
        _ => None,
    }
}

impl Fields {
    pub fn new(by: &[LogField]) -> Self {
        Self(by.iter().map(|field| (*field, HashMap::new())).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn are_tallied(&self) -> bool {
        self.0.iter().all(|(field, _)| tallied(*field).is_some())
    }

    /// The columns to read behind an event's number.
    pub fn columns(&self) -> String {
        self.0.iter().map(|(field, _)| format!(", {}", column(*field))).collect()
    }

    /// Counts the values of a row that begins with the number and [`Fields::columns`].
    pub fn add(&mut self, row: &Row<'_>, id: i64, weight: i64) -> Result<()> {
        for (at, (_, values)) in self.0.iter_mut().enumerate() {
            let value = row.get_ref(at + 1)?;
            let Some(hash) = hash(value) else { continue };
            let sample = || match value {
                ValueRef::Integer(symbol) => Sample::Symbol(symbol),
                _ => Sample::Row(id),
            };
            values.entry(hash).or_insert_with(|| Counted { count: 0, sample: sample() }).count += weight;
        }
        Ok(())
    }

    /// Adds what the tallies hold of some days, the first included and the last not, and calls `each` with every day and number.
    pub fn sum(
        &mut self,
        connection: &Connection,
        filter: &LogFilter,
        (from, to): (Option<i64>, Option<i64>),
        mut each: impl FnMut(i64, i64),
    ) -> Result<()> {
        let mut condition = Sql::default();
        for one in narrowing(filter) {
            if let Some(column) = tallied(one.field) {
                condition.add(connection, column, one)?;
            }
        }
        let columns: String =
            self.0.iter().filter_map(|(field, _)| tallied(*field)).map(|c| format!(", {c}")).collect();
        let sql =
            format!("SELECT day, n{columns} FROM log_count WHERE day >= ? AND day < ? {}", condition.text);
        let days = [from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX)].map(Value::Integer);
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(days.into_iter().chain(condition.values)))?;
        while let Some(row) = rows.next()? {
            let (day, count): (i64, i64) = (row.get(0)?, row.get(1)?);
            each(day, count);
            for (at, (_, values)) in self.0.iter_mut().enumerate() {
                let value = row.get_ref(at + 2)?;
                let Some(hash) = hash(value) else { continue };
                let sample = || match value {
                    ValueRef::Integer(symbol) => Sample::Symbol(symbol),
                    value => Sample::Text(value.as_str().unwrap_or_default().into()),
                };
                values.entry(hash).or_insert_with(|| Counted { count: 0, sample: sample() }).count += count;
            }
        }
        Ok(())
    }

    /// The most frequent values of each field, and how many different ones there are beyond those.
    pub fn told(
        self,
        connection: &Connection,
        most: usize,
        since: Option<Timestamp>,
    ) -> Result<Vec<FieldCount>> {
        let mut symbols = SymbolReader::new(connection)?;
        let mut told = Vec::new();
        for (field, values) in self.0 {
            let mut counted: Vec<(u64, Counted)> =
                values.into_iter().filter(|(_, counted)| counted.count > 0).collect();
            // The hash decides among equals which are told, so that it is always the same.
            counted.sort_unstable_by_key(|(hash, counted)| (std::cmp::Reverse(counted.count), *hash));
            let further = counted.len().saturating_sub(most) as u64;
            let mut values = Vec::new();
            for (_, Counted { count, sample }) in counted.into_iter().take(most) {
                let text = match sample {
                    Sample::Symbol(id) => symbols.text(id)?,
                    Sample::Text(text) => text,
                    Sample::Row(id) => text_of(connection, field, id)?,
                };
                values.push((text, u64::try_from(count).unwrap_or(0)));
            }
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            told.push(FieldCount { field, values, further, since });
        }
        Ok(told)
    }
}

fn text_of(connection: &Connection, field: LogField, id: i64) -> Result<Box<str>> {
    let sql = format!("SELECT {} FROM log_event e WHERE e.id = ?1", column(field));
    let text = connection.prepare_cached(&sql)?.query_row([id], |row| unpacked(row.get_ref(0)?))?;
    Ok(text.unwrap_or_default())
}

fn hash(value: ValueRef<'_>) -> Option<u64> {
    match value {
        ValueRef::Null | ValueRef::Real(_) => None,
        ValueRef::Integer(symbol) => Some(xxhash_rust::xxh3::xxh3_64_with_seed(&symbol.to_le_bytes(), 1)),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(xxhash_rust::xxh3::xxh3_64(bytes)),
    }
}
