//! The whole fleet of one snapshot in memory, one small code per device and column: that is what answers a keystroke at a
//! million devices. A filter reads one byte per device, all facet counts take one pass over the bytes, a sort order is a
//! counting sort of codes, and only the rows on screen are read from the file.
//!
//! About 38 bytes per device (11 facets of one byte, five ranks of four bytes, the rest small), so 38 MB at a million,
//! plus 4 bytes per device for each of the few sort orders and result lists that are kept. Codes are numbers in sorted
//! order, so sorting needs no text. They are stored beside the rows when a snapshot is completed (of the newest snapshot
//! only), so that a cold start reads a few compressed megabytes; for an older snapshot they are made by one scan.
//!
//! On two cores, at 100 000 / 1 000 000 devices: reading the stored columns 10 / 90 ms, all counts under filters 1–4 / 15–35 ms,
//! a new sort order 1–6 / 15–40 ms, a page of 50 rows 0.3 ms at any size and offset, once the pages are decrypted. A word that
//! most devices have costs 20 / 300 ms of search, any other a few. Making the columns by a scan takes 0.2 / 4 s.
//!
//! The age of the last evidence is told relative to the end of the snapshot's sync, not to the clock: a number and its
//! rows agree for as long as the snapshot is on the screen.

mod bits;
pub(crate) mod column;
mod condition;
pub(crate) mod counts;
pub(crate) mod filter;
mod listing;
pub(crate) mod order;
mod os;
pub(crate) mod scan;
pub(crate) mod stored;
pub(crate) mod text;

pub use counts::{Counts, FacetCount};
pub use listing::Listing;

pub(crate) use bits::Bits;
pub(crate) use column::ColumnId;
pub(crate) use condition::Source;
pub(crate) use scan::Rows;
pub(crate) use text::{folded, head_of};

use crate::{DeviceRow, Error, Result};
use column::Column;
use domain::{Condition, Facet, RiskLevel, SnapshotId, SortKey, Timestamp, UNKNOWN};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One row per column of the newest snapshot. `codes` holds one number of `width` bytes per device number, packed.
pub(crate) const V1: &str = "
    CREATE TABLE fleet_column (
        snapshot INTEGER NOT NULL,
        name TEXT NOT NULL,
        dictionary TEXT NOT NULL,
        len INTEGER NOT NULL,
        width INTEGER NOT NULL,
        codes BLOB NOT NULL,
        PRIMARY KEY (snapshot, name)
    ) STRICT;
";

/// Where the columns are stored.
const TABLE: &str = "fleet_column";

/// So many sort orders are kept, the least lately used goes first.
const ORDERS: usize = 6;
/// So many results of a search are kept.
const SEARCHES: usize = 8;
/// So many answers to single conditions are kept; each is a bit per device.
const CONDITIONS: usize = 24;

/// The fleet of one snapshot.
pub struct Fleet {
    snapshot: SnapshotId,
    finished: Timestamp,
    columns: Vec<Column>,
    totals: Counts,
    devices: u64,
    orders: Mutex<Kept<Vec<SortKey>, Arc<[u32]>>>,
    searches: Mutex<Kept<String, Arc<Bits>>>,
    conditions: Mutex<Kept<Condition, Arc<Bits>>>,
    /// How many devices report a serial number, for those that more than one does; by the number's rank.
    repeated: OnceLock<HashMap<u32, u32>>,
}

impl Fleet {
    fn new(snapshot: SnapshotId, finished: Timestamp, columns: Vec<Column>) -> Self {
        let mut fleet = Self {
            snapshot,
            finished,
            columns,
            totals: Counts::default(),
            devices: 0,
            orders: Mutex::new(Kept::new(ORDERS)),
            searches: Mutex::new(Kept::new(SEARCHES)),
            conditions: Mutex::new(Kept::new(CONDITIONS)),
            repeated: OnceLock::new(),
        };
        fleet.totals = counts::totals(&fleet);
        fleet.devices = fleet.totals.sum(Facet::Platform);
        fleet
    }

    /// The snapshot that this is.
    pub fn snapshot(&self) -> SnapshotId {
        self.snapshot
    }

    /// When the snapshot's sync ended: what ages are relative to.
    pub fn finished(&self) -> Timestamp {
        self.finished
    }

    /// How many devices there are.
    pub fn devices(&self) -> u64 {
        self.devices
    }

    /// How many devices have each value of each facet.
    pub fn totals(&self) -> &Counts {
        &self.totals
    }

    pub(crate) fn column(&self, id: ColumnId) -> &Column {
        // `new` is given one column for every id.
        &self.columns[id.index()]
    }

    fn facet(&self, facet: Facet) -> &Column {
        self.column(ColumnId::Facet(facet))
    }

    /// The value of a facet for one device, `None` for unknown.
    pub(crate) fn value(&self, facet: Facet, pk: u32) -> Option<&str> {
        let column = self.facet(facet);
        match column.codes.get(pk) {
            0 => None,
            code => column.dictionary.get(code as usize).map(|v| &**v),
        }
    }

    /// A row with what the fleet knows of its device.
    pub(crate) fn told(&self, row: DeviceRow, pk: u32) -> DeviceRow {
        let risk = self.value(Facet::Risk, pk).map(RiskLevel::from);
        DeviceRow { risk, same_serial: self.same_serial(pk), ..row }
    }

    /// One more than the largest device number.
    pub(crate) fn len(&self) -> u32 {
        self.column(ColumnId::Doc).codes.len()
    }

    /// Whether a device number stands for a device of this snapshot.
    fn is_alive(&self, pk: u32) -> bool {
        self.column(ColumnId::Doc).codes.get(pk) != 0
    }

    /// The search text that is true for a device, counted within the device; 0 if there is no such device.
    pub(crate) fn doc(&self, pk: u32) -> u32 {
        self.column(ColumnId::Doc).codes.get(pk)
    }

    /// How many other devices report the same serial number.
    pub(crate) fn same_serial(&self, pk: u32) -> u64 {
        let rank = self.column(ColumnId::Serial).codes.get(pk);
        self.repeated().get(&rank).map_or(0, |devices| u64::from(devices - 1))
    }

    fn repeated(&self) -> &HashMap<u32, u32> {
        self.repeated.get_or_init(|| {
            let serials = &self.column(ColumnId::Serial).codes;
            let largest = (0..serials.len()).map(|pk| serials.get(pk)).max().unwrap_or(0);
            let mut counts = vec![0u32; largest as usize + 1];
            (0..serials.len()).for_each(|pk| counts[serials.get(pk) as usize] += 1);
            // Rank 0 is "no serial number", which is not one that devices share.
            (1..).zip(counts.into_iter().skip(1)).filter(|(_, devices)| *devices > 1).collect()
        })
    }

    /// The devices in which all words were found, by the search's text; `make` is called if it was not asked lately.
    pub(crate) fn search(&self, typed: &str, make: impl FnOnce() -> Result<Bits>) -> Result<Arc<Bits>> {
        let lock = || self.searches.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(typed) {
            return Ok(found);
        }
        let made = Arc::new(make()?);
        lock().put(typed.to_owned(), made.clone());
        Ok(made)
    }

    /// Reads the stored columns of a snapshot, or makes them from its rows.
    pub(crate) fn load(connection: &Connection, snapshot: SnapshotId) -> Result<Self> {
        let Some(Some(finished)) = connection
            .query_row("SELECT finished FROM run WHERE id = ?1", [snapshot.0], |row| row.get(0))
            .optional()?
        else {
            return Err(Error::NoSnapshot(snapshot));
        };
        let finished = Timestamp(finished);
        let stored: Option<Vec<Column>> = ColumnId::all()
            .map(|id| stored::read(connection, TABLE, snapshot, id.name()).transpose())
            .collect::<Option<Result<_>>>()
            .transpose()?;
        match stored {
            Some(columns) => Ok(Self::new(snapshot, finished, columns)),
            None => Self::scan(connection, snapshot, finished),
        }
    }

    /// Makes the fleet from the rows of a snapshot.
    pub(crate) fn scan(connection: &Connection, snapshot: SnapshotId, finished: Timestamp) -> Result<Self> {
        Ok(Self::new(snapshot, finished, scan::scan(connection, snapshot, finished)?))
    }
}

/// Stores the columns in place of those of earlier snapshots.
pub(crate) fn store(connection: &Connection, fleet: &Fleet) -> Result<()> {
    let columns = ColumnId::all().map(|id| (id.name(), fleet.column(id)));
    stored::Packed::new(fleet.snapshot, columns)?.write(connection, TABLE)
}

/// A few results, the least lately used goes first.
pub(crate) struct Kept<K, V> {
    room: usize,
    entries: VecDeque<(K, V)>,
}

impl<K: PartialEq, V: Clone> Kept<K, V> {
    pub fn new(room: usize) -> Self {
        Self { room, entries: VecDeque::new() }
    }

    pub fn get<Q: ?Sized + PartialEq>(&mut self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        let at = self.entries.iter().position(|(k, _)| k.borrow() == key)?;
        let entry = self.entries.remove(at)?;
        let value = entry.1.clone();
        self.entries.push_front(entry);
        Some(value)
    }

    pub fn put(&mut self, key: K, value: V) {
        self.entries.push_front((key, value));
        self.entries.truncate(self.room);
    }

    /// What was asked for last.
    pub fn last_used(&self) -> Option<&K> {
        self.entries.front().map(|(key, _)| key)
    }

    pub fn retain(&mut self, keep: impl Fn(&K) -> bool) {
        self.entries.retain(|(key, _)| keep(key));
    }
}
