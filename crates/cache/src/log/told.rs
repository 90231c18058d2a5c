//! The level of risk that an event tells of, kept beside it, so that a person's axis needs nobody's JSON. What was kept before it
//! was is read once, from the newest back, by whoever knows the JSON.

use super::symbols::SymbolWriter;
use crate::triage_texts as texts;
use crate::{Result, Store};
use domain::RiskLevel;
use rusqlite::{Connection, OptionalExtension, params};

/// What stands in the rows that were there before the column: it takes no room in them.
pub(crate) const UNREAD: i64 = -1;

/// A level as a symbol. Rows that were there before have a number that no symbol has; those of them that stand before
/// `log_told.below` were not read yet, and those behind it tell none. (No release wrote format 6. Files of it lie where it was made,
/// and are brought along like any other.)
pub(crate) const V7: &str = "
    ALTER TABLE log_event ADD COLUMN told ANY DEFAULT -1;
    CREATE TABLE log_told (one INTEGER PRIMARY KEY CHECK (one = 1), below INTEGER NOT NULL) STRICT;
    INSERT INTO log_told (one, below) SELECT 1, max(id) + 1 FROM log_event HAVING count(*) > 0;
";

impl Store {
    /// Reads the level of events that were kept before levels were, at most `limit` of them, the newest first. `read` makes of an
    /// event's JSON the level that it tells. Returns how many were read: none when there are no more.
    pub fn read_told_levels(
        &self,
        limit: usize,
        mut read: impl FnMut(&str) -> Option<RiskLevel>,
    ) -> Result<usize> {
        let reader = self.reader()?;
        let Some(below) = below(&reader)? else { return Ok(0) };
        let ids: Vec<i64> = {
            let mut statement = reader.prepare_cached(
                "SELECT id FROM log_event WHERE id < ?1 AND told = ?2 ORDER BY id DESC LIMIT ?3",
            )?;
            let ids = statement.query_map(params![below, UNREAD, limit], |row| row.get(0))?;
            ids.collect::<rusqlite::Result<_>>()?
        };
        let mut told = Vec::new();
        texts::each(&reader, &ids, |place, _, raw| told.extend(read(raw).map(|level| (ids[place], level))))?;
        drop(reader);
        let mut writer = self.writer();
        let transaction = writer.transaction()?;
        {
            let mut symbols = SymbolWriter::new(&transaction)?;
            let mut set = transaction.prepare_cached("UPDATE log_event SET told = ?2 WHERE id = ?1")?;
            for (id, level) in &told {
                set.execute(params![id, symbols.value(Some(level.as_str()))?])?;
            }
        }
        match ids.last() {
            Some(last) => transaction.execute("UPDATE log_told SET below = ?1", [last])?,
            None => transaction.execute("DELETE FROM log_told", [])?,
        };
        transaction.commit()?;
        Ok(ids.len())
    }
}

/// Before which number the older rows were not read yet; `None` when all were.
pub(crate) fn below(connection: &Connection) -> Result<Option<i64>> {
    let mut statement = connection.prepare_cached("SELECT below FROM log_told")?;
    Ok(statement.query_row([], |row| row.get(0)).optional()?)
}
