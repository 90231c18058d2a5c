//! `/api/v1/devices`: list, search, read, lifecycle, delete, users of a device.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Device/>.

mod body;
mod search;

pub use body::{DeviceBody, Expand, devices_of};

use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::page;
use crate::org::Org;
use crate::system_log::record;
use crate::world::device::Device;
use crate::written::{DeviceWrite, View};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/devices", get(list))
        .route("/api/v1/devices/{id}", get(read).delete(delete))
        .route("/api/v1/devices/{id}/users", get(users))
        .route("/api/v1/devices/{id}/lifecycle/{change}", post(lifecycle))
}

async fn list(call: Call) -> Reply {
    call.may_read("devices")?;
    let limit = call.limit(200, 200, false)?;
    let expand = Expand::parse(call.parameter("expand"))?;
    if call.parameter("search").is_some()
        && (call.parameter("filter").is_some() || call.parameter("q").is_some())
    {
        return Err(ApiError::new(
            400,
            "E0000033",
            "The search parameter can't be combined with filter or q",
        ));
    }
    // One more than asked for tells whether there is a next page.
    let mut devices = search::find(&call, limit + 1)?;
    let next = (devices.len() > limit).then(|| {
        devices.truncate(limit);
        devices.last().map(|device| call.cursor(device.index))
    });
    let bodies: Vec<_> = devices.iter().map(|device| DeviceBody::new(&call, device, expand)).collect();
    Ok(page(&call, &bodies, next.flatten().as_deref()))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("devices")?;
    let device = find(&call, &id)?;
    Ok(Json(DeviceBody::new(&call, &device, Expand::Nothing)).into_response())
}

async fn users(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("devices")?;
    let device = find(&call, &id)?;
    let links = body::links(&call, &device, Expand::User);
    Ok(Json(links).into_response())
}

async fn delete(call: Call, Path(id): Path<String>) -> Reply {
    call.may_manage("devices")?;
    let device = find(&call, &id)?;
    if device.status != "DEACTIVATED" {
        return Err(illegal("delete", &device));
    }
    write(&call, &device, DeviceWrite::Deleted, "delete");
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn lifecycle(call: Call, Path((id, change)): Path<(String, String)>) -> Reply {
    let (from, to): (&[&str], _) = match change.as_str() {
        "activate" => (&["CREATED", "DEACTIVATED"], "ACTIVE"),
        "suspend" => (&["ACTIVE"], "SUSPENDED"),
        "unsuspend" => (&["SUSPENDED"], "ACTIVE"),
        "deactivate" => (&["ACTIVE", "SUSPENDED"], "DEACTIVATED"),
        _ => return Err(ApiError::unknown_path()),
    };
    call.may_manage("devices")?;
    let device = find(&call, &id)?;
    // Activating an active device was seen to be answered like a success.
    if change == "activate" && device.status == "ACTIVE" {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    if !from.contains(&device.status) {
        return Err(illegal(&change, &device));
    }
    write(&call, &device, DeviceWrite::Status(to), &change);
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn write(call: &Call, device: &Device, what: DeviceWrite, change: &str) {
    let mut shown = device.clone();
    if let DeviceWrite::Status(status) = what {
        shown.status = status;
    }
    let target = record::device_target(&call.org, &shown);
    let kind = format!("device.lifecycle.{change}");
    let message = format!("{}{} device", change[..1].to_uppercase(), &change[1..]);
    call.org.change(|written, now| {
        written.device(device.number(), now, what);
        written.event(now, record::written(call, now, &kind, &message, vec![target], Value::Null));
    });
}

/// The device with this id as a caller sees it: everything written is there at once.
pub fn find(call: &Call, id: &str) -> Result<Device, ApiError> {
    call.org.device_by_id(id, call.now).ok_or_else(|| ApiError::not_found(id, "UDDevice"))
}

fn illegal(change: &str, device: &Device) -> ApiError {
    let why = format!("Cannot {change} a device in status {}", device.status);
    ApiError::new(403, "E0000152", "The device status is not valid for this operation.").with_cause(why)
}

/// The view a list is made from: a search sees what the index has caught up with.
pub fn view(call: &Call) -> View {
    if call.parameter("search").is_some() { View::Index(call.org.index_lag) } else { View::ById }
}
