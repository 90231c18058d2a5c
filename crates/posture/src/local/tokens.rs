//! Where SQLite's tokens stand in a text, so that what is no token (space and comments) can be left out. Knows no grammar.

use sqlite3_parser::lexer::Scanner;
use sqlite3_parser::lexer::sql::Tokenizer;
use std::ops::Range;

/// SQLite can't tell where a token ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoTokens;

/// Where the tokens of a text stand; between them are space and comments.
pub(crate) fn of(text: &str) -> Result<Vec<Range<usize>>, NoTokens> {
    let mut scanner = Scanner::new(Tokenizer::new());
    let mut found = Vec::new();
    loop {
        match scanner.scan(text.as_bytes()) {
            Ok((start, Some(_), end)) if text.get(start..end).is_some() => found.push(start..end),
            Ok((_, None, _)) => return Ok(found),
            Ok(_) | Err(_) => return Err(NoTokens),
        }
    }
}

/// The text from its first token on.
pub(crate) fn without_lead(text: &str) -> Result<&str, NoTokens> {
    let mut scanner = Scanner::new(Tokenizer::new());
    match scanner.scan(text.as_bytes()) {
        Ok((start, Some(_), _)) => text.get(start..).ok_or(NoTokens),
        Ok((_, None, _)) => Ok(""),
        Err(_) => Err(NoTokens),
    }
}
