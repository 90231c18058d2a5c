//! What else was done about people of the queue: containments and cases, as their own rooms keep them.

use super::queue::Queue;
use crate::{failure, org::Org};
use cache::{Contained, DoneAbout};
use contract::Failure;
use domain::{ContainmentId, Timestamp, UserId};
use std::collections::HashMap;

/// The newest containment and case of everybody who has one.
pub(super) fn done(org: &Org) -> Result<HashMap<UserId, DoneAbout>, Failure> {
    org.cache.done_about_people().map_err(failure::cache)
}

/// Containments begun here: when, and how long it took from the first open detection to the last step verified.
pub(super) fn containments(
    org: &Org,
    queue: &Queue,
) -> Result<Vec<(ContainmentId, Timestamp, Option<i64>)>, Failure> {
    let contained = org.cache.contained().map_err(failure::cache)?;
    let took = |one: &Contained| Some(one.verified?.since(first_open(queue, one)?));
    Ok(contained.iter().map(|one| (one.id, one.begun, took(one))).collect())
}

/// The oldest detection that nobody had judged when the containment began.
fn first_open(queue: &Queue, one: &Contained) -> Option<Timestamp> {
    let detections = one.people.iter().filter_map(|user| Some((user, queue.told.people.get(user)?)));
    let detections =
        detections.flat_map(|(user, person)| person.detections.iter().map(move |event| (user, event)));
    let waited = detections.filter(|(user, event)| {
        let judged = queue.verdict(user, &event.uuid).is_some_and(|verdict| verdict.at < one.begun);
        event.published <= one.begun && !judged
    });
    waited.map(|(_, event)| event.published).min()
}
