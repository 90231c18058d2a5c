//! A hijacked session: an admin's cookie turns up at another address on another machine, and session protection ends it.

use super::scene::Scene;
use super::{Beat, Change, HOUR, Role, Story, beat, s, steps};
use crate::apps;
use crate::catalog::text;
use crate::system_log::record::Actor;
use serde_json::{Value, json};

pub const STORY: Story = Story {
    name: "hijacked_session",
    about: "An admin's session turns up at another address on another machine; session protection ends it",
    begins: 35 * HOUR,
    about_whom: Role::Admin,
    beats: BEATS,
};

const REASON: &str = "Associated sessionId is suspected to be hijacked";
const DETECTION: Option<&str> = Some("SESSION_INFLUENCED_USER_RISK");
/// The place of the change of context among the beats.
const CONTEXT: usize = 3;

const BEATS: &[Beat] = &[
    beat(s(0), signed_in),
    beat(s(3), allowed),
    beat(s(7), worked),
    beat(s(16), context_changed).late(s(9)),
    beat(s(16) + 350, failed).late(s(9)),
    beat(s(16) + 600, enforced).late(s(8)),
    beat(s(16) + 850, acted).late(s(8)),
    beat(s(17), ended),
    beat(s(20), detected).late(s(12)).with(Change::Risk("MEDIUM", REASON)),
    beat(s(20) + 400, |scene| steps::evaluate(scene, "MEDIUM", DETECTION)).late(s(12)),
    beat(s(20) + 700, |scene| steps::act(scene, "MEDIUM", DETECTION)).late(s(12)),
    beat(s(21), |scene| steps::flow(scene, "MEDIUM", DETECTION)).late(s(12)),
    beat(s(25), |scene| tried_again(scene, 2)),
    beat(s(31), |scene| tried_again(scene, 3)),
];

fn signed_in(scene: &Scene<'_>) -> Option<Value> {
    let debug = json!({
        "risk": "{level=LOW}", "threatSuspected": "false",
        "behaviors": "{New Geo-Location=NEGATIVE, New Device=NEGATIVE, New IP=NEGATIVE, New State=NEGATIVE, New Country=NEGATIVE, Velocity=NEGATIVE, New City=NEGATIVE}",
        "logOnlySecurityData": json!({ "risk": { "level": "LOW" }, "behaviors": { "New IP": "NEGATIVE" } }).to_string(),
    });
    Some(scene.act("user.session.start", "User login to Okta", vec![scene.user()], &scene.office(), debug))
}

fn allowed(scene: &Scene<'_>) -> Option<Value> {
    let targets = vec![scene.user(), apps::target(scene.app("saasure")?)];
    let (kind, message) = ("policy.evaluate_sign_on", "Evaluation of sign-on policy");
    let debug = json!({ "risk": "{level=LOW}", "result": "TRUSTED" });
    let mut event = scene.act(kind, message, targets, &scene.office(), debug);
    event["outcome"] =
        json!({ "result": "ALLOW", "reason": "Sign-on policy evaluation resulted in AUTHENTICATED" });
    Some(event)
}

fn worked(scene: &Scene<'_>) -> Option<Value> {
    let targets = vec![scene.user(), apps::target(scene.app("office365")?)];
    Some(scene.act(
        "user.authentication.sso",
        "User single sign on to app",
        targets,
        &scene.office(),
        Value::Null,
    ))
}

/// Everything that the new holder of the cookie shows of themselves.
fn context_changed(scene: &Scene<'_>) -> Option<Value> {
    let (before, now) = (scene.office().ip, scene.elsewhere(1));
    let signals = json!({
        "device.profile.managed": { "oldValue": true, "newValue": false },
        "device.profile.registered": { "oldValue": true, "newValue": false },
        "device.profile.osVersion": { "oldValue": scene.device().os_version, "newValue": null },
    });
    let debug = json!({
        "causes": "ipAddress.change,deviceContext.change", "previousIpAddress": before, "newIpAddress": now.ip,
        "externalSessionId": scene.session(), "changedDeviceSignals": signals.to_string(), "arePoliciesReevaluated": "true",
        "source": "OKTA_SESSION",
        "risk": "{reasons=Anomalous Device, New ASN {AS64511, hosting}, New Country, level=HIGH}",
        "behaviors": "{New Geo-Location=POSITIVE, New Device=POSITIVE, New IP=POSITIVE, New State=UNKNOWN, New Country=POSITIVE, Velocity=POSITIVE, New City=BAD_REQUEST}",
        "logOnlySecurityData": {
            "risk": { "level": "HIGH", "reasons": "Anomalous Device, New ASN" },
            "behaviors": { "New IP": "POSITIVE", "New Country": "POSITIVE", "Velocity": "POSITIVE" },
        },
        "threatSuspected": "false",
    });
    let targets = vec![scene.user(), scene.session_target(), scene.device_target()];
    let (kind, message) = ("user.session.context.change", "User session context changed");
    let mut event = scene.event(kind, "WARN", message, scene.themselves(), targets, debug);
    scene.place(&mut event, &now);
    Some(event)
}

fn failed(scene: &Scene<'_>) -> Option<Value> {
    let app = scene.app("saasure")?;
    let rule = scene.catalog().rules.all().find(|rule| rule["policyId"] == app["policy"])?;
    let detail = json!({
        "appInstanceIds": [app["id"]], "matchedRuleId": rule["id"], "matchedRuleDisplayName": rule["name"],
        "matchedRuleAction": "DENY", "matchedRuleAssuranceMet": "false", "policyType": "APP_SIGN_ON",
        "matchedGlobalSessionPolicyRuleId": null, "matchedGlobalSessionPolicyRuleDisplayName": null,
    });
    let evaluation = json!({
        "id": rule["policyId"], "type": "PolicyEvaluation", "alternateId": "unknown", "displayName": "Policy evaluation", "detailEntry": detail,
    });
    let debug = json!({
        "caeEnforceMode": "true", "postAuthEnforceMode": "ENFORCED_WITH_ACTION", "serverStatus": "OK",
        "triggerEventId": scene.uuid_of(CONTEXT), "risk": "{level=HIGH}",
    });
    let targets = vec![scene.user(), evaluation];
    let (kind, message) = ("policy.auth_reevaluate.fail", "Policy re-evaluation found a violation");
    let mut event = scene.event(kind, "WARN", message, scene.themselves(), targets, debug);
    scene.place(&mut event, &scene.elsewhere(1));
    event["outcome"] =
        json!({ "result": "DENY", "reason": "The session no longer meets the sign-in policy" });
    Some(event)
}

fn enforced(scene: &Scene<'_>) -> Option<Value> {
    let rule = scene.rule("POST_AUTH_SESSION")?;
    let detail = json!({
        "ruleAction": "TERMINATE_SESSION", "workflowId": null, "singleLogOutEnabled": "false",
        "singleLogOutSelectionMode": "NONE", "singleLogOutAppInstanceIds": null, "policyId": rule["policyId"],
    });
    let target = json!({
        "id": rule["id"], "type": "Rule", "alternateId": "unknown", "displayName": rule["name"], "detailEntry": detail,
    });
    let (kind, message) = ("policy.auth_reevaluate.enforce", "Session protection policy evaluated");
    let debug =
        json!({ "triggerEventId": scene.uuid_of(CONTEXT), "postAuthEnforceMode": "ENFORCED_WITH_ACTION" });
    Some(scene.event(kind, "INFO", message, Actor::System, vec![scene.user(), target], debug))
}

fn acted(scene: &Scene<'_>) -> Option<Value> {
    let mut event = enforced(scene)?;
    let rule = scene.rule("POST_AUTH_SESSION")?;
    event["eventType"] = "policy.auth_reevaluate.action".into();
    event["displayMessage"] = "Session protection policy action carried out".into();
    let action = json!({
        "id": text(rule, "policyId"), "type": "PolicyAction", "alternateId": "unknown", "displayName": "TERMINATE_SESSION",
        "detailEntry": {
            "policyAction": "TERMINATE_SESSION", "policyWorkflowId": null, "policySingleLogOutEnabled": "false",
            "policySingleLogOutSelectionMode": "NONE",
        },
    });
    if let Value::Array(targets) = &mut event["target"] {
        targets.push(action);
    }
    Some(event)
}

fn ended(scene: &Scene<'_>) -> Option<Value> {
    steps::session_end(scene, "POST_AUTH_SESSION_POLICY")
}

fn detected(scene: &Scene<'_>) -> Option<Value> {
    let risk = format!(
        "{{previousLevel=LOW, level=MEDIUM, detectionName=Session Influenced User Risk, reasons={REASON}, issuer=OKTA}}"
    );
    let told = json!({
        "level": "MEDIUM", "previousLevel": "LOW", "detectionName": "Suspected Session Hijacking",
        "reasons": [REASON, "New ASN {AS64511, hosting}", "Anomalous Device"], "issuer": "OKTA",
    });
    let mut event = steps::detect(scene, Actor::System, Some(&risk), Some(told));
    let behaviour = |n: u64, name: &str, result: &str| json!({ "id": crate::ids::encode(scene.seed(), "bhv", n), "name": name, "result": result });
    event["securityContext"]["userBehaviors"] = json!([
        behaviour(1, "New IP", "POSITIVE"),
        behaviour(2, "New Country", "POSITIVE"),
        behaviour(3, "Velocity", "POSITIVE"),
        behaviour(4, "New City", "BAD_REQUEST"),
    ]);
    event["authenticationContext"]["externalSessionId"] = scene.session().into();
    Some(event)
}

/// The cookie is shown again, each time with another device token, and meets a closed door.
fn tried_again(scene: &Scene<'_>, cookie: u64) -> Option<Value> {
    let app = scene.app("office365")?;
    let rules = scene.catalog().rules.all().filter(|rule| rule["policyId"] == app["policy"]);
    let last = rules.max_by_key(|rule| rule["priority"].as_i64())?;
    let rule = json!({
        "id": last["id"], "type": "Rule", "alternateId": "unknown", "displayName": last["name"],
        "detailEntry": { "policyId": last["policyId"], "policyType": "ACCESS_POLICY" },
    });
    let targets = vec![scene.user(), apps::target(app), rule];
    let debug = json!({ "risk": "reasons=Anomalous Location, Anomalous Device, level=HIGH", "result": "NOT_VERIFIED" });
    let (kind, message) = ("policy.evaluate_sign_on", "Evaluation of sign-on policy");
    let mut event = scene.event(kind, "INFO", message, scene.themselves(), targets, debug);
    scene.place(&mut event, &scene.elsewhere(cookie));
    event["outcome"] = json!({ "result": "DENY", "reason": "Sign-on policy evaluation resulted in DENY" });
    Some(event)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_change_of_context_is_where_others_look_for_it() {
        assert!(
            super::BEATS[super::CONTEXT].at == super::s(16)
                && super::BEATS[super::CONTEXT].late == super::s(9)
        );
    }
}
