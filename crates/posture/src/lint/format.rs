//! Lays a query out, and never changes what it means.

use super::tokens::{self, Token};
use sqlformat::{FormatOptions, QueryParams};

/// Larger and deeper texts are left alone.
const LONGEST: usize = 64 * 1024;
const DEEPEST: usize = 90;

/// The query laid out by clauses. Where the result would not read the same to SQLite, token by token and comment by
/// comment, the text comes back as it was.
pub fn format(query: &str) -> String {
    if query.len() > LONGEST || tokens::depth(&tokens::tokens(query)) > DEEPEST {
        return query.to_owned();
    }
    let laid = sqlformat::format(query, &QueryParams::None, &FormatOptions::default());
    if is_same(query, &laid) { laid } else { query.to_owned() }
}

/// Whether two texts differ in blanks only.
fn is_same(one: &str, other: &str) -> bool {
    reads(one) == reads(other) && comments(one) == comments(other)
}

fn reads(query: &str) -> Vec<(String, u16)> {
    let same = |token: Token| (token.text(query).to_owned(), token.kind as u16);
    tokens::tokens(query).into_iter().map(same).collect()
}

/// What is neither token nor blank.
fn comments(query: &str) -> String {
    let mut text = String::new();
    let mut at = 0;
    for token in tokens::tokens(query) {
        text.push_str(query.get(at..token.span.start).unwrap_or_default());
        at = token.span.end;
    }
    text.push_str(query.get(at..).unwrap_or_default());
    text.retain(|c| !c.is_whitespace());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_keeps_the_meaning() {
        let laid = format("select  a,b from t where x='it''s  -- no' and y = \"q  q\" -- why\n;");
        assert!(
            laid.contains("'it''s  -- no'") && laid.contains("\"q  q\"") && laid.contains("-- why"),
            "{laid}"
        );
        assert!(laid.lines().count() > 3, "{laid}");
        assert!(!is_same("SELECT 1 -- x", "SELECT 1") && !is_same("SELECT 'a  b'", "SELECT 'a b'"));
        assert!(is_same("SELECT  1 -- x", "SELECT\n1 --x"));
        // Operators that a layout might cut in two, and texts without an end.
        for odd in ["SELECT a->>'$.b', c<<2, d||e FROM t", "SELECT 'open", "SELECT /* open", "", "\u{0}"] {
            assert_eq!(reads(&format(odd)), reads(odd), "{odd}");
        }
    }
}
