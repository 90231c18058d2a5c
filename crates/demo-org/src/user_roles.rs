//! `/api/v1/users/{id}/roles`: the admin roles that a person holds.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentAUser/>.

use crate::catalog::SET_UP;
use crate::http::call::{ADMIN, Call};
use crate::http::error::Reply;
use crate::http::link::page;
use crate::ids;
use crate::org::Org;
use crate::world::World;
use crate::world::person::Person;
use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new().route("/api/v1/users/{id}/roles", get(of_user))
}

/// What the members of the administrators' group hold through it, in turns.
const BY_GROUP: [(&str, &str); 4] = [
    ("ORG_ADMIN", "Organization Administrator"),
    ("HELP_DESK_ADMIN", "Help Desk Administrator"),
    ("READ_ONLY_ADMIN", "Read-Only Administrator"),
    ("CUSTOM", "Device desk"),
];

/// People who hold a role of their own, whatever the size of the org.
pub const OWN: [(u64, (&str, &str)); 4] = [
    (2, ("HELP_DESK_ADMIN", "Help Desk Administrator")),
    (4, ("APP_ADMIN", "Application Administrator")),
    (9, ("USER_ADMIN", "Group Administrator")),
    (11, ("ORG_ADMIN", "Organization Administrator")),
];

/// Whether the person holds any role.
pub fn holds_any(world: &World, person: &Person) -> bool {
    person.index == ADMIN.min(world.people() - 1)
        || own(person).is_some()
        || crate::groups::is_administrator(world.seed, person)
}

fn own(person: &Person) -> Option<(&'static str, &'static str)> {
    // Leavers lose every role.
    let mut own = OWN.iter().filter(|_| person.status != "DEPROVISIONED");
    own.find(|(index, _)| *index == person.index).map(|(_, kind)| *kind)
}

async fn of_user(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("roles")?;
    let person = crate::users::find(&call, &id)?;
    Ok(page(&call, &roles(&call, &person), None))
}

fn roles(call: &Call, person: &Person) -> Vec<Value> {
    let mut roles = Vec::new();
    if person.index == ADMIN.min(call.org.world.people() - 1) {
        roles.push(role(call, person, 0, ("SUPER_ADMIN", "Super Administrator"), "USER"));
    }
    if let Some(kind) = own(person) {
        roles.push(role(call, person, 2, kind, "USER"));
    }
    if crate::groups::is_administrator(call.org.world.seed, person) {
        let kind = BY_GROUP[(person.index % BY_GROUP.len() as u64) as usize];
        roles.push(role(call, person, 1, kind, "GROUP"));
    }
    roles
}

fn role(call: &Call, person: &Person, n: u64, (kind, label): (&str, &str), assignment: &str) -> Value {
    let seed = call.org.world.seed;
    let id = ids::encode(seed, "ra1", person.index << 2 | n);
    let at = format!("{}/api/v1/users/{}", call.base, call.org.person_id(person.index));
    let mut role = json!({
        "id": id, "label": label, "type": kind, "status": "ACTIVE", "created": SET_UP, "lastUpdated": SET_UP,
        "assignmentType": assignment, "_links": { "assignee": { "href": at } },
    });
    if kind == "CUSTOM" {
        role["resource-set"] = ids::encode(seed, "iam", 1).into();
        role["role"] = ids::encode(seed, "cr0", 1).into();
    }
    role
}
