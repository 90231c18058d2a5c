//! The columns of each export. Names and values are stable: scripts rely on them. Empty means that the org never said.

use app::Link;
use cache::DeviceRow;
use domain::{ManagedStatus, OrgObject, Timestamp, User};
use serde_json::Value;

pub const DEVICES: &[&str] = &[
    "id",
    "name",
    "status",
    "platform",
    "os_version",
    "manufacturer",
    "model",
    "serial",
    "udid",
    "imei",
    "meid",
    "sid",
    "managed",
    "disk_encryption",
    "screen_lock",
    "secure_hardware",
    "registered",
    "jailbreak",
    "users",
    "first_user",
    "user_risk",
    "created",
    "last_updated",
];

pub const LINKS: &[&str] = &[
    "device_id",
    "device_name",
    "serial",
    "user_id",
    "user_name",
    "login",
    "email",
    "managed",
    "screen_lock",
    "created",
];

pub const USERS: &[&str] = &[
    "id",
    "status",
    "login",
    "email",
    "first_name",
    "last_name",
    "display_name",
    "title",
    "department",
    "created",
    "last_updated",
    "last_login",
    "status_changed",
];

pub const OBJECTS: &[&str] = &["kind", "id", "parent", "name", "type", "status", "last_updated"];

/// One device.
pub fn device(row: &DeviceRow) -> [Value; 23] {
    let p = &row.profile;
    [
        row.id.as_str().into(),
        text(&p.display_name),
        row.status.as_str().into(),
        p.platform.as_ref().map(|platform| platform.as_str()).into(),
        text(&p.os_version),
        text(&p.manufacturer),
        text(&p.model),
        text(&p.serial_number),
        text(&p.udid),
        text(&p.imei),
        text(&p.meid),
        text(&p.sid),
        managed(row.managed),
        p.disk_encryption.as_ref().map(|encryption| encryption.as_str()).into(),
        row.screen_lock.as_ref().map(|lock| lock.as_str()).into(),
        p.secure_hardware_present.into(),
        p.registered.into(),
        p.jailbreak.into(),
        row.users.into(),
        text(&row.user_name),
        row.risk.as_ref().map(|risk| risk.as_str()).into(),
        time(row.created),
        time(row.last_updated),
    ]
}

/// One user of one device.
pub fn link(row: &Link) -> [Value; 10] {
    let link = &row.link;
    [
        row.device.as_str().into(),
        text(&row.device_name),
        text(&row.serial),
        link.user.as_str().into(),
        (&*link.name).into(),
        text(&link.login),
        text(&link.email),
        link.management.as_ref().map(|management| management.as_str()).into(),
        link.screen_lock.as_ref().map(|lock| lock.as_str()).into(),
        time(link.created),
    ]
}

/// One user.
pub fn user(user: &User) -> [Value; 13] {
    [
        user.id.as_str().into(),
        user.status.as_str().into(),
        text(&user.login),
        text(&user.email),
        text(&user.first_name),
        text(&user.last_name),
        text(&user.display_name),
        text(&user.title),
        text(&user.department),
        time(user.created),
        time(user.last_updated),
        time(user.last_login),
        time(user.status_changed),
    ]
}

/// One object.
pub fn object(object: &OrgObject) -> [Value; 7] {
    [
        object.kind.as_str().into(),
        object.id.as_str().into(),
        object.parent.as_ref().map(|parent| parent.as_str()).into(),
        (&*object.name).into(),
        text(&object.variety),
        text(&object.status),
        time(object.last_updated),
    ]
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
