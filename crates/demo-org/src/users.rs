//! `/api/v1/users`: list, search, read by id or login, suspend, devices and groups of a user.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/>.

mod body;
mod search;

pub use body::{UserBody, UserSummary};

use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::page;
use crate::org::Org;
use crate::system_log::record;
use crate::world::person::Person;
use crate::written::View;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/users", get(list))
        .route("/api/v1/users/{id}", get(read))
        .route("/api/v1/users/{id}/devices", get(devices))
        .route("/api/v1/users/{id}/lifecycle/{change}", post(lifecycle))
}

async fn list(call: Call) -> Reply {
    call.may_read("users")?;
    let found = search::find(&call)?;
    let bodies: Vec<_> = found.people.iter().map(|person| UserBody::new(&call, person)).collect();
    Ok(page(&call, &bodies, found.next.as_deref()))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("users")?;
    let person = find(&call, &id)?;
    Ok(Json(UserBody::new(&call, &person)).into_response())
}

async fn devices(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("users")?;
    let person = find(&call, &id)?;
    Ok(Json(crate::devices::devices_of(&call, person.index)).into_response())
}

async fn lifecycle(call: Call, Path((id, change)): Path<(String, String)>) -> Reply {
    let (from, to) = match change.as_str() {
        "suspend" => ("ACTIVE", "SUSPENDED"),
        "unsuspend" => ("SUSPENDED", "ACTIVE"),
        _ => return Err(ApiError::unknown_path()),
    };
    call.may_manage("users")?;
    let person = find(&call, &id)?;
    if person.status != from {
        let why = format!("Cannot {change} a user in status {}", person.status);
        return Err(ApiError::invalid(&change, why));
    }
    let targets = vec![record::user_target(&call.org, person.index)];
    let (kind, message) = (format!("user.lifecycle.{change}"), format!("{change} Okta user"));
    call.org.change(|written, now| {
        written.person(person.index, now, to);
        written.event(now, record::written(&call, now, &kind, &message, targets, Value::Null));
    });
    Ok(Json(json!({})).into_response())
}

/// The user with this id or login.
pub fn find(call: &Call, id: &str) -> Result<Person, ApiError> {
    // `me` is whoever the token belongs to.
    let own = if id == "me" { call.caller_id() } else { id.to_owned() };
    let index = call.org.person_by_id(&own).ok_or_else(|| ApiError::not_found(id, "User"))?;
    Ok(call.org.person(index, View::ById, call.now))
}
