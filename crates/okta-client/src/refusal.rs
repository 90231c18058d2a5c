//! Okta's error object and what it means. Only the code is stable, so only codes and statuses are matched; the texts are
//! kept for people. Source: <https://developer.okta.com/docs/reference/error-codes/>.

use crate::{Error, headers};
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use serde::Deserialize;

/// What the org said when it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    /// The path that was asked for, without its query.
    pub path: Box<str>,
    /// `E0000006` and the like; missing where a gateway answered in HTML.
    pub code: Option<Box<str>>,
    pub summary: Option<Box<str>>,
    pub causes: Vec<Box<str>>,
    pub error_id: Option<Box<str>>,
    pub request_id: Option<Box<str>>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let summary = self.summary.as_deref().unwrap_or("no reason was given");
        write!(f, "{summary}")?;
        for cause in self.causes.iter().filter(|cause| cause.as_ref() != summary) {
            write!(f, "; {cause}")?;
        }
        write!(f, " (HTTP {}", self.status)?;
        if let Some(code) = &self.code {
            write!(f, ", {code}")?;
        }
        write!(f, ", {})", self.path)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRefusal {
    error_code: Option<Box<str>>,
    error_summary: Option<Box<str>>,
    error_id: Option<Box<str>>,
    error_causes: Option<Vec<WireCause>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCause {
    error_summary: Option<Box<str>>,
}

impl Refusal {
    /// Reads an error reply. A body that is not Okta's error object (a gateway's HTML) leaves the fields empty.
    pub(crate) fn read(status: u16, path: &str, headers: &HeaderMap, body: &[u8]) -> Self {
        let wire: Option<WireRefusal> = serde_json::from_slice(body).ok();
        let (code, summary, error_id, causes) = match wire {
            Some(w) => (w.error_code, w.error_summary, w.error_id, w.error_causes.unwrap_or_default()),
            None => (None, None, None, Vec::new()),
        };
        Self {
            status,
            path: path.into(),
            code,
            summary,
            causes: causes.into_iter().filter_map(|cause| cause.error_summary).collect(),
            error_id,
            request_id: headers::request_id(headers),
        }
    }
}

/// The decision that a refusal of a read calls for. `scope` is what the call is known to need.
pub(crate) fn decide(refusal: Refusal, headers: &HeaderMap, scope: Option<&str>) -> Error {
    let status = refusal.status;
    let code = refusal.code.clone();
    let refusal = Box::new(refusal);
    match (status, code.as_deref()) {
        // A 401 that is no login problem: the feature is not switched on.
        (_, Some("E0000015")) => Error::NotAvailable(refusal),
        // The paths and policy types asked for are those of the documentation: an org that knows them not lacks them.
        (400, Some("E0000002")) | (404, Some("E0000008")) => Error::NotAvailable(refusal),
        (401, _) => Error::Unauthorized(refusal),
        (403, Some("E0000038" | "E0000148" | "E0000152" | "E0000167" | "E0000174" | "E0000262")) => {
            Error::Conflict(refusal)
        }
        (403, _) => {
            let asked =
                headers.get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok()).and_then(needed_scope);
            Error::Forbidden { refusal, scope: asked.or(scope).map(Into::into) }
        }
        (404 | 410, _) => Error::NotFound(refusal),
        (409 | 412 | 423, _) => Error::Conflict(refusal),
        (500.., _) => Error::Server(refusal),
        _ => Error::BadRequest(refusal),
    }
}

/// The scope named by `WWW-Authenticate: Bearer … error="insufficient_scope", scope="okta.devices.read"`.
fn needed_scope(header: &str) -> Option<&str> {
    header.contains("insufficient_scope").then_some(())?;
    let (_, rest) = header.split_once("scope=\"").filter(|(before, _)| !before.ends_with("insufficient_"))?;
    rest.split_once('"').map(|(scope, _)| scope).filter(|scope| !scope.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(status: u16, body: &str) -> String {
        let headers = HeaderMap::new();
        let refusal = Refusal::read(status, "/api/v1/devices", &headers, body.as_bytes());
        let error = decide(refusal, &headers, Some("okta.devices.read"));
        let variant = format!("{error:?}");
        variant.split([' ', '(']).next().unwrap_or_default().to_owned()
    }

    #[test]
    fn each_code_leads_to_its_decision() {
        let check = |status, code: &str, want: &str| {
            assert_eq!(decided(status, &format!(r#"{{"errorCode":"{code}"}}"#)), want, "{status} {code}");
        };
        check(401, "E0000011", "Unauthorized");
        check(401, "E0000004", "Unauthorized");
        check(401, "E0000015", "NotAvailable");
        check(400, "E0000002", "NotAvailable");
        check(400, "E0000001", "BadRequest");
        check(403, "E0000006", "Forbidden");
        check(403, "E0000152", "Conflict");
        check(404, "E0000007", "NotFound");
        check(404, "E0000008", "NotAvailable");
        check(410, "E0000153", "NotFound");
        check(423, "E0000239", "Conflict");
        check(500, "E0000009", "Server");
    }

    #[test]
    fn html_from_a_gateway_is_no_reason_to_stumble() {
        assert_eq!(decided(502, "<html><h1>Bad Gateway</h1></html>"), "Server");
        assert_eq!(decided(409, r#"{"errorSummary":"in use","errorCauses":null}"#), "Conflict");
        assert_eq!(decided(403, r#"{"errorCode":17}"#), "Forbidden");
    }

    #[test]
    fn the_missing_scope_is_read_from_the_challenge() {
        let header =
            r#"Bearer realm="x", error="insufficient_scope", error_description="no", scope="okta.logs.read""#;
        assert_eq!(needed_scope(header), Some("okta.logs.read"));
        assert_eq!(needed_scope(r#"Bearer scope="okta.logs.read", error="invalid_token""#), None);
        assert_eq!(needed_scope(r#"Bearer error="insufficient_scope""#), None);
    }
}
