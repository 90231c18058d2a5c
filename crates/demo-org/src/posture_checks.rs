//! `/api/v1/device-posture-checks`: custom and built-in device posture checks.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DevicePostureCheck/>.

use crate::catalog::{Catalog, shown, text};
use crate::http::body::{Shape, body_object, one_of, required, shaped};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::{Links, page};
use crate::org::Org;
use crate::system_log::record::object_target;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/device-posture-checks", get(list).post(create))
        .route("/api/v1/device-posture-checks/default", get(defaults))
        .route("/api/v1/device-posture-checks/{id}", get(read).put(replace).delete(delete))
}

const FIELDS: &[&str] = &[
    "name",
    "description",
    "variableName",
    "platform",
    "type",
    "mappingType",
    "query",
    "remediationSettings",
];

fn body(call: &Call, check: &Value) -> Value {
    let at = format!("{}/api/v1/device-posture-checks/{}", call.base, text(check, "id"));
    shown(check, &Links::default().with("self", at, &["GET", "PUT", "DELETE"]))
}

fn of_type(call: &Call, kind: &str) -> Vec<Value> {
    let catalog = call.org.catalog();
    catalog.checks.all().filter(|check| text(check, "type") == kind).map(|check| body(call, check)).collect()
}

async fn list(call: Call) -> Reply {
    call.may_read("devicePostureChecks")?;
    Ok(page(&call, &of_type(&call, "CUSTOM"), None))
}

async fn defaults(call: Call) -> Reply {
    call.may_read("devicePostureChecks")?;
    Ok(page(&call, &of_type(&call, "BUILTIN"), None))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("devicePostureChecks")?;
    Ok(Json(body(&call, call.org.catalog().checks.get(&id)?)).into_response())
}

async fn create(call: Call, bytes: Bytes) -> Reply {
    call.may_manage("devicePostureChecks")?;
    let mut check = checked(&call, body_object(&call, &bytes)?, "")?;
    check.insert("createdBy".into(), call.caller_id().into());
    check.insert("createdDate".into(), json!(call.now));
    stamp(&mut check, &call);
    let created = {
        // Two callers may want one name at once: looked at again with nobody between.
        let mut catalog = call.org.catalog_mut();
        free(&catalog, &check, "")?;
        catalog.checks.insert("dch", check)
    };
    log(&call, "add", &created);
    Ok(Json(body(&call, &created)).into_response())
}

async fn replace(call: Call, Path(id): Path<String>, bytes: Bytes) -> Reply {
    call.may_manage("devicePostureChecks")?;
    let old = call.org.catalog().checks.get(&id)?.clone();
    if text(&old, "type") == "BUILTIN" {
        return Err(ApiError::new(403, "E0000038", "A built-in device posture check cannot be changed"));
    }
    let mut check = checked(&call, body_object(&call, &bytes)?, &id)?;
    for field in ["id", "createdBy", "createdDate"] {
        check.insert(field.into(), old[field].clone());
    }
    stamp(&mut check, &call);
    let new = {
        let mut catalog = call.org.catalog_mut();
        free(&catalog, &check, &id)?;
        let new = Value::Object(check);
        *catalog.checks.get_mut(&id)? = new.clone();
        new
    };
    log(&call, "update", &new);
    Ok(Json(body(&call, &new)).into_response())
}

async fn delete(call: Call, Path(id): Path<String>) -> Reply {
    call.may_manage("devicePostureChecks")?;
    let gone = {
        let mut catalog = call.org.catalog_mut();
        let check = catalog.checks.get(&id)?.clone();
        if text(&check, "type") == "BUILTIN" {
            return Err(ApiError::new(403, "E0000038", "A built-in device posture check cannot be deleted"));
        }
        let uses = |policy: &Value| {
            let checks = policy["devicePostureChecks"]["include"].as_array();
            checks.is_some_and(|checks| checks.iter().any(|c| c["variableName"] == check["variableName"]))
        };
        if catalog.assurances.all().any(uses) {
            return Err(ApiError::in_use("Device posture check is in use and cannot be deleted."));
        }
        catalog.checks.remove(&id)?
    };
    log(&call, "delete", &gone);
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn stamp(check: &mut Map<String, Value>, call: &Call) {
    check.insert("lastUpdate".into(), json!(call.now));
    check.insert("lastUpdatedBy".into(), call.caller_id().into());
}

/// The body as far as Okta would take it. The SQL itself is not looked at, as at Okta.
fn checked(call: &Call, mut check: Map<String, Value>, except: &str) -> Result<Map<String, Value>, ApiError> {
    check.retain(|field, _| FIELDS.contains(&field.as_str()));
    required(&check, "name", 255)?;
    required(&check, "variableName", 255)?;
    required(&check, "query", 100_000)?;
    one_of(&check, "platform", &["MACOS", "WINDOWS"])?;
    check.entry("mappingType").or_insert("CHECKBOX".into());
    one_of(&check, "mappingType", &["CHECKBOX", "TEXTBOX"])?;
    // Callers can only make custom ones.
    check.insert("type".into(), "CUSTOM".into());
    shaped(&check, &[("description", Shape::Text), ("remediationSettings", Shape::Object)])?;
    check_remediation(check.entry("remediationSettings").or_insert_with(|| json!({})))?;
    free(&call.org.catalog(), &check, except)?;
    Ok(check)
}

/// The variable name is what policies know a check by: no two have the same.
fn free(catalog: &Catalog, check: &Map<String, Value>, except: &str) -> Result<(), ApiError> {
    if catalog.checks.taken("variableName", &check["variableName"], except) {
        return Err(ApiError::invalid(
            "variableName",
            "An object with this field already exists in the current organization",
        ));
    }
    Ok(())
}

/// A message and a link, each with a default half and a custom half, all of which may be null.
fn check_remediation(settings: &Value) -> Result<(), ApiError> {
    let Some(settings) = settings.as_object() else { return Ok(()) };
    shaped(settings, &[("message", Shape::Object), ("link", Shape::Object)])?;
    for part in settings.values().filter_map(Value::as_object) {
        let halves = ["defaultI18nKey", "customText", "defaultUrl", "customUrl"];
        shaped(part, &halves.map(|half| (half, Shape::Text)))?;
    }
    Ok(())
}

fn log(call: &Call, change: &str, check: &Value) {
    let debug = json!({
        "postureCheckName": check["name"], "postureCheckVariableName": check["variableName"],
        "postureCheckPlatform": check["platform"], "postureCheckQuery": check["query"],
    });
    let target = object_target(check, "DevicePostureCheck");
    call.log(
        &format!("device.posture.check.{change}"),
        &format!("Device posture check {change}"),
        vec![target],
        debug,
    );
}
