//! A run that found the org as the newest snapshot has it. A sync a minute of a quiet org would make a thousand equal
//! snapshots a day, each with the work of making the fleet; instead the newest one is confirmed and the run is dropped.

use super::Run;
use crate::Result;
use crate::snapshot::{self, RunKind};
use domain::{SnapshotId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// A snapshot tells the age of evidence, in days, relative to its own end. So long after it they may still be told.
const AGES_HOLD: i64 = 60 * 60 * 1000;

/// Whether anything came since a snapshot (?1): rows of the run (?2), log events of a run that was cancelled, or another end
/// of a collection than its last one. Two failures of one kind are the same, whatever their words.
const CHANGED: &str = "
    SELECT EXISTS (SELECT 1 FROM collection WHERE run > ?1 AND (written > 0 OR closed > 0))
        OR EXISTS (SELECT 1 FROM collection n WHERE run = ?2 AND NOT EXISTS (
            SELECT 1 FROM collection o WHERE o.name = n.name
                AND o.run = (SELECT max(run) FROM collection WHERE name = n.name AND run <= ?1 AND outcome IS NOT NULL)
                AND (o.outcome = 'failed') = (n.outcome = 'failed') AND o.failure IS n.failure))";

/// Hands the marks of what came after a snapshot to it, with the last words on its collections. What was complete stays
/// so when the changes since are none.
const HAND_OVER: &str = "
    INSERT INTO collection (run, name, mark, items, written, outcome, failure, message)
    SELECT ?1, name, mark, items, written, outcome, failure, message FROM collection WHERE run > ?1 ORDER BY run
    ON CONFLICT (run, name) DO UPDATE SET
        mark = coalesce(excluded.mark, mark),
        outcome = CASE WHEN outcome = 'complete' THEN outcome ELSE coalesce(excluded.outcome, outcome) END,
        failure = coalesce(excluded.failure, failure),
        message = coalesce(excluded.message, message)";

impl Run {
    /// Confirms the newest snapshot and drops the run, if it brought nothing.
    pub(super) fn confirm(&self, now: Timestamp) -> Result<Option<SnapshotId>> {
        let mut writer = self.store.pool.writer();
        let transaction = writer.transaction()?;
        let Some(newest) = snapshot::latest(&transaction)? else { return Ok(None) };
        if !self.is_like(&transaction, newest, now)? {
            return Ok(None);
        }
        transaction.execute(HAND_OVER, [newest.0])?;
        transaction.execute("DELETE FROM collection WHERE run > ?1", [newest.0])?;
        transaction.execute("DELETE FROM run WHERE id = ?1", [self.id])?;
        let confirm = "UPDATE run SET confirmed = max(coalesce(confirmed, finished), ?2) WHERE id = ?1";
        transaction.execute(confirm, params![newest.0, now.0])?;
        if self.kind == RunKind::Full {
            let listed = "UPDATE run SET kind = ?2, started = ?3 WHERE id = ?1";
            transaction.execute(listed, params![newest.0, self.kind.key(), self.started.0])?;
        }
        transaction.commit()?;
        Ok(Some(newest))
    }

    fn is_like(&self, connection: &Connection, newest: SnapshotId, now: Timestamp) -> Result<bool> {
        let finished: Option<i64> = connection
            .prepare_cached("SELECT finished FROM run WHERE id = ?1")?
            .query_row([newest.0], |row| row.get(0))
            .optional()?;
        let ages_hold =
            finished.is_some_and(|finished| (0..AGES_HOLD).contains(&now.since(Timestamp(finished))));
        let changed = || {
            connection
                .prepare_cached(CHANGED)?
                .query_row(params![newest.0, self.id], |row| row.get::<_, bool>(0))
        };
        Ok(ages_hold && !changed()?)
    }
}
