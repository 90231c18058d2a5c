//! What a person belongs to and may administer. No sync reads it: it takes a call each per person.

use crate::{ObjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// A group that a person is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserGroup {
    pub id: ObjectId,
    pub name: Box<str>,
    /// `OKTA_GROUP`, `APP_GROUP`, `BUILT_IN`.
    pub variety: Option<Box<str>>,
}

/// An admin role that a person holds. Source:
/// <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentAUser/>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminRole {
    pub id: ObjectId,
    /// As the org calls it.
    pub label: Box<str>,
    /// `SUPER_ADMIN`, `HELP_DESK_ADMIN`, `CUSTOM`, …
    pub kind: Option<Box<str>>,
    /// `USER` where it was given to the person, `GROUP` where it comes with a group.
    pub assignment: Option<Box<str>>,
    pub since: Option<Timestamp>,
}
