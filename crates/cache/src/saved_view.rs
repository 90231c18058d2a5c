//! The views of lists that people saved: a name and a text each. What the text says is not this crate's business.

use crate::{Result, Store};
use rusqlite::{OptionalExtension, params};

pub(crate) const V1: &str = "
    CREATE TABLE saved_view (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        body TEXT NOT NULL
    ) STRICT;
";

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    pub id: i64,
    pub name: String,
    pub body: String,
}

impl Store {
    /// All of them, by name.
    pub fn saved_views(&self) -> Result<Vec<SavedView>> {
        let reader = self.reader()?;
        let mut statement =
            reader.prepare_cached("SELECT id, name, body FROM saved_view ORDER BY name COLLATE NOCASE")?;
        let rows = statement
            .query_map([], |row| Ok(SavedView { id: row.get(0)?, name: row.get(1)?, body: row.get(2)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Which view has a name, in whatever case.
    pub fn saved_view_named(&self, name: &str) -> Result<Option<i64>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT id FROM saved_view WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Saves a view: a new one, or what becomes of one that is there; one that is gone meanwhile is made anew. Answers its id.
    pub fn save_view(&self, id: Option<i64>, name: &str, body: &str) -> Result<i64> {
        let writer = self.0.pool.writer();
        let saved = writer
            .prepare_cached(
                "INSERT INTO saved_view (id, name, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body RETURNING id",
            )?
            .query_row(params![id, name, body], |row| row.get(0))?;
        Ok(saved)
    }

    /// Adds new views, all or none.
    pub fn add_views(&self, views: &[(String, String)]) -> Result<()> {
        let mut writer = self.0.pool.writer();
        let transaction = writer.transaction()?;
        for (name, body) in views {
            transaction.execute("INSERT INTO saved_view (name, body) VALUES (?1, ?2)", [name, body])?;
        }
        Ok(transaction.commit()?)
    }

    /// Deletes a view; tells whether it was there.
    pub fn delete_view(&self, id: i64) -> Result<bool> {
        Ok(self.0.pool.writer().execute("DELETE FROM saved_view WHERE id = ?1", [id])? > 0)
    }
}
