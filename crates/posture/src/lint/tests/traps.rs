//! The traps that make a wrong check look right, and what the linter says of each.

use super::{fixes_hold, found};
use domain::OsqueryPlatform::{Macos, Windows};

/// All findings, as code and marked text; and every fix holds.
fn check(platform: domain::OsqueryPlatform, query: &str, want: &[(&str, &str)]) {
    let found = found(platform, query);
    let found: Vec<(&str, &str)> = found.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
    assert_eq!(found, want, "{query}");
    fixes_hold(platform, query);
}

#[test]
fn names() {
    check(Macos, "SELECT EXISTS(SELECT 1 FROM appss WHERE name = 'x');", &[("unknown-table", "appss")]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM registry WHERE path = 'x');",
        &[("wrong-platform", "registry")],
    );
    check(Windows, "SELECT EXISTS(SELECT 1 FROM alf);", &[("wrong-platform", "alf")]);
    check(
        Macos,
        "SELECT EXISTS(SELECT 1 FROM alf WHERE global_stat = 1);",
        &[("unknown-column", "global_stat")],
    );
    check(Macos, "SELECT EXISTS(SELECT 1 FROM alf a WHERE a.enabled = 1);", &[("unknown-column", "enabled")]);
}
