//! What the linter has to say of a query.

use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A device would not run it, or Okta could not use its answer.
    Error,
    /// It runs, and the answer is likely not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// One finding: where, what, why, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// A stable name in kebab case: `unknown-table`. The list is `posture::lint::Code`.
    pub code: String,
    pub severity: Severity,
    /// Where, in bytes of the query, on boundaries of characters; `end` is exclusive.
    pub start: u32,
    pub end: u32,
    /// What, in one sentence.
    pub message: String,
    /// Why it matters and what a device would do, in a sentence or two.
    pub explain: String,
    pub fix: Option<Fix>,
}

/// A change of the query that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What the button says: `Use windows_security_center`.
    pub label: String,
    /// In order, not overlapping.
    pub edits: Vec<Edit>,
}

/// One replacement in the query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    pub start: u32,
    pub end: u32,
    pub text: String,
}

impl Fix {
    /// The query with the fix in it. Edits that don't fit the text (any more) leave it as it is.
    pub fn applied_to(&self, query: &str) -> String {
        let mut text = query.to_owned();
        for edit in self.edits.iter().rev() {
            let range = edit.start as usize..edit.end as usize;
            if text.get(range.clone()).is_none() {
                return query.to_owned();
            }
            text.replace_range(range, &edit.text);
        }
        text
    }
}

/// Everything that the linter found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LintReport {
    /// Whether a device with this osquery on that platform would run it. Whether it keeps Okta's rules is in the findings.
    pub valid: bool,
    /// The worst first; within one severity in the order of the text.
    pub findings: Vec<Finding>,
}

impl LintReport {
    /// How many findings are this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The worst severity of all, if there is any finding.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_changes_the_text_or_leaves_it_alone() {
        let edit = |start, end, text: &str| Edit { start, end, text: text.into() };
        let check = |edits: Vec<Edit>, query: &str, want: &str| {
            assert_eq!(Fix { label: String::new(), edits }.applied_to(query), want);
        };
        check(vec![edit(0, 0, "SELECT EXISTS("), edit(8, 9, ");")], "SELECT 1;", "SELECT EXISTS(SELECT 1);");
        check(vec![edit(7, 8, "2")], "SELECT 1;", "SELECT 2;");
        // The text was changed meanwhile, or the edit would cut a character.
        check(vec![edit(40, 41, "x")], "SELECT 1;", "SELECT 1;");
        check(vec![edit(1, 2, "x")], "ä", "ä");
    }
}
