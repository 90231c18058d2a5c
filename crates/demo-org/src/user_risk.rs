//! `/api/v1/users/{id}/risk`: a person's entity risk.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserRisk/>.

use crate::http::body::{body_object, one_of};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::Links;
use crate::org::Org;
use crate::system_log::record;
use crate::written::RiskWrite;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new().route("/api/v1/users/{id}/risk", get(read).put(set))
}

const LEVELS: &[&str] = &["HIGH", "MEDIUM", "LOW"];

/// The level as of now, by the later of what detections said and what an admin set.
fn level(call: &Call, person: u64) -> Option<(&'static str, String)> {
    let world = call.org.world.risk(person, call.now);
    let written = call.org.written();
    match (world, written.risk_of(person, call.now)) {
        (Some((level, reason, at)), Some((_, set))) if at > set => Some((level, reason.to_owned())),
        (_, Some((write, _))) => Some((write.level, write.reason.clone())),
        (Some((level, reason, _)), None) => Some((level, reason.to_owned())),
        (None, None) => None,
    }
}

fn body(call: &Call, person: u64, level: Option<(&str, String)>) -> Value {
    let at = format!("{}/api/v1/users/{}", call.base, call.org.person_id(person));
    let links =
        Links::default().with("self", format!("{at}/risk"), &["GET", "PUT"]).with("user", at, &["GET"]);
    match level {
        Some((level, reason)) => json!({ "riskLevel": level, "reason": reason, "_links": links }),
        None => json!({ "riskLevel": "NONE", "_links": links }),
    }
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("userRisk")?;
    let person = crate::users::find(&call, &id)?.index;
    Ok(Json(body(&call, person, level(&call, person))).into_response())
}

async fn set(call: Call, Path(id): Path<String>, bytes: Bytes) -> Reply {
    call.may_manage("userRisk")?;
    let person = crate::users::find(&call, &id)?.index;
    let given = body_object(&call, &bytes)?;
    one_of(&given, "riskLevel", LEVELS)?;
    let level = LEVELS.iter().find(|level| given["riskLevel"] == **level).copied().unwrap_or("LOW");
    let reason = given.get("riskReason").and_then(Value::as_str).unwrap_or("override.by.admin").to_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "-,.".contains(c);
    if reason.chars().count() > 500 || !reason.chars().all(plain) {
        return Err(ApiError::invalid(
            "riskReason",
            "at most 500 letters, digits, blanks, hyphens, commas and full stops",
        ));
    }
    let previous = self::level(&call, person).map_or("NONE", |(level, _)| level);
    let risk = format!(
        "{{previousLevel={previous}, level={level}, detectionName=Admin Reported User Risk, reasons={reason}, issuer=OKTA}}"
    );
    let targets = vec![record::user_target(&call, person)];
    let write = RiskWrite { level, reason: reason.clone() };
    let first = call.org.change(|written, now| {
        let event = record::written(
            &call,
            now,
            "user.risk.detect",
            "User risk detected",
            targets,
            json!({ "risk": risk }),
        );
        written.event(now, event);
        written.risk(person, now, write)
    });
    let status = if first { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(body(&call, person, Some((level, reason))))).into_response())
}
