//! Events as JSON, with the quirks of real ones: booleans as text in debug data, data in braces, JSON in strings, nulls.

use super::parts::{DevicePart, Outcome, RiskPart, What};
use super::record::{self, Actor};
use super::stream::Event;
use crate::catalog::text;
use crate::http::call::Call;
use crate::ids;
use crate::seeded::{Dice, mix};
use crate::time::Time;
use crate::world::drift::Incident;
use crate::world::person::Change;
use crate::world::risk::Case;
use crate::world::set_up::SetUp;
use serde_json::{Value, json};

/// The type, when it is known without making the event.
pub fn event_type(what: &What) -> Option<&'static str> {
    Some(match what {
        What::Device { of, .. } => match of {
            DevicePart::SignOn(_) => "policy.evaluate_sign_on",
            DevicePart::SessionStart => "user.session.start",
            DevicePart::Sso => "user.authentication.sso",
            DevicePart::ContextChange { .. } => "user.session.context.change",
            DevicePart::Suspend => "device.lifecycle.suspend",
            DevicePart::Unsuspend => "device.lifecycle.unsuspend",
            DevicePart::UserRemove => "device.user.remove",
            DevicePart::UserAdd => "device.user.add",
            DevicePart::Deactivate => "device.lifecycle.deactivate",
            DevicePart::Delete => "device.lifecycle.delete",
            DevicePart::Enroll => "device.enrollment.create",
        },
        What::Account { change, .. } => match change {
            Change::Profile => "user.account.update_profile",
            Change::Suspended => "user.lifecycle.suspend",
            Change::Unsuspended => "user.lifecycle.unsuspend",
        },
        What::Risk { of, .. } => match of {
            RiskPart::Detect => "user.risk.detect",
            RiskPart::PolicyEvaluate => "policy.entity_risk.evaluate",
            RiskPart::PolicyAction => "policy.entity_risk.action",
            RiskPart::SessionEnd => "user.session.end",
            RiskPart::UniversalLogout => "user.authentication.universal_logout",
            RiskPart::Fall => "user.risk.change",
        },
        What::Platform(change) => change.event_type,
        What::Written(_) => return None,
    })
}

/// The whole event.
pub fn event(call: &Call, event: &Event) -> Value {
    match &event.what {
        What::Written(body) => body.clone(),
        What::Device { device, moment, of } => device_event(call, event, *device, *moment, *of),
        What::Account { person, change } => account_event(call, event, *person, *change),
        What::Risk { case, of } => risk_event(call, event, case, *of),
        What::Platform(change) => platform_event(call, event, change),
    }
}

fn dice(call: &Call, event: &Event) -> Dice {
    let (rank, thing, part) = event.tie;
    Dice::new(
        call.org.world.seed ^ mix(thing),
        u64::from(rank) << 8 | u64::from(part),
        event.published.0 as u64,
    )
}

/// An event of the world: `kind` is known, the rest is filled in.
fn start(
    call: &Call,
    event: &Event,
    severity: &str,
    message: &str,
    actor: Actor,
    targets: Vec<Value>,
) -> Value {
    let kind = event_type(&event.what).unwrap_or_default();
    let dice = dice(call, event);
    record::envelope(call.org.world.seed, dice, event.published, kind, severity, message, actor, targets)
}

fn device_event(call: &Call, event: &Event, index: u64, moment: Time, of: DevicePart) -> Value {
    let world = &call.org.world;
    let dice = dice(call, event);
    // A renewal shows the old enrolment going and the new one coming.
    let seen_at =
        if matches!(of, DevicePart::Deactivate | DevicePart::Delete) { Time(moment.0 - 1) } else { moment };
    let device = world.device(index, seen_at);
    let people = world.people_of(index);
    let person = if people.is_empty() { world.owner_of(index) } else { *dice.pick(3, &people) };
    let user = || record::user_target(call, person);
    let thing = record::device_target(call, &device);
    let person_acts = || Actor::Person(record::person(call, person));
    let (severity, message, actor, mut targets) = match of {
        DevicePart::SignOn(_) => ("INFO", "Evaluation of sign-on policy", person_acts(), vec![]),
        DevicePart::SessionStart => ("INFO", "User login to Okta", person_acts(), vec![user()]),
        DevicePart::Sso => ("INFO", "User single sign on to app", person_acts(), vec![]),
        DevicePart::ContextChange { .. } => {
            ("INFO", "User session context changed", Actor::System, vec![user(), thing])
        }
        DevicePart::Suspend => ("INFO", "Suspend device", Actor::Person(record::admin(call)), vec![thing]),
        DevicePart::Unsuspend => {
            ("INFO", "Unsuspend device", Actor::Person(record::admin(call)), vec![thing])
        }
        DevicePart::Deactivate => ("INFO", "Deactivate device", person_acts(), vec![thing]),
        DevicePart::Delete => ("INFO", "Delete device", person_acts(), vec![thing]),
        DevicePart::UserRemove => ("INFO", "Remove user from device", person_acts(), vec![thing, user()]),
        DevicePart::UserAdd => ("INFO", "Add user to device", person_acts(), vec![thing, user()]),
        DevicePart::Enroll => ("INFO", "Device enrolled in Okta Verify", person_acts(), vec![thing]),
    };
    if matches!(of, DevicePart::SignOn(_) | DevicePart::Sso) {
        targets = app_targets(call, dice, of);
    }
    let mut body = start(call, event, severity, message, actor, targets);
    record::from_client(&mut body, dice, world.culture_of(person), device.platform);
    if !matches!(of, DevicePart::Suspend | DevicePart::Unsuspend) {
        body["authenticationContext"]["externalSessionId"] =
            record::session(call, index, person, moment).into();
    }
    if !matches!(of, DevicePart::Suspend | DevicePart::Unsuspend) {
        let position = people.iter().position(|p| *p == person).unwrap_or(0);
        body["device"] = record::device_context(call, &device, position);
    }
    match of {
        DevicePart::SignOn(outcome) => {
            let (result, reason) = match outcome {
                Outcome::Allow => ("ALLOW", "Sign-on policy evaluation resulted in AUTHENTICATED"),
                Outcome::Challenge => ("CHALLENGE", "Sign-on policy evaluation resulted in CHALLENGE"),
                Outcome::Deny => ("DENY", "Sign-on policy evaluation resulted in DENY"),
            };
            body["outcome"] = json!({ "result": result, "reason": reason });
            login_risk(&mut body, dice, if outcome == Outcome::Deny { "MEDIUM" } else { "LOW" });
            let managed = body["device"]["managed"] == true;
            body["debugContext"]["debugData"]["result"] = record::proof(&device, managed).into();
        }
        DevicePart::SessionStart => login_risk(&mut body, dice, "LOW"),
        DevicePart::ContextChange { incident, begins } => context_change(&mut body, incident, begins),
        _ => {}
    }
    body
}

/// User, app and the rule that matched.
fn app_targets(call: &Call, dice: Dice, of: DevicePart) -> Vec<Value> {
    let catalog = call.org.catalog();
    let apps: Vec<&Value> = catalog.apps.all().filter(|app| !app["signOnMode"].is_null()).collect();
    if apps.is_empty() {
        return Vec::new();
    }
    let app = *dice.pick(5, &apps);
    let mut targets = vec![json!({
        "id": app["id"], "type": "AppInstance", "alternateId": app["label"], "displayName": app["label"],
        "detailEntry": { "signOnModeType": app["signOnMode"] },
    })];
    if let DevicePart::SignOn(outcome) = of {
        let policy = catalog.policies.get(text(app, "policy")).ok();
        let mut rules: Vec<&Value> =
            catalog.rules.all().filter(|rule| rule["policyId"] == app["policy"]).collect();
        rules.sort_by_key(|rule| rule["priority"].as_i64());
        let rule =
            if outcome == Outcome::Deny { rules.last() } else { rules.get(rules.len().saturating_sub(2)) };
        if let (Some(rule), Some(policy)) = (rule, policy) {
            targets.push(json!({
                "id": rule["id"], "type": "Rule", "alternateId": "unknown", "displayName": rule["name"],
                "detailEntry": {
                    "policyId": policy["id"], "policyName": policy["name"], "policyRuleFactorMode":
                    rule["actions"]["appSignOn"]["verificationMethod"]["factorMode"], "policyType": "ACCESS_POLICY",
                },
            }));
        }
    }
    targets
}

/// Login risk and behaviours as real events carry them.
fn login_risk(body: &mut Value, dice: Dice, level: &str) {
    let new = if level == "LOW" { "NEGATIVE" } else { "POSITIVE" };
    let debug = &mut body["debugContext"]["debugData"];
    debug["risk"] = match (level, dice.below(9, 2)) {
        ("LOW", _) => "{level=LOW}".into(),
        (_, 0) => format!("{{reasons=New ASN, New City, level={level}}}").into(),
        (_, _) => format!("reasons=Anomalous Location, Anomalous Device, level={level}").into(),
    };
    debug["behaviors"] = format!(
        "{{New Geo-Location={new}, New Device=NEGATIVE, New IP={new}, New State=NEGATIVE, New Country=NEGATIVE, Velocity=NEGATIVE, New City={new}}}"
    )
    .into();
    let security = json!({ "risk": { "level": level }, "behaviors": { "New IP": new, "New City": new } });
    debug["logOnlySecurityData"] = security.to_string().into();
    debug["threatSuspected"] = "false".into();
}

fn context_change(body: &mut Value, incident: Incident, begins: bool) {
    let (signal, healthy, sick) = match incident {
        Incident::EncryptionLost => {
            ("device.profile.diskEncryptionType", json!("ALL_INTERNAL_VOLUMES"), json!("NONE"))
        }
        Incident::ScreenLockLost => ("device.assurance.screenLockType", json!("BIOMETRIC"), json!("NONE")),
        Incident::Jailbroken => ("device.profile.integrityJailbreak", json!(false), json!(true)),
        _ => ("device.profile.managed", json!(true), json!(false)),
    };
    let (old, new) = if begins { (healthy, sick) } else { (sick, healthy) };
    let change = json!({ signal: { "oldValue": old, "newValue": new } });
    let debug = &mut body["debugContext"]["debugData"];
    debug["changedDeviceSignals"] = change.to_string().into();
    debug["causes"] = "deviceContext.change".into();
    debug["arePoliciesReevaluated"] = "true".into();
    debug["source"] = "OKTA_VERIFY".into();
}

/// Field names as the catalogue has them; there is no public sample of such an event.
fn platform_event(call: &Call, event: &Event, change: &SetUp) -> Value {
    let platform = change.platform.log_name();
    let target = json!({
        "id": ids::encode(call.org.world.seed, "dpl", change.number.unsigned_abs() % 4), "type": "DevicePlatform",
        "alternateId": null, "displayName": platform, "detailEntry": { "platform": platform, "provider": "WORKSPACE_ONE" },
    });
    let mut body =
        start(call, event, "INFO", change.message, Actor::Person(record::admin(call)), vec![target]);
    body["debugContext"]["debugData"]["platform"] = platform.into();
    body
}

fn account_event(call: &Call, event: &Event, person: u64, change: Change) -> Value {
    let message = match change {
        Change::Profile => "Update user profile for Okta",
        Change::Suspended => "Suspend Okta user",
        Change::Unsuspended => "Unsuspend Okta user",
    };
    let targets = vec![record::user_target(call, person)];
    start(call, event, "INFO", message, Actor::Person(record::admin(call)), targets)
}

fn risk_event(call: &Call, event: &Event, case: &Case, of: RiskPart) -> Value {
    let user = record::user_target(call, case.person);
    let detection = case.detection;
    let (severity, message, targets) = match of {
        RiskPart::Detect => ("WARN", "User risk detected", vec![user]),
        RiskPart::Fall => ("INFO", "User risk level changed", vec![user]),
        RiskPart::PolicyEvaluate => {
            ("INFO", "Entity risk policy evaluated", vec![user, entity_rule(call, case)])
        }
        RiskPart::PolicyAction => {
            ("INFO", "Entity risk policy action invoked", vec![user, entity_rule(call, case)])
        }
        RiskPart::SessionEnd => ("INFO", "User logout from Okta", vec![user]),
        RiskPart::UniversalLogout => ("INFO", "Universal Logout triggered", vec![user]),
    };
    let mut body = start(call, event, severity, message, Actor::System, targets);
    // One trace and one transaction join what one case sets off.
    let joined =
        ids::encode(call.org.world.seed, "trc", case.number.unsigned_abs() << 1 | u64::from(case.number < 0));
    body["transaction"] = json!({ "type": "JOB", "id": joined, "detail": {} });
    let debug = &mut body["debugContext"]["debugData"];
    debug["traceId"] = joined.into();
    let (level, previous) = if of == RiskPart::Fall { ("LOW", case.level) } else { (case.level, "LOW") };
    match of {
        RiskPart::Detect | RiskPart::Fall => {
            let reasons = if of == RiskPart::Fall { "Risk resolved" } else { detection.reasons };
            debug["risk"] = format!(
                "{{previousLevel={previous}, level={level}, detectionName={}, reasons={reasons}, issuer={}}}",
                detection.name, detection.issuer
            )
            .into();
            body["securityContext"]["risk"] = json!({
                "level": level, "previousLevel": previous, "detectionName": detection.name,
                "reasons": [reasons], "issuer": detection.issuer,
            });
        }
        RiskPart::UniversalLogout => {
            let catalog = call.org.catalog();
            debug["appInstanceIds"] = record::enabled_for_logout(&catalog).join(",").into();
        }
        RiskPart::SessionEnd => {
            debug["terminationReason"] = "ENTITY_RISK".into();
            if let Some(device) = call.org.world.devices_of(case.person).first() {
                let ended = record::session(call, *device, case.person, event.published);
                debug["endedSessionId"] = ended.into();
            }
        }
        _ => debug["risk"] = format!("{{level={level}}}").into(),
    }
    body
}

fn entity_rule(call: &Call, case: &Case) -> Value {
    let catalog = call.org.catalog();
    let rules = catalog.rules.all().filter(|rule| rule["type"] == "ENTITY_RISK");
    let rule = rules
        .filter(|rule| case.contained || rule["conditions"]["entityRisk"]["level"] != "HIGH")
        .find(|rule| [case.level, "ANY"].contains(&text(&rule["conditions"]["entityRisk"], "level")));
    let action =
        rule.map(|rule| rule["actions"]["entityRisk"]["actions"][0]["action"].clone()).unwrap_or_default();
    json!({
        "id": rule.map(|rule| rule["id"].clone()), "type": "Rule", "alternateId": "unknown",
        "displayName": rule.map(|rule| rule["name"].clone()), "detailEntry": { "ruleAction": action },
    })
}
