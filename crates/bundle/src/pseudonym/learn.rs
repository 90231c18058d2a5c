//! Which parts of Okta's JSON name somebody. Members are known by their names, and actors and targets of log events by what they
//! say they are. What is not known is learned rather than left out where it stands in a person's profile.

use super::Kind;
use serde_json::{Map, Value};

/// Parts of a person's profile that many people share.
const SHARED: &[&str] = &[
    "title",
    "department",
    "division",
    "organization",
    "costCenter",
    "userType",
    "locale",
    "timezone",
    "countryCode",
    "preferredLanguage",
    "honorificPrefix",
    "honorificSuffix",
    "state",
    "city",
];
/// Beginnings of the types of actors and targets that are no people and no devices.
const THINGS: &[&str] = &[
    "App",
    "Policy",
    "Rule",
    "Zone",
    "Group",
    "UserGroup",
    "Role",
    "SystemPrincipal",
    "SecurityEventsProvider",
    "Flow",
    "Org",
    "Authenticator",
    "DeviceAssurance",
    "Network",
    "IdentityProvider",
    "access_token",
    "id_token",
    "refresh_token",
];
/// Types that begin like those and are people all the same.
const PEOPLE: &[&str] = &["AppUser"];

/// Tells every original in a value.
pub(super) fn from(value: &Value, tell: &mut impl FnMut(Kind, &str)) {
    walk(value, "", tell);
}

fn walk(value: &Value, parent: &str, tell: &mut impl FnMut(Kind, &str)) {
    match value {
        Value::Object(object) => one(object, parent, tell),
        Value::Array(list) => list.iter().for_each(|value| walk(value, parent, tell)),
        Value::String(text) if text.starts_with(['{', '[']) => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                walk(&inner, parent, tell);
            }
        }
        _ => {}
    }
}

fn one(object: &Map<String, Value>, parent: &str, tell: &mut impl FnMut(Kind, &str)) {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let of_person = parent == "profile"
        && ["login", "firstName", "lastName"].iter().any(|name| object.contains_key(*name));
    let typed =
        text("type").filter(|_| ["displayName", "alternateId"].iter().any(|name| object.contains_key(*name)));
    let thing = typed
        .is_some_and(|typed| THINGS.iter().any(|thing| typed.starts_with(thing)) && !PEOPLE.contains(&typed));
    let device = typed.is_some_and(|typed| typed.contains("Device")) || parent == "device";
    for (name, value) in object {
        match value {
            Value::String(text) => {
                let kind = match name.as_str() {
                    "displayName" | "alternateId" if thing => None,
                    "displayName" | "name" | "device_name" | "deviceName" if device => Some(Kind::Device),
                    "displayName" if typed.is_some() || of_person => Some(Kind::Name),
                    "displayName" if parent == "profile" => Some(Kind::Device),
                    "name" if object.contains_key("login") => Some(Kind::Name),
                    _ if of_person && !SHARED.contains(&name.as_str()) => {
                        Some(kind_of(name).unwrap_or(Kind::Detail))
                    }
                    name => kind_of(name),
                };
                match kind {
                    Some(Kind::Id) if !is_id(text) => {}
                    Some(kind) => tell(kind, text),
                    None => walk(value, name, tell),
                }
            }
            value => walk(value, name, tell),
        }
    }
}

/// What a member of this name holds, wherever it stands.
fn kind_of(name: &str) -> Option<Kind> {
    Some(match name {
        "login" | "email" | "secondEmail" | "alternateId" | "userName" | "user_name" | "username"
        | "samAccountName" | "userPrincipalName" => Kind::Login,
        "firstName" | "lastName" | "middleName" | "nickName" | "first_name" | "last_name" => Kind::PartOfName,
        "manager" | "actor_name" | "fullName" | "display_name" => Kind::Name,
        "device_name" | "deviceName" | "hostname" | "hostName" | "computerName" => Kind::Device,
        "serialNumber" | "serial_number" | "csSerialNumber" | "udid" | "imei" | "meid" | "sid"
        | "tpmPublicKeyHash" | "macAddress" => Kind::Serial,
        "ip" | "ipAddress" | "previous_ip_address" | "new_ip_address" => Kind::Address,
        "mobilePhone" | "primaryPhone" | "phoneNumber" | "streetAddress" | "postalAddress"
        | "employeeNumber" => Kind::Detail,
        "id" | "aid" | "dtHash" | "dt_hash" | "deviceFingerprint" => Kind::Id,
        name if ["Id", "_id", "Hash", "Fingerprint"].iter().any(|end| name.ends_with(end)) => Kind::Id,
        _ => return None,
    })
}

/// An id is no word: `okta_verify` and `unknown` stay.
fn is_id(text: &str) -> bool {
    text.len() >= 8 && !text.contains(' ') && text.bytes().any(|byte| byte.is_ascii_digit())
}
