//! Ending a person's Okta sessions. Both flags are always sent: the default of `forgetDevices` differs between Okta's two
//! engines. App sessions are not touched. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserSessions/>.

use crate::devices::below;
use crate::send::Call;
use crate::user_lifecycle::MANAGE;
use crate::write::{Receipt, WriteError};
use crate::{Client, Error};
use domain::UserId;
use reqwest::Method;
use std::time::Duration;
use url::Url;

impl Client {
    /// Waits until the rate limit has room for it, and counts it; answers how long that took.
    pub async fn admit_clear_sessions(&self, user: &UserId) -> Result<Duration, Error> {
        self.admit(&self.a_clearing(user, false, false)).await
    }

    /// Ends the person's Okta sessions, once; with `oauth_tokens` the tokens that Okta issued as well, with `forget_devices` the
    /// factors that devices remember.
    pub async fn clear_sessions(
        &self,
        user: &UserId,
        oauth_tokens: bool,
        forget_devices: bool,
    ) -> Result<Receipt, WriteError> {
        self.change(Method::DELETE, &self.a_clearing(user, oauth_tokens, forget_devices)).await
    }

    fn a_clearing(&self, user: &UserId, oauth_tokens: bool, forget_devices: bool) -> Call {
        let url = with_flags(below(self.inner.org.at("/"), &path(user)), oauth_tokens, forget_devices);
        Call { url, scope: Some(MANAGE), signed: true, body: None }
    }
}

fn path(user: &UserId) -> [&str; 5] {
    ["api", "v1", "users", user.as_str(), "sessions"]
}

fn with_flags(mut url: Url, oauth_tokens: bool, forget_devices: bool) -> Url {
    let text = |flag| if flag { "true" } else { "false" };
    url.query_pairs_mut()
        .append_pair("oauthTokens", text(oauth_tokens))
        .append_pair("forgetDevices", text(forget_devices));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_flag_is_left_to_a_default() {
        let check = |oauth, forget, want: &str| {
            let url = Url::parse("https://o.example/api/v1/users/00u1/sessions").expect("an address");
            assert_eq!(with_flags(url, oauth, forget).query(), Some(want));
        };
        check(false, false, "oauthTokens=false&forgetDevices=false");
        check(true, false, "oauthTokens=true&forgetDevices=false");
        check(true, true, "oauthTokens=true&forgetDevices=true");
    }
}
