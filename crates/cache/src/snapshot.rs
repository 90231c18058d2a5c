//! The runs of the sync, which are the snapshots once they are complete, and how far each collection of a run got.
//! Making a run complete is one row of this table: that is what a screen sees, or does not see yet.

use crate::collection::{Collection, Outcome};
use domain::{SnapshotId, Timestamp};
use roaring::RoaringBitmap;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

/// Numbers are never given twice (`AUTOINCREMENT`), not even after a run was discarded. `seen` holds the numbers of the
/// entities that the run has met.
pub(crate) const V1: &str = "
    CREATE TABLE run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        started INTEGER NOT NULL,
        finished INTEGER
    ) STRICT;
    CREATE TABLE collection (
        run INTEGER NOT NULL,
        name TEXT NOT NULL,
        cursor TEXT,
        mark TEXT,
        items INTEGER NOT NULL,
        written INTEGER NOT NULL,
        seen BLOB,
        outcome TEXT,
        failure TEXT,
        message TEXT,
        PRIMARY KEY (run, name)
    ) STRICT;
";

/// What every screen asks, however many syncs there were: the last word on a collection, the last time that it came through
/// (never, for one that the credential may not read), and its last mark. Each has its index, so that none walks back
/// through the past.
///
/// `closed` counts the rows that a run ended because the org no longer has them; of an open run it is not known any more, so
/// it is taken for some. `confirmed` is when a later sync found the org as the snapshot has it.
pub(crate) const V2: &str = "
    ALTER TABLE collection ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
    UPDATE collection SET closed = 1 WHERE run IN (SELECT id FROM run WHERE finished IS NULL);
    ALTER TABLE run ADD COLUMN confirmed INTEGER;
    CREATE INDEX run_finished ON run (finished);
    CREATE INDEX collection_ended ON collection (name, run) WHERE outcome IS NOT NULL;
    CREATE INDEX collection_good ON collection (name, run) WHERE outcome IN ('complete', 'changes');
    CREATE INDEX collection_marked ON collection (name, run) WHERE mark IS NOT NULL;
";

/// Why a run was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// Everything is listed, so that deletions are found.
    Full,
    /// Only what has changed is asked for.
    Incremental,
}

impl RunKind {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Incremental => "incremental",
        }
    }

    fn from_key(key: &str) -> Self {
        if key == "incremental" { Self::Incremental } else { Self::Full }
    }
}

/// A completed sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub id: SnapshotId,
    /// Full if everything was listed, by this sync or by a later one that found nothing changed.
    pub kind: RunKind,
    /// When that sync began.
    pub started: Timestamp,
    /// When the sync completed that brought it.
    pub finished: Timestamp,
    /// When a sync last completed that found the org so: the age of the data.
    pub confirmed: Timestamp,
    /// What this sync did for each collection that it touched.
    pub collections: Vec<CollectionState>,
}

/// How a collection stands in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionState {
    pub collection: Collection,
    pub outcome: Outcome,
    /// Items that the org sent, and how many of them were new or changed.
    pub items: u64,
    pub written: u64,
    /// The snapshot that the collection's rows are from; `None` if it never came through.
    pub data_from: Option<SnapshotId>,
}

/// A run that has not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRun {
    pub id: SnapshotId,
    pub kind: RunKind,
    pub started: Timestamp,
}

/// How far a run got with a collection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    pub cursor: Option<String>,
    pub mark: Option<String>,
    /// The mark as it was when the run began.
    pub mark_before: Option<String>,
    pub items: u64,
    pub written: u64,
    /// Rows that were closed because the org no longer listed them.
    pub closed: u64,
    pub seen: RoaringBitmap,
    pub outcome: Option<Outcome>,
    pub dirty: bool,
}

/// The run that was begun and neither completed nor discarded.
pub(crate) fn open_run(connection: &Connection) -> Result<Option<OpenRun>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, started FROM run WHERE finished IS NULL ORDER BY id DESC LIMIT 1",
    )?;
    let row = statement.query_row([], |row| {
        Ok(OpenRun {
            id: SnapshotId(row.get(0)?),
            kind: RunKind::from_key(row.get_ref(1)?.as_str()?),
            started: Timestamp(row.get(2)?),
        })
    });
    row.optional()
}

pub(crate) fn begin(connection: &Connection, kind: RunKind, now: Timestamp) -> Result<i64> {
    connection.execute("INSERT INTO run (kind, started) VALUES (?1, ?2)", params![kind.key(), now.0])?;
    Ok(connection.last_insert_rowid())
}

/// The one write that makes a run a snapshot.
pub(crate) fn complete(connection: &Connection, run: i64, now: Timestamp) -> Result<()> {
    connection.execute("UPDATE run SET finished = ?2 WHERE id = ?1", params![run, now.0])?;
    // What only a resumed run needs is of no use any more.
    connection.execute("UPDATE collection SET seen = NULL, cursor = NULL WHERE run = ?1", [run])?;
    Ok(())
}

const MARK_BEFORE: &str =
    "SELECT mark FROM collection WHERE name = ?1 AND run < ?2 AND mark IS NOT NULL ORDER BY run DESC LIMIT 1";

/// How far the open run got with a collection, with the mark of the last good snapshot if it has none of its own.
pub(crate) fn progress(connection: &Connection, run: i64, collection: &Collection) -> Result<Progress> {
    let mark_before: Option<String> = connection
        .prepare_cached(MARK_BEFORE)?
        .query_row(params![collection.key(), run], |row| row.get(0))
        .optional()?;
    let stored = connection
        .prepare_cached(
            "SELECT cursor, mark, items, written, seen, outcome, failure, message, closed FROM collection
             WHERE run = ?1 AND name = ?2",
        )?
        .query_row(params![run, collection.key()], |row| {
            let seen: Option<Vec<u8>> = row.get(4)?;
            let outcome: Option<String> = row.get(5)?;
            let (failure, message) = (row.get(6)?, row.get(7)?);
            Ok(Progress {
                cursor: row.get(0)?,
                mark: row.get(1)?,
                mark_before: None,
                items: row.get(2)?,
                written: row.get(3)?,
                closed: row.get(8)?,
                // A set that can't be read is as good as none: the collection is listed again from its start.
                seen: seen.and_then(|s| RoaringBitmap::deserialize_from(&s[..]).ok()).unwrap_or_default(),
                outcome: outcome.map(|key| Outcome::from_parts(&key, failure, message)),
                dirty: false,
            })
        })
        .optional()?;
    Ok(Progress { mark_before, ..stored.unwrap_or_default() })
}

/// Stores how far a run got with a collection.
pub(crate) fn store(
    connection: &Connection,
    run: i64,
    name: &str,
    progress: &mut Progress,
) -> crate::Result<()> {
    progress.seen.optimize();
    let mut seen = Vec::with_capacity(progress.seen.serialized_size());
    progress.seen.serialize_into(&mut seen)?;
    let (failure, message) = match &progress.outcome {
        Some(Outcome::Failed { kind, message }) => (Some(kind), Some(message)),
        _ => (None, None),
    };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO collection (run, name, cursor, mark, items, written, seen, outcome, failure, message,
                closed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            run,
            name,
            progress.cursor,
            progress.mark,
            progress.items,
            progress.written,
            seen,
            progress.outcome.as_ref().map(Outcome::key),
            failure,
            message,
            progress.closed,
        ])?;
    progress.dirty = false;
    Ok(())
}

const SNAPSHOT: &str =
    "SELECT id, kind, started, finished, coalesce(confirmed, finished) FROM run WHERE finished IS NOT NULL";
const LATEST: &str = "SELECT id FROM run WHERE finished IS NOT NULL ORDER BY id DESC LIMIT 1";
/// The last word on each collection up to a snapshot, and the last time that it came through. The names are found by leaps
/// from one to the next, for there are few of them in many rows.
const STATES: &str = "
    WITH RECURSIVE known (name) AS (
        SELECT min(name) FROM collection WHERE outcome IS NOT NULL
        UNION ALL
        SELECT (SELECT min(name) FROM collection WHERE outcome IS NOT NULL AND name > known.name)
        FROM known WHERE name IS NOT NULL
    )
    SELECT c.name, c.outcome, c.failure, c.message, c.items, c.written,
        (SELECT max(run) FROM collection WHERE name = known.name AND run <= ?1 AND outcome IN ('complete', 'changes'))
    FROM known JOIN collection c ON c.name = known.name AND c.run =
        (SELECT max(run) FROM collection WHERE name = known.name AND run <= ?1 AND outcome IS NOT NULL)
    ORDER BY c.name";

fn read_snapshot(row: &Row<'_>) -> Result<Snapshot> {
    Ok(Snapshot {
        id: SnapshotId(row.get(0)?),
        kind: RunKind::from_key(row.get_ref(1)?.as_str()?),
        started: Timestamp(row.get(2)?),
        finished: Timestamp(row.get(3)?),
        confirmed: Timestamp(row.get(4)?),
        collections: Vec::new(),
    })
}

/// All completed snapshots, newest first, without their collections.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Snapshot>> {
    let mut statement = connection.prepare_cached(&format!("{SNAPSHOT} ORDER BY id DESC"))?;
    statement.query_map([], read_snapshot)?.collect()
}

/// The newest completed snapshot.
pub(crate) fn latest(connection: &Connection) -> Result<Option<SnapshotId>> {
    connection.prepare_cached(LATEST)?.query_row([], |row| row.get(0).map(SnapshotId)).optional()
}

/// One completed snapshot with how every collection stands in it.
pub(crate) fn get(connection: &Connection, id: SnapshotId) -> Result<Option<Snapshot>> {
    let mut statement = connection.prepare_cached(&format!("{SNAPSHOT} AND id = ?1"))?;
    let Some(mut snapshot) = statement.query_row([id.0], read_snapshot).optional()? else { return Ok(None) };
    let mut statement = connection.prepare_cached(STATES)?;
    let rows = statement.query_map([id.0], |row| {
        Ok(CollectionState {
            collection: Collection::from_key(row.get_ref(0)?.as_str()?),
            outcome: Outcome::from_parts(row.get_ref(1)?.as_str()?, row.get(2)?, row.get(3)?),
            items: row.get(4)?,
            written: row.get(5)?,
            data_from: row.get::<_, Option<i64>>(6)?.map(SnapshotId),
        })
    })?;
    snapshot.collections = rows.collect::<Result<_>>()?;
    Ok(Some(snapshot))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{overview, schema};
    use rusqlite::StatementStatus;

    /// A cache after so many syncs of devices and users, and of groups that may not be read.
    fn after(syncs: i64) -> Connection {
        let mut connection = Connection::open_in_memory().expect("memory is always there");
        schema::migrate(&mut connection).expect("makes the tables");
        connection
            .execute_batch(&format!(
                "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {syncs})
                 INSERT INTO run (kind, started, finished) SELECT 'incremental', n * 60000, n * 60000 + 500 FROM n;
                 INSERT INTO collection (run, name, items, written, mark, outcome)
                 SELECT id, name, 1, 1, 'here', 'changes' FROM run, (SELECT 'devices' AS name UNION SELECT 'users');
                 INSERT INTO collection (run, name, items, written, outcome, failure, message)
                 SELECT id, 'group', 0, 0, 'failed', 'forbidden', 'no' FROM run;
                 INSERT INTO snapshot_count SELECT id, '{events}', '', id FROM run;
                 INSERT INTO log_chunk (run, first, last, events, late, raw, kept) SELECT id, id, id, 1, 0, 0, 0 FROM run;",
                events = overview::EVENTS
            ))
            .expect("fills them");
        connection
    }

    /// The steps of SQLite's machine that a statement takes when `ask` runs it.
    fn steps(connection: &Connection, sql: &str, ask: impl FnOnce(&Connection)) -> i32 {
        let taken = || connection.prepare_cached(sql).expect("is SQL").get_status(StatementStatus::VmStep);
        let before = taken();
        ask(connection);
        taken() - before
    }

    #[test]
    fn a_screen_costs_the_same_after_many_syncs() {
        let cost = |syncs: i64| {
            let connection = after(syncs);
            let newest = SnapshotId(syncs);
            [
                steps(&connection, LATEST, |c| assert_eq!(latest(c), Ok(Some(newest)))),
                steps(&connection, STATES, |c| {
                    let states = get(c, newest).expect("reads").expect("is there").collections;
                    let from: Vec<_> = states.iter().map(|s| (s.collection.key(), s.data_from)).collect();
                    assert_eq!(from, [("devices", Some(newest)), ("group", None), ("users", Some(newest))]);
                }),
                steps(&connection, MARK_BEFORE, |c| {
                    let groups = Collection::from_key("group");
                    assert_eq!(progress(c, syncs + 1, &groups).expect("reads").mark_before, None);
                }),
                steps(&connection, overview::NEW_EVENTS, |c| {
                    assert_eq!(overview::count_events(c, newest), Ok(syncs as u64));
                }),
            ]
        };
        let few = cost(10);
        assert!(few.iter().all(|steps| *steps > 0), "{few:?}: these are not the statements that were run");
        assert_eq!(cost(5_000), few);
    }
}
