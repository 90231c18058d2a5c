//! One value out of a stored event's debug data. Its names come in camel, snake and Pascal case, so they are compared
//! without case and underscores; which event has which is not promised by anyone.

use serde_json::Value;

/// The value of this name in the event's debug data, or else in the details of one of its targets.
pub fn debug_value(event: &str, name: &str) -> Option<String> {
    let event: Value = serde_json::from_str(event).ok()?;
    let debug = [&event["debugContext"]["debugData"]];
    let targets = event["target"].as_array().into_iter().flatten().map(|target| &target["detailEntry"]);
    debug.into_iter().chain(targets).find_map(|part| of(part, name))
}

fn of(part: &Value, name: &str) -> Option<String> {
    let wanted = plain(name);
    let (_, value) = part.as_object()?.iter().find(|(key, _)| plain(key) == wanted)?;
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let event = r#"{"debugContext":{"debugData":{"Result":"INVALID_MANAGEMENT_HINT","x":null}},
            "target":[{"detailEntry":null},{"detailEntry":{"enrollment_url":"https://a","n":3}}]}"#;
        assert_eq!(debug_value(event, "result").as_deref(), Some("INVALID_MANAGEMENT_HINT"));
        assert_eq!(debug_value(event, "enrollmentUrl").as_deref(), Some("https://a"));
        assert_eq!(debug_value(event, "n").as_deref(), Some("3"));
        assert_eq!(debug_value(event, "x"), None);
        assert_eq!(debug_value("{\"target\":null,\"debugContext\":null}", "result"), None);
        assert_eq!(debug_value("", "result"), None);
    }
}
