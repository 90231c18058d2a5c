//! The org's smaller objects: apps, policies, zones, checks and so on. A few hundred at most, so they are held in memory
//! as JSON, start out as the files in `seed/`, and change when callers change them.

mod seeds;

pub use seeds::SET_UP;

use crate::http::error::ApiError;
use crate::http::link::Links;
use crate::ids;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One collection of objects, by the number in their id.
#[derive(Debug)]
pub struct Collection {
    seed: u64,
    /// What Okta calls such an object in errors.
    kind: &'static str,
    objects: BTreeMap<String, Value>,
    created: u64,
}

/// All collections. Rules live beside their policies.
#[derive(Debug)]
pub struct Catalog {
    pub apps: Collection,
    pub assurances: Collection,
    pub checks: Collection,
    pub integrations: Collection,
    pub policies: Collection,
    pub rules: Collection,
    pub zones: Collection,
    pub authenticators: Collection,
}

/// Numbers of objects that callers make; seeds stay below.
const OWN: u64 = 1 << 20;

impl Collection {
    fn new(seed: u64, kind: &'static str) -> Self {
        Self { seed, kind, objects: BTreeMap::new(), created: 0 }
    }

    /// All objects in the order they were made.
    pub fn all(&self) -> impl Iterator<Item = &Value> {
        self.objects.values()
    }

    pub fn get(&self, id: &str) -> Result<&Value, ApiError> {
        self.key(id).map(|key| &self.objects[&key])
    }

    pub fn get_mut(&mut self, id: &str) -> Result<&mut Value, ApiError> {
        let missing = ApiError::not_found(id, self.kind);
        let key = self.key(id)?;
        self.objects.get_mut(&key).ok_or(missing)
    }

    /// Adds an object; it gets the next id.
    pub fn insert(&mut self, prefix: &str, mut object: Map<String, Value>) -> Value {
        self.created += 1;
        let number = OWN + self.created;
        let id = ids::encode(self.seed, prefix, number);
        object.insert("id".into(), id.clone().into());
        let object = Value::Object(object);
        self.objects.insert(order(number, &id), object.clone());
        object
    }

    pub fn remove(&mut self, id: &str) -> Result<Value, ApiError> {
        let missing = ApiError::not_found(id, self.kind);
        let key = self.key(id)?;
        self.objects.remove(&key).ok_or(missing)
    }

    /// Removes every object that `goes`.
    pub fn retain(&mut self, stays: impl Fn(&Value) -> bool) {
        self.objects.retain(|_, object| stays(object));
    }

    /// Whether another object than `except` has this value in `field`.
    pub fn taken(&self, field: &str, value: &Value, except: &str) -> bool {
        self.all().any(|object| object[field] == *value && object["id"] != except)
    }

    fn key(&self, id: &str) -> Result<String, ApiError> {
        let prefix = id.get(..3).unwrap_or_default();
        let number = ids::decode(self.seed, prefix, id);
        let key = number.map(|number| order(number, id)).filter(|key| self.objects.contains_key(key));
        key.ok_or_else(|| ApiError::not_found(id, self.kind))
    }
}

fn order(number: u64, id: &str) -> String {
    format!("{number:012}{id}")
}

/// A text field, or nothing.
pub fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap_or_default()
}

/// An object as callers see it: without what only this org needs, with its links.
pub fn shown(object: &Value, links: &Links) -> Value {
    let mut object = object.clone();
    if let Value::Object(map) = &mut object {
        map.remove("policy");
        map.remove("policyId");
        map.remove("assigned");
        map.insert("_links".into(), json!(links));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_file_is_read_and_resolved() {
        let catalog = Catalog::new(1);
        for (name, collection, least) in [
            ("apps", &catalog.apps, 38),
            ("assurances", &catalog.assurances, 8),
            ("checks", &catalog.checks, 15),
            ("integrations", &catalog.integrations, 8),
            ("policies", &catalog.policies, 14),
            ("rules", &catalog.rules, 20),
            ("zones", &catalog.zones, 8),
            ("authenticators", &catalog.authenticators, 5),
        ] {
            assert!(collection.all().count() >= least, "{name}");
            for object in collection.all() {
                assert!(!object.to_string().contains("\"@"), "an unresolved id in {object}");
                let id = text(object, "id");
                assert_eq!(collection.get(id).map(|o| o["id"].clone()).ok(), Some(id.into()), "{name}");
            }
        }
    }

    #[test]
    fn what_seeds_refer_to_exists() {
        let catalog = Catalog::new(1);
        for rule in catalog.rules.all() {
            assert!(catalog.policies.get(text(rule, "policyId")).is_ok());
            for id in rule["conditions"]["device"]["assurance"]["include"].as_array().into_iter().flatten() {
                assert!(catalog.assurances.get(id.as_str().unwrap_or_default()).is_ok(), "{id}");
            }
            for id in rule["conditions"]["network"]["include"].as_array().into_iter().flatten() {
                assert!(catalog.zones.get(id.as_str().unwrap_or_default()).is_ok(), "{id}");
            }
        }
        for app in catalog.apps.all() {
            assert!(catalog.policies.get(text(app, "policy")).is_ok());
        }
        let (mut used, mut platforms) = (BTreeMap::new(), BTreeMap::<_, u32>::new());
        for policy in catalog.assurances.all() {
            for check in policy["devicePostureChecks"]["include"].as_array().into_iter().flatten() {
                let variable = text(check, "variableName");
                let named = catalog.checks.all().find(|c| text(c, "variableName") == variable);
                let named = named.unwrap_or_else(|| panic!("no check is called {variable}"));
                assert_eq!(named["platform"], policy["platform"], "{variable}");
                used.insert(variable, text(named, "type"));
                *platforms.entry(text(policy, "platform")).or_default() += 1;
            }
        }
        // Both platforms use checks, custom and built-in ones; some are used by nobody.
        assert_eq!(platforms.keys().copied().collect::<Vec<_>>(), ["MACOS", "WINDOWS"]);
        assert!(used.values().any(|kind| *kind == "BUILTIN"));
        let unused = catalog.checks.all().filter(|c| !used.contains_key(text(c, "variableName")));
        assert!(unused.filter(|check| text(check, "type") == "CUSTOM").count() >= 3);
    }
}
