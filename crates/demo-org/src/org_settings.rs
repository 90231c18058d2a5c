//! What kind of org this is: `/api/v1/org`, features, ThreatInsight, and the public metadata.

use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::ids;
use crate::org::Org;
use crate::time::Time;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

/// When Northwind became a customer.
const CREATED: Time = Time(1_580_000_000_000);

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/.well-known/okta-organization", get(metadata))
        .route("/.well-known/ov-configurations", get(os_versions))
        .route("/api/v1/org", get(settings))
        .route("/api/v1/features", get(features))
        .route("/api/v1/features/{id}", get(feature))
        .route("/api/v1/threats/configuration", get(threat_insight))
}

async fn metadata(call: Call) -> Json<Value> {
    Json(json!({
        "id": ids::encode(call.org.world.seed, "00o", 1),
        "pipeline": if call.org.classic { "v1" } else { "idx" },
        "settings": {
            "analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": true,
            "desktopMFAEnabled": true, "itpEnabled": true, "pssoEnabled": false,
        },
        "_links": { "organization": { "href": call.base } },
    }))
}

async fn os_versions() -> Json<Value> {
    use crate::world::hardware::Platform;
    let latest = |platform: Platform| -> Vec<Value> {
        let newest = platform.trains().iter().filter_map(|(_, train)| train.last());
        newest.map(|version| json!({ "version": version })).collect()
    };
    Json(json!({
        "windows": latest(Platform::Windows), "macos": latest(Platform::Macos),
        "ios": latest(Platform::Ios), "android": latest(Platform::Android),
    }))
}

async fn settings(call: Call) -> Reply {
    call.may_read("orgs")?;
    Ok(Json(json!({
        "id": ids::encode(call.org.world.seed, "00o", 1),
        "subdomain": "northwind",
        "companyName": "Northwind",
        "status": "ACTIVE",
        "website": "https://northwind.example",
        "phoneNumber": "+15550100100",
        "endUserSupportHelpURL": "https://help.northwind.example",
        "supportPhoneNumber": null,
        "address1": "1 Harbour Road", "address2": null, "city": "Seattle", "state": "WA",
        "country": "US", "postalCode": "98101",
        "created": CREATED,
        "lastUpdated": Time(crate::world::EPOCH.0),
        "expiresAt": null,
        "_links": { "preferences": { "href": format!("{}/v1/org/preferences", call.base) } },
    }))
    .into_response())
}

/// The self-service features: names are texts for people, not keys.
const FEATURES: &[(&str, &str, &str, &str)] = &[
    ("Custom device posture checks", "Checks written in osquery SQL for device assurance", "BETA", "ENABLED"),
    ("Android Device Trust", "Android Zero Trust signals in device assurance", "EA", "ENABLED"),
    ("Device assurance grace period", "Gives people time to repair their devices", "EA", "ENABLED"),
    (
        "Device lifecycle permissions for custom admin roles",
        "Single permissions per lifecycle change",
        "EA",
        "DISABLED",
    ),
    ("Enhanced dynamic zones", "Zones by IP service category", "EA", "ENABLED"),
    ("Device signal collection policy", "Chooses where device signals come from", "EA", "DISABLED"),
    ("Session violation detection", "Chooses which session changes re-evaluate policies", "EA", "ENABLED"),
];

fn feature_body(call: &Call, number: usize) -> Value {
    let (name, description, stage, status) = FEATURES[number];
    let id = ids::encode(call.org.world.seed, "ftr", number as u64);
    let at = format!("{}/api/v1/features/{id}", call.base);
    json!({
        "id": id, "name": name, "description": description, "type": "self-service", "status": status,
        "stage": { "value": stage, "state": "OPEN" },
        "_links": {
            "self": { "href": at, "hints": { "allow": ["POST"] } },
            "dependents": { "href": format!("{at}/dependents") },
            "dependencies": { "href": format!("{at}/dependencies") },
        },
    })
}

async fn features(call: Call) -> Reply {
    call.may_read("features")?;
    let all: Vec<Value> = (0..FEATURES.len()).map(|number| feature_body(&call, number)).collect();
    Ok(Json(all).into_response())
}

async fn feature(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("features")?;
    let number = ids::decode(call.org.world.seed, "ftr", &id).filter(|n| *n < FEATURES.len() as u64);
    let number = number.ok_or_else(|| ApiError::not_found(&id, "Feature"))?;
    Ok(Json(feature_body(&call, number as usize)).into_response())
}

async fn threat_insight(call: Call) -> Reply {
    call.may_read("threatInsights")?;
    Ok(Json(json!({
        "action": "block", "excludeZones": [],
        "created": CREATED, "lastUpdated": Time(crate::world::EPOCH.0),
        "_links": { "self": { "href": format!("{}/api/v1/threats/configuration", call.base) } },
    }))
    .into_response())
}
