//! Everybody of one snapshot in memory, one small code per person and column, as the [fleet](crate::fleet) holds devices:
//! that is what answers a keystroke at a million people. How many devices a person has and how many of them are managed is
//! gathered from the devices' links, the highest risk from everything that was ever told.
//!
//! About 40 bytes per person (seven facets, seven ranks of up to four bytes, a few counts), loaded when it is asked for.

mod column;
mod detail;
mod listing;
mod row;
mod scan;
mod sessions;

pub use detail::{PersonDetail, PersonDevice};
pub use listing::UserListing;
pub use row::UserRow;
pub use sessions::Session;

use crate::fleet::column::{Codes, Column};
use crate::fleet::counts::{Counts, count_values, those_of};
use crate::fleet::stored::{self, Packed};
use crate::fleet::{Bits, Kept, order::sorted};
use crate::search::{self, Index};
use crate::{Error, Result, Store};
use column::ColumnId;
use domain::{SnapshotId, SortKey, Timestamp, UserColumn, UserFacet, UserQuery};
use rusqlite::{Connection, OptionalExtension};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One row per column of the newest snapshot, as `fleet_column`.
pub(crate) const V3: &str = "
    CREATE TABLE people_column (
        snapshot INTEGER NOT NULL,
        name TEXT NOT NULL,
        dictionary TEXT NOT NULL,
        len INTEGER NOT NULL,
        width INTEGER NOT NULL,
        codes BLOB NOT NULL,
        PRIMARY KEY (snapshot, name)
    ) STRICT;
";
const TABLE: &str = "people_column";

/// So many sort orders are kept, the least lately used goes first.
const ORDERS: usize = 6;
/// So many results of a search are kept.
const SEARCHES: usize = 8;

/// Sort orders by their keys.
type Orders = Kept<Vec<SortKey<UserColumn>>, Arc<[u32]>>;

/// The people of one snapshot.
pub struct People {
    snapshot: SnapshotId,
    columns: Vec<Column>,
    totals: Counts<UserFacet>,
    people: u64,
    orders: Mutex<Orders>,
    searches: Mutex<Kept<String, Arc<Bits>>>,
}

impl People {
    fn new(snapshot: SnapshotId, columns: Vec<Column>) -> Self {
        let mut people = Self {
            snapshot,
            columns,
            totals: Counts::default(),
            people: 0,
            orders: Mutex::new(Kept::new(ORDERS)),
            searches: Mutex::new(Kept::new(SEARCHES)),
        };
        let mut state = those_of(people.docs(), None);
        let of = |facet: UserFacet| count_values(people.facet(facet), facet as u8 + 1, &mut state, None);
        let totals = Counts::new(UserFacet::ALL.into_iter().map(of));
        people.people = totals.sum(UserFacet::Status);
        people.totals = totals;
        people
    }

    /// The snapshot that this is.
    pub fn snapshot(&self) -> SnapshotId {
        self.snapshot
    }

    /// How many people there are.
    pub fn people(&self) -> u64 {
        self.people
    }

    /// How many people have each value of each facet.
    pub fn totals(&self) -> &Counts<UserFacet> {
        &self.totals
    }

    fn column(&self, id: ColumnId) -> &Column {
        // `new` is given one column for every id.
        &self.columns[id.index()]
    }

    /// How many devices a person is linked to; `None` where the devices were never read.
    pub(crate) fn devices_of(&self, pk: u32) -> Option<u32> {
        self.column(ColumnId::Devices).codes.get(pk).checked_sub(1)
    }

    fn facet(&self, facet: UserFacet) -> &Column {
        self.column(ColumnId::Facet(facet))
    }

    /// The value of a facet for one person, `None` for unknown.
    fn value(&self, facet: UserFacet, pk: u32) -> Option<&str> {
        let column = self.facet(facet);
        match column.codes.get(pk) {
            0 => None,
            code => column.dictionary.get(code as usize).map(|v| &**v),
        }
    }

    /// Which search text is true for each person; 0 where the snapshot has no such person.
    fn docs(&self) -> &Codes {
        &self.column(ColumnId::Doc).codes
    }

    /// Reads the stored columns of a snapshot, or makes them from its rows.
    fn load(connection: &Connection, snapshot: SnapshotId) -> Result<Self> {
        let Some(Some(finished)) = connection
            .query_row("SELECT finished FROM run WHERE id = ?1", [snapshot.0], |row| row.get(0))
            .optional()?
        else {
            return Err(Error::NoSnapshot(snapshot));
        };
        let stored: Option<Vec<Column>> = ColumnId::all()
            .map(|id| stored::read(connection, TABLE, snapshot, id.name()).transpose())
            .collect::<Option<Result<_>>>()
            .transpose()?;
        match stored {
            Some(columns) => Ok(Self::new(snapshot, columns)),
            None => Self::scan(connection, snapshot, Timestamp(finished)),
        }
    }

    /// Makes them from the rows of a snapshot whose sync ended at `finished`.
    pub(crate) fn scan(connection: &Connection, snapshot: SnapshotId, finished: Timestamp) -> Result<Self> {
        Ok(Self::new(snapshot, scan::scan(connection, snapshot, finished)?))
    }

    /// The columns, ready to be stored.
    pub(crate) fn pack(&self) -> Result<PackedPeople> {
        let columns = ColumnId::all().map(|id| (id.name(), self.column(id)));
        Ok(PackedPeople(Packed::new(self.snapshot, columns)?))
    }

    /// The people in whom all words were found.
    fn search(&self, typed: &str, make: impl FnOnce() -> Result<Bits>) -> Result<Arc<Bits>> {
        let lock = || self.searches.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(typed) {
            return Ok(found);
        }
        let made = Arc::new(make()?);
        lock().put(typed.to_owned(), made.clone());
        Ok(made)
    }

    /// Everybody in this order. Ties are broken by name, then by number; unknown values come last in both directions.
    fn order(&self, sort: &[SortKey<UserColumn>]) -> Arc<[u32]> {
        let mut keys: Vec<SortKey<UserColumn>> = Vec::new();
        let by_name = SortKey { column: UserColumn::Name, descending: false };
        for key in sort.iter().chain([&by_name]) {
            if !keys.iter().any(|k| k.column == key.column) {
                keys.push(*key);
            }
        }
        if let Some(order) = self.kept_orders().get(keys.as_slice()) {
            return order;
        }
        let docs = self.docs();
        let mut order: Vec<u32> = (0..docs.len()).filter(|pk| docs.get(*pk) != 0).collect();
        for key in keys.iter().rev() {
            // Levels of risk are declared, and shown, from the highest down; sorted up, they begin with the lowest.
            let is_level = matches!(key.column, UserColumn::Risk | UserColumn::PeakRisk);
            order = sorted(&order, &self.column(ColumnId::of(key.column)).codes, key.descending != is_level);
        }
        let order: Arc<[u32]> = order.into();
        self.kept_orders().put(keys, order.clone());
        order
    }

    fn kept_orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The columns of a snapshot's people, ready to be stored.
pub(crate) struct PackedPeople(Packed);

impl PackedPeople {
    /// Stores them in place of those of earlier snapshots.
    pub fn store(&self, connection: &Connection) -> Result<()> {
        self.0.write(connection, TABLE)
    }
}

impl Store {
    /// The people of a snapshot. As with [`Store::fleet`], the newest are there in milliseconds, older ones are made by a scan.
    pub fn people(&self, snapshot: SnapshotId) -> Result<Arc<People>> {
        // Held while they are loaded: who asks for the same meanwhile would only load them twice.
        let mut kept = self.kept_people();
        if let Some(people) = kept.get(&snapshot) {
            return Ok(people);
        }
        let people = Arc::new(People::load(&*self.reader()?, snapshot)?);
        kept.put(snapshot, people.clone());
        Ok(people)
    }

    /// The people that a query finds in a snapshot.
    pub fn users(&self, snapshot: SnapshotId, query: &UserQuery) -> Result<Arc<UserListing>> {
        let key = (snapshot, query.clone());
        if let Some(listing) = self.kept_user_listings().get(&key) {
            return Ok(listing);
        }
        let people = self.people(snapshot)?;
        let found = match query.search.trim() {
            "" => None,
            typed => Some(people.search(typed, || {
                let docs = people.docs();
                Ok(search::find(&*self.reader()?, Index::People, typed, docs.len(), |pk| docs.get(pk))?)
            })?),
        };
        let listing = Arc::new(UserListing::new(people, query, found));
        self.kept_user_listings().put(key, listing.clone());
        Ok(listing)
    }
}
