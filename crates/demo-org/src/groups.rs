//! `/api/v1/groups`: groups and who is in them; also the groups of a user.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/>.
//!
//! Membership is a rule per group, so a group of a million costs no more than one of ten.

use crate::catalog::SET_UP;
use crate::filter::{Attributes, Field, Filter, Grammar};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::page;
use crate::ids;
use crate::org::Org;
use crate::seeded::Dice;
use crate::time::{DAY, Time};
use crate::users::UserBody;
use crate::world::EPOCH;
use crate::world::person::Person;
use crate::written::View;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/groups", get(list))
        .route("/api/v1/groups/{id}", get(read))
        .route("/api/v1/groups/{id}/users", get(members))
        .route("/api/v1/users/{id}/groups", get(of_user))
}

#[derive(Deserialize)]
struct Group {
    name: String,
    description: String,
    #[serde(rename = "type")]
    kind: String,
    members: Members,
}

/// Who is in a group.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Members {
    Everyone,
    Department(String),
    Country(String),
    /// So many of a thousand people.
    Share(u64),
}

static GROUPS: LazyLock<Vec<Group>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../seed/groups.json")).unwrap_or_default());

const GRAMMAR: Grammar = Grammar {
    allows: |name| {
        matches!(
            name,
            "id" | "type"
                | "created"
                | "lastUpdated"
                | "lastMembershipUpdated"
                | "profile.name"
                | "profile.description"
        )
    },
    operator: |_, _| true,
};

impl Members {
    fn include(&self, seed: u64, group: usize, person: &Person) -> bool {
        // Leavers lose every membership.
        person.status != "DEPROVISIONED"
            && match self {
                Self::Everyone => true,
                Self::Department(department) => person.department == department,
                Self::Country(country) => person.culture.country == country,
                Self::Share(share) => Dice::new(seed, 900 + group as u64, person.index).chance(0, *share),
            }
    }
}

/// Whether the person is in the group that holds the org's administrators.
pub fn is_administrator(seed: u64, person: &Person) -> bool {
    let number = GROUPS.iter().position(|group| group.name == "Okta Administrators");
    number.is_some_and(|number| GROUPS[number].members.include(seed, number, person))
}

/// The ids of the groups that a person is in.
pub fn ids_of(seed: u64, person: &Person) -> Vec<String> {
    let groups = (0..GROUPS.len()).filter(|n| GROUPS[*n].members.include(seed, *n, person));
    groups.map(|n| ids::encode(seed, "00g", n as u64 + 1)).collect()
}

/// The same as a set: the bit of a group is its number, counted from 1.
pub fn of(seed: u64, person: &Person) -> u64 {
    let groups = (0..GROUPS.len()).filter(|n| GROUPS[*n].members.include(seed, *n, person));
    groups.fold(0, |set, n| set | 1 << (n + 1))
}

/// A list of group numbers as such a set; 0 stands for whoever holds an admin role.
pub fn set_of(numbers: &Value) -> u64 {
    let numbers = numbers.as_array().into_iter().flatten().filter_map(Value::as_u64);
    numbers.filter(|number| *number < 64).fold(0, |set, number| set | 1 << number)
}

fn people<'a>(call: &'a Call, group: usize, start: u64) -> impl Iterator<Item = Person> + 'a {
    let everybody =
        (start..call.org.world.people()).map(|index| call.org.person(index, View::ById, call.now));
    everybody.filter(move |person| GROUPS[group].members.include(call.org.world.seed, group, person))
}

fn find(call: &Call, id: &str) -> Result<usize, ApiError> {
    let number = ids::decode(call.org.world.seed, "00g", id).and_then(|n| n.checked_sub(1));
    let number =
        number.filter(|n| *n < GROUPS.len() as u64).ok_or_else(|| ApiError::not_found(id, "UserGroup"))?;
    Ok(number as usize)
}

/// Memberships change every few days, each group at its own pace.
fn membership_updated(call: &Call, group: usize) -> Time {
    let every = (1 + group as i64 % 9) * DAY;
    Time(EPOCH.0 + (call.now.0 - EPOCH.0).div_euclid(every) * every)
}

fn body(call: &Call, number: usize, stats: bool) -> Value {
    let group = &GROUPS[number];
    let id = ids::encode(call.org.world.seed, "00g", number as u64 + 1);
    let at = format!("{}/api/v1/groups/{id}", call.base);
    let mut body = json!({
        "id": id, "created": SET_UP, "lastUpdated": SET_UP,
        "lastMembershipUpdated": membership_updated(call, number),
        "objectClass": [if group.kind == "APP_GROUP" { "okta:windows_security_principal" } else { "okta:user_group" }],
        "type": group.kind,
        "profile": { "name": group.name, "description": group.description },
        "_links": {
            "logo": [{ "name": "medium", "href": format!("{}/img/group-medium.png", call.base), "type": "image/png" }],
            "users": { "href": format!("{at}/users") },
            "apps": { "href": format!("{at}/apps") },
        },
    });
    if stats {
        body["_embedded"] = json!({ "stats": {
            "usersCount": people(call, number, 0).count(), "appsCount": 3 + number % 7, "groupPushMappingsCount": 0,
            "hasAdminPrivilege": matches!(group.name.as_str(), "Okta Administrators" | "Privileged access"),
            "_links": { "users": { "href": format!("{at}/users") } },
        } });
    }
    body
}

async fn list(call: Call) -> Reply {
    call.may_read("groups")?;
    let limit = call.limit(10_000, 10_000, true)?;
    let stats = call.parameter("expand").is_some_and(|expand| expand.contains("stats"));
    let filter =
        call.parameter("search").or(call.parameter("filter")).map(|text| Filter::parse(text, &GRAMMAR));
    let filter = filter.transpose().map_err(|error| ApiError::bad_filter("E0000031", &error))?;
    let q = call.parameter("q").unwrap_or_default().to_lowercase();
    let start = call.after()? as usize;
    let mut found: Vec<usize> = (start..GROUPS.len())
        .filter(|n| GROUPS[*n].name.to_lowercase().starts_with(&q))
        .filter(|n| filter.as_ref().is_none_or(|f| f.matches(&Asked { call: &call, number: *n })))
        .take(limit + 1)
        .collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|n| call.cursor(*n as u64));
    let bodies: Vec<Value> = found.iter().map(|n| body(&call, *n, stats)).collect();
    Ok(page(&call, &bodies, next.as_deref()))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("groups")?;
    let number = find(&call, &id)?;
    Ok(Json(body(&call, number, call.parameter("expand").is_some_and(|e| e.contains("stats"))))
        .into_response())
}

async fn members(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("groups")?;
    let number = find(&call, &id)?;
    let limit = call.limit(1000, 1000, true)?;
    let mut found: Vec<Person> = people(&call, number, call.after()?).take(limit + 1).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|person| call.cursor(person.index));
    let bodies: Vec<UserBody> = found.iter().map(|person| UserBody::new(&call, person)).collect();
    Ok(page(&call, &bodies, next.as_deref()))
}

async fn of_user(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("users")?;
    let person = crate::users::find(&call, &id)?;
    let groups = (0..GROUPS.len()).filter(|n| GROUPS[*n].members.include(call.org.world.seed, *n, &person));
    let bodies: Vec<Value> = groups.map(|n| body(&call, n, false)).collect();
    Ok(page(&call, &bodies, None))
}

struct Asked<'a> {
    call: &'a Call,
    number: usize,
}

impl Attributes for Asked<'_> {
    fn attribute(&self, name: &str) -> Option<Field<'_>> {
        let group = &GROUPS[self.number];
        Some(match name {
            "id" => ids::encode(self.call.org.world.seed, "00g", self.number as u64 + 1).into(),
            "type" => group.kind.as_str().into(),
            "created" | "lastUpdated" => Field::Time(SET_UP),
            "lastMembershipUpdated" => Field::Time(membership_updated(self.call, self.number)),
            "profile.name" => group.name.as_str().into(),
            "profile.description" => group.description.as_str().into(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_seed_file_is_read() {
        assert!(super::GROUPS.len() >= 38);
    }
}
