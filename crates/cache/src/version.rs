//! What all versioned tables have in common. A row is true for the snapshots `valid_from <= S AND valid_to > S`; the
//! current row of an entity has `valid_to = OPEN`. A run writes rows from its own number on and closes those they
//! replace, so that nothing of it shows before the run is complete, and everything can be taken back by its number.
//!
//! Knows no table's own columns.

use crate::raw::RawRef;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, params};

/// `valid_to` of a row that nothing has replaced yet. Spelt out in the tables' partial indexes.
pub(crate) const OPEN: i64 = i64::MAX;

/// A table of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Device,
    User,
    UserRisk,
    Object,
}

impl Table {
    pub const ALL: [Self; 4] = [Self::Device, Self::User, Self::UserRisk, Self::Object];

    pub fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::User => "user",
            Self::UserRisk => "user_risk",
            Self::Object => "object",
        }
    }
}

/// The part of a new row that does not depend on its table.
pub(crate) struct NewVersion {
    pub pk: u32,
    pub run: i64,
    pub hash: i64,
    pub raw: RawRef,
    /// The row id of the entity's latest version, current or not.
    pub previous: Option<i64>,
}

/// The latest version of an entity.
pub(crate) struct Latest {
    pub id: i64,
    pub current: bool,
    pub hash: i64,
}

/// The statements that every versioned table needs.
pub(crate) struct Versions<'c> {
    latest: CachedStatement<'c>,
    close: CachedStatement<'c>,
}

impl<'c> Versions<'c> {
    pub fn new(connection: &'c Connection, table: Table) -> Result<Self> {
        let name = table.name();
        let latest = format!(
            "SELECT id, valid_to, hash FROM {name} WHERE pk = ?1 ORDER BY valid_from DESC, id DESC LIMIT 1"
        );
        let close = format!("UPDATE {name} SET valid_to = ?2 WHERE id = ?1");
        Ok(Self { latest: connection.prepare_cached(&latest)?, close: connection.prepare_cached(&close)? })
    }

    pub fn latest(&mut self, pk: u32) -> Result<Option<Latest>> {
        let row = self.latest.query_row([pk], |row| {
            Ok(Latest { id: row.get(0)?, current: row.get::<_, i64>(1)? == OPEN, hash: row.get(2)? })
        });
        row.optional()
    }

    /// Ends a row with this run. A row of the same run becomes true for no snapshot at all, which is right: it was
    /// replaced before anyone could see it.
    pub fn close(&mut self, id: i64, run: i64) -> Result<()> {
        self.close.execute(params![id, run]).map(drop)
    }
}

/// Takes back what a run wrote into a table, `which` being a condition on the rows (`1` for all).
pub(crate) fn take_back(connection: &Connection, table: Table, run: i64, which: &str) -> Result<()> {
    let name = table.name();
    connection.execute(&format!("DELETE FROM {name} WHERE valid_from = ?1 AND {which}"), [run])?;
    let reopen = format!("UPDATE {name} SET valid_to = {OPEN} WHERE valid_to = ?1 AND {which}");
    connection.execute(&reopen, [run]).map(drop)
}
