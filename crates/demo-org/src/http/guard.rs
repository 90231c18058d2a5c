//! What every call goes through before and after its handler: counting, faults, who calls, limits, common headers.

use super::error::ApiError;
use super::fault::{FaultKind, Met, html_page};
use super::limit::Allowance;
use crate::clock::wall;
use crate::oauth::Principal;
use crate::org::Org;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use std::sync::Arc;

/// The middleware around all routes.
pub async fn guard(State(org): State<Arc<Org>>, mut request: Request, next: Next) -> Response<Body> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // Faults never hit the controls: otherwise a caller could lock itself out of switching them off.
    let control = path.starts_with("/__demo");
    let met = if control { Met::default() } else { org.faults.meet(method.as_str(), &path) };
    let number = org.counters.count(method.as_str(), &path);
    let mut response = match admit(&org, &met, &mut request, &path, control).await {
        Ok(allowance) => {
            let mut response = met.spoil(next.run(request).await).await;
            if let Some(allowance) = allowance {
                allowance.write(response.headers_mut(), met.skew());
            }
            response
        }
        Err(response) => *response,
    };
    finish(response.headers_mut(), org.world.seed, number, met.skew());
    response
}

/// Everything that may stop a call before its handler.
async fn admit(
    org: &Org,
    met: &Met,
    request: &mut Request,
    path: &str,
    control: bool,
) -> Result<Option<Allowance>, Box<Response<Body>>> {
    tokio::time::sleep(met.latency()).await;
    for fault in met.iter() {
        if let Some(response) = refusal(fault, met.skew()) {
            return Err(Box::new(response));
        }
    }
    let refuse = |error: ApiError| Box::new(error.into_response());
    if lacks_length(request) {
        return Err(refuse(ApiError::new(411, "E0000003", "Content-Length is required")));
    }
    let principal = if needs_caller(path) {
        org.oauth.authenticate(request.headers()).map_err(refuse)?
    } else {
        Principal::Nobody
    };
    let Some(_entered) = org.limits.enter() else {
        return Err(Box::new(too_many(Allowance::too_many_at_once(), met.skew())));
    };
    let allowance = if control {
        None
    } else {
        org.limits.take(principal.name(), path).map_err(|empty| Box::new(too_many(empty, met.skew())))?
    };
    request.extensions_mut().insert(principal);
    Ok(allowance)
}

fn refusal(fault: &FaultKind, skew: i64) -> Option<Response<Body>> {
    Some(match fault {
        FaultKind::RateLimited { seconds } => {
            let reset = wall() / 1000 + *seconds as i64;
            too_many(Allowance { limit: 150, remaining: 0, reset }, skew)
        }
        FaultKind::Status { status } => {
            ApiError::new(*status, "E0000009", "Internal Server Error").into_response()
        }
        FaultKind::HtmlPage { status } => html_page(*status),
        FaultKind::Forbidden => ApiError::forbidden().into_response(),
        FaultKind::NoThreatProtection => {
            let why = "You do not have permission to access the feature you are requesting";
            ApiError::new(403, "E0000015", why).into_response()
        }
        FaultKind::ExpiredToken => ApiError::invalid_token().into_response(),
        _ => return None,
    })
}

fn too_many(allowance: Allowance, skew: i64) -> Response<Body> {
    let error = ApiError::new(429, "E0000047", "API call exceeded rate limit due to too many requests.");
    let mut response = error.into_response();
    allowance.write(response.headers_mut(), skew);
    response
}

/// A POST or PUT has to say how long its body is, even when it has none.
fn lacks_length(request: &Request) -> bool {
    let headers = request.headers();
    matches!(*request.method(), Method::POST | Method::PUT)
        && !headers.contains_key(header::CONTENT_LENGTH)
        && !headers.contains_key(header::TRANSFER_ENCODING)
}

fn needs_caller(path: &str) -> bool {
    ["/api/", "/__demo", "/oauth2/v1/global-token-revocation"].iter().any(|prefix| path.starts_with(prefix))
}

fn finish(headers: &mut HeaderMap, seed: u64, number: u64, skew: i64) {
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("x-okta-request-id", &crate::ids::encode(seed, "req", number));
    set("cache-control", "no-cache, no-store");
    set("pragma", "no-cache");
    set("expires", "0");
    set("x-content-type-options", "nosniff");
    set("strict-transport-security", "max-age=315360000; includeSubDomains");
    let date = jiff::Timestamp::from_second(wall() / 1000 + skew).unwrap_or_default();
    set("date", &date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
}
