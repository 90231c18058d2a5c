//! A person's groups and admin roles. Sources:
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserResources/>,
//! <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentAUser/>.

use crate::devices::below;
use crate::listing::listing_of;
use crate::page::Wire;
use crate::wire::Soft;
use crate::{Client, Listing};
use domain::{AdminRole, ObjectId, Timestamp, UserGroup, UserId};
use serde::Deserialize;

const ROLES_SCOPE: &str = "okta.roles.read";

impl Client {
    /// The groups that a person is in.
    pub fn groups_of(&self, user: &UserId) -> Listing<UserGroup> {
        let url = below(self.inner.org.at("/"), &["api", "v1", "users", user.as_str(), "groups"]);
        listing_of!(WireGroup, self, url, crate::users::SCOPE)
    }

    /// The admin roles that a person holds, through a group or not.
    pub fn roles_of(&self, user: &UserId) -> Listing<AdminRole> {
        let url = below(self.inner.org.at("/"), &["api", "v1", "users", user.as_str(), "roles"]);
        listing_of!(WireRole, self, url, ROLES_SCOPE)
    }
}

#[derive(Deserialize)]
struct WireGroup {
    id: Box<str>,
    #[serde(default, rename = "type")]
    kind: Soft<Box<str>>,
    profile: Option<WireProfile>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireProfile {
    name: Soft<Box<str>>,
}

impl Wire<'_> for WireGroup {
    type Noun = UserGroup;
    fn noun(self) -> Result<UserGroup, &'static str> {
        Ok(UserGroup {
            name: self.profile.and_then(|profile| profile.name.0).unwrap_or_else(|| self.id.clone()),
            id: ObjectId(self.id),
            variety: self.kind.0,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRole {
    id: Box<str>,
    #[serde(default)]
    label: Soft<Box<str>>,
    #[serde(default, rename = "type")]
    kind: Soft<Box<str>>,
    #[serde(default)]
    assignment_type: Soft<Box<str>>,
    #[serde(default)]
    created: Soft<Timestamp>,
}

impl Wire<'_> for WireRole {
    type Noun = AdminRole;
    fn noun(self) -> Result<AdminRole, &'static str> {
        let label = self.label.0.or_else(|| self.kind.0.clone()).unwrap_or_else(|| self.id.clone());
        Ok(AdminRole {
            id: ObjectId(self.id),
            label,
            kind: self.kind.0,
            assignment: self.assignment_type.0,
            since: self.created.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::parse_list;

    #[test]
    fn roles_are_read_in_every_shape() {
        let body = r#"[
            {"id":"ra1","label":"Super Administrator","type":"SUPER_ADMIN","status":"ACTIVE","created":"2026-01-02T03:04:05.000Z",
             "lastUpdated":"2026-01-02T03:04:05.000Z","assignmentType":"GROUP","_links":{}},
            {"id":"ra2","type":"CUSTOM","label":"Device desk","resource-set":"iam1","role":"cr01","assignmentType":"USER"},
            {"id":"ra3","label":null,"created":null,"assignmentType":null}]"#;
        let parsed = parse_list::<WireRole>(body).expect("a list");
        assert!(parsed.rejected.is_empty(), "{:?}", parsed.rejected);
        let labels: Vec<&str> = parsed.items.iter().map(|item| &*item.value.label).collect();
        assert_eq!(labels, ["Super Administrator", "Device desk", "ra3"]);
        assert_eq!(parsed.items[0].value.assignment.as_deref(), Some("GROUP"));
        assert_eq!(parsed.items[0].value.since, Timestamp::parse("2026-01-02T03:04:05.000Z"));
    }

    #[test]
    fn a_group_without_a_name_is_called_by_its_id() {
        let body =
            r#"[{"id":"00g1","type":"BUILT_IN","profile":{"name":"Everyone"}},{"id":"00g2","profile":{}}]"#;
        let parsed = parse_list::<WireGroup>(body).expect("a list");
        let names: Vec<&str> = parsed.items.iter().map(|item| &*item.value.name).collect();
        assert_eq!(names, ["Everyone", "00g2"]);
    }
}
