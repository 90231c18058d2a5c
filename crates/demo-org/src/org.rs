//! The org that is served: the world, what was written to it, and everything that decides who may see it.

use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::control::Counters;
use crate::http::fault::Armed;
use crate::http::limit::Limits;
use crate::ids;
use crate::incidents::Incidents;
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
    pub incidents: Incidents,
    /// The catalogue as it was set up: what happened long ago does not change with it.
    pub seeds: Catalog,
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
            incidents: Incidents::default(),
            seeds: Catalog::new(options.seed),
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
        self.stand(&self.written(), self.world.device(index, now), view, now)
    }

    /// The world's device with what incidents and callers did to it, in their order; `None` when it was deleted.
    pub fn stand(&self, written: &Written, device: Device, view: View, now: Time) -> Option<Device> {
        let number = device.number();
        let told = self.incidents.device_status(&self.world, written, number, now);
        let mut device = written.apply_to_device(device, view, now)?;
        if let Some((status, at)) = told {
            device.status = status;
            device.last_updated = device.last_updated.max(at);
        }
        Some(device)
    }

    /// What is known about a person's risk: the last of what detections, incidents and admins said.
    pub fn risk(&self, person: u64, now: Time) -> Option<(&'static str, String)> {
        let told = |(level, reason, at): (&'static str, &str, Time)| (at, level, reason.to_owned());
        let detected = self.world.risk(person, now).map(told);
        let played = self.incidents.risk(&self.world, person, now).map(told);
        let written = self.written();
        let set = written.risk_of(person, now).map(|(write, at)| (at, write.level, write.reason.clone()));
        // An admin's word counts where two come at once.
        let last = [detected, played, set].into_iter().flatten().max_by_key(|(at, ..)| *at);
        last.map(|(_, level, reason)| (level, reason))
    }

    /// How often all sessions of a person were ended in `from..=to`.
    pub fn clears(&self, person: u64, from: Time, to: Time) -> u64 {
        let played = self.incidents.clears(&self.world, person, from, to);
        (played + self.written().clears_of(person, from, to).count()) as u64
    }

    /// The sessions that a person has now: one on each device in use, and those of incidents.
    pub fn sessions_of(&self, person: u64, now: Time) -> Vec<String> {
        let devices = self.world.devices_of(person).into_iter();
        let used = devices.filter(|index| {
            let device = self.device(*index, View::ById, now);
            device.is_some_and(|device| device.status == "ACTIVE" && device.has_links)
        });
        let mut sessions: Vec<String> =
            used.map(|device| crate::system_log::record::session(self, device, person, now)).collect();
        sessions.extend(self.incidents.sessions(self, person, now));
        if sessions.is_empty() {
            sessions.push(ids::encode(self.world.seed, "trs", 1 << 58 | person));
        }
        sessions
    }

    /// The device with this id, if it exists now.
    pub fn device_by_id(&self, id: &str, now: Time) -> Option<Device> {
        let number = ids::decode(self.world.seed, "guo", id)?;
        let index = number & u64::from(u32::MAX);
        let device = (index < self.world.devices()).then(|| self.world.device(index, now))?;
        // An older enrolment of the same device is gone.
        (device.number() == number).then(|| self.stand(&self.written(), device, View::ById, now))?
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
