//! Apps as far as a logout is concerned: those of a snapshot, from the JSON that a sync kept; and those of one person, which no sync
//! reads: asked of the org when somebody looks, and kept with the time of the answer.

use crate::{failure, org::Org, snapshot, users::observed};
use contract::{
    Failure, FailureKind,
    logout::{GetOrgLogout, LogoutApp, OrgLogout},
    session::Reach,
    users::Observed,
};
use domain::{AppLogout, ObjectKind, SnapshotId, Timestamp, UserId};
use okta_client::read_app_logout;
use std::sync::Arc;

/// The question, as the cache names it.
const APPS: &str = "apps";

/// The apps of a snapshot, by label.
pub(crate) fn apps_in(org: &Org, snapshot: SnapshotId) -> Result<Vec<AppLogout>, Failure> {
    let mut apps = Vec::new();
    org.cache
        .each_object(snapshot, &[ObjectKind::App], |object, raw| {
            // One whose JSON makes no sense is in the list all the same, and says nothing.
            apps.push(read_app_logout(raw).unwrap_or_else(|| AppLogout {
                id: object.id,
                label: object.name,
                name: None,
                status: object.status,
                sign_on_mode: object.variety,
                logout_status: None,
                support: None,
                stack: None,
                protocol: None,
            }));
        })
        .map_err(failure::cache)?;
    by_label(&mut apps);
    Ok(apps)
}

fn by_label(apps: &mut [AppLogout]) {
    apps.sort_by_cached_key(|app| (app.label.to_lowercase(), app.id.0.clone()));
}

/// The org's apps.
pub(super) fn of_org(org: &Org, command: &GetOrgLogout) -> Result<OrgLogout, Failure> {
    let chosen = snapshot::chosen(org, command.as_of)?;
    let known = org.cache.snapshot(chosen).map_err(failure::cache)?;
    let problems = known.map(|known| snapshot::problems(&known.collections)).unwrap_or_default();
    let label = crate::sync::label(&cache::Collection::Objects(ObjectKind::App));
    Ok(OrgLogout {
        snapshot: chosen,
        now: org.now(),
        apps: apps_in(org, chosen)?.into_iter().map(shown).collect(),
        problem: problems
            .into_iter()
            .find(|problem| problem.collection == label)
            .map(|problem| problem.failure),
    })
}

/// An app as pages know it.
pub(super) fn shown(app: AppLogout) -> LogoutApp {
    LogoutApp {
        reach: app.reach(),
        id: app.id,
        label: app.label.into(),
        name: app.name.map(Into::into),
        status: app.status.map(Into::into),
        sign_on_mode: app.sign_on_mode.map(Into::into),
        logout_status: app.logout_status.map(Into::into),
        support: app.support.map(Into::into),
        stack: app.stack.map(Into::into),
        protocol: app.protocol.map(Into::into),
    }
}

/// The apps of a person: what the org says now if it is to be asked, or what it said last.
pub(crate) async fn apps_of(
    org: &Arc<Org>,
    user: &UserId,
    ask: bool,
) -> Result<Observed<Vec<AppLogout>>, Failure> {
    let offline = match org.reach() {
        Reach::Offline { why } => Some(Failure::new(FailureKind::Unreachable, why)),
        Reach::Online | Reach::NotTried => None,
    };
    let ask = (ask && offline.is_none()).then(|| org.client.apps_of(user));
    let mut told: Observed<Vec<AppLogout>> = observed(org, user, APPS, ask).await?;
    if let Some((apps, _)) = &mut told.known {
        by_label(apps);
    }
    told.failure = told.failure.or(offline);
    Ok(told)
}

/// The apps that the org said last that a person has, and when; `None` where it never did.
pub(crate) fn kept_apps(org: &Org, user: &UserId) -> Result<Option<(Vec<AppLogout>, Timestamp)>, Failure> {
    let kept = org.cache.kept_answer(user, APPS).map_err(failure::cache)?;
    // What an older version kept in another shape is as good as nothing.
    Ok(kept.and_then(|kept| Some((serde_json::from_str(&kept.answer.ok()?).ok()?, kept.observed))))
}
