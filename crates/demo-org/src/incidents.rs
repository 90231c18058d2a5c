//! Scripted incidents: each is a table of beats about one person, played again every few days at moments that follow from
//! the seed, and once more when somebody asks for it. What a beat changes (a level, a device) and the event that tells of
//! it stand side by side, so that the log and the org never disagree.
//!
//! `cast` picks the people, `scene` writes what all events have in common, and there is one file per script.

mod cast;
mod chores;
mod false_alarm;
mod flooding;
mod hijack;
mod lost_device;
mod malware;
mod oddities;
mod scene;
mod steps;

use crate::org::Org;
use crate::time::{DAY, HOUR, MINUTE, SECOND, Time};
use crate::world::{EPOCH, World};
use crate::written::Written;
use scene::Scene;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Every story is told once in each interval of this length.
const ROUND: i64 = 3 * DAY;
/// The last beat of the longest story comes this long after its first.
const LONGEST: i64 = 2 * DAY;
/// So far back a device may still stand as an incident left it.
const DEVICE_MEMORY: i64 = 2 * ROUND;
/// After so long nothing is known about a person any more, as the log has forgotten it too.
const RISK_MEMORY: i64 = 90 * DAY;
/// A session of an incident is over by itself after so long.
const SESSION_LIFE: i64 = 12 * HOUR;
/// Numbers of incidents that somebody asked for; those by the calendar stay below.
const ASKED: u64 = 1 << 46;

const STORIES: &[Story] = &[
    hijack::STORY,
    malware::STORY,
    flooding::STORY,
    lost_device::STORY,
    false_alarm::STORY,
    oddities::STORY,
    chores::STORY,
];

/// One script.
#[derive(Debug)]
struct Story {
    name: &'static str,
    /// What happens, for a person.
    about: &'static str,
    /// When in a round it begins.
    begins: i64,
    about_whom: Role,
    beats: &'static [Beat],
}

/// Whom a story needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Somebody with an admin role and a device.
    Admin,
    /// Somebody without a role, with a device.
    Person,
    /// The same with a computer.
    Computer,
    /// Nobody in particular: it is no incident.
    Nobody,
}

/// One event of a script.
#[derive(Debug)]
struct Beat {
    /// After the beginning.
    at: i64,
    /// How much later it comes into the log.
    late: i64,
    change: Change,
    /// `None` where this person gives no occasion for it.
    make: fn(&Scene<'_>) -> Option<Value>,
}

/// What a beat changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Nothing,
    Risk(&'static str, &'static str),
    /// All sessions of the person end.
    Cleared,
    Suspended,
    Unsuspended,
}

const fn beat(at: i64, make: fn(&Scene<'_>) -> Option<Value>) -> Beat {
    Beat { at, late: 0, change: Change::Nothing, make }
}

impl Beat {
    const fn late(mut self, late: i64) -> Self {
        self.late = late;
        self
    }

    const fn with(mut self, change: Change) -> Self {
        self.change = change;
        self
    }
}

/// One incident: which story, of whom, since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    story: usize,
    key: u64,
    pub person: u64,
    device: u64,
    device_number: u64,
    pub begun: Time,
}

impl Plan {
    fn story(&self) -> &'static Story {
        &STORIES[self.story]
    }

    fn time_of(&self, beat: &Beat) -> Time {
        Time(self.begun.0 + beat.at)
    }

    /// What it changed up to a time.
    fn changes(self, now: Time) -> impl Iterator<Item = (Time, Change)> {
        let beats = self.story().beats.iter().map(move |beat| (self.time_of(beat), beat.change));
        beats.filter(move |(time, change)| *change != Change::Nothing && *time <= now)
    }
}

/// All incidents. Those by the calendar are worked out when somebody looks at their time, and kept.
#[derive(Debug, Default)]
pub struct Incidents {
    rounds: RwLock<HashMap<i64, Arc<[Plan]>>>,
    asked: RwLock<Vec<Plan>>,
}

/// An event of an incident, ready for the log.
pub struct Told {
    pub published: Time,
    pub persisted: Time,
    /// Tells events of one moment apart.
    pub key: (u64, u8),
    pub body: Value,
}

fn round_of(time: i64) -> i64 {
    (time - EPOCH.0).div_euclid(ROUND)
}

impl Incidents {
    fn round(&self, world: &World, number: i64) -> Arc<[Plan]> {
        if let Some(known) = self.rounds.read().unwrap_or_else(PoisonError::into_inner).get(&number) {
            return known.clone();
        }
        let plans: Arc<[Plan]> = cast::round(world, number).into();
        self.rounds.write().unwrap_or_else(PoisonError::into_inner).insert(number, plans.clone());
        plans
    }

    /// The incidents that began in `from..=to`, those that somebody asked for last.
    fn begun_between(&self, world: &World, from: Time, to: Time) -> Vec<Plan> {
        let mut plans = Vec::new();
        for number in round_of(from.0)..=round_of(to.0) {
            plans.extend(self.round(world, number).iter().copied());
        }
        plans.extend(self.asked.read().unwrap_or_else(PoisonError::into_inner).iter().copied());
        plans.retain(|plan| (from..=to).contains(&plan.begun));
        plans
    }

    /// Looks at every incident that may have changed something since `from`, without making a list.
    fn each(&self, world: &World, from: Time, now: Time, mut look: impl FnMut(&Plan)) {
        for number in round_of(from.0)..=round_of(now.0) {
            self.round(world, number).iter().for_each(&mut look);
        }
        self.asked.read().unwrap_or_else(PoisonError::into_inner).iter().for_each(look);
    }

    /// The status that an incident gave to a device, by the number in its id, and when. Who wrote to it since the incident
    /// began took it in hand: then there is none.
    pub fn device_status(
        &self,
        world: &World,
        written: &Written,
        number: u64,
        now: Time,
    ) -> Option<(&'static str, Time)> {
        let mut last = None;
        self.each(world, Time(now.0 - DEVICE_MEMORY), now, |plan| {
            if plan.device_number == number {
                let changes = device_changes(*plan, now).map(|(status, time)| (time, status, plan.begun));
                last = last.max(changes.max());
            }
        });
        let (time, status, begun) = last?;
        (!touched(written, number, begun, now)).then_some((status, time))
    }

    /// Devices that an incident changed in `from..=to`, by place in the list.
    pub fn devices_between(&self, world: &World, from: Time, to: Time) -> Vec<u64> {
        let mut devices = Vec::new();
        self.each(world, Time(from.0 - DEVICE_MEMORY), to, |plan| {
            if device_changes(*plan, to).any(|(_, time)| time >= from) {
                devices.push(plan.device);
            }
        });
        devices
    }

    /// The last level that an incident gave to a person.
    pub fn risk(&self, world: &World, person: u64, now: Time) -> Option<(&'static str, &'static str, Time)> {
        let mut last: Option<(&str, &str, Time)> = None;
        self.each(world, Time(now.0 - RISK_MEMORY), now, |plan| {
            for (time, change) in plan.changes(now).filter(|_| plan.person == person) {
                if let Change::Risk(level, reason) = change
                    && last.is_none_or(|(_, _, before)| before <= time)
                {
                    last = Some((level, reason, time));
                }
            }
        });
        last.filter(|(_, _, time)| time.0 >= now.0 - RISK_MEMORY)
    }

    /// How often incidents ended all sessions of a person in `from..=to`.
    pub fn clears(&self, world: &World, person: u64, from: Time, to: Time) -> usize {
        let mut count = 0;
        self.each(world, Time(from.0 - LONGEST), to, |plan| {
            let changes = plan.changes(to).filter(|_| plan.person == person);
            count += changes.filter(|(time, change)| *change == Change::Cleared && *time >= from).count();
        });
        count
    }

    /// Sessions of a person's incidents that go on, but for those that were ended at or after they began.
    pub fn sessions(&self, org: &Org, person: u64, now: Time) -> Vec<String> {
        let from = Time(now.0 - SESSION_LIFE);
        let mut plans = self.begun_between(&org.world, from, now);
        plans.retain(|plan| {
            let own = plan.person == person && plan.story().about_whom != Role::Nobody;
            own && org.clears(person, plan.begun, now) == 0
        });
        plans.into_iter().map(|plan| Scene::new(org, plan, 0).session()).collect()
    }

    /// The events of incidents between two times by `time`, as far as they have come into the log by `now`.
    pub fn told(
        &self,
        org: &Org,
        (from, to): (Time, Time),
        now: Time,
        written: &Written,
        time: impl Fn(&Told) -> Time,
    ) -> Vec<Told> {
        let mut told = Vec::new();
        let most_late = 10 * MINUTE;
        for plan in self.begun_between(&org.world, Time(from.0 - LONGEST - most_late), to) {
            for (number, beat) in plan.story().beats.iter().enumerate() {
                let published = plan.time_of(beat);
                let persisted = Time(published.0 + beat.late);
                let key = (plan.key, number as u8);
                let mut event = Told { published, persisted, key, body: Value::Null };
                if !(from..=to).contains(&time(&event)) || persisted > now {
                    continue;
                }
                // Somebody took the device in hand since: what was to become of it does not happen.
                let on_device = matches!(beat.change, Change::Suspended | Change::Unsuspended);
                if on_device && touched(written, plan.device_number, plan.begun, Time(published.0 - 1)) {
                    continue;
                }
                if let Some(body) = Scene::new(org, plan, number).play() {
                    event.body = body;
                    told.push(event);
                }
            }
        }
        told
    }

    /// The incidents of the last round and those that somebody asked for, the newest first.
    pub fn list(&self, org: &Org, now: Time) -> Vec<Incident> {
        let mut plans = self.begun_between(&org.world, Time(now.0 - ROUND), now);
        plans.retain(|plan| plan.story().about_whom != Role::Nobody);
        plans.sort_by_key(|plan| std::cmp::Reverse((plan.begun, plan.key)));
        plans.into_iter().map(|plan| Incident::of(org, plan)).collect()
    }

    /// Begins one now. `None` when there is no such story, or nobody to play it.
    pub fn start(&self, org: &Org, name: &str, now: Time) -> Option<Incident> {
        let named = |story: &Story| story.name == name && story.about_whom != Role::Nobody;
        let story = STORIES.iter().position(named)?;
        let busy: Vec<u64> =
            self.begun_between(&org.world, Time(now.0 - ROUND), now).iter().map(|plan| plan.person).collect();
        let mut asked = self.asked.write().unwrap_or_else(PoisonError::into_inner);
        let key = ASKED + asked.len() as u64;
        let plan = cast::plan(&org.world, story, key, now, &busy)
            .or_else(|| cast::plan(&org.world, story, key, now, &[]))?;
        asked.push(plan);
        drop(asked);
        Some(Incident::of(org, plan))
    }
}

fn device_changes(plan: Plan, now: Time) -> impl Iterator<Item = (&'static str, Time)> {
    plan.changes(now).filter_map(|(time, change)| match change {
        Change::Suspended => Some(("SUSPENDED", time)),
        Change::Unsuspended => Some(("ACTIVE", time)),
        _ => None,
    })
}

/// Whether somebody wrote to a device since an incident began.
fn touched(written: &Written, number: u64, since: Time, now: Time) -> bool {
    written.device_written(number, now).is_some_and(|time| time >= since)
}

/// An incident as the controls tell it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Incident {
    pub name: &'static str,
    pub about: &'static str,
    /// The person by place in the list, by id and by login.
    pub person: u64,
    pub user_id: String,
    pub login: String,
    /// The device of it.
    pub device_id: String,
    /// Milliseconds since 1970: the first event, the last within the first five minutes, and the very last.
    pub begun: i64,
    pub acted: i64,
    pub ends: i64,
    /// What joins its events.
    pub trace: String,
    pub session: String,
    /// Every event it leaves, in order, those to come included.
    pub events: Vec<IncidentEvent>,
}

/// An event of an incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IncidentEvent {
    pub uuid: String,
    pub event_type: String,
    /// Milliseconds since 1970: when it happens, and when it comes into the log.
    pub published: i64,
    pub persisted: i64,
}

impl Incident {
    fn of(org: &Org, plan: Plan) -> Self {
        let story = plan.story();
        let events: Vec<IncidentEvent> = story
            .beats
            .iter()
            .enumerate()
            .filter_map(|(number, beat)| {
                let body = Scene::new(org, plan, number).play()?;
                let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
                let published = plan.time_of(beat).0;
                Some(IncidentEvent {
                    uuid: text("uuid"),
                    event_type: text("eventType"),
                    published,
                    persisted: published + beat.late,
                })
            })
            .collect();
        let scene = Scene::new(org, plan, 0);
        let soon = |event: &&IncidentEvent| event.published <= plan.begun.0 + 5 * MINUTE;
        let last = |events: &mut dyn Iterator<Item = &IncidentEvent>| {
            events.map(|event| event.persisted).max().unwrap_or(plan.begun.0)
        };
        Self {
            name: story.name,
            about: story.about,
            person: plan.person,
            user_id: org.person_id(plan.person),
            login: org.world.login_of(plan.person),
            device_id: org.device_id(&org.world.device(plan.device, plan.begun)),
            begun: plan.begun.0,
            acted: last(&mut events.iter().filter(soon)),
            ends: last(&mut events.iter()),
            trace: scene.trace(),
            session: scene.session(),
            events,
        }
    }
}

/// The names of the incidents that can be started.
pub fn names() -> impl Iterator<Item = &'static str> {
    STORIES.iter().filter(|story| story.about_whom != Role::Nobody).map(|story| story.name)
}

/// A step within a story: so many seconds and milliseconds after its beginning.
const fn s(seconds: i64) -> i64 {
    seconds * SECOND
}
