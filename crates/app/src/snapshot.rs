//! Snapshots as pages know them, and how a collection's failure is kept in the cache and read back.

use crate::{
    failure::{self, not_synced},
    org::Org,
    sync::label,
};
use cache::{Collection, CollectionState, Outcome};
use contract::{
    Failure, FailureKind,
    session::{CollectionProblem, Snapshot},
};
use domain::SnapshotId;

/// The newest snapshot, if any sync has completed.
pub(crate) fn newest(org: &Org) -> Result<Option<cache::Snapshot>, Failure> {
    org.cache.latest().map_err(failure::cache)
}

/// The snapshot that a command asks for; the newest, if it names none.
pub(crate) fn chosen(org: &Org, as_of: Option<SnapshotId>) -> Result<SnapshotId, Failure> {
    match as_of {
        Some(id) => Ok(id),
        None => newest(org)?.map(|snapshot| snapshot.id).ok_or_else(not_synced),
    }
}

/// How a collection that could not be read ends. Without the hint it would be half as useful later.
pub(crate) fn failed(failure: &Failure) -> Outcome {
    let kind = serde_json::to_value(failure.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
    let message = serde_json::to_string(failure).unwrap_or_else(|_| failure.to_string());
    Outcome::Failed { kind: kind.unwrap_or_default(), message }
}

/// The failure that was kept.
fn read_back(kind: &str, message: &str) -> Failure {
    let plain = || {
        let kind = serde_json::from_value(kind.into()).unwrap_or(FailureKind::BadReply);
        Failure::new(kind, message)
    };
    serde_json::from_str(message).unwrap_or_else(|_| plain())
}

/// The collections that a snapshot could not read.
pub(crate) fn problems(collections: &[CollectionState]) -> Vec<CollectionProblem> {
    let problem = |state: &CollectionState| match &state.outcome {
        Outcome::Failed { kind, message } => Some(CollectionProblem {
            collection: label(&state.collection).to_owned(),
            failure: read_back(kind, message),
            rows_from: state.data_from,
        }),
        Outcome::Complete | Outcome::Changes => None,
    };
    collections.iter().filter_map(problem).collect()
}

/// A snapshot as pages know it.
pub(crate) fn shown(org: &Org, snapshot: cache::Snapshot) -> Result<Snapshot, Failure> {
    let numbers = org.cache.overview(snapshot.id).map_err(failure::cache)?;
    Ok(Snapshot {
        id: snapshot.id,
        at: snapshot.finished,
        devices: numbers.devices,
        users: numbers.users,
        events: events(org, snapshot.id)?,
        problems: problems(&snapshot.collections),
    })
}

/// Every snapshot, newest first.
pub(crate) fn all(org: &Org) -> Result<Vec<Snapshot>, Failure> {
    let kept = org.cache.snapshots().map_err(failure::cache)?;
    let mut shown_ones = Vec::with_capacity(kept.len());
    for known in kept {
        if let Some(whole) = org.cache.snapshot(known.id).map_err(failure::cache)? {
            shown_ones.push(shown(org, whole)?);
        }
    }
    Ok(shown_ones)
}

/// About how many items a collection has, as the newest snapshot counted them.
pub(crate) fn expected(org: &Org, collection: &Collection) -> Result<Option<u64>, Failure> {
    let Some(newest) = newest(org)? else { return Ok(None) };
    let numbers = org.cache.overview(newest.id).map_err(failure::cache)?;
    Ok(match collection {
        Collection::Devices => Some(numbers.devices),
        Collection::Users => Some(numbers.users),
        _ => None,
    })
}

/// How many log events were known as of a snapshot: what each sync up to it added.
pub(crate) fn events(org: &Org, until: SnapshotId) -> Result<u64, Failure> {
    let mut known = org.event_counts();
    if let Some(count) = known.get(&until) {
        return Ok(*count);
    }
    let (newest_known, mut sum) = known.last_key_value().map_or((SnapshotId(0), 0), |(id, sum)| (*id, *sum));
    let snapshots = org.cache.snapshots().map_err(failure::cache)?;
    for snapshot in snapshots.into_iter().rev().filter(|snapshot| snapshot.id > newest_known) {
        let whole = org.cache.snapshot(snapshot.id).map_err(failure::cache)?;
        let states = whole.iter().flat_map(|whole| &whole.collections);
        let log = states
            .filter(|state| state.collection == Collection::Log && state.data_from == Some(snapshot.id));
        sum += log.map(|state| state.written).sum::<u64>();
        known.insert(snapshot.id, sum);
    }
    known.get(&until).copied().ok_or_else(|| failure::not_found("snapshot", &until.0.to_string()))
}
