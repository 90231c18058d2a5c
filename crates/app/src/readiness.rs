//! How ready each platform is to be managed, as far as the org's devices, integrations and log tell: no API lists the set-up
//! itself.

use crate::{App, devices::managed, failure, org::Org, snapshot};
use cache::Flip;
use contract::{
    Failure, Handle,
    managed::{GetReadiness, LinkFlip, PlatformReadiness, Readiness, SetUpEvent},
};
use domain::{DeviceQuery, Facet, FacetFilter, ObjectKind, OrgObject, SnapshotId, Timestamp, UNKNOWN};

/// How far back changes of links are told.
const FLIP_DAYS: i64 = 90;
/// Most changes in one reply.
const FLIPS: usize = 2_000;

impl Handle<GetReadiness> for App {
    async fn handle(&self, command: GetReadiness) -> Result<Readiness, Failure> {
        self.org()?.read(move |org| readiness(org, command.as_of)).await
    }
}

fn readiness(org: &Org, as_of: Option<SnapshotId>) -> Result<Readiness, Failure> {
    let snapshot = snapshot::chosen(org, as_of)?;
    let now = org.now();
    let since = Timestamp(now.0 - FLIP_DAYS * Timestamp::DAY);
    // One more than is shown tells whether there are more.
    let mut flips = org.cache.flips(snapshot, since, FLIPS + 1).map_err(failure::cache)?;
    let flips_capped = flips.len() > FLIPS;
    flips.truncate(FLIPS);
    Ok(Readiness {
        snapshot,
        now,
        log_begins: org.cache.log_begins(snapshot).map_err(failure::cache)?,
        platforms: platforms(org, snapshot)?,
        flips: flips.into_iter().map(flip).collect(),
        flips_capped,
    })
}

fn platforms(org: &Org, snapshot: SnapshotId) -> Result<Vec<PlatformReadiness>, Failure> {
    let fleet = org.cache.fleet(snapshot).map_err(failure::cache)?;
    let integrations = org.cache.objects(snapshot, &ObjectKind::DeviceIntegration).map_err(failure::cache)?;
    let set_ups = managed::set_ups(org, snapshot)?;
    let mut platforms = Vec::new();
    for count in fleet.totals().of(Facet::Platform).iter().filter(|count| count.devices > 0) {
        let key = count.value.to_string();
        let filters = vec![FacetFilter::include(Facet::Platform, [key.clone()])];
        let query = DeviceQuery { filters, ..DeviceQuery::default() };
        let listing = org.cache.devices(snapshot, &query).map_err(failure::cache)?;
        let values = listing.facets().of(Facet::Managed);
        let managed = values.iter().map(|v| {
            let label = Facet::Managed.value_label(&v.value).into_owned();
            (v.value.to_string(), label, v.devices)
        });
        let fits = |object: &&OrgObject| object.variety.as_deref() == Some(&key);
        let integration =
            |object: &OrgObject| (object.name.to_string(), object.status.as_deref().map(str::to_owned));
        let told =
            set_ups.iter().filter(|(_, platform, _)| platform.as_ref().map(|p| p.as_str()) == Some(&key));
        let set_up = told.map(|(event, _, expires)| SetUpEvent {
            at: event.published,
            uuid: event.uuid.to_string(),
            event_type: event.event_type.to_string(),
            message: event.message.as_deref().map(str::to_owned),
            actor: event.actor_name.as_deref().map(str::to_owned),
            expires: expires.clone(),
        });
        platforms.push(PlatformReadiness {
            label: Facet::Platform.value_label(&key).into_owned(),
            devices: count.devices,
            managed: managed.collect(),
            integrations: if key == UNKNOWN {
                Vec::new()
            } else {
                integrations.iter().filter(fits).map(integration).collect()
            },
            set_up: set_up.collect(),
            platform: key,
        });
    }
    Ok(platforms)
}

fn flip(flip: Flip) -> LinkFlip {
    LinkFlip {
        noticed: flip.noticed,
        snapshot: flip.snapshot,
        user: flip.user_name.map_or_else(|| flip.user.to_string(), String::from),
        device: flip.device,
        device_name: flip.device_name.map(String::from),
        platform: flip.platform,
        from: flip.before,
        to: flip.after,
    }
}
