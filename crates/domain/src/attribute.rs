//! Every attribute of a device that a list can show, narrow by, copy or export, with one key and one label for all of
//! these. Knows neither where a value is kept nor how it is drawn.

use crate::{
    DiskEncryption, Facet, Lifecycle, Management, Platform, RiskLevel, ScreenLock, SortColumn, UNKNOWN,
};
use serde::{Deserialize, Serialize};

/// One attribute of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    Name,
    Platform,
    /// The name of the device's first user.
    User,
    /// `MANAGED`, `NOT_MANAGED`, `MIXED` over all links of the device.
    Managed,
    /// The highest entity risk level among the device's users.
    Risk,
    Lifecycle,
    Serial,
    Encryption,
    LastUpdated,
    /// The weakest screen lock reported on the device's links.
    ScreenLock,
    Model,
    Manufacturer,
    OsVersion,
    SecureHardware,
    Registered,
    /// iOS and Android only.
    Jailbreak,
    /// The number of users.
    Users,
    Created,
    /// How many other devices report the same serial number.
    Duplicates,
    Udid,
    Imei,
    Meid,
    Sid,
    TpmPublicKeyHash,
}

/// What an attribute's values are, and so what can be asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// One of a few values, by their wire names.
    Choice,
    YesNo,
    Number,
    Version,
    Date,
}

/// Key, label, other names in the text form of a filter, kind.
type Told = (Attribute, &'static str, &'static str, &'static [&'static str], Kind);

const TOLD: [Told; 24] = [
    (Attribute::Name, "name", "Name", &[], Kind::Text),
    (Attribute::Platform, "platform", "Platform", &[], Kind::Choice),
    (Attribute::User, "user", "User", &[], Kind::Text),
    (Attribute::Managed, "managed", "Managed", &["managed status"], Kind::Choice),
    (Attribute::Risk, "risk", "User risk", &[], Kind::Choice),
    (Attribute::Lifecycle, "lifecycle", "Lifecycle", &["status"], Kind::Choice),
    (Attribute::Serial, "serial", "Serial", &["serial number"], Kind::Text),
    (Attribute::Encryption, "encryption", "Disk encryption", &[], Kind::Choice),
    (Attribute::LastUpdated, "last_updated", "Last evidence", &["evidence", "last updated"], Kind::Date),
    (Attribute::ScreenLock, "screen_lock", "Screen lock", &[], Kind::Choice),
    (Attribute::Model, "model", "Model", &[], Kind::Text),
    (Attribute::Manufacturer, "manufacturer", "Manufacturer", &["make"], Kind::Text),
    (Attribute::OsVersion, "os_version", "OS version", &["os"], Kind::Version),
    (Attribute::SecureHardware, "secure_hardware", "Secure hardware", &["tpm present"], Kind::YesNo),
    (Attribute::Registered, "registered", "Registered", &[], Kind::YesNo),
    (Attribute::Jailbreak, "jailbreak", "Jailbreak", &["jailbroken", "rooted"], Kind::YesNo),
    (Attribute::Users, "users", "Users", &["number of users"], Kind::Number),
    (Attribute::Created, "created", "Enrolled", &[], Kind::Date),
    (Attribute::Duplicates, "duplicates", "Same serial", &["duplicate serials"], Kind::Number),
    (Attribute::Udid, "udid", "UDID", &[], Kind::Text),
    (Attribute::Imei, "imei", "IMEI", &[], Kind::Text),
    (Attribute::Meid, "meid", "MEID", &[], Kind::Text),
    (Attribute::Sid, "sid", "SID", &[], Kind::Text),
    (Attribute::TpmPublicKeyHash, "tpm_public_key_hash", "TPM key hash", &["tpm", "tpm hash"], Kind::Text),
];

impl Attribute {
    /// Every attribute: what the eye needs first stands first.
    pub fn all() -> impl Iterator<Item = Self> {
        TOLD.iter().map(|told| told.0)
    }

    fn told(self) -> &'static Told {
        &TOLD[self as usize]
    }

    /// The name in links, views and files; the same text that serde writes.
    pub fn key(self) -> &'static str {
        self.told().1
    }

    /// The attribute of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        TOLD.iter().find(|told| told.1 == key).map(|told| told.0)
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        self.told().2
    }

    /// Every name by which a written filter may call it, in lower case.
    pub fn names(self) -> impl Iterator<Item = String> {
        let (_, key, label, others, _) = self.told();
        [*key, *label].into_iter().chain(others.iter().copied()).map(str::to_lowercase)
    }

    /// What its values are.
    pub fn kind(self) -> Kind {
        self.told().4
    }

    /// The facet with the same values, where there is one.
    pub fn facet(self) -> Option<Facet> {
        Some(match self {
            Self::Platform => Facet::Platform,
            Self::Managed => Facet::Managed,
            Self::Risk => Facet::Risk,
            Self::Lifecycle => Facet::Lifecycle,
            Self::Encryption => Facet::Encryption,
            Self::ScreenLock => Facet::ScreenLock,
            Self::SecureHardware => Facet::SecureHardware,
            Self::Registered => Facet::Registered,
            _ => return None,
        })
    }

    /// The column that sorts by it, where there is one.
    pub fn sort(self) -> Option<SortColumn> {
        Some(match self {
            Self::Name => SortColumn::Name,
            Self::Platform => SortColumn::Platform,
            Self::OsVersion => SortColumn::OsVersion,
            Self::Model => SortColumn::Model,
            Self::Manufacturer => SortColumn::Manufacturer,
            Self::Serial => SortColumn::Serial,
            Self::Lifecycle => SortColumn::Lifecycle,
            Self::Managed => SortColumn::Managed,
            Self::Risk => SortColumn::Risk,
            Self::Encryption => SortColumn::Encryption,
            Self::ScreenLock => SortColumn::ScreenLock,
            Self::SecureHardware => SortColumn::SecureHardware,
            Self::Registered => SortColumn::Registered,
            Self::Jailbreak => SortColumn::Jailbreak,
            Self::User => SortColumn::User,
            Self::Users => SortColumn::Users,
            Self::Created => SortColumn::Created,
            Self::LastUpdated => SortColumn::LastUpdated,
            Self::Duplicates | Self::Udid | Self::Imei | Self::Meid | Self::Sid | Self::TpmPublicKeyHash => {
                return None;
            }
        })
    }

    /// The wire names known today of an attribute whose values are a few.
    pub fn choices(self) -> Vec<&'static str> {
        match self {
            Self::Platform => Platform::KNOWN.iter().map(Platform::as_str).collect(),
            Self::Managed => {
                vec![Management::Managed.as_str(), Management::NotManaged.as_str(), "MIXED"]
            }
            Self::Risk => RiskLevel::KNOWN.iter().map(RiskLevel::as_str).collect(),
            Self::Lifecycle => Lifecycle::KNOWN.iter().map(Lifecycle::as_str).collect(),
            Self::Encryption => DiskEncryption::KNOWN.iter().map(DiskEncryption::as_str).collect(),
            Self::ScreenLock => ScreenLock::KNOWN.iter().map(ScreenLock::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// What to call one of its values, by wire name.
    pub fn value_label(self, value: &str) -> String {
        match self.facet() {
            Some(facet) => facet.value_label(value).into_owned(),
            None if value == UNKNOWN => "Not reported".to_owned(),
            None => value.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_has_one_key_everywhere() {
        for (place, attribute) in Attribute::all().enumerate() {
            assert_eq!(attribute as usize, place, "{attribute:?} stands in the wrong place of TOLD");
            assert_eq!(Attribute::from_key(attribute.key()), Some(attribute));
            let written = serde_json::to_string(&attribute).expect("writes");
            assert_eq!(written, format!("\"{}\"", attribute.key()));
            if let Some(sort) = attribute.sort() {
                assert_eq!(serde_json::to_string(&sort).expect("writes"), written);
            }
        }
    }

    #[test]
    fn no_two_attributes_share_a_name() {
        let names: Vec<String> =
            Attribute::all().flat_map(|a| a.names().collect::<std::collections::BTreeSet<_>>()).collect();
        let mut once = names.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), names.len());
    }
}
