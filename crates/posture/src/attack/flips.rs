//! The opposite of a value, or another one near it.

use sqlite3_parser::lexer::Scanner;
use sqlite3_parser::lexer::sql::{TokenType, Tokenizer};

/// Words that are each other's opposite in osquery's tables.
const PAIRS: [(&str, &str); 14] = [
    ("1", "0"),
    ("on", "off"),
    ("true", "false"),
    ("yes", "no"),
    ("enabled", "disabled"),
    ("Good", "Poor"),
    ("On", "Off"),
    ("RUNNING", "STOPPED"),
    ("AUTO_START", "DISABLED"),
    ("encrypted", "not encrypted"),
    ("True", "False"),
    ("Yes", "No"),
    ("Enabled", "Disabled"),
    ("ON", "OFF"),
];
/// Literals of the query that one value is replaced with.
const MOST_LITERALS: usize = 3;

/// What a value could be instead, the most telling first, never the value itself.
pub(super) fn of(value: Option<&str>, literals: &[String]) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    let own = value.unwrap_or_default();
    let opposite = PAIRS.iter().find_map(|&(a, b)| match own {
        _ if own == a => Some(b),
        _ if own == b => Some(a),
        _ => None,
    });
    match opposite {
        Some(opposite) => others.push(opposite.to_owned()),
        None if value.is_none() || own.is_empty() => others.extend(["1".to_owned(), "0".to_owned()]),
        None => match (own.parse::<i64>(), parts(own)) {
            (Ok(number), _) => others.extend([0, number.saturating_add(1)].map(|n| n.to_string())),
            (Err(_), Some(parts)) => others.extend([lower(&parts), higher(&parts)]),
            (Err(_), None) => {}
        },
    }
    for literal in literals.iter().take(MOST_LITERALS) {
        others.push(literal.clone());
        // Just below and above what the query compares with.
        if let Some(parts) = parts(literal).filter(|_| parts(own).is_some()) {
            others.extend([lower(&parts), higher(&parts)]);
        }
    }
    if opposite.is_none() && own.parse::<i64>().is_err() && parts(own).is_none() && !own.is_empty() {
        others.push(format!("{own} (another)"));
    }
    let mut kept: Vec<String> = Vec::new();
    for other in others {
        if other != own && !kept.contains(&other) {
            kept.push(other);
        }
    }
    kept
}

/// The numbers of something like a version.
fn parts(text: &str) -> Option<Vec<u64>> {
    let parts: Option<Vec<u64>> = text.split('.').map(|part| part.parse().ok()).collect();
    parts.filter(|parts| parts.len() > 1)
}

fn lower(parts: &[u64]) -> String {
    let mut parts = parts.to_vec();
    // The last number that can be made smaller; what stands behind it is as big as it gets.
    if let Some(at) = parts.iter().rposition(|&part| part > 0) {
        parts[at] -= 1;
        parts[at + 1..].fill(9);
    }
    joined(&parts)
}

fn higher(parts: &[u64]) -> String {
    let mut parts = parts.to_vec();
    if let Some(last) = parts.last_mut() {
        *last = last.saturating_add(1);
    }
    joined(&parts)
}

fn joined(parts: &[u64]) -> String {
    parts.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

/// Texts and numbers that a query names, each once, texts first. Of a pattern of LIKE it is what stands between its wildcards;
/// paths say nothing of a value.
pub(super) fn literals(query: &str) -> Vec<String> {
    let mut scanner = Scanner::new(Tokenizer::new());
    let (mut texts, mut numbers): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    while let Ok((_, Some((token, kind)), _)) = scanner.scan(query.as_bytes()) {
        let token = String::from_utf8_lossy(token);
        match kind {
            TokenType::TK_STRING => {
                let text = token.trim_matches('\'').replace("''", "'");
                let text = text.trim_matches('%').to_owned();
                if !text.contains(['%', '/', '\\']) && text.len() <= 200 && !texts.contains(&text) {
                    texts.push(text);
                }
            }
            TokenType::TK_INTEGER | TokenType::TK_FLOAT if !numbers.contains(&token.as_ref().to_owned()) => {
                numbers.push(token.into_owned());
            }
            _ => {}
        }
    }
    texts.append(&mut numbers);
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_an_opposite_or_a_neighbour() {
        let check = |value: Option<&str>, literals: &[&str], want: &[&str]| {
            let literals: Vec<String> = literals.iter().map(|&text| text.into()).collect();
            assert_eq!(of(value, &literals), want, "{value:?}");
        };
        check(Some("1"), &[], &["0"]);
        check(Some("0"), &[], &["1"]);
        check(Some("Good"), &[], &["Poor"]);
        check(Some("STOPPED"), &[], &["RUNNING"]);
        check(Some("off"), &[], &["on"]);
        check(Some("5"), &[], &["0", "6"]);
        check(Some("14.4"), &[], &["14.3", "14.5"]);
        check(Some("15.0"), &[], &["14.9", "15.1"]);
        check(Some("15.1"), &["14.4"], &["15.0", "15.2", "14.4", "14.3", "14.5"]);
        check(Some("agent"), &[], &["agent (another)"]);
        check(Some("other"), &["agent"], &["agent", "other (another)"]);
        check(Some("agent"), &["agent"], &["agent (another)"]);
        check(None, &[], &["1", "0"]);
        check(Some(""), &["Good"], &["1", "0", "Good"]);
    }

    #[test]
    fn literals_are_found_in_a_query() {
        let query = "SELECT 'it''s' FROM t WHERE a = 5 AND b LIKE '/x/%' AND c = 'Good' AND d = 5";
        assert_eq!(literals(query), ["it's", "Good", "5"]);
        assert_eq!(literals("SELECT a LIKE 'Team%' OR a LIKE '%b%c' OR a = '100 %'"), ["Team", "100 "]);
        assert_eq!(literals("SELECT 'unfinished"), [""; 0]);
    }
}
