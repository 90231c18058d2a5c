//! Checks for what most organizations ask for, ready to be taken over and changed. Each is a pair of files in `assets/checks` with
//! the states that prove it; the tests try every one of them. Written to fail when nothing is known. Versions and names in them
//! are examples that an admin sets.

use crate::files::{self, CheckFile, FileError};
use domain::OsqueryPlatform;
use std::{path::Path, sync::LazyLock};

/// One check to start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The same as its variable name: `macos_firewall`.
    pub id: &'static str,
    /// What it is for, the same on every platform: `Firewall`.
    pub need: &'static str,
    /// The check, what its author notes (purpose, what to set, what may be wrong), and the states that prove it.
    pub check: CheckFile,
}

/// The list: needs in the order of the page, and their templates. Each names two files under `assets/checks`.
macro_rules! shipped {
    ($($need:literal: $($folder:literal / $id:literal),+;)+) => {
        const SHIPPED: &[Source] = &[$($(Source {
            need: $need,
            id: $id,
            yaml: include_str!(concat!("../../../assets/checks/", $folder, "/", $id, ".check.yaml")),
            sql: include_str!(concat!("../../../assets/checks/", $folder, "/", $id, ".sql")),
        },)+)+];
    };
}

shipped! {
    "Firewall": "macos"/"macos_firewall", "windows"/"windows_firewall", "windows"/"windows_firewall_profiles";
    "Disk encryption": "macos"/"macos_disk_encryption", "windows"/"windows_disk_encryption";
    "Screen lock": "macos"/"macos_screen_lock", "windows"/"windows_screen_lock";
    "Endpoint protection": "macos"/"macos_edr_crowdstrike", "macos"/"macos_edr_defender",
        "macos"/"macos_edr_sentinelone", "windows"/"windows_edr_crowdstrike", "windows"/"windows_edr_defender",
        "windows"/"windows_edr_sentinelone";
    "Antivirus": "macos"/"macos_xprotect", "windows"/"windows_antivirus", "windows"/"windows_defender_realtime";
    "System version": "macos"/"macos_os_version", "windows"/"windows_os_version";
    "Automatic updates": "macos"/"macos_automatic_updates", "windows"/"windows_automatic_updates";
    "Browser version": "macos"/"macos_chrome_version", "macos"/"macos_firefox_version",
        "windows"/"windows_chrome_version", "windows"/"windows_firefox_version";
    "System integrity": "macos"/"macos_sip", "macos"/"macos_gatekeeper", "macos"/"macos_kernel_extensions";
    "Secure boot": "macos"/"macos_secure_boot", "windows"/"windows_secure_boot", "windows"/"windows_tpm";
    "Administrators": "macos"/"macos_local_admins", "windows"/"windows_local_admins", "windows"/"windows_uac",
        "windows"/"windows_laps";
    "Accounts": "macos"/"macos_guest_account_off", "windows"/"windows_guest_account_off",
        "windows"/"windows_password_policy";
    "Remote access": "macos"/"macos_remote_login_off", "macos"/"macos_screen_sharing_off",
        "windows"/"windows_remote_desktop_off", "windows"/"windows_smb1_off";
    "Software": "macos"/"macos_required_app", "macos"/"macos_unwanted_apps", "windows"/"windows_required_app",
        "windows"/"windows_unwanted_apps";
}

struct Source {
    id: &'static str,
    need: &'static str,
    yaml: &'static str,
    sql: &'static str,
}

/// Every template, by need. Read once, by whoever asks first.
pub fn templates() -> &'static [Template] {
    // The files are part of the program, and a test reads them.
    static READ: LazyLock<Vec<Template>> = LazyLock::new(|| {
        SHIPPED.iter().map(|source| read(source).expect("the templates are well-formed")).collect()
    });
    &READ
}

/// The templates of one platform.
pub fn templates_on(platform: OsqueryPlatform) -> impl Iterator<Item = &'static Template> {
    templates().iter().filter(move |template| template.check.content.platform == platform)
}

/// The template of this id.
pub fn template(id: &str) -> Option<&'static Template> {
    templates().iter().find(|template| template.id == id)
}

fn read(source: &Source) -> Result<Template, FileError> {
    let found = files::read_text(Path::new(source.id), source.yaml, |_| Some(source.sql))?;
    Ok(Template { id: source.id, need: source.need, check: found.check })
}
