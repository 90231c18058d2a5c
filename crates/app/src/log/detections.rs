//! Filters of the log that somebody watches, each with the number of events that it opens.

use super::built_in;
use crate::{App, failure, org::Org, snapshot};
use contract::{
    Failure, FailureKind, Handle,
    log::{DeleteDetection, ListDetections, SaveDetection, SavedDetection},
};
use domain::{LogFilter, SnapshotId, Timestamp};

/// A name longer than this is no name.
const LONGEST_NAME: usize = 120;
/// A note longer than this belongs elsewhere.
const LONGEST_NOTE: usize = 2000;
/// More than so many are counted for too long.
const MOST: usize = 200;

impl Handle<ListDetections> for App {
    async fn handle(&self, command: ListDetections) -> Result<Vec<SavedDetection>, Failure> {
        self.org()?.read(move |org| list(org, snapshot::chosen(org, command.as_of)?)).await
    }
}

impl Handle<SaveDetection> for App {
    async fn handle(&self, command: SaveDetection) -> Result<i64, Failure> {
        self.org()?.read(move |org| save(org, &command)).await
    }
}

impl Handle<DeleteDetection> for App {
    async fn handle(&self, command: DeleteDetection) -> Result<(), Failure> {
        let delete = move |org: &Org| {
            let was_there = org.cache.delete_log_detection(command.id).map_err(failure::cache)?;
            if was_there { Ok(()) } else { Err(gone()) }
        };
        self.org()?.read(delete).await
    }
}

fn list(org: &Org, at: SnapshotId) -> Result<Vec<SavedDetection>, Failure> {
    // What was known then happened before then: a look at the past counts back from its end.
    let known = org.cache.snapshot(at).map_err(failure::cache)?;
    let known = known.ok_or(cache::Error::NoSnapshot(at)).map_err(failure::cache)?;
    let newest = org.cache.latest_id().map_err(failure::cache)? == Some(at);
    let now = if newest { org.now() } else { known.finished };
    let mut told = Vec::new();
    for one in &built_in::ALL {
        let note = Some(one.note.to_owned());
        told.push(counted(org, at, now, (None, one.name.to_owned(), note), one.filter())?);
    }
    for saved in org.cache.log_detections().map_err(failure::cache)? {
        // A later version may have written it: what can't be read is shown as finding nothing rather than everything.
        match serde_json::from_str(&saved.filter) {
            Ok(filter) => told.push(counted(org, at, now, (Some(saved.id), saved.name, saved.note), filter)?),
            Err(_) => told.push(SavedDetection {
                id: Some(saved.id),
                name: saved.name,
                note: Some("This version of Postern can't read its filter.".to_owned()),
                filter: LogFilter { until: Some(Timestamp(i64::MIN)), ..LogFilter::default() },
                counted: now,
                day: 0,
                week: 0,
                last: None,
            }),
        }
    }
    Ok(told)
}

fn counted(
    org: &Org,
    at: SnapshotId,
    now: Timestamp,
    (id, name, note): (Option<i64>, String, Option<String>),
    filter: LogFilter,
) -> Result<SavedDetection, Failure> {
    let since = |days: i64| {
        let since = Timestamp(now.0 - days * Timestamp::DAY);
        let filter = LogFilter { since: filter.since.max(Some(since)), ..filter.clone() };
        org.cache.count_log_quietly(at, &filter).map_err(failure::cache)
    };
    let (day, week) = (since(1)?, since(7)?);
    let last = org.cache.log(at, &filter, None, 1).map_err(failure::cache)?;
    let last = last.first().map(|(place, _)| place.published);
    Ok(SavedDetection { id, name, note, filter, counted: now, day, week, last })
}

fn save(org: &Org, command: &SaveDetection) -> Result<i64, Failure> {
    let refused = |message: String| Err(Failure::new(FailureKind::BadInput, message));
    let name = command.name.trim();
    let note = command.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    match name.chars().count() {
        0 => return refused("A detection needs a name.".to_owned()),
        1..=LONGEST_NAME => {}
        _ => return refused(format!("A name has at most {LONGEST_NAME} letters.")),
    }
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        return refused(format!("A note has at most {LONGEST_NOTE} letters."));
    }
    if command.filter.is_empty() {
        return refused("A detection needs a filter: without one it would count everything.".to_owned());
    }
    let named = org.cache.log_detection_named(name).map_err(failure::cache)?;
    let comes_along = built_in::ALL.iter().any(|one| one.name.to_lowercase() == name.to_lowercase());
    if comes_along || named.is_some_and(|id| Some(id) != command.id) {
        return refused(format!("There is a detection called “{name}” already."));
    }
    let kept = org.cache.log_detections().map_err(failure::cache)?;
    match command.id {
        Some(id) if !kept.iter().any(|one| one.id == id) => return Err(gone()),
        None if kept.len() >= MOST => {
            return refused(format!("There are {MOST} detections already. Delete one first."));
        }
        _ => {}
    }
    let filter = serde_json::to_string(&command.filter).map_err(failure::bug)?;
    org.cache.save_log_detection(command.id, name, note, &filter).map_err(failure::cache)
}

fn gone() -> Failure {
    Failure::new(FailureKind::NotFound, "This detection is gone already.")
}
