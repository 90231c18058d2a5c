//! Cases: evidence that was frozen for one investigation, with notes. What was frozen or noted is never changed and never
//! taken away again: the file itself refuses it. Everything here is on the disk before it returns.
//!
//! * `item`: pieces of evidence, kept as compressed parts;
//! * `freeze`: what is frozen of people, log and policies;
//! * `events`: which log events; `decisions`: what analysts decided.

mod decisions;
mod events;
mod freeze;
mod item;

pub use freeze::NewFreeze;
pub use item::{CaseItem, CaseLines, CaseTarget, NewCaseItem};

use crate::intent::durably;
use crate::{Result, Store};
use domain::{Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, params};

/// `key` makes the pseudonyms of this case's bundles; it never leaves this file. `freezes` counts the folders of evidence.
pub(crate) const V6: &str = "
    CREATE TABLE case_file (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        created INTEGER NOT NULL,
        actor TEXT NOT NULL,
        closed INTEGER,
        freezes INTEGER NOT NULL,
        key BLOB NOT NULL
    ) STRICT;
    CREATE TABLE case_person (
        case_file INTEGER NOT NULL,
        user TEXT NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (case_file, user)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX case_person_user ON case_person (user);
    CREATE TABLE case_note (
        id INTEGER PRIMARY KEY,
        case_file INTEGER NOT NULL,
        at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX case_note_file ON case_note (case_file, id);
    CREATE TABLE case_item (
        id INTEGER PRIMARY KEY,
        case_file INTEGER NOT NULL,
        path TEXT NOT NULL,
        title TEXT NOT NULL,
        row_count INTEGER,
        lines INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        sha256 BLOB NOT NULL,
        frozen INTEGER NOT NULL,
        snapshot INTEGER,
        UNIQUE (case_file, path)
    ) STRICT;
    CREATE TABLE case_part (
        item INTEGER NOT NULL,
        n INTEGER NOT NULL,
        line INTEGER NOT NULL,
        lines INTEGER NOT NULL,
        len INTEGER NOT NULL,
        data BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX case_part_item ON case_part (item, n);
    CREATE TRIGGER case_note_stays BEFORE UPDATE ON case_note BEGIN SELECT raise(ABORT, 'a note stays as it is'); END;
    CREATE TRIGGER case_note_remains BEFORE DELETE ON case_note BEGIN SELECT raise(ABORT, 'a note stays as it is'); END;
    CREATE TRIGGER case_item_stays BEFORE UPDATE ON case_item BEGIN SELECT raise(ABORT, 'evidence stays as it is'); END;
    CREATE TRIGGER case_item_remains BEFORE DELETE ON case_item BEGIN SELECT raise(ABORT, 'evidence stays as it is'); END;
    CREATE TRIGGER case_part_stays BEFORE UPDATE ON case_part BEGIN SELECT raise(ABORT, 'evidence stays as it is'); END;
    CREATE TRIGGER case_part_remains BEFORE DELETE ON case_part BEGIN SELECT raise(ABORT, 'evidence stays as it is'); END;
";

/// A new case with nothing in it yet.
fn begin(connection: &Connection, title: &str, actor: &str, now: Timestamp) -> Result<i64> {
    // SQLite's own random numbers are seeded by the system.
    let sql =
        "INSERT INTO case_file (title, created, actor, freezes, key) VALUES (?1, ?2, ?3, 0, randomblob(32))";
    connection.execute(sql, params![title, now.0, actor])?;
    Ok(connection.last_insert_rowid())
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: i64,
    pub title: String,
    pub created: Timestamp,
    pub actor: String,
    pub closed: Option<Timestamp>,
    /// With the names they had when they were taken in, by name.
    pub people: Vec<(UserId, String)>,
    /// Oldest first.
    pub notes: Vec<CaseNote>,
    pub items: u64,
    pub bytes: u64,
}

/// One note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseNote {
    pub at: Timestamp,
    pub actor: String,
    pub text: String,
}

impl Store {
    /// Every case, newest first. There are as many as somebody made by hand.
    pub fn cases(&self) -> Result<Vec<Case>> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut ids = reader.prepare_cached("SELECT id FROM case_file ORDER BY id DESC")?;
        let ids: Vec<i64> = ids.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut cases = Vec::with_capacity(ids.len());
        for id in ids {
            cases.extend(read(&reader, id)?);
        }
        Ok(cases)
    }

    /// One case.
    pub fn case(&self, id: i64) -> Result<Option<Case>> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        read(&reader, id)
    }

    /// The key that a case's pseudonyms are made with.
    pub fn case_key(&self, id: i64) -> Result<Option<[u8; 32]>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT key FROM case_file WHERE id = ?1")?;
        Ok(statement.query_row([id], |row| row.get(0)).optional()?)
    }

    /// Renames a case, and closes or opens it; false if there is none. A case that is closed already stays closed since then.
    pub fn set_case(&self, id: i64, title: &str, closed: bool, now: Timestamp) -> Result<bool> {
        durably(self, |connection| {
            let sql =
                "UPDATE case_file SET title = ?2, closed = iif(?3, coalesce(closed, ?4), NULL) WHERE id = ?1";
            Ok(connection.execute(sql, params![id, title, closed, now.0])? > 0)
        })
    }

    /// Adds a note; false if there is no such case.
    pub fn add_case_note(&self, id: i64, text: &str, actor: &str, now: Timestamp) -> Result<bool> {
        durably(self, |connection| {
            let there = exists(connection, id)?;
            if there {
                note(connection, id, text, actor, now)?;
            }
            Ok(there)
        })
    }
}

fn exists(connection: &Connection, id: i64) -> Result<bool> {
    Ok(connection.prepare_cached("SELECT 1 FROM case_file WHERE id = ?1")?.exists([id])?)
}

fn note(connection: &Connection, case: i64, text: &str, actor: &str, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO case_note (case_file, at, actor, text) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![case, now.0, actor, text])?;
    Ok(())
}

fn read(connection: &Connection, id: i64) -> Result<Option<Case>> {
    let sql = "SELECT title, created, actor, closed, (SELECT count(*) FROM case_item WHERE case_file = ?1),
            (SELECT coalesce(sum(bytes), 0) FROM case_item WHERE case_file = ?1)
         FROM case_file WHERE id = ?1";
    let found = connection
        .prepare_cached(sql)?
        .query_row([id], |row| {
            Ok(Case {
                id,
                title: row.get(0)?,
                created: Timestamp(row.get(1)?),
                actor: row.get(2)?,
                closed: row.get::<_, Option<i64>>(3)?.map(Timestamp),
                people: Vec::new(),
                notes: Vec::new(),
                items: row.get(4)?,
                bytes: row.get(5)?,
            })
        })
        .optional()?;
    let Some(mut case) = found else { return Ok(None) };
    let mut people = connection
        .prepare_cached("SELECT user, name FROM case_person WHERE case_file = ?1 ORDER BY name, user")?;
    let person = |row: &rusqlite::Row<'_>| Ok((UserId(row.get(0)?), row.get(1)?));
    case.people = people.query_map([id], person)?.collect::<rusqlite::Result<_>>()?;
    let mut notes = connection
        .prepare_cached("SELECT at, actor, text FROM case_note WHERE case_file = ?1 ORDER BY id")?;
    let note = |row: &rusqlite::Row<'_>| {
        Ok(CaseNote { at: Timestamp(row.get(0)?), actor: row.get(1)?, text: row.get(2)? })
    };
    case.notes = notes.query_map([id], note)?.collect::<rusqlite::Result<_>>()?;
    Ok(Some(case))
}
