//! One call: who makes it, of which org, when, with which parameters. What every handler starts from.

use super::error::ApiError;
use crate::oauth::Principal;
use crate::org::Org;
use crate::time::Time;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{Uri, header};
use std::sync::Arc;

/// The admin whose API token the demo org's token is.
pub const ADMIN: u64 = 7;

/// The context of a call. The time is read once, so that one answer shows one moment.
pub struct Call {
    pub org: Arc<Org>,
    pub now: Time,
    /// `http://host:port`, as the caller addressed the org.
    pub base: String,
    pub uri: Uri,
    pub principal: Principal,
    parameters: Vec<(String, String)>,
}

impl FromRequestParts<Arc<Org>> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, org: &Arc<Org>) -> Result<Self, ApiError> {
        let uri =
            parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.clone(), |uri| uri.0.clone());
        let query = uri.query().unwrap_or_default().as_bytes();
        Ok(Self {
            now: org.clock.now(),
            base: base(parts),
            parameters: url::form_urlencoded::parse(query).into_owned().collect(),
            principal: parts.extensions.get::<Principal>().cloned().unwrap_or(Principal::Nobody),
            uri,
            org: org.clone(),
        })
    }
}

fn base(parts: &Parts) -> String {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    format!("http://{host}")
}

impl Call {
    /// Asks for a scope by its area: `devices` for `okta.devices.read`. Managing includes reading.
    pub fn may_read(&self, area: &str) -> Result<(), ApiError> {
        self.principal.has(&format!("okta.{area}.read"), &format!("okta.{area}.manage"))
    }

    /// Asks for `okta.<area>.manage`.
    pub fn may_manage(&self, area: &str) -> Result<(), ApiError> {
        let scope = format!("okta.{area}.manage");
        self.principal.has(&scope, &scope)
    }

    /// A query parameter; an empty one counts as absent.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, value)| value.as_str())
    }

    /// A `limit` of 1 and above: refused when it is no number, lowered to `most` when `cap`, refused above it otherwise.
    pub fn limit(&self, default: usize, most: usize, cap: bool) -> Result<usize, ApiError> {
        let Some(text) = self.parameter("limit") else { return Ok(default) };
        match text.parse::<i64>() {
            Ok(-1) if cap => Ok(default),
            Ok(limit) if limit >= 1 => {
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                if limit <= most {
                    Ok(limit)
                } else if cap {
                    Ok(most)
                } else {
                    Err(ApiError::invalid("limit", format!("must be between 1 and {most}")))
                }
            }
            _ => Err(ApiError::invalid("limit", format!("must be between 1 and {most}"))),
        }
    }

    /// Where a list goes on: the number in `after`, plus one.
    pub fn after(&self) -> Result<u64, ApiError> {
        match self.parameter("after") {
            None => Ok(0),
            Some(after) => {
                let last =
                    crate::ids::decode(self.org.world.seed, "200", after).ok_or_else(ApiError::bad_paging)?;
                Ok(last + 1)
            }
        }
    }

    /// The cursor that goes on after number `last`.
    pub fn cursor(&self, last: u64) -> String {
        crate::ids::encode(self.org.world.seed, "200", last)
    }

    /// The id of who calls: the admin behind the API token, or the service app.
    pub fn caller_id(&self) -> String {
        match &self.principal {
            Principal::Scoped { name, .. } => name.to_string(),
            _ => self.org.person_id(ADMIN.min(self.org.world.people() - 1)),
        }
    }

    /// The body as JSON.
    pub fn json<T: serde::de::DeserializeOwned>(&self, body: &[u8]) -> Result<T, ApiError> {
        serde_json::from_slice(body).map_err(|_| ApiError::malformed_body())
    }
}
