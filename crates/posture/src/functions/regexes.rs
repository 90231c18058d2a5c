//! `regex_match` and `regex_split`: C++'s regular expressions in the ECMAScript grammar.

use super::effort::worst;
use super::{any_null, scalar, values, wrong};
use crate::engine::Shared;
use regress::Regex;
use rusqlite::functions::Context;
use rusqlite::types::Value;
use rusqlite::{Connection, Result};
use std::sync::Arc;

/// Bytes of an expression; osquery's `regex_max_size`.
const LONGEST: usize = 256;
/// Steps that one search may take at worst before nobody waits for it.
const MOST_STEPS: f64 = 1e9;

pub(super) fn register(db: &Connection, shared: &Arc<Shared>) -> Result<()> {
    let matching = shared.clone();
    scalar(db, "regex_match", 3, move |context| with_regex(context, &matching, find))?;
    let splitting = shared.clone();
    scalar(db, "regex_split", 3, move |context| {
        if !any_null(context) && values::text(context, 1).is_some_and(|regex| regex.is_empty()) {
            return Err(wrong("Invalid input to split function"));
        }
        with_regex(context, &splitting, piece)
    })
}

fn with_regex(
    context: &Context<'_>,
    shared: &Shared,
    then: fn(&Regex, &str, usize) -> Option<String>,
) -> Result<Value> {
    if any_null(context) {
        return Ok(Value::Null);
    }
    let text = values::text(context, 0).unwrap_or_default();
    let pattern = values::text(context, 1).unwrap_or_default();
    if pattern.len() > LONGEST {
        return Err(wrong(format!("Invalid regex: too big, max size is {LONGEST} bytes")));
    }
    let pattern = translated(&pattern).ok_or_else(|| wrong("Invalid regex"))?;
    if worst(&pattern, text.len()) > MOST_STEPS {
        // Nothing can stop a search once it runs.
        shared.session().doubt("the regular expression could take too long on such a text".to_owned());
        return Ok(Value::Null);
    }
    // The expression is mostly a constant: SQLite keeps it between rows.
    let regex = context.get_or_create_aux(1, |_| Regex::new(&pattern)).map_err(|_| wrong("Invalid regex"))?;
    let index = usize::try_from(values::int(context.get_raw(2))).ok();
    Ok(index.and_then(|index| then(&regex, &text, index)).map_or(Value::Null, Value::Text))
}

/// The group of the first match; one that took no part is empty.
fn find(regex: &Regex, text: &str, group: usize) -> Option<String> {
    let found = regex.find(text)?;
    if group > found.captures.len() {
        return None;
    }
    Some(found.group(group).map_or(String::new(), |range| text[range].to_owned()))
}

/// The piece between matches; a text that ends with a match has no piece behind it.
fn piece(regex: &Regex, text: &str, index: usize) -> Option<String> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for found in regex.find_iter(text) {
        pieces.push(&text[from..found.start()]);
        from = found.end();
    }
    if from < text.len() || pieces.is_empty() {
        pieces.push(&text[from..]);
    }
    pieces.get(index).map(|&piece| piece.to_owned())
}

/// The expression in JavaScript's grammar, without what C++ does not know: look-behind, named groups, inline flags. C++'s
/// classes (`[[:digit:]]`) are spelt out.
fn translated(pattern: &str) -> Option<String> {
    const CLASSES: [(&str, &str); 13] = [
        ("[:alnum:]", "a-zA-Z0-9"),
        ("[:alpha:]", "a-zA-Z"),
        ("[:blank:]", " \\t"),
        ("[:cntrl:]", "\\x00-\\x1f\\x7f"),
        ("[:digit:]", "0-9"),
        ("[:lower:]", "a-z"),
        ("[:print:]", "\\x20-\\x7e"),
        ("[:punct:]", "!-\\/:-@\\[-`{-~"),
        ("[:space:]", "\\s"),
        ("[:upper:]", "A-Z"),
        ("[:xdigit:]", "0-9a-fA-F"),
        ("[:d:]", "0-9"),
        ("[:w:]", "a-zA-Z0-9_"),
    ];
    let mut result = String::new();
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        if in_class && let Some((name, text)) = CLASSES.iter().find(|(name, _)| rest.starts_with(name)) {
            result.push_str(text);
            rest = &rest[name.len()..];
            continue;
        }
        let taken = match c {
            '\\' => {
                let escaped = rest.chars().nth(1)?;
                // A name of a group or a property: only JavaScript has them.
                if matches!(escaped, 'k' | 'p' | 'P') {
                    return None;
                }
                1 + escaped.len_utf8()
            }
            '[' => {
                in_class = true;
                1
            }
            ']' => {
                in_class = false;
                1
            }
            '(' if !in_class && rest[1..].starts_with('?') && !rest[2..].starts_with([':', '=', '!']) => {
                return None;
            }
            other => other.len_utf8(),
        };
        result.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    Some(result)
}
