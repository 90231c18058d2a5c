//! A device as a row of a list.

use contract::devices::DeviceRow;

/// The cache's row as pages know it.
pub(super) fn row(row: cache::DeviceRow) -> DeviceRow {
    let profile = row.profile;
    let text = |text: Option<Box<str>>| text.map(String::from);
    DeviceRow {
        id: row.id,
        name: text(profile.display_name),
        platform: profile.platform,
        os_version: text(profile.os_version),
        manufacturer: text(profile.manufacturer),
        model: text(profile.model),
        serial: text(profile.serial_number),
        user: text(row.user_name),
        users: row.users,
        managed: row.managed,
        lifecycle: row.status,
        encryption: profile.disk_encryption,
        screen_lock: row.screen_lock,
        secure_hardware: profile.secure_hardware_present,
        registered: profile.registered,
        risk: row.risk,
        last_updated: row.last_updated,
        created: row.created,
        udid: text(profile.udid),
        imei: text(profile.imei),
        meid: text(profile.meid),
        sid: text(profile.sid),
        tpm_public_key_hash: text(profile.tpm_public_key_hash),
        jailbreak: profile.jailbreak,
        same_serial: row.same_serial,
    }
}
