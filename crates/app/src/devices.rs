//! Lists of devices with their facets, and one device whole. Rows come from the cache; nothing is asked of the org.

mod detail;
mod duplicates;
pub(crate) mod managed;
mod row;
mod signals;
mod timeline;

use crate::{App, facets, failure, org::Org, snapshot};
use contract::{
    Failure, FailureKind, Handle,
    devices::{DeviceDetail, DevicePage, GetDevice, ListDevices},
    managed::{GetManagedCauses, ManagedCauses},
    signals::{DeviceSignals, GetDeviceSignals},
    timeline::{GetTimeline, Timeline},
};

/// Most rows of one page.
const MOST_ROWS: u32 = 500;

impl Handle<ListDevices> for App {
    async fn handle(&self, command: ListDevices) -> Result<DevicePage, Failure> {
        self.org()?.read(move |org| list(org, &command)).await
    }
}

impl Handle<GetDevice> for App {
    async fn handle(&self, command: GetDevice) -> Result<DeviceDetail, Failure> {
        self.org()?.read(move |org| detail::get(org, &command)).await
    }
}

impl Handle<GetDeviceSignals> for App {
    async fn handle(&self, command: GetDeviceSignals) -> Result<DeviceSignals, Failure> {
        self.org()?.read(move |org| signals::get(org, &command)).await
    }
}

impl Handle<GetTimeline> for App {
    async fn handle(&self, command: GetTimeline) -> Result<Timeline, Failure> {
        self.org()?.read(move |org| timeline::get(org, &command)).await
    }
}

impl Handle<GetManagedCauses> for App {
    async fn handle(&self, command: GetManagedCauses) -> Result<ManagedCauses, Failure> {
        self.org()?.read(move |org| managed::get(org, &command)).await
    }
}

fn list(org: &Org, command: &ListDevices) -> Result<DevicePage, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let listing = org.cache.devices(snapshot, &command.query).map_err(failure::cache)?;
    let offset = usize::try_from(command.offset)
        .map_err(|_| Failure::new(FailureKind::BadInput, "There are no pages that far back."))?;
    let limit = command.limit.min(MOST_ROWS) as usize;
    let rows = org.cache.device_rows(&listing, offset, limit).map_err(failure::cache)?;
    Ok(DevicePage {
        snapshot,
        now: org.now(),
        total: listing.fleet().devices(),
        matching: listing.total(),
        offset: command.offset,
        rows: rows.into_iter().map(row::row).collect(),
        facets: if command.rows_only { Vec::new() } else { facets::shown(listing.facets()) },
    })
}
