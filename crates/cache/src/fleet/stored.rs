//! Columns in the file: the newest snapshot's, packed, so that a cold start reads a few compressed megabytes. Knows no
//! column's meaning.

use super::column::{Codes, Column};
use crate::{Damage, Error, Result};
use domain::SnapshotId;
use rusqlite::{Connection, OptionalExtension, params};

/// The columns of a snapshot, ready to be stored. A fraction of their size.
pub(crate) struct Packed {
    snapshot: SnapshotId,
    columns: Vec<PackedColumn>,
}

struct PackedColumn {
    name: &'static str,
    dictionary: String,
    len: u32,
    width: usize,
    codes: Vec<u8>,
}

impl Packed {
    /// Packs named columns.
    pub fn new<'c>(
        snapshot: SnapshotId,
        columns: impl Iterator<Item = (&'static str, &'c Column)>,
    ) -> Result<Self> {
        let pack = |(name, column): (&'static str, &'c Column)| {
            Ok(PackedColumn {
                name,
                dictionary: serde_json::to_string(&column.dictionary).map_err(std::io::Error::from)?,
                len: column.codes.len(),
                width: column.codes.width(),
                codes: zstd::bulk::compress(&column.codes.to_bytes(), 1)?,
            })
        };
        Ok(Self { snapshot, columns: columns.map(pack).collect::<Result<_>>()? })
    }

    /// Stores them in place of those of earlier snapshots.
    pub fn write(&self, connection: &Connection, table: &str) -> Result<()> {
        connection.execute(&format!("DELETE FROM {table}"), [])?;
        let mut insert = connection.prepare_cached(&format!(
            "INSERT INTO {table} (snapshot, name, dictionary, len, width, codes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ))?;
        for PackedColumn { name, dictionary, len, width, codes } in &self.columns {
            insert.execute(params![self.snapshot.0, name, dictionary, len, width, codes])?;
        }
        Ok(())
    }
}

/// Reads one column; `None` if it is not stored for this snapshot.
pub(crate) fn read(
    connection: &Connection,
    table: &str,
    snapshot: SnapshotId,
    name: &str,
) -> Result<Option<Column>> {
    let row = connection
        .prepare_cached(&format!(
            "SELECT dictionary, len, width, codes FROM {table} WHERE snapshot = ?1 AND name = ?2"
        ))?
        .query_row(params![snapshot.0, name], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, u32>(1)?,
                row.get::<_, usize>(2)?,
                row.get::<_, Vec<u8>>(3)?,
            ))
        })
        .optional()?;
    let Some((dictionary, len, width, packed)) = row else { return Ok(None) };
    let bytes = zstd::bulk::decompress(&packed, len as usize * width)?;
    let codes = Codes::from_bytes(&bytes, width).ok_or(Error::Corrupt(Damage::Raw))?;
    let dictionary = serde_json::from_str(&dictionary).map_err(|_| Error::Corrupt(Damage::Raw))?;
    Ok(Some(Column { codes, dictionary }))
}
