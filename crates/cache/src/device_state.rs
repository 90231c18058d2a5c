//! Captured states of devices, which posture checks are tried against. They are read one after the other, so that a fleet of
//! them takes no more memory than one.

use crate::{Result, Store};
use domain::Timestamp;
use rusqlite::{OptionalExtension, params};

pub(crate) const V4: &str = "
    CREATE TABLE device_state (
        id INTEGER PRIMARY KEY,
        platform TEXT NOT NULL,
        name TEXT NOT NULL,
        captured INTEGER,
        tables INTEGER NOT NULL,
        -- JSON, compressed.
        body BLOB NOT NULL,
        UNIQUE (platform, name)
    ) STRICT;
";

/// The same once more by table, all states' rows of one table side by side: a query reads one table of ten thousand states without
/// touching the others.
pub(crate) const V5: &str = "
    -- No release wrote any; those of a development version lack their tables here.
    DELETE FROM device_state;
    CREATE TABLE device_state_table (
        name TEXT NOT NULL,
        state INTEGER NOT NULL,
        -- JSON, compressed.
        body BLOB NOT NULL,
        PRIMARY KEY (name, state)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX device_state_table_by_state ON device_state_table (state);
";

/// A state to keep.
#[derive(Debug, Clone)]
pub struct NewDeviceState {
    pub platform: &'static str,
    pub name: String,
    pub captured: Option<Timestamp>,
    pub tables: u32,
    pub json: String,
    /// The JSON of each table alone, by name.
    pub by_table: Vec<(String, String)>,
}

/// As much of a state as a query reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceStatePart {
    pub id: i64,
    pub name: String,
    pub captured: Option<Timestamp>,
    /// The JSON of each table that was asked for and is there, by name.
    pub tables: Vec<(String, String)>,
}

/// A state as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceStateRow {
    pub id: i64,
    pub name: String,
    pub captured: Option<Timestamp>,
    pub tables: u32,
}

impl Store {
    /// Keeps states, all or none. One of the same name and platform is replaced; answers how many were.
    pub fn add_device_states(&self, states: &[NewDeviceState]) -> Result<u64> {
        let mut writer = self.0.pool.writer();
        let transaction = writer.transaction()?;
        let mut replaced = 0;
        {
            let mut known =
                transaction.prepare_cached("SELECT 1 FROM device_state WHERE platform = ?1 AND name = ?2")?;
            let mut insert = transaction.prepare_cached(
                "INSERT INTO device_state (platform, name, captured, tables, body) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (platform, name) DO UPDATE SET captured = excluded.captured, tables = excluded.tables,
                    body = excluded.body
                 RETURNING id",
            )?;
            let mut clear = transaction.prepare_cached("DELETE FROM device_state_table WHERE state = ?1")?;
            let mut part = transaction
                .prepare_cached("INSERT INTO device_state_table (name, state, body) VALUES (?1, ?2, ?3)")?;
            for state in states {
                replaced += u64::from(known.exists(params![state.platform, state.name])?);
                let body = zstd::bulk::compress(state.json.as_bytes(), 3)?;
                let row =
                    params![state.platform, state.name, state.captured.map(|at| at.0), state.tables, body];
                let id: i64 = insert.query_row(row, |row| row.get(0))?;
                clear.execute([id])?;
                for (name, json) in &state.by_table {
                    part.execute(params![name, id, zstd::bulk::compress(json.as_bytes(), 3)?])?;
                }
            }
        }
        transaction.commit()?;
        Ok(replaced)
    }

    /// How many states of a platform there are.
    pub fn device_state_count(&self, platform: &str) -> Result<u64> {
        let reader = self.reader()?;
        let sql = "SELECT count(*) FROM device_state WHERE platform = ?1";
        Ok(reader.prepare_cached(sql)?.query_row([platform], |row| row.get(0))?)
    }

    /// The first states of a platform, by name.
    pub fn device_states(&self, platform: &str, limit: u32) -> Result<Vec<DeviceStateRow>> {
        let reader = self.reader()?;
        let sql =
            "SELECT id, name, captured, tables FROM device_state WHERE platform = ?1 ORDER BY name LIMIT ?2";
        let mut statement = reader.prepare_cached(sql)?;
        let rows = statement.query_map(params![platform, limit], |row| {
            Ok(DeviceStateRow {
                id: row.get(0)?,
                name: row.get(1)?,
                captured: row.get::<_, Option<i64>>(2)?.map(Timestamp),
                tables: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One state's JSON.
    pub fn device_state(&self, id: i64) -> Result<Option<String>> {
        let reader = self.reader()?;
        let sql = "SELECT body FROM device_state WHERE id = ?1";
        let body: Option<Vec<u8>> =
            reader.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
        body.map(|body| text(&body)).transpose()
    }

    /// Hands every state of a platform to `each`, by name, with these of its tables alone.
    pub fn each_device_state_part<E: From<crate::Error>>(
        &self,
        platform: &str,
        tables: &[&str],
        mut each: impl FnMut(DeviceStatePart) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let reader = self.reader()?;
        let sql = "SELECT id, name, captured FROM device_state WHERE platform = ?1 ORDER BY name";
        let mut statement = reader.prepare_cached(sql).map_err(crate::Error::from)?;
        let part = "SELECT body FROM device_state_table WHERE name = ?1 AND state = ?2";
        let mut part = reader.prepare_cached(part).map_err(crate::Error::from)?;
        let mut unpack = zstd::bulk::Decompressor::new().map_err(crate::Error::from)?;
        let mut rows = statement.query([platform]).map_err(crate::Error::from)?;
        while let Some(row) = rows.next().map_err(crate::Error::from)? {
            let mut state = head(row).map_err(crate::Error::from)?;
            for &table in tables {
                let body = part
                    .query_row(params![table, state.id], |row| {
                        Ok(unpacked(&mut unpack, row.get_ref(0)?.as_blob()?))
                    })
                    .optional()
                    .map_err(crate::Error::from)?;
                if let Some(body) = body {
                    state.tables.push((table.to_owned(), body?));
                }
            }
            each(state)?;
        }
        Ok(())
    }

    /// Throws away one state of a platform, or all; answers how many.
    pub fn delete_device_states(&self, platform: &str, one: Option<i64>) -> Result<u64> {
        let mut writer = self.0.pool.writer();
        let transaction = writer.transaction()?;
        let those = "platform = ?1 AND (?2 IS NULL OR id = ?2)";
        let parts = format!(
            "DELETE FROM device_state_table WHERE state IN (SELECT id FROM device_state WHERE {those})"
        );
        transaction.execute(&parts, params![platform, one])?;
        let deleted = transaction
            .execute(&format!("DELETE FROM device_state WHERE {those}"), params![platform, one])?;
        transaction.commit()?;
        Ok(deleted as u64)
    }
}

/// Larger than any state that could be imported: a body that says it is larger is damaged.
const LARGEST: usize = 256 << 20;

fn text(body: &[u8]) -> Result<String> {
    unpacked(&mut zstd::bulk::Decompressor::new()?, body)
}

fn unpacked(unpack: &mut zstd::bulk::Decompressor<'_>, body: &[u8]) -> Result<String> {
    let size = zstd::bulk::Decompressor::upper_bound(body).unwrap_or(LARGEST).min(LARGEST);
    let bytes = unpack.decompress(body, size)?;
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn head(row: &rusqlite::Row<'_>) -> rusqlite::Result<DeviceStatePart> {
    Ok(DeviceStatePart {
        id: row.get(0)?,
        name: row.get(1)?,
        captured: row.get::<_, Option<i64>>(2)?.map(Timestamp),
        tables: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, Key, Location};

    #[test]
    fn states_are_kept_replaced_and_read_in_turn() {
        let store = Store::open(&Location::Memory, &Key::new([0; 32])).expect("opens");
        let state = |name: &str, json: &str| NewDeviceState {
            platform: "macos",
            name: name.into(),
            captured: None,
            tables: 1,
            json: json.into(),
            by_table: vec![("alf".into(), format!("alf {json}")), ("users".into(), format!("users {json}"))],
        };
        assert_eq!(store.add_device_states(&[state("b", "1"), state("a", "2")]).expect("writes"), 0);
        assert_eq!(store.add_device_states(&[state("b", "3")]).expect("writes"), 1, "one is replaced");
        let body = |at: usize| {
            let row = &store.device_states("macos", 2).expect("reads")[at];
            store.device_state(row.id).expect("reads").expect("is there")
        };
        assert_eq!([body(0), body(1)], ["2", "3"], "by name, the newer one of two");
        let parts = |tables: &[&str]| {
            let mut seen = Vec::new();
            let read = store.each_device_state_part("macos", tables, |part| {
                seen.push(format!("{}: {:?}", part.name, part.tables));
                Ok::<_, Error>(())
            });
            read.expect("reads");
            seen.join("; ")
        };
        assert_eq!(parts(&["alf", "apps"]), r#"a: [("alf", "alf 2")]; b: [("alf", "alf 3")]"#);
        assert_eq!(parts(&[]), "a: []; b: []");
        assert_eq!(store.device_state_count("windows").expect("reads"), 0);
        let first = &store.device_states("macos", 1).expect("reads")[0];
        assert_eq!(
            (first.name.as_str(), store.device_state(first.id).expect("reads").as_deref()),
            ("a", Some("2"))
        );
        assert_eq!(store.delete_device_states("macos", Some(first.id)).expect("writes"), 1);
        let left = || -> i64 {
            let reader = store.reader().expect("reads");
            reader.query_row("SELECT count(*) FROM device_state_table", [], |row| row.get(0)).expect("reads")
        };
        assert_eq!(left(), 2);
        assert_eq!(store.delete_device_states("macos", None).expect("writes"), 1);
        assert_eq!(left(), 0);
    }
}
