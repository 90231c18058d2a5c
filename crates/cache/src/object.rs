//! The versions of the org's other objects: groups, apps, policies, zones and what else has a kind and a name.

use crate::raw::{RawRef, Unpacked};
use crate::version::NewVersion;
use crate::{Store, device};
use domain::{ObjectId, ObjectKind, OrgObject, SnapshotId, Timestamp};
use rusqlite::{CachedStatement, Connection, Result, Row, params};

pub(crate) const V1: &str = "
    CREATE TABLE object (
        id INTEGER PRIMARY KEY,
        pk INTEGER NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL,
        hash INTEGER NOT NULL,
        raw INTEGER NOT NULL,
        raw_at INTEGER NOT NULL,
        raw_len INTEGER NOT NULL,
        kind TEXT NOT NULL,
        okta TEXT NOT NULL,
        parent TEXT,
        name TEXT NOT NULL,
        variety TEXT,
        status TEXT,
        last_updated INTEGER
    ) STRICT;
    CREATE INDEX object_version ON object (pk, valid_from);
    CREATE INDEX object_current ON object (pk) WHERE valid_to = 9223372036854775807;
    CREATE INDEX object_kind ON object (kind, name);
";

/// Every column that makes an [`OrgObject`]. `o` is `object`.
pub(crate) const ROW: &str = "o.kind, o.okta, o.parent, o.name, o.variety, o.status, o.last_updated";

/// Reads a row that starts with [`ROW`].
pub(crate) fn read_row(row: &Row<'_>) -> Result<OrgObject> {
    Ok(OrgObject {
        kind: ObjectKind::from(row.get_ref(0)?.as_str()?),
        id: ObjectId(row.get(1)?),
        parent: row.get::<_, Option<Box<str>>>(2)?.map(ObjectId),
        name: row.get(3)?,
        variety: row.get(4)?,
        status: row.get(5)?,
        last_updated: row.get::<_, Option<i64>>(6)?.map(Timestamp),
    })
}

/// What an object is known by: ids of different kinds need not differ (a feature, the org).
pub(crate) fn identity(object: &OrgObject) -> String {
    format!("{}/{}", object.kind.as_str(), object.id)
}

impl Store {
    /// Calls `each` with every object of some kinds in a snapshot and the JSON it came as, in the order in which the texts
    /// lie: each batch of them is unpacked once.
    pub fn each_object(
        &self,
        snapshot: SnapshotId,
        kinds: &[ObjectKind],
        mut each: impl FnMut(OrgObject, &str),
    ) -> crate::Result<()> {
        let reader = self.reader()?;
        let places = vec!["?"; kinds.len()].join(", ");
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {ROW}, o.raw, o.raw_at, o.raw_len FROM object o
             WHERE o.kind IN ({places}) AND o.valid_from <= ? AND o.valid_to > ? ORDER BY o.raw, o.raw_at"
        ))?;
        let at = [snapshot.0; 2].map(rusqlite::types::Value::from);
        let kinds = kinds.iter().map(|kind| rusqlite::types::Value::from(kind.as_str().to_owned()));
        let mut rows = statement.query(rusqlite::params_from_iter(kinds.chain(at)))?;
        let mut unpacked = Unpacked::default();
        while let Some(row) = rows.next()? {
            let raw = device::raw_ref(row, ROW_LEN)?;
            each(read_row(row)?, unpacked.read(&reader, raw)?);
        }
        Ok(())
    }
}

/// Columns of [`ROW`].
const ROW_LEN: usize = 7;

/// Writes versions of objects.
pub(crate) struct ObjectWriter<'c>(CachedStatement<'c>);

impl<'c> ObjectWriter<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        let insert = connection.prepare_cached(
            "INSERT INTO object (pk, valid_from, valid_to, hash, raw, raw_at, raw_len, kind, okta, parent, name, variety,
                status, last_updated)
             VALUES (?1, ?2, 9223372036854775807, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        Ok(Self(insert))
    }

    pub fn write(&mut self, object: &OrgObject, version: &NewVersion) -> Result<()> {
        let RawRef { batch, at, len } = version.raw;
        self.0.execute(params![
            version.pk,
            version.run,
            version.hash,
            batch,
            at,
            len,
            object.kind.as_str(),
            object.id.as_str(),
            object.parent.as_ref().map(ObjectId::as_str),
            object.name,
            object.variety,
            object.status,
            object.last_updated.map(|t| t.0),
        ])?;
        Ok(())
    }
}
