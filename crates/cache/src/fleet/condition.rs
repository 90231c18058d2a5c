//! Typed filters as far as the fleet's codes answer them: a dictionary's values are asked once each, then the codes are
//! looked at in one pass. What needs a row's own text or time is found by the caller, in `crate::condition`.

use super::column::ColumnId;
use super::{Bits, Fleet};
use crate::Result;
use domain::{Attribute, Condition, Test, UNKNOWN};
use std::sync::{Arc, PoisonError};

/// Where an attribute's values are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Codes with a dictionary.
    Dictionary(ColumnId),
    /// Ranks of texts, and the rows' own column.
    Texts(ColumnId, &'static str),
    /// Ranks of times, and the rows' own column.
    Times(ColumnId, &'static str),
    /// The number of users.
    Users,
    /// How many other devices have the same serial number.
    Duplicates,
    /// The rows alone.
    Rows(&'static str),
}

impl Source {
    pub fn of(attribute: Attribute) -> Self {
        if let Some(facet) = attribute.facet() {
            return Self::Dictionary(ColumnId::Facet(facet));
        }
        match attribute {
            Attribute::OsVersion => Self::Dictionary(ColumnId::OsVersion),
            Attribute::Model => Self::Dictionary(ColumnId::Model),
            Attribute::Manufacturer => Self::Dictionary(ColumnId::Manufacturer),
            Attribute::Jailbreak => Self::Dictionary(ColumnId::Jailbreak),
            Attribute::Name => Self::Texts(ColumnId::Name, "name"),
            Attribute::Serial => Self::Texts(ColumnId::Serial, "serial"),
            Attribute::User => Self::Texts(ColumnId::User, "user_name"),
            Attribute::Created => Self::Times(ColumnId::Created, "created"),
            Attribute::LastUpdated => Self::Times(ColumnId::LastUpdated, "last_updated"),
            Attribute::Users => Self::Users,
            Attribute::Duplicates => Self::Duplicates,
            Attribute::Imei => Self::Rows("imei"),
            Attribute::Meid => Self::Rows("meid"),
            Attribute::Sid => Self::Rows("sid"),
            Attribute::TpmPublicKeyHash => Self::Rows("tpm_public_key_hash"),
            // Those with a facet are answered above.
            _ => Self::Rows("udid"),
        }
    }
}

impl Fleet {
    /// The devices that fit a condition; `make` is called if it was not asked lately.
    pub(crate) fn condition(
        &self,
        condition: &Condition,
        make: impl FnOnce() -> Result<Bits>,
    ) -> Result<Arc<Bits>> {
        let lock = || self.conditions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(condition) {
            return Ok(found);
        }
        let made = Arc::new(make()?);
        lock().put(condition.clone(), made.clone());
        Ok(made)
    }

    /// By a column's dictionary.
    pub(crate) fn by_dictionary(&self, id: ColumnId, condition: &Condition) -> Bits {
        let column = self.column(id);
        let answer = |value: &str| if value == UNKNOWN { None } else { condition.test.of_text(value) };
        let known = |value: &str| value != UNKNOWN && !value.trim().is_empty();
        let keeps = |value: &str| match condition.test {
            Test::Known | Test::Unknown => condition.keeps(known(value).then_some(true)),
            _ => condition.keeps(answer(value)),
        };
        let mut table: Vec<bool> = column.dictionary.iter().map(|value| keeps(value)).collect();
        if let Some(unknown) = table.first_mut() {
            // Code 0 is unknown whatever stands in its place of the dictionary.
            *unknown = condition.keeps(None);
        }
        let mut found = Bits::of(&column.codes, |code| table.get(code as usize).copied().unwrap_or(false));
        if let Test::VersionOn(platform, ..) = &condition.test {
            found.keep(&self.on_platform(platform.as_str()));
        }
        found
    }

    fn on_platform(&self, platform: &str) -> Bits {
        let column = self.facet(domain::Facet::Platform);
        let code = column.dictionary.iter().position(|value| **value == *platform);
        Bits::of(&column.codes, |own| own != 0 && Some(own as usize) == code)
    }

    /// By the number of users.
    pub(crate) fn by_users(&self, condition: &Condition) -> Bits {
        let codes = &self.column(ColumnId::UserCount).codes;
        Bits::of(codes, |code| condition.keeps(code.checked_sub(1).and_then(|n| condition.test.of_number(n))))
    }

    /// By how many others have the serial number; a device without one has no answer.
    pub(crate) fn by_duplicates(&self, condition: &Condition) -> Bits {
        let repeated = self.repeated();
        let alone = condition.keeps(condition.test.of_number(0));
        let unknown = condition.keeps(None);
        Bits::of(&self.column(ColumnId::Serial).codes, |rank| match rank {
            0 => unknown,
            rank => match repeated.get(&rank) {
                Some(devices) => condition.keeps(condition.test.of_number(devices - 1)),
                None => alone,
            },
        })
    }

    /// By ranks: `fits` tells of a known rank whether it does.
    pub(crate) fn by_rank(&self, id: ColumnId, condition: &Condition, fits: impl Fn(u32) -> bool) -> Bits {
        let unknown = condition.keeps(None);
        Bits::of(
            &self.column(id).codes,
            |rank| if rank == 0 { unknown } else { condition.keeps(Some(fits(rank))) },
        )
    }
}
