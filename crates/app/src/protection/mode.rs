//! Whether session protection monitors or enforces: by the last change that the log tells, or else by what the newest violation
//! says, or else by what the policies would do.

use crate::{failure, org::Org, triage::events};
use contract::{
    Failure,
    protection::{ModeChange, ProtectionMode},
};
use domain::{SnapshotId, Timestamp};

const EVER: Timestamp = Timestamp(i64::MIN);

pub(super) fn mode(org: &Org, at: SnapshotId) -> Result<ProtectionMode, Failure> {
    let changes = changes(org, at)?;
    let violations = org.cache.risk_events(at, &[events::VIOLATION], EVER).map_err(failure::cache)?;
    let told = match violations.last() {
        Some(newest) => told_by(org, at, &newest.uuid)?.map(|mode| (newest.published, mode)),
        None => None,
    };
    // A violation after the last change says more than the change.
    let changed = changes.iter().find_map(|change| Some((change.at, change.to.clone()?)));
    let (now, because) = match (changed, told) {
        (Some((changed, mode)), Some((at, _))) if changed >= at => (Some(name(&mode)), CHANGED.to_owned()),
        (Some((_, mode)), None) => (Some(name(&mode)), CHANGED.to_owned()),
        (_, Some((_, mode))) => (Some(name(&mode)), TOLD.to_owned()),
        (None, None) => (None, SILENT.to_owned()),
    };
    Ok(ProtectionMode { now, because, changes })
}

const CHANGED: &str = "The last change that the log tells says so.";
const TOLD: &str = "The newest violation in the log says so.";
const SILENT: &str =
    "Neither a change nor a violation is in the log that is kept here, and no API tells the mode.";

fn changes(org: &Org, at: SnapshotId) -> Result<Vec<ModeChange>, Failure> {
    let told = org.cache.risk_events(at, &[events::MODE], EVER).map_err(failure::cache)?;
    let change = |event: cache::RiskEvent| {
        let raw = org.cache.raw_event(at, &event.uuid).map_err(failure::cache)?.unwrap_or_default();
        let (from, to) = okta_client::read_mode_change(&raw);
        let by = event.actor.map(String::from);
        Ok(ModeChange { at: event.published, from, to, by, uuid: event.uuid.into() })
    };
    told.into_iter().rev().map(change).collect()
}

/// What an event of a violation says of the mode.
fn told_by(org: &Org, at: SnapshotId, uuid: &str) -> Result<Option<String>, Failure> {
    let Some(raw) = org.cache.raw_event(at, uuid).map_err(failure::cache)? else { return Ok(None) };
    let value = |name: &str| okta_client::debug_value(&raw, name);
    let enforced = || {
        let said = value("cae_enforce_mode")?;
        Some(if said == "true" { "ENFORCED" } else { "LOG" }.to_owned())
    };
    Ok(value("post_auth_enforce_mode").or_else(enforced))
}

/// The name of today; the log's values are older.
fn name(mode: &str) -> String {
    match mode.to_ascii_uppercase().as_str() {
        "LOG" | "MONITOR" | "MONITORING" => "Monitoring".to_owned(),
        "ENFORCED" | "ENFORCED_WITH_ACTION" | "ENFORCE" => "Enforced".to_owned(),
        _ => mode.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_values_have_todays_names_and_unknown_ones_their_own() {
        assert_eq!(name("LOG"), "Monitoring");
        assert_eq!(name("Enforced_With_Action"), "Enforced");
        assert_eq!(name("ASLEEP"), "ASLEEP");
    }
}
