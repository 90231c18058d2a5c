//! What admins do beside incidents: change rules and zones, switch session protection, judge what was detected. Nothing is
//! evaluated anew because of it.

use super::scene::Scene;
use super::{Beat, HOUR, ROUND, Role, Story, beat, round_of, s, steps};
use crate::system_log::record::object_target;
use crate::system_log::uuid_of_case;
use crate::time::Time;
use serde_json::{Value, json};

pub const STORY: Story = Story {
    name: "chores",
    about: "Admins at work",
    begins: 9 * HOUR,
    about_whom: Role::Nobody,
    beats: BEATS,
};

/// Session protection goes back to monitoring once in so many rounds, for a day.
const TRIED_OUT_EVERY: i64 = 9;

const BEATS: &[Beat] = &[
    beat(s(0), |scene| protection(scene, "Enforced", "Monitoring")),
    beat(s(60), rule_updated),
    beat(s(95), zone_updated),
    beat(HOUR, |scene| judged(scene, 2)),
    beat(HOUR + s(50), |scene| judged(scene, 3)),
    beat(HOUR + s(130), |scene| judged(scene, 5)),
    beat(24 * HOUR, |scene| protection(scene, "Monitoring", "Enforced")),
];

fn round(scene: &Scene<'_>) -> i64 {
    round_of(scene.at().0)
}

fn protection(scene: &Scene<'_>, from: &str, to: &str) -> Option<Value> {
    if round(scene).rem_euclid(TRIED_OUT_EVERY) != 0 {
        return None;
    }
    let target = json!({
        "id": crate::ids::encode(scene.seed(), "00o", 1), "type": "SessionProtection", "alternateId": "unknown",
        "displayName": "Session protection", "detailEntry": null,
        "changeDetails": { "from": { "status": from }, "to": { "status": to } },
    });
    let (kind, message) = ("security.session_protection.status.update", "Update session protection status");
    Some(scene.event(kind, "INFO", message, scene.admin(), vec![target], Value::Null))
}

fn rule_updated(scene: &Scene<'_>) -> Option<Value> {
    let kind =
        ["ENTITY_RISK", "SESSION_VIOLATION_DETECTION", "ACCESS_POLICY"][round(scene).rem_euclid(3) as usize];
    let rule = scene.rule(kind)?;
    let mut before = rule["conditions"].clone();
    before["people"] = json!({ "users": { "exclude": [] } });
    let mut target = object_target(rule, "PolicyRule");
    target["detailEntry"] = json!({ "policyType": kind, "policyId": rule["policyId"] });
    target["changeDetails"] =
        json!({ "from": { "conditions": before }, "to": { "conditions": rule["conditions"] } });
    let debug =
        json!({ "oldConditions": before.to_string(), "newConditions": rule["conditions"].to_string() });
    Some(scene.event("policy.rule.update", "INFO", "Update policy rule", scene.admin(), vec![target], debug))
}

fn zone_updated(scene: &Scene<'_>) -> Option<Value> {
    let zones: Vec<&Value> = scene.catalog().zones.all().filter(|zone| zone["system"] != true).collect();
    let zone = zones[(round(scene).rem_euclid(zones.len().max(1) as i64)) as usize];
    let mut target = object_target(zone, "NetworkZone");
    target["changeDetails"] = json!({
        "from": { "gateways": [] }, "to": { "gateways": zone["gateways"], "proxies": zone["proxies"] },
    });
    Some(scene.event("zone.update", "INFO", "Update network zone", scene.admin(), vec![target], Value::Null))
}

/// The `nth` detection before this round, judged by what it was.
fn judged(scene: &Scene<'_>, nth: usize) -> Option<Value> {
    let world = &scene.org.world;
    let at = scene.at();
    let mut cases: Vec<_> = world
        .cases_between(Time(at.0 - ROUND), at)
        .filter(|case| (at.0 - ROUND..at.0).contains(&case.opened.0))
        .collect();
    cases.sort_by_key(|case| case.opened);
    let case = *cases.get(nth)?;
    let (label, reason) = match case.number.rem_euclid(5) {
        0 | 1 => ("true_positive", "Confirmed with the person, password was reset"),
        2 | 3 => ("false_positive", "Travel, announced"),
        _ => ("false_negative", "The level was too low, two devices were involved"),
    };
    let uuid = uuid_of_case(world.seed, &case);
    let mut event = steps::feedback(scene, uuid, "user.risk.detect", label, reason);
    event["target"] = json!([crate::system_log::record::user_target(scene.org, case.person)]);
    Some(event)
}
