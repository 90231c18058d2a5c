//! The numbers of a snapshot: how many devices have each value of each facet. They are stored when a snapshot is
//! completed, so that a plot over many snapshots reads a few hundred small rows.

use crate::Error;
use crate::fleet::{Counts, Fleet};
use domain::{Facet, SnapshotId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::collections::BTreeMap;

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
        + (SELECT coalesce(sum(events), 0) FROM log_chunk WHERE run > coalesce((SELECT id FROM before), 0) AND run <= ?1)";

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

/// How much each snapshot holds.
pub(crate) fn all_totals(connection: &Connection) -> Result<BTreeMap<SnapshotId, Totals>> {
    let mut statement = connection.prepare_cached(
        "SELECT r.id, c.facet, sum(c.n) FROM run r JOIN snapshot_count c ON c.snapshot = r.id AND c.facet IN (?1, ?2, ?3)
         WHERE r.finished IS NOT NULL GROUP BY r.id, c.facet",
    )?;
    let mut rows = statement.query([Facet::Platform.key(), USERS, EVENTS])?;
    let mut all = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let totals = all.entry(SnapshotId(row.get(0)?)).or_insert(Totals { devices: 0, users: 0, events: 0 });
        let name: String = row.get(1)?;
        let sum = row.get(2)?;
        match name.as_str() {
            USERS => totals.users = sum,
            EVENTS => totals.events = sum,
            _ => totals.devices = sum,
        }
    }
    Ok(all)
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

/// The snapshot that was the newest at a time.
const NEWEST_AT: &str = "
    SELECT id, finished FROM run WHERE finished <= ?1 AND id <= ?2 ORDER BY finished DESC, id DESC LIMIT 1";

/// One facet's numbers up to `until`: of the first snapshot, of the last, and of those that were the newest at evenly
/// spaced times between. So a plot covers all of the time, and costs the same however many snapshots there are.
pub(crate) fn trend(
    connection: &Connection,
    facet: Facet,
    until: SnapshotId,
    limit: usize,
) -> Result<Vec<TrendPoint>> {
    let mut counts = connection.prepare_cached(
        "SELECT value, n FROM snapshot_count WHERE snapshot = ?1 AND facet = ?2 ORDER BY value",
    )?;
    let mut points = Vec::new();
    for (snapshot, finished) in spread(connection, until, limit)? {
        let rows = counts.query_map(params![snapshot.0, facet.key()], |row| {
            Ok(TrendPoint { snapshot, finished, value: row.get(0)?, count: row.get(1)? })
        })?;
        for point in rows {
            points.push(point?);
        }
    }
    Ok(points)
}

fn spread(
    connection: &Connection,
    until: SnapshotId,
    limit: usize,
) -> Result<BTreeMap<SnapshotId, Timestamp>> {
    let end = |order: &str| -> Result<Option<i64>> {
        let sql = format!(
            "SELECT finished FROM run WHERE finished IS NOT NULL AND id <= ?1 ORDER BY id {order} LIMIT 1"
        );
        connection.prepare_cached(&sql)?.query_row([until.0], |row| row.get(0)).optional()
    };
    let (Some(first), Some(last)) = (end("ASC")?, end("DESC")?) else { return Ok(BTreeMap::new()) };
    let steps = i64::try_from(limit).unwrap_or(i64::MAX).max(2) - 1;
    let step = (last.saturating_sub(first) / steps).max(1);
    let mut newest_at = connection.prepare_cached(NEWEST_AT)?;
    let mut found = BTreeMap::new();
    // Where the division leaves a rest, the last step is the longer one.
    let times = (0..steps).map(|n| first.saturating_add(step.saturating_mul(n)));
    for time in times.take_while(|time| *time < last).chain([last]) {
        let row = newest_at.query_row([time, until.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found.extend(row.map(|(id, finished)| (SnapshotId(id), Timestamp(finished))));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    const HOUR: i64 = 60 * 60 * 1000;

    /// A cache with snapshots that ended at these times, each with one number.
    fn with(times: impl Iterator<Item = i64>) -> Connection {
        let mut connection = Connection::open_in_memory().expect("memory is always there");
        schema::migrate(&mut connection).expect("makes the tables");
        for time in times {
            let insert = "INSERT INTO run (kind, started, finished) VALUES ('full', ?1, ?1)";
            connection.execute(insert, [time]).expect("writes");
        }
        let numbers = "INSERT INTO snapshot_count SELECT id, ?1, 'MACOS', id FROM run";
        connection.execute(numbers, [Facet::Platform.key()]).expect("writes");
        connection
    }

    #[test]
    fn a_plot_covers_all_of_the_time_evenly() {
        // A busy first hour, ten days with a snapshot each hour, and a busy last hour.
        let minutes = |hour: i64| (0..60).map(move |n| hour * HOUR + n * 60_000);
        let connection = with(minutes(0).chain((1..240).map(|n| n * HOUR)).chain(minutes(240)));
        let points = trend(&connection, Facet::Platform, SnapshotId(i64::MAX), 101).expect("reads");
        let times: Vec<i64> = points.iter().map(|point| point.finished.0).collect();
        assert_eq!((times.first(), times.last()), (Some(&0), Some(&(240 * HOUR + 59 * 60_000))));
        assert!((95..=101).contains(&times.len()), "{} points", times.len());
        let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(gaps.clone().all(|gap| (HOUR..=4 * HOUR).contains(&gap)), "{:?}", gaps.collect::<Vec<_>>());
        assert!(points.iter().all(|point| point.count == point.snapshot.0 as u64));
    }

    #[test]
    fn few_snapshots_are_all_shown_and_later_ones_are_not() {
        let connection = with([5, 5, 9].into_iter());
        let ids = |until, limit| -> Vec<i64> {
            let points = trend(&connection, Facet::Platform, SnapshotId(until), limit).expect("reads");
            points.iter().map(|point| point.snapshot.0).collect()
        };
        assert_eq!(ids(3, 200), [2, 3]);
        assert_eq!(ids(1, 200), [1]);
        assert_eq!(ids(3, 0), [2, 3]);
        assert_eq!(ids(0, 200), [] as [i64; 0]);
    }
}
