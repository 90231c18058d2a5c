//! The controls over HTTP, for callers in other processes. Guarded by the org's API token; no part of Okta's API.

use crate::control::Control;
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::fault::Faults;
use crate::oauth::{OAuthClient, Principal};
use crate::org::Org;
use crate::time::Time;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/__demo/state", get(state))
        .route("/__demo/faults", put(faults))
        .route("/__demo/clock", post(clock))
        .route("/__demo/clients", post(client))
        .route("/__demo/tokens", post(token))
        .route("/__demo/incidents", get(incidents).post(start_incident))
}

/// Only the token that may do everything moves the scenery.
fn control(call: &Call) -> Result<Control, ApiError> {
    match call.principal {
        Principal::SuperAdmin { .. } => Ok(Control::new(call.org.clone())),
        _ => Err(ApiError::forbidden()),
    }
}

async fn state(call: Call) -> Reply {
    let control = control(&call)?;
    let world = &call.org.world;
    Ok(Json(json!({
        "now": Time(control.now()), "seed": world.seed, "devices": world.devices(), "users": world.people(),
        "calls": control.calls(), "faults": control.faults(),
    }))
    .into_response())
}

async fn faults(call: Call, body: Bytes) -> Reply {
    let control = control(&call)?;
    control.set_faults(call.json::<Faults>(&body)?);
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClockChange {
    AdvanceMs(u64),
    Freeze,
    Run,
}

async fn clock(call: Call, body: Bytes) -> Reply {
    let control = control(&call)?;
    match call.json::<ClockChange>(&body)? {
        ClockChange::AdvanceMs(ms) => control.advance_clock(Duration::from_millis(ms)),
        ClockChange::Freeze => control.freeze(),
        ClockChange::Run => control.run(),
    }
    Ok(Json(json!({ "now": Time(control.now()) })).into_response())
}

async fn client(call: Call, body: Bytes) -> Reply {
    control(&call)?.register_client(call.json::<OAuthClient>(&body)?);
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn incidents(call: Call) -> Reply {
    Ok(Json(control(&call)?.incidents()).into_response())
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

async fn start_incident(call: Call, body: Bytes) -> Reply {
    let control = control(&call)?;
    let Named { name } = call.json(&body)?;
    let incident = control.start_incident(&name).ok_or_else(|| {
        let names = Control::incident_names().join(", ");
        ApiError::invalid("name", format!("must be one of {names}, with somebody in this org to play it"))
    })?;
    Ok((StatusCode::CREATED, Json(incident)).into_response())
}

#[derive(Deserialize)]
struct ApiToken {
    token: String,
    scopes: Vec<String>,
}

async fn token(call: Call, body: Bytes) -> Reply {
    let control = control(&call)?;
    let ApiToken { token, scopes } = call.json(&body)?;
    control.add_api_token(&token, &scopes.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(StatusCode::NO_CONTENT.into_response())
}
