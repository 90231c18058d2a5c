//! Events as JSON, with the quirks of real ones: booleans as text in debug data, data in braces, JSON in strings, nulls.

use super::parts::{DevicePart, Outcome, RiskPart, What};
use super::record::{self, Actor};
use super::stream::Event;
use crate::apps;
use crate::catalog::text;
use crate::http::call::Call;
use crate::ids;
use crate::logout::APP_ENDED;
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
            RiskPart::Answer(_) => APP_ENDED.0,
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
        What::Risk { case, of } => super::case_body::risk_event(call, event, case, *of),
        What::Platform(change) => platform_event(call, event, change),
    }
}

fn dice(call: &Call, event: &Event) -> Dice {
    dice_of(call.org.world.seed, event.tie, event.published)
}

fn dice_of(seed: u64, (rank, thing, part): (u8, u64, u8), published: Time) -> Dice {
    Dice::new(seed ^ mix(thing), u64::from(rank) << 8 | u64::from(part), published.0 as u64)
}

/// The identity of the event that tells of a case's detection.
pub fn uuid_of_case(seed: u64, case: &Case) -> String {
    record::uuid(dice_of(seed, (2, case.number as u64, 0), case.opened))
}

/// An event of the world: `kind` is known, the rest is filled in.
pub(super) fn start(
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
    let user = || record::user_target(&call.org, person);
    let thing = record::device_target(&call.org, &device);
    let person_acts = || Actor::Person(record::person(&call.org, person));
    let (severity, message, actor, mut targets) = match of {
        DevicePart::SignOn(_) => ("INFO", "Evaluation of sign-on policy", person_acts(), vec![]),
        DevicePart::SessionStart => ("INFO", "User login to Okta", person_acts(), vec![user()]),
        DevicePart::Sso => ("INFO", "User single sign on to app", person_acts(), vec![]),
        DevicePart::ContextChange { .. } => {
            ("INFO", "User session context changed", Actor::System, vec![user(), thing])
        }
        DevicePart::Suspend => {
            ("INFO", "Suspend device", Actor::Person(record::admin(&call.org)), vec![thing])
        }
        DevicePart::Unsuspend => {
            ("INFO", "Unsuspend device", Actor::Person(record::admin(&call.org)), vec![thing])
        }
        DevicePart::Deactivate => ("INFO", "Deactivate device", person_acts(), vec![thing]),
        DevicePart::Delete => ("INFO", "Delete device", person_acts(), vec![thing]),
        DevicePart::UserRemove => ("INFO", "Remove user from device", person_acts(), vec![thing, user()]),
        DevicePart::UserAdd => ("INFO", "Add user to device", person_acts(), vec![thing, user()]),
        DevicePart::Enroll => ("INFO", "Device enrolled in Okta Verify", person_acts(), vec![thing]),
    };
    if matches!(of, DevicePart::SignOn(_) | DevicePart::Sso) {
        targets = app_targets(call, dice, person, of);
    }
    let mut body = start(call, event, severity, message, actor, targets);
    record::from_client(&mut body, dice, world.culture_of(person), device.platform);
    if !matches!(of, DevicePart::Suspend | DevicePart::Unsuspend) {
        body["authenticationContext"]["externalSessionId"] =
            record::session(&call.org, index, person, moment).into();
    }
    if !matches!(of, DevicePart::Suspend | DevicePart::Unsuspend) {
        let position = people.iter().position(|p| *p == person).unwrap_or(0);
        body["device"] = record::device_context(&call.org, &device, position);
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

/// An app that the person has, and the rule that matched.
fn app_targets(call: &Call, dice: Dice, person: u64, of: DevicePart) -> Vec<Value> {
    let catalog = call.org.catalog();
    let account = call.org.world.person(person, call.now);
    let usable = |app: &&Value| app["status"] == "ACTIVE" && !app["signOnMode"].is_null();
    let own = apps::assigned(&catalog, &call.org.world, &account).into_iter();
    let mut own: Vec<&Value> = own.filter(usable).collect();
    if own.is_empty() {
        // Somebody who left has none any more, and had some then.
        own = catalog.apps.all().filter(usable).collect();
    }
    if own.is_empty() {
        return Vec::new();
    }
    let app = *dice.pick(5, &own);
    let mut targets = vec![apps::target(app)];
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
        start(call, event, "INFO", change.message, Actor::Person(record::admin(&call.org)), vec![target]);
    body["debugContext"]["debugData"]["platform"] = platform.into();
    body
}

fn account_event(call: &Call, event: &Event, person: u64, change: Change) -> Value {
    let message = match change {
        Change::Profile => "Update user profile for Okta",
        Change::Suspended => "Suspend Okta user",
        Change::Unsuspended => "Unsuspend Okta user",
    };
    let targets = vec![record::user_target(&call.org, person)];
    start(call, event, "INFO", message, Actor::Person(record::admin(&call.org)), targets)
}
