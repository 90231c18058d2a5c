//! Writes that contain people: what the policies and apps of the org do about them.

use super::{Answer, Org, options, query};
use demo_org::Options;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;

/// Somebody in use without a known risk, with a computer.
async fn somebody(org: &Org) -> String {
    let mut people = (20..).map_while(|index| org.control().user_id(index));
    loop {
        let user = people.next().expect("somebody");
        let at = format!("/api/v1/users/{user}");
        if org.get(&at).await.body["status"] == "ACTIVE"
            && org.get(&format!("{at}/risk")).await.body["riskLevel"] == "NONE"
            && org.get(&format!("{at}/roles")).await.items().is_empty()
            && org
                .get(&format!("{at}/devices"))
                .await
                .items()
                .iter()
                .any(|d| d["device"]["status"] == "ACTIVE")
        {
            return user;
        }
    }
}

async fn set_risk(org: &Org, user: &str, level: &str) -> Answer {
    let body = json!({ "riskLevel": level, "riskReason": "Seen at two places, twice" });
    org.send(Method::PUT, &format!("/api/v1/users/{user}/risk"), Some(body)).await
}

async fn level(org: &Org, user: &str) -> String {
    let risk = org.get(&format!("/api/v1/users/{user}/risk")).await;
    risk.body["riskLevel"].as_str().expect("a level").to_owned()
}

/// What is in the log about a person since noon.
async fn log(org: &Org, user: &str) -> Vec<Value> {
    let filter = query(&format!("target.id eq \"{user}\""));
    let page =
        org.get(&format!("/api/v1/logs?since=2026-10-01T11:59:59.999Z&limit=1000&filter={filter}")).await;
    page.items().to_vec()
}

fn of<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["eventType"] == kind).collect()
}

fn trace(event: &Value) -> &str {
    event["debugContext"]["debugData"]["traceId"].as_str().expect("a trace")
}

/// The apps of a person that are switched on, by id.
async fn switched_on(org: &Org, user: &str) -> HashSet<String> {
    let filter = query(&format!("user.id eq \"{user}\""));
    let apps = org.all(&format!("/api/v1/apps?limit=3&filter={filter}")).await;
    let on =
        apps.iter().filter(|app| app["universalLogout"]["status"] == "ENABLED" && app["status"] == "ACTIVE");
    on.map(|app| app["id"].as_str().expect("an id").to_owned()).collect()
}

/// A level that is set while an earlier one is about to fall is the last word, and the log tells no fall.
#[tokio::test]
async fn a_level_set_anew_does_not_fall_with_the_one_before() {
    let org = Org::start().await;
    let user = somebody(&org).await;
    assert_eq!(set_risk(&org, &user, "HIGH").await.status, 201);
    org.control().advance_clock(Duration::from_secs(2));
    assert_eq!(set_risk(&org, &user, "MEDIUM").await.status, 200);
    org.control().advance_clock(Duration::from_secs(1_000));
    assert_eq!(level(&org, &user).await, "MEDIUM");
    let events = log(&org, &user).await;
    assert!(of(&events, "user.risk.change").is_empty(), "nothing fell");
    let detected = of(&events, "user.risk.detect");
    let last = &detected[detected.len() - 1]["securityContext"]["risk"];
    assert_eq!((&last["level"], &last["previousLevel"]), (&"MEDIUM".into(), &"HIGH".into()));
    assert!(!of(&events, "user.session.end").is_empty(), "what was ended stays ended");
}

#[tokio::test]
async fn a_high_level_runs_the_policy_and_falls_by_itself() {
    let org = Org::start().await;
    let user = somebody(&org).await;
    assert_eq!(set_risk(&org, &user, "HIGH").await.status, 201);
    assert_eq!(level(&org, &user).await, "HIGH");
    org.control().advance_clock(Duration::from_secs(4));
    assert_eq!(level(&org, &user).await, "HIGH");
    org.control().advance_clock(Duration::from_secs(4));
    assert_eq!(level(&org, &user).await, "LOW");
    org.control().advance_clock(Duration::from_secs(1_000));
    let events = log(&org, &user).await;
    let detected = of(&events, "user.risk.detect");
    assert_eq!(detected[0]["securityContext"]["risk"]["reasons"][0], "Seen at two places, twice");
    let rule = &of(&events, "policy.entity_risk.action")[0]["target"][1];
    assert_eq!(rule["detailEntry"]["ruleAction"], "TERMINATE_ALL_SESSIONS");
    for kind in [
        "policy.entity_risk.evaluate",
        "user.session.end",
        "app.oauth2.token.revoke.implicit.user",
        "user.risk.change",
    ] {
        assert!(!of(&events, kind).is_empty(), "{kind}");
    }
    let run = of(&events, "user.authentication.universal_logout")[0];
    let called: HashSet<String> = run["debugContext"]["debugData"]["appInstanceIds"]
        .as_str()
        .expect("ids")
        .split(',')
        .map(str::to_owned)
        .collect();
    let on = switched_on(&org, &user).await;
    assert!(on.len() > 5);
    assert_eq!(called, on);
    let answered = of(&events, "user.authentication.slo");
    assert_eq!(answered.len(), on.len() - 1, "one stays silent");
    assert_eq!(answered.iter().filter(|e| e["outcome"]["result"] == "FAILURE").count(), 1);
    let traces: HashSet<&str> =
        events.iter().filter(|e| e["eventType"] != "user.session.start").map(trace).collect();
    assert!(traces.contains(trace(run)));
    for kind in [
        "user.risk.detect",
        "policy.entity_risk.evaluate",
        "user.session.end",
        "user.authentication.slo",
        "user.risk.change",
    ] {
        assert!(of(&events, kind).iter().all(|event| trace(event) == trace(run)), "{kind}");
    }
}

#[tokio::test]
async fn a_medium_level_only_starts_a_workflow() {
    let org = Org::start().await;
    let user = somebody(&org).await;
    set_risk(&org, &user, "MEDIUM").await;
    org.control().advance_clock(Duration::from_secs(60));
    let events = log(&org, &user).await;
    assert_eq!(of(&events, "workflows.user.delegatedflow.run").len(), 1);
    assert!(
        of(&events, "user.session.end").is_empty()
            && of(&events, "user.authentication.universal_logout").is_empty()
    );
    assert_eq!(level(&org, &user).await, "MEDIUM");
}

#[tokio::test]
async fn clearing_sessions_does_not_reach_apps() {
    let org = Org::start().await;
    let user = somebody(&org).await;
    set_risk(&org, &user, "MEDIUM").await;
    let clear = async |flags: &str| {
        let cleared = org.send(Method::DELETE, &format!("/api/v1/users/{user}/sessions{flags}"), None).await;
        assert_eq!(cleared.status, 204);
    };
    clear("").await;
    org.control().advance_clock(Duration::from_secs(60));
    assert_eq!(level(&org, &user).await, "LOW");
    let events = log(&org, &user).await;
    assert!(of(&events, "user.authentication.universal_logout").is_empty());
    assert!(of(&events, "user.authentication.slo").is_empty());
    assert!(of(&events, "app.oauth2.token.revoke.implicit.user").is_empty(), "tokens only when asked for");
    let cleared = of(&events, "user.session.clear")[0];
    assert_eq!(cleared["debugContext"]["debugData"]["forgetDevices"], "true", "the default of this engine");
    let first = of(&events, "user.session.end");
    assert!(
        !first.is_empty() && first.iter().all(|e| e["transaction"]["id"] == cleared["transaction"]["id"])
    );

    clear("?oauthTokens=true&forgetDevices=false").await;
    let events = log(&org, &user).await;
    assert_eq!(of(&events, "app.oauth2.token.revoke.implicit.user").len(), 1);
    assert_eq!(of(&events, "user.session.clear")[1]["debugContext"]["debugData"]["forgetDevices"], "false");
    // What was ended is not ended again: people sign in anew.
    let ended: Vec<&Value> = of(&events, "user.session.end");
    let ids: HashSet<&str> =
        ended.iter().filter_map(|e| e["debugContext"]["debugData"]["endedSessionId"].as_str()).collect();
    assert_eq!(ids.len(), ended.len());

    let classic = Org::with(Options { classic: true, ..options() }).await;
    let user = somebody(&classic).await;
    classic.send(Method::DELETE, &format!("/api/v1/users/{user}/sessions"), None).await;
    let events = log(&classic, &user).await;
    assert_eq!(of(&events, "user.session.clear")[0]["debugContext"]["debugData"]["forgetDevices"], "false");
}

#[tokio::test]
async fn a_token_revocation_reaches_apps_and_ends_the_sessions_of_an_incident() {
    let org = Org::start().await;
    let incident = org.control().start_incident("mfa_flooding").expect("somebody");
    org.control().advance_clock(Duration::from_secs(120));
    let user = &incident.user_id;
    assert_eq!(level(&org, user).await, "HIGH");
    let body = json!({ "sub_id": { "format": "opaque", "id": user } });
    assert_eq!(org.send(Method::POST, "/oauth2/v1/global-token-revocation", Some(body)).await.status, 204);
    org.control().advance_clock(Duration::from_secs(1_000));
    assert_eq!(level(&org, user).await, "LOW");
    let events = log(&org, user).await;
    let run = of(&events, "user.authentication.universal_logout")[0];
    let of_run: Vec<&Value> = events.iter().filter(|event| trace(event) == trace(run)).collect();
    let kinds: Vec<&str> = of_run.iter().filter_map(|event| event["eventType"].as_str()).collect();
    assert_eq!(kinds[0], "user.authentication.universal_logout.scheduled");
    assert!(kinds.contains(&"user.authentication.slo") && kinds.contains(&"user.session.clear"));
    let ended = |event: &&&Value| event["debugContext"]["debugData"]["endedSessionId"] == *incident.session;
    assert_eq!(of_run.iter().filter(ended).count(), 1);
}

#[tokio::test]
async fn apps_of_a_person_are_listed_in_both_ways() {
    let org = Org::start().await;
    let user = somebody(&org).await;
    let filter = query(&format!("user.id eq \"{user}\""));
    let all = org.all(&format!("/api/v1/apps?filter={filter}")).await;
    let paged = org.all(&format!("/api/v1/apps?limit=2&filter={filter}")).await;
    assert_eq!(all, paged);
    let every = org.all("/api/v1/apps").await;
    assert!(all.len() > 10 && all.len() < every.len());
    let links = org.get(&format!("/api/v1/users/{user}/appLinks")).await;
    let linked: HashSet<&str> =
        links.items().iter().filter_map(|link| link["appInstanceId"].as_str()).collect();
    let active = all.iter().filter(|app| app["status"] == "ACTIVE");
    assert_eq!(linked, active.filter_map(|app| app["id"].as_str()).collect());
    assert!(!all.iter().any(|app| app["name"] == "saasure"), "that comes with a role");
    let admin = org.control().user_id(7).expect("the admin");
    let filter = query(&format!("user.id eq \"{admin}\""));
    let own = org.all(&format!("/api/v1/apps?filter={filter}")).await;
    assert!(own.iter().any(|app| app["name"] == "saasure"));
    assert!(
        org.get(&format!("/api/v1/apps?filter={}", query("user.id eq \"00u0\""))).await.items().is_empty()
    );
    let refused = org.get(&format!("/api/v1/apps?filter={}", query("user.id sw \"00u\""))).await;
    assert_eq!(refused.code(), "E0000031");
    assert!(all.iter().all(|app| app.get("assigned").is_none()));
}

#[tokio::test]
async fn apps_show_every_way_of_being_logged_out() {
    let org = Org::start().await;
    let apps = org.all("/api/v1/apps").await;
    let shown: HashSet<String> = apps
        .iter()
        .map(|app| {
            let logout = &app["universalLogout"];
            ["status", "supportType", "identityStack", "protocol"]
                .map(|f| logout[f].as_str().unwrap_or("-"))
                .join(" ")
        })
        .collect();
    for status in ["ENABLED", "DISABLED"] {
        for support in ["FULL", "PARTIAL"] {
            for stack in ["SHARED", "NOT_SHARED"] {
                for protocol in ["PROPRIETARY", "GLOBAL_TOKEN_REVOCATION"] {
                    let wanted = format!("{status} {support} {stack} {protocol}");
                    assert!(shown.contains(&wanted), "{wanted}");
                }
            }
        }
    }
    assert!(shown.contains("UNSUPPORTED - - -") && shown.contains("- - - -"));
}
