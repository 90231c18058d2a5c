//! `/api/v1/users/{id}/risk`: a person's entity risk.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserRisk/>.

use crate::entity_risk::Outcome;
use crate::http::body::{body_object, one_of};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::Links;
use crate::logout::{By, Run};
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

/// What the log calls a level that an admin set.
const DETECTION: &str = "Admin Reported User Risk";
const LEVELS: &[&str] = &["HIGH", "MEDIUM", "LOW"];

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
    Ok(Json(body(&call, person, call.org.risk(person, call.now))).into_response())
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
    let previous = call.org.risk(person, call.now).map_or("NONE", |(level, _)| level);
    let told = json!({
        "level": level, "previousLevel": previous, "detectionName": DETECTION, "reasons": [reason], "issuer": "OKTA",
    });
    let risk = format!(
        "{{previousLevel={previous}, level={level}, detectionName={DETECTION}, reasons={reason}, issuer=OKTA}}"
    );
    let write = RiskWrite { level, reason: reason.clone() };
    let run = Run::new(&call, person);
    let follows = Outcome::of(&call, person, level, "ADMIN_REPORTED_USER_RISK");
    let first = call.org.change(|written, now| {
        let targets = vec![record::user_target(&call.org, person)];
        let (kind, message) = ("user.risk.detect", "User risk detected");
        let debug = json!({ "risk": risk, "securityContextRisk": told });
        run.log(written, now, By::Caller, kind, message, targets, debug);
        written.falls_no_more(person, &call.org.person_id(person), now);
        let first = written.risk(person, now, write);
        follows.write(&run, written, now);
        first
    });
    let status = if first { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(body(&call, person, Some((level, reason))))).into_response())
}
