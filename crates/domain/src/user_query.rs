//! What a list of people can be asked: facets with their values, search text and sort order. The page writes a
//! [`UserQuery`], the cache answers it. Knows neither how the answer is found nor how it is shown.

use crate::{FacetFilter, RiskLevel, SortKey, UNKNOWN, UserStatus};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One way to divide the people. Each person has exactly one value in each facet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserFacet {
    Status,
    /// The entity risk level as it is now.
    Risk,
    /// The highest level that is known of: Okta sets a level back to low after a logout, so the one of now hides people.
    PeakRisk,
    /// Devices that the person is linked to: `0`, `1`, `2+`.
    Devices,
    /// Over the person's own links: `ALL`, `SOME` and `NONE` of the devices are managed, or `NO_DEVICES`.
    Managed,
    /// Days since the last sign-in: `<1`, `<7`, `<30`, `<60`, `<90`, `90+`.
    LastLogin,
    Department,
}

impl UserFacet {
    /// Every facet, in the order to show them. A facet's place here is its index in arrays kept per facet.
    pub const ALL: [Self; 7] = [
        Self::Status,
        Self::Risk,
        Self::PeakRisk,
        Self::Devices,
        Self::Managed,
        Self::LastLogin,
        Self::Department,
    ];

    /// The name in links and files; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Risk => "risk",
            Self::PeakRisk => "peak_risk",
            Self::Devices => "devices",
            Self::Managed => "managed",
            Self::LastLogin => "last_login",
            Self::Department => "department",
        }
    }

    /// The facet of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.key() == key)
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Risk => "Risk now",
            Self::PeakRisk => "Peak risk",
            Self::Devices => "Devices",
            Self::Managed => "Managed devices",
            Self::LastLogin => "Last sign-in",
            Self::Department => "Department",
        }
    }

    /// What to call one of this facet's values. A value nobody knows is shown as its own text.
    pub fn value_label(self, key: &str) -> Cow<'_, str> {
        if key == UNKNOWN {
            return match self {
                Self::Risk | Self::PeakRisk => "Never rated".into(),
                Self::LastLogin => "Never".into(),
                Self::Managed => "Unknown".into(),
                _ => "Not reported".into(),
            };
        }
        let fixed = match (self, key) {
            (Self::Devices, "0") => "None",
            (Self::Devices, "1") => "One",
            (Self::Devices, "2+") => "Several",
            (Self::Managed, "ALL") => "All",
            (Self::Managed, "SOME") => "Some",
            (Self::Managed, "NONE") => "None",
            (Self::Managed, "NO_DEVICES") => "No devices",
            (Self::LastLogin, "<1") => "Less than a day ago",
            (Self::LastLogin, "<7") => "1–7 days ago",
            (Self::LastLogin, "<30") => "7–30 days ago",
            (Self::LastLogin, "<60") => "30–60 days ago",
            (Self::LastLogin, "<90") => "60–90 days ago",
            (Self::LastLogin, "90+") => "90 days ago or more",
            (Self::Status, status) => return UserStatus::from(status).label().to_owned().into(),
            (Self::Risk | Self::PeakRisk, level) => return RiskLevel::from(level).label().to_owned().into(),
            (_, other) => other,
        };
        fixed.to_owned().into()
    }
}

/// A column that a list of people can be sorted by. Unknown values come last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserColumn {
    Name,
    Login,
    Email,
    Status,
    /// By severity: descending begins with the highest level.
    Risk,
    /// By severity, too.
    PeakRisk,
    /// The number of devices.
    Devices,
    Managed,
    Department,
    Title,
    LastLogin,
    Created,
}

impl UserColumn {
    /// Every column, in the order of the declaration.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::Login,
        Self::Email,
        Self::Status,
        Self::Risk,
        Self::PeakRisk,
        Self::Devices,
        Self::Managed,
        Self::Department,
        Self::Title,
        Self::LastLogin,
        Self::Created,
    ];

    /// The name in links; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Login => "login",
            Self::Email => "email",
            Self::Status => "status",
            Self::Risk => "risk",
            Self::PeakRisk => "peak_risk",
            Self::Devices => "devices",
            Self::Managed => "managed",
            Self::Department => "department",
            Self::Title => "title",
            Self::LastLogin => "last_login",
            Self::Created => "created",
        }
    }

    /// The column of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// Which people, and in which order. The default is everybody by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserQuery {
    /// What somebody typed: words that must all be found in one person (names, login, address, title, department, id).
    pub search: String,
    /// All must hold.
    pub filters: Vec<FacetFilter<UserFacet>>,
    /// The first key counts most; ties are broken by name, then by the order in which people were first seen.
    pub sort: Vec<SortKey<UserColumn>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_serde_writes() {
        for (index, facet) in UserFacet::ALL.into_iter().enumerate() {
            assert_eq!(facet as usize, index, "{facet:?} stands in the wrong place of ALL");
            assert_eq!(UserFacet::from_key(facet.key()), Some(facet));
            assert_eq!(serde_json::to_string(&facet).expect("writes"), format!("\"{}\"", facet.key()));
        }
        for (index, column) in UserColumn::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, index, "{column:?} stands in the wrong place of ALL");
            assert_eq!(UserColumn::from_key(column.key()), Some(column));
            assert_eq!(serde_json::to_string(&column).expect("writes"), format!("\"{}\"", column.key()));
        }
    }

    #[test]
    fn values_are_called_by_their_labels() {
        let check = |facet: UserFacet, key: &str, want: &str| assert_eq!(facet.value_label(key), want);
        check(UserFacet::Status, "DEPROVISIONED", "Deactivated");
        check(UserFacet::Status, "FROZEN", "FROZEN");
        check(UserFacet::PeakRisk, UNKNOWN, "Never rated");
        check(UserFacet::Managed, "NONE", "None");
        check(UserFacet::Managed, UNKNOWN, "Unknown");
        check(UserFacet::Department, "Retail", "Retail");
    }
}
