//! What an event says beyond its row, read from the JSON that a sync kept: risk of every scope, behaviours, the chain of
//! addresses, and device signals that changed. Debug data is no stable interface: a shape that nobody has seen yet is left
//! out, never an error, and the raw event stays with whoever asks.

mod partner;
mod risk;

pub(crate) use partner::{NAMES as PARTNER, level as partner_level};
pub(crate) use risk::{change_reading, logged_level, text_reading};

use domain::{Behaviour, RiskReading, RiskScope, plain_key, read_behaviour_text};
use serde_json::Value;

/// A level of risk, where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskFound {
    pub scope: RiskScope,
    pub reading: RiskReading,
    /// The text or JSON it was read from.
    pub raw: String,
}

/// Which signal changed, and from what to what.
pub type SignalChange = (String, Option<String>, Option<String>);

/// What one event says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventSays {
    /// What the structured field tells comes first.
    pub risks: Vec<RiskFound>,
    pub behaviours: Vec<Behaviour>,
    /// The addresses that the request passed, in the order of the event: the rightmost is the one nearest to Okta.
    pub chain: Vec<String>,
    pub changed: Vec<SignalChange>,
}

/// Reads an event as the org sent it. What is no JSON says nothing.
pub fn read_event(raw: &str) -> EventSays {
    let Ok(event) = serde_json::from_str::<Value>(raw) else { return EventSays::default() };
    let debug = Debug(&event["debugContext"]["debugData"]);
    EventSays {
        risks: risk::risks(&event, &debug),
        behaviours: behaviours(&event, &debug),
        chain: chain(&event),
        changed: changed(&debug),
    }
}

/// Debug data, whose names come in any case.
pub(crate) struct Debug<'e>(&'e Value);

impl<'e> Debug<'e> {
    /// The value of this name, given without case and underscores.
    pub fn get(&self, name: &str) -> Option<&'e Value> {
        let (_, value) = self.0.as_object()?.iter().find(|(key, _)| plain_key(key) == name)?;
        (!value.is_null()).then_some(value)
    }

    /// The value as JSON, where it is an object or a text that holds one.
    pub fn object(&self, name: &str) -> Option<Value> {
        object(self.get(name)?)
    }
}

/// An object, or the one that a text holds.
fn object(value: &Value) -> Option<Value> {
    match value {
        Value::Object(_) => Some(value.clone()),
        Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_object),
        _ => None,
    }
}

/// A value as text: scalars as they are, lists and objects as JSON.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}

/// The value of a key in an object, compared without case and underscores.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let (_, value) = value.as_object()?.iter().find(|(key, _)| plain_key(key) == name)?;
    (!value.is_null()).then_some(value)
}

/// From the structured field, from the debug data's text, and from the JSON beside it; each name once.
fn behaviours(event: &Value, debug: &Debug<'_>) -> Vec<Behaviour> {
    let listed = member(&event["securityContext"], "userbehaviors").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(|behaviour| {
        let name = ["name", "id"].into_iter().find_map(|key| member(behaviour, key)?.as_str())?;
        Some((Box::from(name), Box::from(member(behaviour, "result")?.as_str()?)))
    });
    let told = debug.get("behaviors").map(|value| match object(value) {
        Some(object) => pairs(&object),
        None => value.as_str().map(read_behaviour_text).unwrap_or_default(),
    });
    let logged = debug.object("logonlysecuritydata");
    let logged =
        logged.as_ref().and_then(|data| member(data, "behaviors")).map(|value| match object(value) {
            Some(object) => pairs(&object),
            None => value.as_str().map(read_behaviour_text).unwrap_or_default(),
        });
    let mut found: Vec<Behaviour> = Vec::new();
    let told = told.unwrap_or_default().into_iter().chain(logged.unwrap_or_default());
    for behaviour in listed.chain(told) {
        if found.iter().all(|(name, _)| *name != behaviour.0) {
            found.push(behaviour);
        }
    }
    found
}

fn pairs(object: &Value) -> Vec<Behaviour> {
    let pairs = object.as_object().into_iter().flatten();
    pairs.filter_map(|(name, result)| Some((name.as_str().into(), result.as_str()?.into()))).collect()
}

fn chain(event: &Value) -> Vec<String> {
    let hops = event["request"]["ipChain"].as_array().into_iter().flatten();
    hops.filter_map(|hop| hop["ip"].as_str().or(hop.as_str())).map(str::to_owned).collect()
}

fn changed(debug: &Debug<'_>) -> Vec<SignalChange> {
    let Some(Value::Object(signals)) = debug.object("changeddevicesignals") else { return Vec::new() };
    let change = |(name, change): (String, Value)| {
        let of = |key: &str| member(&change, key).and_then(text);
        match change.is_object() {
            true => (name, of("oldvalue"), of("newvalue")),
            false => (name, None, text(&change)),
        }
    };
    signals.into_iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaviours_are_found_in_each_of_their_places() {
        let check = |event: &str, want: &[(&str, &str)]| {
            let read = read_event(event).behaviours;
            let told: Vec<_> = read.iter().map(|(name, result)| (&**name, &**result)).collect();
            assert_eq!(told, want, "{event}");
        };
        check(
            r#"{"securityContext":{"userBehaviors":[{"id":"b1","name":"New IP","result":"POSITIVE"},{"id":"b2","result":"UNKNOWN"}]}}"#,
            &[("New IP", "POSITIVE"), ("b2", "UNKNOWN")],
        );
        check(
            r#"{"debugContext":{"debugData":{"Behaviors":"{New IP=NEGATIVE, Velocity=BAD_REQUEST}"}}}"#,
            &[("New IP", "NEGATIVE"), ("Velocity", "BAD_REQUEST")],
        );
        check(
            r#"{"debugContext":{"debugData":{"logOnlySecurityData":"{\"risk\":{\"level\":\"LOW\"},\"behaviors\":{\"New IP\":\"NEGATIVE\"}}"}}}"#,
            &[("New IP", "NEGATIVE")],
        );
        check(
            r#"{"debugContext":{"debugData":{"log_only_security_data":{"behaviors":{"New IP":"POSITIVE","x":1}}}}}"#,
            &[("New IP", "POSITIVE")],
        );
        check(r#"{"securityContext":null,"debugContext":null}"#, &[]);
        check("nothing", &[]);
    }

    #[test]
    fn addresses_and_changed_signals() {
        let says = read_event(
            r#"{"request":{"ipChain":[{"ip":"192.0.2.1","source":null},{"ip":null},{"ip":"203.0.113.9"}]},
            "debugContext":{"debugData":{"changedDeviceSignals":
            "{\"device.profile.managed\":{\"oldValue\":true,\"newValue\":false},\"a\":{\"old_value\":null,\"NewValue\":[1]},\"b\":\"x\"}"}}}"#,
        );
        assert_eq!(says.chain, ["192.0.2.1", "203.0.113.9"]);
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            says.changed,
            [
                ("a".to_owned(), None, text("[1]")),
                ("b".to_owned(), None, text("x")),
                ("device.profile.managed".to_owned(), text("true"), text("false")),
            ]
        );
    }
}
