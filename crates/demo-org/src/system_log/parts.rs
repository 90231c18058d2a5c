//! What the world does by itself, as log events: one happening may leave several.

use super::stream::Event;
use crate::seeded::mix;
use crate::time::{SECOND, Time};
use crate::world::World;
use crate::world::drift::{Happening, Incident};
use crate::world::person::Change;
use crate::world::risk::Case;
use crate::world::set_up::SetUp;
use serde_json::Value;

/// What an event is about.
#[derive(Debug, Clone)]
pub enum What {
    Device {
        device: u64,
        moment: Time,
        of: DevicePart,
    },
    Account {
        person: u64,
        change: Change,
    },
    Risk {
        case: Case,
        of: RiskPart,
    },
    /// An admin changed how a platform's devices are managed.
    Platform(SetUp),
    /// A finished body: what a caller did.
    Written(Value),
}

/// The events that a device's happening leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DevicePart {
    SignOn(Outcome),
    SessionStart,
    Sso,
    ContextChange {
        incident: Incident,
        begins: bool,
    },
    Suspend,
    Unsuspend,
    UserRemove,
    UserAdd,
    /// The old enrolment goes.
    Deactivate,
    Delete,
    /// The new one comes.
    Enroll,
}

/// How a sign-on policy decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Allow,
    Challenge,
    Deny,
}

/// The events that a risk case leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskPart {
    Detect,
    PolicyEvaluate,
    PolicyAction,
    SessionEnd,
    UniversalLogout,
    /// What the app at this place of the person's list shows of it.
    Answer(u8),
    Fall,
}

/// Apps answer so long after a case opened, one after the other: soon enough that all is in the log within a minute.
const ANSWERS: i64 = 4 * SECOND;
const BETWEEN: i64 = 500;
/// The first answer among a case's events.
const FIRST_ANSWER: usize = 16;

/// The events of one device in one period.
pub fn device_parts(
    world: &World,
    device: u64,
    period: i64,
    moment: Time,
    out_of_service: impl Fn(u64, Time) -> bool,
    events: &mut Vec<Event>,
) {
    use DevicePart as P;
    let Some(happening) = world.happening(device, period) else { return };
    let number = (world.generation(device, period).0 << 32) | device;
    // Somebody took the device out of service: what the world had in mind for it does not happen.
    if out_of_service(number, moment) {
        return;
    }
    let roll = mix(mix(world.seed ^ device) ^ period as u64) % 100;
    let sign_on = match roll {
        0..62 => P::SignOn(Outcome::Allow),
        62..68 => P::SignOn(Outcome::Challenge),
        68..71 => P::SignOn(Outcome::Deny),
        _ => P::SessionStart,
    };
    let context = |incident, begins| P::ContextChange { incident, begins };
    let parts: &[P] = match happening {
        Happening::SignIn if roll.is_multiple_of(7) => &[sign_on, P::Sso],
        Happening::SignIn => &[sign_on],
        Happening::Begin(Incident::Suspended) => &[P::Suspend],
        Happening::End(Incident::Suspended) => &[P::Unsuspend],
        Happening::Begin(Incident::LinksLost) => &[P::UserRemove],
        Happening::End(Incident::LinksLost) => &[P::UserAdd],
        Happening::Begin(incident) => &[context(incident, true), P::SignOn(Outcome::Deny)],
        Happening::End(incident) => &[context(incident, false), P::SignOn(Outcome::Allow)],
        Happening::Renewed => &[P::Deactivate, P::Delete, P::Enroll, P::UserAdd],
    };
    let apart = (world.slot_length() / 8).clamp(1, 700);
    for (n, of) in parts.iter().enumerate() {
        let published = Time(moment.0 + n as i64 * apart);
        // What Okta Verify reports in the background comes into the log a little late.
        let late = if matches!(of, P::ContextChange { .. }) { (roll as i64 % 20) * SECOND } else { 0 };
        events.push(Event {
            published,
            persisted: Time(published.0 + late),
            tie: (0, device, n as u8),
            what: What::Device { device, moment, of: *of },
        });
    }
}

/// The event of one account's moment.
pub fn account_parts(world: &World, person: u64, period: i64, moment: Time, events: &mut Vec<Event>) {
    if let Some(change) = world.account_change(person, period) {
        let what = What::Account { person, change };
        events.push(Event { published: moment, persisted: moment, tie: (1, person, 0), what });
    }
}

/// The event of a change of how devices are managed.
pub fn set_up_parts(change: SetUp, events: &mut Vec<Event>) {
    let (published, tie) = (change.at, (3, change.number.unsigned_abs(), 0));
    events.push(Event { published, persisted: published, tie, what: What::Platform(change) });
}

/// The events of one risk case. `answers` are the places of the apps that show that they were logged out.
pub fn case_parts(case: Case, answers: &[u8], events: &mut Vec<Event>) {
    use RiskPart as P;
    let chain: &[P] = match (case.level, case.contained) {
        (_, true) => &[P::Detect, P::PolicyEvaluate, P::PolicyAction, P::SessionEnd, P::UniversalLogout],
        ("LOW", _) => &[P::Detect, P::PolicyEvaluate],
        _ => &[P::Detect, P::PolicyEvaluate, P::PolicyAction],
    };
    let late = case.number.rem_euclid(45) * SECOND;
    let mut push = |published: Time, n: usize, of| {
        let tie = (2, case.number as u64, n as u8);
        events.push(Event {
            published,
            persisted: Time(published.0 + late),
            tie,
            what: What::Risk { case, of },
        });
    };
    for (n, of) in chain.iter().enumerate() {
        push(Time(case.opened.0 + n as i64 * 400), n, *of);
    }
    push(case.closed, chain.len(), P::Fall);
    for (n, place) in answers.iter().enumerate() {
        push(Time(case.opened.0 + ANSWERS + n as i64 * BETWEEN), FIRST_ANSWER + n, P::Answer(*place));
    }
}
