//! `/api/v1/apps`: apps with their Universal Logout support, and which sign-in policy each uses.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/>.

use crate::catalog::{shown, text};
use crate::filter::{Attributes, Field, Filter, Grammar};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::{Links, page};
use crate::org::Org;
use crate::system_log::record::object_target;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/apps", get(list))
        .route("/api/v1/apps/{id}", get(read))
        .route("/api/v1/apps/{id}/policies/{policy}", put(assign_policy))
}

const GRAMMAR: Grammar = Grammar {
    allows: |name| {
        matches!(name, "id" | "status" | "name" | "credentials.signing.kid" | "settings.slo.enabled")
    },
    operator: |_, _| true,
};

fn body(call: &Call, app: &Value) -> Value {
    let id = text(app, "id");
    let at = format!("{}/api/v1/apps/{id}", call.base);
    let change = if text(app, "status") == "ACTIVE" { "deactivate" } else { "activate" };
    let links = Links::default()
        .with("accessPolicy", format!("{}/api/v1/policies/{}", call.base, text(app, "policy")), &[])
        .with(change, format!("{at}/lifecycle/{change}"), &[])
        .with("groups", format!("{at}/groups"), &[])
        .with("users", format!("{at}/users"), &[])
        .with("self", at, &[]);
    shown(app, &links)
}

async fn list(call: Call) -> Reply {
    call.may_read("apps")?;
    let limit = call.limit(usize::MAX, 200, true)?;
    let filter = call.parameter("filter").map(|text| Filter::parse(text, &GRAMMAR)).transpose();
    let filter = filter.map_err(|error| ApiError::bad_filter("E0000031", &error))?;
    let q = call.parameter("q").unwrap_or_default().to_lowercase();
    let start = call.after()? as usize;
    let catalog = call.org.catalog();
    let starts =
        |app: &Value| ["name", "label"].iter().any(|field| text(app, field).to_lowercase().starts_with(&q));
    let mut found = catalog
        .apps
        .all()
        .enumerate()
        .skip(start)
        .filter(|(_, app)| starts(app) && filter.as_ref().is_none_or(|f| f.matches(&Asked(app))));
    let apps: Vec<(usize, &Value)> = found.by_ref().take(limit).collect();
    let next = found.next().and(apps.last()).map(|(n, _)| call.cursor(*n as u64));
    let bodies: Vec<Value> = apps.iter().map(|(_, app)| body(&call, app)).collect();
    Ok(page(&call, &bodies, next.as_deref()))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("apps")?;
    let catalog = call.org.catalog();
    Ok(Json(body(&call, catalog.apps.get(&id)?)).into_response())
}

async fn assign_policy(call: Call, Path((id, policy)): Path<(String, String)>) -> Reply {
    call.may_manage("apps")?;
    set_policy(&call, &id, &policy)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives an app a sign-in policy, and logs it.
pub fn set_policy(call: &Call, id: &str, policy: &str) -> Result<(), ApiError> {
    let targets = {
        let mut catalog = call.org.catalog_mut();
        let chosen = catalog.policies.get(policy)?;
        if text(chosen, "type") != "ACCESS_POLICY" {
            return Err(ApiError::invalid("policyId", "must be an ACCESS_POLICY"));
        }
        let policy_target = object_target(chosen, "Policy");
        let app = catalog.apps.get_mut(id)?;
        app["policy"] = policy.into();
        app["lastUpdated"] = json!(call.now);
        vec![object_target(app, "AppInstance"), policy_target]
    };
    call.log("application.policy.sign_on.update", "Update application sign on policy", targets, Value::Null);
    Ok(())
}

struct Asked<'a>(&'a Value);

impl Attributes for Asked<'_> {
    fn attribute(&self, name: &str) -> Option<Field<'_>> {
        match name {
            "id" | "status" | "name" => Some(text(self.0, name).into()),
            _ => None,
        }
    }
}
