//! A query looked over, and what it would be with every fix in it.

use contract::lab::{Linted, Subject};
use domain::{LintReport, Severity};
use posture::{Catalogue, lint::lint as look_over};
use std::collections::HashSet;
use std::time::Instant;

/// So often a fix may open the way for another one.
const ROUNDS: usize = 6;

/// What the linter says.
pub(super) fn lint(subject: &Subject) -> Linted {
    let catalogue = Catalogue::shipped();
    let begun = Instant::now();
    let report = look_over(catalogue, subject.platform, subject.mapping, &subject.query);
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let fixed = fixed(subject, &report);
    Linted { query: subject.query.clone(), report, fixed, micros, osquery: catalogue.osquery.clone() }
}

/// The query with the fixes that errors and warnings offer, one after the other; `None` where that changes nothing.
fn fixed(subject: &Subject, report: &LintReport) -> Option<String> {
    let mut query = subject.query.clone();
    // A pair of fixes that undo each other would go round for ever.
    let mut seen = HashSet::from([query.clone()]);
    let mut report = report.clone();
    for _ in 0..ROUNDS {
        let next = report.findings.iter().filter(|f| f.severity != Severity::Note).find_map(|finding| {
            let next = finding.fix.as_ref()?.applied_to(&query);
            (!seen.contains(&next)).then_some(next)
        });
        let Some(next) = next else { break };
        seen.insert(next.clone());
        query = next;
        report = look_over(Catalogue::shipped(), subject.platform, subject.mapping, &query);
    }
    (query != subject.query).then_some(query)
}
