//! One device whole: its people with their own status and risk, others with its serial number, and its past.

use crate::{failure, org::Org, snapshot};
use cache::DeviceEvent;
use contract::{
    Failure,
    devices::{DeviceDetail, FieldChange, GetDevice, HistoryEntry, HistoryKind, LinkedUser},
};
use domain::{Device, DeviceId, DeviceQuery, DeviceUser, LogEvent, RiskLevel, SnapshotId, UserId};
use std::collections::HashMap;

/// So many System Log events are shown with a device.
const EVENTS: usize = 100;
/// So many other devices with the same serial number are named.
const NAMED: usize = 20;

/// The device of this id in the snapshot that was asked for.
pub(super) fn get(org: &Org, command: &GetDevice) -> Result<DeviceDetail, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let found = org.cache.device(snapshot, &command.id, EVENTS).map_err(failure::cache)?;
    let found = found.ok_or_else(|| failure::not_found("device", command.id.as_str()))?;
    let row = found.row;
    let links = found.links.unwrap_or_default();
    Ok(DeviceDetail {
        snapshot,
        now: org.now(),
        managed: row.managed,
        risk: row.risk.clone(),
        users: linked_users(org, snapshot, &links)?,
        same_serial: match row.profile.serial_number.as_deref().filter(|_| found.same_serial > 0) {
            Some(serial) => same_serial(org, snapshot, &row.id, serial)?,
            None => Vec::new(),
        },
        history: history(row.created, found.history, found.events),
        raw: found.raw,
        device: Device {
            id: row.id,
            status: row.status,
            created: row.created,
            last_updated: row.last_updated,
            profile: row.profile,
            users: row.users.map(|_| links),
        },
    })
}

fn linked_users(org: &Org, snapshot: SnapshotId, links: &[DeviceUser]) -> Result<Vec<LinkedUser>, Failure> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let risks = org.cache.user_risks(snapshot).map_err(failure::cache)?;
    let risks: HashMap<UserId, RiskLevel> = risks.into_iter().map(|risk| (risk.user, risk.level)).collect();
    let linked = |link: &DeviceUser| {
        let account = org.cache.user(snapshot, &link.user).map_err(failure::cache)?;
        Ok(LinkedUser {
            id: link.user.clone(),
            name: link.name.to_string(),
            login: link.login.as_deref().map(str::to_owned),
            status: account.map(|account| account.status),
            managed: domain::ManagedStatus::of([link.management.as_ref()]),
            screen_lock: link.screen_lock.clone(),
            risk: risks.get(&link.user).cloned(),
            since: link.created,
        })
    };
    links.iter().map(linked).collect()
}

fn same_serial(
    org: &Org,
    snapshot: SnapshotId,
    own: &DeviceId,
    serial: &str,
) -> Result<Vec<(DeviceId, String)>, Failure> {
    let query = DeviceQuery { search: serial.to_owned(), ..DeviceQuery::default() };
    let listing = org.cache.devices(snapshot, &query).map_err(failure::cache)?;
    // The search finds words that begin so, in any field: more than is asked for.
    let rows = org.cache.device_rows(&listing, 0, NAMED * 5).map_err(failure::cache)?;
    let same =
        rows.into_iter().filter(|row| row.id != *own && row.profile.serial_number.as_deref() == Some(serial));
    let named = same.map(|row| {
        let name = row.profile.display_name.unwrap_or_else(|| row.id.as_str().into());
        (row.id, String::from(name))
    });
    Ok(named.take(NAMED).collect())
}

/// What the syncs noticed and what the log says, newest first.
fn history(
    created: Option<domain::Timestamp>,
    noticed: Vec<cache::HistoryEntry>,
    events: Vec<LogEvent>,
) -> Vec<HistoryEntry> {
    let enrolled = created.map(|at| HistoryEntry { at, kind: HistoryKind::Enrolled });
    let mut entries: Vec<HistoryEntry> = noticed.into_iter().filter_map(change).collect();
    entries.extend(events.into_iter().map(event));
    entries.extend(enrolled);
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries
}

fn change(entry: cache::HistoryEntry) -> Option<HistoryEntry> {
    let kind = match entry.event {
        // That a sync saw it for the first time says nothing about the device; its own `created` does.
        DeviceEvent::Appeared | DeviceEvent::Gone => return None,
        // A sign-in that changed nothing but its own date is told by the log.
        DeviceEvent::Changed(changes) if changes.is_empty() => return None,
        DeviceEvent::Changed(changes) | DeviceEvent::Returned(changes) => {
            HistoryKind::Changed(changes.into_iter().map(field).collect())
        }
    };
    Some(HistoryEntry { at: entry.last_updated.unwrap_or(entry.noticed), kind })
}

fn field(change: cache::Change) -> FieldChange {
    FieldChange { field: change.field.to_owned(), from: change.from, to: change.to }
}

fn event(event: LogEvent) -> HistoryEntry {
    let text = |text: Option<Box<str>>| text.map(String::from);
    HistoryEntry {
        at: event.published,
        kind: HistoryKind::Event {
            event_type: event.event_type.into(),
            message: text(event.message),
            outcome: text(event.outcome),
            actor: text(event.actor_name),
        },
    }
}
