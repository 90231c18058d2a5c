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

/// Compares two versions.
pub(crate) fn compare(a: &str, b: &str, flavour: Flavour) -> Ordering {
    match flavour {
        Flavour::Plain => plain(a.as_bytes(), b.as_bytes()),
        Flavour::Arch | Flavour::Rhel => packaged(a, b, segments),
        Flavour::Dpkg => packaged(a, b, debian),
    }
}

/// Position by position: a delimiter is smaller than anything else, and the first difference counts once both segments have
/// ended at the same place.
fn plain(a: &[u8], b: &[u8]) -> Ordering {
    let mut seen = Ordering::Equal;
    for (&x, &y) in a.iter().zip(b) {
        match (is_delimiter(x), is_delimiter(y)) {
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            (true, true) if seen != Ordering::Equal => return seen,
            (true, true) if x != y => return x.cmp(&y),
            (true, true) => {}
            (false, false) => seen = seen.then(x.cmp(&y)),
        }
    }
    let longer = a.len().cmp(&b.len());
    let rest = if longer == Ordering::Greater { &a[b.len()..] } else { b.get(a.len()..).unwrap_or_default() };
    match rest.first() {
        None => seen,
        Some(&next) if is_delimiter(next) && seen != Ordering::Equal => seen,
        Some(_) => longer,
    }
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'~' | b'-' | b'^' | b'.' | b':')
}

/// `epoch:version-release`: the epoch first, then version, then release, each by the rules of `part`.
fn packaged(a: &str, b: &str, part: fn(&[u8], &[u8]) -> Ordering) -> Ordering {
    let split = |text: &str| {
        let (epoch, rest) = match text.split_once(':') {
            Some((epoch, rest)) if epoch.bytes().all(|b| b.is_ascii_digit()) => (epoch.to_owned(), rest.to_owned()),
            _ => ("0".to_owned(), text.to_owned()),
        };
        let (version, release) = match rest.rsplit_once('-') {
            Some((version, release)) => (version.to_owned(), Some(release.to_owned())),
            None => (rest, None),
        };
        (epoch, version, release)
    };
    let ((e1, v1, r1), (e2, v2, r2)) = (split(a), split(b));
    let by_release = || match (&r1, &r2) {
        (Some(r1), Some(r2)) => part(r1.as_bytes(), r2.as_bytes()),
        // Debian reads a missing revision as 0; the others leave it out of the comparison.
        _ => Ordering::Equal,
    };
    numbers(e1.as_bytes(), e2.as_bytes())
        .then_with(|| part(v1.as_bytes(), v2.as_bytes()))
        .then_with(by_release)
}

/// As rpm and pacman do it: runs of digits and of letters in turn; digits are newer than letters, `~` is older than the end,
/// `^` newer than it.
fn segments(mut a: &[u8], mut b: &[u8]) -> Ordering {
    loop {
        let skip = |text: &[u8]| {
            text.iter().position(|c| c.is_ascii_alphanumeric() || matches!(c, b'~' | b'^')).unwrap_or(text.len())
        };
        a = &a[skip(a)..];
        b = &b[skip(b)..];
        match (a.first() == Some(&b'~'), b.first() == Some(&b'~')) {
            (true, true) => {
                a = &a[1..];
                b = &b[1..];
                continue;
            }
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            (false, false) => {}
        }
        match (a.first(), b.first()) {
            (Some(b'^'), Some(b'^')) => {
                a = &a[1..];
                b = &b[1..];
                continue;
            }
            (Some(b'^'), None) => return Ordering::Greater,
            (None, Some(b'^')) => return Ordering::Less,
            (Some(b'^'), Some(_)) => return Ordering::Less,
            (Some(_), Some(b'^')) => return Ordering::Greater,
            (None, None) => return Ordering::Equal,
            // A rest of letters makes a version older (`1.0rc`), a rest of digits newer.
            (Some(_), None) => return Ordering::Greater,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), Some(_)) => {}
        }
        let digits = a[0].is_ascii_digit();
        if digits != b[0].is_ascii_digit() {
            return if digits { Ordering::Greater } else { Ordering::Less };
        }
        let run = |text: &[u8]| {
            text.iter()
                .position(|c| if digits { !c.is_ascii_digit() } else { !c.is_ascii_alphabetic() })
                .unwrap_or(text.len())
        };
        let (x, y) = (&a[..run(a)], &b[..run(b)]);
        let order = if digits { numbers(x, y) } else { x.cmp(y) };
        if order != Ordering::Equal {
            return order;
        }
        a = &a[x.len()..];
        b = &b[y.len()..];
    }
}

/// As dpkg does it: what is no digit by letter, `~` before the end, letters before other signs; then digits by size.
fn debian(mut a: &[u8], mut b: &[u8]) -> Ordering {
    let weight = |byte: Option<&u8>| match byte {
        Some(b'~') => -1,
        None => 0,
        Some(digit) if digit.is_ascii_digit() => 0,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(*letter),
        Some(other) => i32::from(*other) + 256,
    };
    while !a.is_empty() || !b.is_empty() {
        let is_word = |text: &[u8]| text.first().is_some_and(|c| !c.is_ascii_digit());
        while is_word(a) || is_word(b) {
            let order = weight(a.first()).cmp(&weight(b.first()));
            if order != Ordering::Equal {
                return order;
            }
            a = a.get(1..).unwrap_or_default();
            b = b.get(1..).unwrap_or_default();
        }
        let run = |text: &[u8]| text.iter().position(|c| !c.is_ascii_digit()).unwrap_or(text.len());
        let (x, y) = (&a[..run(a)], &b[..run(b)]);
        let order = numbers(x, y);
        if order != Ordering::Equal {
            return order;
        }
        a = &a[x.len()..];
        b = &b[y.len()..];
    }
    Ordering::Equal
}

/// Digits of any length by size.
fn numbers(a: &[u8], b: &[u8]) -> Ordering {
    let trim = |text: &[u8]| text.iter().position(|&c| c != b'0').unwrap_or(text.len());
    let (a, b) = (&a[trim(a)..], &b[trim(b)..]);
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
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
        check("1.0", "1-0", Greater);
        check("128.0.6613.120", "128.0.6613.9", Greater);
    }

    #[test]
    fn packages_compare_by_their_distribution() {
        let check = |flavour, a: &str, b: &str, want: Ordering| {
            assert_eq!(compare(a, b, flavour), want, "{flavour:?} {a} {b}");
            assert_eq!(compare(b, a, flavour), want.reverse(), "{flavour:?} {b} {a}");
        };
        for flavour in [Flavour::Arch, Flavour::Dpkg, Flavour::Rhel] {
            check(flavour, "1.0", "1.0", Equal);
            check(flavour, "1.9", "1.10", Less);
            check(flavour, "1:1.0", "2.0", Greater);
            check(flavour, "1.0-1", "1.0-2", Less);
            check(flavour, "1.0~rc1", "1.0", Less);
            check(flavour, "1.01", "1.1", Equal);
        }
        check(Flavour::Dpkg, "1.0a", "1.0+", Less);
        check(Flavour::Rhel, "1.0^git", "1.0", Greater);
        check(Flavour::Rhel, "1.0a", "1.0.1", Less);
    }
}
