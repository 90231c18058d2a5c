//! A device as the cells of a file: wire names and plain values, so that a program can read them. Empty is "never reported".

use cache::DeviceRow;
use domain::{Attribute, ManagedStatus, Timestamp};
use serde_json::Value;

/// The id, then the columns.
pub(super) fn row(row: &DeviceRow, columns: &[Attribute]) -> Vec<Value> {
    let id = Value::from(row.id.as_str());
    std::iter::once(id).chain(columns.iter().map(|column| cell(row, *column))).collect()
}

fn cell(row: &DeviceRow, column: Attribute) -> Value {
    let p = &row.profile;
    match column {
        Attribute::Name => text(&p.display_name),
        Attribute::Platform => p.platform.as_ref().map(|platform| platform.as_str()).into(),
        Attribute::User => text(&row.user_name),
        Attribute::Managed => managed(row.managed),
        Attribute::Risk => row.risk.as_ref().map(|risk| risk.as_str()).into(),
        Attribute::Lifecycle => row.status.as_str().into(),
        Attribute::Serial => text(&p.serial_number),
        Attribute::Encryption => p.disk_encryption.as_ref().map(|encryption| encryption.as_str()).into(),
        Attribute::LastUpdated => time(row.last_updated),
        Attribute::ScreenLock => row.screen_lock.as_ref().map(|lock| lock.as_str()).into(),
        Attribute::Model => text(&p.model),
        Attribute::Manufacturer => text(&p.manufacturer),
        Attribute::OsVersion => text(&p.os_version),
        Attribute::SecureHardware => p.secure_hardware_present.into(),
        Attribute::Registered => p.registered.into(),
        Attribute::Jailbreak => p.jailbreak.into(),
        Attribute::Users => row.users.into(),
        Attribute::Created => time(row.created),
        Attribute::Duplicates => p.serial_number.as_ref().map(|_| row.same_serial).into(),
        Attribute::Udid => text(&p.udid),
        Attribute::Imei => text(&p.imei),
        Attribute::Meid => text(&p.meid),
        Attribute::Sid => text(&p.sid),
        Attribute::TpmPublicKeyHash => text(&p.tpm_public_key_hash),
    }
}

fn text(text: &Option<Box<str>>) -> Value {
    text.as_deref().into()
}

fn time(time: Option<Timestamp>) -> Value {
    time.map(Timestamp::to_rfc3339).into()
}

fn managed(managed: ManagedStatus) -> Value {
    match managed {
        ManagedStatus::Managed => "MANAGED".into(),
        ManagedStatus::NotManaged => "NOT_MANAGED".into(),
        ManagedStatus::Mixed => "MIXED".into(),
        ManagedStatus::Unknown => Value::Null,
    }
}
