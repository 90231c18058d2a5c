//! How osquery compares versions: the collations `version`, `version_arch`, `version_dpkg` and `version_rhel`, and
//! `version_compare`. Mirrors `sqlite_versioning.cpp` of osquery 5.18.1.

use rusqlite::{Connection, Result};
use std::cmp::Ordering;

/// Makes the connection know the four collations.
pub(crate) fn register(db: &Connection) -> Result<()> {
    db.create_collation("version", |a, b| compare(a, b, Flavour::Plain))?;
    db.create_collation("version_arch", |a, b| compare(a, b, Flavour::Arch))?;
    db.create_collation("version_dpkg", |a, b| compare(a, b, Flavour::Dpkg))?;
    db.create_collation("version_rhel", |a, b| compare(a, b, Flavour::Rhel))
}

/// Whose rules of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    Plain,
    Arch,
    Dpkg,
    Rhel,
}

impl Flavour {
    /// The flavour of this name, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "ARCH" => Some(Self::Arch),
            "DPKG" => Some(Self::Dpkg),
            "RHEL" => Some(Self::Rhel),
            _ => None,
        }
    }
}

/// What a flavour adds to the plain comparison.
#[derive(Clone, Copy)]
struct Rules {
    /// A version with an epoch (`1:`) is newer than one without; of two, the place of the colon decides.
    epoch: bool,
    /// Different delimiters at the same place decide: `~` before `-` before `^` before `.` before `:`.
    delimiters: bool,
    /// What the longer version goes on with decides: `~` makes it older, `^` newer, `-` the same.
    remainder: bool,
    /// Behind a digit the longer one is newer, whatever differed before.
    digits: bool,
}

impl Flavour {
    fn rules(self) -> Rules {
        let none = Rules { epoch: false, delimiters: false, remainder: false, digits: false };
        match self {
            Self::Plain => none,
            Self::Arch => Rules { epoch: true, remainder: true, digits: true, ..none },
            Self::Dpkg => Rules { epoch: true, delimiters: true, ..none },
            Self::Rhel => Rules { epoch: true, delimiters: true, remainder: true, ..none },
        }
    }
}

/// Compares two versions: position by position, where a delimiter is smaller than anything else, and the first difference
/// counts once both segments have ended at the same place.
pub(crate) fn compare(a: &str, b: &str, flavour: Flavour) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a == b || a.is_empty() || b.is_empty() {
        return a.len().cmp(&b.len());
    }
    let rules = flavour.rules();
    if rules.epoch {
        let colon = |text: &[u8]| text.iter().position(|&c| c == b':');
        // No colon is `None`, which is the least.
        let order = colon(a).cmp(&colon(b));
        if order != Ordering::Equal {
            return order;
        }
    }
    let mut seen = Ordering::Equal;
    for (&x, &y) in a.iter().zip(b) {
        match (rank(x), rank(y)) {
            (None, None) => seen = seen.then(x.cmp(&y)),
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (Some(_), Some(_)) if seen != Ordering::Equal => return seen,
            (Some(left), Some(right)) if rules.delimiters && left != right => return left.cmp(&right),
            (Some(_), Some(_)) => {}
        }
    }
    match a.len().cmp(&b.len()) {
        Ordering::Equal => seen,
        Ordering::Greater => remainder(b, &a[b.len()..], seen, rules),
        Ordering::Less => remainder(a, &b[a.len()..], seen.reverse(), rules).reverse(),
    }
}

/// How the longer version compares, which goes on with `rest`; `seen` is how its part of equal length compared.
fn remainder(shorter: &[u8], rest: &[u8], seen: Ordering, rules: Rules) -> Ordering {
    let next = rest.first().copied().unwrap_or_default();
    let decided = seen != Ordering::Equal;
    if rules.remainder {
        let behind_digit = shorter.last().is_some_and(u8::is_ascii_digit);
        return match next {
            b'~' => Ordering::Less,
            b'-' => Ordering::Equal,
            b'^' => Ordering::Greater,
            _ if decided && !(rules.digits && behind_digit) => seen,
            _ => Ordering::Greater,
        };
    }
    if decided && rank(next).is_some() { seen } else { Ordering::Greater }
}

/// The rank of a delimiter among delimiters.
fn rank(byte: u8) -> Option<u8> {
    b"~-^.:".iter().zip(0..).find(|(delimiter, _)| **delimiter == byte).map(|(_, rank)| rank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Ordering::{Equal, Greater, Less};

    #[test]
    fn versions_compare_as_osquery_compares_them() {
        let check = |a: &str, b: &str, want: Ordering| {
            assert_eq!(compare(a, b, Flavour::Plain), want, "{a} {b}");
            assert_eq!(compare(b, a, Flavour::Plain), want.reverse(), "{b} {a}");
        };
        check("9.1", "10.0", Less);
        check("1.10", "1.9", Greater);
        check("14.4", "14.4", Equal);
        check("14.4", "14.4.1", Less);
        check("14.3.9", "14.4", Less);
        check("9.0", "14.4", Less);
        check("", "1", Less);
        check("", "", Equal);
        check("1.2", "1.2.0", Less);
        check("2", "1.9", Greater);
        check("10", "9", Greater);
        // Which delimiter it is doesn't matter.
        check("1.0", "1-0", Equal);
        check("1.1", "1-0", Greater);
        // The longer one goes on with a delimiter: what differed before decides; else it is greater.
        check("2", "1.9.9", Greater);
        check("9", "10", Less);
        check("1a", "1", Greater);
        check("128.0.6613.120", "128.0.6613.9", Greater);
    }

    #[test]
    fn packages_compare_by_their_distribution() {
        let check = |flavour, a: &str, b: &str, want: Ordering| {
            assert_eq!(compare(a, b, flavour), want, "{flavour:?} {a} {b}");
            assert_eq!(compare(b, a, flavour), want.reverse(), "{flavour:?} {b} {a}");
        };
        use Flavour::{Arch, Dpkg, Rhel};
        for flavour in [Arch, Dpkg, Rhel] {
            check(flavour, "1.0", "1.0", Equal);
            check(flavour, "1:1.0", "2.0", Greater);
            check(flavour, "1.0-1", "1.0-2", Less);
        }
        check(Arch, "1.0~rc1", "1.0", Less);
        check(Rhel, "1.0~rc1", "1.0", Less);
        check(Dpkg, "1.0~rc1", "1.0", Greater);
        check(Rhel, "1.0^git", "1.0", Greater);
        check(Rhel, "1.0-1", "1.0", Equal);
        check(Dpkg, "1.0-1", "1.0", Greater);
        check(Dpkg, "1.0", "1~0", Greater);
        check(Arch, "1.0", "1~0", Equal);
        // Behind a digit Arch looks at the length, RHEL at what differed.
        check(Arch, "1.2", "1.10", Less);
        check(Rhel, "1.2", "1.10", Greater);
        check(Arch, "1.b", "1.aa", Greater);
    }

    #[test]
    fn a_flavour_has_its_name_in_any_case() {
        assert_eq!(Flavour::named("dpkg"), Some(Flavour::Dpkg));
        assert_eq!(Flavour::named("DEB"), None);
    }
}
