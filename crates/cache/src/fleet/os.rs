//! Reading operating system versions as far as dividing and sorting a fleet needs it. Knows no list of versions.

use std::cmp::Ordering;

/// The first build of Windows 11, which calls itself 10.0 like the one before.
const WINDOWS_11: u32 = 22000;

/// Platform and major version as one value, such as `MACOS 15`; `None` where either is unknown.
pub(super) fn family(platform: Option<&str>, version: Option<&str>) -> Option<String> {
    let (platform, version) = (platform?, version?);
    let mut numbers = version.trim().split(['.', ':']).map(str::parse::<u32>);
    let major = numbers.next()?.ok()?;
    let build = numbers.nth(1).and_then(Result::ok);
    let major = match (platform, major, build) {
        ("WINDOWS", 10, Some(build)) if build >= WINDOWS_11 => 11,
        _ => major,
    };
    Some(format!("{platform} {major}"))
}

/// Compares versions number by number, so that 15.10 comes after 15.9.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    parts(a).cmp(parts(b)).then_with(|| a.cmp(b))
}

/// Numbers before words.
fn parts(version: &str) -> impl Iterator<Item = (bool, u64, &str)> {
    version.split(|c: char| !c.is_alphanumeric()).map(|part| match part.parse() {
        Ok(number) => (false, number, ""),
        Err(_) => (true, 0, part),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_is_platform_and_major() {
        let check = |platform, version, want: Option<&str>| {
            assert_eq!(family(Some(platform), version).as_deref(), want, "{platform} {version:?}");
        };
        check("MACOS", Some("15.6.1"), Some("MACOS 15"));
        check("ANDROID", Some("16:2025-09-01"), Some("ANDROID 16"));
        check("WINDOWS", Some("10.0.19045.3000"), Some("WINDOWS 10"));
        check("WINDOWS", Some("10.0.26100.1"), Some("WINDOWS 11"));
        check("IOS", None, None);
        check("IOS", Some("beta"), None);
        assert_eq!(family(None, Some("15.6")), None);
    }

    #[test]
    fn versions_sort_by_number() {
        let mut versions = ["15.10", "15.9.1", "15.9", "beta", "9.0", "16:2025-09-01"];
        versions.sort_by(|a, b| compare(a, b));
        assert_eq!(versions, ["9.0", "15.9", "15.9.1", "15.10", "16:2025-09-01", "beta"]);
    }
}
