//! Where posture checks are used, read from the JSON that a sync kept: assurance policies name checks by their variable,
//! sign-in rules name assurance policies, and an app's links name its sign-in policy. What makes no sense names nothing.

use domain::{AssuranceUse, ObjectId};
use serde_json::Value;

/// The checks that a device assurance policy asks for.
pub fn read_assurance_uses(policy: &str) -> Vec<AssuranceUse> {
    let included = |policy: &Value| {
        let checks = policy["devicePostureChecks"]["include"].as_array()?;
        Some(checks.iter().filter_map(one_use).collect())
    };
    parse(policy).as_ref().and_then(included).unwrap_or_default()
}

fn one_use(check: &Value) -> Option<AssuranceUse> {
    let variable_name = check["variableName"].as_str().filter(|name| !name.is_empty())?.into();
    // Text by the documentation; a number or a truth says the same.
    let value = match &check["value"] {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(yes) => Some(if *yes { "1" } else { "0" }.into()),
        _ => None,
    };
    Some(AssuranceUse { variable_name, value })
}

/// The device assurance policies of which a sign-in rule wants one to be met.
pub fn read_rule_assurances(rule: &str) -> Vec<ObjectId> {
    let included = |rule: &Value| {
        let ids = rule["conditions"]["device"]["assurance"]["include"].as_array()?;
        Some(ids.iter().filter_map(Value::as_str).map(|id| ObjectId(id.into())).collect())
    };
    parse(rule).as_ref().and_then(included).unwrap_or_default()
}

/// The sign-in policy of an app.
pub fn read_access_policy(app: &str) -> Option<ObjectId> {
    let app = parse(app)?;
    let href = app["_links"]["accessPolicy"]["href"].as_str()?;
    let path = href.split(['?', '#']).next()?.trim_end_matches('/');
    let id = path.rsplit('/').next().filter(|id| !id.is_empty())?;
    Some(ObjectId(id.into()))
}

fn parse(raw: &str) -> Option<Value> {
    serde_json::from_str(raw).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assurance_policy_names_its_checks() {
        let check = |json: &str, want: &[(&str, Option<&str>)]| {
            let uses = read_assurance_uses(json);
            let told: Vec<_> = uses.iter().map(|u| (&*u.variable_name, u.value.as_deref())).collect();
            assert_eq!(told, want, "{json}");
        };
        let with =
            |include: &str| format!(r#"{{"id":"dae1","devicePostureChecks":{{"include":{include}}}}}"#);
        check(
            &with(r#"[{"variableName":"a","value":"1"},{"variableName":"b","value":"7.2"}]"#),
            &[("a", Some("1")), ("b", Some("7.2"))],
        );
        check(
            &with(r#"[{"variableName":"a","value":1},{"variableName":"b","value":true}]"#),
            &[("a", Some("1")), ("b", Some("1"))],
        );
        check(&with(r#"[{"variableName":"a"},{"value":"1"},7,null,{"variableName":""}]"#), &[("a", None)]);
        check(&with("null"), &[]);
        check(r#"{"id":"dae1"}"#, &[]);
        check("[]", &[]);
        check("nothing", &[]);
    }

    #[test]
    fn a_rule_names_its_assurance_policies_and_an_app_its_policy() {
        let rule = r#"{"conditions":{"device":{"assurance":{"include":["dae1",7,"dae2"]}}}}"#;
        assert_eq!(read_rule_assurances(rule), [ObjectId("dae1".into()), ObjectId("dae2".into())]);
        assert_eq!(read_rule_assurances(r#"{"conditions":{"device":null}}"#), []);
        let app = |href: &str| {
            read_access_policy(&format!(r#"{{"_links":{{"accessPolicy":{{"href":"{href}"}}}}}}"#))
        };
        assert_eq!(app("https://x.okta.com/api/v1/policies/rst1"), Some(ObjectId("rst1".into())));
        assert_eq!(app("https://x.okta.com/api/v1/policies/rst1/?a=b"), Some(ObjectId("rst1".into())));
        assert_eq!(app(""), None);
        assert_eq!(read_access_policy("{}"), None);
    }
}
