//! One person whole, as the snapshot and the log have them.

use super::row::managed;
use crate::{failure, org::Org, snapshot};
use contract::{
    Failure,
    users::{GetUser, UserDetail, UserDevice, UserSession},
};
use domain::ManagedStatus;

/// So many System Log events are shown with a person.
const EVENTS: usize = 100;

/// The person of this id in the snapshot that was asked for.
pub(super) fn get(org: &Org, command: &GetUser) -> Result<UserDetail, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let found = org.cache.person(snapshot, &command.id, EVENTS).map_err(failure::cache)?;
    let found = found.ok_or_else(|| failure::not_found("user", command.id.as_str()))?;
    Ok(UserDetail {
        snapshot,
        now: org.now(),
        managed: managed(&found.row),
        devices_known: found.row.devices.is_some(),
        user: found.row.user,
        risk: found.risk,
        peak: found.row.peak,
        risks: found.risks,
        devices: found.devices.into_iter().map(device).collect(),
        sessions: found.sessions.into_iter().map(session).collect(),
        sessions_complete: found.all_looked_through,
        events: found.events,
        raw: found.raw,
    })
}

fn device(device: cache::PersonDevice) -> UserDevice {
    UserDevice {
        id: device.id,
        name: device.name.map(String::from),
        platform: device.platform,
        os_version: device.os_version.map(String::from),
        lifecycle: device.status,
        managed: ManagedStatus::of([device.link.management.as_ref()]),
        last_updated: device.last_updated,
        linked: device.link.created,
    }
}

fn session(session: cache::Session) -> UserSession {
    UserSession {
        id: session.id.into(),
        started: session.started,
        first_seen: session.first_seen,
        last_seen: session.last_seen,
        ip: session.ip.map(String::from),
        addresses: session.addresses,
        apps: session.apps,
        events: session.events,
        ended: session.ended,
    }
}
