//! In which lane of a person's time axis an event stands. By families of types: one that nobody knows yet falls into its
//! family, or into the last lane.

use crate::Lane;

/// The lane of an event of this type. `by_somebody_else` says that another person did it.
pub fn lane_of(event_type: &str, by_somebody_else: bool) -> Lane {
    let is = |families: &[&str]| families.iter().any(|family| event_type.starts_with(family));
    if is(LOGOUT) {
        return Lane::Logout;
    }
    if is(ENTITY) {
        return Lane::Entity;
    }
    if is(SESSION) {
        return Lane::Session;
    }
    if is(ADMIN) {
        return Lane::Admin;
    }
    if is(DEVICE) {
        return Lane::Device;
    }
    match by_somebody_else {
        true => Lane::Admin,
        false if is(LOGIN) => Lane::Login,
        false => Lane::Other,
    }
}

const LOGOUT: &[&str] = &[
    "user.authentication.universal_logout",
    "user.authentication.slo",
    "user.session.universal_logout",
    "user.session.clear",
    "user.session.end",
    "user.session.expire",
    "device.desktop_mfa.device_logout.",
    "app.oauth2.token.revoke",
];
const ENTITY: &[&str] = &[
    "user.risk.",
    "policy.entity_risk.",
    "security.events.provider.receive_event",
    "security.breached_credential.",
    "user.account.report_suspicious_activity",
    "analytics.feedback.",
];
const SESSION: &[&str] =
    &["user.session.context.", "policy.auth_reevaluate.", "policy.continuous_access.", "security.session."];
/// What decides about people: nothing is evaluated again when it changes, so the axis has to show it.
const ADMIN: &[&str] = &[
    "policy.rule.",
    "policy.lifecycle.",
    "zone.",
    "security.session_protection.",
    "security.events.provider.",
    "device.platform.",
    "device.assurance.",
    "device.posture.",
    "device.integration.",
];
const DEVICE: &[&str] = &["device.", "user.device_session."];
const LOGIN: &[&str] = &[
    "user.session.start",
    "user.session.access_admin_app",
    "user.session.impersonation",
    "user.authentication.",
    "user.mfa.",
    "user.account.lock",
    "policy.evaluate_sign_on",
    "security.threat.",
    "app.oauth2.signon",
    "system.push.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stands_in_the_lane_of_its_family() {
        let check = |kind: &str, other: bool, lane: Lane| assert_eq!(lane_of(kind, other), lane, "{kind}");
        check("user.risk.detect", false, Lane::Entity);
        check("policy.entity_risk.action", false, Lane::Entity);
        check("user.session.context.change", false, Lane::Session);
        check("policy.auth_reevaluate.fail", false, Lane::Session);
        check("user.session.start", false, Lane::Login);
        check("user.authentication.auth_via_mfa", false, Lane::Login);
        check("user.authentication.universal_logout.scheduled", true, Lane::Logout);
        check("user.session.clear", true, Lane::Logout);
        check("user.session.universal_logout", false, Lane::Logout);
        check("device.desktop_mfa.device_logout.started", false, Lane::Logout);
        check("device.lifecycle.suspend", true, Lane::Device);
        check("device.assurance.policy.update", true, Lane::Admin);
        check("policy.rule.update", true, Lane::Admin);
        check("user.lifecycle.suspend", true, Lane::Admin);
        check("user.mfa.factor.deactivate", true, Lane::Admin);
        check("user.mfa.factor.deactivate", false, Lane::Login);
        check("nobody.knows.this", false, Lane::Other);
        check("device.frozen_by_a_later_release", false, Lane::Device);
    }
}
