//! Other records of what may be the same machine: those of the snapshot, and those that the org listed earlier and does not
//! list any more. Found by the words of an identifier; whether it is the same one is the caller's to say.

use crate::device::{self, DeviceRow};
use crate::device_link::SET_BITS;
use crate::{Result, Store, search};
use domain::{DeviceId, Facet, RiskLevel, SnapshotId, Timestamp};
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;

/// A serial that so many records have is a placeholder nobody has heard of yet.
const MOST: usize = 200;

/// Another record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namesake {
    /// As it is in the snapshot, or as it was when it was last listed.
    pub row: DeviceRow,
    /// When a sync found it gone; `None` while the org lists it.
    pub gone: Option<Timestamp>,
}

impl Store {
    /// The other records in which all words of the identifier were ever found, at most 200.
    pub fn namesakes(&self, snapshot: SnapshotId, own: &DeviceId, identifier: &str) -> Result<Vec<Namesake>> {
        let fleet = self.fleet(snapshot)?;
        let reader = self.reader()?;
        let mut docs: Option<BTreeSet<i64>> = None;
        for word in search::words(identifier) {
            let mut found = BTreeSet::new();
            search::each_match(&reader, search::Index::Devices, &word, |doc| {
                found.insert(doc);
            })?;
            docs = Some(match docs {
                Some(before) => before.intersection(&found).copied().collect(),
                None => found,
            });
        }
        let devices: BTreeSet<i64> =
            docs.unwrap_or_default().into_iter().map(|doc| doc >> SET_BITS).collect();
        let sql = format!(
            "SELECT {}, d.valid_to, (SELECT finished FROM run WHERE id = d.valid_to)
             FROM device d JOIN device_id i ON i.pk = d.pk
             WHERE d.pk = ?1 AND d.valid_from <= ?2 AND d.valid_to > d.valid_from
             ORDER BY d.valid_from DESC, d.id DESC LIMIT 1",
            device::ROW
        );
        let mut statement = reader.prepare_cached(&sql)?;
        let mut namesakes = Vec::new();
        for pk in devices.into_iter().take(MOST + 1) {
            let risk =
                u32::try_from(pk).ok().and_then(|pk| fleet.value(Facet::Risk, pk)).map(RiskLevel::from);
            let found = statement
                .query_row(params![pk, snapshot.0], |row| {
                    let until: i64 = row.get(device::ROW_LEN)?;
                    let ended: Option<i64> = row.get(device::ROW_LEN + 1)?;
                    let gone = ended.filter(|_| until <= snapshot.0).map(Timestamp);
                    Ok(Namesake { row: device::read_row(row, risk)?, gone })
                })
                .optional()?;
            namesakes.extend(found.filter(|found| found.row.id != *own));
        }
        Ok(namesakes)
    }
}
