//! What the groups, people and zones of rules are called in the snapshot.

use crate::{failure, org::Org};
use contract::Failure;
use domain::{ObjectKind, OrgObject, SnapshotId};
use okta_client::{RuleCondition, read_protection_rule};
use std::collections::{BTreeSet, HashMap};

/// Names by id.
#[derive(Default)]
pub(super) struct Names {
    of: HashMap<String, String>,
    /// Groups that everybody is in.
    everyone: Vec<String>,
}

impl Names {
    /// The names of everything that rules mention.
    pub fn of<'r>(org: &Org, at: SnapshotId, rules: impl Iterator<Item = &'r str>) -> Result<Self, Failure> {
        let mut users: BTreeSet<String> = BTreeSet::new();
        for rule in rules.filter_map(read_protection_rule) {
            for condition in rule.conditions {
                if let RuleCondition::People(people) = condition {
                    users.extend(people.users.into_iter().chain(people.but_users));
                }
            }
        }
        let (mut names, mut everyone) = (HashMap::new(), Vec::new());
        for kind in [ObjectKind::Group, ObjectKind::Zone] {
            let objects = org.cache.objects(at, &kind).map_err(failure::cache)?;
            everyone.extend(
                objects.iter().filter(|object| is_everyone(object)).map(|object| object.id.to_string()),
            );
            names.extend(objects.into_iter().map(|object| (object.id.to_string(), object.name.into())));
        }
        let users: BTreeSet<&str> = users.iter().map(String::as_str).collect();
        let found =
            org.cache.log_names(at, &users, &BTreeSet::new(), &BTreeSet::new()).map_err(failure::cache)?;
        names.extend(found.users.into_iter().map(|(id, name)| (String::from(id), name)));
        Ok(Self { of: names, everyone })
    }

    /// The groups that everybody is in.
    pub fn everyone(&self) -> Vec<&str> {
        self.everyone.iter().map(String::as_str).collect()
    }

    /// The names of these, those that are not known by their id.
    pub fn list(&self, ids: &[String]) -> String {
        let names = ids.iter().map(|id| self.of.get(id).map_or(&**id, |name| name));
        listed(names.map(|name| format!("“{name}”")).collect())
    }
}

/// The one group that the org itself puts everybody into. It can't be renamed.
fn is_everyone(object: &OrgObject) -> bool {
    object.variety.as_deref() == Some("BUILT_IN") && &*object.name == "Everyone"
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn listed(mut words: Vec<String>) -> String {
    let Some(last) = words.pop() else { return String::new() };
    if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }
}

#[cfg(test)]
impl Names {
    pub fn made_up(names: &[(&str, &str)]) -> Self {
        let of = names.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
        Self { of, everyone: Vec::new() }
    }
}
