//! `/api/v1/apps`: apps with their Universal Logout support, who has them, and which sign-in policy each uses.
//! Mirrors <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/>.

use crate::catalog::{Catalog, shown, text};
use crate::filter::{Attributes, Field, Filter, Grammar, Literal, Op};
use crate::http::call::Call;
use crate::http::error::{ApiError, Reply};
use crate::http::link::{Links, page};
use crate::ids;
use crate::org::Org;
use crate::system_log::record::object_target;
use crate::world::World;
use crate::world::person::Person;
use crate::written::View;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/api/v1/apps", get(list))
        .route("/api/v1/apps/{id}", get(read))
        .route("/api/v1/apps/{id}/policies/{policy}", put(assign_policy))
        .route("/api/v1/users/{id}/appLinks", get(links))
}

const GRAMMAR: Grammar = Grammar {
    allows: |name| {
        matches!(
            name,
            "id" | "status" | "name" | "user.id" | "credentials.signing.kid" | "settings.slo.enabled"
        )
    },
    operator: |name, op| name != "user.id" || op == Op::Eq,
};

fn body(call: &Call, app: &Value) -> Value {
    let id = text(app, "id");
    let at = format!("{}/api/v1/apps/{id}", call.base);
    let change = if text(app, "status") == "ACTIVE" { "deactivate" } else { "activate" };
    let links = Links::default()
        .with("accessPolicy", format!("{}/api/v1/policies/{}", call.base, text(app, "policy")), &[])
        .with(change, format!("{at}/lifecycle/{change}"), &[])
        .with("groups", format!("{at}/groups"), &[])
        .with("users", format!("{at}/users"), &[])
        .with("self", at, &[]);
    shown(app, &links)
}

async fn list(call: Call) -> Reply {
    call.may_read("apps")?;
    let limit = call.limit(usize::MAX, 200, true)?;
    let filter = call.parameter("filter").map(|text| Filter::parse(text, &GRAMMAR)).transpose();
    let filter = filter.map_err(|error| ApiError::bad_filter("E0000031", &error))?;
    let q = call.parameter("q").unwrap_or_default().to_lowercase();
    let start = call.after()? as usize;
    let catalog = call.org.catalog();
    let starts =
        |app: &Value| ["name", "label"].iter().any(|field| text(app, field).to_lowercase().starts_with(&q));
    let user = filter.as_ref().and_then(asked_about);
    let person = user.and_then(|id| call.org.person_by_id(id));
    let person = person.map(|index| call.org.person(index, View::ById, call.now));
    let own: Option<Vec<&str>> = person.map(|person| {
        let apps = assigned(&catalog, &call.org.world, &person);
        apps.into_iter().map(|app| text(app, "id")).collect()
    });
    let asked = |app| Asked {
        app,
        user: user.filter(|_| own.as_ref().is_some_and(|own| own.contains(&text(app, "id")))),
    };
    let mut found = catalog
        .apps
        .all()
        .enumerate()
        .skip(start)
        .filter(|(_, app)| starts(app) && filter.as_ref().is_none_or(|f| f.matches(&asked(app))));
    let apps: Vec<(usize, &Value)> = found.by_ref().take(limit).collect();
    let next = found.next().and(apps.last()).map(|(n, _)| call.cursor(*n as u64));
    let bodies: Vec<Value> = apps.iter().map(|(_, app)| body(&call, app)).collect();
    Ok(page(&call, &bodies, next.as_deref()))
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("apps")?;
    let catalog = call.org.catalog();
    Ok(Json(body(&call, catalog.apps.get(&id)?)).into_response())
}

async fn assign_policy(call: Call, Path((id, policy)): Path<(String, String)>) -> Reply {
    call.may_manage("apps")?;
    set_policy(&call, &id, &policy)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives an app a sign-in policy, and logs it.
pub fn set_policy(call: &Call, id: &str, policy: &str) -> Result<(), ApiError> {
    let targets = {
        let mut catalog = call.org.catalog_mut();
        let chosen = catalog.policies.get(policy)?;
        if text(chosen, "type") != "ACCESS_POLICY" {
            return Err(ApiError::invalid("policyId", "must be an ACCESS_POLICY"));
        }
        let policy_target = object_target(chosen, "Policy");
        let app = catalog.apps.get_mut(id)?;
        app["policy"] = policy.into();
        app["lastUpdated"] = json!(call.now);
        vec![object_target(app, "AppInstance"), policy_target]
    };
    call.log("application.policy.sign_on.update", "Update application sign on policy", targets, Value::Null);
    Ok(())
}

/// What a person has, in the order of the catalogue. Through groups; the Admin Console comes with a role.
pub fn assigned<'c>(catalog: &'c Catalog, world: &World, person: &Person) -> Vec<&'c Value> {
    let own = crate::groups::of(world.seed, person) | u64::from(crate::user_roles::holds_any(world, person));
    let has = |app: &&Value| app["assigned"].as_u64().unwrap_or_default() & own != 0;
    catalog.apps.all().filter(has).collect()
}

/// The apps of a person that Universal Logout calls: in use, and switched on.
pub fn logged_out<'c>(catalog: &'c Catalog, world: &World, person: &Person) -> Vec<&'c Value> {
    let on = |app: &&Value| app["status"] == "ACTIVE" && app["universalLogout"]["status"] == "ENABLED";
    assigned(catalog, world, person).into_iter().filter(on).collect()
}

/// How an app shows that a person's session there ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Ended,
    Failed(&'static str),
    /// It never says anything.
    Silent,
}

/// How this app answers a logout.
pub fn answer(app: &Value) -> Answer {
    match text(app, "label") {
        "Zoom" => Answer::Silent,
        "Northwind Intranet" => Answer::Failed("The app answered the logout request with status 422"),
        _ => Answer::Ended,
    }
}

/// An app as target.
pub fn target(app: &Value) -> Value {
    json!({
        "id": app["id"], "type": "AppInstance", "alternateId": app["label"], "displayName": app["label"],
        "detailEntry": { "signOnModeType": app["signOnMode"] },
    })
}

/// The ids of apps as the log writes them.
pub fn listed(apps: &[&Value]) -> String {
    apps.iter().map(|app| text(app, "id")).collect::<Vec<_>>().join(",")
}

/// The person that a filter asks the apps of.
fn asked_about(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::Compare { attribute, op: Op::Eq, value: Literal::Text(id) } if attribute == "user.id" => {
            Some(id)
        }
        Filter::And(parts) => parts.iter().find_map(asked_about),
        _ => None,
    }
}

/// What a person sees on their dashboard.
async fn links(call: Call, Path(id): Path<String>) -> Reply {
    call.may_read("users")?;
    let person = crate::users::find(&call, &id)?;
    let seed = call.org.world.seed;
    let catalog = call.org.catalog();
    let shown = assigned(&catalog, &call.org.world, &person).into_iter().enumerate();
    let shown = shown.filter(|(_, app)| app["status"] == "ACTIVE");
    let links: Vec<Value> = shown
        .map(|(place, app)| {
            let (id, name) = (text(app, "id"), text(app, "name"));
            let number = ids::decode(seed, "0oa", id).unwrap_or_default() & 0xfff_ffff;
            json!({
                "id": ids::encode(seed, "00u", 1 << 59 | person.index << 28 | number),
                "label": app["label"], "linkUrl": format!("{}/home/{name}/{id}/1", call.base),
                "logoUrl": format!("{}/img/logos/{name}.png", call.base), "appName": name, "appInstanceId": id,
                "appAssignmentId": ids::encode(seed, "0ua", person.index << 28 | number),
                "credentialsSetup": text(app, "signOnMode") == "AUTO_LOGIN", "hidden": false, "sortOrder": place,
            })
        })
        .collect();
    Ok(page(&call, &links, None))
}

struct Asked<'a> {
    app: &'a Value,
    /// The person whose apps are asked for, when this is one of them.
    user: Option<&'a str>,
}

impl Attributes for Asked<'_> {
    fn attribute(&self, name: &str) -> Option<Field<'_>> {
        match name {
            "id" | "status" | "name" => Some(text(self.app, name).into()),
            "user.id" => Some(self.user?.into()),
            _ => None,
        }
    }
}
