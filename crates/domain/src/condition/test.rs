//! What can be asked of a value, and what one value answers. `None` always means that the value can't tell.

use super::{Day, OsVersion};
use crate::{Platform, Timestamp};
use std::cmp::Ordering;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// A value was reported.
    Known,
    /// None was.
    Unknown,
    /// Upper and lower case are the same, and so is white space at the ends.
    Text(TextTest, Box<str>),
    /// One of these wire names, or none of them.
    Choice {
        values: Vec<Box<str>>,
        exclude: bool,
    },
    YesNo(bool),
    Number(Compare, u32),
    Version(Compare, OsVersion),
    /// The same, of the devices of one platform alone.
    VersionOn(Platform, Compare, OsVersion),
    /// So many days ago, or longer ago. Ages are told against the end of the snapshot's sync.
    Older(u32),
    /// Less than so many days ago.
    Newer(u32),
    Before(Day),
    After(Day),
}

/// How a text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextTest {
    Contains,
    Lacks,
    Is,
    IsNot,
    Starts,
}

/// How an amount is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compare {
    Less,
    AtMost,
    Equal,
    Unequal,
    AtLeast,
    More,
}

impl Compare {
    /// Whether something that stands so fits.
    pub fn fits(self, order: Ordering) -> bool {
        match self {
            Self::Less => order == Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
            Self::Equal => order == Ordering::Equal,
            Self::Unequal => order != Ordering::Equal,
            Self::AtLeast => order != Ordering::Less,
            Self::More => order == Ordering::Greater,
        }
    }
}

/// The form in which texts are compared.
pub(super) fn folded(text: &str) -> String {
    // Sign by sign: a whole text's lower case would depend on where a sigma stands, and ranks know nothing of that.
    text.trim().chars().flat_map(char::to_lowercase).collect()
}

impl Test {
    /// What a text, a wire name or a version answers. A blank text is as good as none.
    pub fn of_text(&self, value: &str) -> Option<bool> {
        if value.trim().is_empty() {
            return None;
        }
        match self {
            Self::Text(test, wanted) => Some(test.fits(&folded(value), &folded(wanted))),
            Self::Choice { values, exclude } => Some(values.iter().any(|v| **v == *value) != *exclude),
            Self::YesNo(yes) => Some((value == "YES") == *yes),
            Self::Version(compare, wanted) | Self::VersionOn(_, compare, wanted) => {
                OsVersion::reported(value)?.stands_to(wanted).map(|order| compare.fits(order))
            }
            // That a value is there is all that these ask; the others do not fit a text, which `parse` sees to.
            _ => Some(false),
        }
    }

    /// What an amount answers.
    pub fn of_number(&self, value: u32) -> Option<bool> {
        match self {
            Self::Number(compare, wanted) => Some(compare.fits(value.cmp(wanted))),
            _ => Some(false),
        }
    }

    /// What a moment answers, as of `now`.
    pub fn of_time(&self, at: Timestamp, now: Timestamp) -> Option<bool> {
        Some(match self.moment(now) {
            Some((moment, before)) => (at < moment) == before,
            None => false,
        })
    }

    /// The moment that a question about time asks about, and whether it asks for what was before it.
    pub fn moment(&self, now: Timestamp) -> Option<(Timestamp, bool)> {
        // An age of N days begins when N whole days have passed.
        let ago =
            |days: u32| Timestamp(now.0.saturating_sub(i64::from(days) * Timestamp::DAY).saturating_add(1));
        Some(match self {
            Self::Older(days) => (ago(*days), true),
            Self::Newer(days) => (ago(*days), false),
            Self::Before(day) => (day.start(), true),
            Self::After(day) => (day.end(), false),
            _ => return None,
        })
    }
}

impl TextTest {
    /// Compares two folded texts.
    fn fits(self, value: &str, wanted: &str) -> bool {
        match self {
            Self::Contains => value.contains(wanted),
            Self::Lacks => !value.contains(wanted),
            Self::Is => value == wanted,
            Self::IsNot => value != wanted,
            Self::Starts => value.starts_with(wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_begins_when_its_last_day_has_passed() {
        let now = Timestamp(1_000 * Timestamp::DAY);
        let check = |ago: i64, older: bool| {
            let at = Timestamp(now.0 - ago);
            assert_eq!(Test::Older(90).of_time(at, now), Some(older), "{ago}");
            assert_eq!(Test::Newer(90).of_time(at, now), Some(!older), "{ago}");
        };
        check(90 * Timestamp::DAY, true);
        check(90 * Timestamp::DAY - 1, false);
        check(-Timestamp::DAY, false);
    }

    #[test]
    fn the_day_itself_is_neither_before_nor_after() {
        let day = Day::parse("2025-01-31").expect("a day");
        let noon = Timestamp(day.start().0 + Timestamp::DAY / 2);
        assert_eq!(Test::Before(day).of_time(noon, noon), Some(false));
        assert_eq!(Test::After(day).of_time(noon, noon), Some(false));
        assert_eq!(Test::After(day).of_time(day.end(), noon), Some(true));
    }

    #[test]
    fn case_and_space_do_not_count() {
        let is = Test::Text(TextTest::Is, " Ärger ".into());
        assert_eq!(is.of_text("ÄRGER"), Some(true));
        assert_eq!(is.of_text("  "), None);
        assert_eq!(Test::Text(TextTest::Lacks, "x".into()).of_text("abc"), Some(true));
    }
}
