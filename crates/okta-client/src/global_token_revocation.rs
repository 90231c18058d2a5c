//! Universal Logout of one person, by Okta's own endpoint for global token revocation. 204 says that it was taken, not that it
//! is over. Sources: draft-parecki-oauth-global-token-revocation,
//! <https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/>.

use crate::send::Call;
use crate::write::{Receipt, WriteError};
use crate::{Client, Error};
use domain::UserId;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const MANAGE: &str = "okta.universalLogout.manage";

impl Client {
    /// Waits until the rate limit has room for a logout, and counts it; answers how long that took.
    pub async fn admit_logout(&self, user: &UserId) -> Result<Duration, Error> {
        self.admit(&self.a_logout(user)).await
    }

    /// Logs the person out everywhere, once: Okta sessions, tokens, and the apps that Universal Logout is switched on for.
    pub async fn log_out(&self, user: &UserId) -> Result<Receipt, WriteError> {
        self.change(Method::POST, &self.a_logout(user)).await
    }

    fn a_logout(&self, user: &UserId) -> Call {
        let url = self.inner.org.at("/oauth2/v1/global-token-revocation");
        Call { url, scope: Some(MANAGE), signed: true, body: Some(body(user)) }
    }
}

/// The identifier is Okta's own id of the person: every other form is early access, or guesses.
fn body(user: &UserId) -> Box<str> {
    json!({ "sub_id": { "format": "opaque", "id": user.as_str() } }).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_is_named_by_id() {
        assert_eq!(&*body(&"00u1".into()), r#"{"sub_id":{"format":"opaque","id":"00u1"}}"#);
    }
}
