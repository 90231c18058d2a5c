//! Full-text search of devices and of people: names, numbers, model, logins, addresses, ids. A text is written when it changes
//! and named by the versions that it is true for, so a search of a past snapshot finds what was true then.
//!
//! Every word that a person types is looked for as the beginning of a word. FTS5's own query language is never reached.

use crate::device_link::{SET_BITS, next_of};
use crate::fleet::Bits;
use domain::{Device, DeviceUser, User};
use rusqlite::{CachedStatement, Connection, Result, params};

/// Which words a text has is enough (`detail=none`): it is half the size, and quick to write. The text itself is not kept.
pub(crate) const V1: &str = "
    CREATE VIRTUAL TABLE device_search USING fts5 (
        text, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3',
        tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'\"
    );
    INSERT INTO device_search (device_search, rank) VALUES ('automerge', 8);
";

/// The same for people. Versions that were written before there was an index get a text each; people without any version
/// that changes it keep it.
pub(crate) const V3: &str = "
    CREATE VIRTUAL TABLE user_search USING fts5 (
        text, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3',
        tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'\"
    );
    INSERT INTO user_search (user_search, rank) VALUES ('automerge', 8);
    ALTER TABLE user ADD COLUMN doc INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE user ADD COLUMN doc_hash INTEGER NOT NULL DEFAULT 0;
    UPDATE user SET doc = numbered.doc FROM (
        SELECT id, (pk << 24) + row_number() OVER (PARTITION BY pk ORDER BY id) AS doc FROM user
    ) AS numbered WHERE user.id = numbered.id;
    INSERT INTO user_search (rowid, text)
    SELECT u.doc, concat_ws(char(10), i.okta, u.display_name, u.first_name, u.last_name, u.login, nullif(u.email, u.login),
        u.title, u.department)
    FROM user u JOIN user_id i ON i.pk = u.pk ORDER BY u.doc;
";

/// Which texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    Devices,
    People,
}

impl Index {
    fn table(self) -> &'static str {
        match self {
            Self::Devices => "device_search",
            Self::People => "user_search",
        }
    }
}

/// Writes search texts, all at the end: the index gathers words in memory, and writes them out whenever another statement
/// that could fail half-way begins. One after each device would make a small index of each device.
pub(crate) struct SearchWriter<'c> {
    insert: CachedStatement<'c>,
    waiting: Vec<(i64, Box<str>)>,
}

impl<'c> SearchWriter<'c> {
    pub fn new(connection: &'c Connection, index: Index) -> Result<Self> {
        let insert = format!("INSERT INTO {} (rowid, text) VALUES (?1, ?2)", index.table());
        Ok(Self { insert: connection.prepare_cached(&insert)?, waiting: Vec::new() })
    }

    /// Takes the text of a device or a person unless it is that of the version before; answers its number and its hash.
    pub fn write(&mut self, pk: u32, text: &str, previous: Option<(i64, i64)>) -> (i64, i64) {
        let hash = crate::hash(text);
        if let Some((doc, before)) = previous
            && before == hash
        {
            return (doc, hash);
        }
        let doc = next_of(pk, previous.map(|(doc, _)| doc));
        self.waiting.push((doc, text.into()));
        (doc, hash)
    }

    /// Writes what waits.
    pub fn finish(&mut self) -> Result<()> {
        for (doc, text) in self.waiting.drain(..) {
            self.insert.execute(params![doc, text])?;
        }
        Ok(())
    }
}

/// What a device is found by.
pub(crate) fn device_text(text: &mut String, device: &Device, users: &[DeviceUser]) {
    text.clear();
    let p = &device.profile;
    let own = [&p.display_name, &p.serial_number, &p.udid, &p.imei, &p.meid, &p.manufacturer, &p.model];
    let mut add = |word: &str| {
        text.push_str(word);
        text.push('\n');
    };
    add(device.id.as_str());
    own.into_iter().flatten().for_each(|t| add(t));
    for link in users {
        add(link.user.as_str());
        add(&link.name);
        link.login.as_deref().into_iter().for_each(&mut add);
        link.email.as_deref().filter(|e| Some(*e) != link.login.as_deref()).into_iter().for_each(&mut add);
    }
}

/// What a person is found by.
pub(crate) fn user_text(text: &mut String, user: &User) {
    text.clear();
    let mut add = |word: &str| {
        text.push_str(word);
        text.push('\n');
    };
    add(user.id.as_str());
    let email = user.email.as_ref().filter(|e| Some(*e) != user.login.as_ref());
    let names = [&user.display_name, &user.first_name, &user.last_name, &user.login];
    names.into_iter().flatten().chain(email).for_each(|t| add(t));
    [&user.title, &user.department].into_iter().flatten().for_each(|t| add(t));
}

/// Those in whose text of a snapshot every word was found. `doc` is the number of the text that is true for one of them,
/// counted within it, and `len` one more than the largest number of them.
pub(crate) fn find(
    connection: &Connection,
    index: Index,
    typed: &str,
    len: u32,
    doc: impl Fn(u32) -> u32,
) -> Result<Bits> {
    let mut all: Option<Bits> = None;
    for word in words(typed) {
        let mut found = Bits::none(len);
        each_match(connection, index, &word, |text| {
            // A text counts if it is the one that was true in this snapshot.
            if let Ok(pk) = u32::try_from(text >> SET_BITS)
                && i64::from(doc(pk)) == text & ((1 << SET_BITS) - 1)
            {
                found.insert(pk);
            }
        })?;
        match &mut all {
            Some(all) => all.keep(&found),
            None => all = Some(found),
        }
    }
    // Signs without a letter or a digit are in no text.
    Ok(all.unwrap_or_else(|| Bits::none(len)))
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
pub(crate) fn each_match(
    connection: &Connection,
    index: Index,
    word: &str,
    mut found: impl FnMut(i64),
) -> Result<()> {
    // `word` holds letters, digits and marks alone, so the quotes can't be left.
    let expression = format!("\"{word}\" *");
    let table = index.table();
    let mut statement =
        connection.prepare_cached(&format!("SELECT rowid FROM {table} WHERE {table} MATCH ?1"))?;
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
