//! One column of the fleet: a code per device number, as narrow as the codes allow. Code 0 is "unknown", the others are
//! numbered in sorted order.

use domain::Facet;

/// Which column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnId {
    Facet(Facet),
    /// Ranks: the place of the device's value among all distinct values.
    Name,
    Serial,
    User,
    Created,
    LastUpdated,
    OsVersion,
    Model,
    Manufacturer,
    /// `NO`, `YES`.
    Jailbreak,
    /// The number of users, plus one.
    UserCount,
    /// Which search text is true for the device; 0 where the snapshot has no such device.
    Doc,
}

impl ColumnId {
    const OTHERS: [Self; 11] = [
        Self::Name,
        Self::Serial,
        Self::User,
        Self::Created,
        Self::LastUpdated,
        Self::OsVersion,
        Self::Model,
        Self::Manufacturer,
        Self::Jailbreak,
        Self::UserCount,
        Self::Doc,
    ];

    /// Every column, in the order of their indexes.
    pub fn all() -> impl Iterator<Item = Self> {
        Facet::ALL.into_iter().map(Self::Facet).chain(Self::OTHERS)
    }

    /// The place of the column in a fleet.
    pub fn index(self) -> usize {
        match self {
            Self::Facet(facet) => facet as usize,
            other => Facet::ALL.len() + Self::OTHERS.iter().position(|o| *o == other).unwrap_or(0),
        }
    }

    /// The name it is stored under.
    pub fn name(self) -> &'static str {
        match self {
            Self::Facet(facet) => facet.key(),
            Self::Name => "rank of name",
            Self::Serial => "rank of serial",
            Self::User => "rank of user",
            Self::Created => "rank of created",
            Self::LastUpdated => "rank of last updated",
            Self::OsVersion => "os version",
            Self::Model => "model",
            Self::Manufacturer => "manufacturer",
            Self::Jailbreak => "jailbreak",
            Self::UserCount => "users and one",
            Self::Doc => "search text",
        }
    }
}

/// Codes and what they stand for; ranks have no dictionary.
pub(crate) struct Column {
    pub codes: Codes,
    pub dictionary: Vec<Box<str>>,
}

/// One number per device number.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Codes {
    Narrow(Vec<u8>),
    Medium(Vec<u16>),
    Wide(Vec<u32>),
}

impl Codes {
    /// Packs codes into the narrowest width that holds them.
    pub fn pack(codes: impl ExactSizeIterator<Item = u32>, largest: u32) -> Self {
        if largest <= u32::from(u8::MAX) {
            Self::Narrow(codes.map(|c| c as u8).collect())
        } else if largest <= u32::from(u16::MAX) {
            Self::Medium(codes.map(|c| c as u16).collect())
        } else {
            Self::Wide(codes.collect())
        }
    }

    /// The code of a device; unknown beyond the end.
    pub fn get(&self, pk: u32) -> u32 {
        let at = pk as usize;
        match self {
            Self::Narrow(codes) => codes.get(at).copied().unwrap_or(0).into(),
            Self::Medium(codes) => codes.get(at).copied().unwrap_or(0).into(),
            Self::Wide(codes) => codes.get(at).copied().unwrap_or(0),
        }
    }

    pub fn len(&self) -> u32 {
        let len = match self {
            Self::Narrow(codes) => codes.len(),
            Self::Medium(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        };
        u32::try_from(len).unwrap_or(u32::MAX)
    }

    /// Calls `each` with every code and what `others` holds for the same device. The width is looked at once, so the loop
    /// inside is tight.
    pub fn zip<T>(&self, others: &mut [T], mut each: impl FnMut(u32, &mut T)) {
        match self {
            Self::Narrow(codes) => {
                codes.iter().zip(others).for_each(|(code, other)| each((*code).into(), other))
            }
            Self::Medium(codes) => {
                codes.iter().zip(others).for_each(|(code, other)| each((*code).into(), other))
            }
            Self::Wide(codes) => codes.iter().zip(others).for_each(|(code, other)| each(*code, other)),
        }
    }

    pub fn width(&self) -> usize {
        match self {
            Self::Narrow(_) => 1,
            Self::Medium(_) => 2,
            Self::Wide(_) => 4,
        }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Narrow(codes) => codes.clone(),
            Self::Medium(codes) => codes.iter().flat_map(|c| c.to_le_bytes()).collect(),
            Self::Wide(codes) => codes.iter().flat_map(|c| c.to_le_bytes()).collect(),
        }
    }

    pub fn from_bytes(bytes: &[u8], width: usize) -> Option<Self> {
        match width {
            1 => Some(Self::Narrow(bytes.to_vec())),
            2 => Some(Self::Medium(bytes.as_chunks().0.iter().map(|c| u16::from_le_bytes(*c)).collect())),
            4 => Some(Self::Wide(bytes.as_chunks().0.iter().map(|c| u32::from_le_bytes(*c)).collect())),
            _ => None,
        }
    }
}
