//! All events of the org in order: what the world does by itself, and what callers did. Made window by window, so that a
//! page costs what a page holds, however long the log is.

use super::parts::{What, account_parts, case_parts, device_parts, set_up_parts};
use crate::apps::{self, Answer};
use crate::incidents::Told;
use crate::org::Org;
use crate::time::{MINUTE, Time};
use crate::world::risk::Case;
use std::collections::VecDeque;

/// One event that can be written out.
#[derive(Debug, Clone)]
pub struct Event {
    pub published: Time,
    /// When it came into the log: background events come late.
    pub persisted: Time,
    /// Tells events of one moment apart, in the same order whenever they are asked for.
    pub tie: (u8, u64, u8),
    pub what: What,
}

/// In which order events are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they came into the log: polling.
    Persisted,
    /// As they happened: bounded queries.
    Published,
    /// The same, backwards.
    NewestFirst,
}

/// No event comes later into the log than this.
pub const LATEST: i64 = MINUTE;
/// How many events of one millisecond a cursor can tell apart.
const TIES: u64 = 1 << 12;
/// About so many device moments are looked at in one go.
const CHUNK: i64 = 400;

/// A walk through the log.
pub struct Stream<'a> {
    org: &'a Org,
    from: Time,
    to: Time,
    order: Order,
    step: i64,
    ready: VecDeque<(Event, u64)>,
}

impl<'a> Stream<'a> {
    /// The events after `from` up to and with `to`.
    pub fn new(org: &'a Org, from: Time, to: Time, order: Order) -> Self {
        let step = (org.world.slot_length() * CHUNK).clamp(1_000, 60 * MINUTE);
        Self { org, from: Time(from.0 + 1), to, order, step, ready: VecDeque::new() }
    }

    /// A cursor from which everything after `time` follows.
    pub fn before(time: Time) -> u64 {
        time.0.max(0) as u64 * TIES + (TIES - 1)
    }

    /// Goes on after an event.
    pub fn go_on_after(&mut self, cursor: u64) {
        let at = Time((cursor / TIES) as i64);
        match self.order {
            Order::NewestFirst => self.to = self.to.min(at),
            _ => self.from = at,
        }
        self.fill();
        let past = |seen: u64| if self.order == Order::NewestFirst { seen < cursor } else { seen > cursor };
        while self.ready.front().is_some_and(|(_, seen)| !past(*seen)) {
            self.ready.pop_front();
        }
    }

    /// The next event with the cursor that goes on after it.
    pub fn next(&mut self) -> Option<(Event, u64)> {
        while self.ready.is_empty() && self.from <= self.to {
            self.fill();
        }
        self.ready.pop_front()
    }

    /// Makes the events of the next window.
    fn fill(&mut self) {
        if self.from > self.to {
            return;
        }
        let (from, to) = match self.order {
            Order::NewestFirst => (self.from.max(Time(self.to.0 - self.step)), self.to),
            _ => (self.from, self.to.min(Time(self.from.0 + self.step))),
        };
        match self.order {
            Order::NewestFirst => self.to = Time(from.0 - 1),
            _ => self.from = Time(to.0 + 1),
        }
        let mut events = gather(self.org, from, to, self.order);
        if self.order == Order::NewestFirst {
            events.reverse();
        }
        self.ready.extend(events);
    }
}

/// The places, among a person's apps, of those that show that a case logged them out.
fn answers(org: &Org, case: &Case) -> Vec<u8> {
    if !case.contained {
        return Vec::new();
    }
    let person = org.world.person(case.person, case.opened);
    let apps = apps::logged_out(&org.seeds, &org.world, &person).into_iter().enumerate();
    apps.filter(|(_, app)| apps::answer(app) != Answer::Silent).map(|(place, _)| place as u8).collect()
}

/// All events of a window in ascending order, each with its cursor.
fn gather(org: &Org, from: Time, to: Time, order: Order) -> Vec<(Event, u64)> {
    let time = |event: &Event| if order == Order::Persisted { event.persisted } else { event.published };
    let now = org.clock.now();
    // What happened in the window came into the log a little later, or the other way round: look at both sides.
    let (early, late) = (Time(from.0 - LATEST), Time(to.0 + LATEST));
    let mut events = Vec::new();
    {
        let written = org.written();
        for (moment, device, period) in org.world.moments_between(early, to) {
            let out = |number, at| {
                let played = org.incidents.device_status(&org.world, &written, number, at);
                written.is_out_of_service(number, at) || played.is_some_and(|(status, _)| status != "ACTIVE")
            };
            device_parts(&org.world, device, period, moment, out, &mut events);
        }
        for (moment, person, period) in org.world.account_moments_between(early, to) {
            account_parts(&org.world, person, period, moment, &mut events);
        }
        for case in org.world.cases_between(early, late) {
            case_parts(case, &answers(org, &case), &mut events);
        }
        for change in org.world.set_ups_between(early, late) {
            set_up_parts(change, &mut events);
        }
        let when = |told: &Told| if order == Order::Persisted { told.persisted } else { told.published };
        for told in org.incidents.told(org, (from, to), now, &written, when) {
            let tie = (4, told.key.0, told.key.1);
            let (published, persisted) = (told.published, told.persisted);
            events.push(Event { published, persisted, tie, what: What::Written(told.body) });
        }
        for (number, time, body) in written.events_between(from, to) {
            let what = What::Written(body.clone());
            events.push(Event { published: time, persisted: time, tie: (9, number as u64, 0), what });
        }
    }
    // Nothing is known before it came into the log.
    events.retain(|event| (from..=to).contains(&time(event)) && event.persisted <= now);
    events.sort_by_key(|event| (time(event), event.tie));
    let mut ties = (Time(i64::MIN), 0);
    let number = events.into_iter().map(|event| {
        let at = time(&event);
        ties = if ties.0 == at { (at, (ties.1 + 1).min(TIES - 1)) } else { (at, 0) };
        let cursor = at.0.max(0) as u64 * TIES + ties.1;
        (event, cursor)
    });
    number.collect()
}
