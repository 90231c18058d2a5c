//! A query that may be handed to osquery's shell as an argument: one SELECT, and nothing that the shell or its flags would take
//! for something else. Knows no tables.

use super::tokens::without_lead;
use sqlite3_parser::ast::{Cmd, Stmt};
use sqlite3_parser::lexer::sql::Parser;
use sqlite3_parser::{Bump, FallibleIterator};

/// Windows takes a command line of 32,767 characters; this leaves room for the program and its flags.
const MOST_BYTES: usize = 30_000;

/// A query that is one SELECT by SQLite's grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneSelect(String);

/// Why a query is not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("There is no statement.")]
    Empty,
    #[error("There is a NUL character in the query; no program can be given one.")]
    Nul,
    #[error("It begins with a full stop, which osquery's shell takes for a command of its own.")]
    ShellCommand,
    #[error("Only a SELECT is run on this machine.")]
    NotSelect,
    #[error("There is more than one statement; one is run.")]
    Several,
    #[error("The query is longer than the 30,000 bytes that a command line holds.")]
    TooLong,
    #[error("SQLite's grammar does not take this text.")]
    Unreadable,
}

impl OneSelect {
    /// Takes a query. Leading space and comments are dropped: `-- x` as the first argument would be read as a flag.
    pub fn new(query: &str) -> Result<Self, Refused> {
        if query.contains('\0') {
            return Err(Refused::Nul);
        }
        if query.trim_start().starts_with('.') {
            return Err(Refused::ShellCommand);
        }
        let text = without_lead(query).map_err(|_| Refused::Unreadable)?;
        if text.is_empty() {
            return Err(Refused::Empty);
        }
        if text.len() > MOST_BYTES {
            return Err(Refused::TooLong);
        }
        let arena = Bump::new();
        let mut parser = Parser::new(&arena, text.as_bytes());
        match parser.next() {
            Ok(Some(Cmd::Stmt(Stmt::Select(_)))) => {}
            Ok(Some(_)) => return Err(Refused::NotSelect),
            Ok(None) => return Err(Refused::Empty),
            Err(_) => return Err(Refused::Unreadable),
        }
        match parser.next() {
            Ok(None) => Ok(Self(text.to_owned())),
            Ok(Some(_)) => Err(Refused::Several),
            Err(_) => Err(Refused::Unreadable),
        }
    }

    /// Everything in a table of the catalogue, whose names are plain words.
    pub fn whole_table(table: &str) -> Self {
        Self(format!("SELECT * FROM {table};"))
    }

    /// The query.
    pub fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_select_is_taken() {
        let check = |query: &str, want: Result<&str, Refused>| {
            assert_eq!(
                OneSelect::new(query).as_ref().map(OneSelect::text).map_err(|e| *e),
                want,
                "{query:?}"
            );
        };
        check("SELECT 1;", Ok("SELECT 1;"));
        check(" -- why\n/* how */ SELECT 1 -- end", Ok("SELECT 1 -- end"));
        check("WITH a AS (SELECT 1) SELECT * FROM a", Ok("WITH a AS (SELECT 1) SELECT * FROM a"));
        check(
            "SELECT u.uid FROM users u CROSS JOIN c USING (uid);;",
            Ok("SELECT u.uid FROM users u CROSS JOIN c USING (uid);;"),
        );
        check("SELECT ';' -- ; SELECT 2", Ok("SELECT ';' -- ; SELECT 2"));
        check("SELECT 1; SELECT 2", Err(Refused::Several));
        check("SELECT 1; x", Err(Refused::Unreadable));
        check("WITH a AS (SELECT 1) DELETE FROM b", Err(Refused::NotSelect));
        check("CREATE TEMP TABLE a(b)", Err(Refused::NotSelect));
        check("EXPLAIN SELECT 1", Err(Refused::NotSelect));
        check("PRAGMA table_info(alf)", Err(Refused::NotSelect));
        check("  .tables", Err(Refused::ShellCommand));
        check("--S", Err(Refused::Empty));
        check("", Err(Refused::Empty));
        check(";", Err(Refused::Empty));
        check("SELECT 'a\0b'", Err(Refused::Nul));
        check("SELECT 'a", Err(Refused::Unreadable));
        check(&format!("SELECT '{}'", "x".repeat(MOST_BYTES)), Err(Refused::TooLong));
        // Deep nesting ends as an answer, not as an overflow of the stack.
        let deep = format!("SELECT {}1{}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(OneSelect::new(&deep).is_ok() || OneSelect::new(&deep) == Err(Refused::Unreadable));
    }
}
