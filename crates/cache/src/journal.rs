//! The journal: what was asked of the org and what came of it, entry by entry, each sealed with the hash of the one before.
//! A changed, missing or exchanged entry breaks the chain and is found. Entries are never changed and never deleted.
//!
//! The head (number and hash of the last entry) is kept apart, so that entries missing at the end are found as well. Who can
//! rewrite the whole file with its key can rewrite the chain; a head that was written down elsewhere, as in an export, tells.

use crate::{Result, Store};
use domain::{IntentId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

pub(crate) const V1: &str = "
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        intent INTEGER,
        step INTEGER,
        body TEXT NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
    CREATE INDEX journal_intent ON journal (intent, seq) WHERE intent IS NOT NULL;
    CREATE INDEX journal_sync ON journal (seq) WHERE kind = 'sync';
    CREATE TABLE journal_head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        seq INTEGER NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
";

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// From 1, without gaps.
    pub seq: i64,
    pub at: Timestamp,
    /// `intent`, `step`, `sync`, …
    pub kind: Box<str>,
    pub intent: Option<IntentId>,
    pub step: Option<u32>,
    /// JSON; what it says depends on the kind. It never holds a secret.
    pub body: Box<str>,
    /// SHA-256 over the hash before and everything above.
    pub hash: [u8; 32],
}

/// Whether the chain holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalCheck {
    /// Entries that were looked at, all of them unless the chain is broken.
    pub entries: u64,
    /// The last entry's hash; zeros for an empty journal.
    pub head: [u8; 32],
    pub broken: Option<JournalBreak>,
}

/// Where the chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalBreak {
    /// The first entry that does not fit.
    pub seq: i64,
    pub what: BreakKind,
}

/// In which way an entry does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakKind {
    /// It is not there, though later ones or the head are.
    Missing,
    /// It does not say what it said when it was written, or does not follow the one before.
    Changed,
    /// It is there, though the head knows nothing of it.
    Added,
}

/// What goes into an entry.
pub(crate) struct NewEntry<'e> {
    pub at: Timestamp,
    pub kind: &'e str,
    pub intent: Option<IntentId>,
    pub step: Option<u32>,
    pub body: &'e serde_json::Value,
}

/// Appends an entry, in the transaction of what it tells of.
pub(crate) fn append(connection: &Connection, new: &NewEntry<'_>) -> Result<()> {
    let (seq, before) = head(connection)?.unwrap_or((0, [0; 32]));
    let mut entry = JournalEntry {
        seq: seq + 1,
        at: new.at,
        kind: new.kind.into(),
        intent: new.intent,
        step: new.step,
        body: new.body.to_string().into(),
        hash: [0; 32],
    };
    entry.hash = entry.sealed_after(&before);
    connection
        .prepare_cached(
            "INSERT INTO journal (seq, at, kind, intent, step, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            entry.seq,
            entry.at.0,
            entry.kind,
            entry.intent.map(|id| id.0),
            entry.step,
            entry.body,
            entry.hash
        ])?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO journal_head (id, seq, hash) VALUES (1, ?1, ?2)")?
        .execute(params![entry.seq, entry.hash])?;
    Ok(())
}

fn head(connection: &Connection) -> Result<Option<(i64, [u8; 32])>> {
    let mut statement = connection.prepare_cached("SELECT seq, hash FROM journal_head WHERE id = 1")?;
    Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

impl JournalEntry {
    /// The hash of this entry behind one of the hash `before`. Every field is written with its length, so that no two
    /// different entries read alike.
    fn sealed_after(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(before);
        let mut field = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        field(&self.seq.to_be_bytes());
        field(&self.at.0.to_be_bytes());
        field(self.kind.as_bytes());
        field(&self.intent.map_or(0, |id| id.0).to_be_bytes());
        field(&self.step.map_or(-1, i64::from).to_be_bytes());
        field(self.body.as_bytes());
        hasher.finalize().into()
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            at: Timestamp(row.get(1)?),
            kind: row.get(2)?,
            intent: row.get::<_, Option<i64>>(3)?.map(IntentId),
            step: row.get(4)?,
            body: row.get(5)?,
            hash: row.get(6)?,
        })
    }
}

const ROW: &str = "seq, at, kind, intent, step, body, hash";

impl Store {
    /// Notes something that is no intent: how a sync ended, what was exported.
    pub fn note(&self, at: Timestamp, kind: &str, body: &serde_json::Value) -> Result<()> {
        let mut writer = self.writer();
        let transaction = writer.transaction()?;
        append(&transaction, &NewEntry { at, kind, intent: None, step: None, body })?;
        Ok(transaction.commit()?)
    }

    /// Calls `each` with every entry after `seq`, the oldest first, until it fails.
    pub fn each_journal_entry<E: From<crate::Error>>(
        &self,
        after: i64,
        mut each: impl FnMut(JournalEntry) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let fail = |error: rusqlite::Error| E::from(crate::Error::from(error));
        let reader = self.reader()?;
        let sql = format!("SELECT {ROW} FROM journal WHERE seq > ?1 ORDER BY seq");
        let mut statement = reader.prepare_cached(&sql).map_err(fail)?;
        let mut rows = statement.query([after]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            each(JournalEntry::read(row).map_err(fail)?)?;
        }
        Ok(())
    }

    /// How syncs ended, newest first.
    pub fn sync_entries(&self, offset: u64, limit: usize) -> Result<Vec<JournalEntry>> {
        let reader = self.reader()?;
        let sql =
            format!("SELECT {ROW} FROM journal WHERE kind = 'sync' ORDER BY seq DESC LIMIT ?1 OFFSET ?2");
        let mut statement = reader.prepare_cached(&sql)?;
        let rows = statement.query_map(params![limit as i64, offset as i64], JournalEntry::read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many ends of syncs there are.
    pub fn sync_entry_count(&self) -> Result<u64> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT count(*) FROM journal WHERE kind = 'sync'")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Walks the whole chain.
    pub fn check_journal(&self) -> Result<JournalCheck> {
        let reader = self.reader()?;
        // One view of the file: an entry that comes meanwhile is neither here nor in the head.
        let _view = reader.unchecked_transaction()?;
        let (last, sealed) = head(&reader)?.unwrap_or((0, [0; 32]));
        let mut check = JournalCheck { entries: 0, head: [0; 32], broken: None };
        let mut statement = reader.prepare_cached(&format!("SELECT {ROW} FROM journal ORDER BY seq"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let seq: i64 = row.get(0)?;
            let wanted = i64::try_from(check.entries).unwrap_or(i64::MAX) + 1;
            // An entry whose columns can't even be read is not what was written.
            let what = match JournalEntry::read(row) {
                _ if seq > last => Some((seq, BreakKind::Added)),
                _ if seq != wanted => Some((wanted, BreakKind::Missing)),
                Ok(entry) if entry.sealed_after(&check.head) == entry.hash => {
                    check.head = entry.hash;
                    check.entries += 1;
                    None
                }
                _ => Some((seq, BreakKind::Changed)),
            };
            if let Some((seq, what)) = what {
                check.broken = Some(JournalBreak { seq, what });
                return Ok(check);
            }
        }
        let counted = i64::try_from(check.entries).unwrap_or(i64::MAX);
        if counted < last {
            check.broken = Some(JournalBreak { seq: counted + 1, what: BreakKind::Missing });
        } else if check.head != sealed {
            check.broken = Some(JournalBreak { seq: last, what: BreakKind::Changed });
        }
        Ok(check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Location};
    use serde_json::json;

    fn journal(entries: i64) -> Store {
        let store = Store::open(&Location::Memory, &Key::new([0; 32])).expect("memory is always there");
        for n in 0..entries {
            store.note(Timestamp(n), "sync", &json!({ "n": n })).expect("written");
        }
        store
    }

    fn after(meddling: &str) -> Option<(i64, BreakKind)> {
        let store = journal(5);
        store.writer().execute_batch(meddling).expect("is SQL");
        store.check_journal().expect("reads").broken.map(|broken| (broken.seq, broken.what))
    }

    #[test]
    fn an_untouched_chain_holds() {
        for entries in [0, 1, 5] {
            let check = journal(entries).check_journal().expect("reads");
            assert_eq!((check.entries, check.broken), (entries as u64, None));
            assert_eq!(check.head == [0; 32], entries == 0);
        }
    }

    #[test]
    fn whoever_meddles_is_found_where_it_was() {
        let check = |sql: &str, want| assert_eq!(after(sql), Some(want), "{sql}");
        check("UPDATE journal SET body = '{\"n\":7}' WHERE seq = 3", (3, BreakKind::Changed));
        check("UPDATE journal SET at = at + 1 WHERE seq = 1", (1, BreakKind::Changed));
        check("UPDATE journal SET kind = 'step' WHERE seq = 5", (5, BreakKind::Changed));
        check("DELETE FROM journal WHERE seq = 2", (2, BreakKind::Missing));
        check("DELETE FROM journal WHERE seq = 5", (5, BreakKind::Missing));
        check("DELETE FROM journal", (1, BreakKind::Missing));
        check(
            "INSERT INTO journal SELECT 6, at, kind, intent, step, body, hash FROM journal WHERE seq = 5",
            (6, BreakKind::Added),
        );
        check("UPDATE journal SET hash = zeroblob(32) WHERE seq = 4", (4, BreakKind::Changed));
        check("UPDATE journal SET hash = zeroblob(3) WHERE seq = 4", (4, BreakKind::Changed));
        check("UPDATE journal_head SET hash = zeroblob(32)", (5, BreakKind::Changed));
        check(
            "UPDATE journal SET seq = 9 WHERE seq = 2; UPDATE journal SET seq = 2 WHERE seq = 3; UPDATE journal SET seq = 3 WHERE seq = 9",
            (2, BreakKind::Changed),
        );
    }
}
