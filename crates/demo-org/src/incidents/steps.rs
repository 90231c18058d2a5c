//! Steps that several scripts share: what policies decide, a workflow starts, a logout everywhere leaves.

use super::scene::Scene;
use crate::apps::{self, Answer};
use crate::entity_risk;
use crate::logout::{APP_ENDED, app_answer};
use crate::system_log::record::Actor;
use serde_json::{Value, json};

/// What the entity risk policy was asked about, and its answer.
pub fn evaluate(scene: &Scene<'_>, level: &str, detection: Option<&str>) -> Option<Value> {
    let rule = scene.entity_rule(level, detection);
    let targets = vec![scene.user(), entity_risk::rule_target(rule)];
    let debug = json!({ "risk": format!("{{level={level}}}") });
    Some(scene.event(
        "policy.entity_risk.evaluate",
        "INFO",
        "Entity risk policy evaluated",
        Actor::System,
        targets,
        debug,
    ))
}

/// What it did; without an action it only says so.
pub fn act(scene: &Scene<'_>, level: &str, detection: Option<&str>) -> Option<Value> {
    let rule = scene.entity_rule(level, detection);
    let targets = vec![scene.user(), entity_risk::rule_target(rule), entity_risk::action_target(rule)];
    let debug = json!({ "risk": format!("{{level={level}}}") });
    let message = "Entity risk policy action invoked";
    Some(scene.event("policy.entity_risk.action", "INFO", message, Actor::System, targets, debug))
}

/// The flow that a rule starts, where it starts one.
pub fn flow(scene: &Scene<'_>, level: &str, detection: Option<&str>) -> Option<Value> {
    let (action, workflow) = entity_risk::action(scene.entity_rule(level, detection)?);
    let targets = vec![entity_risk::flow_target(workflow), scene.user()];
    let kind = "workflows.user.delegatedflow.run";
    (action == "RUN_WORKFLOW")
        .then(|| scene.event(kind, "INFO", "Delegated flow started", Actor::System, targets, Value::Null))
}

/// The end of the session that the incident is about.
pub fn session_end(scene: &Scene<'_>, reason: &str) -> Option<Value> {
    let debug = json!({
        "endedSessionId": scene.session(), "terminationReason": reason, "totalOidcLogoutRequests": "1",
        "totalSamlLogoutRequests": "2",
    });
    Some(scene.event(
        "user.session.end",
        "INFO",
        "User logout from Okta",
        Actor::System,
        vec![scene.user()],
        debug,
    ))
}

pub fn tokens_revoked(scene: &Scene<'_>) -> Option<Value> {
    let (kind, message) = ("app.oauth2.token.revoke.implicit.user", "Revoke all tokens of a user");
    Some(scene.event(kind, "INFO", message, Actor::System, vec![scene.user()], Value::Null))
}

/// Which apps were called.
pub fn universal_logout(scene: &Scene<'_>) -> Option<Value> {
    let debug = json!({ "appInstanceIds": apps::listed(&scene.logged_out()) });
    let (kind, message) = ("user.authentication.universal_logout", "Universal Logout triggered");
    Some(scene.event(kind, "INFO", message, Actor::System, vec![scene.user()], debug))
}

/// What the app at this place of the person's list shows of it.
pub fn app_ended<const N: usize>(scene: &Scene<'_>) -> Option<Value> {
    let apps = scene.logged_out();
    let app = *apps.get(N)?;
    let answer = apps::answer(app);
    if answer == Answer::Silent {
        return None;
    }
    let mut event = scene.event(APP_ENDED.0, "INFO", APP_ENDED.1, Actor::System, vec![], Value::Null);
    app_answer(&mut event, scene.user(), app, answer, &scene.trace());
    Some(event)
}

/// The level after a logout everywhere.
pub fn level_fell(scene: &Scene<'_>) -> Option<Value> {
    let change = json!({
        "riskLevel": "LOW", "priorRiskLevel": "HIGH", "direction": "DECREASE", "reasonCode": "UNIVERSAL_LOGOUT",
    });
    let debug = json!({ "risk": "{previousLevel=HIGH, level=LOW, reasons=Risk resolved, issuer=OKTA}", "riskChange": change });
    let (kind, message) = ("user.risk.change", "User risk level changed");
    Some(scene.event(kind, "INFO", message, Actor::System, vec![scene.user()], debug))
}

/// A detection with its texts. `risk` is the text of the debug data, `told` the structured form; either may be missing.
pub fn detect(scene: &Scene<'_>, actor: Actor, risk: Option<&str>, told: Option<Value>) -> Value {
    let mut event =
        scene.event("user.risk.detect", "WARN", "User risk detected", actor, vec![scene.user()], Value::Null);
    if let Some(risk) = risk {
        event["debugContext"]["debugData"]["risk"] = risk.into();
    }
    if let Some(told) = told {
        event["securityContext"]["risk"] = told;
    }
    event
}

/// An admin's word on a detection, as the Admin Console leaves it.
pub fn feedback(scene: &Scene<'_>, uuid: String, event_type: &str, label: &str, reason: &str) -> Value {
    let debug = json!({ "eventUuid": uuid, "eventType": event_type, "label": label, "reason": reason });
    let (kind, message) = ("analytics.feedback.provide", "Feedback provided on a detection");
    let mut event = scene.event(kind, "INFO", message, scene.admin(), vec![scene.user()], debug);
    event["client"]["ipAddress"] = "203.0.113.40".into();
    event["client"]["zone"] = "Offices".into();
    event
}
