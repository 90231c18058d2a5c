//! What the faults do to an answer that was fine: cut, truncate, garble, rewrite.

use super::{FaultKind, Met};
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;
use std::time::Duration;

impl Met {
    /// Spoils the body of an answer that was fine.
    pub async fn spoil(&self, response: Response<Body>) -> Response<Body> {
        if let Some(status) = self.lost_answer() {
            return html_page(status);
        }
        let spoils = |f: &FaultKind| {
            use FaultKind as F;
            matches!(
                f,
                F::CutBody { .. }
                    | F::TruncatedBody { .. }
                    | F::MalformedJson
                    | F::UnknownFields
                    | F::UnknownValues
                    | F::NoPlatform
                    | F::NoId
            )
        };
        if !self.0.iter().any(spoils) {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        // The bodies here are made in memory by handlers of this crate: reading them back can't fail.
        let mut bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let mut cut = None;
        for fault in &self.0 {
            match fault {
                FaultKind::CutBody { at } => cut = Some(*at),
                FaultKind::TruncatedBody { at } => bytes = bytes.slice(..(*at).min(bytes.len())),
                FaultKind::MalformedJson => bytes = malformed(&bytes),
                FaultKind::UnknownFields => bytes = rewrite(&bytes, add_unknown_fields),
                FaultKind::UnknownValues => bytes = rewrite(&bytes, change_values),
                FaultKind::NoPlatform => bytes = rewrite(&bytes, remove_platforms),
                FaultKind::NoId => bytes = rewrite(&bytes, remove_first_id),
                _ => {}
            }
        }
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        match cut {
            None => Response::from_parts(parts, Body::from(bytes)),
            Some(at) => Response::from_parts(parts, cut_body(bytes.slice(..at.min(bytes.len())))),
        }
    }
}

impl Met {
    fn lost_answer(&self) -> Option<u16> {
        self.0.iter().find_map(|fault| match fault {
            FaultKind::LostAnswer { status } => Some(*status),
            _ => None,
        })
    }
}

/// A body whose length was promised and which breaks off.
fn cut_body(first: Bytes) -> Body {
    let broken = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "cut by a fault setting");
    let parts = [Ok(first), Err(broken)];
    // The pause lets the first bytes leave before the connection goes down with them.
    Body::from_stream(futures::StreamExt::then(futures::stream::iter(parts), |part| async {
        if part.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        part
    }))
}

/// A page such as a proxy in front of Okta would send.
pub fn html_page(status: u16) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let text = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

fn malformed(bytes: &Bytes) -> Bytes {
    let middle = bytes.len() / 2;
    [&bytes[..middle], b"\x00{{,", &bytes[middle..]].concat().into()
}

fn rewrite(bytes: &Bytes, change: fn(&mut Value)) -> Bytes {
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else { return bytes.clone() };
    change(&mut value);
    value.to_string().into()
}

fn objects(value: &mut Value) -> &mut [Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_mut(one),
    }
}

fn add_unknown_fields(value: &mut Value) {
    for object in objects(value).iter_mut().filter(|v| v.is_object()) {
        object["zzUnknown"] = serde_json::json!({ "text": "new", "number": 1.5e300, "list": [null, [], {}], "deep": { "a": { "b": null } } });
        if object["profile"].is_object() {
            object["profile"]["zzUnknown"] = Value::from(u64::MAX);
        }
    }
}

fn change_values(value: &mut Value) {
    for object in objects(value).iter_mut().step_by(3).filter(|v| v.is_object()) {
        if object["status"].is_string() {
            object["status"] = "QUARANTINED".into();
        }
        if object["profile"]["platform"].is_string() {
            object["profile"]["platform"] = "VISIONOS".into();
        }
        if object["profile"]["diskEncryptionType"].is_string() {
            object["profile"]["diskEncryptionType"] = "HARDWARE_ONLY".into();
        }
    }
}

fn remove_first_id(value: &mut Value) {
    let first = value.as_array_mut().and_then(|items| items.first_mut()).and_then(Value::as_object_mut);
    first.map(|object| object.remove("id"));
}

fn remove_platforms(value: &mut Value) {
    for object in objects(value).iter_mut().step_by(10) {
        if let Some(profile) = object.get_mut("profile").and_then(Value::as_object_mut) {
            profile.remove("platform");
        }
    }
}
