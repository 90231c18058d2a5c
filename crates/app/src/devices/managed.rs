//! Why a device is managed, or not, for each of its users: the facts are gathered here, the rules are the domain's.

use super::{duplicates, timeline::is_sign_in};
use crate::{failure, org::Org, snapshot};
use cache::DeviceDetail;
use contract::{
    Failure,
    managed::{GetManagedCauses, LinkCause, ManagedCauses},
};
use domain::{
    DeviceQuery, DeviceUser, Facet, FacetFilter, LogEvent, ManagedFacts, ManagedStatus, Platform, SetUp,
    SignIn, SnapshotId, Twin, managed_steps,
};

/// How far a device's log is looked through for sign-ins.
const EVENTS: usize = 1_000;
/// How many changes of the platforms' set-up are looked at.
const SET_UPS: usize = 200;

pub(super) fn get(org: &Org, command: &GetManagedCauses) -> Result<ManagedCauses, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let device = org.cache.device(snapshot, &command.id, EVENTS).map_err(failure::cache)?;
    let device = device.ok_or_else(|| failure::not_found("device", command.id.as_str()))?;
    let common = common(org, snapshot, &device)?;
    let links = device.links.as_deref().unwrap_or_default();
    let links = links.iter().map(|link| of_link(org, snapshot, &device, link, &common));
    Ok(ManagedCauses { snapshot, now: org.now(), links: links.collect::<Result<_, _>>()? })
}

/// What all links of the device have in common.
fn common(org: &Org, snapshot: SnapshotId, device: &DeviceDetail) -> Result<ManagedFacts, Failure> {
    let row = &device.row;
    let twins = duplicates::same_machine(org, snapshot, row)?;
    let twin = |(namesake, _): (cache::Namesake, _)| Twin {
        id: namesake.row.id,
        created: namesake.row.created,
        listed: namesake.gone.is_none(),
    };
    let set_up = set_ups(org, snapshot)?.into_iter().map(|(event, platform, _)| SetUp {
        at: event.published,
        event: event.uuid,
        event_type: event.event_type,
        platform,
    });
    let own = u64::from(row.managed == ManagedStatus::Managed);
    Ok(ManagedFacts {
        platform: row.profile.platform.clone(),
        registered: row.profile.registered,
        created: row.created,
        updated: row.last_updated,
        log_begins: org.cache.log_begins(snapshot).map_err(failure::cache)?,
        set_up: set_up.collect(),
        managed_elsewhere: managed_of(org, snapshot, row.profile.platform.as_ref())?.saturating_sub(own),
        identified: duplicates::is_identified(row),
        twins: twins.into_iter().map(twin).collect(),
        ..ManagedFacts::default()
    })
}

/// A change of a platform's set-up, the platform, and the end of what was set up.
type SetUpEvent = (LogEvent, Option<Platform>, Option<String>);

/// The changes of the platforms' set-up that the log knows, newest first, with the platform and the end of what was set up,
/// where the event says.
pub(crate) fn set_ups(org: &Org, snapshot: SnapshotId) -> Result<Vec<SetUpEvent>, Failure> {
    let events = org.cache.platform_events(snapshot, SET_UPS).map_err(failure::cache)?;
    let with = |event: LogEvent| {
        let raw = org.cache.raw_event(snapshot, &event.uuid).map_err(failure::cache)?.unwrap_or_default();
        let platform = okta_client::debug_value(&raw, "platform").map(|key| platform(&key));
        let expires = ["expires", "expiresAt", "expirationDate", "notAfter"];
        let expires = expires.into_iter().find_map(|name| okta_client::debug_value(&raw, name));
        Ok((event, platform, expires))
    };
    events.into_iter().map(with).collect()
}

/// The log calls macOS by another name than the Devices API.
fn platform(key: &str) -> Platform {
    match key.to_uppercase().as_str() {
        "OSX" => Platform::Macos,
        key => Platform::from(key),
    }
}

/// How many devices of a platform are managed.
fn managed_of(org: &Org, snapshot: SnapshotId, platform: Option<&Platform>) -> Result<u64, Failure> {
    let Some(platform) = platform else { return Ok(0) };
    let filters = vec![
        FacetFilter::include(Facet::Platform, [platform.as_str()]),
        FacetFilter::include(Facet::Managed, ["MANAGED"]),
    ];
    let query = DeviceQuery { filters, ..DeviceQuery::default() };
    Ok(org.cache.devices(snapshot, &query).map_err(failure::cache)?.total())
}

fn of_link(
    org: &Org,
    snapshot: SnapshotId,
    device: &DeviceDetail,
    link: &DeviceUser,
    common: &ManagedFacts,
) -> Result<LinkCause, Failure> {
    let status = ManagedStatus::of([link.management.as_ref()]);
    let flip = device.flips.iter().find(|flip| flip.user == link.user);
    let mut cause = LinkCause {
        user: link.user.clone(),
        name: link.name.to_string(),
        status,
        since: flip.map(|flip| flip.noticed),
        steps: Vec::new(),
    };
    if status == ManagedStatus::Managed {
        return Ok(cause);
    }
    let others = device.links.iter().flatten().filter(|other| other.user != link.user);
    let others = others.map(|other| (other.name.clone(), ManagedStatus::of([other.management.as_ref()])));
    let signed_in = |event: &&LogEvent| is_sign_in(event) && event.user.as_ref() == Some(&link.user);
    let sign_in = match device.events.iter().find(signed_in) {
        Some(event) => {
            let raw = org.cache.raw_event(snapshot, &event.uuid).map_err(failure::cache)?;
            let result = raw.and_then(|raw| okta_client::debug_value(&raw, "result")).map(Into::into);
            Some(SignIn { at: event.published, event: event.uuid.clone(), result })
        }
        None => None,
    };
    let facts = ManagedFacts { linked: link.created, sign_in, others: others.collect(), ..common.clone() };
    cause.steps = managed_steps(&facts);
    Ok(cause)
}
