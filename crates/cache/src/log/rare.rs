//! From when on kinds of events that are rare were read. A first sync reads everything of some days, and what is rare for as long
//! as the org keeps it: so the two begin at different times. Which kinds are rare is told by whoever reads them.

use super::list;
use super::span::LogSpan;
use crate::{Result, Store};
use domain::{SnapshotId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// `kinds` is the filter they were read under: where it changes, they are read again.
pub(crate) const V7: &str = "
    CREATE TABLE log_rare (
        kinds TEXT PRIMARY KEY,
        run INTEGER NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL
    ) STRICT;
";

impl Store {
    /// From when on events of these kinds were read from before everything was; `None` while they were not.
    pub fn rare_log(&self, at: SnapshotId, kinds: &str) -> Result<Option<LogSpan>> {
        let reader = self.reader()?;
        let found = reader
            .prepare_cached("SELECT since, until FROM log_rare WHERE kinds = ?1 AND run <= ?2")?
            .query_row(params![kinds, at.0], |row| {
                Ok(LogSpan { since: Timestamp(row.get(0)?), until: Timestamp(row.get(1)?) })
            });
        Ok(found.optional()?)
    }

    /// From when on every event of these kinds is known: from when they were read, or from when on everything was.
    pub fn rare_log_begins(&self, at: SnapshotId, kinds: &str) -> Result<Option<Timestamp>> {
        let rare = self.rare_log(at, kinds)?.map(|span| span.since);
        let all = list::begins(&*self.reader()?, at)?;
        Ok(all.map(|all| rare.map_or(all, |rare| rare.min(all))))
    }
}

/// Notes that these kinds were read.
pub(crate) fn add(connection: &Connection, run: i64, kinds: &str, span: LogSpan) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO log_rare (kinds, run, since, until) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![kinds, run, span.since.0, span.until.0])?;
    Ok(())
}
