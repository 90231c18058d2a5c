//! The linter as a whole: traps, shapes of required columns, good queries, and texts that no one wrote.

mod good;
mod places;
mod random;
mod shapes;
mod traps;

use super::*;
use OsqueryPlatform::{Macos, Windows};
use domain::Severity;

pub(super) fn linted(platform: OsqueryPlatform, query: &str) -> LintReport {
    lint(Catalogue::shipped(), platform, Mapping::Checkbox, query)
}

/// The codes of all findings but the notes, with the text that each marks.
pub(super) fn found(platform: OsqueryPlatform, query: &str) -> Vec<(String, String)> {
    let report = linted(platform, query);
    let text = |finding: &Finding| query[finding.start as usize..finding.end as usize].to_owned();
    report.findings.iter().map(|finding| (finding.code.clone(), text(finding))).collect()
}

/// Applies every fix: the query has to be valid then, and to have lost the finding.
pub(super) fn fixes_hold(platform: OsqueryPlatform, query: &str) {
    let report = linted(platform, query);
    for finding in &report.findings {
        let Some(fix) = &finding.fix else { continue };
        let fixed = fix.applied_to(query);
        assert_ne!(fixed, query, "{query}\n{finding:#?}");
        let again = linted(platform, &fixed);
        // Another mistake may still be there, if it was before.
        if report.valid || report.findings.iter().filter(|f| is_fatal(f)).count() == 1 {
            assert!(again.valid, "{query}\n{fixed}\n{again:#?}");
        }
        let same = |other: &Finding| other.code == finding.code && other.message == finding.message;
        let count = |report: &LintReport| report.findings.iter().filter(|f| same(f)).count();
        assert!(count(&again) < count(&report), "{query}\n{fixed}\n{finding:#?}\n{again:#?}");
    }
}

#[test]
fn the_published_examples() {
    let query =
        "SELECT CASE WHEN enabled = 1 THEN 1 ELSE 0 END AS firewall_enabled FROM windows_firewall_profiles;";
    let report = linted(Windows, query);
    assert!(!report.valid);
    assert_eq!(found(Windows, query), [("unknown-table".to_owned(), "windows_firewall_profiles".to_owned())]);
    let fixed = report.findings[0].fix.as_ref().expect("a fix").applied_to(query);
    assert_eq!(
        fixed,
        "SELECT EXISTS(SELECT 1 FROM windows_security_center WHERE firewall = 'Good') AS firewall_enabled;"
    );
    assert_eq!(linted(Windows, &fixed), LintReport { valid: true, findings: Vec::new() });

    let query = "SELECT CASE WHEN global_state = 0 THEN 0 ELSE 1 END AS firewall_enabled FROM alf;";
    let report = linted(Macos, query);
    assert!(report.valid);
    assert_eq!(report.findings.len(), 1, "{report:#?}");
    assert_eq!(
        (report.findings[0].code.as_str(), report.findings[0].severity),
        ("fails-open", Severity::Warning)
    );
    assert_eq!(found(Macos, query)[0].1, "1");
    let fixed = report.findings[0].fix.as_ref().expect("a fix").applied_to(query);
    assert_eq!(fixed, "SELECT CASE WHEN global_state >= 1 THEN 1 ELSE 0 END AS firewall_enabled FROM alf;");
    assert_eq!(linted(Macos, &fixed), LintReport { valid: true, findings: Vec::new() });
}
