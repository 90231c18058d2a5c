//! Drafts of posture checks, their saved versions, and captured states of devices that checks are tried against. What the
//! texts say is not this crate's business. They live in the org's file and belong to no snapshot.

use crate::{Result, Store};
use domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(crate) const V4: &str = "
    CREATE TABLE check_draft (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        -- The org's check that it is a draft of; NULL for one that the org does not have.
        okta TEXT UNIQUE,
        body TEXT NOT NULL,
        changed INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE check_version (
        id INTEGER PRIMARY KEY,
        -- As the contract spells a check's key.
        subject TEXT NOT NULL,
        at INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX check_version_subject ON check_version (subject, at);
";

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckDraft {
    pub id: i64,
    /// The org's check that it is a draft of.
    pub okta: Option<String>,
    pub body: String,
    pub changed: Timestamp,
}

/// A saved version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckVersion {
    pub at: Timestamp,
    pub body: String,
}

const ROW: &str = "id, okta, body, changed";

fn read_row(row: &Row<'_>) -> rusqlite::Result<CheckDraft> {
    Ok(CheckDraft { id: row.get(0)?, okta: row.get(1)?, body: row.get(2)?, changed: Timestamp(row.get(3)?) })
}

impl Store {
    /// All drafts, the oldest first.
    pub fn check_drafts(&self) -> Result<Vec<CheckDraft>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(&format!("SELECT {ROW} FROM check_draft ORDER BY id"))?;
        let rows = statement.query_map([], read_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One draft by its number.
    pub fn check_draft(&self, id: i64) -> Result<Option<CheckDraft>> {
        let reader = self.reader()?;
        let sql = format!("SELECT {ROW} FROM check_draft WHERE id = ?1");
        Ok(reader.prepare_cached(&sql)?.query_row([id], read_row).optional()?)
    }

    /// The draft of one of the org's checks.
    pub fn check_draft_of(&self, okta: &str) -> Result<Option<CheckDraft>> {
        let reader = self.reader()?;
        let sql = format!("SELECT {ROW} FROM check_draft WHERE okta = ?1");
        Ok(reader.prepare_cached(&sql)?.query_row([okta], read_row).optional()?)
    }

    /// Begins a draft of its own; answers its number, which is never given again.
    pub fn new_check_draft(&self, body: &str, now: Timestamp) -> Result<i64> {
        let writer = self.0.pool.writer();
        writer.execute("INSERT INTO check_draft (body, changed) VALUES (?1, ?2)", params![body, now.0])?;
        Ok(writer.last_insert_rowid())
    }

    /// Writes a draft of its own; false if it is gone.
    pub fn save_check_draft(&self, id: i64, body: &str, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE check_draft SET body = ?2, changed = ?3 WHERE id = ?1";
        Ok(self.0.pool.writer().prepare_cached(sql)?.execute(params![id, body, now.0])? > 0)
    }

    /// Writes the draft of one of the org's checks, new or not.
    pub fn save_check_draft_of(&self, okta: &str, body: &str, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO check_draft (okta, body, changed) VALUES (?1, ?2, ?3)
                   ON CONFLICT (okta) DO UPDATE SET body = excluded.body, changed = excluded.changed";
        self.0.pool.writer().prepare_cached(sql)?.execute(params![okta, body, now.0])?;
        Ok(())
    }

    /// Throws a draft away.
    pub fn delete_check_draft(&self, id: i64) -> Result<bool> {
        Ok(self.0.pool.writer().execute("DELETE FROM check_draft WHERE id = ?1", [id])? > 0)
    }

    /// What was a draft of its own belongs to one of the org's checks from now on, with its versions (`from` and `to` are the
    /// keys that those are kept under). A draft that the check has already is written over.
    /// False, and nothing done, where the draft is gone or another check's already.
    pub fn adopt_check_draft(&self, id: i64, okta: &str, from: &str, to: &str) -> Result<bool> {
        let mut writer = self.0.pool.writer();
        let transaction = writer.transaction()?;
        transaction.execute("DELETE FROM check_draft WHERE okta = ?1 AND id <> ?2", params![okta, id])?;
        let adopt = "UPDATE check_draft SET okta = ?2 WHERE id = ?1 AND okta IS NULL";
        if transaction.execute(adopt, params![id, okta])? == 0 {
            transaction.rollback()?;
            return Ok(false);
        }
        transaction.execute("UPDATE check_version SET subject = ?2 WHERE subject = ?1", [from, to])?;
        transaction.commit()?;
        Ok(true)
    }

    /// Keeps a version.
    pub fn add_check_version(&self, subject: &str, body: &str, now: Timestamp) -> Result<()> {
        add_version(&self.0.pool.writer(), subject, body, now)
    }

    /// The versions kept of one check, newest first.
    pub fn check_versions(&self, subject: &str) -> Result<Vec<CheckVersion>> {
        let reader = self.reader()?;
        let sql = "SELECT at, body FROM check_version WHERE subject = ?1 ORDER BY at DESC, id DESC";
        let mut statement = reader.prepare_cached(sql)?;
        let rows = statement
            .query_map([subject], |row| Ok(CheckVersion { at: Timestamp(row.get(0)?), body: row.get(1)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn add_version(writer: &Connection, subject: &str, body: &str, now: Timestamp) -> Result<()> {
    writer
        .prepare_cached("INSERT INTO check_version (subject, at, body) VALUES (?1, ?2, ?3)")?
        .execute(params![subject, now.0, body])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Location};

    #[test]
    fn a_draft_is_kept_adopted_and_thrown_away() {
        let store = Store::open(&Location::Memory, &Key::new([0; 32])).expect("opens");
        let at = Timestamp(1);
        let id = store.new_check_draft("one", at).expect("writes");
        store.add_check_version("draft-1", "v1", at).expect("writes");
        store.save_check_draft_of("dch1", "older", at).expect("writes");
        assert!(store.save_check_draft(id, "two", Timestamp(2)).expect("writes"));
        assert!(!store.save_check_draft(99, "lost", at).expect("writes"), "none of this number");

        assert!(store.adopt_check_draft(id, "dch1", "draft-1", "dch1").expect("writes"));
        assert!(!store.adopt_check_draft(id, "dch2", "draft-1", "dch2").expect("writes"), "it is another's");
        assert!(!store.adopt_check_draft(99, "dch1", "draft-99", "dch1").expect("writes"), "there is none");
        let draft = store.check_draft_of("dch1").expect("reads").expect("is there");
        assert_eq!((draft.id, draft.body.as_str(), draft.changed), (id, "two", Timestamp(2)));
        assert_eq!(store.check_drafts().expect("reads").len(), 1, "the older draft gave way");
        assert_eq!(store.check_versions("dch1").expect("reads").len(), 1);
        assert!(store.check_versions("draft-1").expect("reads").is_empty());

        assert!(store.delete_check_draft(id).expect("writes"));
        let next = store.new_check_draft("three", at).expect("writes");
        assert!(next > id, "a number is never given again");
    }
}
