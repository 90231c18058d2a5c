//! What became of one object, sync by sync.

use crate::{Result, Store, device, raw};
use domain::{ObjectId, ObjectKind, SnapshotId, Timestamp};
use rusqlite::params;

/// One version of an object: the snapshot that shows it first, when that was made, and the JSON.
pub type ObjectVersion = (SnapshotId, Timestamp, String);

impl Store {
    /// Every version of an object that syncs saw, the oldest first.
    pub fn object_history(&self, kind: &ObjectKind, id: &ObjectId) -> Result<Vec<ObjectVersion>> {
        let reader = self.reader()?;
        // A version of a sync that has not ended is nobody's yet.
        let mut statement = reader.prepare_cached(
            "SELECT o.raw, o.raw_at, o.raw_len, o.valid_from, r.finished FROM object o JOIN run r ON r.id = o.valid_from
             WHERE o.kind = ?1 AND o.okta = ?2 AND r.finished IS NOT NULL ORDER BY o.valid_from",
        )?;
        let rows = statement.query_map(params![kind.as_str(), id.as_str()], |row| {
            Ok((device::raw_ref(row, 0)?, SnapshotId(row.get(3)?), Timestamp(row.get(4)?)))
        })?;
        rows.map(|row| {
            let (at, snapshot, noticed) = row?;
            Ok((snapshot, noticed, raw::read(&reader, at)?))
        })
        .collect()
    }
}
