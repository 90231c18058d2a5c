//! Facts on the table, column or function under the cursor.

use super::scope::scope;
use super::tokens::{Token, tokens, unquoted};
use crate::catalogue::{Catalogue, Column, Function, Table};
use domain::OsqueryPlatform;

/// What to show, and for which bytes of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    pub start: usize,
    pub end: usize,
    pub title: String,
    /// Sentences, one a line.
    pub body: String,
}

/// What is known of the name at the byte offset.
pub fn hover(catalogue: &Catalogue, platform: OsqueryPlatform, query: &str, offset: usize) -> Option<Hover> {
    let tokens = tokens(query);
    let at = tokens.iter().position(|t| t.span.touches(offset) && t.is_word(query) && t.span.end > offset);
    let at = at.or_else(|| tokens.iter().position(|t| t.span.touches(offset) && t.is_word(query)))?;
    let token = *tokens.get(at)?;
    let name = unquoted(token.text(query));
    let (title, body) = told(catalogue, platform, query, &tokens, at, &name)?;
    Some(Hover { start: token.span.start, end: token.span.end, title, body })
}

fn told(
    catalogue: &Catalogue,
    platform: OsqueryPlatform,
    query: &str,
    tokens: &[Token],
    at: usize,
    name: &str,
) -> Option<(String, String)> {
    let text = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| token.text(query));
    if text(at.checked_add(1)) == Some("(")
        && let Some(function) = catalogue.function(name)
    {
        return Some(function_facts(function));
    }
    let place = tokens.get(at)?.span.start;
    let scope = scope(catalogue, platform, query, place);
    let alias = (text(at.checked_sub(1)) == Some(".")).then(|| text(at.checked_sub(2))).flatten();
    let after_from = text(at.checked_sub(1))
        .is_some_and(|word| ["from", "join"].iter().any(|from| word.eq_ignore_ascii_case(from)));
    if !after_from {
        for (known, table) in &scope.tables {
            if alias.is_some_and(|alias| !known.eq_ignore_ascii_case(&unquoted(alias))) {
                continue;
            }
            let table = catalogue.table(table)?;
            if let Some(column) = table.column(name) {
                return Some(column_facts(table, column, platform));
            }
        }
        // An alias stands for its table.
        if let Some((_, table)) = scope.tables.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            return Some(table_facts(catalogue.table(table)?, platform));
        }
    }
    catalogue.table(name).map(|table| table_facts(table, platform))
}

fn table_facts(table: &Table, platform: OsqueryPlatform) -> (String, String) {
    let mut lines: Vec<String> = table.about.iter().cloned().collect();
    let platforms: Vec<&str> = table.platforms.iter().map(|platform| platform.label()).collect();
    lines.push(format!("On {}.", platforms.join(", ")));
    if !table.is_on(platform) {
        lines.push(format!("Not on {}.", platform.label()));
    }
    let required: Vec<&str> = table.required().map(|column| column.name.as_str()).collect();
    if !required.is_empty() {
        lines.push(format!("Needs a condition on {}.", required.join(" or ")));
    }
    if table.per_user {
        lines.push("Holds the current user's data unless joined to users by uid.".to_owned());
    }
    if table.evented {
        lines.push("Filled by events: always empty in a check.".to_owned());
    }
    let columns = table.columns.iter().filter(|column| !column.is_hidden_on(platform));
    let columns: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
    lines.push(format!("Columns: {}.", columns.join(", ")));
    (table.name.clone(), lines.join("\n"))
}

fn column_facts(table: &Table, column: &Column, platform: OsqueryPlatform) -> (String, String) {
    let mut lines = vec![format!("{} of the table {}.", column.kind.sql(), table.name)];
    if column.required {
        lines.push("Has to be constrained by =, IN or LIKE.".to_owned());
    } else if column.index || column.additional {
        lines.push("A condition on it reaches the table itself.".to_owned());
    }
    match column.collate.as_deref() {
        Some("NOCASE") => lines.push("Compared without regard to case.".to_owned()),
        Some("BINARY") | None => {}
        Some(collation) => lines.push(format!("Compared as {collation}.")),
    }
    if !column.is_on(platform) {
        lines.push(format!("Always NULL on {}.", platform.label()));
    } else if column.hidden {
        lines.push("Not part of *.".to_owned());
    }
    (format!("{}.{}", table.name, column.name), lines.join("\n"))
}

fn function_facts(function: &Function) -> (String, String) {
    let mut lines: Vec<String> = function.about.iter().cloned().collect();
    lines.push(format!("Returns {}.", function.returns));
    match function.nulls.as_str() {
        "null" => lines.push("NULL where an argument is NULL.".to_owned()),
        "skipped" => lines.push("Leaves NULLs out.".to_owned()),
        "error" => lines.push("A NULL argument is an error.".to_owned()),
        "warning" => lines.push("NULL and a warning where an argument is unfit.".to_owned()),
        _ => {}
    }
    (format!("{}({})", function.name, function.arguments.join(", ")), lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_under_the_cursor_are_told() {
        let check = |marked: &str, want: Option<(&str, &str)>| {
            let offset = marked.find('|').expect("a mark");
            let query = marked.replacen('|', "", 1);
            let hover = hover(Catalogue::shipped(), OsqueryPlatform::Macos, &query, offset);
            match (hover, want) {
                (Some(hover), Some((title, part))) => {
                    assert_eq!(hover.title, title, "{marked}");
                    assert!(hover.body.contains(part), "{marked}: {}", hover.body);
                }
                (None, None) => {}
                (found, _) => panic!("{marked}: {found:?}"),
            }
        };
        check("SELECT glo|bal_state FROM alf", Some(("alf.global_state", "INTEGER")));
        check("SELECT 1 FROM al|f", Some(("alf", "On macOS")));
        check("SELECT 1 FROM |registry", Some(("registry", "Not on macOS")));
        check("SELECT f.size FROM file f WHERE f.pa|th = 'x'", Some(("file.path", "constrained")));
        check("SELECT |f.size FROM file f", Some(("file", "Needs a condition on path or directory")));
        check("SELECT vers|ion_compare(a, b)", Some(("version_compare(left, right, [flavor])", "error")));
        check("SELECT path FROM |file", Some(("file", "")));
        check("SEL|ECT 1", None);
        check("SELECT 'alf|'", None);
    }
}
