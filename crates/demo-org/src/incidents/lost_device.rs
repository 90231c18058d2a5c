//! An admin reports a lost device: sets the level, suspends the device, clears sessions. A day later it is found.

use super::scene::Scene;
use super::{Beat, Change, HOUR, Role, Story, beat, s, steps};
use crate::logout::{BETWEEN_ANSWERS, FIRST_ANSWER};
use serde_json::{Value, json};

pub const STORY: Story = Story {
    name: "lost_device",
    about: "An admin sets the risk of somebody who lost a device, suspends it and clears sessions; it is found a day later",
    begins: 7 * HOUR,
    about_whom: Role::Person,
    beats: BEATS,
};

const DETECTION: Option<&str> = Some("ADMIN_REPORTED_USER_RISK");
const REASON: &str = "Lost on a train, reported by phone, serial number is on file";
const CALLED: i64 = s(2);

const fn ended(place: i64, make: fn(&Scene<'_>) -> Option<Value>) -> Beat {
    beat(CALLED + FIRST_ANSWER + place * BETWEEN_ANSWERS, make)
}

const BEATS: &[Beat] = &[
    beat(s(0), reported).with(Change::Risk("HIGH", REASON)),
    beat(300, |scene| steps::evaluate(scene, "HIGH", DETECTION)),
    beat(600, |scene| steps::act(scene, "HIGH", DETECTION)),
    beat(900, |scene| steps::session_end(scene, "ENTITY_RISK")).with(Change::Cleared),
    beat(s(1), steps::tokens_revoked),
    beat(CALLED, steps::universal_logout),
    beat(s(5), steps::level_fell).with(Change::Risk("LOW", "Risk resolved")),
    ended(0, steps::app_ended::<0>),
    ended(1, steps::app_ended::<1>),
    ended(2, steps::app_ended::<2>),
    ended(3, steps::app_ended::<3>),
    ended(4, steps::app_ended::<4>),
    ended(5, steps::app_ended::<5>),
    ended(6, steps::app_ended::<6>),
    ended(7, steps::app_ended::<7>),
    ended(8, steps::app_ended::<8>),
    ended(9, steps::app_ended::<9>),
    ended(10, steps::app_ended::<10>),
    ended(11, steps::app_ended::<11>),
    ended(12, steps::app_ended::<12>),
    ended(13, steps::app_ended::<13>),
    ended(14, steps::app_ended::<14>),
    ended(15, steps::app_ended::<15>),
    beat(s(24), |scene| on_device(scene, "suspend", Some("The device is busy"))),
    beat(s(29), |scene| on_device(scene, "suspend", None)).with(Change::Suspended),
    beat(s(36), cleared),
    beat(s(36) + 5, last_session_ended),
    beat(30 * HOUR, |scene| on_device(scene, "unsuspend", None)).with(Change::Unsuspended),
];

fn reported(scene: &Scene<'_>) -> Option<Value> {
    let risk = format!(
        "{{detectionName=Admin Reported User Risk, issuer=OKTA, previousLevel=NONE, level=HIGH, reasons={REASON}}}"
    );
    let told = json!({
        "level": "HIGH", "previousLevel": "NONE", "detectionName": "Admin Reported User Risk", "reasons": [REASON],
        "issuer": "OKTA",
    });
    Some(steps::detect(scene, scene.admin(), Some(&risk), Some(told)))
}

/// A first try is logged too, although it fails.
fn on_device(scene: &Scene<'_>, change: &str, why_not: Option<&str>) -> Option<Value> {
    let mut device = scene.device_target();
    device["detailEntry"]["deviceStatus"] =
        if change == "suspend" && why_not.is_none() { "SUSPENDED" } else { "ACTIVE" }.into();
    let message = if change == "suspend" { "Suspend device" } else { "Unsuspend device" };
    let kind = format!("device.lifecycle.{change}");
    let mut event = scene.event(&kind, "INFO", message, scene.admin(), vec![device], Value::Null);
    if let Some(why) = why_not {
        event["severity"] = "WARN".into();
        event["outcome"] = json!({ "result": "FAILURE", "reason": why });
    }
    Some(event)
}

fn cleared(scene: &Scene<'_>) -> Option<Value> {
    let debug = json!({ "oauthTokens": "true", "forgetDevices": "true" });
    let (kind, message) = ("user.session.clear", "Clear user session");
    let mut event = scene.event(kind, "INFO", message, scene.admin(), vec![scene.user()], debug);
    event["transaction"]["id"] = scene.trace().into();
    Some(event)
}

/// A session that had begun again on another device.
fn last_session_ended(scene: &Scene<'_>) -> Option<Value> {
    let debug = json!({
        "endedSessionId": scene.other_session(), "terminationReason": "ADMIN_CLEARED",
    });
    let (kind, message) = ("user.session.end", "User logout from Okta");
    let mut event = scene.event(kind, "INFO", message, scene.admin(), vec![scene.user()], debug);
    event["transaction"]["id"] = scene.trace().into();
    Some(event)
}
