//! What a list of devices can be asked: facets with their values, filters, search text and sort order. The page writes a
//! [`DeviceQuery`], the cache answers it. Knows neither how the answer is found nor how it is shown.

use crate::{DiskEncryption, Lifecycle, Platform, RiskLevel, ScreenLock, Where};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The key of the value "the org never reported it", a value of its own in every facet. No wire name starts with `~`.
pub const UNKNOWN: &str = "~";

/// One way to divide the fleet. Each device has exactly one value in each facet.
///
/// A value's key is the wire name where Okta has one (`MACOS`), and [`UNKNOWN`] where nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    Platform,
    /// `MANAGED`, `NOT_MANAGED`, `MIXED` over all links of the device.
    Managed,
    Lifecycle,
    /// The highest entity risk level among the device's users.
    Risk,
    Encryption,
    /// The weakest screen lock reported on the device's links.
    ScreenLock,
    /// `YES`, `NO`.
    SecureHardware,
    /// `YES`, `NO`.
    Registered,
    /// `0`, `1`, `2+`.
    Users,
    /// Days since the device last changed: `<1`, `<7`, `<30`, `<60`, `<90`, `90+`.
    LastEvidence,
    /// Platform and major version, such as `MACOS 15`.
    Os,
}

impl Facet {
    /// Every facet, in the order to show them. A facet's place here is its index in arrays kept per facet.
    pub const ALL: [Self; 11] = [
        Self::Platform,
        Self::Managed,
        Self::Lifecycle,
        Self::Risk,
        Self::Encryption,
        Self::ScreenLock,
        Self::SecureHardware,
        Self::Registered,
        Self::Users,
        Self::LastEvidence,
        Self::Os,
    ];

    /// The name in links and files; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Managed => "managed",
            Self::Lifecycle => "lifecycle",
            Self::Risk => "risk",
            Self::Encryption => "encryption",
            Self::ScreenLock => "screen_lock",
            Self::SecureHardware => "secure_hardware",
            Self::Registered => "registered",
            Self::Users => "users",
            Self::LastEvidence => "last_evidence",
            Self::Os => "os",
        }
    }

    /// The facet of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.key() == key)
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Platform => "Platform",
            Self::Managed => "Managed status",
            Self::Lifecycle => "Lifecycle",
            Self::Risk => "User risk",
            Self::Encryption => "Disk encryption",
            Self::ScreenLock => "Screen lock",
            Self::SecureHardware => "Secure hardware",
            Self::Registered => "Registered",
            Self::Users => "Users",
            Self::LastEvidence => "Last evidence",
            Self::Os => "OS version",
        }
    }

    /// What to call one of this facet's values. A value nobody knows is shown as its own text.
    pub fn value_label(self, key: &str) -> Cow<'_, str> {
        if key == UNKNOWN {
            return match self {
                Self::Risk => "Never rated".into(),
                _ => "Not reported".into(),
            };
        }
        let fixed = match (self, key) {
            (Self::Managed, "MANAGED") => "Managed",
            (Self::Managed, "NOT_MANAGED") => "Not managed",
            (Self::Managed, "MIXED") => "Managed for some users",
            (Self::SecureHardware | Self::Registered, "YES") => "Yes",
            (Self::SecureHardware | Self::Registered, "NO") => "No",
            (Self::Users, "0") => "None",
            (Self::Users, "1") => "One",
            (Self::Users, "2+") => "Several",
            (Self::LastEvidence, "<1") => "Less than a day ago",
            (Self::LastEvidence, "<7") => "1–7 days ago",
            (Self::LastEvidence, "<30") => "7–30 days ago",
            (Self::LastEvidence, "<60") => "30–60 days ago",
            (Self::LastEvidence, "<90") => "60–90 days ago",
            (Self::LastEvidence, "90+") => "90 days ago or more",
            _ => return self.open_label(key),
        };
        fixed.into()
    }

    fn open_label(self, key: &str) -> Cow<'static, str> {
        let label = match self {
            Self::Platform => Platform::from(key).label().to_owned(),
            Self::Lifecycle => Lifecycle::from(key).label().to_owned(),
            Self::Risk => RiskLevel::from(key).label().to_owned(),
            Self::Encryption => DiskEncryption::from(key).label().to_owned(),
            Self::ScreenLock => ScreenLock::from(key).label().to_owned(),
            Self::Os => match key.split_once(' ') {
                Some((platform, version)) => format!("{} {version}", Platform::from(platform).label()),
                None => Platform::from(key).label().to_owned(),
            },
            _ => key.to_owned(),
        };
        label.into()
    }
}

/// Keeps the rows (devices, unless `F` says otherwise) whose value in one facet is one of `values`, or those whose value is
/// none of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FacetFilter<F = Facet> {
    pub facet: F,
    pub values: Vec<String>,
    /// Keep the rows that have none of `values`.
    #[serde(default)]
    pub exclude: bool,
    /// A filter can be switched off without being removed.
    #[serde(default = "yes")]
    pub on: bool,
}

fn yes() -> bool {
    true
}

impl<F> FacetFilter<F> {
    /// Keeps the rows with one of these values.
    pub fn include(facet: F, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { facet, values: values.into_iter().map(Into::into).collect(), exclude: false, on: true }
    }
}

/// A column that a list of devices can be sorted by. Unknown values come last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortColumn {
    Name,
    Platform,
    OsVersion,
    Model,
    Serial,
    Lifecycle,
    Managed,
    /// By severity: descending begins with the highest level.
    Risk,
    Encryption,
    ScreenLock,
    SecureHardware,
    Registered,
    /// The name of the device's first user.
    User,
    /// The number of users.
    Users,
    Created,
    LastUpdated,
    Manufacturer,
    /// "No" before "yes".
    Jailbreak,
}

/// One key of a sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SortKey<C = SortColumn> {
    pub column: C,
    #[serde(default)]
    pub descending: bool,
}

/// Which devices, and in which order. The default is every device by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeviceQuery {
    /// What a person typed: words that must all be found in one device (names, serial, people, ids).
    pub search: String,
    /// All must hold.
    pub filters: Vec<FacetFilter>,
    /// Typed filters; these must hold too.
    #[serde(rename = "where")]
    pub conditions: Where,
    /// The first key counts most; ties are broken by name, then by the order in which devices were first seen.
    pub sort: Vec<SortKey>,
}

impl DeviceQuery {
    /// Whether the other query finds the same devices, in whatever order.
    pub fn finds_the_same(&self, other: &Self) -> bool {
        self.search.trim() == other.search.trim()
            && self.filters == other.filters
            && self.conditions == other.conditions
    }

    /// Whether it finds every device there is.
    pub fn finds_all(&self) -> bool {
        let facets = self.filters.iter().any(|f| f.on && !f.values.is_empty());
        self.search.trim().is_empty() && !facets && self.conditions.asked().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facet_has_one_name_everywhere() {
        for (index, facet) in Facet::ALL.into_iter().enumerate() {
            assert_eq!(facet as usize, index, "{facet:?} stands in the wrong place of ALL");
            assert_eq!(Facet::from_key(facet.key()), Some(facet));
            assert_eq!(serde_json::to_string(&facet).expect("writes"), format!("\"{}\"", facet.key()));
        }
    }

    #[test]
    fn values_are_called_by_their_labels() {
        let check = |facet: Facet, key: &str, want: &str| assert_eq!(facet.value_label(key), want);
        check(Facet::Platform, "MACOS", "macOS");
        check(Facet::Platform, "VISIONOS", "VISIONOS");
        check(Facet::Os, "MACOS 15", "macOS 15");
        check(Facet::Os, "MACOS", "macOS");
        check(Facet::Encryption, UNKNOWN, "Not reported");
        check(Facet::Risk, UNKNOWN, "Never rated");
        check(Facet::LastEvidence, "90+", "90 days ago or more");
    }

    #[test]
    fn an_empty_object_asks_for_everything() {
        let query: DeviceQuery = serde_json::from_str("{}").expect("all fields have defaults");
        assert_eq!(query, DeviceQuery::default());
    }
}
