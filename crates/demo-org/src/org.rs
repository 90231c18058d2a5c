//! The org that is served: the world, what was written to it, and everything that decides who may see it.

use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::control::Counters;
use crate::http::fault::Armed;
use crate::http::limit::Limits;
use crate::ids;
use crate::oauth::Tokens;
use crate::options::Options;
use crate::time::Time;
use crate::world::World;
use crate::world::device::Device;
use crate::world::person::Person;
use crate::written::{View, Written};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

/// One org, shared by all calls.
#[derive(Debug)]
pub struct Org {
    pub world: World,
    pub clock: Clock,
    pub oauth: Tokens,
    pub limits: Limits,
    pub faults: Armed,
    pub counters: Counters,
    pub index_lag: Duration,
    pub classic: bool,
    written: RwLock<Written>,
    catalog: RwLock<Catalog>,
}

impl Org {
    pub fn new(options: Options) -> Self {
        Self {
            world: World::new(options.seed, options.devices, options.created_status),
            clock: Clock::new(options.clock, options.speed),
            oauth: Tokens::new(options.seed, &options.token, options.clients),
            limits: Limits::new(options.rate_limits),
            faults: Armed::new(options.seed, options.faults),
            counters: Counters::default(),
            index_lag: options.index_lag,
            classic: options.classic,
            written: RwLock::default(),
            catalog: RwLock::new(Catalog::new(options.seed)),
        }
    }

    pub fn written(&self) -> RwLockReadGuard<'_, Written> {
        self.written.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes. The time is read under the lock, so that writes are in order of time and a reader of the log that has
    /// seen a moment has seen all of it.
    pub fn change<T>(&self, act: impl FnOnce(&mut Written, Time) -> T) -> T {
        let mut written = self.written.write().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        act(&mut written, now)
    }

    pub fn catalog(&self) -> RwLockReadGuard<'_, Catalog> {
        self.catalog.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn catalog_mut(&self) -> RwLockWriteGuard<'_, Catalog> {
        self.catalog.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The device at a place in the list; `None` when it was deleted.
    pub fn device(&self, index: u64, view: View, now: Time) -> Option<Device> {
        self.written().apply_to_device(self.world.device(index, now), view, now)
    }

    /// The device with this id, if it exists now.
    pub fn device_by_id(&self, id: &str, now: Time) -> Option<Device> {
        let number = ids::decode(self.world.seed, "guo", id)?;
        let index = number & u64::from(u32::MAX);
        let device = (index < self.world.devices()).then(|| self.world.device(index, now))?;
        // An older enrolment of the same device is gone.
        (device.number() == number).then(|| self.written().apply_to_device(device, View::ById, now))?
    }

    pub fn device_id(&self, device: &Device) -> String {
        ids::encode(self.world.seed, "guo", device.number())
    }

    pub fn person(&self, index: u64, view: View, now: Time) -> Person {
        self.written().apply_to_person(self.world.person(index, now), view, now)
    }

    /// The number of the person with this id or login.
    pub fn person_by_id(&self, id: &str) -> Option<u64> {
        match ids::decode(self.world.seed, "00u", id) {
            Some(index) => (index < self.world.people()).then_some(index),
            None => self.world.person_by_login(id),
        }
    }

    pub fn person_id(&self, index: u64) -> String {
        ids::encode(self.world.seed, "00u", index)
    }
}
