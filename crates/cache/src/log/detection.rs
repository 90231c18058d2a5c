//! Filters of the log that somebody watches: a name, a note and a text each. What the text says is not this crate's business.

use crate::{Result, Store};
use rusqlite::{OptionalExtension, params};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogDetection {
    pub id: i64,
    pub name: String,
    pub note: Option<String>,
    pub filter: String,
}

impl Store {
    /// All of them, by name.
    pub fn log_detections(&self) -> Result<Vec<LogDetection>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT id, name, note, filter FROM log_detection ORDER BY name COLLATE NOCASE",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(LogDetection { id: row.get(0)?, name: row.get(1)?, note: row.get(2)?, filter: row.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Which one has a name, in whatever case.
    pub fn log_detection_named(&self, name: &str) -> Result<Option<i64>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT id FROM log_detection WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Saves one: a new one, or what becomes of one that is there; one that is gone meanwhile is made anew. Answers its id.
    pub fn save_log_detection(
        &self,
        id: Option<i64>,
        name: &str,
        note: Option<&str>,
        filter: &str,
    ) -> Result<i64> {
        let writer = self.writer();
        let saved = writer
            .prepare_cached(
                "INSERT INTO log_detection (id, name, note, filter) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, note = excluded.note, filter = excluded.filter
                 RETURNING id",
            )?
            .query_row(params![id, name, note, filter], |row| row.get(0))?;
        Ok(saved)
    }

    /// Deletes one; tells whether it was there.
    pub fn delete_log_detection(&self, id: i64) -> Result<bool> {
        Ok(self.writer().execute("DELETE FROM log_detection WHERE id = ?1", [id])? > 0)
    }
}
