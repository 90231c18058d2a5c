//! What a log event says of its device's state: Okta Verify's own fields, and what vendors told through `device_integrator`
//! and `changedDeviceSignals`. Debug data is no stable interface: text in any of its notations is read as far as it goes,
//! and what can't be read is kept raw.
//!
//! Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/> (`LogDevice`).

mod notation;

use domain::{OKTA_VERIFY, RAW, Reading};
use notation::{Tree, parse};
use serde_json::Value;

/// Fields of the device that are no state of it: who it is stands in its own record.
const IDENTITY: [&str; 8] =
    ["id", "name", "okta_device_id", "device_name", "serial_number", "udid", "imei", "meid"];
const INTEGRATOR: &str = "device_integrator";
/// A vendor's text is cut here; no real one comes near.
const LONGEST: usize = 16 * 1024;

/// What the event's `device`, or the details of a device among its targets, says.
pub(crate) fn of_device(device: &Value) -> Vec<Reading> {
    let Value::Object(fields) = device else { return Vec::new() };
    let mut own = Vec::new();
    let mut readings = Vec::new();
    for (name, value) in fields {
        let name = snake(name);
        match (name.as_str(), value) {
            (INTEGRATOR, value) => readings = of_integrator(value),
            (name, _) if IDENTITY.contains(&name) => {}
            (_, Value::Null | Value::Object(_) | Value::Array(_)) => {}
            (_, value) => own.push((name.into(), scalar(value))),
        }
    }
    if !own.is_empty() {
        readings.insert(0, Reading { source: OKTA_VERIFY.into(), values: own });
    }
    readings
}

/// What vendors said: an object, or text in one of several notations.
fn of_integrator(value: &Value) -> Vec<Reading> {
    let text = value.as_str().map(|text| cut(text).trim());
    let (tree, whole) = match text {
        Some("" | "{}" | "null") => return Vec::new(),
        Some(text) => match serde_json::from_str::<Value>(text) {
            Ok(value) => (tree(&value), true),
            Err(_) => parse(text),
        },
        None => (tree(value), true),
    };
    let mut readings = Vec::new();
    if let Tree::Map(pairs) = tree {
        pairs.into_iter().for_each(|pair| source(pair, &mut readings));
    }
    if let Some(text) = text.filter(|_| !whole || readings.is_empty()) {
        let values = vec![(RAW.into(), text.into())];
        readings.push(Reading { source: INTEGRATOR.to_uppercase().into(), values });
    }
    readings
}

fn source((key, tree): (String, Tree), readings: &mut Vec<Reading>) {
    // Odd nesting: braces around braces say nothing of their own.
    if let ("", Tree::Map(pairs)) = (key.as_str(), &tree) {
        pairs.iter().cloned().for_each(|pair| source(pair, readings));
        return;
    }
    let mut values = Vec::new();
    flatten("", tree, &mut values);
    // In one order whatever the notation, so that equal readings are equal.
    values.sort();
    let key = if key.is_empty() { INTEGRATOR } else { &key };
    readings.push(Reading { source: key.to_uppercase().into(), values });
}

fn flatten(path: &str, tree: Tree, values: &mut Vec<(Box<str>, Box<str>)>) {
    match tree {
        // Said to be nothing: not reported.
        Tree::Text(text) if text.is_empty() || text == "null" => {}
        Tree::Text(text) => {
            let name = if path.is_empty() { "value" } else { path };
            values.push((name.into(), text.into()));
        }
        Tree::Map(pairs) => {
            for (key, tree) in pairs {
                let key = snake(&key);
                match (path.is_empty(), key.is_empty()) {
                    (_, true) => flatten(path, tree, values),
                    (true, false) => flatten(&key, tree, values),
                    (false, false) => flatten(&format!("{path}.{key}"), tree, values),
                }
            }
        }
    }
}

/// What changed, as `user.session.context.change` tells it: `{"device.profile.managed":{"oldValue":…,"newValue":…}}`.
pub(crate) fn of_change(text: &str) -> Vec<Reading> {
    let Ok(Value::Object(changes)) = serde_json::from_str(text) else { return Vec::new() };
    let mut readings: Vec<Reading> = Vec::new();
    for (path, change) in &changes {
        let value = match &change["newValue"] {
            Value::Null | Value::Object(_) | Value::Array(_) => continue,
            value => scalar(value),
        };
        let (source, name) = match path.split('.').collect::<Vec<_>>()[..] {
            ["device", "provider", vendor, ref name @ ..] if !name.is_empty() => {
                (vendor.to_uppercase(), name.join("."))
            }
            [.., name] => (OKTA_VERIFY.to_owned(), name.to_owned()),
            [] => continue,
        };
        let value = (snake(&name).into(), value);
        match readings.iter_mut().find(|reading| *reading.source == *source) {
            Some(reading) => reading.values.push(value),
            None => readings.push(Reading { source: source.into(), values: vec![value] }),
        }
    }
    readings
}

/// Joins what two parts of one event say: a name that the first has is not taken from the second.
pub(crate) fn join(mut first: Vec<Reading>, second: Vec<Reading>) -> Vec<Reading> {
    for more in second {
        match first.iter_mut().find(|reading| reading.source == more.source) {
            Some(known) => {
                for (name, value) in more.values {
                    if known.values.iter().all(|(there, _)| *there != name) {
                        known.values.push((name, value));
                    }
                }
            }
            None => first.push(more),
        }
    }
    first
}

fn tree(value: &Value) -> Tree {
    match value {
        Value::Object(map) => Tree::Map(map.iter().map(|(key, value)| (key.clone(), tree(value))).collect()),
        Value::Array(list) => Tree::Map(list.iter().map(|value| (String::new(), tree(value))).collect()),
        value => Tree::Text(scalar(value).into()),
    }
}

fn scalar(value: &Value) -> Box<str> {
    match value {
        Value::String(text) => cut(text).into(),
        value => value.to_string().into(),
    }
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// `osVersion` and `os_version` are one name; so are `OSVersion` and `OS_VERSION`.
fn snake(name: &str) -> String {
    let name = name.trim();
    let mut out = String::with_capacity(name.len() + 4);
    // Nearly every name is so already.
    if name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        out.push_str(name);
        return out;
    }
    let mut before = ' ';
    for c in name.chars() {
        if c.is_ascii() {
            if c.is_ascii_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
            before = c;
            continue;
        }
        if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Readings as `SOURCE name=value, …; …`.
    fn told(readings: &[Reading]) -> String {
        let one = |reading: &Reading| {
            let values: Vec<_> =
                reading.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {}", reading.source, values.join(", "))
        };
        readings.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn vendors_are_read_in_every_notation() {
        let check = |text: Value, want: &str| assert_eq!(told(&of_integrator(&text)), want, "{text}");
        let score = "CROWDSTRIKE os=90, overall=80, sensor_config=70";
        check(json!("{\"CROWDSTRIKE\":{\"overall\":80,\"os\":90,\"sensorConfig\":70}}"), score);
        check(json!("{CROWDSTRIKE: {'overall':80,'os':90,'sensor_config':70}}"), score);
        check(json!({"CROWDSTRIKE": {"overall": 80, "os": 90, "sensor_config": 70}}), score);
        check(json!("{WSC={antiVirus=GOOD, fireWall=POOR}}"), "WSC anti_virus=GOOD, fire_wall=POOR");
        check(json!("{WSC={{antiVirus=GOOD}}}"), "WSC anti_virus=GOOD");
        check(json!("{{WSC={antiVirus=GOOD}}}"), "WSC anti_virus=GOOD");
        check(json!("{\"WSC\":{},\"CROWDSTRIKE\":{}}"), "CROWDSTRIKE ; WSC ");
        check(
            json!("{NEWVENDOR={a={b=1, c=two words}, d=[x, y]}}"),
            "NEWVENDOR a.b=1, a.c=two words, d=x, d=y",
        );
        check(json!("{OSQUERY={diskSpace=true}}"), "OSQUERY disk_space=true");
        check(json!(null), "");
        check(json!("  "), "");
    }

    #[test]
    fn what_makes_no_sense_is_kept_raw() {
        let check = |text: &str, want: &str| assert_eq!(told(&of_integrator(&json!(text))), want, "{text}");
        check("not reported", "DEVICE_INTEGRATOR raw=not reported");
        check("{WSC={antiVirus=GOOD", "WSC anti_virus=GOOD; DEVICE_INTEGRATOR raw={WSC={antiVirus=GOOD");
        check("{}}}{", "DEVICE_INTEGRATOR raw={}}}{");
        let deep = "{".repeat(100_000);
        assert_eq!(of_integrator(&json!(deep)).len(), 1, "braces without end are no trap");
        let _any_of_it: Vec<_> = ["{'", "{=", "{a:", "{,,,}", "{a b c}", "\u{202e}{x=", "{é={ü"]
            .map(|text| of_integrator(&json!(text)))
            .into();
    }

    #[test]
    fn okta_verifys_own_fields_are_a_source_too() {
        let device = json!({
            "id": "guo1", "name": "NW-1", "os_platform": "OSX", "managed": true, "device_integrator": null,
            "screenLockType": "BIOMETRIC", "jailbreak": null
        });
        let mut told = told(&of_device(&device));
        // The order is that of the JSON's keys, which serde sorts.
        assert_eq!(told, "OKTA_VERIFY managed=true, os_platform=OSX, screen_lock_type=BIOMETRIC");
        told.clear();
        assert!(of_device(&json!("NW-1")).is_empty());
    }

    #[test]
    fn changes_name_their_provider() {
        let text = r#"{"device.profile.managed":{"oldValue":true,"newValue":false},
            "device.provider.zta.overall":{"oldValue":80,"newValue":31},"device.profile.osVersion":{"newValue":null}}"#;
        assert_eq!(told(&of_change(text)), "OKTA_VERIFY managed=false; ZTA overall=31");
        assert!(of_change("{").is_empty());
    }

    #[test]
    fn the_first_word_counts() {
        let one = |value: &str| Reading {
            source: OKTA_VERIFY.into(),
            values: vec![("managed".into(), value.into())],
        };
        assert_eq!(told(&join(vec![one("true")], vec![one("false")])), "OKTA_VERIFY managed=true");
    }
}
