//! `/api/v1/zones`: network zones.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/NetworkZone/>.

use crate::catalog::{shown, text};
use crate::filter::{Attributes, Field, Filter, Grammar};
use crate::http::body::{Shape, body_object, one_of, required, shaped};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::{Links, page};
use crate::org::Org;
use crate::system_log::record::object_target;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/zones", get(list).post(create))
        .route("/api/v1/zones/{id}", get(read).put(replace).delete(delete))
        .route("/api/v1/zones/{id}/lifecycle/{change}", post(lifecycle))
}

const GRAMMAR: Grammar =
    Grammar { allows: |name| matches!(name, "id" | "usage" | "system"), operator: |_, _| true };
const FIELDS: &[&str] = &[
    "name",
    "type",
    "usage",
    "gateways",
    "proxies",
    "asns",
    "locations",
    "proxyType",
    "ipServiceCategories",
    "useAsExemptList",
];

fn body(call: &Call, zone: &Value) -> Value {
    let at = format!("{}/api/v1/zones/{}", call.base, text(zone, "id"));
    let change = if text(zone, "status") == "ACTIVE" { "deactivate" } else { "activate" };
    let links = Links::default().with("self", at.clone(), &["GET", "PUT", "DELETE"]);
    shown(zone, &links.with(change, format!("{at}/lifecycle/{change}"), &["POST"]))
}

async fn list(call: Call) -> Reply {
    call.may_read("networkZones")?;
    let limit = call.limit(usize::MAX, usize::MAX, true)?;
    let filter = call.parameter("filter").map(|text| Filter::parse(text, &GRAMMAR)).transpose();
    let filter = filter.map_err(|error| ApiError::bad_filter("E0000031", &error))?;
    let start = call.after()? as usize;
    let catalog = call.org.catalog();
    let fits = |(_, zone): &(usize, &Value)| filter.as_ref().is_none_or(|f| f.matches(&Asked(zone)));
    let mut found = catalog.zones.all().enumerate().skip(start).filter(fits);
    let zones: Vec<(usize, &Value)> = found.by_ref().take(limit).collect();
    let next = found.next().and(zones.last()).map(|(n, _)| call.cursor(*n as u64));
    let bodies: Vec<Value> = zones.iter().map(|(_, zone)| body(&call, zone)).collect();
    Ok(page(&call, &bodies, next.as_deref()))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("networkZones")?;
    Ok(Json(body(&call, call.org.catalog().zones.get(&id)?)).into_response())
}

async fn create(call: Call, bytes: Bytes) -> Reply {
    call.may_manage("networkZones")?;
    let mut zone = checked(&call, body_object(&call, &bytes)?, None)?;
    for (field, value) in [
        ("status", json!("ACTIVE")),
        ("system", json!(false)),
        ("created", json!(call.now)),
        ("lastUpdated", json!(call.now)),
    ] {
        zone.insert(field.into(), value);
    }
    let created = call.org.catalog_mut().zones.insert("nzo", zone);
    log(&call, "create", &created);
    Ok(Json(body(&call, &created)).into_response())
}

async fn replace(call: Call, Path(id): Path<String>, bytes: Bytes) -> Reply {
    call.may_manage("networkZones")?;
    let old = call.org.catalog().zones.get(&id)?.clone();
    let mut zone = checked(&call, body_object(&call, &bytes)?, Some(&old))?;
    for field in ["id", "status", "system", "created"] {
        zone.insert(field.into(), old[field].clone());
    }
    zone.insert("lastUpdated".into(), json!(call.now));
    let new = Value::Object(zone);
    *call.org.catalog_mut().zones.get_mut(&id)? = new.clone();
    log(&call, "update", &new);
    Ok(Json(body(&call, &new)).into_response())
}

async fn delete(call: Call, Path(id): Path<String>) -> Reply {
    call.may_manage("networkZones")?;
    let gone = {
        let mut catalog = call.org.catalog_mut();
        let zone = catalog.zones.get(&id)?;
        if zone["system"] == true {
            return Err(ApiError::invalid("zoneId", "A system network zone cannot be deleted"));
        }
        if zone["status"] == "ACTIVE" {
            return Err(ApiError::invalid(
                "zoneId",
                "An active network zone cannot be deleted; deactivate it first",
            ));
        }
        if catalog.rules.all().any(|rule| rule["conditions"]["network"].to_string().contains(&id)) {
            return Err(ApiError::invalid("zoneId", "The network zone is used by a policy rule"));
        }
        catalog.zones.remove(&id)?
    };
    log(&call, "delete", &gone);
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn lifecycle(call: Call, Path((id, change)): Path<(String, String)>) -> Reply {
    let status = match change.as_str() {
        "activate" => "ACTIVE",
        "deactivate" => "INACTIVE",
        _ => return Err(ApiError::unknown_path()),
    };
    call.may_manage("networkZones")?;
    let changed = {
        let mut catalog = call.org.catalog_mut();
        let zone = catalog.zones.get_mut(&id)?;
        zone["status"] = status.into();
        zone["lastUpdated"] = json!(call.now);
        zone.clone()
    };
    log(&call, &change, &changed);
    Ok(Json(body(&call, &changed)).into_response())
}

fn checked(
    call: &Call,
    mut zone: Map<String, Value>,
    old: Option<&Value>,
) -> Result<Map<String, Value>, ApiError> {
    zone.retain(|field, _| FIELDS.contains(&field.as_str()));
    required(&zone, "name", 128)?;
    one_of(&zone, "type", &["IP", "DYNAMIC", "DYNAMIC_V2"])?;
    if old.is_some_and(|old| old["type"] != zone["type"]) {
        return Err(ApiError::invalid("type", "The type of a network zone cannot be changed"));
    }
    let usage = old.map_or(json!("POLICY"), |old| old["usage"].clone());
    zone.entry("usage").or_insert(usage);
    one_of(&zone, "usage", &["POLICY", "BLOCKLIST"])?;
    check_places(&zone)?;
    let listed = |field: &str| zone.get(field).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if zone["type"] == "IP" && !listed("gateways") && !listed("proxies") {
        return Err(ApiError::invalid("gateways", "At least one gateway or proxy is required"));
    }
    let except = old.map_or("", |old| text(old, "id"));
    if call.org.catalog().zones.taken("name", &zone["name"], except) {
        return Err(ApiError::invalid(
            "name",
            "An object with this field already exists in the current organization",
        ));
    }
    Ok(zone)
}

/// Addresses, networks and countries of a zone, as far as their shape goes.
fn check_places(zone: &Map<String, Value>) -> Result<(), ApiError> {
    let dynamic = if zone["type"] == "DYNAMIC_V2" { Shape::Object } else { Shape::List };
    shaped(zone, &[("asns", dynamic), ("locations", dynamic), ("ipServiceCategories", Shape::Object)])?;
    shaped(zone, &[("gateways", Shape::List), ("proxies", Shape::List), ("proxyType", Shape::Text)])?;
    for field in ["gateways", "proxies"] {
        for address in zone.get(field).and_then(Value::as_array).into_iter().flatten() {
            let known = matches!(address["type"].as_str(), Some("CIDR" | "RANGE"));
            if !known || address["value"].as_str().is_none_or(str::is_empty) {
                return Err(ApiError::invalid(field, "must be a list of {type: CIDR or RANGE, value}"));
            }
        }
    }
    let wrong = |list: Option<&Value>, fits: fn(&Value) -> bool| {
        list.and_then(Value::as_array).is_some_and(|list| !list.iter().all(fits))
    };
    if wrong(zone.get("asns"), Value::is_string) || wrong(zone.get("locations"), Value::is_object) {
        return Err(ApiError::invalid("asns", "must be a list of texts, and locations one of objects"));
    }
    Ok(())
}

fn log(call: &Call, change: &str, zone: &Value) {
    call.log(
        &format!("zone.{change}"),
        &format!("{change} network zone"),
        vec![object_target(zone, "NetworkZone")],
        Value::Null,
    );
}

struct Asked<'a>(&'a Value);

impl Attributes for Asked<'_> {
    fn attribute(&self, name: &str) -> Option<Field<'_>> {
        match name {
            "system" => self.0["system"].as_bool().map(Field::Bool),
            _ => Some(text(self.0, name).into()),
        }
    }
}
