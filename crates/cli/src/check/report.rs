//! Findings with their places in files, and how they are told to people and programs.

use super::input::Input;
use domain::{Finding, LintReport, OsqueryPlatform, Severity};
use posture::files::{FileError, QueryPlace};
use serde::Serialize;
use std::{
    io::{self, Write},
    path::PathBuf,
};

/// What the linter said of one check.
#[derive(Debug, Serialize)]
pub struct Linted {
    /// The file in which the query stands.
    pub path: PathBuf,
    /// The line at which the query begins, from 1.
    pub line: u32,
    /// Characters before each line of the query.
    #[serde(skip)]
    pub indent: u32,
    pub variable_name: String,
    pub platform: OsqueryPlatform,
    /// Whether a device would run it.
    pub valid: bool,
    pub findings: Vec<Placed>,
}

/// A finding and where it stands.
#[derive(Debug, Serialize)]
pub struct Placed {
    #[serde(flatten)]
    pub finding: Finding,
    #[serde(flatten)]
    pub place: Region,
    /// Whether lines and columns are those of the file; else they are those of the query, which the YAML holds quoted or folded.
    pub in_file: bool,
    /// The places of the fix's edits, and their texts.
    #[serde(skip)]
    pub edits: Vec<(Region, String)>,
}

/// Lines and characters from 1; the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Region {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

impl Linted {
    /// Gives each finding its place.
    pub fn new(
        at: &QueryPlace,
        variable_name: &str,
        platform: OsqueryPlatform,
        query: &str,
        report: LintReport,
    ) -> Self {
        let first = if at.verbatim { at.line } else { 1 };
        let indent = if at.verbatim { at.indent } else { 0 };
        let region = |start: u32, end: u32| {
            let (line, column) = position(query, start, first);
            let (end_line, end_column) = position(query, end, first);
            Region { line, column: column + indent, end_line, end_column: end_column + indent }
        };
        let placed = |finding: Finding| {
            let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
            Placed {
                place: region(finding.start, finding.end),
                in_file: at.verbatim,
                edits: edits.map(|edit| (region(edit.start, edit.end), edit.text.clone())).collect(),
                finding,
            }
        };
        Self {
            path: at.path.clone(),
            line: at.line,
            indent: at.indent,
            variable_name: variable_name.to_owned(),
            platform,
            valid: report.valid,
            findings: report.findings.into_iter().map(placed).collect(),
        }
    }
}

/// Line and character of a byte of the query.
pub fn position(query: &str, byte: u32, first: u32) -> (u32, u32) {
    let before = query.get(..byte as usize).unwrap_or(query);
    let line = before.bytes().filter(|byte| *byte == b'\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    (count(line).saturating_add(first), count(column).saturating_add(1))
}

/// For a person.
pub fn text(linted: &[Linted], errors: &[FileError], to: &mut impl Write) -> io::Result<()> {
    for error in errors {
        writeln!(to, "{error}")?;
    }
    for check in linted {
        for placed in &check.findings {
            let Finding { severity, code, message, explain, fix, .. } = &placed.finding;
            let query = if placed.in_file { "" } else { " (query)" };
            let path = check.path.display();
            let severity = severity_word(*severity);
            writeln!(
                to,
                "{path}{query}:{}:{}: {severity}[{code}]: {message}",
                placed.place.line, placed.place.column
            )?;
            if !explain.is_empty() {
                writeln!(to, "    {explain}")?;
            }
            if let Some(fix) = fix {
                writeln!(to, "    Fix: {}", fix.label)?;
            }
        }
    }
    Ok(())
}

/// For a program.
pub fn json(linted: &[Linted], errors: &[FileError], to: &mut impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct All<'a> {
        checks: &'a [Linted],
        errors: Vec<Unread<'a>>,
    }
    let errors = errors.iter().map(Unread::from).collect();
    serde_json::to_writer_pretty(&mut *to, &All { checks: linted, errors })?;
    writeln!(to)
}

/// A file that could not be read.
#[derive(Debug, Serialize)]
pub struct Unread<'a> {
    path: &'a std::path::Path,
    line: Option<u32>,
    column: Option<u32>,
    error: &'a str,
}

impl<'a> From<&'a FileError> for Unread<'a> {
    fn from(error: &'a FileError) -> Self {
        Self { path: &error.path, line: error.line, column: error.column, error: &error.what }
    }
}

/// `3 checks, 1 error, 2 warnings`.
pub fn summary(linted: &[Linted], input: &Input) -> String {
    let counted = |severity| {
        let all = linted.iter().flat_map(|check| &check.findings);
        all.filter(|placed| placed.finding.severity == severity).count()
    };
    let mut parts = vec![many(linted.len(), "check")];
    for (severity, word) in
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
    {
        parts.push(many(counted(severity), word));
    }
    if !input.errors.is_empty() {
        parts.push(format!("{} not readable", many(input.errors.len(), "file")));
    }
    parts.join(", ")
}

/// `1 check`, `2 checks`.
pub fn many(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The word that JSON and SARIF have for it, too.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_has_a_line_and_a_character() {
        let check = |byte, want| assert_eq!(position("a\näö x", byte, 5), want);
        check(0, (5, 1));
        check(1, (5, 2));
        check(2, (6, 1));
        check(6, (6, 3));
        // The end, past the end, and inside a character.
        check(8, (6, 5));
        check(99, (6, 5));
        check(3, (6, 5));
    }
}
