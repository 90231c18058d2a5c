//! Other records of the same machine: the same serial number or UDID, with what differs.

use super::row;
use crate::{failure, org::Org};
use cache::{DeviceRow, Namesake};
use contract::{
    Failure,
    devices::{Duplicate, FieldChange},
};
use domain::{DiskEncryption, ManagedStatus, ScreenLock, SnapshotId, identifier};

/// So many are shown beside a device.
const SHOWN: usize = 20;

/// Records of the same machine, whether the org still lists them or not, with what is the same.
pub(super) fn same_machine(
    org: &Org,
    snapshot: SnapshotId,
    own: &DeviceRow,
) -> Result<Vec<(Namesake, Vec<&'static str>)>, Failure> {
    let mut found: Vec<(Namesake, Vec<&'static str>)> = Vec::new();
    let numbers = |row: &DeviceRow| [row.profile.serial_number.clone(), row.profile.udid.clone()];
    for (at, (name, number)) in ["serialNumber", "udid"].into_iter().zip(numbers(own)).enumerate() {
        let Some(number) = number else { continue };
        let Some(compared) = identifier(&number) else { continue };
        for namesake in org.cache.namesakes(snapshot, &own.id, &number).map_err(failure::cache)? {
            let other = numbers(&namesake.row)[at].as_deref().and_then(identifier);
            if other.as_deref() != Some(&compared) {
                continue;
            }
            match found.iter_mut().find(|(known, _)| known.row.id == namesake.row.id) {
                Some((_, same)) => same.push(name),
                None => found.push((namesake, vec![name])),
            }
        }
    }
    Ok(found)
}

/// Whether there is a number to tell other records by.
pub(super) fn is_identified(own: &DeviceRow) -> bool {
    [&own.profile.serial_number, &own.profile.udid]
        .into_iter()
        .any(|number| number.as_deref().and_then(identifier).is_some())
}

/// The records that the org lists beside this one.
pub(super) fn of(org: &Org, snapshot: SnapshotId, own: &DeviceRow) -> Result<Vec<Duplicate>, Failure> {
    let mut listed: Vec<_> = same_machine(org, snapshot, own)?
        .into_iter()
        .filter(|(namesake, _)| namesake.gone.is_none())
        .collect();
    listed.sort_by_key(|(namesake, _)| std::cmp::Reverse(namesake.row.last_updated));
    let duplicate = |(namesake, same): (Namesake, Vec<&'static str>)| Duplicate {
        same: same.into_iter().map(str::to_owned).collect(),
        newer: own.last_updated.zip(namesake.row.last_updated).map(|(own, other)| other > own),
        differences: differences(own, &namesake.row),
        row: row::row(namesake.row),
    };
    Ok(listed.into_iter().take(SHOWN).map(duplicate).collect())
}

fn differences(own: &DeviceRow, other: &DeviceRow) -> Vec<FieldChange> {
    let pairs = told(own).into_iter().zip(told(other));
    let differ = pairs.filter(|((_, own), (_, other))| own != other);
    differ.map(|((field, from), (_, to))| FieldChange { field: field.to_owned(), from, to }).collect()
}

/// What tells two records of a machine apart, in words.
fn told(row: &DeviceRow) -> [(&'static str, Option<String>); 11] {
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let p = &row.profile;
    let managed = match row.managed {
        ManagedStatus::Managed => Some("Managed"),
        ManagedStatus::NotManaged => Some("Not managed"),
        ManagedStatus::Mixed => Some("Managed for some users"),
        ManagedStatus::Unknown => None,
    };
    [
        ("displayName", text(&p.display_name)),
        ("status", Some(row.status.label().to_owned())),
        ("user", text(&row.user_name)),
        ("users", row.users.map(|n| n.to_string())),
        ("managementStatus", managed.map(str::to_owned)),
        ("osVersion", text(&p.os_version)),
        ("udid", text(&p.udid)),
        ("serialNumber", text(&p.serial_number)),
        ("diskEncryptionType", p.disk_encryption.as_ref().map(DiskEncryption::label).map(str::to_owned)),
        ("screenLockType", row.screen_lock.as_ref().map(ScreenLock::label).map(str::to_owned)),
        ("registered", p.registered.map(|yes| if yes { "Yes" } else { "No" }.to_owned())),
    ]
}
