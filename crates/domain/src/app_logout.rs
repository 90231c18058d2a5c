//! An app as far as Universal Logout is concerned: what the org itself says of it. Knows no list of apps.

use crate::{LogoutReach, ObjectId};
use serde::{Deserialize, Serialize};

/// What the org says of one app. `None` is "the answer does not say".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppLogout {
    pub id: ObjectId,
    pub label: Box<str>,
    /// The catalogue's key: `salesforce`, `oidc_client`, …
    pub name: Option<Box<str>>,
    pub status: Option<Box<str>>,
    pub sign_on_mode: Option<Box<str>>,
    /// `universalLogout` word for word.
    pub logout_status: Option<Box<str>>,
    pub support: Option<Box<str>>,
    pub stack: Option<Box<str>>,
    pub protocol: Option<Box<str>>,
}

impl AppLogout {
    /// How far a logout reaches it.
    pub fn reach(&self) -> LogoutReach {
        LogoutReach::of(self.logout_status.as_deref(), self.support.as_deref())
    }

    /// Whether people can use it at all.
    pub fn is_active(&self) -> bool {
        self.status.as_deref().is_none_or(|status| status == "ACTIVE")
    }

    /// Whether logging out of it logs out of its vendor's other apps.
    pub fn shares_a_stack(&self) -> bool {
        self.stack.as_deref() == Some("SHARED")
    }
}
