//! Shapes that all end points share. An attribute that may be missing is read softly: a value of the wrong type is
//! unknown, never a reason to lose the object it stands in. What an object can't be without is read strictly.

use domain::Timestamp;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// What can be made of a JSON scalar; `None` for a value that makes no sense here.
pub(crate) trait Scalar<'de>: Sized {
    fn text(text: &str) -> Option<Self>;
    fn borrowed(text: &'de str) -> Option<Self> {
        Self::text(text)
    }
    fn flag(flag: bool) -> Option<Self> {
        Self::text(if flag { "true" } else { "false" })
    }
}

/// An attribute that may be absent, null, or of a type nobody expected. All three leave `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Soft<T>(pub Option<T>);

impl<T> Default for Soft<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Scalar<'de>> Deserialize<'de> for Soft<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SoftVisitor(PhantomData))
    }
}

struct SoftVisitor<T>(PhantomData<T>);

impl<'de, T: Scalar<'de>> Visitor<'de> for SoftVisitor<T> {
    type Value = Soft<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Soft<T>, E> {
        Ok(Soft(T::borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Soft<T>, E> {
        Ok(Soft(T::text(text)))
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Soft<T>, E> {
        Ok(Soft(T::flag(flag)))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Soft<T>, E> {
        Ok(Soft(T::text(&number.to_string())))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Soft<T>, E> {
        Ok(Soft(T::text(&number.to_string())))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Soft<T>, E> {
        Ok(Soft(T::text(&number.to_string())))
    }
    fn visit_unit<E>(self) -> Result<Soft<T>, E> {
        Ok(Soft(None))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Soft<T>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Soft(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Soft<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Soft(None))
    }
}

/// Text that is needed only while the page is read.
pub(crate) type Text<'a> = Cow<'a, str>;

impl<'de: 'a, 'a> Scalar<'de> for Text<'a> {
    fn text(text: &str) -> Option<Self> {
        Some(Cow::Owned(text.to_owned()))
    }
    fn borrowed(text: &'de str) -> Option<Self> {
        Some(Cow::Borrowed(text))
    }
}

impl Scalar<'_> for Box<str> {
    fn text(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

impl Scalar<'_> for Timestamp {
    fn text(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Scalar<'_> for bool {
    fn text(text: &str) -> Option<Self> {
        // Okta's log writes booleans as text here and there; nothing else counts as an answer.
        match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

macro_rules! scalar {
    ($($name:ty),+) => {$(
        impl Scalar<'_> for $name {
            fn text(text: &str) -> Option<Self> { Some(Self::from(text)) }
        }
    )+};
}
scalar!(
    domain::Platform,
    domain::DiskEncryption,
    domain::Management,
    domain::ScreenLock,
    domain::RiskLevel,
    domain::UserId,
    domain::DeviceId,
    crate::Pipeline
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_soft_value_takes_what_it_can() {
        fn check<T: for<'de> Scalar<'de> + PartialEq + fmt::Debug>(json: &str, want: Option<T>) {
            let read: Soft<T> = serde_json::from_str(json).expect("soft values read anything");
            assert_eq!(read.0, want, "{json}");
        }
        check::<Box<str>>("\"a\\u00e4\"", Some("aä".into()));
        check::<Box<str>>("15", Some("15".into()));
        check::<Box<str>>("true", Some("true".into()));
        check::<Box<str>>("null", None);
        check::<Box<str>>("{\"a\":[1]}", None);
        check::<bool>("\"false\"", Some(false));
        check::<bool>("1", None);
        check::<Timestamp>("\"2026-03-02T08:11:40.000Z\"", Some(Timestamp(1_772_439_100_000)));
        check::<Timestamp>("\"0000-00-00\"", None);
        check::<Timestamp>("1772439100000", None);
        check("\"QUANTUM\"", Some(domain::DiskEncryption::Other("QUANTUM".into())));
    }
}
