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

/// A state to keep.
#[derive(Debug, Clone)]
pub struct NewDeviceState {
    pub platform: &'static str,
    pub name: String,
    pub captured: Option<Timestamp>,
    pub tables: u32,
    pub json: String,
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
    /// Keeps states, all or none. One of the same name and platform is replaced.
    pub fn add_device_states(&self, states: &[NewDeviceState]) -> Result<()> {
        let mut writer = self.0.pool.writer();
        let transaction = writer.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO device_state (platform, name, captured, tables, body) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (platform, name) DO UPDATE SET captured = excluded.captured, tables = excluded.tables,
                    body = excluded.body",
            )?;
            for state in states {
                let body = zstd::bulk::compress(state.json.as_bytes(), 3)?;
                insert.execute(params![
                    state.platform,
                    state.name,
                    state.captured.map(|at| at.0),
                    state.tables,
                    body
                ])?;
            }
        }
        Ok(transaction.commit()?)
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

    /// The next states of a platform after a number, in the order in which they were imported: number and JSON. Whoever walks
    /// through them all holds no connection meanwhile.
    pub fn device_states_after(&self, platform: &str, after: i64, limit: u32) -> Result<Vec<(i64, String)>> {
        let reader = self.reader()?;
        let sql = "SELECT id, body FROM device_state WHERE platform = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        let mut statement = reader.prepare_cached(sql)?;
        let rows = statement.query_map(params![platform, after, limit], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
        rows.map(|row| {
            let (id, body) = row?;
            Ok((id, text(&body)?))
        })
        .collect()
    }

    /// Throws away one state of a platform, or all; answers how many.
    pub fn delete_device_states(&self, platform: &str, one: Option<i64>) -> Result<u64> {
        let sql = "DELETE FROM device_state WHERE platform = ?1 AND (?2 IS NULL OR id = ?2)";
        Ok(self.0.pool.writer().execute(sql, params![platform, one])? as u64)
    }
}

/// Larger than any state that could be imported: a body that says it is larger is damaged.
const LARGEST: usize = 256 << 20;

fn text(body: &[u8]) -> Result<String> {
    let size = zstd::bulk::Decompressor::upper_bound(body).unwrap_or(LARGEST).min(LARGEST);
    let bytes = zstd::bulk::decompress(body, size)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Location};

    #[test]
    fn states_are_kept_replaced_and_read_in_turn() {
        let store = Store::open(&Location::Memory, &Key::new([0; 32])).expect("opens");
        let state = |name: &str, json: &str| NewDeviceState {
            platform: "macos",
            name: name.into(),
            captured: None,
            tables: 1,
            json: json.into(),
        };
        store.add_device_states(&[state("b", "1"), state("a", "2")]).expect("writes");
        store.add_device_states(&[state("b", "3")]).expect("writes");
        let after = |id| store.device_states_after("macos", id, 1).expect("reads");
        let (first, second) = (after(0), after(1));
        assert_eq!((first[0].1.as_str(), second[0].1.as_str()), ("3", "2"));
        assert!(after(second[0].0).is_empty());
        assert_eq!(store.device_state_count("windows").expect("reads"), 0);
        let first = &store.device_states("macos", 1).expect("reads")[0];
        assert_eq!(
            (first.name.as_str(), store.device_state(first.id).expect("reads").as_deref()),
            ("a", Some("2"))
        );
        assert_eq!(store.delete_device_states("macos", Some(first.id)).expect("writes"), 1);
        assert_eq!(store.delete_device_states("macos", None).expect("writes"), 1);
    }
}
