//! A device, its profile and its links to users, as the Okta Devices API describes them.
//!
//! Every attribute that the API may leave out is an `Option`: `None` means that the org never reported it, which is not
//! the same as `false` or `NONE`. Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Device/>.

use crate::{DeviceId, Timestamp, UserId, open_enum};
use serde::{Deserialize, Serialize};

open_enum! {
    /// Where a device stands in its life. Which moves are legal now is told by the device's links, not by this.
    Lifecycle {
        Active = "ACTIVE", "Active";
        Created = "CREATED", "Created";
        Suspended = "SUSPENDED", "Suspended";
        Deactivated = "DEACTIVATED", "Deactivated";
    }
}

open_enum! {
    /// The operating system family, by the Devices API's names.
    Platform {
        Windows = "WINDOWS", "Windows";
        Macos = "MACOS", "macOS";
        Ios = "IOS", "iOS";
        Android = "ANDROID", "Android";
        Chromeos = "CHROMEOS", "ChromeOS";
    }
}

open_enum! {
    /// What of the disk is encrypted. Okta counts `FULL`, `USER` and `ALL_INTERNAL_VOLUMES` as encrypted.
    DiskEncryption {
        AllInternalVolumes = "ALL_INTERNAL_VOLUMES", "All volumes";
        Full = "FULL", "Full";
        User = "USER", "User data";
        SystemVolume = "SYSTEM_VOLUME", "System volume only";
        None = "NONE", "None";
    }
}

impl DiskEncryption {
    /// Whether device assurance counts this as encrypted; `None` for a value nobody knows.
    pub fn counts_as_encrypted(&self) -> Option<bool> {
        match self {
            Self::AllInternalVolumes | Self::Full | Self::User => Some(true),
            Self::SystemVolume | Self::None => Some(false),
            Self::Other(_) => None,
        }
    }
}

open_enum! {
    /// Management status of one device-user link.
    Management {
        Managed = "MANAGED", "Managed";
        NotManaged = "NOT_MANAGED", "Not managed";
    }
}

open_enum! {
    /// How the screen is locked, per device-user link.
    ScreenLock {
        Biometric = "BIOMETRIC", "Biometric";
        Passcode = "PASSCODE", "Passcode";
        None = "NONE", "None";
    }
}

/// One device with the users it is linked to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: DeviceId,
    pub status: Lifecycle,
    pub created: Option<Timestamp>,
    /// Changes when signals are saved at a sign-in and on lifecycle changes: the nearest thing to "last evidence".
    pub last_updated: Option<Timestamp>,
    pub profile: DeviceProfile,
    /// `None` when the reply carried no users at all (not expanded, or `null`); an empty list is an orphan.
    pub users: Option<Vec<DeviceUser>>,
}

/// The device's own attributes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeviceProfile {
    pub display_name: Option<Box<str>>,
    pub platform: Option<Platform>,
    pub manufacturer: Option<Box<str>>,
    pub model: Option<Box<str>>,
    /// As reported. Android's is `version:patch date`.
    pub os_version: Option<Box<str>>,
    pub serial_number: Option<Box<str>>,
    pub udid: Option<Box<str>>,
    pub imei: Option<Box<str>>,
    pub meid: Option<Box<str>>,
    /// Windows security identifier.
    pub sid: Option<Box<str>>,
    /// Windows only.
    pub tpm_public_key_hash: Option<Box<str>>,
    pub registered: Option<bool>,
    pub secure_hardware_present: Option<bool>,
    pub disk_encryption: Option<DiskEncryption>,
    /// iOS and Android only.
    pub jailbreak: Option<bool>,
}

/// A device-user link: management status and screen lock live here, not on the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceUser {
    pub user: UserId,
    pub created: Option<Timestamp>,
    pub management: Option<Management>,
    pub screen_lock: Option<ScreenLock>,
    /// First and last name, or the login where there is no name.
    pub name: Box<str>,
    pub login: Option<Box<str>>,
    pub email: Option<Box<str>>,
}

/// The management status of a device as a whole, told from its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ManagedStatus {
    /// Every link says so.
    Managed,
    /// Every link says so.
    NotManaged,
    /// Managed for some of its users and not for others.
    Mixed,
    /// No link says anything: an orphan, or a value nobody knows.
    Unknown,
}

impl ManagedStatus {
    /// One word for all links; a link without a known status is left out.
    pub fn of<'a>(links: impl IntoIterator<Item = Option<&'a Management>>) -> Self {
        let (mut yes, mut no) = (false, false);
        for link in links {
            match link {
                Some(Management::Managed) => yes = true,
                Some(Management::NotManaged) => no = true,
                Some(Management::Other(_)) | None => {}
            }
        }
        match (yes, no) {
            (true, true) => Self::Mixed,
            (true, false) => Self::Managed,
            (false, true) => Self::NotManaged,
            (false, false) => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_survive_the_round_trip() {
        let status: Lifecycle = serde_json::from_str("\"UNSUSPENDED\"").expect("any text is a status");
        assert_eq!(status, Lifecycle::Other("UNSUSPENDED".into()));
        assert_eq!(serde_json::to_string(&status).expect("writes"), "\"UNSUSPENDED\"");
    }

    #[test]
    fn managed_status_is_told_from_the_links() {
        let check = |links: &[Option<Management>], want| {
            assert_eq!(ManagedStatus::of(links.iter().map(Option::as_ref)), want, "{links:?}");
        };
        check(&[], ManagedStatus::Unknown);
        check(&[None], ManagedStatus::Unknown);
        check(&[Some(Management::Managed), None], ManagedStatus::Managed);
        check(&[Some(Management::NotManaged)], ManagedStatus::NotManaged);
        check(&[Some(Management::Managed), Some(Management::NotManaged)], ManagedStatus::Mixed);
        check(&[Some(Management::Other("PENDING".into()))], ManagedStatus::Unknown);
    }
}
