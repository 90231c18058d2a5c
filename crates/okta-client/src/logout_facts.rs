//! What a stored event says of a logout beyond the columns of the log: what joins it to others, the apps that were called, and
//! what a policy did. Debug data is no stable interface: names are compared without case and underscores, and nothing is promised.

use crate::debug_value::debug_value;
use domain::ObjectId;
use serde_json::Value;

/// What one event tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogoutFacts {
    pub trace: Option<Box<str>>,
    pub transaction: Option<Box<str>>,
    /// The apps for which a call was triggered.
    pub apps: Vec<ObjectId>,
    /// What a policy did: `TERMINATE_ALL_SESSIONS`, …
    pub action: Option<Box<str>>,
}

/// Reads them; what is not there is left out.
pub fn read_logout_facts(event: &str) -> LogoutFacts {
    let whole: Value = serde_json::from_str(event).unwrap_or_default();
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(Box::from);
    let debug = |name: &str| debug_value(event, name).map(Box::<str>::from);
    LogoutFacts {
        trace: debug("traceId"),
        transaction: text(&whole["transaction"]["id"]),
        apps: debug("appInstanceIds").map(|ids| split(&ids)).unwrap_or_default(),
        action: debug("policyAction").or_else(|| debug("ruleAction")),
    }
}

/// Ids come as text between commas, in brackets or in quotes, and as a list.
fn split(ids: &str) -> Vec<ObjectId> {
    let mut found: Vec<ObjectId> = Vec::new();
    for id in ids.split(|c: char| !c.is_ascii_alphanumeric()).filter(|id| !id.is_empty()) {
        let id = ObjectId(id.into());
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apps(value: &str) -> Vec<String> {
        let event = format!(r#"{{"debugContext":{{"debugData":{{"app_instance_ids":{value}}}}}}}"#);
        read_logout_facts(&event).apps.into_iter().map(|id| id.0.into()).collect()
    }

    #[test]
    fn apps_are_read_in_every_shape() {
        assert_eq!(apps(r#""0oa1,0oa2""#), ["0oa1", "0oa2"]);
        assert_eq!(apps(r#""[0oa1, 0oa2, 0oa1]""#), ["0oa1", "0oa2"]);
        assert_eq!(apps(r#""[\"0oa1\"]""#), ["0oa1"]);
        assert_eq!(apps(r#"["0oa1","0oa2"]"#), ["0oa1", "0oa2"]);
        assert!(apps("null").is_empty() && apps(r#""""#).is_empty());
    }

    #[test]
    fn what_joins_and_what_a_policy_did_is_found_where_it_stands() {
        let event = r#"{"transaction":{"id":"req1","type":"JOB"},"debugContext":{"debugData":{"traceId":"trc1"}},
            "target":[{"id":"00u1","type":"User","detailEntry":null},
                {"type":"PolicyAction","detailEntry":{"policyAction":"TERMINATE_ALL_SESSIONS"}}]}"#;
        let facts = read_logout_facts(event);
        assert_eq!((facts.trace.as_deref(), facts.transaction.as_deref()), (Some("trc1"), Some("req1")));
        assert_eq!(facts.action.as_deref(), Some("TERMINATE_ALL_SESSIONS"));
        assert_eq!(read_logout_facts("garbled"), LogoutFacts::default());
    }
}
