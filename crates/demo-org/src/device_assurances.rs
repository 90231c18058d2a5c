//! `/api/v1/device-assurances`: device assurance policies.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DeviceAssurance/>.

use crate::catalog::{shown, text};
use crate::http::body::{body_object, one_of, required};
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
        .route("/api/v1/device-assurances", get(list).post(create))
        .route("/api/v1/device-assurances/{id}", get(read).put(replace).delete(delete))
}

/// What a policy may ask for, by platform. Anything else is refused.
fn conditions(platform: &str) -> &'static [&'static str] {
    match platform {
        "MACOS" => &[
            "osVersion",
            "diskEncryptionType",
            "screenLockType",
            "secureHardwarePresent",
            "thirdPartySignalProviders",
            "devicePostureChecks",
        ],
        "WINDOWS" => &[
            "osVersion",
            "osVersionConstraints",
            "diskEncryptionType",
            "screenLockType",
            "secureHardwarePresent",
            "thirdPartySignalProviders",
            "devicePostureChecks",
        ],
        "IOS" => {
            &["osVersion", "screenLockType", "jailbreak", "thirdPartySignalProviders", "devicePostureChecks"]
        }
        "ANDROID" => &[
            "osVersion",
            "diskEncryptionType",
            "screenLockType",
            "secureHardwarePresent",
            "jailbreak",
            "callerContext",
            "thirdPartySignalProviders",
            "devicePostureChecks",
        ],
        _ => &["thirdPartySignalProviders", "devicePostureChecks"],
    }
}

const COMMON: &[&str] = &["name", "platform", "displayRemediationMode", "gracePeriod"];
/// Set by the org; a caller that puts back what it read sends them too, and they are ignored.
const READ_ONLY: &[&str] = &[
    "id",
    "createdBy",
    "createdDate",
    "lastUpdate",
    "lastUpdatedBy",
    "_links",
    "resourceId",
    "resourceType",
    "resourceDisplayName",
    "resourceAlternateId",
];

fn body(call: &Call, policy: &Value) -> Value {
    let at = format!("{}/api/v1/device-assurances/{}", call.base, text(policy, "id"));
    shown(policy, &Links::default().with("self", at, &["GET", "PUT", "DELETE"]))
}

async fn list(call: Call) -> Reply {
    call.may_read("deviceAssurance")?;
    let catalog = call.org.catalog();
    let all: Vec<Value> = catalog.assurances.all().map(|policy| body(&call, policy)).collect();
    Ok(page(&call, &all, None))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("deviceAssurance")?;
    Ok(Json(body(&call, call.org.catalog().assurances.get(&id)?)).into_response())
}

async fn create(call: Call, bytes: Bytes) -> Reply {
    call.may_manage("deviceAssurance")?;
    let mut policy = checked(&call, body_object(&call, &bytes)?, None)?;
    let by = call.caller_id();
    for (field, value) in [("createdBy", json!(by)), ("createdDate", json!(call.now))] {
        policy.insert(field.into(), value);
    }
    stamp(&mut policy, &call);
    let created = call.org.catalog_mut().assurances.insert("dae", policy);
    log(&call, "add", &created);
    Ok(Json(body(&call, &created)).into_response())
}

async fn replace(call: Call, Path(id): Path<String>, bytes: Bytes) -> Reply {
    call.may_manage("deviceAssurance")?;
    let old = call.org.catalog().assurances.get(&id)?.clone();
    let mut policy = checked(&call, body_object(&call, &bytes)?, Some(&old))?;
    for field in ["id", "createdBy", "createdDate"] {
        policy.insert(field.into(), old[field].clone());
    }
    stamp(&mut policy, &call);
    let new = Value::Object(policy);
    *call.org.catalog_mut().assurances.get_mut(&id)? = new.clone();
    log(&call, "update", &new);
    Ok(Json(body(&call, &new)).into_response())
}

async fn delete(call: Call, Path(id): Path<String>) -> Reply {
    call.may_manage("deviceAssurance")?;
    let gone = {
        let mut catalog = call.org.catalog_mut();
        catalog.assurances.get(&id)?;
        let uses = |rule: &Value| {
            rule["conditions"]["device"]["assurance"]["include"]
                .as_array()
                .is_some_and(|ids| ids.contains(&json!(id)))
        };
        if catalog.rules.all().any(uses) {
            return Err(ApiError::in_use("Device assurance is in use and cannot be deleted."));
        }
        catalog.assurances.remove(&id)?
    };
    log(&call, "delete", &gone);
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn stamp(policy: &mut Map<String, Value>, call: &Call) {
    policy.insert("lastUpdate".into(), json!(call.now));
    policy.insert("lastUpdatedBy".into(), call.caller_id().into());
    policy.entry("displayRemediationMode").or_insert("HIDE".into());
}

/// The body as far as Okta would take it.
fn checked(
    call: &Call,
    mut policy: Map<String, Value>,
    old: Option<&Value>,
) -> Result<Map<String, Value>, ApiError> {
    policy.retain(|field, value| !READ_ONLY.contains(&field.as_str()) && !value.is_null());
    required(&policy, "name", 255)?;
    one_of(&policy, "platform", &["ANDROID", "CHROMEOS", "IOS", "MACOS", "WINDOWS"])?;
    let platform = policy["platform"].as_str().unwrap_or_default().to_owned();
    if old.is_some_and(|old| old["platform"] != platform) {
        return Err(ApiError::invalid(
            "platform",
            "The platform of a device assurance policy cannot be changed",
        ));
    }
    let allowed = conditions(&platform);
    if let Some(field) =
        policy.keys().find(|f| !allowed.contains(&f.as_str()) && !COMMON.contains(&f.as_str()))
    {
        return Err(ApiError::invalid(field, format!("is not supported for platform {platform}")));
    }
    if !policy.keys().any(|field| allowed.contains(&field.as_str())) {
        return Err(ApiError::invalid("conditions", "At least one device attribute condition is required"));
    }
    let except = old.map_or("", |old| text(old, "id"));
    if call.org.catalog().assurances.taken("name", &policy["name"], except) {
        return Err(ApiError::invalid(
            "name",
            "An object with this field already exists in the current organization",
        ));
    }
    check_values(&policy, &platform)?;
    Ok(policy)
}

fn check_values(policy: &Map<String, Value>, platform: &str) -> Result<(), ApiError> {
    if policy.contains_key("displayRemediationMode") {
        one_of(policy, "displayRemediationMode", &["SHOW", "HIDE"])?;
    }
    if policy.contains_key("osVersion") && policy.contains_key("osVersionConstraints") {
        return Err(ApiError::invalid("osVersion", "can't be combined with osVersionConstraints"));
    }
    let included = |field: &str, values: &[&str]| match policy.get(field).map(|v| v["include"].as_array()) {
        None => Ok(()),
        Some(Some(list)) if list.iter().all(|v| v.as_str().is_some_and(|v| values.contains(&v))) => Ok(()),
        Some(_) => Err(ApiError::invalid(field, format!("include must be a list of {}", values.join(", ")))),
    };
    included("screenLockType", &["BIOMETRIC", "NONE", "PASSCODE"])?;
    included(
        "diskEncryptionType",
        if platform == "ANDROID" { &["FULL", "USER"] } else { &["ALL_INTERNAL_VOLUMES"] },
    )?;
    let dtc = policy.get("thirdPartySignalProviders").is_some_and(|providers| !providers["dtc"].is_null());
    if dtc && matches!(platform, "ANDROID" | "IOS") {
        return Err(ApiError::invalid(
            "thirdPartySignalProviders.dtc",
            format!("is not supported for platform {platform}"),
        ));
    }
    for field in ["jailbreak", "secureHardwarePresent"] {
        if policy.get(field).is_some_and(|value| !value.is_boolean()) {
            return Err(ApiError::invalid(field, "must be true or false"));
        }
    }
    Ok(())
}

fn log(call: &Call, change: &str, policy: &Value) {
    let debug = json!({ "policyName": policy["name"], "policyPlatform": policy["platform"] });
    let target = object_target(policy, "DeviceAssurancePolicy");
    let message = format!("Device assurance policy {change}");
    call.log(&format!("device.assurance.policy.{change}"), &message, vec![target], debug);
}
