//! A choice of devices, as rows or ids: what bulk actions, exports and copies go through. Holds one page of rows at a time.

use crate::{failure, org::Org};
use cache::DeviceRow;
use contract::{Failure, FailureKind, exports::ExportWhat};
use domain::{DeviceId, DeviceQuery, DeviceSet, SnapshotId};

/// Rows that are read at a time.
const PAGE: usize = 1_000;

/// How many devices there are of it in the snapshot, as far as that is known without reading them.
pub(crate) fn count(org: &Org, snapshot: SnapshotId, what: &ExportWhat) -> Result<u64, Failure> {
    match what {
        ExportWhat::Found(query) => org.cache.count(snapshot, query).map_err(failure::cache),
        ExportWhat::Chosen(DeviceSet::Ids(ids)) => Ok(ids.len() as u64),
        ExportWhat::Chosen(DeviceSet::Matching { query, without, .. }) => {
            let found = org.cache.count(snapshot, query).map_err(failure::cache)?;
            Ok(found.saturating_sub(without.len() as u64))
        }
    }
}

/// Calls `each` with every row, in the query's order where there is one, until it fails.
pub(crate) fn each_row(
    org: &Org,
    snapshot: SnapshotId,
    what: &ExportWhat,
    mut each: impl FnMut(DeviceRow) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match what {
        ExportWhat::Found(query) => found(org, snapshot, query, each),
        ExportWhat::Chosen(DeviceSet::Matching { query, without, .. }) => {
            found(org, snapshot, query, |row| if without.contains(&row.id) { Ok(()) } else { each(row) })
        }
        ExportWhat::Chosen(DeviceSet::Ids(ids)) => {
            let ids: Vec<DeviceId> = ids.iter().cloned().collect();
            for some in ids.chunks(PAGE) {
                let rows = org.cache.rows_of(snapshot, some, &[]).map_err(failure::cache)?;
                rows.into_iter().try_for_each(&mut each)?;
            }
            Ok(())
        }
    }
}

fn found(
    org: &Org,
    snapshot: SnapshotId,
    query: &DeviceQuery,
    mut each: impl FnMut(DeviceRow) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let listing = org.cache.devices(snapshot, query).map_err(failure::cache)?;
    let mut offset = 0;
    loop {
        let rows = org.cache.device_rows(&listing, offset, PAGE).map_err(failure::cache)?;
        if rows.is_empty() {
            return Ok(());
        }
        offset += rows.len();
        rows.into_iter().try_for_each(&mut each)?;
    }
}

/// The ids of a choice, in the query's order where there is one. More than `most` are refused rather than held.
#[allow(dead_code, reason = "bulk actions ask for it")]
pub(crate) fn ids(
    org: &Org,
    snapshot: SnapshotId,
    set: &DeviceSet,
    most: usize,
) -> Result<Vec<DeviceId>, Failure> {
    let ids: Vec<DeviceId> = match set {
        DeviceSet::Ids(ids) => ids.iter().take(most + 1).cloned().collect(),
        DeviceSet::Matching { query, without, .. } => {
            let listing = org.cache.devices(snapshot, query).map_err(failure::cache)?;
            let limit = most.saturating_add(without.len()).saturating_add(1);
            let found = org.cache.device_ids(&listing, 0, limit).map_err(failure::cache)?;
            found.into_iter().filter(|id| !without.contains(id)).take(most + 1).collect()
        }
    };
    if ids.len() > most {
        let message = format!("More than {most} devices are chosen; that many are not worked on at once.");
        return Err(Failure::new(FailureKind::BadInput, message).hint("Choose fewer."));
    }
    Ok(ids)
}
