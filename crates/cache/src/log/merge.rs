//! Bringing the index together. It is written in runs, one for each flush, and merged as it grows; what a question costs is a
//! look into each run that is left. Where one sync brought a good part of the log, all of it is made a single run at the end.

use super::tally;
use crate::Result;
use rusqlite::Connection;

/// A sync that brought at least one of so many events has the index merged: so each event is written again a few times at
/// most, however large the log becomes. What comes in small pieces is merged by the index itself.
const PART: u64 = 4;
/// Fewer events lie in few runs in any case.
const LEAST: u64 = 20_000;
/// Pages of the index that one step writes. It is a transaction: a fraction of a second, in which nobody else can write.
const STEP: i64 = 1000;

/// Whether a run of the sync brought so much that merging is worth it.
pub(crate) fn is_due(connection: &Connection, run: i64) -> Result<bool> {
    let (brought, all) = tally::brought(connection, run)?;
    Ok(brought >= LEAST && brought.saturating_mul(PART) >= all)
}

/// Merges a bounded piece; `false` when there was nothing left to merge. A step that was the last one ever leaves an index
/// that is whole, only in more runs.
pub(crate) fn step(connection: &Connection, is_first: bool) -> Result<bool> {
    // The first one, with a minus, says that everything is to become one run; the others go on with that.
    let pages = if is_first { -STEP } else { STEP };
    let before = connection.total_changes();
    connection
        .prepare_cached("INSERT INTO log_index (log_index, rank) VALUES ('merge', ?1)")?
        .execute([pages])?;
    // The command itself counts for one.
    Ok(connection.total_changes() - before > 1)
}
