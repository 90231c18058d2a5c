//! The local copy of an org, read whole and in order for an export. Needs neither the org nor a credential; holds one page
//! of rows at a time.

use crate::{CacheHome, failure};
use cache::{DeviceRow, Store};
use contract::{Failure, session::CollectionProblem};
use domain::{DeviceQuery, ObjectKind, OrgObject, SnapshotId, Timestamp, User};
use std::ops::ControlFlow;

pub use cache::Link;

/// Rows that are read at a time.
const PAGE: usize = 1_000;

/// The newest snapshot of one org.
pub struct LocalCopy {
    store: Store,
    snapshot: cache::Snapshot,
}

impl LocalCopy {
    /// Opens the copy. One that was never synced is told as that, and none is made.
    pub fn open(home: &CacheHome) -> Result<Self, Failure> {
        if home.path.as_ref().is_some_and(|path| !path.exists()) {
            return Err(failure::not_synced());
        }
        let store = Store::open(&home.location()?, &home.key.key).map_err(failure::cache)?;
        let snapshot = store.latest().map_err(failure::cache)?.ok_or_else(failure::not_synced)?;
        Ok(Self { store, snapshot })
    }

    /// Which state every row belongs to.
    pub fn snapshot(&self) -> SnapshotId {
        self.snapshot.id
    }

    /// When the sync completed that last found the org so.
    pub fn at(&self) -> Timestamp {
        self.snapshot.confirmed
    }

    /// The collections that the last sync could not read.
    pub fn problems(&self) -> Vec<CollectionProblem> {
        crate::snapshot::problems(&self.snapshot.collections)
    }

    /// The devices that match, in the order asked for, until `each` fails.
    pub fn devices<E: From<Failure>>(
        &self,
        query: &DeviceQuery,
        mut each: impl FnMut(DeviceRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let listing = self.store.devices(self.snapshot.id, query).map_err(failure::cache)?;
        let mut offset = 0;
        loop {
            let rows = self.store.device_rows(&listing, offset, PAGE).map_err(failure::cache)?;
            if rows.is_empty() {
                return Ok(());
            }
            offset += rows.len();
            rows.into_iter().try_for_each(&mut each)?;
        }
    }

    /// Every user of every device that matches, in the order asked for.
    pub fn links<E: From<Failure>>(
        &self,
        query: &DeviceQuery,
        mut each: impl FnMut(Link) -> Result<(), E>,
    ) -> Result<(), E> {
        let listing = self.store.devices(self.snapshot.id, query).map_err(failure::cache)?;
        let mut result = Ok(());
        let read = self.store.each_link(&listing, |link| {
            result = each(link);
            if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        read.map_err(failure::cache)?;
        result
    }

    /// Every user.
    pub fn users<E: From<Failure>>(&self, mut each: impl FnMut(User) -> Result<(), E>) -> Result<(), E> {
        let mut result = Ok(());
        let read = self.store.each_user(self.snapshot.id, |user| {
            result = each(user);
            if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        read.map_err(failure::cache)?;
        result
    }

    /// Groups, apps, policies, rules, zones and the org's other objects, kind by kind.
    pub fn objects<E: From<Failure>>(
        &self,
        mut each: impl FnMut(OrgObject) -> Result<(), E>,
    ) -> Result<(), E> {
        for kind in ObjectKind::KNOWN {
            let objects = self.store.objects(self.snapshot.id, kind).map_err(failure::cache)?;
            objects.into_iter().try_for_each(&mut each)?;
        }
        Ok(())
    }
}
