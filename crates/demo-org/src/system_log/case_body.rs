//! The events of risk cases as JSON: detections in every shape that real ones come in, what the entity risk policy made of
//! them, and what a logout left.

use super::body::start;
use super::parts::RiskPart;
use super::record::{self, Actor};
use super::stream::Event;
use crate::apps;
use crate::catalog::{Catalog, text};
use crate::entity_risk;
use crate::http::call::Call;
use crate::ids;
use crate::logout::{APP_ENDED, app_answer};
use crate::world::risk::Case;
use serde_json::{Value, json};

pub fn risk_event(call: &Call, event: &Event, case: &Case, of: RiskPart) -> Value {
    let user = || record::user_target(&call.org, case.person);
    let seeds = &call.org.seeds;
    let (severity, message, targets) = match of {
        RiskPart::Detect => ("WARN", "User risk detected", vec![user()]),
        RiskPart::Fall => ("INFO", "User risk level changed", vec![user()]),
        RiskPart::PolicyEvaluate => {
            let rule = entity_rule(call, case);
            ("INFO", "Entity risk policy evaluated", vec![user(), entity_risk::rule_target(rule)])
        }
        RiskPart::PolicyAction => {
            let rule = entity_rule(call, case);
            let targets = vec![user(), entity_risk::rule_target(rule), entity_risk::action_target(rule)];
            ("INFO", "Entity risk policy action invoked", targets)
        }
        RiskPart::SessionEnd => ("INFO", "User logout from Okta", vec![user()]),
        RiskPart::UniversalLogout => ("INFO", "Universal Logout triggered", vec![user()]),
        RiskPart::Answer(_) => ("INFO", APP_ENDED.1, vec![]),
    };
    let mut body = start(call, event, severity, message, Actor::System, targets);
    // One trace and one transaction join what one case sets off.
    let joined =
        ids::encode(call.org.world.seed, "trc", case.number.unsigned_abs() << 1 | u64::from(case.number < 0));
    body["transaction"] = json!({ "type": "JOB", "id": joined, "detail": {} });
    body["debugContext"]["debugData"]["traceId"] = joined.clone().into();
    match of {
        RiskPart::Detect => detected(&mut body, case),
        RiskPart::Fall => fell(&mut body, case),
        RiskPart::UniversalLogout => {
            let apps = logged_out(call, seeds, case);
            body["debugContext"]["debugData"]["appInstanceIds"] = apps::listed(&apps).into();
        }
        RiskPart::Answer(place) => {
            if let Some(app) = logged_out(call, seeds, case).get(usize::from(place)) {
                app_answer(&mut body, user(), app, apps::answer(app), &joined);
            }
        }
        RiskPart::SessionEnd => {
            let debug = &mut body["debugContext"]["debugData"];
            debug["terminationReason"] = "ENTITY_RISK".into();
            if let Some(device) = call.org.world.devices_of(case.person).first() {
                let ended = record::session(&call.org, *device, case.person, event.published);
                debug["endedSessionId"] = ended.into();
            }
        }
        RiskPart::PolicyEvaluate | RiskPart::PolicyAction => {
            body["debugContext"]["debugData"]["risk"] = format!("{{level={}}}", case.level).into();
        }
    }
    body
}

fn logged_out<'c>(call: &Call, catalog: &'c Catalog, case: &Case) -> Vec<&'c Value> {
    let person = call.org.world.person(case.person, case.opened);
    apps::logged_out(catalog, &call.org.world, &person)
}

/// A detection in one of the shapes that real ones come in, by the number of the case.
fn detected(body: &mut Value, case: &Case) {
    let (level, detection) = (case.level, case.detection);
    // No list has this name.
    let name = if case.number.rem_euclid(23) == 5 { "Unusual Token Replay (Beta)" } else { detection.name };
    let (reasons, issuer) = (detection.reasons, detection.issuer);
    let text = match case.number.rem_euclid(6) {
        0 | 4 => Some(format!(
            "{{previousLevel=LOW, level={level}, detectionName={name}, reasons={reasons}, issuer={issuer}}}"
        )),
        1 => Some(format!(
            "{{issuer={issuer}, reasons={reasons}, detectionName={name}, level={level}, previousLevel=LOW}}"
        )),
        3 => Some(format!(
            "detectionName={name}, previousLevel=LOW, reasons={reasons}, level={level}, issuer={issuer}"
        )),
        5 => Some(format!("{{reasons={reasons}, level={level}}}")),
        _ => None,
    };
    let structured = json!({
        "level": level, "previousLevel": "LOW", "detectionName": name, "issuer": issuer,
        "reasons": reasons.split(", ").collect::<Vec<_>>(),
    });
    if let Some(text) = text {
        body["debugContext"]["debugData"]["risk"] = text.into();
    }
    // The text alone tells it in two of six.
    if !matches!(case.number.rem_euclid(6), 1 | 3) {
        body["securityContext"]["risk"] = structured;
    }
    if case.number.rem_euclid(6) == 2 {
        body["securityContext"]["userBehaviors"] = json!([
            { "id": "bhv-new-ip", "name": "New IP", "result": "POSITIVE" },
            { "id": "bhv-velocity", "name": "Velocity", "result": "UNKNOWN" },
        ]);
    }
    if case.number.rem_euclid(6) == 4 {
        body["debugContext"]["debugData"]["logOnlySecurityData"] =
            json!({ "risk": { "level": level }, "behaviors": { "New IP": "POSITIVE" } });
    }
}

fn fell(body: &mut Value, case: &Case) {
    let detection = case.detection;
    let (level, name, issuer) = (case.level, detection.name, detection.issuer);
    let debug = &mut body["debugContext"]["debugData"];
    debug["risk"] = format!(
        "{{previousLevel={level}, level=LOW, detectionName={name}, reasons=Risk resolved, issuer={issuer}}}"
    )
    .into();
    let change = json!({
        "riskLevel": "LOW", "priorRiskLevel": level, "direction": "DECREASE", "reasonCode": "RISK_RESOLVED",
    });
    debug["riskChange"] = if case.number % 2 == 0 { change } else { change.to_string().into() };
    body["securityContext"]["risk"] = json!({
        "level": "LOW", "previousLevel": level, "detectionName": name, "reasons": ["Risk resolved"], "issuer": issuer,
    });
}

/// The rule that took the case. Those that were not logged out came under the policy as it stood before it did that.
fn entity_rule<'c>(call: &'c Call, case: &Case) -> Option<&'c Value> {
    let rules = entity_risk::rules(&call.org.seeds).into_iter();
    let ends = |rule: &&Value| entity_risk::action(rule).0 == "TERMINATE_ALL_SESSIONS";
    let fits = |rule: &&Value| {
        let groups = &rule["conditions"]["people"]["groups"]["include"];
        let everybody = groups.as_array().is_none_or(Vec::is_empty)
            || groups[0] == ids::encode(call.org.world.seed, "00g", 1);
        everybody && [case.level, "ANY"].contains(&text(&rule["conditions"]["entityRisk"], "level"))
    };
    rules.filter(fits).find(|rule| ends(rule) == case.contained)
}
