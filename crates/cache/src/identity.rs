//! Okta's ids and the small numbers that stand for them in every other table. A number is never given twice, so history
//! and bitmaps may rely on it: rows are never deleted here.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Result};

pub(crate) const V1: &str = "
    CREATE TABLE device_id (pk INTEGER PRIMARY KEY, okta TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE user_id (pk INTEGER PRIMARY KEY, okta TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE object_id (pk INTEGER PRIMARY KEY, okta TEXT NOT NULL UNIQUE) STRICT;
";

/// Which map of ids.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ids {
    Device,
    User,
    Object,
}

/// Looks ids up, and gives numbers to new ones.
pub(crate) struct Identities<'c> {
    find: CachedStatement<'c>,
    add: CachedStatement<'c>,
}

impl<'c> Identities<'c> {
    pub fn new(connection: &'c Connection, ids: Ids) -> Result<Self> {
        let (find, add) = match ids {
            Ids::Device => {
                ("SELECT pk FROM device_id WHERE okta = ?1", "INSERT INTO device_id (okta) VALUES (?1)")
            }
            Ids::User => ("SELECT pk FROM user_id WHERE okta = ?1", "INSERT INTO user_id (okta) VALUES (?1)"),
            Ids::Object => {
                ("SELECT pk FROM object_id WHERE okta = ?1", "INSERT INTO object_id (okta) VALUES (?1)")
            }
        };
        Ok(Self { find: connection.prepare_cached(find)?, add: connection.prepare_cached(add)? })
    }

    /// The number of an id, if it has one.
    pub fn find(&mut self, okta: &str) -> Result<Option<u32>> {
        self.find.query_row([okta], |row| row.get(0)).optional()
    }

    /// The number of an id, and whether it was given just now.
    pub fn resolve(&mut self, okta: &str) -> Result<(u32, bool)> {
        match self.find(okta)? {
            Some(pk) => Ok((pk, false)),
            None => {
                // The row id is the number. Asking for it by RETURNING costs a savepoint for each row.
                let pk = self.add.insert([okta])?;
                let full = |_| rusqlite::Error::IntegralValueOutOfRange(0, pk);
                Ok((u32::try_from(pk).map_err(full)?, true))
            }
        }
    }
}
