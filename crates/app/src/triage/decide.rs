//! What an analyst decides: verdicts, who has whom, what is put off, and how much each part of the score counts.

use super::{
    WEIGHTS,
    queue::{Queue, level_name},
};
use crate::{failure, org::Org, snapshot};
use cache::{TriageNote, Verdict};
use contract::{
    Failure, FailureKind,
    triage::{AssessDetections, SetTriage, SetTriageWeights},
};

/// A longer note belongs into a case.
const LONGEST: usize = 4_000;
/// More people are not decided about in one step.
const MOST: usize = 10_000;

pub(super) fn assess(org: &Org, command: &AssessDetections) -> Result<(), Failure> {
    let note = text(command.note.as_deref())?;
    let queue = Queue::of(org, snapshot::chosen(org, None)?)?;
    let person = queue.told.people.get(&command.user);
    let person = person.ok_or_else(|| failure::not_found("person at risk", command.user.as_str()))?;
    let of_person = |uuid: &String| person.detections.iter().any(|event| *event.uuid == **uuid);
    if let Some(unknown) = command.detections.iter().find(|uuid| !of_person(uuid)) {
        return Err(failure::not_found("detection", unknown));
    }
    let given = command.assessment.map(|assessment| Verdict {
        assessment,
        note,
        by: org.actor.clone(),
        at: queue.now,
    });
    let mut about = command.detections.clone();
    if about.is_empty() {
        // A verdict is given on what has none, and taken back from what has one.
        let has_one = |uuid: &str| queue.verdict(&command.user, uuid).is_some();
        let all = person.detections.iter().filter(|event| has_one(&event.uuid) != given.is_some());
        about.extend(all.map(|event| event.uuid.to_string()));
    }
    if person.detections.is_empty() {
        about.push(level_name(person.level.as_ref()));
    }
    org.cache.set_verdicts(&command.user, &about, given.as_ref()).map_err(failure::cache)?;
    org.triage.decided();
    Ok(())
}

pub(super) fn set(org: &Org, command: &SetTriage) -> Result<(), Failure> {
    if command.users.len() > MOST {
        return Err(Failure::new(FailureKind::BadInput, format!("At most {MOST} people at a time.")));
    }
    let now = org.now();
    let note = text(command.note.as_deref())?.map(|text| TriageNote { at: now, by: org.actor.clone(), text });
    let assignee = text(command.assignee.as_deref())?.or(command.assignee.clone());
    org.cache
        .set_triage(&command.users, assignee.as_deref(), command.snooze_until, note.as_ref(), now)
        .map_err(failure::cache)?;
    org.triage.decided();
    Ok(())
}

pub(super) fn weigh(org: &Org, command: &SetTriageWeights) -> Result<(), Failure> {
    let weights = command.weights;
    if [weights.level, weights.age, weights.privilege, weights.reach].iter().any(|weight| *weight > 10) {
        return Err(Failure::new(FailureKind::BadInput, "A weight is a number from 0 to 10."));
    }
    let text = serde_json::to_string(&weights).map_err(Failure::bug)?;
    org.cache.set_triage_setting(WEIGHTS, Some(&text)).map_err(failure::cache)?;
    org.triage.decided();
    Ok(())
}

/// What was written, without blanks around it; nothing is nothing.
fn text(text: Option<&str>) -> Result<Option<String>, Failure> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > LONGEST) {
        return Err(Failure::new(FailureKind::BadInput, format!("At most {LONGEST} characters.")));
    }
    Ok(text.map(str::to_owned))
}
