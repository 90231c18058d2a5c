//! Where a mistake in a file stands, and how it is told.

use super::FileError;
use serde_saphyr::{Error, Location};
use std::path::Path;

/// `:3:7`, as editors and CI systems understand it.
pub(super) fn suffix(line: Option<u32>, column: Option<u32>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        (Some(line), None) => format!(":{line}"),
        (None, _) => String::new(),
    }
}

/// An error about the file as a whole.
pub(super) fn whole(path: &Path, what: impl Into<String>) -> FileError {
    FileError { path: path.to_owned(), line: None, column: None, what: what.into() }
}

/// An error at a place that the YAML reader names.
pub(super) fn at(path: &Path, location: Location, what: impl Into<String>) -> FileError {
    // Line 0 is the reader's word for "unknown".
    let known = |number: u64| u32::try_from(number).ok().filter(|number| *number > 0);
    let (line, column) = (known(location.line()), known(location.column()));
    FileError { path: path.to_owned(), line, column, what: what.into() }
}

/// What the YAML reader has against a file, in our words where people meet it often.
pub(super) fn of_yaml(path: &Path, error: &Error) -> FileError {
    let error = error.without_snippet();
    let what = match error {
        Error::SerdeUnknownField { field, expected, .. } => unknown("key", field, expected),
        Error::SerdeUnknownVariant { variant, expected, .. } => unknown("value", variant, expected),
        Error::SerdeMissingField { field, .. } => format!("The key `{field}` is missing."),
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("The key `{key}` is there twice."),
        Error::NullIntoString { .. } => {
            String::from("There is no value here. Write '' for an empty text, or leave the key out.")
        }
        Error::Unexpected { expected, .. } => {
            format!("Here {} is expected.", expected.replace("string scalar", "a text"))
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => format!(
            "This file is larger or deeper than a check can be ({}).",
            plain(error).trim_end_matches('.')
        ),
        other => plain(other),
    };
    let location = error.location().unwrap_or(Location::UNKNOWN);
    at(path, location, what)
}

/// The reader's own message without its place, which is told elsewhere.
fn plain(error: &Error) -> String {
    let text = error.render();
    let text = text.split(" at line ").next().unwrap_or(&text);
    text.lines().next().unwrap_or("This is no YAML.").trim().to_owned()
}

/// Names what is not known, and what may have been meant.
pub(super) fn unknown(kind: &str, name: &str, known: &[&'static str]) -> String {
    // Names that the format doesn't have are cut, for somebody may have pasted a novel.
    let name: String = name.chars().take(60).collect();
    let near = known.iter().map(|candidate| (strsim::damerau_levenshtein(&name, candidate), *candidate));
    match near.min().filter(|(distance, candidate)| *distance * 2 <= candidate.len().max(4)) {
        Some((_, meant)) => format!("There is no {kind} `{name}` here. Did you mean `{meant}`?"),
        None => format!("There is no {kind} `{name}` here; there are {}.", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_recognised() {
        let check = |name: &str, want: &str| {
            assert_eq!(unknown("key", name, &["query", "query_file", "name"]), want);
        };
        check("querry", "There is no key `querry` here. Did you mean `query`?");
        check("queryfile", "There is no key `queryfile` here. Did you mean `query_file`?");
        check("colour", "There is no key `colour` here; there are query, query_file, name.");
    }

    #[test]
    fn a_place_is_told_as_editors_know_it() {
        let error = FileError {
            path: "a.check.yaml".into(),
            line: Some(3),
            column: Some(7),
            what: "There is no key `x` here.".into(),
        };
        assert_eq!(error.to_string(), "a.check.yaml:3:7: There is no key `x` here.");
        assert_eq!(whole(Path::new("a"), "Gone.").to_string(), "a: Gone.");
    }
}
