//! Findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), the format in which code hosts
//! take what a linter found.

use super::report::{Linted, Placed, severity_word};
use domain::Severity;
use posture::{files::FileError, lint::Code};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    path::{Component, Path},
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One run with all its findings. Files that can't be read are notifications of the run.
pub fn write(linted: &[Linted], errors: &[FileError], to: &mut impl Write) -> io::Result<()> {
    let results: Vec<Value> =
        linted.iter().flat_map(|check| check.findings.iter().map(|placed| result(check, placed))).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "posternctl",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Code::ALL.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": errors.is_empty(),
                "toolExecutionNotifications": errors.iter().map(notification).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *to, &log)?;
    writeln!(to)
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.key(),
        "shortDescription": { "text": code.about() },
        "defaultConfiguration": { "level": severity_word(code.severity()) },
    })
}

fn result(check: &Linted, placed: &Placed) -> Value {
    let finding = &placed.finding;
    let mut text = finding.message.clone();
    if !finding.explain.is_empty() {
        text = format!("{text} {}", finding.explain);
    }
    let artifact = json!({ "uri": uri(&check.path) });
    let mut result = json!({
        "ruleId": finding.code,
        "level": severity_word(finding.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact, "region": region(check, placed) } }],
    });
    if let Some(index) = Code::ALL.iter().position(|code| code.key() == finding.code) {
        result["ruleIndex"] = json!(index);
    }
    // Inside a YAML a new line would have to be indented.
    if let Some(fix) = finding.fix.as_ref().filter(|_| placed.in_file && check.indent == 0) {
        let edits: Vec<Value> = placed.edits.iter().map(|(region, text)| {
            json!({ "deletedRegion": lines(region), "insertedContent": { "text": text } })
        }).collect();
        if !edits.is_empty() {
            result["fixes"] = json!([{
                "description": { "text": fix.label },
                "artifactChanges": [{ "artifactLocation": artifact, "replacements": edits }],
            }]);
        }
    }
    result
}

/// Where in the file; for a query in a YAML, the line at which it begins.
fn region(check: &Linted, placed: &Placed) -> Value {
    if placed.in_file { lines(&placed.place) } else { json!({ "startLine": check.line }) }
}

fn lines(place: &super::report::Region) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

fn notification(error: &FileError) -> Value {
    let mut location = json!({ "artifactLocation": { "uri": uri(&error.path) } });
    if let Some(line) = error.line {
        location["region"] = json!({ "startLine": line });
        if let Some(column) = error.column {
            location["region"]["startColumn"] = json!(column);
        }
    }
    json!({
        "level": severity_word(Severity::Error),
        "message": { "text": error.what },
        "locations": [{ "physicalLocation": location }],
    })
}

/// A path as a URI reference: relative as it was given, absolute with its scheme.
fn uri(path: &Path) -> String {
    if path.is_absolute() {
        return url::Url::from_file_path(path)
            .map(String::from)
            .unwrap_or_else(|()| path.display().to_string());
    }
    // The address only lends its rules on which characters are written how.
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        // An address would take `..` back by itself; as text it stays.
        Component::ParentDir => Some(String::from("..")),
        _ => None,
    });
    let encoded = parts.map(|part| {
        let mut address = url::Url::parse("file:///").expect("an address without anything");
        if part != ".." {
            address.path_segments_mut().expect("a file has a path").clear().push(&part);
            return address.path().trim_start_matches('/').to_owned();
        }
        part
    });
    encoded.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_reference_that_others_can_resolve() {
        let check = |path: &str, want: &str| assert_eq!(uri(Path::new(path)), want);
        check("checks/a.sql", "checks/a.sql");
        check("./my checks/ä#1?.sql", "my%20checks/%C3%A4%231%3F.sql");
        check("../a%20.sql", "../a%2520.sql");
        #[cfg(unix)]
        check("/tmp/a b.sql", "file:///tmp/a%20b.sql");
    }
}
