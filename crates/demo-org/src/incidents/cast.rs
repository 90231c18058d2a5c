//! Who plays in an incident: people whose account and device stay as they are while it lasts. Knows the world only, not
//! what callers wrote.

use super::{Plan, ROUND, Role, STORIES};
use crate::http::call::ADMIN;
use crate::time::{DAY, HOUR, Time};
use crate::user_roles;
use crate::world::{EPOCH, World, stream};

/// So long people and devices have to stay as they are.
const STEADY: i64 = 4 * DAY;
/// So many are looked at before a story is left out.
const TRIES: u64 = 96;

/// All incidents of one round.
pub fn round(world: &World, number: i64) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for (story, script) in STORIES.iter().enumerate() {
        // Rounds before the epoch have negative numbers; keys have none.
        let key = ((number + (1 << 32)) as u64) << 3 | story as u64;
        let later = world.dice(stream::STORY, key).below(0, (2 * HOUR) as u64) as i64;
        let begun = Time(EPOCH.0 + number * ROUND + script.begins + later);
        let busy: Vec<u64> = plans.iter().map(|plan| plan.person).collect();
        plans.extend(plan(world, story, key, begun, &busy));
    }
    plans
}

/// One incident that begins at a time, without anybody who is `busy`.
pub fn plan(world: &World, story: usize, key: u64, begun: Time, busy: &[u64]) -> Option<Plan> {
    let role = STORIES[story].about_whom;
    if role == Role::Nobody {
        let person = ADMIN.min(world.people() - 1);
        return Some(Plan { story, key, person, device: u64::MAX, device_number: u64::MAX, begun });
    }
    let dice = world.dice(stream::STORY, key);
    let by_chance = (0..TRIES).map(|n| dice.below(100 + n, world.people()));
    let own = user_roles::OWN.iter().map(|(index, _)| *index);
    let candidates: Vec<u64> = if role == Role::Admin {
        let turn = dice.below(1, user_roles::OWN.len() as u64) as usize;
        // Those with a role of their own in turns, then whoever else holds one, then anybody: a small org has few.
        own.clone().cycle().skip(turn).take(own.len()).chain(by_chance).collect()
    } else {
        by_chance.collect()
    };
    let free = |person: &u64| *person < world.people() && !busy.contains(person);
    candidates.into_iter().filter(free).find_map(|person| {
        let account = world.person(person, begun);
        let later = world.person(person, Time(begun.0 + STEADY));
        let admin = user_roles::holds_any(world, &account);
        if account.status != "ACTIVE" || later.status != "ACTIVE" || admin != (role == Role::Admin) {
            return None;
        }
        let device = world.devices_of(person).into_iter().find(|d| suits(world, *d, person, begun, role))?;
        let device_number = world.device(device, begun).number();
        Some(Plan { story, key, person, device, device_number, begun })
    })
}

/// Whether a device is this person's own, in use, and stays what it is.
fn suits(world: &World, device: u64, person: u64, begun: Time, role: Role) -> bool {
    let (now, later) = (world.device(device, begun), world.device(device, Time(begun.0 + STEADY)));
    let same = now.number() == later.number();
    let kind = role != Role::Computer || !now.platform.is_mobile();
    same && kind
        && world.owner_of(device) == person
        && [now, later].iter().all(|device| device.status == "ACTIVE" && device.has_links)
}
