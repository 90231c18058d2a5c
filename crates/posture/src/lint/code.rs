//! The codes of the linter's findings: stable names, each with a line for documents and SARIF. Knows no rules.

use domain::{Finding, Fix, Severity};

use super::tokens::Span;

macro_rules! codes {
    ($($code:ident $key:literal $severity:ident $about:literal;)*) => {
        /// What a finding is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $about] $code,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The stable name, in kebab case.
            pub fn key(self) -> &'static str {
                match self { $(Self::$code => $key,)* }
            }

            /// How bad it usually is; some rules say it with less.
            pub fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$severity,)* }
            }

            /// What it is, in a line.
            pub fn about(self) -> &'static str {
                match self { $(Self::$code => $about,)* }
            }
        }
    };
}

codes! {
    Empty "empty" Error "There is no statement.";
    NulByte "nul-byte" Error "The text holds a NUL byte, where a device's command line ends.";
    TooLong "too-long" Error "The text is longer than a device takes on its command line.";
    TooDeep "too-deep" Error "Brackets or CASEs nest deeper than SQLite 3.42 can read.";
    Syntax "syntax" Error "SQLite can't read the statement.";
    UnknownTable "unknown-table" Error "No table of this osquery has that name.";
    WrongPlatform "wrong-platform" Error "The table exists on another platform only.";
    UnknownColumn "unknown-column" Error "No table in scope has that column.";
    AmbiguousColumn "ambiguous-column" Error "More than one table in scope has that column.";
    UnknownFunction "unknown-function" Error "osquery has no such function.";
    WrongArguments "wrong-arguments" Error "The function does not take so many arguments.";
    NewerSqlite "newer-sqlite" Error "Only a newer SQLite than osquery's has this.";
    Denied "denied" Error "osquery does not allow this statement.";
    Refused "refused" Error "SQLite refuses the statement.";
    MissingConstraint "missing-constraint" Error "A required column is not constrained: the device gives an error.";
    ShellCommand "shell-command" Error "A text that begins with a dot is a command of osquery's shell, not SQL.";
    Statements "not-one-statement" Error "A check is one statement.";
    NotSelect "not-select" Error "A check is a SELECT.";
    Columns "not-one-column" Error "A check answers with one column.";
    Rows "not-one-row" Warning "A check answers with exactly one row.";
    RowMeansPass "row-means-pass" Error "The query gives a row to pass and none to fail, as Fleet's policies do.";
    NoSemicolon "no-semicolon" Warning "A check ends with a semicolon.";
    Answer "not-one-or-zero" Warning "A check of the kind CHECKBOX answers with exactly 1 or 0.";
    RefusedFunction "refused-function" Error "The function has no place in a check.";
    SilentConstraint "silent-constraint" Error "A required column is constrained in a way that gives no rows and no error.";
    ColumnNotHere "column-not-on-platform" Warning "The column is always NULL on this platform.";
    TextAsNumber "text-as-number" Warning "A text is compared as if it were a number.";
    VersionAsText "version-as-text" Warning "A version is compared letter by letter.";
    ReadsNothing "reads-nothing" Warning "The query reads no table: every device gives the same answer.";
    FailsOpen "fails-open" Warning "The check passes when nothing is known.";
    PerUser "per-user-table" Warning "The table holds one user's data, and the query runs as root or SYSTEM.";
    DoubleQuoted "double-quoted-text" Warning "A text in double quotes turns into a column as soon as one has its name.";
    Events "event-table" Warning "The table is filled by events and always empty in a check.";
    Slow "slow" Warning "The query may take longer than Okta Verify waits.";
    Trap "table-trap" Warning "The table does not behave as it reads.";
    Minimum "okta-verify-minimum" Note "The check asks for less than Okta Verify itself needs.";
    LikeWildcard "like-wildcard" Note "In LIKE an underscore stands for any character.";
    Parameter "parameter" Warning "A parameter is never bound: it is NULL.";
}

impl Code {
    /// A finding of this code, with its usual severity and without a fix.
    pub fn at(self, span: Span, message: impl Into<String>, explain: impl Into<String>) -> Finding {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Finding {
            code: self.key().to_owned(),
            severity: self.severity(),
            start: place(span.start),
            end: place(span.end),
            message: message.into(),
            explain: explain.into(),
            fix: None,
        }
    }
}

/// A fix of one or more replacements.
pub fn fix(label: impl Into<String>, edits: impl IntoIterator<Item = (Span, String)>) -> Option<Fix> {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut edits: Vec<domain::Edit> = edits
        .into_iter()
        .map(|(span, text)| domain::Edit { start: place(span.start), end: place(span.end), text })
        .collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    Some(Fix { label: label.into(), edits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kebab_case_and_unlike() {
        let mut keys: Vec<&str> = Code::ALL.iter().map(|code| code.key()).collect();
        assert!(keys.iter().all(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')), "{keys:?}");
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| code.about().ends_with('.')));
    }
}
