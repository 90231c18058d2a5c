//! Events under a filter together with the JSON that they came as, for whoever reads what no column holds. Neighbours in time
//! are mostly neighbours in their batch, so that walking through them unpacks each batch once.

use super::condition::Ask;
use super::list;
use super::place::Range;
use crate::Result;
use crate::raw::{RawRef, Unpacked};
use domain::{LogEvent, SnapshotId};
use rusqlite::Connection;

/// Events are walked through in portions of this many.
const PORTION: usize = 1_000;

/// Where an event's JSON lies.
pub(crate) fn raw_of(connection: &Connection, id: i64) -> Result<RawRef> {
    let mut find = connection.prepare_cached("SELECT raw, raw_at, raw_len FROM log_event WHERE id = ?1")?;
    let found =
        find.query_row([id], |row| Ok(RawRef { batch: row.get(0)?, at: row.get(1)?, len: row.get(2)? }))?;
    Ok(found)
}

/// Calls `each` with the events of a range that were known in a snapshot, newest first, until it has enough.
pub(crate) fn each(
    connection: &Connection,
    at: SnapshotId,
    ask: &Ask,
    range: Range,
    mut each: impl FnMut(i64, LogEvent) -> Result<bool>,
) -> Result<()> {
    let mut range = range.and(list::known(connection, at)?);
    loop {
        let found = list::found(connection, at, ask, range, "", PORTION)?;
        let last = found.last().map(|(id, _)| *id).filter(|_| found.len() == PORTION);
        for (id, event) in found {
            if !each(id, event)? {
                return Ok(());
            }
        }
        let Some(last) = last else { return Ok(()) };
        range.to = last.saturating_sub(1);
    }
}

/// The newest events of a range, at most `limit` of those that `keep` takes, each with its JSON.
pub(crate) fn with_json(
    connection: &Connection,
    at: SnapshotId,
    ask: &Ask,
    range: Range,
    limit: usize,
    keep: impl Fn(&LogEvent) -> bool,
) -> Result<Vec<(LogEvent, String)>> {
    let mut unpacked = Unpacked::default();
    let mut found = Vec::new();
    each(connection, at, ask, range, |id, event| {
        if keep(&event) {
            let raw = unpacked.read(connection, raw_of(connection, id)?)?.to_owned();
            found.push((event, raw));
        }
        Ok(found.len() < limit)
    })?;
    Ok(found)
}
