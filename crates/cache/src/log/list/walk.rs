//! Events with words of a beginning that many words have. The index gathers all of them before it can tell the newest; but what
//! is common is soon met, so the newest rows are walked through first, and each is asked for its words.

use super::statement;
use crate::Result;
use crate::log::condition::Common;
use crate::log::place::Range;
use crate::log::symbols::SymbolReader;
use crate::log::terms::MARK;
use crate::log::{list::no_phrase, row, words};
use domain::{LogEvent, SnapshotId};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params_from_iter};
use std::collections::HashMap;

/// So many rows are walked through. If they do not fill a page, at most one in a few hundred fits, and as few are left for the
/// index to gather.
const ROWS: usize = 20_000;
/// The columns of [`row::ROW`] that hold words: symbols or texts.
const COLUMNS: [usize; 5] = [2, 4, 6, 8, 16];

/// The newest events that fit; `None` if too many rows would have to be walked through.
pub(super) fn walk(
    connection: &Connection,
    at: SnapshotId,
    common: &Common,
    range: Range,
    and: &str,
    limit: usize,
) -> Result<Option<Vec<(i64, LogEvent)>>> {
    let Some((sql, values)) = statement(at, &common.rest, range, and, ROWS) else {
        return Ok(Some(Vec::new()));
    };
    let Some(mut words) = Words::new(&common.beginnings) else { return Ok(None) };
    let mut walked = 0;
    let fits = |row: &Row<'_>, symbols: &mut SymbolReader<'_>| {
        walked += 1;
        words.are_all_in(row, symbols)
    };
    let found = no_phrase(row::read_those(connection, &sql, params_from_iter(values), limit, fits))?;
    Ok((found.len() == limit || walked < ROWS).then_some(found))
}

/// Which beginnings a text has words for, one bit each.
struct Words<'b> {
    beginnings: &'b [Box<str>],
    all: u64,
    symbols: HashMap<i64, u64>,
    /// Texts of which only the index's own tokenizer knows the words: it is asked once for each.
    texts: HashMap<Box<str>, u64>,
}

impl<'b> Words<'b> {
    /// `None` of more beginnings than there are bits.
    fn new(beginnings: &'b [Box<str>]) -> Option<Self> {
        let all = 1u64.checked_shl(beginnings.len().try_into().ok()?)?.wrapping_sub(1);
        Some(Self { beginnings, all, symbols: HashMap::new(), texts: HashMap::new() })
    }

    fn are_all_in(&mut self, row: &Row<'_>, symbols: &mut SymbolReader<'_>) -> rusqlite::Result<bool> {
        let mut found = 0;
        for at in COLUMNS {
            found |= match row.get_ref(at)? {
                ValueRef::Integer(id) => match self.symbols.get(&id) {
                    Some(known) => *known,
                    None => {
                        let found = self.of(&symbols.text(id)?)?;
                        self.symbols.insert(id, found);
                        found
                    }
                },
                ValueRef::Text(text) => self.of(&String::from_utf8_lossy(text))?,
                _ => 0,
            };
        }
        Ok(found == self.all)
    }

    fn of(&mut self, text: &str) -> rusqlite::Result<u64> {
        if text.is_ascii() {
            let words = text.split(|sign: char| !sign.is_ascii_alphanumeric());
            return Ok(words.fold(0, |found, word| found | self.begin(word)));
        }
        if let Some(found) = self.texts.get(text) {
            return Ok(*found);
        }
        let words = words::terms(&text.replace(MARK, ""))?;
        let found = words.iter().fold(0, |found, word| found | self.begin(word));
        self.texts.insert(text.into(), found);
        Ok(found)
    }

    /// Which beginnings a word has. They are in lower case; a word of ASCII need not be.
    fn begin(&self, word: &str) -> u64 {
        let has = |start: &str| word.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start));
        let bits = self.beginnings.iter().enumerate().filter(|(_, start)| has(start)).map(|(at, _)| 1 << at);
        bits.fold(0, |all, bit: u64| all | bit)
    }
}
