//! What apps say about Universal Logout: read from the JSON that a sync kept, and the apps of one person, which no sync reads.
//! Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/>.

use crate::apps::SCOPE;
use crate::listing::listing_of;
use crate::page::{Wire, parse_one};
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{AppLogout, ObjectId, UserId};
use serde::Deserialize;
use serde_json::Value;

impl Client {
    /// The apps that a person is assigned to, 200 a page.
    pub fn apps_of(&self, user: &UserId) -> Listing<AppLogout> {
        let mut url = self.inner.org.at("/api/v1/apps");
        url.query_pairs_mut()
            .append_pair("limit", "200")
            .append_pair("filter", &format!("user.id eq \"{user}\""))
            .append_pair("expand", &format!("user/{user}"));
        listing_of!(WireApp, self, url, SCOPE)
    }
}

/// What a stored app says; `None` where it is no app that can be read.
pub fn read_app_logout(raw: &str) -> Option<AppLogout> {
    parse_one::<WireApp>(raw).ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireApp {
    id: Box<str>,
    #[serde(default)]
    label: Soft<Box<str>>,
    #[serde(default)]
    name: Soft<Box<str>>,
    #[serde(default)]
    status: Soft<Box<str>>,
    #[serde(default)]
    sign_on_mode: Soft<Box<str>>,
    /// Of any shape: one that makes no sense says nothing.
    #[serde(default)]
    universal_logout: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireLogout {
    status: Soft<Box<str>>,
    support_type: Soft<Box<str>>,
    identity_stack: Soft<Box<str>>,
    protocol: Soft<Box<str>>,
}

impl Wire<'_> for WireApp {
    type Noun = AppLogout;
    fn noun(self) -> Result<AppLogout, &'static str> {
        if self.id.is_empty() {
            return Err("the app has no id");
        }
        let logout = serde_json::from_value::<WireLogout>(self.universal_logout).unwrap_or_default();
        Ok(AppLogout {
            label: self.label.0.or_else(|| self.name.0.clone()).unwrap_or_else(|| self.id.clone()),
            id: ObjectId(self.id),
            name: self.name.0,
            status: self.status.0,
            sign_on_mode: self.sign_on_mode.0,
            logout_status: logout.status.0,
            support: logout.support_type.0,
            stack: logout.identity_stack.0,
            protocol: logout.protocol.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::LogoutReach;

    fn reach(logout: &str) -> LogoutReach {
        let raw = format!(
            r#"{{"id":"0oa1","label":"Ledger","name":"ledger","status":"ACTIVE","signOnMode":null{logout}}}"#
        );
        read_app_logout(&raw).expect("an app").reach()
    }

    #[test]
    fn the_orgs_word_tells_the_reach() {
        let of = |status: &str, support: &str| {
            reach(&format!(
                r#","universalLogout":{{"status":"{status}","supportType":"{support}","identityStack":"SHARED"}}"#
            ))
        };
        assert_eq!(of("ENABLED", "FULL"), LogoutReach::Full);
        assert_eq!(of("ENABLED", "PARTIAL"), LogoutReach::Partial);
        assert_eq!(of("DISABLED", "FULL"), LogoutReach::Off);
        assert_eq!(of("UNSUPPORTED", ""), LogoutReach::Unsupported);
        assert_eq!(of("PAUSED", "FULL"), LogoutReach::Unknown, "a word that nobody knows");
        assert_eq!(reach(""), LogoutReach::Unknown, "silence is not no");
        assert_eq!(reach(r#","universalLogout":null"#), LogoutReach::Unknown);
        assert_eq!(reach(r#","universalLogout":"soon""#), LogoutReach::Unknown);
    }

    #[test]
    fn what_is_no_app_is_none() {
        assert_eq!(read_app_logout("{}"), None);
        assert_eq!(read_app_logout("<html>"), None);
    }
}
