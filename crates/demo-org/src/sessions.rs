//! Ending sessions: `DELETE /api/v1/users/{id}/sessions` and Universal Logout by global token revocation.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserSessions/>.

use crate::http::body::body_object;
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::logout::{By, FALL, Run};
use crate::org::Org;
use crate::system_log::record;
use crate::time::Time;
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

/// Okta sessions, tokens when asked for. What people are signed in to inside their apps goes on.
async fn clear(call: Call, Path(id): Path<String>) -> Reply {
    call.may_manage("users")?;
    let person = crate::users::find(&call, &id)?.index;
    let tokens = call.parameter("oauthTokens") == Some("true");
    // Remembered devices are forgotten unless somebody says no; on Classic Engine only when somebody says yes.
    let forget = match call.parameter("forgetDevices") {
        Some("true") => true,
        Some("false") => false,
        _ => !call.org.classic,
    };
    let run = Run::new(&call, person);
    call.org.change(|written, now| {
        let debug = json!({ "oauthTokens": tokens.to_string(), "forgetDevices": forget.to_string() });
        clear_event(&run, written, now, debug);
        run.end_sessions(written, now, By::Caller, "ADMIN_CLEARED");
        if tokens {
            run.revoke_tokens(written, now, By::Caller);
        }
        run.fall(written, Time(now.0 + FALL));
    });
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn clear_event(run: &Run<'_>, written: &mut crate::written::Written, at: Time, debug: Value) {
    let user = vec![record::user_target(&run.call.org, run.person)];
    run.log(written, at, By::Caller, "user.session.clear", "Clear user session", user, debug);
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
    let run = Run::new(&call, person);
    call.org.change(|written, now| {
        let user = vec![record::user_target(&call.org, person)];
        let scheduled = "user.authentication.universal_logout.scheduled";
        let message = "Universal Logout scheduled by an admin";
        run.log(written, now, By::Caller, scheduled, message, user, Value::Null);
        clear_event(&run, written, now, Value::Null);
        run.everywhere(written, now, By::Caller, "MANUAL_UNIVERSAL_LOGOUT");
    });
    Ok(StatusCode::NO_CONTENT.into_response())
}
