//! Lists of devices with their facets, and one device whole. Rows come from the cache; nothing is asked of the org.

mod detail;
mod duplicates;
pub(crate) mod managed;
mod row;
pub(crate) mod set;
mod signals;
mod timeline;

use crate::{App, facets, failure, org::Org, snapshot};
use contract::{
    Failure, FailureKind, Handle,
    devices::{DeviceDetail, DevicePage, DeviceRow, GetDevice, GetDeviceRows, ListDeviceIds, ListDevices},
    managed::{GetManagedCauses, ManagedCauses},
    signals::{DeviceSignals, GetDeviceSignals},
    timeline::{GetTimeline, Timeline},
};
use domain::DeviceId;

/// Most rows of one page.
const MOST_ROWS: u32 = 500;
/// Most ids of one range, and most rows that are asked for by id.
const MOST_IDS: u32 = 10_000;

impl Handle<ListDevices> for App {
    async fn handle(&self, command: ListDevices) -> Result<DevicePage, Failure> {
        self.org()?.read(move |org| list(org, &command)).await
    }
}

impl Handle<ListDeviceIds> for App {
    async fn handle(&self, command: ListDeviceIds) -> Result<Vec<DeviceId>, Failure> {
        self.org()?.read(move |org| ids(org, &command)).await
    }
}

impl Handle<GetDeviceRows> for App {
    async fn handle(&self, command: GetDeviceRows) -> Result<Vec<DeviceRow>, Failure> {
        self.org()?.read(move |org| rows(org, &command)).await
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
    let offset = place(command.offset)?;
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

fn place(offset: u64) -> Result<usize, Failure> {
    usize::try_from(offset)
        .map_err(|_| Failure::new(FailureKind::BadInput, "There are no pages that far back."))
}

fn ids(org: &Org, command: &ListDeviceIds) -> Result<Vec<DeviceId>, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let listing = org.cache.devices(snapshot, &command.query).map_err(failure::cache)?;
    let limit = command.limit.min(MOST_IDS) as usize;
    org.cache.device_ids(&listing, place(command.offset)?, limit).map_err(failure::cache)
}

fn rows(org: &Org, command: &GetDeviceRows) -> Result<Vec<DeviceRow>, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let some = &command.ids[..command.ids.len().min(MOST_IDS as usize)];
    let found = org.cache.rows_of(snapshot, some, &command.sort).map_err(failure::cache)?;
    Ok(found.into_iter().map(row::row).collect())
}
