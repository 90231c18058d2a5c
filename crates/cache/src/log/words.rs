//! Every word that an event was found by, once. What is typed is the beginning of a word; the words that begin so are looked up
//! here and asked for one by one, because the index walks whole words newest first, and has to gather all of a beginning's
//! events before it can tell the first.

use rusqlite::{CachedStatement, Connection, Result};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// A beginning of more words than these is left to the index.
const MOST: usize = 200;

/// Adds words.
pub(crate) struct WordWriter<'c> {
    add: CachedStatement<'c>,
    met: BTreeSet<Box<str>>,
}

impl<'c> WordWriter<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        let add = connection.prepare_cached("INSERT OR IGNORE INTO log_word (word) VALUES (?1)")?;
        Ok(Self { add, met: BTreeSet::new() })
    }

    /// Takes the words of a text.
    pub fn take(&mut self, text: &str) {
        let is_end = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric();
        for word in text.split(is_end).filter(|word| !word.is_empty()) {
            if !self.met.contains(word) {
                self.met.insert(word.into());
            }
        }
    }

    /// Writes what waits.
    pub fn finish(mut self) -> Result<()> {
        for word in &self.met {
            for term in terms(word)? {
                self.add.execute([term])?;
            }
        }
        Ok(())
    }
}

/// What a typed word stands for.
pub(crate) enum Beginning {
    /// These words begin so.
    Words(Vec<String>),
    /// More than can be asked for one by one begin so.
    Common(Box<str>),
    /// It is no one word for the index.
    NoWord,
}

/// The words that begin with what was typed.
pub(crate) fn beginning(connection: &Connection, typed: &str) -> Result<Beginning> {
    let mut terms = terms(typed)?;
    let (Some(start), true) = (terms.pop(), terms.is_empty()) else { return Ok(Beginning::NoWord) };
    let mut find = connection.prepare_cached(
        "SELECT word FROM log_word WHERE word >= ?1 AND word < ?1 || char(1114111) LIMIT ?2",
    )?;
    let found: Vec<String> = find.query_map((&start, MOST + 1), |row| row.get(0))?.collect::<Result<_>>()?;
    Ok(if found.len() <= MOST { Beginning::Words(found) } else { Beginning::Common(start.into()) })
}

/// A text as the index takes it: its words without case and accents.
pub(crate) fn terms(text: &str) -> Result<Vec<String>> {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(vec![text.to_ascii_lowercase()]);
    }
    // What other letters are without case and accents is the tokenizer's business alone: it is asked.
    static TOKENIZER: Mutex<Option<Connection>> = Mutex::new(None);
    let mut tokenizer = TOKENIZER.lock().unwrap_or_else(PoisonError::into_inner);
    let connection = match tokenizer.take() {
        Some(connection) => connection,
        None => {
            let connection = Connection::open_in_memory()?;
            connection.execute_batch(
                "CREATE VIRTUAL TABLE text USING fts5(
                    terms, tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'\"
                 );
                 CREATE VIRTUAL TABLE term USING fts5vocab(text, row);",
            )?;
            connection
        }
    };
    connection
        .prepare_cached("INSERT OR REPLACE INTO text (rowid, terms) VALUES (1, ?1)")?
        .execute([text])?;
    let terms = connection
        .prepare_cached("SELECT term FROM term")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_>>()?;
    *tokenizer = Some(connection);
    Ok(terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_as_the_index_has_them() {
        let of = |text: &str| terms(text).expect("asks");
        assert_eq!(
            (of("Abc1"), of("Zoë"), of("STRASSE")),
            (vec!["abc1".into()], vec!["zoe".into()], vec!["strasse".into()])
        );
        assert_eq!((of("Ế"), of("机器"), of("☂")), (vec!["e".into()], vec!["机器".into()], vec![]));
        assert_eq!(of("a·b").len(), 2, "no one word");
        assert_eq!(of("zoë"), ["zoe"], "nothing is left of what was asked before");
    }
}
