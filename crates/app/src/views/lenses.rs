//! The built-in views: what good housekeeping looks for. Each is an ordinary query, so its number opens exactly its rows.
//! What is old is told from what the org's own devices run, never from a list of versions.

use crate::{failure, org::Org};
use cache::Counts;
use contract::{Failure, views::Lens};
use domain::{
    Attribute, Compare, Condition, DeviceQuery, DiskEncryption, Facet, FacetFilter, SnapshotId, Test,
    UNKNOWN, Where,
};
use std::collections::BTreeMap;

/// So many of a platform's newest major versions are not old.
const CURRENT_MAJORS: usize = 2;

pub(super) fn all(org: &Org, snapshot: SnapshotId) -> Result<Vec<Lens>, Failure> {
    let fleet = org.cache.fleet(snapshot).map_err(failure::cache)?;
    let totals = fleet.totals();
    let mut lenses = vec![
        facet("orphaned", "Orphaned", "Linked to nobody.", Facet::Users, &["0"]),
        facet("shared", "Shared", "Linked to two people or more.", Facet::Users, &["2+"]),
        duplicates(),
        facet("stale", "Stale", "Nothing heard of for 90 days or more.", Facet::LastEvidence, &["90+"]),
        facet(
            "unmanaged",
            "Unmanaged",
            "Not managed for any of its users.",
            Facet::Managed,
            &["NOT_MANAGED"],
        ),
        facet(
            "unencrypted",
            "Not encrypted",
            "Device assurance does not count its disk as encrypted.",
            Facet::Encryption,
            &unencrypted(),
        ),
    ];
    lenses.push(old_os(totals));
    for lens in &mut lenses {
        lens.count = match &lens.query.filters[..] {
            [filter] => filter.values.iter().map(|value| totals.get(filter.facet, value)).sum(),
            _ => org.cache.count(snapshot, &lens.query).map_err(failure::cache)?,
        };
    }
    Ok(lenses)
}

fn lens(id: &str, label: &str, note: &str, query: DeviceQuery) -> Lens {
    Lens { id: id.to_owned(), label: label.to_owned(), note: note.to_owned(), query, count: 0 }
}

fn facet(id: &str, label: &str, note: &str, facet: Facet, values: &[&str]) -> Lens {
    let filters = vec![FacetFilter::include(facet, values.iter().copied())];
    lens(id, label, note, DeviceQuery { filters, ..DeviceQuery::default() })
}

fn duplicates() -> Lens {
    let shares = Condition::new(Attribute::Duplicates, Test::Number(Compare::AtLeast, 1));
    let query = DeviceQuery { conditions: Where::one(shares), ..DeviceQuery::default() };
    lens("duplicates", "Duplicate serial", "Another device reports the same serial number.", query)
}

fn unencrypted() -> Vec<&'static str> {
    let known = DiskEncryption::KNOWN.iter();
    known.filter(|e| e.counts_as_encrypted() == Some(false)).map(DiskEncryption::as_str).collect()
}

fn old_os(totals: &Counts) -> Lens {
    let old = older_majors(totals.of(Facet::Os).iter().map(|count| &*count.value));
    let old: Vec<&str> = old.iter().map(String::as_str).collect();
    let mut lens = facet(
        "old_os",
        "Old OS",
        "Older than the two newest major versions seen on its platform.",
        Facet::Os,
        &old,
    );
    if old.is_empty() {
        // Without a value a filter would keep everything; there is nothing old, so nothing is found.
        lens.query.filters[0].values = vec!["none".to_owned()];
    }
    lens
}

/// The values of the OS facet that are older than the newest two of their platform.
fn older_majors<'v>(values: impl Iterator<Item = &'v str>) -> Vec<String> {
    let mut majors: BTreeMap<&str, Vec<(u32, &str)>> = BTreeMap::new();
    for value in values.filter(|value| *value != UNKNOWN) {
        if let Some((platform, major)) = value.split_once(' ')
            && let Ok(major) = major.parse()
        {
            majors.entry(platform).or_default().push((major, value));
        }
    }
    let older = majors.into_values().flat_map(|mut majors| {
        majors.sort_unstable_by(|a, b| b.cmp(a));
        majors.into_iter().skip(CURRENT_MAJORS)
    });
    older.map(|(_, value)| value.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_is_what_two_newer_majors_of_the_same_platform_follow() {
        let seen =
            ["MACOS 9", "MACOS 15", "MACOS 26", "MACOS 14", "WINDOWS 10", "WINDOWS 11", "IOS 18", "~", "ODD"];
        assert_eq!(older_majors(seen.into_iter()), ["MACOS 14", "MACOS 9"]);
        assert_eq!(older_majors(["WINDOWS 11"].into_iter()), [] as [String; 0]);
    }

    #[test]
    fn what_assurance_counts_as_not_encrypted_is_named_by_the_domain() {
        assert_eq!(unencrypted(), ["SYSTEM_VOLUME", "NONE"]);
    }
}
