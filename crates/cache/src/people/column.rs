//! Which columns of people there are.

use domain::{UserColumn, UserFacet};

/// Which column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnId {
    Facet(UserFacet),
    /// Ranks: the place of the person's value among all distinct values.
    Name,
    Login,
    Email,
    Title,
    Created,
    LastLogin,
    /// The number of devices, of those that are managed for the person and of those that are not, each plus one; 0 where
    /// the devices were never read.
    Devices,
    Managed,
    NotManaged,
    /// Which search text is true for the person; 0 where the snapshot has no such person.
    Doc,
}

impl ColumnId {
    const OTHERS: [Self; 10] = [
        Self::Name,
        Self::Login,
        Self::Email,
        Self::Title,
        Self::Created,
        Self::LastLogin,
        Self::Devices,
        Self::Managed,
        Self::NotManaged,
        Self::Doc,
    ];

    /// Every column, in the order of their indexes.
    pub fn all() -> impl Iterator<Item = Self> {
        UserFacet::ALL.into_iter().map(Self::Facet).chain(Self::OTHERS)
    }

    /// The place of the column among all.
    pub fn index(self) -> usize {
        match self {
            Self::Facet(facet) => facet as usize,
            other => UserFacet::ALL.len() + Self::OTHERS.iter().position(|o| *o == other).unwrap_or(0),
        }
    }

    /// The name it is stored under.
    pub fn name(self) -> &'static str {
        match self {
            Self::Facet(facet) => facet.key(),
            Self::Name => "rank of name",
            Self::Login => "rank of login",
            Self::Email => "rank of email",
            Self::Title => "rank of title",
            Self::Created => "rank of created",
            Self::LastLogin => "rank of last login",
            Self::Devices => "devices and one",
            Self::Managed => "managed and one",
            Self::NotManaged => "not managed and one",
            Self::Doc => "search text",
        }
    }

    /// The column that a list is sorted by.
    pub fn of(column: UserColumn) -> Self {
        match column {
            UserColumn::Name => Self::Name,
            UserColumn::Login => Self::Login,
            UserColumn::Email => Self::Email,
            UserColumn::Status => Self::Facet(UserFacet::Status),
            UserColumn::Risk => Self::Facet(UserFacet::Risk),
            UserColumn::PeakRisk => Self::Facet(UserFacet::PeakRisk),
            UserColumn::Devices => Self::Devices,
            UserColumn::Managed => Self::Facet(UserFacet::Managed),
            UserColumn::Department => Self::Facet(UserFacet::Department),
            UserColumn::Title => Self::Title,
            UserColumn::LastLogin => Self::LastLogin,
            UserColumn::Created => Self::Created,
        }
    }
}
