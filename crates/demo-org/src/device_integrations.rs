//! `/api/v1/device-integrations`: where device signals come from. Nothing can be added here, only switched.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DeviceIntegrations/>.

use crate::catalog::{shown, text};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::{Links, page};
use crate::org::Org;
use crate::system_log::record::object_target;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/device-integrations", get(list))
        .route("/api/v1/device-integrations/{id}", get(read))
        .route("/api/v1/device-integrations/{id}/lifecycle/{change}", post(lifecycle))
}

fn body(call: &Call, integration: &Value) -> Value {
    let at = format!("{}/api/v1/device-integrations/{}", call.base, text(integration, "id"));
    let change = if text(integration, "status") == "ACTIVE" { "deactivate" } else { "activate" };
    let links = Links::default().with("self", at.clone(), &["GET"]);
    shown(integration, &links.with(change, format!("{at}/lifecycle/{change}"), &["POST"]))
}

async fn list(call: Call) -> Reply {
    call.may_read("deviceIntegrations")?;
    let catalog = call.org.catalog();
    let all: Vec<Value> = catalog.integrations.all().map(|integration| body(&call, integration)).collect();
    Ok(page(&call, &all, None))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("deviceIntegrations")?;
    Ok(Json(body(&call, call.org.catalog().integrations.get(&id)?)).into_response())
}

async fn lifecycle(call: Call, Path((id, change)): Path<(String, String)>) -> Reply {
    let status = match change.as_str() {
        "activate" => "ACTIVE",
        "deactivate" => "DEACTIVATED",
        _ => return Err(ApiError::unknown_path()),
    };
    call.may_manage("deviceIntegrations")?;
    let changed = {
        let mut catalog = call.org.catalog_mut();
        let integration = catalog.integrations.get_mut(&id)?;
        integration["status"] = status.into();
        integration.clone()
    };
    let debug = json!({ "name": changed["name"], "devicePlatform": changed["platform"] });
    let kind = format!("device.integration.endpoint_security.{change}");
    let target = object_target(&changed, "DeviceIntegration");
    call.log(&kind, &format!("{change} device integration"), vec![target], debug);
    Ok(Json(body(&call, &changed)).into_response())
}
