//! A plain SQLite file with one table of rows and one that tells what they are: for people to take elsewhere. It is no
//! cache, and nothing of it is encrypted.

use crate::Result;
use rusqlite::{Connection, params_from_iter, types::Value};
use std::path::Path;

/// A file while it is written. It is whole once [`finish`](Self::finish) returned.
pub struct PlainFile {
    connection: Connection,
    insert: String,
}

impl PlainFile {
    /// Makes the file; `columns` are the names of the table's columns.
    pub fn create(path: &Path, table: &str, columns: &[&str]) -> Result<Self> {
        let connection = Connection::open(path)?;
        // Whoever ends half-way throws the file away, so it needs no journal of its own.
        connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")?;
        let names: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
        let places = vec!["?"; columns.len()].join(", ");
        connection.execute_batch(&format!(
            "CREATE TABLE {} ({}); CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
            quoted(table),
            names.join(", ")
        ))?;
        Ok(Self { connection, insert: format!("INSERT INTO {} VALUES ({places})", quoted(table)) })
    }

    /// Adds a row, in the order of the columns. Yes and no are written as 1 and 0.
    pub fn row(&self, cells: &[serde_json::Value]) -> Result<()> {
        let values = cells.iter().map(|cell| match cell {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(yes) => Value::Integer((*yes).into()),
            serde_json::Value::Number(number) => number
                .as_i64()
                .map_or_else(|| Value::Real(number.as_f64().unwrap_or_default()), Value::Integer),
            serde_json::Value::String(text) => Value::Text(text.clone()),
            other => Value::Text(other.to_string()),
        });
        self.connection.prepare_cached(&self.insert)?.execute(params_from_iter(values))?;
        Ok(())
    }

    /// Tells something about the rows.
    pub fn meta(&self, key: &str, value: &str) -> Result<()> {
        self.connection.prepare_cached("INSERT INTO meta VALUES (?1, ?2)")?.execute([key, value])?;
        Ok(())
    }

    /// Writes what is left.
    pub fn finish(self) -> Result<()> {
        self.connection.execute_batch("COMMIT; PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE")?;
        self.connection.close().map_err(|(_, error)| error.into())
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_are_read_back_by_any_sqlite() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plain.db");
        let file = PlainFile::create(&path, "devices", &["name", "n \"odd\""]).expect("makes");
        file.row(&[json!("=1+1"), json!(-2)]).expect("writes");
        file.row(&[json!(null), json!(true)]).expect("writes");
        file.meta("filter", "all").expect("writes");
        file.finish().expect("ends");
        let bytes = std::fs::read(&path).expect("reads");
        assert!(bytes.starts_with(b"SQLite format 3\0"), "it is not encrypted");
        let connection = Connection::open(&path).expect("opens");
        let rows: Vec<(Option<String>, i64)> = connection
            .prepare("SELECT * FROM devices")
            .expect("reads")
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("reads")
            .collect::<rusqlite::Result<_>>()
            .expect("rows");
        assert_eq!(rows, [(Some("=1+1".to_owned()), -2), (None, 1)]);
    }
}
