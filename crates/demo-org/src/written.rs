//! What callers wrote over the API: the overlay on the world. Kept as history, so that the org at any moment is the world
//! at that moment plus what had been written by then.

use crate::time::Time;
use crate::world::device::Device;
use crate::world::person::Person;
use serde_json::Value;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// A status given, or the end of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceWrite {
    Status(&'static str),
    Deleted,
}

/// A risk level set by an admin.
#[derive(Debug, Clone)]
pub struct RiskWrite {
    pub level: &'static str,
    pub reason: String,
}

/// One write with its moment: by the org's clock, and by the machine's for the lag of the search index.
#[derive(Debug, Clone)]
struct At<T> {
    time: Time,
    made: Instant,
    what: T,
}

/// Everything written to devices and people. The org's other objects live in the catalogue.
#[derive(Debug, Default)]
pub struct Written {
    /// By the number in the device's id: a new enrolment starts clean.
    devices: HashMap<u64, Vec<At<DeviceWrite>>>,
    people: HashMap<u64, Vec<At<&'static str>>>,
    risks: HashMap<u64, Vec<At<RiskWrite>>>,
    /// When all sessions of a person were ended.
    clears: HashMap<u64, Vec<Time>>,
    /// The System Log events of writes, in order of time. What a write sets off by and by is in it from the beginning.
    events: Vec<(Time, Value)>,
}

/// Who looks: a read by id sees everything, the search index sees writes only when they are old enough.
#[derive(Debug, Clone, Copy)]
pub enum View {
    ById,
    Index(Duration),
}

impl View {
    fn sees<T>(self, write: &At<T>, now: Time) -> bool {
        write.time <= now
            && match self {
                Self::ById => true,
                Self::Index(lag) => write.made.elapsed() >= lag,
            }
    }
}

impl Written {
    pub fn device(&mut self, number: u64, time: Time, what: DeviceWrite) {
        self.devices.entry(number).or_default().push(At { time, made: Instant::now(), what });
    }

    pub fn person(&mut self, index: u64, time: Time, status: &'static str) {
        self.people.entry(index).or_default().push(At { time, made: Instant::now(), what: status });
    }

    /// Whether it was the first level set for this person.
    pub fn risk(&mut self, index: u64, time: Time, what: RiskWrite) -> bool {
        let risks = self.risks.entry(index).or_default();
        let place = risks.partition_point(|write| write.time <= time);
        risks.insert(place, At { time, made: Instant::now(), what });
        risks.len() == 1
    }

    /// A level set anew stands: the fall that an earlier one was on its way to, and the event that would have told it, do not come.
    pub fn falls_no_more(&mut self, index: u64, user: &str, now: Time) {
        self.risks.entry(index).or_default().retain(|write| write.time <= now);
        let is_about = |event: &Value| {
            let targets = event["target"].as_array().into_iter().flatten();
            event["eventType"] == "user.risk.change" && targets.into_iter().any(|target| target["id"] == user)
        };
        self.events.retain(|(at, event)| *at <= now || !is_about(event));
    }

    /// An admin's level above low that is in force.
    pub fn level_of(&self, index: u64, now: Time) -> Option<&'static str> {
        self.risk_of(index, now).map(|(write, _)| write.level).filter(|level| *level != "LOW")
    }

    /// All sessions of a person end.
    pub fn cleared(&mut self, index: u64, time: Time) {
        self.clears.entry(index).or_default().push(time);
    }

    /// When all sessions of a person were ended, in `from..=to`.
    pub fn clears_of(&self, index: u64, from: Time, to: Time) -> impl Iterator<Item = Time> {
        let clears = self.clears.get(&index).into_iter().flatten().copied();
        clears.filter(move |time| (from..=to).contains(time))
    }

    /// Logs a write, or what follows one.
    pub fn event(&mut self, time: Time, event: Value) {
        let place = self.events.partition_point(|(at, _)| *at <= time);
        self.events.insert(place, (time, event));
    }

    /// The logged writes in `from..=to`, numbered.
    pub fn events_between(&self, from: Time, to: Time) -> impl Iterator<Item = (usize, Time, &Value)> {
        let start = self.events.partition_point(|(time, _)| *time < from);
        let events = self.events[start..].iter().take_while(move |(time, _)| *time <= to);
        events.enumerate().map(move |(n, (time, event))| (start + n, *time, event))
    }

    /// When somebody last wrote to a device, as of a time.
    pub fn device_written(&self, number: u64, now: Time) -> Option<Time> {
        let writes = self.devices.get(&number)?.iter().rev();
        writes.map(|write| write.time).find(|time| *time <= now)
    }

    /// Whether a device was out of service at a time because somebody said so.
    pub fn is_out_of_service(&self, number: u64, at: Time) -> bool {
        let mut writes = self.devices.get(&number).into_iter().flatten().rev();
        let last = writes.find(|write| write.time <= at);
        last.is_some_and(|write| write.what != DeviceWrite::Status("ACTIVE"))
    }

    /// The world's device with what was written; `None` when it was deleted.
    pub fn apply_to_device(&self, mut device: Device, view: View, now: Time) -> Option<Device> {
        let Some(writes) = self.devices.get(&device.number()) else { return Some(device) };
        for write in writes.iter().filter(|write| view.sees(write, now)) {
            match write.what {
                DeviceWrite::Deleted => return None,
                DeviceWrite::Status(status) => {
                    device.status = status;
                    // A device out of service is not heard of; one put back is, from then on.
                    device.last_updated = match status {
                        "ACTIVE" => device.last_updated.max(write.time),
                        _ => write.time,
                    };
                    device.registered = true;
                    // Deactivation loses every link for good: people have to enrol again.
                    device.has_links &= status != "DEACTIVATED";
                }
            }
        }
        Some(device)
    }

    /// The world's person with what was written.
    pub fn apply_to_person(&self, mut person: Person, view: View, now: Time) -> Person {
        for write in self.people.get(&person.index).into_iter().flatten().filter(|w| view.sees(w, now)) {
            person.status = write.what;
            person.status_changed = Some(write.time);
            person.last_updated = person.last_updated.max(write.time);
        }
        person
    }

    /// The last level set by an admin, with its reason and time.
    pub fn risk_of(&self, person: u64, now: Time) -> Option<(&RiskWrite, Time)> {
        let writes = self.risks.get(&person)?;
        writes.iter().rev().find(|write| write.time <= now).map(|write| (&write.what, write.time))
    }

    /// The numbers of devices written to at or after `from`.
    pub fn devices_since(&self, from: Time) -> impl Iterator<Item = u64> {
        recent(&self.devices, from)
    }

    /// The people written to at or after `from`.
    pub fn people_since(&self, from: Time) -> impl Iterator<Item = u64> {
        recent(&self.people, from)
    }
}

fn recent<T>(writes: &HashMap<u64, Vec<At<T>>>, from: Time) -> impl Iterator<Item = u64> {
    writes.iter().filter(move |(_, w)| w.last().is_some_and(|w| w.time >= from)).map(|(number, _)| *number)
}
