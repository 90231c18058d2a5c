//! What a logout of one person would reach, which apps share a sign-in, and what may go on for a while: estimates, each with what it
//! rests on.

use super::apps::{apps_of, shown};
use crate::{failure, org::Org, snapshot};
use contract::{
    Failure,
    logout::{GetPersonReach, PersonReach, Residual},
    users::Observed,
};
use domain::{AppLogout, ObjectId, SnapshotId, Timestamp, UserId, residual_access};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// One person's reach.
pub(super) async fn reach(org: Arc<Org>, command: GetPersonReach) -> Result<PersonReach, Failure> {
    let GetPersonReach { as_of, user, ask } = command;
    // A past snapshot is looked at, not asked about.
    let Observed { known, failure } = apps_of(&org, &user, ask && as_of.is_none()).await?;
    let told = known.as_ref().map(|(apps, _)| apps.clone()).unwrap_or_default();
    let (snapshot, residual) = org
        .read(move |org| {
            let snapshot = snapshot::chosen(org, as_of)?;
            Ok((snapshot, residual(org, snapshot, &user, &told)?))
        })
        .await?;
    let apps = known.as_ref().map(|(apps, _)| apps.as_slice()).unwrap_or_default();
    Ok(PersonReach {
        snapshot,
        now: org.now(),
        stacks: stacks(apps),
        apps: Observed {
            known: known.map(|(apps, at)| (apps.into_iter().map(shown).collect(), at)),
            failure,
        },
        residual,
    })
}

/// Apps that share a sign-in, by kind: the org says that an app shares one, its kind says with whom it may.
fn stacks(apps: &[AppLogout]) -> Vec<(String, Vec<String>)> {
    let mut stacks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for app in apps.iter().filter(|app| app.is_active() && app.shares_a_stack()) {
        let vendor = app.name.as_deref().and_then(|name| name.split(['_', '-']).next()).unwrap_or("shared");
        stacks.entry(vendor.to_owned()).or_default().push(app.label.to_string());
    }
    stacks.into_iter().collect()
}

fn residual(
    org: &Org,
    snapshot: SnapshotId,
    user: &UserId,
    apps: &[AppLogout],
) -> Result<Vec<Residual>, Failure> {
    let sign_ins = org.cache.app_sign_ins(snapshot, user, Timestamp(0)).map_err(failure::cache)?;
    let last_used: HashMap<ObjectId, Timestamp> =
        sign_ins.into_iter().map(|(app, _, at)| (app, at)).collect();
    let now = org.now();
    let of = |app: &AppLogout| {
        let last_used = last_used.get(&app.id).copied();
        let told = residual_access(app, last_used, now)?;
        Some(Residual {
            app: app.id.clone(),
            label: app.label.to_string(),
            reach: app.reach(),
            last_used,
            until: told.until,
            because: told.because.to_owned(),
        })
    };
    Ok(apps.iter().filter(|app| app.is_active()).filter_map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_org_calls_shared_is_put_together() {
        let app = |name: &str, label: &str, stack: &str| AppLogout {
            id: label.into(),
            label: label.into(),
            name: Some(name.into()),
            status: None,
            sign_on_mode: None,
            logout_status: None,
            support: None,
            stack: Some(stack.into()),
            protocol: None,
        };
        let apps = [
            app("acme_mail", "Mail", "SHARED"),
            app("acme_docs", "Docs", "SHARED"),
            app("acme_wiki", "Wiki", "NOT_SHARED"),
            app("desk", "Desk", "SHARED"),
        ];
        let want = [
            ("acme".to_owned(), vec!["Mail".to_owned(), "Docs".to_owned()]),
            ("desk".to_owned(), vec!["Desk".to_owned()]),
        ];
        assert_eq!(stacks(&apps), want);
    }
}
