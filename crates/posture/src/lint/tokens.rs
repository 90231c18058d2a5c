//! The tokens of a query with their places, as SQLite's own tokenizer cuts them. Tolerant: what is no token is skipped, so
//! that an unfinished text still has tokens. Knows no grammar.

use sqlite3_parser::dialect::TokenType;
use sqlite3_parser::lexer::Splitter;
use sqlite3_parser::lexer::sql::Tokenizer;

/// Bytes of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// From the one's start to the other's end.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
    /// Whether the place stands in it, its end included.
    pub fn touches(self, offset: usize) -> bool {
        self.start <= offset && offset <= self.end
    }
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenType,
    pub span: Span,
}

impl Token {
    /// Its bytes.
    pub fn text(self, query: &str) -> &str {
        query.get(self.span.start..self.span.end).unwrap_or_default()
    }
    /// Whether it may be a name: an identifier, quoted or not, or a word that SQLite takes for one where it has to.
    pub fn is_word(self, query: &str) -> bool {
        self.text(query).starts_with(|c: char| c.is_alphabetic() || "_\"`[".contains(c) || !c.is_ascii())
    }
}

/// All tokens; comments and blanks are not among them.
pub fn tokens(query: &str) -> Vec<Token> {
    split(query).0
}

/// The first thing that is no token to SQLite: a quote without an end, or a character that it does not know.
pub fn stray(query: &str) -> Option<Span> {
    split(query).1
}

fn split(query: &str) -> (Vec<Token>, Option<Span>) {
    let bytes = query.as_bytes();
    let (mut found, mut stray) = (Vec::new(), None);
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        match Tokenizer::new().split(rest) {
            Ok((token, length)) if length > 0 => {
                if let Some((_, kind)) = token {
                    found.push(Token { kind, span: Span { start: at, end: at + length } });
                }
                at += length;
            }
            // A comment without an end takes the rest, which SQLite allows if there is any.
            _ if rest[0] == b'/' => {
                let end = Span { start: at, end: bytes.len() };
                return (found, stray.or((rest.len() < 3).then_some(end)));
            }
            // So does a quote.
            _ if matches!(rest[0], b'\'' | b'"' | b'`' | b'[') => {
                return (found, stray.or(Some(Span { start: at, end: bytes.len() })));
            }
            _ => {
                let length = query[at..].chars().next().map_or(1, char::len_utf8);
                stray = stray.or(Some(Span { start: at, end: at + length }));
                at += length;
            }
        }
    }
    (found, stray)
}

/// A statement's tokens and its text without the semicolon.
#[derive(Debug, Clone)]
pub struct Statement<'t> {
    pub tokens: &'t [Token],
    pub span: Span,
    /// Whether a semicolon ends it.
    pub ended: bool,
}

/// The statements, empty ones left out.
pub fn statements(tokens: &[Token]) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    for tokens in tokens.split_inclusive(|token| token.kind == TokenType::TK_SEMI) {
        let ended = tokens.last().is_some_and(|token| token.kind == TokenType::TK_SEMI);
        let body = if ended { &tokens[..tokens.len() - 1] } else { tokens };
        if let (Some(first), Some(last)) = (body.first(), body.last()) {
            found.push(Statement { tokens: body, span: first.span.to(last.span), ended });
        }
    }
    found
}

/// How deep brackets and CASEs nest, and how long a row of prefix operators gets: each takes a place of the parser's stack.
pub fn depth(tokens: &[Token]) -> usize {
    let (mut deepest, mut now, mut prefixes) = (0usize, 0usize, 0usize);
    for token in tokens {
        match token.kind {
            TokenType::TK_LP | TokenType::TK_CASE => now += 1,
            TokenType::TK_RP | TokenType::TK_END => now = now.saturating_sub(1),
            _ => {}
        }
        match token.kind {
            TokenType::TK_NOT | TokenType::TK_MINUS | TokenType::TK_PLUS | TokenType::TK_BITNOT => {
                prefixes += 1
            }
            TokenType::TK_LP | TokenType::TK_CASE => {}
            _ => prefixes = 0,
        }
        // The first of a row may be a binary one.
        deepest = deepest.max(now + prefixes.saturating_sub(1));
    }
    deepest
}

/// A name without its quotes.
pub fn unquoted(name: &str) -> String {
    let quote = match name.chars().next() {
        Some(quote @ ('"' | '`' | '\'')) => quote,
        Some('[') => ']',
        _ => return name.to_owned(),
    };
    let inner = name.get(1..).unwrap_or_default();
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    if quote == ']' {
        inner.to_owned()
    } else {
        inner.replace(&format!("{quote}{quote}"), &quote.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_know_their_places() {
        let check = |query: &str, want: &[&str]| {
            let tokens = tokens(query);
            let texts: Vec<&str> = tokens.iter().map(|token| token.text(query)).collect();
            assert_eq!(texts, want, "{query}");
        };
        check("SELECT a -- x\n FROM b;", &["SELECT", "a", "FROM", "b", ";"]);
        check("a = 'x;y' /* ; */", &["a", "=", "'x;y'"]);
        check("ä = \u{1F600}.x", &["ä", "=", "\u{1F600}", ".", "x"]);
        // Unfinished texts.
        check("SELECT a FROM b WHERE c = 'x", &["SELECT", "a", "FROM", "b", "WHERE", "c", "="]);
        check("a \u{0} b ! c", &["a", "b", "c"]);
    }

    #[test]
    fn statements_end_with_their_semicolons() {
        let check = |query: &str, want: &[(&str, bool)]| {
            let tokens = tokens(query);
            let found: Vec<(&str, bool)> =
                statements(&tokens).iter().map(|s| (&query[s.span.start..s.span.end], s.ended)).collect();
            assert_eq!(found, want, "{query}");
        };
        check("SELECT 1;", &[("SELECT 1", true)]);
        check(" SELECT ';' ;; SELECT 2 -- ;", &[("SELECT ';'", true), ("SELECT 2", false)]);
        check(" ; ", &[]);
    }

    #[test]
    fn depth_counts_what_nests() {
        let check = |query: &str, want: usize| assert_eq!(depth(&tokens(query)), want, "{query}");
        check("a", 0);
        check("(a) + (b)", 1);
        check("((a))", 2);
        check("CASE WHEN (1) THEN 2 END", 2);
        check("- - - a", 2);
        check("a - NOT NOT (b)", 3);
    }

    #[test]
    fn quotes_come_off() {
        let check = |name: &str, want: &str| assert_eq!(unquoted(name), want);
        check("a", "a");
        check("\"a\"\"b\"", "a\"b");
        check("[a b]", "a b");
        check("`x`", "x");
        check("\"", "");
    }
}
