//! Texts that repeat from event to event (types, messages, outcomes), kept once and named by a number; and ids that are
//! written in half their length.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row};
use std::collections::HashMap;

/// A longer text is somebody's words, and repeats too seldom.
const LONGEST: usize = 120;
/// So many symbols are more than all kinds of events have messages; what comes after is written out.
const MOST: i64 = 1 << 16;

/// Gives numbers to texts.
pub(crate) struct SymbolWriter<'c> {
    find: CachedStatement<'c>,
    add: CachedStatement<'c>,
    last: CachedStatement<'c>,
    known: HashMap<Box<str>, i64>,
}

impl<'c> SymbolWriter<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        Ok(Self {
            find: connection.prepare_cached("SELECT id FROM log_symbol WHERE text = ?1")?,
            add: connection.prepare_cached("INSERT INTO log_symbol (text) VALUES (?1)")?,
            last: connection.prepare_cached("SELECT max(id) FROM log_symbol")?,
            known: HashMap::new(),
        })
    }

    /// The number of a text that always has one.
    pub fn number(&mut self, text: &str) -> Result<i64> {
        if let Some(id) = self.known.get(text) {
            return Ok(*id);
        }
        let id = match self.find.query_row([text], |row| row.get(0)).optional()? {
            Some(id) => id,
            None => self.add.insert([text])?,
        };
        self.known.insert(text.into(), id);
        Ok(id)
    }

    /// What is written for a text: a number, or the text itself if it is unlikely to come again.
    pub fn value(&mut self, text: Option<&str>) -> Result<Value> {
        let Some(text) = text else { return Ok(Value::Null) };
        if text.chars().count() > LONGEST {
            return Ok(Value::Text(text.to_owned()));
        }
        if let Some(id) = self.known.get(text) {
            return Ok(Value::Integer(*id));
        }
        match self.find.query_row([text], |row| row.get::<_, i64>(0)).optional()? {
            None if self.is_full()? => Ok(Value::Text(text.to_owned())),
            _ => self.number(text).map(Value::Integer),
        }
    }

    fn is_full(&mut self) -> Result<bool> {
        let highest: Option<i64> = self.last.query_row([], |row| row.get(0))?;
        Ok(highest.is_some_and(|highest| highest >= MOST))
    }
}

/// Reads numbers back.
pub(crate) struct SymbolReader<'c> {
    find: CachedStatement<'c>,
    known: HashMap<i64, Box<str>>,
}

impl<'c> SymbolReader<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        let find = connection.prepare_cached("SELECT text FROM log_symbol WHERE id = ?1")?;
        Ok(Self { find, known: HashMap::new() })
    }

    /// The text of a number.
    pub fn text(&mut self, id: i64) -> Result<Box<str>> {
        if let Some(text) = self.known.get(&id) {
            return Ok(text.clone());
        }
        let text: Box<str> = self.find.query_row([id], |row| row.get(0))?;
        self.known.insert(id, text.clone());
        Ok(text)
    }

    /// The text of a column that holds a number or a text.
    pub fn read(&mut self, row: &Row<'_>, at: usize) -> Result<Option<Box<str>>> {
        match row.get_ref(at)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(id) => self.text(id).map(Some),
            _ => row.get(at),
        }
    }
}

/// The number of a text, if it has one.
pub(crate) fn find(connection: &Connection, text: &str) -> Result<Option<i64>> {
    let mut find = connection.prepare_cached("SELECT id FROM log_symbol WHERE text = ?1")?;
    find.query_row([text], |row| row.get(0)).optional()
}

/// The types of events that begin so, with their numbers.
pub(crate) fn types_beginning(connection: &Connection, start: &str) -> Result<Vec<(i64, Box<str>)>> {
    let mut find = connection.prepare_cached(
        "SELECT id, text FROM log_symbol s WHERE text >= ?1 AND text < ?1 || char(1114111)
            AND EXISTS (SELECT 1 FROM log_count WHERE event_type = s.id) ORDER BY text",
    )?;
    find.query_map([start], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// A UUID as its sixteen bytes, if that is how it is commonly written; any other text as it is.
pub(crate) fn packed(text: &str) -> Value {
    let bytes = || -> Option<Vec<u8>> {
        let dashes = [8, 13, 18, 23];
        let is_dash = |(at, byte): (usize, u8)| (byte == b'-') == dashes.contains(&at);
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
        let common = text.len() == 36 && text.bytes().enumerate().all(is_dash) && text.bytes().all(is_digit);
        if !common {
            return None;
        }
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').map(|byte| value_of(byte)).collect();
        Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
    };
    bytes().map_or_else(|| Value::Text(text.to_owned()), Value::Blob)
}

fn value_of(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 }
}

/// The text that was packed.
pub(crate) fn unpacked(value: ValueRef<'_>) -> Result<Option<Box<str>>> {
    match value {
        ValueRef::Null => Ok(None),
        ValueRef::Blob(bytes) => {
            let mut text = String::with_capacity(36);
            for (at, byte) in bytes.iter().enumerate() {
                if [4, 6, 8, 10].contains(&at) {
                    text.push('-');
                }
                text.extend([byte >> 4, byte & 15].map(|n| char::from_digit(n.into(), 16).unwrap_or('?')));
            }
            Ok(Some(text.into()))
        }
        text => Ok(Some(text.as_str()?.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_was_written() {
        let common = "0b57fb29-38dc-11f1-9c2f-0242ac120002";
        assert!(matches!(packed(common), Value::Blob(bytes) if bytes.len() == 16));
        for text in [
            common,
            "",
            "a",
            "0B57FB29-38DC-11F1-9C2F-0242AC120002",
            "0b57fb29038dc-11f1-9c2f-0242ac120002",
            "0b57fb29-38dc-11f1-9c2f-0242ac12000-",
            "ö57fb29-38dc-11f1-9c2f-0242ac120002",
        ] {
            let value = packed(text);
            assert_eq!(unpacked((&value).into()).expect("reads").as_deref(), Some(text), "{text}");
        }
    }
}
