//! Typed filters: what is asked of one attribute of a device, and how such questions are put together. A filter has one
//! text form, which links, saved views and commands carry; [`Where::parse`] reads it and [`Display`](std::fmt::Display)
//! writes it. Knows neither how the fleet is stored nor how a filter is drawn.

mod day;
mod mistake;
mod parse;
mod test;
mod version;
mod write;

pub use day::Day;
pub use mistake::Mistake;
pub use test::{Compare, Test, TextTest};
pub use version::OsVersion;

use crate::Attribute;
use serde::{Deserialize, Serialize};

/// What is asked of one attribute. A device whose value is unknown fits none but [`Test::Unknown`], unless `or_unknown`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Condition {
    pub attribute: Attribute,
    pub test: Test,
    /// Keeps the devices that never reported a value, too.
    pub or_unknown: bool,
    /// A condition can be switched off without being removed.
    pub on: bool,
}

impl Condition {
    /// A condition that is on, and leaves out what is unknown.
    pub fn new(attribute: Attribute, test: Test) -> Self {
        Self { attribute, test, or_unknown: false, on: true }
    }

    /// Whether a device fits, from what the test answers: `None` is "its value is unknown".
    pub fn keeps(&self, answer: Option<bool>) -> bool {
        match (&self.test, answer) {
            (Test::Known, answer) => answer.is_some(),
            (Test::Unknown, answer) => answer.is_none(),
            (_, None) => self.or_unknown,
            (_, Some(fits)) => fits,
        }
    }
}

/// Some conditions of which all must hold, or any.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Group {
    /// One that holds is enough.
    pub any: bool,
    pub conditions: Vec<Condition>,
}

/// Groups of which all must hold, or any. Without a condition that is on, every device fits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Where {
    /// One group that holds is enough.
    pub any: bool,
    pub groups: Vec<Group>,
}

impl Where {
    /// One condition.
    pub fn one(condition: Condition) -> Self {
        Self { any: false, groups: vec![Group { any: false, conditions: vec![condition] }] }
    }

    /// Whether nothing is asked, on or off.
    pub fn is_empty(&self) -> bool {
        self.groups.iter().all(|group| group.conditions.is_empty())
    }

    /// Every condition.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.groups.iter().flat_map(|group| &group.conditions)
    }

    /// Joins another filter on, so that both must hold; `false`, and nothing is changed, where two levels of brackets can't
    /// say that.
    pub fn and(&mut self, other: Self) -> bool {
        let (Some(own), Some(others)) = (self.all_of(), other.all_of()) else { return false };
        let mut groups = own;
        for group in others {
            match groups.last_mut() {
                Some(last) if !last.any && !group.any => last.conditions.extend(group.conditions),
                _ => groups.push(group),
            }
        }
        *self = Self { any: false, groups };
        true
    }

    /// The groups of an equal filter of which all must hold; `None` where there is none.
    fn all_of(&self) -> Option<Vec<Group>> {
        let mut groups: Vec<Group> =
            self.groups.iter().filter(|group| !group.conditions.is_empty()).cloned().collect();
        let alone = |group: &Group| group.conditions.len() == 1;
        if self.any && groups.len() > 1 {
            // Alternatives of one condition each are one group.
            let simple = groups.iter().all(|group| group.any || alone(group));
            let conditions = groups.into_iter().flat_map(|group| group.conditions).collect();
            return simple.then(|| vec![Group { any: true, conditions }]);
        }
        groups.iter_mut().filter(|group| alone(group)).for_each(|group| group.any = false);
        Some(groups)
    }

    /// Whether a device fits, by what `holds` says of each condition that is on.
    pub fn keeps(&self, holds: impl Fn(&Condition) -> bool) -> bool {
        let mut asked = self.asked().peekable();
        if asked.peek().is_none() {
            return true;
        }
        let group = |(any, conditions): (bool, Vec<&Condition>)| match any {
            true => conditions.into_iter().any(&holds),
            false => conditions.into_iter().all(&holds),
        };
        if self.any { asked.any(group) } else { asked.all(group) }
    }

    /// The groups that ask anything, with their conditions that are on.
    pub fn asked(&self) -> impl Iterator<Item = (bool, Vec<&Condition>)> {
        let groups = self.groups.iter();
        let on = groups.map(|g| (g.any, g.conditions.iter().filter(|c| c.on).collect::<Vec<_>>()));
        on.filter(|(_, conditions)| !conditions.is_empty())
    }
}

impl From<Where> for String {
    fn from(filter: Where) -> Self {
        filter.to_string()
    }
}

impl TryFrom<String> for Where {
    type Error = Mistake;

    fn try_from(text: String) -> Result<Self, Mistake> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Where {
        Where::parse(text).unwrap_or_else(|mistake| panic!("{text}: {mistake}"))
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "os_version < 15.6.1",
            "os_version >= Android 16:2025-09-01 or unknown",
            "platform is MACOS, IOS",
            "lifecycle is not ACTIVE",
            "name contains \"lab \\\"3\\\" and (more)\"",
            "off serial starts with \"C02\" and udid is unknown",
            "(jailbreak is yes) or (users > 1 and last_updated older than 90 days)",
            "(created before 2025-01-31) and (sid is known or name does not contain \"x\")",
            "users != 2 or duplicates >= 1",
        ] {
            let read = parsed(text);
            assert_eq!(read.to_string(), text);
            assert_eq!(parsed(&read.to_string()), read);
        }
    }

    #[test]
    fn people_may_write_as_they_speak() {
        let check = |text: &str, want: &str| assert_eq!(parsed(text).to_string(), want, "{text}");
        check("os < 15.6.1 and platform is macOS", "os_version < 15.6.1 and platform is MACOS");
        check("Last evidence older 12w", "last_updated older than 84 days");
        check("last evidence > 90d", "last_updated older than 90 days");
        check("OS Version ≥ 18 or unknown", "os_version >= 18 or unknown");
        check("name is lab mac 3", "name is \"lab mac 3\"");
        check("managed is not managed", "managed is not MANAGED");
        check("managed is NOT_MANAGED", "managed is NOT_MANAGED");
        check("platform = VISIONOS or jailbroken is no", "platform is VISIONOS or jailbreak is no");
        check("a".repeat(0).as_str(), "");
        check("users = 2 and (name is a or name is b)", "(users = 2) and (name is \"a\" or name is \"b\")");
        check("users = 2 and users = 3 or users = 4", "(users = 2 and users = 3) or (users = 4)");
        check("tpm unknown", "tpm_public_key_hash is unknown");
    }

    #[test]
    fn a_mistake_is_marked_where_it_stands() {
        let check = |text: &str, marked: &str| {
            let mistake = Where::parse(text).expect_err(text);
            assert_eq!(text.get(mistake.span.clone()), Some(marked), "{text}: {mistake}");
        };
        check("os < 15.x", "15.x");
        check("colour is red", "colour");
        check("name wears a hat", "wears");
        check("platform is macOZ", "macOZ");
        check("users > many", "many");
        check("users > 99999999999999", "99999999999999");
        check("created before 2025-02-30", "2025-02-30");
        check("created older than soon", "soon");
        check("os <", "");
        check("os < 15 and", "");
        check("(os < 15", "");
        check("os < 15)", ")");
        check("(a is 1 or (name is 2))", "a");
        check("name is \"open", "\"open");
        check("name is x and (name is y or name is z) or name is w", "(name is y or name is z)");
        check("(name is a and name is b or name is c)", "or");
        check("jailbreak < 3", "<");
    }

    #[test]
    fn unknown_fits_neither_below_nor_above() {
        let below = Condition::new(
            Attribute::OsVersion,
            Test::Version(Compare::Less, OsVersion::parse("15").unwrap()),
        );
        let above = Condition::new(
            Attribute::OsVersion,
            Test::Version(Compare::AtLeast, OsVersion::parse("15").unwrap()),
        );
        for version in [None, Some("beta")] {
            let answer = |c: &Condition| version.and_then(|v| c.test.of_text(v));
            assert!(!below.keeps(answer(&below)) && !above.keeps(answer(&above)), "{version:?}");
            assert!(Condition { or_unknown: true, ..below.clone() }.keeps(answer(&below)));
        }
    }

    #[test]
    fn what_is_joined_on_must_hold_too() {
        let check = |own: &str, other: &str, want: Option<&str>| {
            let mut filter = parsed(own);
            let joined = filter.and(parsed(other));
            assert_eq!(joined.then(|| filter.to_string()).as_deref(), want, "{own} and {other}");
        };
        check("", "users > 1", Some("users > 1"));
        check("users > 1", "", Some("users > 1"));
        check("users > 1", "users < 5 and sid is known", Some("users > 1 and users < 5 and sid is known"));
        check("users > 1", "users < 5 or sid is known", Some("(users > 1) and (users < 5 or sid is known)"));
        check(
            "(users > 1) or (sid is known)",
            "imei is known",
            Some("(users > 1 or sid is known) and (imei is known)"),
        );
        check("(users > 1 and sid is known) or (users = 0)", "imei is known", None);
    }

    #[test]
    fn groups_are_all_or_any() {
        let check = |text: &str, fits: &[&str], want: bool| {
            let holds = |c: &Condition| fits.iter().any(|f| c.attribute.key() == *f);
            assert_eq!(parsed(text).keeps(holds), want, "{text} with {fits:?}");
        };
        check("", &[], true);
        check("off name is known", &[], true);
        check("name is known and udid is known", &["name"], false);
        check("name is known or udid is known", &["name"], true);
        check("off name is known or udid is known", &["name"], false);
        check("(name is known and udid is known) or (sid is known)", &["sid"], true);
        check("(name is known or udid is known) and (sid is known)", &["sid"], false);
    }
}
