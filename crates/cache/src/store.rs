//! The cache of one org: what everyone else calls. All functions block; none waits for a running sync.

use crate::device::{self, DeviceRow};
use crate::fleet::{Bits, Fleet, Kept, Listing};
use crate::log::count;
use crate::open::ProcessLock;
use crate::people::{People, UserListing};
use crate::pool::{Pool, Reader};
use crate::search::{self, Index};
use crate::snapshot::{self, OpenRun, RunKind, Snapshot};
use crate::{Damage, Error, Key, Location, Overview, Result, Run, Totals, TrendPoint, overview};
use domain::{DeviceId, DeviceQuery, Facet, SnapshotId, SortKey, Timestamp, UserQuery};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The fleets of so many snapshots are kept: the one on screen, and the one it is compared with.
const FLEETS: usize = 2;
/// So many answers are kept, for paging and going back.
const LISTINGS: usize = 8;

/// A cache. Cloning it gives another handle to the same.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub pool: Pool,
    pub run_active: AtomicBool,
    /// How often the log was counted: only the latest question is still answered.
    pub log_counts: AtomicU64,
    /// So many events are read for their values when the log is counted.
    pub log_rows: AtomicU64,
    fleets: Mutex<Kept<SnapshotId, Arc<Fleet>>>,
    listings: Mutex<Kept<(SnapshotId, DeviceQuery), Arc<Listing>>>,
    people: Mutex<Kept<SnapshotId, Arc<People>>>,
    user_listings: Mutex<Kept<(SnapshotId, UserQuery), Arc<UserListing>>>,
    // Dropped after the connections.
    _lock: Option<ProcessLock>,
}

impl Inner {
    fn fleets(&self) -> MutexGuard<'_, Kept<SnapshotId, Arc<Fleet>>> {
        self.fleets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listings(&self) -> MutexGuard<'_, Kept<(SnapshotId, DeviceQuery), Arc<Listing>>> {
        self.listings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn people(&self) -> MutexGuard<'_, Kept<SnapshotId, Arc<People>>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn user_listings(&self) -> MutexGuard<'_, Kept<(SnapshotId, UserQuery), Arc<UserListing>>> {
        self.user_listings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of what is kept of snapshots before the newest: nobody may ever ask for them again. What was asked for last
    /// may still be on a screen, and stays until the next time.
    pub fn forget_before(&self, newest: SnapshotId) {
        let loaded = self.fleets().last_used().copied();
        let mut listings = self.listings();
        let listed = listings.last_used().map(|(snapshot, _)| *snapshot);
        let keep = |snapshot: SnapshotId| snapshot >= newest || [loaded, listed].contains(&Some(snapshot));
        listings.retain(|(snapshot, _)| keep(*snapshot));
        drop(listings);
        self.fleets().retain(|snapshot| keep(*snapshot));
        let loaded = self.people().last_used().copied();
        let mut listings = self.user_listings();
        let listed = listings.last_used().map(|(snapshot, _)| *snapshot);
        let keep = |snapshot: SnapshotId| snapshot >= newest || [loaded, listed].contains(&Some(snapshot));
        listings.retain(|(snapshot, _)| keep(*snapshot));
        drop(listings);
        self.people().retain(|snapshot| keep(*snapshot));
    }
}

impl Store {
    /// Opens a cache, or makes one, and brings it to the newest format. The key of a cache in memory is not used.
    ///
    /// The errors tell apart what a person must do: [`crate::Error::WrongKey`], [`crate::Error::NewerVersion`],
    /// [`crate::Error::Corrupt`], [`crate::Error::Locked`], [`crate::Error::DiskFull`].
    pub fn open(location: &Location, key: &Key) -> Result<Self> {
        let lock = match location {
            Location::File(path) => Some(ProcessLock::take(path)?),
            Location::Memory => None,
        };
        let pool = Pool::open(location, key).map_err(|error| match (error, &lock) {
            (Error::Corrupt(Damage::Page(_)), Some(lock)) if !lock.knows(key) => Error::WrongKey,
            (error, _) => error,
        })?;
        lock.iter().for_each(|lock| lock.remember(key));
        Ok(Self(Arc::new(Inner {
            pool,
            run_active: AtomicBool::new(false),
            log_counts: AtomicU64::new(0),
            log_rows: AtomicU64::new(count::ROWS),
            fleets: Mutex::new(Kept::new(FLEETS)),
            listings: Mutex::new(Kept::new(LISTINGS)),
            people: Mutex::new(Kept::new(FLEETS)),
            user_listings: Mutex::new(Kept::new(LISTINGS)),
            _lock: lock,
        })))
    }

    /// Takes up the run that is open, whatever its kind, or begins one. One run at a time.
    pub fn begin_or_resume_run(&self, kind: RunKind, now: Timestamp) -> Result<Run> {
        Run::begin_or_resume(self.0.clone(), kind, now)
    }

    /// The run that was begun and neither completed nor discarded, in this session or an earlier one.
    pub fn open_run(&self) -> Result<Option<OpenRun>> {
        Ok(snapshot::open_run(&*self.reader()?)?)
    }

    /// The newest completed snapshot, with how each collection stands in it.
    pub fn latest(&self) -> Result<Option<Snapshot>> {
        let reader = self.reader()?;
        match snapshot::latest(&reader)? {
            Some(latest) => Ok(snapshot::get(&reader, latest)?),
            None => Ok(None),
        }
    }

    /// The number of the newest completed snapshot.
    pub fn latest_id(&self) -> Result<Option<SnapshotId>> {
        Ok(snapshot::latest(&*self.reader()?)?)
    }

    /// A completed snapshot, with how each collection stands in it.
    pub fn snapshot(&self, id: SnapshotId) -> Result<Option<Snapshot>> {
        Ok(snapshot::get(&*self.reader()?, id)?)
    }

    /// All completed snapshots, newest first, without their collections.
    pub fn snapshots(&self) -> Result<Vec<Snapshot>> {
        Ok(snapshot::all(&*self.reader()?)?)
    }

    /// The fleet of a snapshot. The newest one takes milliseconds the first time (about 10 ms for 100 000 devices), an
    /// older one is made by a scan (about 100 ms for 100 000 devices); after that it is kept.
    pub fn fleet(&self, snapshot: SnapshotId) -> Result<Arc<Fleet>> {
        // Held while it is loaded: who asks for the same fleet meanwhile would only load it twice.
        let mut fleets = self.0.fleets();
        if let Some(fleet) = fleets.get(&snapshot) {
            return Ok(fleet);
        }
        let fleet = Arc::new(Fleet::load(&*self.reader()?, snapshot)?);
        fleets.put(snapshot, fleet.clone());
        Ok(fleet)
    }

    /// The devices that a query finds in a snapshot.
    pub fn devices(&self, snapshot: SnapshotId, query: &DeviceQuery) -> Result<Arc<Listing>> {
        let key = (snapshot, query.clone());
        if let Some(listing) = self.0.listings().get(&key) {
            return Ok(listing);
        }
        let fleet = self.fleet(snapshot)?;
        let listing = Arc::new(self.listing(fleet, query)?);
        self.0.listings().put(key, listing.clone());
        Ok(listing)
    }

    /// How many devices a query finds. The answer's rows are not kept, so asking it of many queries pushes none out.
    pub fn count(&self, snapshot: SnapshotId, query: &DeviceQuery) -> Result<u64> {
        let found = self.0.listings().get(&(snapshot, query.clone()));
        match found {
            Some(listing) => Ok(listing.total()),
            None => Ok(self.listing(self.fleet(snapshot)?, query)?.total()),
        }
    }

    fn listing(&self, fleet: Arc<Fleet>, query: &DeviceQuery) -> Result<Listing> {
        let found = match query.search.trim() {
            "" => None,
            typed => Some(fleet.search(typed, || {
                let (len, doc) = (fleet.len(), |pk| fleet.doc(pk));
                Ok(search::find(&*self.reader()?, Index::Devices, typed, len, doc)?)
            })?),
        };
        let found = match (found, self.conditions(&fleet, &query.conditions)?) {
            (Some(found), Some(kept)) => {
                let mut both = Bits::clone(&found);
                both.keep(&kept);
                Some(Arc::new(both))
            }
            (found, kept) => found.or(kept),
        };
        Ok(Listing::new(fleet, query, found))
    }

    /// The rows of a page of an answer.
    pub fn device_rows(&self, listing: &Listing, offset: usize, limit: usize) -> Result<Vec<DeviceRow>> {
        let reader = self.reader()?;
        let snapshot = listing.snapshot();
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {} FROM device d JOIN device_id i ON i.pk = d.pk
             WHERE d.pk = ?1 AND d.valid_from <= ?2 AND d.valid_to > ?2",
            device::ROW
        ))?;
        // One view of the file for the whole page: taking a new one for each row would cost more than the row.
        let _view = reader.unchecked_transaction()?;
        let mut rows = Vec::with_capacity(limit.min(1024));
        for pk in listing.page(offset, limit) {
            let row = statement.query_row(params![pk, snapshot.0], |row| device::read_row(row, None))?;
            rows.push(listing.fleet().told(row, pk));
        }
        Ok(rows)
    }

    /// The ids of a page of an answer.
    pub fn device_ids(&self, listing: &Listing, offset: usize, limit: usize) -> Result<Vec<DeviceId>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT okta FROM device_id WHERE pk = ?1")?;
        let _view = reader.unchecked_transaction()?;
        let ids = listing.page(offset, limit).into_iter();
        let ids = ids.map(|pk| statement.query_row([pk], |row| row.get(0)).map(DeviceId));
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// The rows of these devices, in an order; those that the snapshot does not have are left out.
    pub fn rows_of(
        &self,
        snapshot: SnapshotId,
        ids: &[DeviceId],
        sort: &[SortKey],
    ) -> Result<Vec<DeviceRow>> {
        let fleet = self.fleet(snapshot)?;
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut rows = HashMap::with_capacity(ids.len());
        for id in ids {
            rows.extend(row_of(&reader, &fleet, id)?);
        }
        Ok(fleet.order(sort).iter().filter_map(|pk| rows.remove(pk)).collect())
    }

    /// One device as a row; `None` if the snapshot has no such device.
    pub fn device_row(&self, snapshot: SnapshotId, id: &DeviceId) -> Result<Option<DeviceRow>> {
        let fleet = self.fleet(snapshot)?;
        Ok(row_of(&*self.reader()?, &fleet, id)?.map(|(_, row)| row))
    }

    /// How much a snapshot holds: a look at stored numbers, cheap for any snapshot.
    pub fn totals(&self, snapshot: SnapshotId) -> Result<Totals> {
        overview::totals(&*self.reader()?, snapshot)
    }

    /// The numbers of a snapshot.
    pub fn overview(&self, snapshot: SnapshotId) -> Result<Overview> {
        let fleet = self.fleet(snapshot)?;
        overview::read(&*self.reader()?, &fleet)
    }

    /// One facet's numbers up to `until`, oldest first: of the first snapshot, of the last, and of those that were the newest
    /// at evenly spaced times between. At most `limit`, which is two at least.
    pub fn trend(&self, facet: Facet, until: SnapshotId, limit: usize) -> Result<Vec<TrendPoint>> {
        Ok(overview::trend(&*self.reader()?, facet, until, limit)?)
    }

    /// Lets the file grow by so many pages only, as on a disk that is nearly full. For tests.
    #[doc(hidden)]
    pub fn leave_room(&self, pages: Option<u32>) -> Result<()> {
        let writer = self.0.pool.writer();
        let used: u32 = writer.pragma_query_value(None, "page_count", |row| row.get(0))?;
        let limit = pages.map_or(u32::MAX - 1, |room| used + room);
        // The pragma answers with the limit, which makes it a query.
        writer.query_row(&format!("PRAGMA max_page_count = {limit}"), [], |_| Ok(()))?;
        Ok(())
    }

    /// Reads the rows of so many events only, when the log is counted by values. For tests.
    #[doc(hidden)]
    pub fn read_rows(&self, most: u64) {
        self.0.log_rows.store(most, Ordering::Relaxed);
    }

    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        self.0.pool.writer()
    }

    pub(crate) fn kept_people(&self) -> MutexGuard<'_, Kept<SnapshotId, Arc<People>>> {
        self.0.people()
    }

    pub(crate) fn kept_user_listings(
        &self,
    ) -> MutexGuard<'_, Kept<(SnapshotId, UserQuery), Arc<UserListing>>> {
        self.0.user_listings()
    }

    pub(crate) fn reader(&self) -> Result<Reader<'_>> {
        self.0.pool.reader()
    }
}

/// A device's number and row.
fn row_of(reader: &Connection, fleet: &Fleet, id: &DeviceId) -> Result<Option<(u32, DeviceRow)>> {
    let mut statement = reader.prepare_cached(&format!(
        "SELECT {}, d.pk FROM device_id i JOIN device d ON d.pk = i.pk
         WHERE i.okta = ?1 AND d.valid_from <= ?2 AND d.valid_to > ?2",
        device::ROW
    ))?;
    let found = statement.query_row(params![id.as_str(), fleet.snapshot().0], |row| {
        Ok((row.get::<_, u32>(device::ROW_LEN)?, device::read_row(row, None)?))
    });
    Ok(found.optional()?.map(|(pk, row)| (pk, fleet.told(row, pk))))
}
