//! Okta's error objects. Only `errorCode` is stable for callers; the texts follow the documented examples.

use crate::filter::FilterError;
use crate::seeded::mix;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};

/// An error as the caller sees it.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    /// `None` for the few errors that carry no code.
    code: Option<&'static str>,
    summary: String,
    causes: Vec<String>,
    /// Whether a scope is what the caller lacks; said in a header.
    lacks_scope: bool,
}

const LACKS_SCOPE: &str = "Bearer authorization_uri=\"/oauth2/v1/authorize\", error=\"insufficient_scope\", \
    error_description=\"The access token provided does not contain the required scopes.\"";

/// What every handler answers.
pub type Reply = Result<Response, ApiError>;

impl ApiError {
    pub fn new(status: u16, code: &'static str, summary: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code: Some(code), summary: summary.into(), causes: Vec::new(), lacks_scope: false }
    }

    /// A 400 about one field or parameter.
    pub fn invalid(field: &str, why: impl Into<String>) -> Self {
        let mut error = Self::new(400, "E0000001", format!("Api validation failed: {field}"));
        error.causes.push(format!("{field}: {}", why.into()));
        error
    }

    pub fn malformed_body() -> Self {
        Self::new(400, "E0000003", "The request body was not well-formed.")
    }

    /// The resource of this type does not exist.
    pub fn not_found(id: &str, kind: &str) -> Self {
        Self::new(404, "E0000007", format!("Not found: Resource not found: {id} ({kind})"))
    }

    pub fn unknown_path() -> Self {
        Self::new(404, "E0000008", "The requested path was not found")
    }

    pub fn wrong_method() -> Self {
        Self::new(405, "E0000022", "The endpoint does not support the provided HTTP method")
    }

    pub fn invalid_token() -> Self {
        Self::new(401, "E0000011", "Invalid token provided")
    }

    pub fn forbidden() -> Self {
        Self::new(403, "E0000006", "You do not have permission to perform the requested action")
    }

    /// A 403 for an access token without the scope.
    pub fn insufficient_scope() -> Self {
        Self { lacks_scope: true, ..Self::forbidden() }
    }

    /// A 409 because something else uses it: these carry no code.
    pub fn in_use(summary: impl Into<String>) -> Self {
        let mut error = Self::new(409, "", summary);
        error.code = None;
        error
    }

    pub fn bad_paging() -> Self {
        Self::new(400, "E0000029", "Invalid paging request: the after or limit parameter is not valid")
    }

    /// A search or filter that can't be read. `code` is what this endpoint calls a bad expression.
    pub fn bad_filter(code: &'static str, error: &FilterError) -> Self {
        if *error == FilterError::TooComplex {
            return Self::new(400, "E0000094", "The filter is too complex");
        }
        let mut reply = Self::new(400, code, format!("Invalid search criteria: {error}"));
        reply.causes.push(error.to_string());
        reply
    }

    pub fn with_cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let id = crate::ids::encode(mix(7), "oae", COUNT.fetch_add(1, Ordering::Relaxed));
        let causes: Vec<_> = self.causes.iter().map(|cause| json!({ "errorSummary": cause })).collect();
        let mut body = json!({ "errorSummary": self.summary, "errorId": id, "errorCauses": causes });
        if let Some(code) = self.code {
            body["errorCode"] = code.into();
            body["errorLink"] = code.into();
        }
        let mut response = (self.status, Json(body)).into_response();
        if self.lacks_scope {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(LACKS_SCOPE));
        }
        response
    }
}
