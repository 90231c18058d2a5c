//! `/api/v1/authenticators`: what people sign in with.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Authenticator/>.

use crate::catalog::{shown, text};
use crate::http::call::Call;
use crate::http::error::Reply;
use crate::http::link::{Links, page};
use crate::org::Org;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new().route("/api/v1/authenticators", get(list)).route("/api/v1/authenticators/{id}", get(read))
}

fn body(call: &Call, authenticator: &Value) -> Value {
    let at = format!("{}/api/v1/authenticators/{}", call.base, text(authenticator, "id"));
    let links = Links::default().with("self", at.clone(), &["GET", "PUT"]);
    shown(authenticator, &links.with("methods", format!("{at}/methods"), &["GET"]))
}

async fn list(call: Call) -> Reply {
    call.may_read("authenticators")?;
    let all: Vec<Value> = call.org.catalog().authenticators.all().map(|item| body(&call, item)).collect();
    Ok(page(&call, &all, None))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("authenticators")?;
    Ok(Json(body(&call, call.org.catalog().authenticators.get(&id)?)).into_response())
}
