//! One person of a plan: what they have open, as far as it is known. What nobody said is not known, never none.

use super::plan::Target;
use crate::{failure, logout, org::Org};
use cache::PersonDetail;
use contract::{Failure, containment::PlannedPerson};
use domain::{AdminRole, Lifecycle, LogoutReach, SnapshotId};

/// The person, as the steps need them.
pub(super) fn target(found: &PersonDetail) -> Target {
    let active = found.devices.iter().filter(|device| device.status == Lifecycle::Active);
    Target {
        user: found.row.user.id.clone(),
        name: found.row.user.name(),
        login: found.row.user.login.as_deref().map(str::to_owned),
        status: found.row.user.status.clone(),
        level: found.row.risk.clone(),
        devices: active.map(|device| (device.id.clone(), device.name.clone())).collect(),
    }
}

/// The person, as the page shows them.
pub(super) fn planned(
    org: &Org,
    snapshot: SnapshotId,
    target: &Target,
    found: &PersonDetail,
) -> Result<PlannedPerson, Failure> {
    let mut shared = 0;
    for (device, _) in &target.devices {
        let row = org.cache.device_row(snapshot, device).map_err(failure::cache)?;
        shared += u32::from(row.and_then(|row| row.users).is_some_and(|users| users > 1));
    }
    let apps = logout::kept_apps(org, &target.user)?.map(|(apps, _)| {
        let count = |reach: LogoutReach| {
            let those = apps.iter().filter(|app| app.is_active() && app.reach() == reach);
            u32::try_from(those.count()).unwrap_or(u32::MAX)
        };
        LogoutReach::ALL.map(|reach| (reach, count(reach))).to_vec()
    });
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(PlannedPerson {
        user: target.user.clone(),
        name: target.name.clone(),
        login: target.login.clone(),
        status: target.status.clone(),
        level: target.level.clone(),
        sessions: number(found.sessions.iter().filter(|session| session.ended.is_none()).count()),
        devices: number(target.devices.len()),
        shared_devices: shared,
        apps,
        roles: roles(org, target)?,
    })
}

/// Admin roles, as the org told them when it was asked last.
fn roles(org: &Org, target: &Target) -> Result<Option<u32>, Failure> {
    let kept = org.cache.kept_answer(&target.user, crate::users::ROLES).map_err(failure::cache)?;
    let answer = kept.and_then(|kept| kept.answer.ok());
    let roles = answer.and_then(|answer| serde_json::from_str::<Vec<AdminRole>>(&answer).ok());
    Ok(roles.map(|roles| u32::try_from(roles.len()).unwrap_or(u32::MAX)))
}
