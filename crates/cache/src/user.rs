//! The versions of people's accounts.

use crate::raw::RawRef;
use crate::search::{Index, SearchWriter, user_text};
use crate::version::NewVersion;
use domain::{Timestamp, User, UserId, UserStatus};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, params};

pub(crate) const V1: &str = "
    CREATE TABLE user (
        id INTEGER PRIMARY KEY,
        pk INTEGER NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL,
        hash INTEGER NOT NULL,
        raw INTEGER NOT NULL,
        raw_at INTEGER NOT NULL,
        raw_len INTEGER NOT NULL,
        status TEXT NOT NULL,
        created INTEGER,
        last_updated INTEGER,
        last_login INTEGER,
        status_changed INTEGER,
        login TEXT,
        email TEXT,
        first_name TEXT,
        last_name TEXT,
        display_name TEXT,
        title TEXT,
        department TEXT
    ) STRICT;
    CREATE INDEX user_version ON user (pk, valid_from);
    CREATE INDEX user_current ON user (pk) WHERE valid_to = 9223372036854775807;
";

/// Every column that makes a [`User`]. `i` is `user_id`, `u` is `user`.
pub(crate) const ROW: &str =
    "i.okta, u.status, u.created, u.last_updated, u.last_login, u.status_changed, u.login, u.email,
    u.first_name, u.last_name, u.display_name, u.title, u.department";

/// Reads a row that starts with [`ROW`].
pub(crate) fn read_row(row: &Row<'_>) -> Result<User> {
    let time = |at: usize| -> Result<Option<Timestamp>> { Ok(row.get::<_, Option<i64>>(at)?.map(Timestamp)) };
    let text = |at: usize| -> Result<Option<Box<str>>> { row.get(at) };
    Ok(User {
        id: UserId(row.get(0)?),
        status: UserStatus::from(row.get_ref(1)?.as_str()?),
        created: time(2)?,
        last_updated: time(3)?,
        last_login: time(4)?,
        status_changed: time(5)?,
        login: text(6)?,
        email: text(7)?,
        first_name: text(8)?,
        last_name: text(9)?,
        display_name: text(10)?,
        title: text(11)?,
        department: text(12)?,
    })
}

/// Writes versions of users with their search texts.
pub(crate) struct UserWriter<'c> {
    insert: CachedStatement<'c>,
    previous: CachedStatement<'c>,
    search: SearchWriter<'c>,
    text: String,
}

impl<'c> UserWriter<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        let insert = connection.prepare_cached(
            "INSERT INTO user (pk, valid_from, valid_to, hash, raw, raw_at, raw_len, status, created, last_updated,
                last_login, status_changed, login, email, first_name, last_name, display_name, title, department, doc, doc_hash)
             VALUES (?1, ?2, 9223372036854775807, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                ?19, ?20)",
        )?;
        let previous = connection.prepare_cached("SELECT doc, doc_hash FROM user WHERE id = ?1")?;
        let search = SearchWriter::new(connection, Index::People)?;
        Ok(Self { insert, previous, search, text: String::new() })
    }

    pub fn write(&mut self, user: &User, version: &NewVersion) -> Result<()> {
        let RawRef { batch, at, len } = version.raw;
        let before = match version.previous {
            Some(id) => self.previous.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?,
            None => None,
        };
        user_text(&mut self.text, user);
        let (doc, doc_hash) = self.search.write(version.pk, &self.text, before);
        self.insert.execute(params![
            version.pk,
            version.run,
            version.hash,
            batch,
            at,
            len,
            user.status.as_str(),
            user.created.map(|t| t.0),
            user.last_updated.map(|t| t.0),
            user.last_login.map(|t| t.0),
            user.status_changed.map(|t| t.0),
            user.login,
            user.email,
            user.first_name,
            user.last_name,
            user.display_name,
            user.title,
            user.department,
            doc,
            doc_hash,
        ])?;
        Ok(())
    }

    /// Writes what is best written last. To be called once, after all users of a transaction.
    pub fn finish(&mut self) -> Result<()> {
        self.search.finish()
    }
}
