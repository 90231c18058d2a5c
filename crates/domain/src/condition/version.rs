//! Versions of operating systems as a filter compares them: as far as the filter writes them, number by number.
//!
//! Android's are `version:patch date`; Windows 11 calls itself 10.0 with a build of 22000 or later. Knows no list of versions.

use std::cmp::Ordering;

/// The first build of Windows 11.
const WINDOWS_11: u64 = 22_000;

/// A version, read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OsVersion {
    numbers: Vec<u64>,
    /// Android's security patch: year, month, day.
    patch: Option<[u64; 3]>,
    text: Box<str>,
}

impl OsVersion {
    /// Reads a version that a person wrote: numbers with dots, and a patch date after a colon.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (numbers, patch) = match text.split_once(':') {
            Some((numbers, patch)) => (numbers, Some(date(patch)?)),
            None => (text, None),
        };
        let numbers: Option<Vec<u64>> = numbers.split('.').map(number).collect();
        Some(Self { numbers: called(numbers?), patch, text: text.into() })
    }

    /// Reads a version that a device reported: what follows the numbers, such as a name or a build, is left out. `None` if
    /// it does not begin with a number.
    pub fn reported(text: &str) -> Option<Self> {
        let text = text.trim();
        let (head, tail) = text.split_once(':').map_or((text, None), |(head, tail)| (head, Some(tail)));
        let numbers: Vec<u64> = head.split('.').map_while(leading).collect();
        let patch = tail.and_then(date);
        (!numbers.is_empty()).then(|| Self { numbers: called(numbers), patch, text: text.into() })
    }

    /// How this, reported by a device, stands to `wanted`. Compared as far as `wanted` is written, so 15.6.1 equals 15.
    /// `None` where `wanted` names a patch date and the device reported none.
    pub fn stands_to(&self, wanted: &Self) -> Option<Ordering> {
        let len = match wanted.patch {
            None => wanted.numbers.len(),
            Some(_) => wanted.numbers.len().max(self.numbers.len()),
        };
        let padded = |numbers: &[u64]| -> Vec<u64> {
            numbers.iter().copied().chain(std::iter::repeat(0)).take(len).collect()
        };
        match (padded(&self.numbers).cmp(&padded(&wanted.numbers)), wanted.patch) {
            (Ordering::Equal, Some(wanted)) => self.patch.map(|own| own.cmp(&wanted)),
            (order, _) => Some(order),
        }
    }
}

impl std::fmt::Display for OsVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Digits alone.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The digits that a part begins with.
fn leading(part: &str) -> Option<u64> {
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    number(&part[..digits])
}

fn date(text: &str) -> Option<[u64; 3]> {
    let mut parts = text.trim().split('-').map(number);
    let date = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(date)
}

/// Windows 11 by the name it goes by.
fn called(mut numbers: Vec<u64>) -> Vec<u64> {
    if let [major @ 10, 0, build, ..] = &mut numbers[..]
        && *build >= WINDOWS_11
    {
        *major = 11;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_compared_as_far_as_it_is_written() {
        let check = |reported: &str, wanted: &str, order: Option<Ordering>| {
            let wanted_version = OsVersion::parse(wanted).expect(wanted);
            let found = OsVersion::reported(reported).and_then(|v| v.stands_to(&wanted_version));
            assert_eq!(found, order, "{reported} to {wanted}");
        };
        check("15.6", "15.6.1", Some(Ordering::Less));
        check("15.10", "15.9", Some(Ordering::Greater));
        check("15.6.1", "15", Some(Ordering::Equal));
        check("15.6.1", "15.6.1", Some(Ordering::Equal));
        check("14.8 (23J5)", "15", Some(Ordering::Less));
        check("16:2025-08-05", "16:2025-09-01", Some(Ordering::Less));
        check("16:2025-10-05", "16", Some(Ordering::Equal));
        check("15:2026-01-01", "16:2025-09-01", Some(Ordering::Less));
        check("16", "16:2025-09-01", None);
        check("10.0.19045.2", "11", Some(Ordering::Less));
        check("10.0.26100.1", "11", Some(Ordering::Equal));
        check("10.0.26100.1", "10.0.22631", Some(Ordering::Greater));
        check("beta", "15", None);
        check("", "15", None);
        check("99999999999999999999999", "15", None);
    }

    #[test]
    fn nonsense_is_no_version() {
        for text in ["", "15.x", "15.", ".5", "16:soon", "16:2025-09", "15 beta", "-3"] {
            assert_eq!(OsVersion::parse(text), None, "{text}");
        }
    }
}
