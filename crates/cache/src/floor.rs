//! What the least possible work costs, for the benchmark: inserting alone here, asking in plain SQL in `plain`.
//!
//! Inserting: the rows of a finished snapshot are read into memory as they are, and then
//! inserted into an empty cache of the same schema with nothing done to them. Parsing, comparing, hashing and compressing
//! are all left out, so it is a floor that no sync can go below. Nothing else uses this.

mod log;
mod plain;

pub use log::{LogRows, LogSink, PlainLog, PrebuiltLog};
pub use plain::Plain;

use crate::open::ProcessLock;
use crate::pool::Pool;
use crate::{Key, Location, Result, Store};
use rusqlite::Connection;
use rusqlite::types::Value;

/// Rows that go into one transaction, as in a sync.
const BATCH: usize = 2000;
const TABLES: [&str; 6] = ["device_id", "user_id", "raw", "user", "device", "device_link"];
/// The search texts, put together again: the index does not keep them.
const TEXTS: &str = "
    SELECT d.doc, concat_ws(char(10), i.okta, d.name, d.serial, d.udid, d.imei, d.meid, d.manufacturer, d.model,
        (SELECT group_concat(concat_ws(char(10), u.okta, l.name, l.login, nullif(l.email, l.login)), char(10))
         FROM device_link l JOIN user_id u ON u.pk = l.user WHERE l.links = d.links))
    FROM device d JOIN device_id i ON i.pk = d.pk ORDER BY d.doc";

/// Rows in memory, ready to be inserted.
pub struct Prebuilt(Vec<(String, Vec<Vec<Value>>)>);

impl Prebuilt {
    /// Reads everything of a cache that holds one snapshot.
    pub fn read(store: &Store) -> Result<Self> {
        let reader = store.reader()?;
        let mut tables = Vec::new();
        for table in TABLES {
            let rows = read(&reader, &format!("SELECT * FROM {table}"))?;
            let columns = rows.first().map_or(0, Vec::len);
            let places = vec!["?"; columns].join(", ");
            tables.push((format!("INSERT INTO {table} VALUES ({places})"), rows));
        }
        let insert = "INSERT INTO device_search (rowid, text) VALUES (?, ?)".to_owned();
        tables.push((insert, read(&reader, TEXTS)?));
        Ok(Self(tables))
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.0.iter().map(|(_, rows)| rows.len()).sum()
    }

    /// Inserts them into a new cache. This is what the benchmark measures.
    pub fn insert(&self, location: &Location, key: &Key) -> Result<()> {
        let _lock = match location {
            Location::File(path) => Some(ProcessLock::take(path)?),
            Location::Memory => None,
        };
        let pool = Pool::open(location, key)?;
        let mut writer = pool.writer();
        for (sql, rows) in self.0.iter().filter(|(_, rows)| !rows.is_empty()) {
            for rows in rows.chunks(BATCH) {
                let transaction = writer.transaction()?;
                let mut insert = transaction.prepare_cached(sql)?;
                for row in rows {
                    insert.execute(rusqlite::params_from_iter(row))?;
                }
                drop(insert);
                transaction.commit()?;
            }
        }
        Ok(())
    }
}

fn read(connection: &Connection, sql: &str) -> Result<Vec<Vec<Value>>> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect())?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
