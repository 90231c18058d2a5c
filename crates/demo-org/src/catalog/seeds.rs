//! How the catalogue starts out: the files in `seed/`. Ids in them are written as `@prefix/number` and become real ids of
//! this org's seed when loaded.

use super::{Catalog, Collection, order, text};
use crate::ids;
use crate::time::Time;
use serde_json::{Map, Value, json};

/// The day the seeds were set up: half a year before the epoch.
pub const SET_UP: Time = Time(crate::world::EPOCH.0 - 180 * crate::time::DAY);

impl Catalog {
    pub fn new(seed: u64) -> Self {
        let (policies, rules) = policies(seed);
        Self {
            apps: apps(seed),
            assurances: dated(
                seed,
                "DeviceAssurance",
                "dae",
                include_str!("../../seed/device_assurances.json"),
            ),
            checks: dated(seed, "DevicePostureCheck", "dch", include_str!("../../seed/posture_checks.json")),
            integrations: Collection::load(
                seed,
                "DeviceIntegration",
                "dvi",
                include_str!("../../seed/device_integrations.json"),
            ),
            policies,
            rules,
            zones: zones(seed),
            authenticators: stamped(
                seed,
                "Authenticator",
                "aut",
                include_str!("../../seed/authenticators.json"),
            ),
        }
    }
}

impl Collection {
    /// A collection from a seed file; ids count from 1.
    fn load(seed: u64, kind: &'static str, prefix: &str, text: &str) -> Self {
        let mut collection = Self::new(seed, kind);
        for (n, mut object) in objects(seed, text).into_iter().enumerate() {
            let id = ids::encode(seed, prefix, n as u64 + 1);
            object.insert("id".into(), id.clone().into());
            collection.objects.insert(order(n as u64 + 1, &id), Value::Object(object));
        }
        collection
    }
}

fn objects(seed: u64, text: &str) -> Vec<Map<String, Value>> {
    // The seed files are part of the program; a test reads every one of them.
    let objects: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
    let resolved = objects.into_iter().map(|mut object| {
        resolve(seed, &mut object);
        object
    });
    resolved.filter_map(|object| if let Value::Object(map) = object { Some(map) } else { None }).collect()
}

/// Turns `@prefix/number` into ids, wherever they stand.
fn resolve(seed: u64, value: &mut Value) {
    match value {
        Value::String(text) => {
            let parts = text.strip_prefix('@').and_then(|rest| rest.split_once('/'));
            if let Some((prefix, Ok(number))) = parts.map(|(prefix, n)| (prefix, n.parse())) {
                *text = ids::encode(seed, prefix, number);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(seed, item)),
        Value::Object(map) => map.values_mut().for_each(|item| resolve(seed, item)),
        _ => {}
    }
}

/// Objects of the device assurance family name their dates after `lastUpdate`.
fn dated(seed: u64, kind: &'static str, prefix: &str, text: &str) -> Collection {
    let mut collection = Collection::load(seed, kind, prefix, text);
    for object in collection.objects.values_mut() {
        let admin = ids::encode(seed, "00u", 7);
        object["createdBy"] = admin.clone().into();
        object["createdDate"] = json!(SET_UP);
        object["lastUpdatedBy"] = admin.into();
        object["lastUpdate"] = json!(SET_UP);
    }
    collection
}

/// Everything else has `created` and `lastUpdated`.
fn stamped(seed: u64, kind: &'static str, prefix: &str, text: &str) -> Collection {
    let mut collection = Collection::load(seed, kind, prefix, text);
    for object in collection.objects.values_mut() {
        object["created"] = json!(SET_UP);
        object["lastUpdated"] = json!(SET_UP);
    }
    collection
}

fn zones(seed: u64) -> Collection {
    let mut zones = stamped(seed, "NetworkZone", "nzo", include_str!("../../seed/zones.json"));
    zones.objects.values_mut().for_each(|zone| zone["status"] = "ACTIVE".into());
    zones
}

fn apps(seed: u64) -> Collection {
    let mut apps = stamped(seed, "AppInstance", "0oa", include_str!("../../seed/apps.json"));
    for app in apps.objects.values_mut() {
        let id = app["id"].as_str().unwrap_or_default().to_owned();
        app["orn"] =
            format!("orn:okta:idp:{}:apps:{}:{id}", ids::encode(seed, "00o", 1), text(app, "name")).into();
        app["assigned"] = json!(crate::groups::set_of(&app["assigned"]));
        app["features"] = json!([]);
        app["accessibility"] =
            json!({ "selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null });
        app["visibility"] = json!({
            "autoLaunch": false, "autoSubmitToolbar": false, "hide": { "iOS": false, "web": false },
            "appLinks": { "login": true },
        });
        let (settings, credentials) = sign_on(text(app, "signOnMode"), &id);
        app["settings"] = settings;
        app["credentials"] = credentials;
    }
    apps
}

/// Settings and credentials as an app of a sign-on mode has them.
fn sign_on(mode: &str, id: &str) -> (Value, Value) {
    let name_template = json!({ "template": "${source.login}", "type": "BUILT_IN" });
    let notes = json!({ "admin": null, "enduser": null });
    let mut credentials = json!({ "userNameTemplate": name_template, "signing": {} });
    let mut settings = json!({ "app": {}, "notifications": { "vpn": { "network": { "connection": "DISABLED" } } }, "notes": notes });
    match mode {
        "OPENID_CONNECT" => {
            credentials["oauthClient"] = json!({ "client_id": id, "autoKeyRotation": true, "token_endpoint_auth_method": "client_secret_basic" });
            settings["oauthClient"] = json!({
                "application_type": "web", "grant_types": ["authorization_code"], "response_types": ["code"],
                "redirect_uris": ["https://app.northwind.example/cb"], "consent_method": "TRUSTED", "issuer_mode": "DYNAMIC",
            });
        }
        "BOOKMARK" => {
            settings["app"] =
                json!({ "requestIntegration": false, "url": "https://canteen.northwind.example" })
        }
        "WS_FEDERATION" => {
            settings["app"] = json!({
                "audienceRestriction": "urn:federation:MicrosoftOnline", "authnContextClassRef":
                "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "groupValueFormat": "windowsDomainQualifiedName",
                "nameIDFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", "siteURL": "https://login.northwind.example",
                "usernameAttribute": "username", "wReplyURL": "https://login.northwind.example/login.srf", "wReplyOverride": false,
                "attributeStatements": null, "groupName": null, "groupFilter": null, "realm": null,
            });
        }
        _ => {}
    }
    (settings, credentials)
}

fn policies(seed: u64) -> (Collection, Collection) {
    let mut policies = Collection::new(seed, "Policy");
    let mut rules = Collection::new(seed, "PolicyRule");
    let mut rule_number = 0;
    for (n, mut policy) in objects(seed, include_str!("../../seed/policies.json")).into_iter().enumerate() {
        let prefix = policy.remove("prefix").unwrap_or_default();
        let id = ids::encode(seed, prefix.as_str().unwrap_or("rst"), n as u64 + 1);
        let own_rules = policy.remove("rules").unwrap_or_default();
        policy.extend(stamp(&id));
        policies.objects.insert(order(n as u64 + 1, &id), Value::Object(policy));
        for mut rule in own_rules.as_array().cloned().unwrap_or_default() {
            rule_number += 1;
            let map = rule.as_object_mut();
            let prefix = map.and_then(|map| map.remove("prefix")).unwrap_or_default();
            let rule_id = ids::encode(seed, prefix.as_str().unwrap_or("rul"), rule_number);
            if let Value::Object(map) = &mut rule {
                map.extend(stamp(&rule_id));
                map.entry("system").or_insert(false.into());
                map.insert("policyId".into(), id.clone().into());
            }
            rules.objects.insert(order(rule_number, &rule_id), rule);
        }
    }
    (policies, rules)
}

fn stamp(id: &str) -> Map<String, Value> {
    let stamp = json!({ "id": id, "status": "ACTIVE", "created": SET_UP, "lastUpdated": SET_UP });
    if let Value::Object(map) = stamp { map } else { Map::new() }
}
