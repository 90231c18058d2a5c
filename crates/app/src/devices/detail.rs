//! One device whole: its people with their own status and risk, other records of it, and its last evidence.

use super::duplicates;
use crate::{failure, org::Org, snapshot};
use contract::{
    Failure,
    devices::{DeviceDetail, Evidence, GetDevice, LinkedUser},
};
use domain::{Device, DeviceUser, LogEvent, RiskLevel, SnapshotId, Timestamp, UserId};
use std::collections::HashMap;

/// The device of this id in the snapshot that was asked for.
pub(super) fn get(org: &Org, command: &GetDevice) -> Result<DeviceDetail, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let found = org.cache.device(snapshot, &command.id, 1).map_err(failure::cache)?;
    let found = found.ok_or_else(|| failure::not_found("device", command.id.as_str()))?;
    let row = found.row;
    let links = found.links.unwrap_or_default();
    Ok(DeviceDetail {
        snapshot,
        now: org.now(),
        managed: row.managed,
        risk: row.risk.clone(),
        users: linked_users(org, snapshot, &links)?,
        evidence: evidence(row.last_updated, found.events.first()),
        duplicates: duplicates::of(org, snapshot, &row)?,
        raw: found.raw,
        device: Device {
            id: row.id,
            status: row.status,
            created: row.created,
            last_updated: row.last_updated,
            profile: row.profile,
            users: row.users.map(|_| links),
        },
    })
}

fn linked_users(org: &Org, snapshot: SnapshotId, links: &[DeviceUser]) -> Result<Vec<LinkedUser>, Failure> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let risks = org.cache.user_risks(snapshot).map_err(failure::cache)?;
    let risks: HashMap<UserId, RiskLevel> = risks.into_iter().map(|risk| (risk.user, risk.level)).collect();
    let linked = |link: &DeviceUser| {
        let account = org.cache.user(snapshot, &link.user).map_err(failure::cache)?;
        Ok(LinkedUser {
            id: link.user.clone(),
            name: link.name.to_string(),
            login: link.login.as_deref().map(str::to_owned),
            status: account.map(|account| account.status),
            managed: domain::ManagedStatus::of([link.management.as_ref()]),
            screen_lock: link.screen_lock.clone(),
            risk: risks.get(&link.user).cloned(),
            since: link.created,
        })
    };
    links.iter().map(linked).collect()
}

/// The newest of the record's own date and of the newest log event about the device.
fn evidence(updated: Option<Timestamp>, event: Option<&LogEvent>) -> Option<Evidence> {
    let told = |event: &LogEvent| {
        let words = event.message.as_deref().unwrap_or(&event.event_type).to_owned();
        Evidence { at: event.published, event: Some((event.uuid.to_string(), words)) }
    };
    let record = updated.map(|at| Evidence { at, event: None });
    // Of two at the same time the event says more.
    record.into_iter().chain(event.map(told)).max_by_key(|evidence| evidence.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_evidence_is_the_newest() {
        let event = |published| LogEvent {
            uuid: "e".into(),
            published: Timestamp(published),
            event_type: "user.session.start".into(),
            severity: None,
            message: None,
            outcome: None,
            reason: None,
            actor_id: None,
            actor_name: None,
            user: None,
            device: None,
            session: None,
            root_session: None,
            transaction: None,
            trace: None,
            ip: None,
            app: None,
            risk_level: None,
            told_risk: None,
            readings: Vec::new(),
        };
        let by = |updated: Option<i64>, event: Option<LogEvent>| {
            evidence(updated.map(Timestamp), event.as_ref()).map(|found| (found.at.0, found.event.is_some()))
        };
        assert_eq!(by(None, None), None);
        assert_eq!(by(Some(5), None), Some((5, false)));
        assert_eq!(by(Some(5), Some(event(4))), Some((5, false)));
        assert_eq!(by(Some(5), Some(event(6))), Some((6, true)));
        assert_eq!(by(None, Some(event(6))), Some((6, true)));
    }
}
