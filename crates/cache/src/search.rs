//! Full-text search of devices: names, serial and other numbers, model, people, ids. A text is written when it changes
//! and named by the device versions that it is true for, so a search of a past snapshot finds what was true then.
//!
//! Every word that a person types is looked for as the beginning of a word. FTS5's own query language is never reached.

use crate::device_link::next_of;
use domain::{Device, DeviceUser};
use rusqlite::{CachedStatement, Connection, Result, params};

/// Which words a text has is enough (`detail=none`): it is half the size, and quick to write. The text itself is not kept.
pub(crate) const V1: &str = "
    CREATE VIRTUAL TABLE device_search USING fts5 (
        text, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3',
        tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'\"
    );
    INSERT INTO device_search (device_search, rank) VALUES ('automerge', 8);
";

/// Writes search texts, all at the end: the index gathers words in memory, and writes them out whenever another statement
/// that could fail half-way begins. One after each device would make a small index of each device.
pub(crate) struct SearchWriter<'c> {
    insert: CachedStatement<'c>,
    text: String,
    waiting: Vec<(i64, Box<str>)>,
}

impl<'c> SearchWriter<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        let insert = connection.prepare_cached("INSERT INTO device_search (rowid, text) VALUES (?1, ?2)")?;
        Ok(Self { insert, text: String::new(), waiting: Vec::new() })
    }

    /// Takes the text of a device unless it is that of the version before; answers its number and its hash.
    pub fn write(
        &mut self,
        pk: u32,
        device: &Device,
        users: Option<&[DeviceUser]>,
        previous: Option<(i64, i64)>,
    ) -> Result<(i64, i64)> {
        self.compose(device, users.unwrap_or_default());
        let hash = crate::hash(&self.text);
        if let Some((doc, before)) = previous
            && before == hash
        {
            return Ok((doc, hash));
        }
        let doc = next_of(pk, previous.map(|(doc, _)| doc));
        self.waiting.push((doc, self.text.as_str().into()));
        Ok((doc, hash))
    }

    /// Writes what waits.
    pub fn finish(&mut self) -> Result<()> {
        for (doc, text) in self.waiting.drain(..) {
            self.insert.execute(params![doc, text])?;
        }
        Ok(())
    }

    fn compose(&mut self, device: &Device, users: &[DeviceUser]) {
        self.text.clear();
        let p = &device.profile;
        let own = [&p.display_name, &p.serial_number, &p.udid, &p.imei, &p.meid, &p.manufacturer, &p.model];
        let mut add = |word: &str| {
            self.text.push_str(word);
            self.text.push('\n');
        };
        add(device.id.as_str());
        own.into_iter().flatten().for_each(|t| add(t));
        for link in users {
            add(link.user.as_str());
            add(&link.name);
            link.login.as_deref().into_iter().for_each(&mut add);
            link.email
                .as_deref()
                .filter(|e| Some(*e) != link.login.as_deref())
                .into_iter()
                .for_each(&mut add);
        }
    }
}

/// The words of what a person typed, in lower case, each once, the longest (and so most telling) first.
pub(crate) fn words(typed: &str) -> Vec<String> {
    let mut words: Vec<String> = typed
        .split(|c: char| !(c.is_alphanumeric() || is_mark(c)))
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words.dedup();
    words
}

/// A sign that belongs to the letter before it: accents written apart, and the vowel signs of India's scripts.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{963}' | '\u{966}'..='\u{dff}')
}

/// Calls `found` with the number of every text that has a word beginning with `word`.
pub(crate) fn each_match(connection: &Connection, word: &str, mut found: impl FnMut(i64)) -> Result<()> {
    // `word` holds letters, digits and marks alone, so the quotes can't be left.
    let expression = format!("\"{word}\" *");
    let mut statement =
        connection.prepare_cached("SELECT rowid FROM device_search WHERE device_search MATCH ?1")?;
    let mut rows = statement.query([expression])?;
    loop {
        match rows.next() {
            Ok(Some(row)) => found(row.get(0)?),
            Ok(None) => return Ok(()),
            // A few rare characters are letters here and separators for the tokenizer. The word then is a phrase, which
            // this index can't answer, and no text has it as one word.
            Err(rusqlite::Error::SqliteFailure(_, Some(text))) if text.contains("phrase queries") => {
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
}
