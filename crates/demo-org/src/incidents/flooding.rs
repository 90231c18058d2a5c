//! MFA flooding: somebody who has an admin's password asks for one push after another, until the admin reports it.

use super::scene::Scene;
use super::{Beat, Change, HOUR, Role, Story, beat, s, steps};
use crate::system_log::record::Actor;
use serde_json::{Value, json};

pub const STORY: Story = Story {
    name: "mfa_flooding",
    about: "Push after push is denied by an admin, who then reports it; no rule acts on such a report",
    begins: 17 * HOUR,
    about_whom: Role::Admin,
    beats: BEATS,
};

const BRUTE_FORCE: Option<&str> = Some("BRUTE_FORCE_ATTACK");
const REPORTED: Option<&str> = Some("USER_REPORTED_SUSPICIOUS_ACTIVITY");

const BEATS: &[Beat] = &[
    beat(s(0), sent),
    beat(s(2), denied),
    beat(s(4), sent),
    beat(s(6), denied),
    beat(s(8), sent),
    beat(s(9), denied),
    beat(s(11), sent),
    beat(s(13), denied),
    beat(s(14), sent),
    beat(s(16), denied),
    beat(s(17), sent),
    beat(s(19), denied),
    beat(s(20), sent),
    beat(s(25), unanswered),
    beat(s(26), refused),
    beat(s(28), counted).with(Change::Risk("MEDIUM", "MFA brute force")),
    beat(s(28) + 400, |scene| steps::evaluate(scene, "MEDIUM", BRUTE_FORCE)),
    beat(s(28) + 700, |scene| steps::act(scene, "MEDIUM", BRUTE_FORCE)),
    beat(s(29), |scene| steps::flow(scene, "MEDIUM", BRUTE_FORCE)),
    beat(s(41), reported),
    beat(s(42), told).with(Change::Risk("HIGH", "User reported suspicious activity")),
    beat(s(42) + 400, |scene| steps::evaluate(scene, "HIGH", REPORTED)),
    beat(s(42) + 700, |scene| steps::act(scene, "HIGH", REPORTED)),
];

fn factor(scene: &Scene<'_>) -> Value {
    json!({
        "id": crate::ids::encode(scene.seed(), "opf", 1), "type": "AuthenticatorEnrollment", "alternateId": "unknown",
        "displayName": "Okta Verify push", "detailEntry": { "methodTypeUsed": "Get a push notification" },
    })
}

/// Something in the flow of signing in from elsewhere.
fn signing_in(scene: &Scene<'_>, kind: &str, message: &str, result: &str, why: Value) -> Option<Value> {
    let debug = json!({ "factor": "OKTA_VERIFY_PUSH", "risk": "reasons=Anomalous Location, Anomalous Device, level=MEDIUM" });
    let targets = vec![scene.user(), factor(scene)];
    let mut event = scene.event(kind, "INFO", message, scene.themselves(), targets, debug);
    scene.place(&mut event, &scene.elsewhere(1));
    event["outcome"] = json!({ "result": result, "reason": why });
    Some(event)
}

fn sent(scene: &Scene<'_>) -> Option<Value> {
    let kind = "system.push.send_factor_verify_push";
    signing_in(scene, kind, "Send out Okta Verify push", "SUCCESS", Value::Null)
}

fn denied(scene: &Scene<'_>) -> Option<Value> {
    let message = "User rejected Okta push verify";
    let mut event = signing_in(
        scene,
        "user.mfa.okta_verify.deny_push",
        message,
        "FAILURE",
        "User rejected Okta push verify".into(),
    )?;
    event["severity"] = "WARN".into();
    Some(event)
}

fn unanswered(scene: &Scene<'_>) -> Option<Value> {
    let (kind, message) = ("user.authentication.auth_via_mfa", "Authentication of user via MFA");
    signing_in(scene, kind, message, "UNANSWERED", "Push timed out".into())
}

fn refused(scene: &Scene<'_>) -> Option<Value> {
    let (kind, message) = ("user.session.start", "User login to Okta");
    signing_in(scene, kind, message, "FAILURE", "VERIFICATION_ERROR".into())
}

/// The form without braces, with braces inside.
fn counted(scene: &Scene<'_>) -> Option<Value> {
    let risk = "reasons=MFA brute force, {6 pushes denied, 20 seconds}, previousLevel=NONE, level=MEDIUM, \
        detectionName=Suspected brute force, issuer=OKTA";
    Some(steps::detect(scene, Actor::System, Some(risk), None))
}

fn reported(scene: &Scene<'_>) -> Option<Value> {
    let (kind, message) =
        ("user.account.report_suspicious_activity_by_enduser", "User report suspicious activity");
    let debug = json!({
        "suspiciousActivityEventType": "system.push.send_factor_verify_push", "suspiciousActivityEventIp": scene.elsewhere(1).ip,
        "suspiciousActivityEventId": scene.uuid_of(0),
    });
    Some(scene.act(kind, message, vec![scene.user()], &scene.office(), debug))
}

/// Only the structured form.
fn told(scene: &Scene<'_>) -> Option<Value> {
    let told = json!({
        "level": "HIGH", "previousLevel": "MEDIUM", "detectionName": "User Reported Suspicious Activity",
        "reasons": ["User reported suspicious activity"], "issuer": "OKTA",
    });
    Some(steps::detect(scene, scene.themselves(), None, Some(told)))
}
