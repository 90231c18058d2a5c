//! What a logout of one person would reach: as the org describes the person's apps, asked when somebody looks, kept for when
//! nobody can ask; and what may go on afterwards, as an estimate that says what it rests on.

use crate::rig::Rig;
use contract::{
    FailureKind,
    logout::{GetPersonReach, PersonReach},
    users::ListUsers,
};
use demo_org::FaultKind;
use domain::{LogField, LogFilter, LogoutReach, Timestamp, UserId, UserQuery};
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};

const APPS: &str = "/api/v1/apps";

async fn reach(rig: &Rig, user: &UserId, ask: bool) -> PersonReach {
    let ask = GetPersonReach { as_of: None, user: user.clone(), ask };
    rig.app.call(ask).await.expect("what a logout would reach")
}

async fn people(rig: &Rig) -> Vec<UserId> {
    let ask = ListUsers { as_of: None, query: UserQuery::default(), offset: 0, limit: 30, rows_only: true };
    rig.app.call(ask).await.expect("people").rows.into_iter().map(|row| row.id).collect()
}

/// The person's apps as the org itself tells them.
async fn told(rig: &Rig, user: &UserId) -> Vec<Value> {
    let url = format!("{}{APPS}?limit=200&filter=user.id%20eq%20%22{user}%22", rig.org.url());
    let token = format!("SSWS {}", rig.org.token());
    let reply = reqwest::Client::new().get(&url).header("authorization", token).send().await;
    reply.expect("an answer").json().await.expect("apps")
}

/// How far a logout reaches an app, by the words of the org's answer.
fn by_the_org(app: &Value) -> LogoutReach {
    let said = |name: &str| app["universalLogout"][name].as_str().unwrap_or_default();
    match (said("status"), said("supportType")) {
        ("ENABLED", "FULL") => LogoutReach::Full,
        ("ENABLED", "PARTIAL") => LogoutReach::Partial,
        ("DISABLED", _) => LogoutReach::Off,
        ("UNSUPPORTED", _) => LogoutReach::Unsupported,
        _ => LogoutReach::Unknown,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_reach_is_what_the_org_says_of_each_app() {
    let rig = Rig::new(200).await;
    rig.synced().await;
    let mut seen = BTreeSet::new();
    for user in people(&rig).await {
        let (own, sent) = (reach(&rig, &user, true).await, told(&rig, &user).await);
        assert_eq!(own.apps.failure, None);
        let (apps, at) = own.apps.known.expect("it was asked");
        assert_eq!(at, own.now);
        let told = |app: &contract::logout::LogoutApp| (app.id.0.to_string(), app.label.clone(), app.reach);
        let sent_as = |app: &Value| {
            let text = |name: &str| app[name].as_str().expect("a text").to_owned();
            (text("id"), text("label"), by_the_org(app))
        };
        let apps_told: BTreeSet<_> = apps.iter().map(told).collect();
        assert_eq!(apps_told, sent.iter().map(sent_as).collect::<BTreeSet<_>>());
        assert_eq!(apps.len(), sent.len(), "each app once");
        seen.extend(apps.iter().map(|app| app.reach));

        // Everybody in a stack is said to share one, and is in use.
        let shared: BTreeSet<&str> = sent
            .iter()
            .filter(|app| app["universalLogout"]["identityStack"] == "SHARED" && app["status"] == "ACTIVE")
            .filter_map(|app| app["label"].as_str())
            .collect();
        let stacked: Vec<&str> = own.stacks.iter().flat_map(|(_, apps)| apps).map(String::as_str).collect();
        assert_eq!(stacked.iter().copied().collect::<BTreeSet<_>>(), shared);
        assert_eq!(stacked.len(), shared.len(), "nobody is in two stacks");

        // What goes on is told of the person's own apps in use, once each, with what it rests on.
        let residual: BTreeSet<_> = own.residual.iter().map(|one| &one.app).collect();
        assert_eq!(residual.len(), own.residual.len());
        for app in apps.iter().filter(|app| app.status.as_deref() == Some("ACTIVE")) {
            let goes_on = residual.contains(&app.id);
            assert!(goes_on || app.reach == LogoutReach::Full, "{} may go on", app.label);
        }
        for one in &own.residual {
            let app = apps.iter().find(|app| app.id == one.app).expect("an app of the person");
            assert_eq!((app.status.as_deref(), app.reach), (Some("ACTIVE"), one.reach));
            assert!(one.because.ends_with('.') && one.until.is_none_or(|until| until > own.now));
        }
    }
    assert!(seen.len() >= 4, "only {seen:?}: the test says little");
}

/// The last use is the newest sign-in to the app that the log has, and opens as such.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_of_an_app_is_in_the_log() {
    let rig = Rig::new(200).await;
    rig.synced().await;
    let (mut used, mut unused) = (0, 0);
    for user in people(&rig).await {
        for one in reach(&rig, &user, true).await.residual {
            let by_app = LogFilter::of(LogField::App, one.app.0.to_string()).conditions;
            let mut filter = LogFilter::of(LogField::User, user.as_str());
            filter.conditions.extend(by_app);
            filter
                .conditions
                .extend(LogFilter::of(LogField::EventType, "user.authentication.sso").conditions);
            let newest = crate::log::rows(&rig, None, &filter).await;
            let newest: Option<Timestamp> = newest.first().map(|row| row.event.published);
            assert_eq!(one.last_used, newest, "{}", one.label);
            *(if newest.is_some() { &mut used } else { &mut unused }) += 1;
        }
    }
    assert!(used > 0 && unused > 0, "{used} were used, {unused} were not");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_told_from_what_nobody_asked() {
    let rig = Rig::new(60).await;
    rig.synced().await;
    let before = rig.snapshot().await;
    // A sync asks about those who stand first in the queue, and about nobody else.
    let mut unasked = Vec::new();
    for user in people(&rig).await {
        if reach(&rig, &user, false).await.apps.known.is_none() {
            unasked.push(user);
        }
    }
    let [one, other, ..] = &unasked[..] else { panic!("two people of whom nobody asked") };
    // Looking alone asks nobody.
    let calls = rig.calls("GET /api/v1/apps");
    let nothing = reach(&rig, one, false).await;
    assert_eq!((nothing.apps.known, nothing.apps.failure), (None, None));
    assert!(nothing.stacks.is_empty() && nothing.residual.is_empty());
    assert_eq!(rig.calls("GET /api/v1/apps"), calls);

    let asked = reach(&rig, one, true).await;
    let (apps, at) = asked.apps.known.clone().expect("the org answered");
    rig.pass(Duration::from_secs(3600));
    assert_eq!(reach(&rig, one, false).await.apps.known, Some((apps.clone(), at)), "as of then");

    // The right is missing: said as such, beside what is kept; nobody has no apps because of it.
    rig.fault(APPS, FaultKind::Forbidden);
    let refused = reach(&rig, one, true).await.apps;
    assert_eq!(refused.failure.map(|failure| failure.kind), Some(FailureKind::Forbidden));
    assert!(refused.known.is_none_or(|(known, _)| known == apps));
    let refused = reach(&rig, other, true).await.apps;
    assert_eq!(refused.failure.map(|failure| failure.kind), Some(FailureKind::Forbidden));
    assert_eq!(refused.known, None);

    // A past snapshot is looked at, never asked about.
    rig.no_faults();
    let calls = rig.calls("GET /api/v1/apps");
    let past = GetPersonReach { as_of: Some(before), user: one.clone(), ask: true };
    let past = rig.app.call(past).await.expect("of the past");
    assert_eq!((past.snapshot, rig.calls("GET /api/v1/apps")), (before, calls));

    let again = reach(&rig, one, true).await.apps.known.expect("the org answers again");
    assert!(again.1 > at);
    let Rig { org, app, .. } = rig;
    org.stop().await;
    let ask = GetPersonReach { as_of: None, user: one.clone(), ask: true };
    let offline = app.call(ask).await.expect("what is known").apps;
    assert_eq!(offline.known, Some(again), "what the org said last");
    assert_eq!(offline.failure.map(|failure| failure.kind), Some(FailureKind::Unreachable));
}
