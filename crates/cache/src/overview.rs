//! The numbers of a snapshot: how many devices have each value of each facet. They are stored when a snapshot is
//! completed, so that a plot over many snapshots reads a few hundred small rows.

use crate::Error;
use crate::fleet::{Counts, Fleet};
use domain::{Facet, SnapshotId, Timestamp};
use rusqlite::{Connection, Result, params};

pub(crate) const V1: &str = "
    CREATE TABLE snapshot_count (
        snapshot INTEGER NOT NULL,
        facet TEXT NOT NULL,
        value TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (snapshot, facet, value)
    ) STRICT, WITHOUT ROWID;
";

/// The log events of the snapshots that were completed before they were counted.
pub(crate) const V2: &str = "
    INSERT INTO snapshot_count (snapshot, facet, value, n)
    SELECT id, 'total of log events', '', known FROM (
        SELECT id, completed, sum(new) OVER (ORDER BY id) AS known FROM (
            SELECT id, finished IS NOT NULL AS completed, 0 AS new FROM run
            UNION ALL SELECT run, 0, count(*) FROM log_event GROUP BY run
        )
    ) WHERE completed;
";

/// How much there is of what a snapshot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub devices: u64,
    pub users: u64,
    /// The log events that were known then, whichever run brought them.
    pub events: u64,
}

/// The numbers of one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    pub snapshot: SnapshotId,
    pub devices: u64,
    pub users: u64,
    /// The log events that were known then, whichever run brought them.
    pub events: u64,
    /// How many devices have each value, over all devices.
    pub facets: Counts,
}

/// One number of one snapshot, for a plot over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendPoint {
    pub snapshot: SnapshotId,
    pub finished: Timestamp,
    pub value: String,
    pub count: u64,
}

/// The number of users is kept beside the facets under this name.
const USERS: &str = "total of users";
/// The number of log events is kept beside the facets under this name.
pub(crate) const EVENTS: &str = "total of log events";

pub(crate) fn store(connection: &Connection, fleet: &Fleet) -> Result<()> {
    let snapshot = fleet.snapshot();
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO snapshot_count (snapshot, facet, value, n) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for facet in Facet::ALL {
        for count in fleet.totals().of(facet) {
            insert.execute(params![snapshot.0, facet.key(), count.value, count.devices])?;
        }
    }
    let users: u64 = connection
        .prepare_cached("SELECT count(*) FROM user WHERE valid_from <= ?1 AND valid_to > ?1")?
        .query_row([snapshot.0], |row| row.get(0))?;
    insert.execute(params![snapshot.0, USERS, "", users])?;
    insert.execute(params![snapshot.0, EVENTS, "", count_events(connection, snapshot)?])?;
    Ok(())
}

/// What was counted for the snapshot before, and the events since. Those that a cancelled run brought stayed, and count.
pub(crate) const NEW_EVENTS: &str = "
    WITH before AS (SELECT id FROM run WHERE finished IS NOT NULL AND id < ?1 ORDER BY id DESC LIMIT 1)
    SELECT coalesce((SELECT n FROM snapshot_count JOIN before ON snapshot = id WHERE facet = ?2), 0)
        + (SELECT count(*) FROM log_event WHERE run > coalesce((SELECT id FROM before), 0) AND run <= ?1)";

pub(crate) fn count_events(connection: &Connection, snapshot: SnapshotId) -> Result<u64> {
    connection.prepare_cached(NEW_EVENTS)?.query_row(params![snapshot.0, EVENTS], |row| row.get(0))
}

/// How much a snapshot holds, without its fleet.
pub(crate) fn totals(connection: &Connection, snapshot: SnapshotId) -> crate::Result<Totals> {
    let mut sum =
        connection.prepare_cached("SELECT sum(n) FROM snapshot_count WHERE snapshot = ?1 AND facet = ?2")?;
    let mut total =
        |name: &str| -> Result<Option<u64>> { sum.query_row(params![snapshot.0, name], |row| row.get(0)) };
    Ok(Totals {
        // Each device has exactly one value of each facet.
        devices: total(Facet::Platform.key())?.unwrap_or(0),
        users: total(USERS)?.unwrap_or(0),
        events: total(EVENTS)?.ok_or(Error::NoSnapshot(snapshot))?,
    })
}

/// The numbers of the snapshot that the fleet is of.
pub(crate) fn read(connection: &Connection, fleet: &Fleet) -> crate::Result<Overview> {
    let Totals { users, events, .. } = totals(connection, fleet.snapshot())?;
    Ok(Overview {
        snapshot: fleet.snapshot(),
        devices: fleet.devices(),
        users,
        events,
        facets: fleet.totals().clone(),
    })
}

/// One facet's numbers in the last `limit` snapshots up to `until`, oldest first.
pub(crate) fn trend(
    connection: &Connection,
    facet: Facet,
    until: SnapshotId,
    limit: usize,
) -> Result<Vec<TrendPoint>> {
    let mut statement = connection.prepare_cached(
        "SELECT r.id, r.finished, c.value, c.n
         FROM (SELECT id, finished FROM run WHERE finished IS NOT NULL AND id <= ?2 ORDER BY id DESC LIMIT ?3) r
         JOIN snapshot_count c ON c.snapshot = r.id AND c.facet = ?1
         ORDER BY r.id, c.value",
    )?;
    let rows = statement.query_map(params![facet.key(), until.0, limit], |row| {
        Ok(TrendPoint {
            snapshot: SnapshotId(row.get(0)?),
            finished: Timestamp(row.get(1)?),
            value: row.get(2)?,
            count: row.get(3)?,
        })
    })?;
    rows.collect()
}
