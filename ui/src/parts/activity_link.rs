//! How changes are named, and where their progress shows.

use crate::kit::text;
use contract::intents::Intent;
use domain::{IntentId, LifecycleMove};

/// The address of one change on the Activity page.
pub fn activity_of(id: IntentId) -> String {
    format!("/activity?id={}", id.0)
}

/// "Suspend 3 devices".
pub fn moving(wish: LifecycleMove, count: u64) -> String {
    match count {
        1 => format!("{} device", wish.label()),
        count => format!("{} {}", wish.label(), text::plural(count, "device", "devices")),
    }
}

/// What a change is called in a list: by its one device, or by how many there are.
pub fn name_of(intent: &Intent) -> String {
    match &intent.only {
        Some(name) => format!("{} {name}", intent.wish.label()),
        None => moving(intent.wish, intent.steps),
    }
}
