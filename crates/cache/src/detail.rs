//! Everything known of one device in one snapshot: its row, its people, the JSON as it came, log events about it, and
//! how it came to be what it is.

use crate::device::{self, DeviceRow};
use crate::log_event;
use crate::managed_flip::{self, Flip};
use crate::version::OPEN;
use crate::{Result, Store, device_link, raw};
use domain::{
    DeviceId, DeviceUser, DiskEncryption, Facet, LogEvent, Platform, RiskLevel, ScreenLock, SnapshotId,
    Timestamp,
};
use rusqlite::{Connection, OptionalExtension, params};

/// A device in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceDetail {
    pub row: DeviceRow,
    /// `None` where the org never said who uses it; an empty list is an orphan.
    pub links: Option<Vec<DeviceUser>>,
    /// The JSON as the org sent it.
    pub raw: String,
    /// How many other devices report the same serial number.
    pub same_serial: u64,
    /// The latest log events about it that were known in the snapshot, newest first.
    pub events: Vec<LogEvent>,
    /// What became of it, newest first.
    pub history: Vec<HistoryEntry>,
    /// How the management status of its links changed, newest first.
    pub flips: Vec<Flip>,
}

/// One entry of a device's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The sync that noticed it, and when that ended.
    pub snapshot: SnapshotId,
    pub noticed: Timestamp,
    /// What the org gave as the device's last update.
    pub last_updated: Option<Timestamp>,
    pub event: DeviceEvent,
}

/// What happened to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceEvent {
    /// Seen for the first time.
    Appeared,
    /// Its attributes changed. An empty list is a change in nothing but `lastUpdated` or what has no column here.
    Changed(Vec<Change>),
    /// The org no longer listed it.
    Gone,
    /// It was gone and is listed again.
    Returned(Vec<Change>),
}

/// One attribute's change; `None` is "not reported".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The attribute's name as the Devices API spells it.
    pub field: &'static str,
    pub from: Option<String>,
    pub to: Option<String>,
}

impl Store {
    /// A device in full, with at most `events` log events; `None` if the snapshot has no such device.
    pub fn device(&self, snapshot: SnapshotId, id: &DeviceId, events: usize) -> Result<Option<DeviceDetail>> {
        let fleet = self.fleet(snapshot)?;
        let reader = self.reader()?;
        let sql = format!(
            "SELECT {}, d.raw, d.raw_at, d.raw_len, d.links, d.pk FROM device_id i JOIN device d ON d.pk = i.pk
             WHERE i.okta = ?1 AND d.valid_from <= ?2 AND d.valid_to > ?2",
            device::ROW
        );
        let after = device::ROW_LEN;
        let found = reader
            .prepare_cached(&sql)?
            .query_row(params![id.as_str(), snapshot.0], |row| {
                let (links, pk): (i64, u32) = (row.get(after + 3)?, row.get(after + 4)?);
                let risk = fleet.value(Facet::Risk, pk).map(RiskLevel::from);
                Ok((device::read_row(row, risk)?, device::raw_ref(row, after)?, links, pk))
            })
            .optional()?;
        let Some((row, raw, links, pk)) = found else { return Ok(None) };
        let links = row.users.map(|_| device_link::read(&reader, links)).transpose()?;
        let same_serial = fleet.same_serial(pk);
        Ok(Some(DeviceDetail {
            row: DeviceRow { same_serial, ..row },
            links,
            raw: raw::read(&reader, raw)?,
            same_serial,
            events: log_event::about_device(&reader, id, snapshot, events)?,
            history: history(&reader, pk, snapshot)?,
            flips: managed_flip::of_device(&reader, pk, snapshot)?,
        }))
    }
}

/// One version of a device with the snapshots it is true for.
struct Version {
    row: DeviceRow,
    from: i64,
    to: i64,
}

fn history(connection: &Connection, pk: u32, snapshot: SnapshotId) -> Result<Vec<HistoryEntry>> {
    let sql = format!(
        "SELECT {}, d.valid_from, d.valid_to FROM device d JOIN device_id i ON i.pk = d.pk
         WHERE d.pk = ?1 AND d.valid_from <= ?2 AND d.valid_to > d.valid_from ORDER BY d.valid_from, d.id",
        device::ROW
    );
    let after = device::ROW_LEN;
    let mut statement = connection.prepare_cached(&sql)?;
    let versions = statement.query_map(params![pk, snapshot.0], |row| {
        Ok(Version { row: device::read_row(row, None)?, from: row.get(after)?, to: row.get(after + 1)? })
    })?;
    let mut entries = Vec::new();
    let mut before: Option<Version> = None;
    for version in versions {
        let version = version?;
        let event = match &before {
            None => DeviceEvent::Appeared,
            Some(b) if b.to == version.from => DeviceEvent::Changed(changes(&b.row, &version.row)),
            Some(b) => {
                entries.push((b.to, None, DeviceEvent::Gone));
                DeviceEvent::Returned(changes(&b.row, &version.row))
            }
        };
        entries.push((version.from, version.row.last_updated, event));
        before = Some(version);
    }
    if let Some(last) = before.filter(|b| b.to != OPEN && b.to <= snapshot.0) {
        entries.push((last.to, None, DeviceEvent::Gone));
    }
    let mut finished = connection.prepare_cached("SELECT finished FROM run WHERE id = ?1")?;
    let mut history = Vec::with_capacity(entries.len());
    for (run, last_updated, event) in entries.into_iter().rev() {
        let noticed = Timestamp(finished.query_row([run], |row| row.get(0))?);
        history.push(HistoryEntry { snapshot: SnapshotId(run), noticed, last_updated, event });
    }
    Ok(history)
}

fn changes(before: &DeviceRow, after: &DeviceRow) -> Vec<Change> {
    let (before, after) = (fields(before), fields(after));
    let pairs = before.into_iter().zip(after);
    let changed = pairs.filter(|((_, from), (_, to))| from != to);
    changed.map(|((field, from), (_, to))| Change { field, from, to }).collect()
}

/// The attributes whose change is told, by the Devices API's names.
fn fields(row: &DeviceRow) -> [(&'static str, Option<String>); 20] {
    let text = |t: &Option<Box<str>>| t.as_deref().map(str::to_owned);
    let yes = |b: Option<bool>| b.map(|b| b.to_string());
    let p = &row.profile;
    [
        ("status", Some(row.status.as_str().to_owned())),
        ("displayName", text(&p.display_name)),
        ("platform", p.platform.as_ref().map(Platform::as_str).map(str::to_owned)),
        ("manufacturer", text(&p.manufacturer)),
        ("model", text(&p.model)),
        ("osVersion", text(&p.os_version)),
        ("serialNumber", text(&p.serial_number)),
        ("udid", text(&p.udid)),
        ("imei", text(&p.imei)),
        ("meid", text(&p.meid)),
        ("sid", text(&p.sid)),
        ("tpmPublicKeyHash", text(&p.tpm_public_key_hash)),
        ("registered", yes(p.registered)),
        ("secureHardwarePresent", yes(p.secure_hardware_present)),
        ("diskEncryptionType", p.disk_encryption.as_ref().map(DiskEncryption::as_str).map(str::to_owned)),
        ("jailbreak", yes(p.jailbreak)),
        ("users", row.users.map(|n| n.to_string())),
        ("user", text(&row.user_name)),
        ("managementStatus", device::managed_key(row.managed).map(str::to_owned)),
        ("screenLockType", row.screen_lock.as_ref().map(ScreenLock::as_str).map(str::to_owned)),
    ]
}
