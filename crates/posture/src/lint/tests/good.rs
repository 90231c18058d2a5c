//! Queries in the manner of real packs and policies: a linter that has errors for them is of no use.

use super::{fixes_hold, linted};
use domain::OsqueryPlatform::{self, Linux, Macos, Windows};

const GOOD: &[(OsqueryPlatform, &str)] =
    &[(Macos, "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1) AS firewall_enabled;")];

#[test]
fn good_queries_have_no_errors() {
    for (platform, query) in GOOD {
        let report = linted(*platform, query);
        assert!(report.valid, "{query}\n{report:#?}");
        let worst = report.findings.iter().find(|finding| finding.severity == domain::Severity::Error);
        assert!(worst.is_none(), "{query}\n{report:#?}");
        fixes_hold(*platform, query);
    }
    let _ = (Linux, Windows);
}
