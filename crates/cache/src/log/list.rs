//! Events under a filter, newest first, a page at a time. The index and the rows are both walked from the end, so that a page
//! costs what a page costs.

mod walk;

use super::condition::{self, Ask, Common, Sql};
use super::place::Range;
use super::row::{self, ROW};
use super::span;
use super::tally;
use super::terms;
use crate::raw::{self, RawRef};
use crate::{Result, Store};
use domain::{LogEvent, LogField, LogFilter, LogPlace, SnapshotId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

impl Store {
    /// The newest events that fit, as known in a snapshot: at most `limit` older than `before`, each with its place.
    pub fn log(
        &self,
        at: SnapshotId,
        filter: &LogFilter,
        before: Option<LogPlace>,
        limit: usize,
    ) -> Result<Vec<(LogPlace, LogEvent)>> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let older = Range { to: before.map_or(i64::MAX, |place| place.id.saturating_sub(1)), ..Range::ALL };
        let range = Range::of(filter).and(older).and(known(&reader, at)?);
        let ask = condition::ask(&reader, filter)?;
        let found = found(&reader, at, &ask, range, "", limit)?;
        Ok(found
            .into_iter()
            .map(|(id, event)| (LogPlace { published: event.published, id }, event))
            .collect())
    }

    /// One event with its place, if it was known in the snapshot.
    pub fn log_event(&self, at: SnapshotId, uuid: &str) -> Result<Option<(LogPlace, LogEvent)>> {
        let reader = self.reader()?;
        let Some(id) = number(&reader, at, uuid)? else { return Ok(None) };
        let sql = format!("SELECT {ROW} FROM log_event e WHERE e.id = ?1");
        let found = row::read(&reader, &sql, [id])?.pop();
        Ok(found.map(|(id, event)| (LogPlace { published: event.published, id }, event)))
    }

    /// One event as the org sent it, if it was known in the snapshot.
    pub fn raw_event(&self, at: SnapshotId, uuid: &str) -> Result<Option<String>> {
        let reader = self.reader()?;
        let Some(id) = number(&reader, at, uuid)? else { return Ok(None) };
        let found = reader
            .prepare_cached("SELECT raw, raw_at, raw_len FROM log_event WHERE id = ?1")?
            .query_row([id], |row| Ok(RawRef { batch: row.get(0)?, at: row.get(1)?, len: row.get(2)? }))?;
        raw::read(&reader, found).map(Some)
    }
}

/// The number of an event that was known in a snapshot.
fn number(connection: &Connection, at: SnapshotId, uuid: &str) -> Result<Option<i64>> {
    let expression = format!("\"{}\"", terms::uuid(uuid));
    let found = connection
        .prepare_cached(
            "SELECT e.id FROM log_index i CROSS JOIN log_event e ON e.id = i.rowid
             WHERE i.log_index MATCH ?1 AND e.run <= ?2 AND e.uuid = ?3 LIMIT 1",
        )?
        .query_row(params![expression, at.0, super::symbols::packed(uuid)], |row| row.get(0));
    Ok(found.optional()?)
}

/// The range beyond which nothing was known in a snapshot. Without it, a look at the past would walk through all that came since.
pub(crate) fn known(connection: &Connection, at: SnapshotId) -> Result<Range> {
    if !tally::has_newer(connection, at.0)? {
        return Ok(Range::ALL);
    }
    Ok(Range { to: tally::last_known(connection, at.0)?, ..Range::ALL })
}

/// The newest events of a range; `and` is a further condition on rows (`AND …`).
pub(crate) fn found(
    connection: &Connection,
    at: SnapshotId,
    ask: &Ask,
    range: Range,
    and: &str,
    limit: usize,
) -> Result<Vec<(i64, LogEvent)>> {
    if range.is_empty() {
        return Ok(Vec::new());
    }
    if let Ask::Common(common) = ask
        && let Some(walked) = walk::walk(connection, at, common, range, and, limit)?
    {
        return Ok(walked);
    }
    let Some((sql, values)) = statement(at, ask, range, and, limit) else { return Ok(Vec::new()) };
    no_phrase(row::read(connection, &sql, params_from_iter(values))).map_err(Into::into)
}

/// The statement that reads the newest events of a range; `None` if there can't be any.
fn statement(
    at: SnapshotId,
    ask: &Ask,
    range: Range,
    and: &str,
    limit: usize,
) -> Option<(String, Vec<Value>)> {
    let limit = Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX));
    let head = [range.from, range.to, at.0].map(Value::Integer).into_iter();
    match ask {
        Ask::Nothing => None,
        Ask::Index(expression) | Ask::Common(Common { expression, .. }) => {
            let sql = format!(
                "SELECT {ROW} FROM log_index i CROSS JOIN log_event e ON e.id = i.rowid
                 WHERE i.log_index MATCH ? AND i.rowid >= ? AND i.rowid <= ? AND e.run <= ? {and}
                 ORDER BY i.rowid DESC LIMIT ?"
            );
            let expression = [Value::Text(expression.clone())].into_iter();
            Some((sql, expression.chain(head).chain([limit]).collect()))
        }
        Ask::Rows(Sql { text, values }) => {
            let sql = format!(
                "SELECT {ROW} FROM log_event e WHERE e.id >= ? AND e.id <= ? AND e.run <= ? {text} {and}
                 ORDER BY e.id DESC LIMIT ?"
            );
            Some((sql, head.chain(values.iter().cloned()).chain([limit]).collect()))
        }
    }
}

/// A few rare characters are letters here and separators for the index. Such a word is a phrase, which this index can't
/// answer, and no text has it as one word.
pub(crate) fn no_phrase<T: Default>(found: rusqlite::Result<T>) -> rusqlite::Result<T> {
    match found {
        Err(rusqlite::Error::SqliteFailure(_, Some(text))) if text.contains("phrase queries") => {
            Ok(T::default())
        }
        found => found,
    }
}

/// The newest events with a value that were known in a snapshot.
pub(crate) fn with(
    connection: &Connection,
    at: SnapshotId,
    field: LogField,
    value: &str,
    and: &str,
    limit: usize,
) -> Result<Vec<LogEvent>> {
    let ask = condition::ask(connection, &LogFilter::of(field, value))?;
    let range = known(connection, at)?;
    Ok(found(connection, at, &ask, range, and, limit)?.into_iter().map(|(_, event)| event).collect())
}

/// From when on everything was read, but for gaps: rare kinds were read from further back.
pub(crate) fn begins(connection: &Connection, at: SnapshotId) -> Result<Option<domain::Timestamp>> {
    Ok(span::spans(connection, at.0)?.first().map(|span| span.since))
}
