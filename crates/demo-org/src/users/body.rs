//! A user as JSON: whole, and the summary that device lists embed.

use crate::http::call::Call;
use crate::http::link::Links;
use crate::ids;
use crate::time::Time;
use crate::world::person::Person;
use serde::Serialize;

/// `User` of the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserBody {
    id: String,
    status: &'static str,
    created: Time,
    activated: Option<Time>,
    status_changed: Option<Time>,
    last_login: Option<Time>,
    last_updated: Time,
    password_changed: Option<Time>,
    #[serde(rename = "type")]
    kind: Type,
    realm_id: String,
    profile: Profile,
    credentials: Credentials,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
struct Type {
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    first_name: &'static str,
    last_name: &'static str,
    display_name: String,
    login: String,
    email: String,
    second_email: Option<()>,
    mobile_phone: Option<String>,
    title: &'static str,
    department: &'static str,
    organization: &'static str,
    employee_number: String,
    city: &'static str,
    country_code: &'static str,
    locale: &'static str,
    user_type: &'static str,
}

#[derive(Serialize)]
struct Credentials {
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Password>,
    emails: [Email; 1],
    provider: Provider,
}

#[derive(Serialize)]
struct Password {}

#[derive(Serialize)]
struct Email {
    value: String,
    status: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Provider {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
}

/// The user in `_embedded.users` of a device list with `expand=userSummary`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSummary {
    id: String,
    realm_id: String,
    profile: SummaryProfile,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SummaryProfile {
    first_name: &'static str,
    last_name: &'static str,
    login: String,
    email: String,
}

/// The one realm of the org; its number is out of reach of devices, which share the prefix.
fn realm(call: &Call) -> String {
    ids::encode(call.org.world.seed, "guo", 1 << 50)
}

fn address(call: &Call, id: &str) -> String {
    format!("{}/api/v1/users/{id}", call.base)
}

impl UserBody {
    pub fn new(call: &Call, person: &Person) -> Self {
        let id = call.org.person_id(person.index);
        let login = person.login();
        let has_password = person.activated.is_some();
        Self {
            status: person.status,
            created: person.created,
            activated: person.activated,
            status_changed: person.status_changed,
            last_login: person.last_login,
            last_updated: person.last_updated,
            password_changed: person.password_changed,
            kind: Type { id: ids::encode(call.org.world.seed, "oty", 1) },
            realm_id: realm(call),
            credentials: Credentials {
                password: has_password.then_some(Password {}),
                emails: [Email { value: login.clone(), status: "VERIFIED", kind: "PRIMARY" }],
                provider: Provider { kind: "OKTA", name: "OKTA" },
            },
            profile: Profile {
                first_name: person.first_name,
                last_name: person.last_name,
                display_name: person.display_name(),
                email: login.clone(),
                login,
                second_email: None,
                mobile_phone: person.mobile_phone(),
                title: person.title,
                department: person.department,
                organization: "Northwind",
                employee_number: person.employee_number(),
                city: person.culture.city,
                country_code: person.culture.country,
                locale: person.culture.locale,
                user_type: if person.department == "Contractors" { "Contractor" } else { "Employee" },
            },
            links: user_links(call, &id, person.status),
            id,
        }
    }
}

fn user_links(call: &Call, id: &str, status: &str) -> Links {
    let own = address(call, id);
    let lifecycle: &[(&'static str, &str)] = match status {
        "ACTIVE" => {
            &[("suspend", "suspend"), ("deactivate", "deactivate"), ("resetPassword", "reset_password")]
        }
        "SUSPENDED" => &[("unsuspend", "unsuspend"), ("deactivate", "deactivate")],
        "LOCKED_OUT" => &[("unlock", "unlock"), ("deactivate", "deactivate")],
        "STAGED" | "DEPROVISIONED" => &[("activate", "activate")],
        "PROVISIONED" => &[("reactivate", "reactivate"), ("deactivate", "deactivate")],
        _ => &[("deactivate", "deactivate")],
    };
    let mut links = Links::default();
    for (relation, path) in lifecycle {
        links = links.with(relation, format!("{own}/lifecycle/{path}"), &["POST"]);
    }
    links.with("self", own, &[])
}

impl UserSummary {
    pub fn new(call: &Call, person: u64) -> Self {
        let (first_name, last_name) = call.org.world.name_of(person);
        let id = call.org.person_id(person);
        let login = call.org.world.login_of(person);
        Self {
            realm_id: realm(call),
            profile: SummaryProfile { first_name, last_name, email: login.clone(), login },
            links: Links::default().with("self", address(call, &id), &[]),
            id,
        }
    }
}
