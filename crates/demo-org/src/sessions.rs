//! Ending sessions: `DELETE /api/v1/users/{id}/sessions` and Universal Logout by global token revocation.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserSessions/>.

use crate::http::body::body_object;
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::ids;
use crate::org::Org;
use crate::system_log::record;
use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/users/{id}/sessions", delete(clear))
        .route("/api/v1/sessions/{id}", get(read).delete(end))
        .route("/oauth2/v1/global-token-revocation", post(revoke_all))
}

async fn clear(call: Call, Path(id): Path<String>) -> Reply {
    call.may_manage("users")?;
    let person = crate::users::find(&call, &id)?.index;
    let trace = trace(&call);
    log_ended(&call, person, &trace);
    if call.parameter("oauthTokens") == Some("true") {
        let user = vec![record::user_target(&call, person)];
        call.log(
            "app.oauth2.token.revoke.implicit.user",
            "Revoke all tokens of a user",
            user,
            json!({ "traceId": trace }),
        );
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Session ids are never told by this API, so no id that a caller can have exists.
async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("sessions")?;
    Err(ApiError::not_found(&id, "Session"))
}

async fn end(call: Call, Path(id): Path<String>) -> Reply {
    call.may_manage("sessions")?;
    Err(ApiError::not_found(&id, "Session"))
}

async fn revoke_all(call: Call, bytes: Bytes) -> Reply {
    call.may_manage("universalLogout")?;
    let body = body_object(&call, &bytes)?;
    let subject = body.get("sub_id").unwrap_or(&Value::Null);
    let id = match subject["format"].as_str() {
        Some("opaque") => subject["id"].as_str(),
        Some("iss_sub") => subject["sub"].as_str(),
        _ => return Err(ApiError::invalid("sub_id.format", "must be opaque or iss_sub")),
    };
    let id = id.ok_or_else(|| ApiError::invalid("sub_id", "does not name a user"))?;
    let person =
        call.org.person_by_id(id).ok_or_else(|| ApiError::invalid("sub_id", "does not name a user"))?;
    let trace = trace(&call);
    let user = || vec![record::user_target(&call, person)];
    let scheduled = "user.authentication.universal_logout.scheduled";
    call.log(scheduled, "Universal Logout scheduled by an admin", user(), json!({ "traceId": trace }));
    log_ended(&call, person, &trace);
    let apps = record::enabled_for_logout(&call.org.catalog()).join(",");
    let debug = json!({ "traceId": trace, "appInstanceIds": apps });
    call.log("user.authentication.universal_logout", "Universal Logout triggered", user(), debug);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What joins the events of one logout.
fn trace(call: &Call) -> String {
    ids::encode(call.org.world.seed, "trc", (1 << 55) | call.org.counters.event())
}

/// One event for the clearing, one per ended session.
fn log_ended(call: &Call, person: u64, trace: &str) {
    let user = || vec![record::user_target(call, person)];
    call.log("user.session.clear", "Clear user session", user(), json!({ "traceId": trace }));
    let devices = call.org.world.devices_of(person);
    let on_devices = devices.iter().map(|device| record::session(call, *device, person, call.now));
    let mut sessions: Vec<String> = on_devices.collect();
    if sessions.is_empty() {
        sessions.push(ids::encode(call.org.world.seed, "trs", 1 << 58 | person));
    }
    for session in sessions {
        let debug = json!({ "traceId": trace, "endedSessionId": session });
        call.log("user.session.end", "User logout from Okta", user(), debug);
    }
}
