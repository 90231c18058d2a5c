//! One person as triage sees them: detections with what was decided about each, devices, sessions and notes.

use super::{
    events, linked,
    queue::{Person, Queue},
    row::row,
};
use crate::{failure, org::Org, snapshot};
use cache::RiskEvent;
use contract::{
    Failure,
    triage::{Assessed, Detection, Feedback, GetPersonRisk, PersonDevice, PersonRisk, TriageNote},
    users::UserSession,
};
use domain::{Assessment, ManagedStatus, SnapshotId, UserId, known_detection};

pub(super) fn get(org: &Org, command: &GetPersonRisk) -> Result<PersonRisk, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let queue = Queue::of(org, snapshot)?;
    let account = org.cache.person(snapshot, &command.user, 0).map_err(failure::cache)?;
    let nobody = Person::without_risk(accounts(org, snapshot, &command.user)?);
    let person = match queue.told.people.get(&command.user) {
        Some(person) => person,
        None if account.is_some() => &nobody,
        None => return Err(failure::not_found("user", command.user.as_str())),
    };
    let standing = queue.standing(&command.user, person);
    let done = linked::done(org)?.remove(&command.user).unwrap_or_default();
    let detections = person.detections.iter().map(|event| detection(&queue, &command.user, event));
    let (mut devices, mut sessions, mut title, mut department) = (Vec::new(), Vec::new(), None, None);
    if let Some(known) = account {
        title = known.row.user.title.as_deref().map(str::to_owned);
        department = known.row.user.department.as_deref().map(str::to_owned);
        devices =
            known.devices.into_iter().map(|one| device(org, snapshot, one)).collect::<Result<_, _>>()?;
        sessions = known.sessions.into_iter().map(session).collect();
    }
    Ok(PersonRisk {
        snapshot,
        now: queue.now,
        row: row(&queue, &command.user, person, standing, done),
        detections: detections.collect(),
        devices,
        sessions,
        title,
        department,
        notes: notes(org, &command.user)?,
    })
}

fn accounts(org: &Org, at: SnapshotId, user: &UserId) -> Result<Option<cache::TriageAccount>, Failure> {
    let mut found = org.cache.triage_accounts(at, [user].into_iter()).map_err(failure::cache)?;
    Ok(found.remove(user))
}

fn detection(queue: &Queue, user: &UserId, event: &RiskEvent) -> Detection {
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let verdict = queue.verdict(user, &event.uuid);
    let feedback = queue.told.feedback.get(&event.uuid).map(|given| Feedback {
        label: given.label.as_deref().unwrap_or_default().to_owned(),
        reason: given.reasons.first().map(|reason| reason.to_string()),
        by: text(&given.actor),
        at: given.published,
        agrees: verdict.and_then(|verdict| agrees(given.label.as_deref(), verdict.assessment)),
    });
    Detection {
        uuid: event.uuid.to_string(),
        at: event.published,
        event_type: event.event_type.to_string(),
        name: text(&event.detection),
        meaning: event.detection.as_deref().and_then(known_detection).map(|known| known.meaning.to_owned()),
        risk: events::told(event),
        session: text(&event.session),
        device: event.device.clone(),
        ip: text(&event.ip),
        assessment: verdict.map(|verdict| Assessed {
            assessment: verdict.assessment,
            note: verdict.note.clone(),
            by: verdict.by.clone(),
            at: verdict.at,
        }),
        feedback,
    }
}

/// Whether a label says the same as a verdict. One that was missed is a true one; who is unsure says neither.
pub(super) fn agrees(label: Option<&str>, verdict: Assessment) -> Option<bool> {
    let is_true = is_true(label?)?;
    match verdict {
        Assessment::TruePositive => Some(is_true),
        Assessment::FalsePositive => Some(!is_true),
        Assessment::Unsure => None,
    }
}

/// What a label of the Admin Console holds a detection to be.
pub(super) fn is_true(label: &str) -> Option<bool> {
    match label.to_ascii_lowercase().as_str() {
        "true_positive" | "false_negative" => Some(true),
        "false_positive" => Some(false),
        _ => None,
    }
}

fn device(org: &Org, at: SnapshotId, device: cache::PersonDevice) -> Result<PersonDevice, Failure> {
    let row = org.cache.device_row(at, &device.id).map_err(failure::cache)?;
    let newest = org.cache.events_about_device(at, &device.id, 1).map_err(failure::cache)?;
    let told = newest.first().map(|event| event.published);
    Ok(PersonDevice {
        managed: ManagedStatus::of([device.link.management.as_ref()]),
        users: row.and_then(|row| row.users),
        last_evidence: told.max(device.last_updated),
        id: device.id,
        name: device.name.map(String::from),
        platform: device.platform,
        status: device.status,
    })
}

fn session(session: cache::Session) -> UserSession {
    UserSession {
        id: session.id.into(),
        started: session.started,
        first_seen: session.first_seen,
        last_seen: session.last_seen,
        ip: session.ip.map(String::from),
        addresses: session.addresses,
        apps: session.apps,
        events: session.events,
        ended: session.ended,
    }
}

fn notes(org: &Org, user: &UserId) -> Result<Vec<TriageNote>, Failure> {
    let notes = org.cache.triage_notes(user).map_err(failure::cache)?;
    Ok(notes.into_iter().map(|note| TriageNote { at: note.at, by: note.by, text: note.text }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_agrees_with_a_verdict_or_says_nothing_about_it() {
        use Assessment::{FalsePositive, TruePositive, Unsure};
        assert_eq!(agrees(Some("true_positive"), TruePositive), Some(true));
        assert_eq!(agrees(Some("TRUE_POSITIVE"), FalsePositive), Some(false));
        assert_eq!(agrees(Some("false_positive"), FalsePositive), Some(true));
        assert_eq!(agrees(Some("false_positive"), TruePositive), Some(false));
        assert_eq!(agrees(Some("false_negative"), TruePositive), Some(true));
        assert_eq!(agrees(Some("true_positive"), Unsure), None);
        assert_eq!(agrees(Some("maybe"), TruePositive), None);
        assert_eq!(agrees(None, TruePositive), None);
    }
}
