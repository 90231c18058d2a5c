//! A person's account in the org. Source: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/>.

use crate::{Timestamp, UserId, open_enum};
use serde::{Deserialize, Serialize};

open_enum! {
    /// Account status.
    UserStatus {
        Active = "ACTIVE", "Active";
        Staged = "STAGED", "Staged";
        Provisioned = "PROVISIONED", "Provisioned";
        Recovery = "RECOVERY", "Recovery";
        PasswordExpired = "PASSWORD_EXPIRED", "Password expired";
        LockedOut = "LOCKED_OUT", "Locked out";
        Suspended = "SUSPENDED", "Suspended";
        Deprovisioned = "DEPROVISIONED", "Deactivated";
    }
}

/// One user. The profile is open in Okta; what has no field here stays in the raw JSON kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub status: UserStatus,
    pub created: Option<Timestamp>,
    pub last_updated: Option<Timestamp>,
    pub last_login: Option<Timestamp>,
    pub status_changed: Option<Timestamp>,
    pub login: Option<Box<str>>,
    pub email: Option<Box<str>>,
    pub first_name: Option<Box<str>>,
    pub last_name: Option<Box<str>>,
    pub display_name: Option<Box<str>>,
    pub title: Option<Box<str>>,
    pub department: Option<Box<str>>,
}

impl User {
    /// What to call this person: the display name, first and last name, the login, or the id.
    pub fn name(&self) -> String {
        if let Some(name) = self.display_name.as_deref().filter(|n| !n.trim().is_empty()) {
            return name.to_owned();
        }
        let parts: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().filter_map(|p| p.as_deref()).collect();
        match (parts.join(" ").trim(), &self.login) {
            ("", Some(login)) => login.to_string(),
            ("", None) => self.id.to_string(),
            (name, _) => name.to_owned(),
        }
    }
}
