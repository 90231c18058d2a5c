//! The tree of a query and its text belong together: what a node's place marks reads as that node.

use super::good::{CHECKS, RUN};
use crate::catalogue::Catalogue;
use crate::lint::tree::{Expr, Kind};
use crate::lint::{Lint, resolve, tokens};
use bumpalo::Bump;
use domain::{Mapping, OsqueryPlatform};
use fallible_iterator::FallibleIterator;
use sqlite3_parser::lexer::sql::Parser;

/// Whether SQLite could read the text as one expression.
fn is_expression(text: &str) -> bool {
    let query = format!("SELECT 1 WHERE {text}");
    let bump = Bump::new();
    let mut parser = Parser::new(&bump, query.as_bytes());
    matches!(parser.next(), Ok(Some(_))) && matches!(parser.next(), Ok(None))
}

fn check(query: &str, expr: &Expr<'_>) {
    let text = query.get(expr.span.start..expr.span.end).unwrap_or_default();
    assert!(is_expression(text), "{query}\n{text:?}\n{expr:#?}");
    let fits = match &expr.kind {
        Kind::Column { name, .. } => {
            tokens::tokens(text).last().is_some_and(|token| tokens::unquoted(token.text(text)) == *name)
        }
        Kind::Number(number) => text == number || ["true", "false"].contains(&text),
        Kind::Text(_) => text.starts_with('\'') && text.ends_with('\''),
        Kind::Case { .. } => {
            text[..4].eq_ignore_ascii_case("CASE") && text[text.len() - 3..].eq_ignore_ascii_case("END")
        }
        Kind::Call(call) => text.starts_with(&call.name),
        Kind::Paren(_) | Kind::Subquery(_) => text.starts_with('(') && text.ends_with(')'),
        Kind::Exists(_) => text[..6].eq_ignore_ascii_case("EXISTS") && text.ends_with(')'),
        // The operator is the first token, and the operand follows at once.
        Kind::Unary(_, inner) => tokens::tokens(text)
            .get(1)
            .is_some_and(|second| expr.span.start + second.span.start == inner.span.start),
        Kind::Null => text.eq_ignore_ascii_case("NULL"),
        _ => true,
    };
    assert!(fits, "{query}\n{text:?}\n{expr:#?}");
}

/// Checks all nodes of a query that is one SELECT; how many there are.
pub(super) fn check_all(platform: OsqueryPlatform, query: &str) -> usize {
    let all = tokens::tokens(query);
    let statements = tokens::statements(&all);
    let first = statements.first().and_then(|statement| statement.tokens.first());
    let first = first.map(|token| token.text(query).to_ascii_uppercase()).unwrap_or_default();
    if statements.len() != 1 || !["SELECT", "WITH", "VALUES"].contains(&first.as_str()) {
        return 0;
    }
    let lint = Lint {
        catalogue: Catalogue::shipped(),
        platform,
        mapping: Mapping::Checkbox,
        query,
        tokens: &all,
        statements: &statements,
        tree: None,
        uses: resolve::Uses::new(),
    };
    let bump = Bump::new();
    let (tree, _) = lint.read(&bump).unwrap_or_else(|| panic!("no tree: {query}"));
    let mut nodes = 0;
    tree.all_exprs(&mut |expr| {
        nodes += 1;
        check(query, expr);
    });
    nodes
}

#[test]
fn every_node_marks_its_own_text() {
    let nodes: usize = CHECKS.iter().chain(RUN).map(|(platform, query)| check_all(*platform, query)).sum();
    assert!(nodes > 500, "{nodes}");
}
