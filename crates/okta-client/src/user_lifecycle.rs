//! Suspending an account and taking that back, each sent once. Source:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserLifecycle/>.

use crate::devices::below;
use crate::send::Call;
use crate::write::{Receipt, WriteError};
use crate::{Client, Error};
use domain::UserId;
use reqwest::Method;
use std::time::Duration;

pub(crate) const MANAGE: &str = "okta.users.manage";

impl Client {
    /// Waits until the rate limit has room for a move of an account, and counts it; answers how long that took.
    pub async fn admit_user_move(&self, user: &UserId, suspend: bool) -> Result<Duration, Error> {
        self.admit(&self.a_user_move(user, suspend)).await
    }

    /// Suspends an account, or takes that back, once. Only from `ACTIVE` or `SUSPENDED`.
    pub async fn move_user(&self, user: &UserId, suspend: bool) -> Result<Receipt, WriteError> {
        self.change(Method::POST, &self.a_user_move(user, suspend)).await
    }

    fn a_user_move(&self, user: &UserId, suspend: bool) -> Call {
        let wish = if suspend { "suspend" } else { "unsuspend" };
        let segments = ["api", "v1", "users", user.as_str(), "lifecycle", wish];
        let url = below(self.inner.org.at("/"), &segments);
        Call { url, scope: Some(MANAGE), signed: true, body: None }
    }
}
