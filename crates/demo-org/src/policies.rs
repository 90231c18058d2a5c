//! `/api/v1/policies`: policies of all types, their lifecycle and their apps.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/>.

use crate::catalog::{shown, text};
use crate::http::body::{Shape, body_object, required, shaped};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::{Links, page};
use crate::ids;
use crate::org::Org;
use crate::system_log::record::object_target;
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
        .route("/api/v1/policies", get(list).post(create))
        .route("/api/v1/policies/{id}", get(read).put(replace).delete(delete))
        .route("/api/v1/policies/{id}/lifecycle/{change}", post(lifecycle))
        .route("/api/v1/policies/{id}/mappings", get(mappings).post(map))
        .route("/api/v1/policies/{id}/mappings/{mapping}", get(mapping).delete(unmap))
}

const TYPES: &[&str] = &[
    "ACCESS_POLICY",
    "ENTITY_RISK",
    "POST_AUTH_SESSION",
    "SESSION_VIOLATION_DETECTION",
    "DEVICE_SIGNAL_COLLECTION",
    "OKTA_SIGN_ON",
    "MFA_ENROLL",
    "IDP_DISCOVERY",
    "PASSWORD",
    "PROFILE_ENROLLMENT",
    "CLIENT_UPDATE",
];
/// One system policy each, which nobody can add to or change.
const SYSTEM_ONLY: &[&str] =
    &["ENTITY_RISK", "POST_AUTH_SESSION", "SESSION_VIOLATION_DETECTION", "CLIENT_UPDATE"];
const FIELDS: &[&str] = &["type", "name", "description", "status", "priority", "conditions", "settings"];

fn body(call: &Call, policy: &Value) -> Value {
    let at = format!("{}/api/v1/policies/{}", call.base, text(policy, "id"));
    let change = if text(policy, "status") == "ACTIVE" { "deactivate" } else { "activate" };
    let own: &[&str] = if policy["system"] == true { &["GET", "PUT"] } else { &["GET", "PUT", "DELETE"] };
    let mut links = Links::default().with("self", at.clone(), own);
    if text(policy, "type") == "ACCESS_POLICY" {
        links = links.with("mappings", format!("{at}/mappings"), &["GET", "POST"]);
    }
    links = links.with("rules", format!("{at}/rules"), &["GET", "POST"]);
    if policy["system"] != true {
        links = links.with(change, format!("{at}/lifecycle/{change}"), &["POST"]);
    }
    shown(policy, &links)
}

async fn list(call: Call) -> Reply {
    call.may_read("policies")?;
    let Some(kind) = call.parameter("type") else {
        return Err(ApiError::new(400, "E0000028", "The request is missing a required parameter: type"));
    };
    if !TYPES.contains(&kind) {
        return Err(ApiError::new(
            400,
            "E0000002",
            format!("Invalid policy type specified: {kind}. Missing Required Feature Flag"),
        ));
    }
    let status = call.parameter("status");
    let q = call.parameter("q").unwrap_or_default().to_lowercase();
    let catalog = call.org.catalog();
    let found = catalog.policies.all().filter(|policy| {
        text(policy, "type") == kind
            && status.is_none_or(|status| text(policy, "status") == status)
            && text(policy, "name").to_lowercase().starts_with(&q)
    });
    let with_rules = call.parameter("expand") == Some("rules");
    let bodies: Vec<Value> = found
        .map(|policy| {
            let mut body = body(&call, policy);
            if with_rules {
                let rules = crate::policy_rules::of_policy(&call, &catalog, text(policy, "id"));
                body["_embedded"] = json!({ "rules": rules });
            }
            body
        })
        .collect();
    Ok(page(&call, &bodies, None))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("policies")?;
    Ok(Json(body(&call, call.org.catalog().policies.get(&id)?)).into_response())
}

async fn create(call: Call, bytes: Bytes) -> Reply {
    call.may_manage("policies")?;
    let mut policy = checked(&call, body_object(&call, &bytes)?, None)?;
    let kind = policy["type"].as_str().unwrap_or_default().to_owned();
    let prefix =
        if matches!(kind.as_str(), "ACCESS_POLICY" | "DEVICE_SIGNAL_COLLECTION" | "PROFILE_ENROLLMENT") {
            "rst"
        } else {
            "00p"
        };
    policy.entry("status").or_insert("ACTIVE".into());
    policy.entry("priority").or_insert(1.into());
    policy.entry("conditions").or_insert(Value::Null);
    for (field, value) in
        [("system", json!(false)), ("created", json!(call.now)), ("lastUpdated", json!(call.now))]
    {
        policy.insert(field.into(), value);
    }
    let created = {
        let mut catalog = call.org.catalog_mut();
        let created = catalog.policies.insert(prefix, policy);
        // A sign-in policy is never without its catch-all.
        if kind == "ACCESS_POLICY" {
            catalog.rules.insert("rul", crate::policy_rules::catch_all(&created, call.now));
        }
        created
    };
    log(&call, "create", &created);
    Ok(Json(body(&call, &created)).into_response())
}

async fn replace(call: Call, Path(id): Path<String>, bytes: Bytes) -> Reply {
    call.may_manage("policies")?;
    let old = call.org.catalog().policies.get(&id)?.clone();
    let mut policy = checked(&call, body_object(&call, &bytes)?, Some(&old))?;
    for field in ["id", "system", "created", "status"] {
        policy.insert(field.into(), old[field].clone());
    }
    policy.entry("priority").or_insert(old["priority"].clone());
    policy.entry("conditions").or_insert(Value::Null);
    policy.insert("lastUpdated".into(), json!(call.now));
    let new = Value::Object(policy);
    *call.org.catalog_mut().policies.get_mut(&id)? = new.clone();
    log(&call, "update", &new);
    Ok(Json(body(&call, &new)).into_response())
}

async fn delete(call: Call, Path(id): Path<String>) -> Reply {
    call.may_manage("policies")?;
    let gone = {
        let mut catalog = call.org.catalog_mut();
        refuse_system(catalog.policies.get(&id)?)?;
        if catalog.apps.all().any(|app| app["policy"] == id) {
            return Err(ApiError::in_use("The policy is assigned to an app and cannot be deleted."));
        }
        catalog.rules.retain(|rule| rule["policyId"] != id);
        catalog.policies.remove(&id)?
    };
    log(&call, "delete", &gone);
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn lifecycle(call: Call, Path((id, change)): Path<(String, String)>) -> Reply {
    let status = status_after(&change)?;
    call.may_manage("policies")?;
    let changed = {
        let mut catalog = call.org.catalog_mut();
        let policy = catalog.policies.get_mut(&id)?;
        refuse_system(policy)?;
        policy["status"] = status.into();
        policy["lastUpdated"] = json!(call.now);
        policy.clone()
    };
    log(&call, &change, &changed);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The status that a lifecycle change of a policy or rule leads to.
pub fn status_after(change: &str) -> Result<&'static str, ApiError> {
    match change {
        "activate" => Ok("ACTIVE"),
        "deactivate" => Ok("INACTIVE"),
        _ => Err(ApiError::unknown_path()),
    }
}

/// System objects can't be removed or switched off.
pub fn refuse_system(object: &Value) -> Result<(), ApiError> {
    if object["system"] == true {
        return Err(ApiError::new(
            403,
            "E0000038",
            "This operation is not allowed in the current state: the object is a system object.",
        ));
    }
    Ok(())
}

fn checked(
    call: &Call,
    mut policy: Map<String, Value>,
    old: Option<&Value>,
) -> Result<Map<String, Value>, ApiError> {
    policy.retain(|field, _| FIELDS.contains(&field.as_str()));
    required(&policy, "name", 255)?;
    shaped(
        &policy,
        &[
            ("description", Shape::Text),
            ("priority", Shape::Number),
            ("conditions", Shape::Object),
            ("settings", Shape::Object),
        ],
    )?;
    let kind = policy.get("type").and_then(Value::as_str).unwrap_or_default();
    if !TYPES.contains(&kind) {
        return Err(ApiError::invalid("type", "is not a policy type of this org"));
    }
    if SYSTEM_ONLY.contains(&kind) {
        return Err(ApiError::new(
            403,
            "E0000038",
            format!("Policies of type {kind} cannot be created or changed"),
        ));
    }
    if old.is_some_and(|old| old["type"] != kind) {
        return Err(ApiError::invalid("type", "The type of a policy cannot be changed"));
    }
    let except = old.map_or("", |old| text(old, "id"));
    let catalog = call.org.catalog();
    let taken =
        |other: &Value| other["name"] == policy["name"] && other["type"] == kind && other["id"] != except;
    if catalog.policies.all().any(taken) {
        return Err(ApiError::invalid("name", "Policy name already in use"));
    }
    Ok(policy)
}

/// The apps that use a policy: `(mapping id, app id)`. A mapping's number is its app's.
fn mapped(call: &Call, id: &str) -> Result<Vec<(String, String)>, ApiError> {
    let seed = call.org.world.seed;
    let catalog = call.org.catalog();
    catalog.policies.get(id)?;
    let apps = catalog.apps.all().filter(|app| app["policy"] == id).map(|app| text(app, "id"));
    Ok(apps
        .filter_map(|app| Some((ids::encode(seed, "mpg", ids::decode(seed, "0oa", app)?), app.to_owned())))
        .collect())
}

fn mapping_body(call: &Call, policy: &str, (id, app): &(String, String)) -> Value {
    let links = Links::default()
        .with("self", format!("{}/api/v1/policies/{policy}/mappings/{id}", call.base), &["GET", "DELETE"])
        .with("application", format!("{}/api/v1/apps/{app}", call.base), &[])
        .with("policy", format!("{}/api/v1/policies/{policy}", call.base), &[]);
    json!({ "id": id, "_links": links })
}

async fn mappings(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("policies")?;
    let all: Vec<Value> =
        mapped(&call, &id)?.iter().map(|mapping| mapping_body(&call, &id, mapping)).collect();
    Ok(page(&call, &all, None))
}

async fn mapping(call: Call, Path((id, mapping)): Path<(String, String)>) -> Reply {
    call.may_read("policies")?;
    let found = mapped(&call, &id)?.into_iter().find(|(own, _)| *own == mapping);
    let found = found.ok_or_else(|| ApiError::not_found(&mapping, "PolicyMapping"))?;
    Ok(Json(mapping_body(&call, &id, &found)).into_response())
}

/// Gives an app this policy.
async fn map(call: Call, Path(id): Path<String>, bytes: Bytes) -> Reply {
    call.may_manage("policies")?;
    let body = body_object(&call, &bytes)?;
    required(&body, "resourceId", 100)?;
    let app = body["resourceId"].as_str().unwrap_or_default().to_owned();
    crate::apps::set_policy(&call, &app, &id)?;
    let made = mapped(&call, &id)?.into_iter().find(|(_, mapped)| *mapped == app);
    let made = made.ok_or_else(|| ApiError::not_found(&app, "AppInstance"))?;
    Ok(Json(mapping_body(&call, &id, &made)).into_response())
}

/// Takes the policy from an app, which falls back to the org's default: no app is without one.
async fn unmap(call: Call, Path((id, mapping)): Path<(String, String)>) -> Reply {
    call.may_manage("policies")?;
    let found = mapped(&call, &id)?.into_iter().find(|(own, _)| *own == mapping);
    let (_, app) = found.ok_or_else(|| ApiError::not_found(&mapping, "PolicyMapping"))?;
    let is_default = |policy: &&Value| policy["system"] == true && policy["type"] == "ACCESS_POLICY";
    let default =
        call.org.catalog().policies.all().find(is_default).map(|policy| text(policy, "id").to_owned());
    crate::apps::set_policy(&call, &app, &default.unwrap_or_default())?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn log(call: &Call, change: &str, policy: &Value) {
    let debug = json!({ "policyType": policy["type"] });
    let kind = format!("policy.lifecycle.{change}");
    call.log(&kind, &format!("{change} policy"), vec![object_target(policy, "PolicyEntity")], debug);
}
