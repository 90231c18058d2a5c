//! What no list has: a detection without a known name, an event of a type that nobody has heard of, one that comes very
//! late, two that differ in nothing but their identity.

use super::scene::Scene;
use super::{Beat, Change, HOUR, Role, Story, beat, s, steps};
use crate::system_log::record::Actor;
use serde_json::{Value, json};

pub const STORY: Story = Story {
    name: "unknown_detection",
    about: "A detection and an event that no list has, a very late event and one that comes twice",
    begins: 46 * HOUR,
    about_whom: Role::Person,
    beats: BEATS,
};

const REASON: &str = "Token replay by an agent {model, tool}, level of trust = unknown";

const BEATS: &[Beat] = &[
    beat(s(0), detected).with(Change::Risk("MEDIUM", REASON)),
    beat(400, |scene| steps::evaluate(scene, "MEDIUM", None)),
    beat(700, |scene| steps::act(scene, "MEDIUM", None)),
    beat(s(1), |scene| steps::flow(scene, "MEDIUM", None)),
    beat(s(2), unheard_of),
    // Long after everything else of its time.
    beat(s(3), expired).late(s(270)),
    beat(s(6), roaming),
    beat(s(6), roaming),
    beat(26 * HOUR, fell).with(Change::Risk("LOW", "Risk resolved")),
];

fn detected(scene: &Scene<'_>) -> Option<Value> {
    let risk = format!(
        "{{previousLevel=LOW, level=MEDIUM, detectionName=Impossible Agent Behaviour (Preview), reasons={REASON}, issuer=OKTA}}"
    );
    Some(steps::detect(scene, Actor::System, Some(&risk), None))
}

fn unheard_of(scene: &Scene<'_>) -> Option<Value> {
    let debug = json!({
        "risk": { "level": "MEDIUM", "score": 0.73 }, "agentChain": ["planner", null, { "tool": "mail" }], "AGENT_ID": 7,
    });
    let target = json!({
        "id": "agt-7", "type": "AIAgent", "alternateId": null, "displayName": "Mail {helper}, beta", "detailEntry": null,
    });
    let kind = "user.agent_identity.anomaly.observe";
    Some(scene.event(
        kind,
        "DEBUG",
        "Agent anomaly observed",
        Actor::System,
        vec![scene.user(), target],
        debug,
    ))
}

fn expired(scene: &Scene<'_>) -> Option<Value> {
    let debug = json!({ "sessionRevocation": "IDLE_TIMEOUT", "externalSessionId": scene.session() });
    let (kind, message) = ("user.session.expire", "Expire user session");
    let mut event = scene.event(kind, "INFO", message, Actor::System, vec![scene.user()], debug);
    event["authenticationContext"]["externalSessionId"] = scene.session().into();
    Some(event)
}

fn roaming(scene: &Scene<'_>) -> Option<Value> {
    let (kind, message) = ("security.session.detect_client_roaming", "Session roaming detected");
    Some(scene.act(kind, message, vec![scene.user()], &scene.office(), Value::Null))
}

fn fell(scene: &Scene<'_>) -> Option<Value> {
    let change = json!({
        "riskLevel": "LOW", "priorRiskLevel": "MEDIUM", "direction": "DECREASE", "reasonCode": "AGED",
    });
    let debug =
        json!({ "risk": "{previousLevel=MEDIUM, level=LOW, reasons=Risk resolved}", "riskChange": change });
    let (kind, message) = ("user.risk.change", "User risk level changed");
    Some(scene.event(kind, "INFO", message, Actor::System, vec![scene.user()], debug))
}
