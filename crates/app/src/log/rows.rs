//! Pages of the log, with what ids are called.

use crate::{App, failure, org::Org, snapshot};
use cache::LogNames;
use contract::{
    Failure, Handle,
    log::{ListLog, LogPage, LogRow},
};
use domain::{DeviceId, LogEvent, LogPlace, SnapshotId, UserId};
use std::collections::BTreeSet;

/// Rows of one page, at most.
const MOST: usize = 500;

impl Handle<ListLog> for App {
    async fn handle(&self, command: ListLog) -> Result<LogPage, Failure> {
        self.org()?.read(move |org| page(org, &command)).await
    }
}

fn page(org: &Org, command: &ListLog) -> Result<LogPage, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let limit = usize::try_from(command.limit).unwrap_or(MOST).min(MOST);
    let total = org.cache.totals(snapshot).map_err(failure::cache)?.events;
    // One more than asked for tells whether there are more.
    let found = org.cache.log(snapshot, &command.filter, command.before, limit + 1);
    let mut found = found.map_err(failure::cache)?;
    let more = found.len() > limit;
    found.truncate(limit);
    Ok(LogPage { snapshot, now: org.now(), total, rows: rows(org, snapshot, found)?, more })
}

/// Events as rows, with what their ids are called in the snapshot.
pub(crate) fn rows(
    org: &Org,
    snapshot: SnapshotId,
    found: Vec<(LogPlace, LogEvent)>,
) -> Result<Vec<LogRow>, Failure> {
    let events = || found.iter().map(|(_, event)| event);
    let users: BTreeSet<&str> = events().filter_map(|e| e.user.as_ref().map(UserId::as_str)).collect();
    let devices: BTreeSet<&str> = events().filter_map(|e| e.device.as_ref().map(DeviceId::as_str)).collect();
    let apps: BTreeSet<&str> = events().filter_map(|e| e.app.as_deref()).collect();
    let names = org.cache.log_names(snapshot, &users, &devices, &apps).map_err(failure::cache)?;
    Ok(found.into_iter().map(|(place, event)| row(&names, place, event)).collect())
}

fn row(names: &LogNames, place: LogPlace, event: LogEvent) -> LogRow {
    let user_name = event.user.as_ref().and_then(|id| names.users.get(id.as_str()).cloned());
    let device_name = event.device.as_ref().and_then(|id| names.devices.get(id.as_str()).cloned());
    let app_name = event.app.as_ref().and_then(|id| names.apps.get(id).cloned());
    LogRow { place, event, user_name, device_name, app_name }
}
