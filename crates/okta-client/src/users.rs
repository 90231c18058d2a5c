//! People. Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/>.
//!
//! A plain list leaves out the deprovisioned, so a full one is two requests, one after the other.

use crate::devices::below;
use crate::listing::listing_of;
use crate::page::{Wire, parse_one};
use crate::wire::Soft;
use crate::{Client, Error, Listing, Single};
use domain::{Timestamp, User, UserId, UserStatus};
use serde::Deserialize;

pub(crate) const SCOPE: &str = "okta.users.read";

/// Which users to list. By default all of them, the deprovisioned included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserList {
    /// Only those changed at this time or later.
    pub updated_since: Option<Timestamp>,
}

impl Client {
    /// Users, 200 a page.
    pub fn users(&self, list: UserList) -> Listing<User> {
        let ask = |filter: Option<&str>| {
            let mut url = self.inner.org.at("/api/v1/users");
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", "200");
            if let Some(filter) = filter {
                query.append_pair("filter", filter);
            }
            drop(query);
            url
        };
        match list.updated_since {
            // A filter of one's own includes every status.
            Some(since) => {
                let url = ask(Some(&format!("lastUpdated ge \"{since}\"")));
                listing_of!(WireUser, self, url, SCOPE)
            }
            None => {
                listing_of!(WireUser, self, ask(None), SCOPE).and(ask(Some("status eq \"DEPROVISIONED\"")))
            }
        }
    }

    /// One user by id, as it is now.
    pub async fn user(&self, id: &UserId) -> Result<Single<User>, Error> {
        let url = below(self.inner.org.at("/"), &["api", "v1", "users", id.as_str()]);
        self.single(url, SCOPE, |body| parse_one::<WireUser>(body)).await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireUser {
    id: UserId,
    status: UserStatus,
    #[serde(default)]
    created: Soft<Timestamp>,
    #[serde(default)]
    last_updated: Soft<Timestamp>,
    #[serde(default)]
    last_login: Soft<Timestamp>,
    #[serde(default)]
    status_changed: Soft<Timestamp>,
    profile: Option<WireProfile>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireProfile {
    login: Soft<Box<str>>,
    email: Soft<Box<str>>,
    first_name: Soft<Box<str>>,
    last_name: Soft<Box<str>>,
    display_name: Soft<Box<str>>,
    title: Soft<Box<str>>,
    department: Soft<Box<str>>,
}

impl Wire<'_> for WireUser {
    type Noun = User;
    fn noun(self) -> Result<User, &'static str> {
        if self.id.as_str().is_empty() {
            return Err("the user has no id");
        }
        let profile = self.profile.unwrap_or_default();
        Ok(User {
            id: self.id,
            status: self.status,
            created: self.created.0,
            last_updated: self.last_updated.0,
            last_login: self.last_login.0,
            status_changed: self.status_changed.0,
            login: profile.login.0,
            email: profile.email.0,
            first_name: profile.first_name.0,
            last_name: profile.last_name.0,
            display_name: profile.display_name.0,
            title: profile.title.0,
            department: profile.department.0,
        })
    }
}
