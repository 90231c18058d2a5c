//! `/api/v1/policies/{id}/rules`: the ordered rules of a policy.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/>.

use crate::catalog::{Catalog, shown, text};
use crate::http::body::{Shape, body_object, required, shaped};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::{Links, page};
use crate::org::Org;
use crate::policies::{refuse_system, status_after};
use crate::system_log::record::object_target;
use crate::time::Time;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/policies/{id}/rules", get(list).post(create))
        .route("/api/v1/policies/{id}/rules/{rule}", get(read).put(replace).delete(delete))
        .route("/api/v1/policies/{id}/rules/{rule}/lifecycle/{change}", post(lifecycle))
}

/// Policies of these types take no further rules.
const CLOSED: &[&str] = &["PROFILE_ENROLLMENT", "POST_AUTH_SESSION", "CLIENT_UPDATE"];
const FIELDS: &[&str] = &["type", "name", "status", "priority", "conditions", "actions"];
/// The place of a catch-all.
const LAST: i64 = 99;

fn body(call: &Call, rule: &Value) -> Value {
    let at = format!("{}/api/v1/policies/{}/rules/{}", call.base, text(rule, "policyId"), text(rule, "id"));
    let change = if text(rule, "status") == "ACTIVE" { "deactivate" } else { "activate" };
    if rule["system"] == true {
        return shown(rule, &Links::default().with("self", at, &["GET", "PUT"]));
    }
    let links = Links::default().with("self", at.clone(), &["GET", "PUT", "DELETE"]);
    shown(rule, &links.with(change, format!("{at}/lifecycle/{change}"), &["POST"]))
}

/// The rules of a policy in the order they are tried.
pub fn of_policy(call: &Call, catalog: &Catalog, policy: &str) -> Vec<Value> {
    let mut rules: Vec<&Value> = catalog.rules.all().filter(|rule| rule["policyId"] == policy).collect();
    rules.sort_by_key(|rule| rule["priority"].as_i64());
    rules.into_iter().map(|rule| body(call, rule)).collect()
}

async fn list(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("policies")?;
    let catalog = call.org.catalog();
    catalog.policies.get(&id)?;
    Ok(page(&call, &of_policy(&call, &catalog, &id), None))
}

async fn read(call: Call, Path((id, rule)): Path<(String, String)>) -> Reply {
    call.may_read("policies")?;
    Ok(Json(body(&call, find(&call.org.catalog(), &id, &rule)?)).into_response())
}

fn find<'a>(catalog: &'a Catalog, policy: &str, rule: &str) -> Result<&'a Value, ApiError> {
    catalog.policies.get(policy)?;
    let found = catalog.rules.get(rule)?;
    if found["policyId"] == policy { Ok(found) } else { Err(ApiError::not_found(rule, "PolicyRule")) }
}

async fn create(call: Call, Path(id): Path<String>, bytes: Bytes) -> Reply {
    call.may_manage("policies")?;
    let policy = call.org.catalog().policies.get(&id)?.clone();
    let kind = text(&policy, "type").to_owned();
    if CLOSED.contains(&kind.as_str()) {
        return Err(ApiError::new(
            403,
            "E0000038",
            format!("Rules cannot be added to a policy of type {kind}"),
        ));
    }
    let mut rule = checked(&call, body_object(&call, &bytes)?, &policy, "")?;
    let active = call.parameter("activate") != Some("false");
    for (field, value) in [
        ("status", json!(if active { "ACTIVE" } else { "INACTIVE" })),
        ("system", json!(false)),
        ("created", json!(call.now)),
        ("lastUpdated", json!(call.now)),
        ("policyId", json!(id)),
    ] {
        rule.insert(field.into(), value);
    }
    let created = {
        let mut catalog = call.org.catalog_mut();
        make_room(&mut catalog, &id, &mut rule);
        catalog.rules.insert(if text(&policy, "id").starts_with("00p") { "0pr" } else { "rul" }, rule)
    };
    log(&call, "add", &created, &Value::Null);
    Ok(Json(body(&call, &created)).into_response())
}

async fn replace(call: Call, Path((id, rule_id)): Path<(String, String)>, bytes: Bytes) -> Reply {
    call.may_manage("policies")?;
    let (policy, old) = {
        let catalog = call.org.catalog();
        (catalog.policies.get(&id)?.clone(), find(&catalog, &id, &rule_id)?.clone())
    };
    let mut rule = checked(&call, body_object(&call, &bytes)?, &policy, &rule_id)?;
    for field in ["id", "system", "created", "policyId", "status"] {
        rule.insert(field.into(), old[field].clone());
    }
    if old["system"] == true || rule.get("priority").is_none_or(|priority| *priority == old["priority"]) {
        rule.insert("priority".into(), old["priority"].clone());
    } else {
        make_room(&mut call.org.catalog_mut(), &id, &mut rule);
    }
    rule.insert("lastUpdated".into(), json!(call.now));
    let new = Value::Object(rule);
    *call.org.catalog_mut().rules.get_mut(&rule_id)? = new.clone();
    log(&call, "update", &new, &old);
    Ok(Json(body(&call, &new)).into_response())
}

async fn delete(call: Call, Path((id, rule)): Path<(String, String)>) -> Reply {
    call.may_manage("policies")?;
    let gone = {
        let mut catalog = call.org.catalog_mut();
        refuse_system(find(&catalog, &id, &rule)?)?;
        catalog.rules.remove(&rule)?
    };
    log(&call, "delete", &gone, &Value::Null);
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn lifecycle(call: Call, Path((id, rule, change)): Path<(String, String, String)>) -> Reply {
    let status = status_after(&change)?;
    call.may_manage("policies")?;
    let changed = {
        let mut catalog = call.org.catalog_mut();
        refuse_system(find(&catalog, &id, &rule)?)?;
        let rule = catalog.rules.get_mut(&rule)?;
        rule["status"] = status.into();
        rule["lastUpdated"] = json!(call.now);
        rule.clone()
    };
    log(&call, &change, &changed, &Value::Null);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The rule that a new sign-in policy starts with.
pub fn catch_all(policy: &Value, now: Time) -> Map<String, Value> {
    let rule = json!({
        "policyId": policy["id"], "type": policy["type"], "name": "Catch-all Rule", "status": "ACTIVE", "system": true,
        "priority": LAST, "conditions": null, "created": now, "lastUpdated": now,
        "actions": { "appSignOn": { "access": "ALLOW", "verificationMethod": {
            "type": "ASSURANCE", "factorMode": "2FA", "reauthenticateIn": "PT2H", "constraints": [],
        } } },
    });
    if let Value::Object(rule) = rule { rule } else { Map::new() }
}

/// Gives a rule its priority, moving the others on. Without a wish it comes last before the catch-all.
fn make_room(catalog: &mut Catalog, policy: &str, rule: &mut Map<String, Value>) {
    let own = rule.get("id").cloned().unwrap_or_default();
    let mut others: Vec<(i64, String)> = catalog
        .rules
        .all()
        .filter(|other| other["policyId"] == policy && other["system"] != true && other["id"] != own)
        .map(|other| (other["priority"].as_i64().unwrap_or(0), text(other, "id").to_owned()))
        .collect();
    others.sort();
    let end = others.last().map_or(0, |(priority, _)| priority + 1);
    let wish = rule.get("priority").and_then(Value::as_i64).unwrap_or(end).clamp(0, end);
    rule.insert("priority".into(), wish.into());
    let mut taken = wish;
    for (priority, id) in others.into_iter().filter(|(priority, _)| *priority >= wish) {
        if priority > taken {
            break;
        }
        taken += 1;
        if let Ok(other) = catalog.rules.get_mut(&id) {
            other["priority"] = taken.into();
        }
    }
}

fn checked(
    call: &Call,
    mut rule: Map<String, Value>,
    policy: &Value,
    except: &str,
) -> Result<Map<String, Value>, ApiError> {
    rule.retain(|field, _| FIELDS.contains(&field.as_str()));
    required(&rule, "name", 255)?;
    shaped(
        &rule,
        &[
            ("description", Shape::Text),
            ("priority", Shape::Number),
            ("conditions", Shape::Object),
            ("actions", Shape::Object),
        ],
    )?;
    let kind = match text(policy, "type") {
        "OKTA_SIGN_ON" => "SIGN_ON",
        kind => kind,
    };
    let given = rule.entry("type").or_insert(kind.into());
    if given != kind {
        return Err(ApiError::invalid("type", format!("must be {kind} for this policy")));
    }
    let catalog = call.org.catalog();
    let taken = |other: &Value| {
        other["name"] == rule["name"] && other["policyId"] == policy["id"] && other["id"] != except
    };
    if catalog.rules.all().any(taken) {
        return Err(ApiError::invalid("name", "Rule name already in use in this policy"));
    }
    let device = &rule.get("conditions").unwrap_or(&Value::Null)["device"];
    if device["managed"] == true && device["registered"] != true {
        return Err(ApiError::invalid("conditions.device.managed", "requires registered to be true"));
    }
    for id in device["assurance"]["include"].as_array().into_iter().flatten() {
        if catalog.assurances.get(id.as_str().unwrap_or_default()).is_err() {
            return Err(ApiError::invalid(
                "conditions.device.assurance.include",
                format!("Invalid device assurance policy: {id}"),
            ));
        }
    }
    drop(catalog);
    if kind == "ACCESS_POLICY" && rule.get("conditions").is_some_and(Value::is_object) {
        fill_in(&mut rule);
    }
    Ok(rule)
}

/// Real replies fill these in even if they were not sent.
fn fill_in(rule: &mut Map<String, Value>) {
    let conditions = &mut rule["conditions"];
    for (field, default) in [
        ("network", json!({ "connection": "ANYWHERE" })),
        ("userType", json!({ "include": [], "exclude": [] })),
        ("people", json!({})),
    ] {
        if conditions[field].is_null() {
            conditions[field] = default;
        }
    }
    if let Some(people) = conditions["people"].as_object_mut() {
        people.entry("users").or_insert_with(|| json!({ "exclude": [] }));
    }
}

fn log(call: &Call, change: &str, rule: &Value, old: &Value) {
    let mut target = object_target(rule, "PolicyRule");
    target["detailEntry"] = json!({ "policyType": rule["type"], "policyId": rule["policyId"] });
    let debug = json!({
        "newConditions": rule["conditions"].to_string(), "oldConditions": old["conditions"].to_string(),
    });
    call.log(&format!("policy.rule.{change}"), &format!("{change} policy rule"), vec![target], debug);
}
