//! What differs between two checks, field by field, and line by line where a text has several.

use domain::CheckContent;
use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDiff {
    /// As the files call it: `query`, `remediation.message`.
    pub field: String,
    /// `None`: not set.
    pub before: Option<String>,
    pub after: Option<String>,
    /// Line by line, the unchanged lines with it.
    pub lines: Vec<LineDiff>,
}

/// One line of a text before or after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDiff {
    pub change: LineChange,
    /// Without its end.
    pub text: String,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineChange {
    Same,
    Removed,
    Added,
}

impl LineChange {
    /// The mark at the head of the line, as every diff has it.
    pub fn mark(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Removed => '-',
            Self::Added => '+',
        }
    }
}

/// The fields that differ, in the order of the file; none if the two are the same.
pub fn diff(a: &CheckContent, b: &CheckContent) -> Vec<FieldDiff> {
    fields(a)
        .into_iter()
        .zip(fields(b))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| FieldDiff {
            field: field.to_owned(),
            lines: lines(before.as_deref().unwrap_or(""), after.as_deref().unwrap_or("")),
            before,
            after,
        })
        .collect()
}

fn fields(check: &CheckContent) -> [(&'static str, Option<String>); 10] {
    // Taken apart so that a new field is not forgotten here.
    let CheckContent { name, description, variable_name, platform, mapping, query, remediation } = check;
    let domain::Remediation { message_key, message, default_link, link } = remediation;
    [
        ("name", Some(name.clone())),
        ("description", Some(description.clone())),
        ("variable_name", Some(variable_name.clone())),
        ("platform", Some(platform.key().to_owned())),
        ("mapping", Some(mapping.okta().to_ascii_lowercase())),
        ("query", Some(query.clone())),
        ("remediation.message", message.clone()),
        ("remediation.link", link.clone()),
        ("remediation.message_key", message_key.clone()),
        ("remediation.default_link", default_link.clone()),
    ]
}

fn lines(before: &str, after: &str) -> Vec<LineDiff> {
    let diff = TextDiff::from_lines(before, after);
    diff.iter_all_changes()
        .map(|change| LineDiff {
            change: match change.tag() {
                ChangeTag::Equal => LineChange::Same,
                ChangeTag::Delete => LineChange::Removed,
                ChangeTag::Insert => LineChange::Added,
            },
            text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{OsqueryPlatform, Remediation};

    fn check(query: &str, message: Option<&str>) -> CheckContent {
        CheckContent {
            name: "Firewall".into(),
            description: String::new(),
            variable_name: "firewall".into(),
            platform: OsqueryPlatform::Macos,
            mapping: domain::Mapping::Checkbox,
            query: query.into(),
            remediation: Remediation { message: message.map(str::to_owned), ..Remediation::default() },
        }
    }

    #[test]
    fn a_query_is_compared_line_by_line() {
        let (a, b) = (check("SELECT\n  1\nAS x;", None), check("SELECT\n  0\nAS x;", None));
        let diffs = diff(&a, &b);
        assert_eq!(diffs.iter().map(|each| each.field.as_str()).collect::<Vec<_>>(), ["query"]);
        let told: Vec<String> =
            diffs[0].lines.iter().map(|line| format!("{}{}", line.change.mark(), line.text)).collect();
        assert_eq!(told, [" SELECT", "-  1", "+  0", " AS x;"]);
        assert_eq!(diff(&a, &a), []);
    }

    #[test]
    fn a_text_that_is_not_set_differs_from_an_empty_one() {
        let diffs = diff(&check("SELECT 1;", None), &check("SELECT 1;", Some("")));
        assert_eq!(diffs.len(), 1);
        assert_eq!((&diffs[0].before, &diffs[0].after), (&None, &Some(String::new())));
    }
}
