//! The numbers of a snapshot: how many devices have each value of each facet. They are stored when a snapshot is
//! completed, so that a plot over many snapshots reads a few hundred small rows.

use crate::fleet::{Counts, Fleet};
use domain::{Facet, SnapshotId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

pub(crate) const V1: &str = "
    CREATE TABLE snapshot_count (
        snapshot INTEGER NOT NULL,
        facet TEXT NOT NULL,
        value TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (snapshot, facet, value)
    ) STRICT, WITHOUT ROWID;
";

/// The numbers of one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    pub snapshot: SnapshotId,
    pub devices: u64,
    pub users: u64,
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

pub(crate) fn store(connection: &Connection, fleet: &Fleet) -> Result<()> {
    let snapshot = fleet.snapshot().0;
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO snapshot_count (snapshot, facet, value, n) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for facet in Facet::ALL {
        for count in fleet.totals().of(facet) {
            insert.execute(params![snapshot, facet.key(), count.value, count.devices])?;
        }
    }
    let users: u64 = connection
        .prepare_cached("SELECT count(*) FROM user WHERE valid_from <= ?1 AND valid_to > ?1")?
        .query_row([snapshot], |row| row.get(0))?;
    insert.execute(params![snapshot, USERS, "", users])?;
    Ok(())
}

/// The numbers of the snapshot that the fleet is of.
pub(crate) fn read(connection: &Connection, fleet: &Fleet) -> crate::Result<Overview> {
    let users: Option<u64> = connection
        .prepare_cached("SELECT n FROM snapshot_count WHERE snapshot = ?1 AND facet = ?2")?
        .query_row(params![fleet.snapshot().0, USERS], |row| row.get(0))
        .optional()?;
    Ok(Overview {
        snapshot: fleet.snapshot(),
        devices: fleet.devices(),
        users: users.unwrap_or(0),
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
