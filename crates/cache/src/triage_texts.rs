//! The JSON of some events, read in the order in which it lies: each batch of texts is unpacked once.

use crate::raw::{RawRef, Unpacked};
use crate::{Result, Store};
use domain::SnapshotId;
use rusqlite::{Connection, OptionalExtension};

impl Store {
    /// Calls `each` with the place in `ids` and the JSON of each of these events that was known in a snapshot.
    pub fn each_event_text(
        &self,
        at: SnapshotId,
        ids: &[i64],
        mut each: impl FnMut(usize, &str),
    ) -> Result<()> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        self::each(&reader, ids, |place, run, raw| {
            if run <= at.0 {
                each(place, raw);
            }
        })
    }
}

/// Calls `each` with the place in `ids`, the run that brought it, and the JSON of each of these events.
pub(crate) fn each(
    connection: &Connection,
    ids: &[i64],
    mut each: impl FnMut(usize, i64, &str),
) -> Result<()> {
    let mut statement =
        connection.prepare_cached("SELECT run, raw, raw_at, raw_len FROM log_event WHERE id = ?1")?;
    let mut places: Vec<(RawRef, usize, i64)> = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate() {
        let found = statement.query_row([*id], |row| {
            let raw = RawRef { batch: row.get(1)?, at: row.get(2)?, len: row.get(3)? };
            Ok((raw, place, row.get(0)?))
        });
        places.extend(found.optional()?);
    }
    places.sort_by_key(|(raw, ..)| (raw.batch, raw.at));
    let mut unpacked = Unpacked::default();
    for (raw, place, run) in places {
        each(place, run, unpacked.read(connection, raw)?);
    }
    Ok(())
}
