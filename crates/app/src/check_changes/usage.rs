//! Where posture checks are used: assurance policies ask for a check by its variable name, sign-in rules want an assurance
//! policy to be met, apps use a sign-in policy. Gathered from the JSON of a snapshot in one pass.

use crate::{failure, org::Org, sync::label};
use cache::{Collection, Outcome};
use contract::{
    Failure,
    check_changes::{AppUse, CheckUse, PolicyUse, RuleUse},
};
use domain::{AssuranceUse, ObjectId, ObjectKind, OrgObject, SnapshotId};
use okta_client::{read_access_policy, read_assurance_uses, read_rule_assurances};
use std::collections::{BTreeMap, HashMap};

const KINDS: [ObjectKind; 4] =
    [ObjectKind::AssurancePolicy, ObjectKind::PolicyRule, ObjectKind::Policy, ObjectKind::App];

/// Where every check is used, by its variable name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Usage {
    by_variable: BTreeMap<String, Vec<PolicyUse>>,
    unread: Vec<String>,
}

impl Usage {
    /// Where one check is used.
    pub fn of(&self, variable_name: &str) -> CheckUse {
        CheckUse {
            variable_name: variable_name.to_owned(),
            policies: self.by_variable.get(variable_name).cloned().unwrap_or_default(),
            unread: self.unread.clone(),
        }
    }
}

impl Org {
    /// Where the checks are used in a snapshot.
    pub(crate) fn check_usage(&self, snapshot: SnapshotId) -> Result<Usage, Failure> {
        let mut gathered = Gathered::default();
        self.cache
            .each_object(snapshot, &KINDS, |object, raw| gathered.take(object, raw))
            .map_err(failure::cache)?;
        let mut usage = gathered.usage();
        let known = self.cache.snapshot(snapshot).map_err(failure::cache)?;
        let collections = known.map(|known| known.collections).unwrap_or_default();
        usage.unread = KINDS
            .into_iter()
            .map(Collection::Objects)
            .filter(|kind| {
                let state = collections.iter().find(|state| state.collection == *kind);
                // Never read, or not this time: what is there may be old or not all.
                state.is_none_or(|state| matches!(state.outcome, Outcome::Failed { .. }))
            })
            .map(|kind| label(&kind).to_owned())
            .collect();
        Ok(usage)
    }
}

/// What names what, before it is put together.
#[derive(Default)]
struct Gathered {
    policies: Vec<(OrgObject, Vec<AssuranceUse>)>,
    rules: Vec<(OrgObject, Vec<ObjectId>)>,
    sign_in: HashMap<ObjectId, OrgObject>,
    apps: HashMap<ObjectId, Vec<AppUse>>,
}

impl Gathered {
    fn take(&mut self, object: OrgObject, raw: &str) {
        match object.kind {
            ObjectKind::AssurancePolicy => {
                let uses = read_assurance_uses(raw);
                if !uses.is_empty() {
                    self.policies.push((object, uses));
                }
            }
            ObjectKind::PolicyRule => {
                let assurances = read_rule_assurances(raw);
                if !assurances.is_empty() {
                    self.rules.push((object, assurances));
                }
            }
            ObjectKind::Policy => drop(self.sign_in.insert(object.id.clone(), object)),
            ObjectKind::App => {
                if let Some(policy) = read_access_policy(raw) {
                    let status = object.status.map(String::from);
                    let app = AppUse { id: object.id, name: object.name.into(), status };
                    self.apps.entry(policy).or_default().push(app);
                }
            }
            _ => {}
        }
    }

    fn usage(mut self) -> Usage {
        self.apps.values_mut().for_each(|apps| apps.sort_by(|a, b| a.name.cmp(&b.name)));
        let mut rules_of: HashMap<&ObjectId, Vec<RuleUse>> = HashMap::new();
        for (rule, assurances) in &self.rules {
            let rule = self.rule(rule);
            for assurance in assurances {
                rules_of.entry(assurance).or_default().push(rule.clone());
            }
        }
        for rules in rules_of.values_mut() {
            rules.sort_by(|a, b| (&a.policy_name, &a.name, &a.id.0).cmp(&(&b.policy_name, &b.name, &b.id.0)));
        }
        let mut by_variable: BTreeMap<String, Vec<PolicyUse>> = BTreeMap::new();
        for (policy, uses) in &self.policies {
            for AssuranceUse { variable_name, value } in uses {
                by_variable.entry(variable_name.to_string()).or_default().push(PolicyUse {
                    id: policy.id.clone(),
                    name: policy.name.to_string(),
                    value: value.as_deref().map(str::to_owned),
                    rules: rules_of.get(&policy.id).cloned().unwrap_or_default(),
                });
            }
        }
        for policies in by_variable.values_mut() {
            policies.sort_by(|a, b| (&a.name, &a.id.0).cmp(&(&b.name, &b.id.0)));
        }
        Usage { by_variable, unread: Vec::new() }
    }

    fn rule(&self, rule: &OrgObject) -> RuleUse {
        let policy = rule.parent.as_ref().and_then(|id| self.sign_in.get(id));
        let is_on = |object: &OrgObject| object.status.as_deref() != Some("INACTIVE");
        RuleUse {
            id: rule.id.clone(),
            name: rule.name.to_string(),
            active: is_on(rule) && policy.is_none_or(is_on),
            policy: rule.parent.clone(),
            policy_name: policy.map(|policy| policy.name.to_string()),
            apps: rule.parent.as_ref().and_then(|id| self.apps.get(id)).cloned().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(kind: ObjectKind, id: &str, parent: Option<&str>, status: &str) -> OrgObject {
        OrgObject {
            kind,
            id: ObjectId(id.into()),
            parent: parent.map(|id| ObjectId(id.into())),
            name: format!("name of {id}").into(),
            variety: None,
            status: Some(status.into()),
            last_updated: None,
        }
    }

    fn told(usage: &CheckUse) -> Vec<String> {
        let rule = |rule: &RuleUse| {
            let apps: Vec<_> = rule.apps.iter().map(|app| app.id.as_str()).collect();
            format!("{}{} [{}]", rule.id, if rule.active { "" } else { " off" }, apps.join(" "))
        };
        let policy = |policy: &PolicyUse| {
            let rules: Vec<_> = policy.rules.iter().map(rule).collect();
            format!("{}={} {}", policy.id, policy.value.as_deref().unwrap_or("?"), rules.join(", "))
        };
        usage.policies.iter().map(policy).collect()
    }

    #[test]
    fn a_check_leads_to_policies_rules_and_apps() {
        let mut gathered = Gathered::default();
        let assurance = |checks: &str| format!(r#"{{"devicePostureChecks":{{"include":{checks}}}}}"#);
        let rule =
            |ids: &str| format!(r#"{{"conditions":{{"device":{{"assurance":{{"include":{ids}}}}}}}}}"#);
        let app =
            |policy: &str| format!(r#"{{"_links":{{"accessPolicy":{{"href":"https://x/{policy}"}}}}}}"#);
        // In no order: a rule may be read before its policy.
        gathered.take(
            object(ObjectKind::PolicyRule, "rul1", Some("rst1"), "ACTIVE"),
            &rule(r#"["dae1","dae2"]"#),
        );
        gathered.take(object(ObjectKind::PolicyRule, "rul2", Some("rst1"), "INACTIVE"), &rule(r#"["dae1"]"#));
        gathered.take(object(ObjectKind::PolicyRule, "rul3", Some("rst2"), "ACTIVE"), &rule(r#"["dae2"]"#));
        gathered.take(object(ObjectKind::PolicyRule, "rul4", Some("rst1"), "ACTIVE"), "{}");
        gathered.take(object(ObjectKind::App, "0oa2", None, "ACTIVE"), &app("rst1"));
        gathered.take(object(ObjectKind::App, "0oa1", None, "ACTIVE"), &app("rst1"));
        gathered.take(object(ObjectKind::App, "0oa3", None, "ACTIVE"), "{}");
        gathered.take(object(ObjectKind::Policy, "rst1", None, "ACTIVE"), "{}");
        gathered.take(object(ObjectKind::Policy, "rst2", None, "INACTIVE"), "{}");
        let (one, both) = (
            r#"[{"variableName":"a","value":"1"}]"#,
            r#"[{"variableName":"a"},{"variableName":"b","value":"7"}]"#,
        );
        gathered.take(object(ObjectKind::AssurancePolicy, "dae2", None, ""), &assurance(both));
        gathered.take(object(ObjectKind::AssurancePolicy, "dae1", None, ""), &assurance(one));
        gathered.take(object(ObjectKind::AssurancePolicy, "dae3", None, ""), "{}");
        let usage = gathered.usage();
        assert_eq!(
            told(&usage.of("a")),
            ["dae1=1 rul1 [0oa1 0oa2], rul2 off [0oa1 0oa2]", "dae2=? rul1 [0oa1 0oa2], rul3 off []"]
        );
        assert_eq!(told(&usage.of("b")), ["dae2=7 rul1 [0oa1 0oa2], rul3 off []"]);
        assert!(!usage.of("c").is_used());
        let apps = usage.of("a");
        assert_eq!(apps.apps().iter().map(|app| app.id.as_str()).collect::<Vec<_>>(), ["0oa1", "0oa2"]);
        assert!(apps.is_in_force());
    }
}
