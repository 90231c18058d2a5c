//! The entity risk policy: which rule takes a person, and what it then does. Says nothing of how a level comes about.

use crate::catalog::{Catalog, text};
use crate::http::call::Call;
use crate::logout::{By, Run};
use crate::system_log::record;
use crate::time::Time;
use crate::world::World;
use crate::world::person::Person;
use crate::written::{View, Written};
use serde_json::{Value, json};

/// The rules in the order they are tried.
pub fn rules(catalog: &Catalog) -> Vec<&Value> {
    let mut rules: Vec<&Value> = catalog.rules.all().filter(|rule| rule["type"] == "ENTITY_RISK").collect();
    rules.sort_by_key(|rule| rule["priority"].as_i64());
    rules
}

/// The first rule that takes a person of this level for a detection of this type. `detection` is `None` for one that the
/// API has no name for.
pub fn matching<'c>(
    catalog: &'c Catalog,
    world: &World,
    person: &Person,
    level: &str,
    detection: Option<&str>,
) -> Option<&'c Value> {
    let groups = crate::groups::ids_of(world.seed, person);
    let user = crate::ids::encode(world.seed, "00u", person.index);
    rules(catalog).into_iter().find(|rule| {
        rule["status"] == "ACTIVE"
            && concerns(&rule["conditions"]["people"], &user, &groups)
            && [level, "ANY"].contains(&text(&rule["conditions"]["entityRisk"], "level"))
            && of_type(&rule["conditions"]["riskDetectionTypes"], detection)
    })
}

fn concerns(people: &Value, user: &str, groups: &[String]) -> bool {
    let names = |list: &Value, id: &str| list.as_array().is_some_and(|list| list.iter().any(|own| own == id));
    let any = |list: &Value| groups.iter().any(|group| names(list, group));
    let open = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
    let (users, by_group) = (&people["users"], &people["groups"]);
    let included = open(&users["include"]) && open(&by_group["include"])
        || names(&users["include"], user)
        || any(&by_group["include"]);
    included && !names(&users["exclude"], user) && !any(&by_group["exclude"])
}

fn of_type(types: &Value, detection: Option<&str>) -> bool {
    let names = |list: &Value| {
        list.as_array()
            .is_some_and(|list| list.iter().any(|own| own.as_str() == detection && detection.is_some()))
    };
    let open = types["include"].as_array().is_none_or(Vec::is_empty);
    (open || names(&types["include"])) && !names(&types["exclude"])
}

/// What a rule does: the name of its action, empty when it only logs, and the workflow.
pub fn action(rule: &Value) -> (&str, &Value) {
    let action = &rule["actions"]["entityRisk"]["actions"][0];
    (text(action, "action"), &action["workflow"]["id"])
}

/// The rule as target of an event.
pub fn rule_target(rule: Option<&Value>) -> Value {
    let (action, workflow) = rule.map_or(("", &Value::Null), action);
    json!({
        "id": rule.map(|rule| rule["id"].clone()), "type": "Rule", "alternateId": "unknown",
        "displayName": rule.map(|rule| rule["name"].clone()),
        "detailEntry": {
            "ruleAction": action, "workflowId": workflow, "policyType": "ENTITY_RISK",
            "policyId": rule.map(|rule| rule["policyId"].clone()),
        },
    })
}

/// What was done, as target.
pub fn action_target(rule: Option<&Value>) -> Value {
    let (action, workflow) = rule.map_or(("", &Value::Null), action);
    json!({
        "id": rule.map(|rule| rule["policyId"].clone()), "type": "PolicyAction", "alternateId": "unknown",
        "displayName": action, "detailEntry": { "policyAction": action, "policyWorkflowId": workflow },
    })
}

/// A delegated flow as target.
pub fn flow_target(workflow: &Value) -> Value {
    json!({
        "id": workflow.to_string(), "type": "Flow", "alternateId": "unknown", "displayName": "SOC: open an incident",
        "detailEntry": null,
    })
}

/// What the policy does about a level that was just set: decided as of the call, written step by step.
pub struct Outcome {
    rule: Option<Value>,
    level: &'static str,
}

impl Outcome {
    /// Asks the policy as it is now.
    pub fn of(call: &Call, person: u64, level: &'static str, detection: &str) -> Self {
        let person = call.org.person(person, View::ById, call.now);
        let catalog = call.org.catalog();
        let rule = matching(&catalog, &call.org.world, &person, level, Some(detection));
        Self { rule: rule.cloned(), level }
    }

    /// Writes what follows a detection at `at`.
    pub fn write(&self, run: &Run<'_>, written: &mut Written, at: Time) {
        let after = |ms: i64| Time(at.0 + ms);
        let user = || record::user_target(&run.call.org, run.person);
        let rule = self.rule.as_ref();
        let debug = json!({ "risk": format!("{{level={}}}", self.level) });
        let targets = vec![user(), rule_target(rule)];
        let kind = "policy.entity_risk.evaluate";
        run.log(
            written,
            after(300),
            By::System,
            kind,
            "Entity risk policy evaluated",
            targets,
            debug.clone(),
        );
        let targets = vec![user(), rule_target(rule), action_target(rule)];
        let kind = "policy.entity_risk.action";
        run.log(written, after(600), By::System, kind, "Entity risk policy action invoked", targets, debug);
        match rule.map_or(("", &Value::Null), action) {
            ("TERMINATE_ALL_SESSIONS", _) => {
                run.everywhere(written, after(900), By::System, "ITP_ENTITY_RISK")
            }
            ("RUN_WORKFLOW", workflow) => {
                let kind = "workflows.user.delegatedflow.run";
                let targets = vec![flow_target(workflow), user()];
                run.log(
                    written,
                    after(900),
                    By::System,
                    kind,
                    "Delegated flow started",
                    targets,
                    Value::Null,
                );
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::EPOCH;

    #[test]
    fn the_first_rule_that_fits_acts() {
        let (world, catalog) = (World::new(7, 1_000, false), Catalog::new(7));
        let person = (0..).map(|n| world.person(n, EPOCH)).find(|p| p.status == "ACTIVE").expect("somebody");
        let acts = |level, detection| {
            let rule = matching(&catalog, &world, &person, level, detection);
            rule.map(|rule| (text(rule, "name"), action(rule).0))
        };
        let everywhere = Some(("High risk: log out everywhere", "TERMINATE_ALL_SESSIONS"));
        assert_eq!(acts("HIGH", Some("ADMIN_REPORTED_USER_RISK")), everywhere);
        let soc = Some(("High risk, not by the person's own report: wake the SOC", "RUN_WORKFLOW"));
        assert_eq!(acts("HIGH", None), soc);
        assert_eq!(acts("HIGH", Some("USER_REPORTED_SUSPICIOUS_ACTIVITY")), Some(("Catch-all Rule", "")));
        assert_eq!(acts("MEDIUM", None), Some(("Medium risk: tell the SOC", "RUN_WORKFLOW")));
        assert_eq!(acts("LOW", Some("ADMIN_REPORTED_USER_RISK")), Some(("Catch-all Rule", "")));
        let reached = |n: &str| {
            (0..world.people()).map(|p| world.person(p, EPOCH)).any(|p| {
                [
                    ("LOW", "SECURITY_EVENTS_PROVIDER_REPORTED_RISK"),
                    ("MEDIUM", "BRUTE_FORCE_ATTACK"),
                    ("HIGH", "OKTA_THREAT_INTELLIGENCE"),
                ]
                .iter()
                .any(|(level, kind)| {
                    matching(&catalog, &world, &p, level, Some(kind)).is_some_and(|r| text(r, "name") == n)
                })
            })
        };
        assert!(reached("Partner says low: note it"));
        assert!(!reached("Payment approvers at medium risk: log out"), "the rule above takes everybody");
    }

    #[test]
    fn people_are_included_and_excluded() {
        let groups = vec!["g1".to_owned()];
        let people = |users: Value, by: Value| json!({ "users": users, "groups": by });
        for (condition, takes) in [
            (Value::Null, true),
            (people(json!({ "include": [] }), json!({ "include": ["g1"] })), true),
            (people(json!({}), json!({ "include": ["g2"] })), false),
            (people(json!({ "include": ["u1"] }), json!({ "include": ["g2"] })), true),
            (people(json!({ "exclude": ["u1"] }), json!({ "include": ["g1"] })), false),
            (people(json!({}), json!({ "include": [], "exclude": ["g1"] })), false),
        ] {
            assert_eq!(concerns(&condition, "u1", &groups), takes, "{condition}");
        }
    }
}
