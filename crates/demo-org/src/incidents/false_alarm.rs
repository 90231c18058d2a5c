//! A false alarm: somebody switches on the VPN, whose gateway is declared in a zone that nothing exempts. An admin says so
//! some hours later.

use super::scene::{From, Scene};
use super::{Beat, Change, HOUR, Role, Story, beat, s, steps};
use crate::system_log::record::Actor;
use serde_json::{Value, json};

pub const STORY: Story = Story {
    name: "vpn_false_alarm",
    about: "A change to the VPN looks like a hijacked session, because its gateway is declared in the wrong zone",
    begins: 57 * HOUR,
    about_whom: Role::Person,
    beats: BEATS,
};

const DETECTION: Option<&str> = Some("SESSION_INFLUENCED_USER_RISK");
const REASON: &str = "Associated sessionId is suspected to be hijacked";
const CONTEXT: usize = 1;
const DETECTED: usize = 3;

const BEATS: &[Beat] = &[
    beat(s(0), signed_in),
    beat(s(14), address_changed).late(s(6)),
    beat(s(14) + 400, failed).late(s(6)),
    beat(s(18), detected).late(s(8)).with(Change::Risk("MEDIUM", REASON)),
    beat(s(18) + 400, |scene| steps::evaluate(scene, "MEDIUM", DETECTION)).late(s(8)),
    beat(s(18) + 700, |scene| steps::act(scene, "MEDIUM", DETECTION)).late(s(8)),
    beat(s(19), |scene| steps::flow(scene, "MEDIUM", DETECTION)).late(s(8)),
    beat(3 * HOUR, judged),
    beat(3 * HOUR + s(20), judged_too),
    beat(3 * HOUR + s(25), fell).with(Change::Risk("LOW", "Risk resolved")),
];

/// At home, before the VPN.
fn home(scene: &Scene<'_>) -> From {
    From::new(format!("192.0.2.{}", 60 + scene.dice().below(22, 40)), "null", 1)
}

/// Through the VPN: the last hop is a gateway of the zone `Retired data centre`, which no rule names.
fn tunnelled(scene: &Scene<'_>) -> From {
    let ip = format!("198.51.100.{}", 66 + scene.dice().below(23, 8));
    let chain = vec![home(scene).ip, "198.51.100.34".to_owned()];
    From::new(ip, "Retired data centre", 1).through(chain)
}

fn signed_in(scene: &Scene<'_>) -> Option<Value> {
    let debug = json!({ "risk": "{level=LOW}", "threatSuspected": "false" });
    Some(scene.act("user.session.start", "User login to Okta", vec![scene.user()], &home(scene), debug))
}

/// What is only for the log comes as text here.
fn address_changed(scene: &Scene<'_>) -> Option<Value> {
    let (before, now) = (home(scene).ip, tunnelled(scene));
    let only = json!({ "risk": { "level": "MEDIUM" }, "behaviors": { "New IP": "POSITIVE", "New City": "UNKNOWN" } });
    let debug = json!({
        "causes": "ipAddress.change", "previousIpAddress": before, "newIpAddress": now.ip,
        "externalSessionId": scene.session(), "arePoliciesReevaluated": "true", "source": "OKTA_VERIFY",
        "risk": "{reasons=New IP, New ASN, level=MEDIUM}", "logOnlySecurityData": only.to_string(), "tunnels": "[]",
        "proxyType": "null",
    });
    let targets = vec![scene.user(), scene.session_target(), scene.device_target()];
    let (kind, message) = ("user.session.context.change", "User session context changed");
    let mut event = scene.event(kind, "INFO", message, Actor::System, targets, debug);
    scene.place(&mut event, &now);
    Some(event)
}

fn failed(scene: &Scene<'_>) -> Option<Value> {
    let rule = scene.rule("ACCESS_POLICY")?;
    let evaluation = json!({
        "id": rule["policyId"], "type": "PolicyEvaluation", "alternateId": "unknown", "displayName": "Policy evaluation",
        "detailEntry": {
            "appInstanceIds": [scene.app("office365")?["id"]], "matchedRuleId": rule["id"], "matchedRuleDisplayName": rule["name"],
            "matchedRuleAction": "CHALLENGE", "matchedRuleAssuranceMet": "false", "policyType": "APP_SIGN_ON",
        },
    });
    // The rule that enforces was still being tried out for such violations.
    let debug = json!({
        "caeEnforceMode": "false", "postAuthEnforceMode": "LOG", "serverStatus": "OK", "triggerEventId": scene.uuid_of(CONTEXT),
    });
    let (kind, message) = ("policy.auth_reevaluate.fail", "Policy re-evaluation found a violation");
    let mut event = scene.event(kind, "WARN", message, Actor::System, vec![scene.user(), evaluation], debug);
    scene.place(&mut event, &tunnelled(scene));
    event["outcome"] =
        json!({ "result": "CHALLENGE", "reason": "Assurance of the sign-in policy is no longer met" });
    Some(event)
}

/// The brace form beside a structured one whose reasons are a list.
fn detected(scene: &Scene<'_>) -> Option<Value> {
    let told = json!({
        "level": "MEDIUM", "previousLevel": "NONE", "detectionName": "Session Influenced User Risk",
        "reasons": [REASON, "New IP, New ASN"], "issuer": "OKTA",
    });
    let mut event =
        steps::detect(scene, Actor::System, Some("{reasons=New IP, New ASN, level=MEDIUM}"), Some(told));
    event["authenticationContext"]["externalSessionId"] = scene.session().into();
    Some(event)
}

const WHY: &str = "Known VPN, the gateway is declared in another zone";

fn judged(scene: &Scene<'_>) -> Option<Value> {
    Some(steps::feedback(scene, scene.uuid_of(DETECTED), "user.risk.detect", "false_positive", WHY))
}

fn judged_too(scene: &Scene<'_>) -> Option<Value> {
    let kind = "user.session.context.change";
    Some(steps::feedback(scene, scene.uuid_of(CONTEXT), kind, "false_positive", WHY))
}

fn fell(scene: &Scene<'_>) -> Option<Value> {
    let change = json!({
        "riskLevel": "LOW", "priorRiskLevel": "MEDIUM", "direction": "DECREASE", "reasonCode": "ADMIN_FEEDBACK",
    });
    let debug = json!({ "risk": "{previousLevel=MEDIUM, level=LOW, reasons=Risk resolved}", "riskChange": change.to_string() });
    let (kind, message) = ("user.risk.change", "User risk level changed");
    Some(scene.event(kind, "INFO", message, Actor::System, vec![scene.user()], debug))
}
