//! A device's timeline: what syncs noticed of it, log events about it, and log events about its users that matter to it.
//! Each entry is of one kind, so that the count of a kind is the number of its entries.

mod kind;

pub(super) use kind::is_sign_in;

use crate::{failure, org::Org, snapshot};
use cache::{DeviceDetail, DeviceEvent, Flip};
use contract::{
    Failure,
    devices::FieldChange,
    timeline::{GetTimeline, Happening, Timeline, TimelineEntry, TimelineKind as Kind},
};
use domain::{LogEvent, SnapshotId, Timestamp};
use std::{cmp::Reverse, collections::HashSet};

/// Most log events that are looked at: of the device, and of each of its users.
const EVENTS: usize = 5_000;
const EVENTS_OF_USER: usize = 1_000;
/// Most users whose events are looked at.
const USERS: usize = 10;
/// Most entries of one reply.
const MOST: u32 = 500;

/// An entry with the snapshot that noticed it, where one did.
struct Found {
    at: Timestamp,
    kind: Kind,
    what: Happening,
    noticed: Option<SnapshotId>,
}

pub(super) fn get(org: &Org, command: &GetTimeline) -> Result<Timeline, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let device = org.cache.device(snapshot, &command.id, EVENTS).map_err(failure::cache)?;
    let device = device.ok_or_else(|| failure::not_found("device", command.id.as_str()))?;
    let mut capped = device.events.len() == EVENTS;
    let mut found = of_users(org, snapshot, &device, &mut capped)?;
    noticed(device, &mut found);
    // Stable: what a sync noticed at one time stays in its order.
    found.sort_by_key(|entry| Reverse(entry.at));
    let count =
        |kind| u32::try_from(found.iter().filter(|entry| entry.kind == kind).count()).unwrap_or(u32::MAX);
    let counts: Vec<(Kind, u32)> = Kind::ALL.into_iter().map(|kind| (kind, count(kind))).collect();
    let wanted = |kind: Kind| command.kinds.is_empty() || command.kinds.contains(&kind);
    let matching = counts.iter().filter(|(kind, _)| wanted(*kind)).map(|(_, n)| n).sum();
    let page = found.into_iter().filter(|entry| wanted(entry.kind)).skip(command.offset as usize);
    let entries = page.take(command.limit.min(MOST) as usize).map(|entry| shown(org, snapshot, entry));
    Ok(Timeline {
        snapshot,
        now: org.now(),
        counts,
        matching,
        offset: command.offset,
        entries: entries.collect::<Result<_, _>>()?,
        capped,
    })
}

fn shown(org: &Org, until: SnapshotId, entry: Found) -> Result<TimelineEntry, Failure> {
    let in_force = match entry.noticed {
        Some(snapshot) => Some(snapshot),
        None => org.cache.in_force(entry.at).map_err(failure::cache)?,
    };
    let in_force = in_force.map(|snapshot| snapshot.min(until));
    Ok(TimelineEntry { at: entry.at, kind: entry.kind, what: entry.what, in_force })
}

/// What the log says of the device's users, other than what they did themselves elsewhere.
fn of_users(
    org: &Org,
    snapshot: SnapshotId,
    device: &DeviceDetail,
    capped: &mut bool,
) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for link in device.links.iter().flatten().take(USERS) {
        let events =
            org.cache.events_about_person(snapshot, &link.user, EVENTS_OF_USER).map_err(failure::cache)?;
        *capped |= events.len() == EVENTS_OF_USER;
        for event in events {
            if let Some(kind) = kind::of_user_event(&event)
                && seen.insert(event.uuid.clone())
            {
                found.push(told(event, kind));
            }
        }
    }
    *capped |= device.links.as_ref().is_some_and(|links| links.len() > USERS);
    Ok(found)
}

/// What syncs noticed, and the log events about the device itself.
fn noticed(device: DeviceDetail, found: &mut Vec<Found>) {
    let DeviceDetail { row, events, history, flips, .. } = device;
    let enrolled =
        row.created.map(|at| Found { at, kind: Kind::Lifecycle, what: Happening::Enrolled, noticed: None });
    found.extend(enrolled);
    for flip in flips {
        let when = history.iter().find(|entry| entry.snapshot == flip.snapshot);
        let at = when.and_then(|entry| entry.last_updated).unwrap_or(flip.noticed);
        found.push(flipped(flip, at));
    }
    let flipped: HashSet<SnapshotId> = found.iter().filter_map(|entry| entry.noticed).collect();
    for entry in history {
        let at = entry.last_updated.unwrap_or(entry.noticed);
        let put = |kind, what| Found { at, kind, what, noticed: Some(entry.snapshot) };
        let changes = match entry.event {
            // That a sync saw it for the first time says nothing about the device; its own `created` does.
            DeviceEvent::Appeared => continue,
            DeviceEvent::Gone => {
                found.push(put(Kind::Lifecycle, Happening::Gone));
                continue;
            }
            DeviceEvent::Changed(changes) => changes,
            DeviceEvent::Returned(changes) => {
                found.push(put(Kind::Lifecycle, Happening::Returned));
                changes
            }
        };
        let mut of_kind: Vec<(Kind, Vec<FieldChange>)> = Vec::new();
        for change in changes {
            let kind = match change.field {
                "status" => Kind::Lifecycle,
                // Told link by link already.
                "managementStatus" if flipped.contains(&entry.snapshot) => continue,
                "managementStatus" => Kind::Managed,
                _ => Kind::Attribute,
            };
            let change = FieldChange { field: change.field.to_owned(), from: change.from, to: change.to };
            match of_kind.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, changes)) => changes.push(change),
                None => of_kind.push((kind, vec![change])),
            }
        }
        found.extend(of_kind.into_iter().map(|(kind, changes)| put(kind, Happening::Changed(changes))));
    }
    found.extend(events.into_iter().map(|event| {
        let kind = kind::of_device_event(&event);
        told(event, kind)
    }));
}

fn flipped(flip: Flip, at: Timestamp) -> Found {
    let user = flip.user_name.map_or_else(|| flip.user.to_string(), String::from);
    let what = Happening::Flipped { user, from: flip.before, to: flip.after };
    Found { at, kind: Kind::Managed, what, noticed: Some(flip.snapshot) }
}

fn told(event: LogEvent, kind: Kind) -> Found {
    let text = |text: Option<Box<str>>| text.map(String::from);
    let what = Happening::Event {
        uuid: event.uuid.into(),
        event_type: event.event_type.into(),
        message: text(event.message),
        outcome: text(event.outcome),
        reason: text(event.reason),
        actor: text(event.actor_name),
    };
    Found { at: event.published, kind, what, noticed: None }
}
