//! A person as a row of a list.

use contract::users::{ManagedDevices, UserRow};

/// The cache's row as pages know it.
pub(super) fn row(row: cache::UserRow) -> UserRow {
    let managed = managed(&row);
    let user = row.user;
    let text = |text: Option<Box<str>>| text.map(String::from);
    UserRow {
        name: user.name(),
        id: user.id,
        login: text(user.login),
        email: text(user.email),
        status: user.status,
        risk: row.risk,
        peak: row.peak,
        devices: row.devices,
        managed,
        department: text(user.department),
        title: text(user.title),
        last_login: user.last_login,
        created: user.created,
    }
}

/// What the links of a person say of management.
pub(super) fn managed(row: &cache::UserRow) -> ManagedDevices {
    ManagedDevices { status: row.managed, managed: row.managed_devices, not_managed: row.not_managed_devices }
}
