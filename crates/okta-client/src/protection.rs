//! The rules of Identity Threat Protection's policies, read from the JSON that a sync kept. What this version does not know of a
//! rule is named, never left out in silence: a condition that nobody mentions would make a rule look wider than it is.

mod covers;

use serde_json::Value;

/// Whom a rule is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RulePeople {
    pub groups: Vec<String>,
    pub but_groups: Vec<String>,
    pub users: Vec<String>,
    pub but_users: Vec<String>,
}

/// A condition of a rule. All of them have to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleCondition {
    People(RulePeople),
    /// The level of the person's risk is this one.
    Level(String),
    /// The level of the session's risk is this one or a higher one.
    LevelFrom(String),
    /// The detection is one of these.
    Detections(Vec<String>),
    /// The detection is none of these.
    NotDetections(Vec<String>),
    /// The address is in one of these zones.
    Zones(Vec<String>),
    /// The address is in none of these zones.
    NotZones(Vec<String>),
    /// Something that this version does not know, by its name.
    Unknown(String),
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleAction {
    /// Ends every session and token, and logs out of apps that are switched on for it.
    TerminateAllSessions,
    /// Ends the session concerned.
    TerminateSession,
    /// Starts a delegated workflow.
    RunWorkflow(Option<String>),
    /// Whether policies are evaluated again.
    Evaluate(bool),
    /// Something that this version does not know.
    Unknown(String),
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProtectionRule {
    /// Lower is tried first.
    pub priority: Option<i64>,
    /// The catch-all that nobody can change.
    pub system: bool,
    pub conditions: Vec<RuleCondition>,
    pub actions: Vec<RuleAction>,
}

/// Reads a rule; what is no JSON has neither conditions nor actions that could be told, so there is none.
pub fn read_protection_rule(raw: &str) -> Option<ProtectionRule> {
    let rule: Value = serde_json::from_str(raw).ok()?;
    Some(ProtectionRule {
        priority: rule["priority"].as_i64(),
        system: rule["system"].as_bool() == Some(true),
        conditions: conditions(&rule["conditions"]),
        actions: actions(&rule["actions"]),
    })
}

fn conditions(conditions: &Value) -> Vec<RuleCondition> {
    let mut found = Vec::new();
    for (name, condition) in
        conditions.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null())
    {
        match name.as_str() {
            "people" => found.extend(people(condition)),
            "entityRisk" => match condition["level"].as_str() {
                Some("ANY") => {}
                Some(level) => found.push(RuleCondition::Level(level.to_owned())),
                None => found.push(RuleCondition::Unknown(name.clone())),
            },
            "riskScore" => match condition["minRiskLevel"].as_str() {
                Some(level) => found.push(RuleCondition::LevelFrom(level.to_owned())),
                None => found.push(RuleCondition::Unknown(name.clone())),
            },
            "riskDetectionTypes" => {
                let lists = [
                    ("include", RuleCondition::Detections as fn(_) -> _),
                    ("exclude", RuleCondition::NotDetections),
                ];
                found.extend(named(condition, lists));
            }
            "network" => {
                let lists =
                    [("include", RuleCondition::Zones as fn(_) -> _), ("exclude", RuleCondition::NotZones)];
                found.extend(named(condition, lists));
            }
            unknown => found.push(RuleCondition::Unknown(unknown.to_owned())),
        }
    }
    found
}

fn named(
    condition: &Value,
    lists: [(&str, fn(Vec<String>) -> RuleCondition); 2],
) -> impl Iterator<Item = RuleCondition> {
    lists.into_iter().filter_map(|(key, make)| {
        let values = texts(&condition[key]);
        (!values.is_empty()).then(|| make(values))
    })
}

fn people(condition: &Value) -> Option<RuleCondition> {
    let people = RulePeople {
        groups: texts(&condition["groups"]["include"]),
        but_groups: texts(&condition["groups"]["exclude"]),
        users: texts(&condition["users"]["include"]),
        but_users: texts(&condition["users"]["exclude"]),
    };
    (people != RulePeople::default()).then_some(RuleCondition::People(people))
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn actions(actions: &Value) -> Vec<RuleAction> {
    let mut found = Vec::new();
    for (name, action) in actions.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        match name.as_str() {
            "entityRisk" => found.extend(listed(&action["actions"])),
            "postAuthSession" => found.extend(listed(&action["failureActions"])),
            "sessionViolationDetection" => {
                found.extend(action["policyEvaluation"]["enabled"].as_bool().map(RuleAction::Evaluate));
            }
            unknown => found.push(RuleAction::Unknown(unknown.to_owned())),
        }
    }
    found
}

fn listed(actions: &Value) -> Vec<RuleAction> {
    let one = |action: &Value| match action["action"].as_str().or(action.as_str()) {
        Some("TERMINATE_ALL_SESSIONS") => RuleAction::TerminateAllSessions,
        Some("TERMINATE_SESSION") => RuleAction::TerminateSession,
        // The id is a number in the API and a text in examples.
        Some("RUN_WORKFLOW") => RuleAction::RunWorkflow(match &action["workflow"]["id"] {
            Value::Number(id) => Some(id.to_string()),
            Value::String(id) => Some(id.clone()),
            _ => None,
        }),
        Some(unknown) => RuleAction::Unknown(unknown.to_owned()),
        None => RuleAction::Unknown(action.to_string()),
    };
    actions.as_array().into_iter().flatten().map(one).collect()
}

/// From what to what session protection was set, as an event of type `security.session_protection.status.update` tells it.
pub fn read_mode_change(raw: &str) -> (Option<String>, Option<String>) {
    let Ok(event) = serde_json::from_str::<Value>(raw) else { return (None, None) };
    let targets = event["target"].as_array().into_iter().flatten();
    // The details of a change stand with the target; whether at the event itself, too, nobody has seen.
    let details = targets.map(|target| &target["changeDetails"]).chain([&event["changeDetails"]]);
    let details = details.chain([&event["debugContext"]["debugData"]["changeDetails"]]);
    let parsed: Vec<Value> = details
        .filter_map(|details| match details {
            Value::Object(_) => Some(details.clone()),
            Value::String(text) => serde_json::from_str(text).ok(),
            _ => None,
        })
        .collect();
    let status =
        |of: &str| parsed.iter().find_map(|details| details[of]["status"].as_str()).map(str::to_owned);
    (status("from"), status("to"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> ProtectionRule {
        read_protection_rule(raw).expect("JSON")
    }

    #[test]
    fn an_entity_risk_rule() {
        let rule = read(
            r#"{"name":"High risk","priority":1,"type":"ENTITY_RISK","conditions":{"people":{"users":{"exclude":["00u9"]},
            "groups":{"include":["00g1"],"exclude":[]}},"entityRisk":{"level":"HIGH"},
            "riskDetectionTypes":{"include":["OKTA_THREAT_INTELLIGENCE","MOON_PHASE"],"exclude":[]}},
            "actions":{"entityRisk":{"actions":[{"action":"TERMINATE_ALL_SESSIONS"},{"action":"RUN_WORKFLOW","workflow":{"id":572749}},
            {"action":"SHOUT"}]}}}"#,
        );
        let text = |text: &str| text.to_owned();
        assert_eq!((rule.priority, rule.system), (Some(1), false));
        assert_eq!(
            rule.conditions,
            [
                RuleCondition::Level(text("HIGH")),
                RuleCondition::People(RulePeople {
                    groups: vec![text("00g1")],
                    but_users: vec![text("00u9")],
                    ..RulePeople::default()
                }),
                RuleCondition::Detections(vec![text("OKTA_THREAT_INTELLIGENCE"), text("MOON_PHASE")]),
            ]
        );
        assert_eq!(
            rule.actions,
            [
                RuleAction::TerminateAllSessions,
                RuleAction::RunWorkflow(Some(text("572749"))),
                RuleAction::Unknown(text("SHOUT")),
            ]
        );
    }

    #[test]
    fn session_rules_and_a_catch_all() {
        let rule = read(
            r#"{"conditions":{"network":{"connection":"ZONE","exclude":["nzo5"]},"riskScore":{"minRiskLevel":"MEDIUM"},"weather":{}},
            "actions":{"sessionViolationDetection":{"policyEvaluation":{"enabled":false}}}}"#,
        );
        assert_eq!(
            rule.conditions,
            [
                RuleCondition::NotZones(vec!["nzo5".to_owned()]),
                RuleCondition::LevelFrom("MEDIUM".to_owned()),
                RuleCondition::Unknown("weather".to_owned()),
            ]
        );
        assert_eq!(rule.actions, [RuleAction::Evaluate(false)]);
        let all = read(
            r#"{"priority":99,"system":true,"conditions":{"entityRisk":{"level":"ANY"},"people":null},
            "actions":{"postAuthSession":{"failureActions":[]}}}"#,
        );
        let anything = ProtectionRule::default();
        assert!(all.covers(&anything, &[]) && all.system && all.actions.is_empty());
        assert!(
            !read(r#"{"conditions":{"entityRisk":{}}}"#).covers(&anything, &[]),
            "a condition that can't be read is one"
        );
        assert_eq!(read("[]"), ProtectionRule::default());
        assert_eq!(read_protection_rule("nothing"), None);
    }

    #[test]
    fn a_change_of_mode_in_each_of_its_places() {
        let both = (Some("MONITORING".to_owned()), Some("ENFORCED".to_owned()));
        let details = r#"{"from":{"status":"MONITORING"},"to":{"status":"ENFORCED"}}"#;
        assert_eq!(read_mode_change(&format!(r#"{{"target":[{{}},{{"changeDetails":{details}}}]}}"#)), both);
        assert_eq!(read_mode_change(&format!(r#"{{"target":null,"changeDetails":{details}}}"#)), both);
        let text = Value::from(details);
        assert_eq!(
            read_mode_change(&format!(r#"{{"debugContext":{{"debugData":{{"changeDetails":{text}}}}}}}"#)),
            both
        );
        assert_eq!(read_mode_change("{}"), (None, None));
        assert_eq!(read_mode_change("nothing"), (None, None));
    }
}
