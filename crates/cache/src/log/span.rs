//! Which times were read from the org whole. A chain of polls covers everything from its beginning on; what lies between two
//! chains that do not meet is a gap, until it was read by time.

use super::place;
use crate::{Result, Store};
use domain::{SnapshotId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// A time of which every event was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSpan {
    pub since: Timestamp,
    pub until: Timestamp,
}

/// How complete the log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogCover {
    /// Apart from each other, the oldest first: what lies between them is missing.
    pub spans: Vec<LogSpan>,
    /// Events of the newest week that came more than a minute after they happened.
    pub late: u64,
    /// Bytes of the events' JSON as it came, and as it is kept.
    pub raw: u64,
    pub kept: u64,
}

const WEEK: i64 = 7 * Timestamp::DAY;

impl Store {
    /// How complete the log was in a snapshot that was finished (or confirmed) at `finished`.
    pub fn log_cover(&self, at: SnapshotId, finished: Timestamp) -> Result<LogCover> {
        let reader = self.reader()?;
        let mut spans = spans(&reader, at.0)?;
        // A chain goes on after the snapshot; what it covered since was not known then.
        spans.retain(|span| span.since <= finished);
        spans.iter_mut().for_each(|span| span.until = span.until.min(finished));
        let newest = place::first(Timestamp(finished.0.saturating_sub(WEEK)));
        let (late, raw, kept) = reader
            .prepare_cached(
                "SELECT coalesce(sum(iif(last >= ?2, late, 0)), 0), coalesce(sum(raw), 0), coalesce(sum(kept), 0)
                 FROM log_chunk WHERE run <= ?1",
            )?
            .query_row(params![at.0, newest], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(LogCover { spans, late, raw, kept })
    }

    /// The times that have been read so far, by whichever run.
    pub fn log_spans(&self) -> Result<Vec<LogSpan>> {
        spans(&*self.reader()?, i64::MAX)
    }
}

/// The spans that runs up to one brought, joined where they meet.
pub(crate) fn spans(connection: &Connection, run: i64) -> Result<Vec<LogSpan>> {
    let mut statement =
        connection.prepare_cached("SELECT since, until FROM log_span WHERE run <= ?1 ORDER BY since")?;
    let rows = statement.query_map([run], |row| {
        Ok(LogSpan { since: Timestamp(row.get(0)?), until: Timestamp(row.get(1)?) })
    })?;
    let mut spans: Vec<LogSpan> = Vec::new();
    for span in rows {
        let span = span?;
        match spans.last_mut() {
            Some(last) if span.since <= last.until => last.until = last.until.max(span.until),
            _ => spans.push(span),
        }
    }
    Ok(spans)
}

/// Until when the org had told everything.
pub(crate) fn heard(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let until: Option<i64> =
        connection.prepare_cached("SELECT max(until) FROM log_span")?.query_row([], |row| row.get(0))?;
    Ok(until.map(Timestamp))
}

/// Adds a span: to one that ends where it begins, or as one of its own.
pub(crate) fn add(connection: &Connection, run: i64, span: LogSpan) -> rusqlite::Result<()> {
    let before: Option<i64> = connection
        .prepare_cached(
            "SELECT id FROM log_span WHERE since <= ?1 AND until >= ?1 ORDER BY until DESC, id DESC LIMIT 1",
        )?
        .query_row([span.since.0], |row| row.get(0))
        .optional()?;
    match before {
        Some(id) => connection
            .prepare_cached("UPDATE log_span SET until = max(until, ?2) WHERE id = ?1")?
            .execute(params![id, span.until.0])?,
        None => connection
            .prepare_cached("INSERT INTO log_span (run, since, until) VALUES (?1, ?2, ?3)")?
            .execute(params![run, span.since.0, span.until.0])?,
    };
    Ok(())
}
