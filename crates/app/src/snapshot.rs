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
        // Asked at every keystroke: only the number.
        None => org.cache.latest_id().map_err(failure::cache)?.ok_or_else(not_synced),
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
    let totals = org.cache.totals(snapshot.id).map_err(failure::cache)?;
    Ok(told(snapshot, totals))
}

fn told(snapshot: cache::Snapshot, totals: cache::Totals) -> Snapshot {
    Snapshot {
        id: snapshot.id,
        since: snapshot.finished,
        // A sync that found nothing new made no snapshot, but the data is as young as that sync.
        at: snapshot.confirmed,
        devices: totals.devices,
        users: totals.users,
        events: totals.events,
        problems: problems(&snapshot.collections),
    }
}

/// Every snapshot, newest first.
pub(crate) fn all(org: &Org) -> Result<Vec<Snapshot>, Failure> {
    let kept = org.cache.past().map_err(failure::cache)?;
    Ok(kept.into_iter().map(|(snapshot, totals)| told(snapshot, totals)).collect())
}

/// About how many items a collection has, as the newest snapshot counted them.
pub(crate) fn expected(org: &Org, collection: &Collection) -> Result<Option<u64>, Failure> {
    let Some(newest) = org.cache.latest_id().map_err(failure::cache)? else { return Ok(None) };
    let totals = org.cache.totals(newest).map_err(failure::cache)?;
    Ok(match collection {
        Collection::Devices => Some(totals.devices),
        Collection::Users => Some(totals.users),
        _ => None,
    })
}
