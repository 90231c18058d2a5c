//! The common parts of an event, and how a caller's write is logged.

use crate::http::call::{ADMIN, Call};
use crate::ids;
use crate::oauth::Principal;
use crate::org::Org;
use crate::seeded::Dice;
use crate::time::{DAY, Time};
use crate::world::EPOCH;
use crate::world::device::Device;
use crate::world::hardware::Platform;
use crate::world::names::Culture;
use serde_json::{Value, json};

/// Who did it.
pub enum Actor {
    /// An actor object that was made already.
    Person(Value),
    System,
}

/// The event without what only some events have. Every member is there, as in real events.
#[expect(clippy::too_many_arguments, reason = "an event has that many parts, each used once")]
pub fn envelope(
    seed: u64,
    dice: Dice,
    published: Time,
    kind: &str,
    severity: &str,
    message: &str,
    actor: Actor,
    targets: Vec<Value>,
) -> Value {
    let request = ids::encode(seed, "req", dice.below(40, 1 << 50));
    // The system acts in no session of its own; other events get a made-up one until somebody knows better.
    let session = match &actor {
        Actor::Person(_) => Value::String(ids::encode(seed, "trs", dice.below(42, 1 << 50))),
        Actor::System => Value::Null,
    };
    let actor = match actor {
        Actor::Person(actor) => actor,
        Actor::System => json!({
            "id": ids::encode(seed, "spr", 1), "type": "SystemPrincipal", "alternateId": "system@okta.com",
            "displayName": "Okta System", "detailEntry": null,
        }),
    };
    json!({
        "uuid": uuid(dice),
        "published": published,
        "eventType": kind,
        "version": "0",
        "severity": severity,
        "legacyEventType": null,
        "displayMessage": message,
        "actor": actor,
        "client": {
            "userAgent": null, "zone": "null", "device": null, "id": null, "ipAddress": null, "geographicalContext": null,
        },
        "outcome": { "result": "SUCCESS", "reason": null },
        // Events without a target carry null, not an empty list.
        "target": if targets.is_empty() { Value::Null } else { Value::Array(targets) },
        "transaction": { "type": "WEB", "id": request, "detail": {} },
        "debugContext": { "debugData": { "requestId": request, "traceId": ids::encode(seed, "trc", dice.below(41, 1 << 50)) } },
        "authenticationContext": {
            "authenticationProvider": null, "credentialProvider": null, "credentialType": null, "issuer": null,
            "interface": null, "authenticationStep": 0, "rootSessionId": null,
            "externalSessionId": session,
        },
        "securityContext": { "asNumber": null, "asOrg": null, "isp": null, "domain": null, "isProxy": null },
        "request": { "ipChain": [] },
    })
}

/// The identity of the event that these dice are thrown for.
pub fn uuid(dice: Dice) -> String {
    let (a, b) = (dice.bits(43), dice.bits(44));
    format!(
        "{:08x}-{:04x}-11{:02x}-{:04x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xff,
        (b >> 48 & 0x3fff) | 0x8000,
        b & 0xffff_ffff_ffff
    )
}

/// Where the call came from.
pub fn from_client(body: &mut Value, dice: Dice, culture: &Culture, platform: Platform) {
    // Addresses are from the ranges reserved for documentation.
    let (zone, ip) = match dice.below(50, 10) {
        0..5 => ("Offices", format!("203.0.113.{}", 32 + dice.below(51, 32))),
        5..7 => ("Tunnel egress", format!("198.51.100.{}", 16 + dice.below(51, 16))),
        _ => ("null", format!("192.0.2.{}", 1 + dice.below(51, 120))),
    };
    let place = json!({
        "city": culture.city, "state": null, "country": culture.country, "postalCode": null,
        "geolocation": { "lat": culture.place.0, "lon": culture.place.1 },
    });
    let (agent, os, device) = match platform {
        Platform::Windows => (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
            "Windows 10",
            "Computer",
        ),
        Platform::Macos => (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
            "Mac OS X",
            "Computer",
        ),
        Platform::Ios => (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
            "iOS",
            "Mobile",
        ),
        Platform::Android => (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
            "Android 1.x",
            "Mobile",
        ),
    };
    body["client"] = json!({
        "userAgent": { "rawUserAgent": agent, "os": os, "browser": if os == "Mac OS X" { "SAFARI" } else { "CHROME" } },
        "zone": zone, "device": device, "id": null, "ipAddress": ip, "geographicalContext": place,
    });
    body["request"] =
        json!({ "ipChain": [{ "ip": ip, "geographicalContext": place, "version": "V4", "source": null }] });
    body["securityContext"] = json!({
        "asNumber": 64496, "asOrg": "northwind transit", "isp": "northwind transit", "domain": "northwind.example", "isProxy": false,
    });
}

/// The session that a person has on a device at a time; a new one begins every other day, and whenever all of them were
/// ended.
pub fn session(org: &Org, device: u64, person: u64, at: Time) -> String {
    let world = &org.world;
    let place = world.people_of(device).iter().position(|p| *p == person).unwrap_or(3) as u64 & 3;
    let window = (at.0 - EPOCH.0).div_euclid(2 * DAY);
    let begun = Time(EPOCH.0 + window * 2 * DAY);
    let ended = org.clears(person, begun, Time(at.0 - 1)) & 0xf;
    let window = window as u64 & 0xff_ffff;
    ids::encode(world.seed, "trs", ended << 56 | device << 26 | place << 24 | window)
}

/// A person as actor.
pub fn person(org: &Org, index: u64) -> Value {
    let (first, last) = org.world.name_of(index);
    json!({
        "id": org.person_id(index), "type": "User", "alternateId": org.world.login_of(index),
        "displayName": format!("{first} {last}"), "detailEntry": null,
    })
}

/// A person as target.
pub fn user_target(org: &Org, index: u64) -> Value {
    person(org, index)
}

/// The admin behind the demo org's own changes and its API token.
pub fn admin(org: &Org) -> Value {
    person(org, ADMIN.min(org.world.people() - 1))
}

/// A device as target.
pub fn device_target(org: &Org, device: &Device) -> Value {
    let world = &org.world;
    let name = device.display_name(world.name_of(world.owner_of(device.index)).0);
    let id = org.device_id(device);
    json!({
        "id": id, "type": "UDDevice", "alternateId": null, "displayName": name,
        "detailEntry": {
            "oktaDeviceId": id, "deviceName": name, "deviceStatus": device.status, "osPlatform": device.platform.log_name(),
            "osVersion": device.os_version, "serialNumber": device.serial_number(), "udid": device.udid(),
            "imei": device.imei(), "meid": device.meid(), "managed": device.management(0) == "MANAGED",
        },
    })
}

/// The top-level `device` of events where Okta Verify took part. Its names are in snake case.
pub fn device_context(org: &Org, device: &Device, position: usize) -> Value {
    let world = &org.world;
    let managed = device.management(position) == "MANAGED";
    let integrator = if managed { super::vendors::integrator(device) } else { Value::Null };
    json!({
        "id": org.device_id(device),
        "name": device.display_name(world.name_of(world.owner_of(device.index)).0),
        "os_platform": device.platform.log_name(), "os_version": device.os_version,
        "managed": managed, "registered": device.registered, "device_integrator": integrator,
        "disk_encryption_type": device.disk_encryption, "screen_lock_type": device.screen_lock(position),
        "jailbreak": device.jailbreak, "secure_hardware_present": device.secure_hardware,
        "okta_verify_version": device.okta_verify(),
    })
}

/// What a sign-in says of the proof of management. A phone that is not managed may show a hint that is not the org's.
pub fn proof(device: &Device, managed: bool) -> &'static str {
    match (managed, device.platform.is_mobile(), device.index % 3) {
        (true, ..) => "TRUSTED",
        (false, true, 0 | 1) => "INVALID_MANAGEMENT_HINT",
        (false, ..) => "NOT_VERIFIED",
    }
}

/// Whoever calls, as actor.
pub fn caller(call: &Call) -> Actor {
    Actor::Person(match &call.principal {
        Principal::Scoped { name, .. } => json!({
            "id": &**name, "type": "PublicClientApp", "alternateId": &**name, "displayName": "Service app", "detailEntry": null,
        }),
        _ => admin(&call.org),
    })
}

/// What a caller did, ready to be logged at `now`: `debug` joins the debug data.
pub fn written(
    call: &Call,
    now: Time,
    kind: &str,
    message: &str,
    targets: Vec<Value>,
    debug: Value,
) -> Value {
    caused(call, now, caller(call), kind, message, targets, debug)
}

/// What a caller did or set off. Only what the caller did carries their address.
pub fn caused(
    call: &Call,
    at: Time,
    actor: Actor,
    kind: &str,
    message: &str,
    targets: Vec<Value>,
    debug: Value,
) -> Value {
    let number = call.org.counters.event();
    let dice = Dice::new(call.org.world.seed, 77, number);
    let own = matches!(actor, Actor::Person(_));
    let mut body = envelope(call.org.world.seed, dice, at, kind, "INFO", message, actor, targets);
    if own {
        body["debugContext"]["debugData"]["requestUri"] = call.uri.path().into();
        body["debugContext"]["debugData"]["url"] = call.uri.to_string().into();
        body["client"]["ipAddress"] = "127.0.0.1".into();
        body["transaction"]["detail"] =
            json!({ "requestApiTokenId": ids::encode(call.org.world.seed, "00T", 1) });
    }
    if let Value::Object(more) = debug {
        for (name, value) in more {
            if name == "securityContextRisk" {
                body["securityContext"]["risk"] = value;
            } else {
                body["debugContext"]["debugData"][name] = value;
            }
        }
    }
    body
}

/// An object of the catalogue as target.
pub fn object_target(object: &Value, kind: &str) -> Value {
    json!({
        "id": object["id"], "type": kind, "alternateId": null,
        "displayName": object.get("name").or(object.get("label")), "detailEntry": null,
    })
}

impl Call {
    /// Logs what this call did to an object of the catalogue.
    pub fn log(&self, kind: &str, message: &str, targets: Vec<Value>, debug: Value) {
        self.org.change(|w, now| w.event(now, written(self, now, kind, message, targets, debug)));
    }
}
