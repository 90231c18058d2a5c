//! Devices: lists with their facets, and one device whole.

use crate::{Command, Topic};
use domain::{
    Device, DeviceId, DeviceQuery, DiskEncryption, Facet, Lifecycle, ManagedStatus, Platform, RiskLevel,
    ScreenLock, SnapshotId, SortKey, Timestamp, UserId, UserStatus,
};
use serde::{Deserialize, Serialize};

/// Asks for one page of the devices that match, with the counts of every facet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListDevices {
    /// A past snapshot; `None` is the newest.
    pub as_of: Option<SnapshotId>,
    pub query: DeviceQuery,
    pub offset: u64,
    /// At most 500 rows.
    pub limit: u32,
    /// Leaves the facet counts out of the reply: for further pages of the same query.
    pub rows_only: bool,
}

impl Command for ListDevices {
    type Reply = DevicePage;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// One page of devices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DevicePage {
    /// The snapshot that every number and row here belongs to.
    pub snapshot: SnapshotId,
    /// The core's clock at the time of the answer; ages and age buckets are told against it.
    pub now: Timestamp,
    /// Devices in the snapshot.
    pub total: u64,
    /// Devices that match.
    pub matching: u64,
    pub offset: u64,
    pub rows: Vec<DeviceRow>,
    /// Counts per facet value. A count says how many rows there would be if only that value of its facet were chosen,
    /// with the other facets' filters and the search as they are.
    pub facets: Vec<FacetCounts>,
}

/// One facet with the counts of its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FacetCounts<F = Facet> {
    pub facet: F,
    pub values: Vec<FacetCount>,
}

/// One value of a facet and how many rows have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FacetCount {
    /// The value's key, as a filter names it; `~` is unknown.
    pub value: String,
    /// The value for a person.
    pub label: String,
    pub count: u64,
}

/// One device as a row. `None` is "the org never reported it".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceRow {
    pub id: DeviceId,
    pub name: Option<String>,
    pub platform: Option<Platform>,
    pub os_version: Option<String>,
    pub manufacturer: Option<String>,
    pub model: Option<String>,
    pub serial: Option<String>,
    /// The user linked first, and how many there are.
    pub user: Option<String>,
    pub users: Option<u32>,
    pub managed: ManagedStatus,
    pub lifecycle: Lifecycle,
    pub encryption: Option<DiskEncryption>,
    pub screen_lock: Option<ScreenLock>,
    pub secure_hardware: Option<bool>,
    pub registered: Option<bool>,
    /// The highest level among its users; `None` when nothing was ever reported about any of them.
    pub risk: Option<RiskLevel>,
    pub last_updated: Option<Timestamp>,
    pub created: Option<Timestamp>,
    pub udid: Option<String>,
    pub imei: Option<String>,
    pub meid: Option<String>,
    /// Windows security identifier.
    pub sid: Option<String>,
    pub tpm_public_key_hash: Option<String>,
    pub jailbreak: Option<bool>,
    /// How many other devices report the same serial number.
    pub same_serial: u64,
}

/// Asks for the ids of some of the devices that match, in the list's order: for choosing a range of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListDeviceIds {
    pub as_of: Option<SnapshotId>,
    pub query: DeviceQuery,
    pub offset: u64,
    /// At most 10 000 ids.
    pub limit: u32,
}

impl Command for ListDeviceIds {
    type Reply = Vec<DeviceId>;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// Asks for the rows of these devices. One that the snapshot does not have is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetDeviceRows {
    pub as_of: Option<SnapshotId>,
    /// At most 10 000.
    pub ids: Vec<DeviceId>,
    pub sort: Vec<SortKey>,
}

impl Command for GetDeviceRows {
    type Reply = Vec<DeviceRow>;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// Asks for one device with its users and its past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetDevice {
    pub as_of: Option<SnapshotId>,
    pub id: DeviceId,
}

impl Command for GetDevice {
    type Reply = DeviceDetail;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// One device whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceDetail {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub device: Device,
    pub managed: ManagedStatus,
    pub risk: Option<RiskLevel>,
    pub users: Vec<LinkedUser>,
    /// The newest sign of life; `None` where there never was one.
    pub evidence: Option<Evidence>,
    /// Other records of the same machine, newest evidence first.
    pub duplicates: Vec<Duplicate>,
    /// The reply of the org, as it came.
    pub raw: String,
}

/// The newest sign of life of a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub at: Timestamp,
    /// The log event that it is: its `uuid` and what it says. `None` is the record's own `lastUpdated`.
    pub event: Option<(String, String)>,
}

/// Another record with the same serial number or UDID.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Duplicate {
    pub row: DeviceRow,
    /// What is the same: `serialNumber`, `udid`.
    pub same: Vec<String>,
    /// Its last evidence is younger than that of the device that was asked for; `None` where one of them is unknown.
    pub newer: Option<bool>,
    /// What differs: from that of the device that was asked for, to its own.
    pub differences: Vec<FieldChange>,
}

/// One user of the device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkedUser {
    pub id: UserId,
    pub name: String,
    pub login: Option<String>,
    pub status: Option<UserStatus>,
    pub managed: ManagedStatus,
    pub screen_lock: Option<ScreenLock>,
    pub risk: Option<RiskLevel>,
    pub since: Option<Timestamp>,
}

/// One attribute's change. `None` is "not reported".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: String,
    pub from: Option<String>,
    pub to: Option<String>,
}
