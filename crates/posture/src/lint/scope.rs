//! Which tables are in scope at a place of the text, for completion while typing. It looks at tokens only, so that an
//! unfinished query has a scope, too.

use super::tokens::{Token, tokens, unquoted};
use crate::catalogue::Catalogue;
use domain::OsqueryPlatform;
use sqlite3_parser::dialect::TokenType;

/// More brackets around a place are not looked at.
const DEEPEST: usize = 50;

/// What a name may belong to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Alias (or the table's own name) and the catalogue's table; the innermost SELECT first.
    pub tables: Vec<(String, String)>,
}

/// The tables in scope at the byte offset.
pub fn scope(catalogue: &Catalogue, platform: OsqueryPlatform, query: &str, offset: usize) -> Scope {
    let tokens = tokens(query);
    let mut scope = Scope::default();
    for (start, end) in around(&tokens, offset) {
        from(catalogue, platform, query, tokens.get(start..end).unwrap_or_default(), &mut scope);
    }
    scope
}

/// The token ranges of the statement and the brackets around the offset, the innermost first.
fn around(tokens: &[Token], offset: usize) -> Vec<(usize, usize)> {
    let mut open = vec![0];
    let mut found = Vec::new();
    let mut all = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenType::TK_LP => open.push(at + 1),
            TokenType::TK_RP if open.len() > 1 => {
                let start = open.pop().unwrap_or_default();
                all.push((start, at));
            }
            TokenType::TK_SEMI => {
                all.extend(open.drain(..).map(|start| (start, at)));
                open.push(at + 1);
            }
            _ => {}
        }
    }
    all.extend(open.into_iter().map(|start| (start, tokens.len())));
    for (start, end) in all {
        let from = start.checked_sub(1).and_then(|at| tokens.get(at)).map_or(0, |token| token.span.end);
        let to = tokens.get(end).map_or(usize::MAX, |token| token.span.start);
        if from <= offset && offset <= to {
            found.push((start, end));
        }
    }
    found.sort_by_key(|(start, end)| end - start);
    found.truncate(DEEPEST);
    found
}

/// Adds the tables of the FROM clauses that stand directly in the range.
fn from(catalogue: &Catalogue, platform: OsqueryPlatform, query: &str, tokens: &[Token], scope: &mut Scope) {
    let (mut depth, mut listing, mut expects) = (0usize, false, false);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.kind {
            TokenType::TK_LP => depth += 1,
            TokenType::TK_RP => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            TokenType::TK_FROM | TokenType::TK_JOIN => (listing, expects) = (true, true),
            TokenType::TK_COMMA => expects = listing,
            TokenType::TK_WHERE
            | TokenType::TK_ON
            | TokenType::TK_USING
            | TokenType::TK_GROUP
            | TokenType::TK_ORDER
            | TokenType::TK_HAVING
            | TokenType::TK_LIMIT
            | TokenType::TK_SELECT => (listing, expects) = (false, false),
            _ if expects => {
                expects = false;
                let mut name = *token;
                // `temp.processes`
                if tokens.get(at).is_some_and(|t| t.kind == TokenType::TK_DOT)
                    && let Some(next) = tokens.get(at + 1)
                {
                    name = *next;
                    at += 2;
                }
                let name = unquoted(name.text(query));
                let Some(table) = catalogue.table(&name).filter(|table| table.is_on(platform)) else {
                    continue;
                };
                let mut alias = name;
                if tokens.get(at).is_some_and(|t| t.kind == TokenType::TK_AS) {
                    at += 1;
                }
                if let Some(next) = tokens.get(at).filter(|t| t.kind == TokenType::TK_ID) {
                    alias = unquoted(next.text(query));
                    at += 1;
                }
                scope.tables.push((alias, table.name.clone()));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` marks the place.
    fn check(marked: &str, want: &[(&str, &str)]) {
        let offset = marked.find('|').expect("a mark");
        let query = marked.replacen('|', "", 1);
        let scope = scope(Catalogue::shipped(), OsqueryPlatform::Macos, &query, offset);
        let found: Vec<(&str, &str)> = scope.tables.iter().map(|(a, t)| (a.as_str(), t.as_str())).collect();
        assert_eq!(found, want, "{marked}");
    }

    #[test]
    fn the_scope_is_told_while_typing() {
        check("SELECT | FROM alf", &[("alf", "alf")]);
        check("SELECT a.| FROM apps a JOIN signature AS s ON ", &[("a", "apps"), ("s", "signature")]);
        check("SELECT x FROM users u, processes p WHERE p.|", &[("u", "users"), ("p", "processes")]);
        check(
            "SELECT 1 FROM users u WHERE EXISTS (SELECT 1 FROM file f WHERE f.|",
            &[("f", "file"), ("u", "users")],
        );
        check("SELECT | FROM users u WHERE EXISTS (SELECT 1 FROM file f)", &[("u", "users")]);
        check("SELECT 1 FROM alf; SELECT | FROM apps", &[("apps", "apps")]);
        // Another platform's table is not there.
        check("SELECT | FROM registry", &[]);
        check("|", &[]);
    }
}
