//! Users, groups, risk, sessions.

use super::{Org, query};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_plain_list_omits_leavers() {
    let org = Org::start().await;
    let listed = org.all("/api/v1/users?limit=200").await;
    let leavers = org.all(&format!("/api/v1/users?search={}", query("status eq \"DEPROVISIONED\""))).await;
    assert!(listed.iter().all(|user| user["status"] != "DEPROVISIONED"));
    assert!(!leavers.is_empty());
    assert_eq!(listed.len() + leavers.len(), 840);
    assert_eq!(org.get("/api/v1/users?limit=5000").await.items().len(), 200, "larger limits are lowered");
}

#[tokio::test]
async fn users_are_read_by_id_and_login() {
    let org = Org::start().await;
    let first = org.get("/api/v1/users?limit=1").await.items()[0].clone();
    let login = first["profile"]["login"].as_str().expect("a login");
    assert_eq!(org.get(&format!("/api/v1/users/{login}")).await.body, first);
    assert_eq!(org.get(&format!("/api/v1/users/{}", first["id"].as_str().expect("an id"))).await.body, first);
    assert_eq!(org.get("/api/v1/users/nobody@northwind.example").await.code(), "E0000007");
}

#[tokio::test]
async fn users_are_found_sorted_and_paged() {
    let org = Org::start().await;
    let search = query("profile.department eq \"Finance\"");
    let found = org
        .all(&format!("/api/v1/users?limit=7&search={search}&sortBy=profile.lastName&sortOrder=desc"))
        .await;
    assert!(found.len() > 20 && found.iter().all(|user| user["profile"]["department"] == "Finance"));
    let names: Vec<_> =
        found.iter().map(|u| u["profile"]["lastName"].as_str().expect("a name").to_lowercase()).collect();
    assert!(names.is_sorted_by(|a, b| a >= b), "{names:?}");
    let changed = org
        .all(&format!("/api/v1/users?filter={}", query("lastUpdated gt \"2026-09-30T00:00:00.000Z\"")))
        .await;
    assert!(!changed.is_empty() && changed.iter().all(|u| u["lastUpdated"].as_str() > Some("2026-09-30")));
    assert_eq!(
        org.get(&format!("/api/v1/users?filter={}", query("profile.login sw \"a\""))).await.code(),
        "E0000031"
    );
    let q = org.get("/api/v1/users?q=a").await;
    assert!(q.items().len() <= 10 && q.next().is_none(), "q is not paged");
}

#[tokio::test]
async fn groups_and_their_members_agree() {
    let org = Org::start().await;
    let groups = org.all("/api/v1/groups?expand=stats").await;
    assert!(groups.len() >= 38);
    let finance = groups.iter().find(|g| g["profile"]["name"] == "Finance").expect("a Finance group");
    let id = finance["id"].as_str().expect("an id");
    let members = org.all(&format!("/api/v1/groups/{id}/users?limit=9")).await;
    assert_eq!(finance["_embedded"]["stats"]["usersCount"], members.len());
    let user = members[0]["id"].as_str().expect("an id");
    let own = org.get(&format!("/api/v1/users/{user}/groups")).await;
    assert!(own.items().iter().any(|g| g["id"] == *id));
}

#[tokio::test]
async fn risk_is_set_and_told() {
    let org = Org::start().await;
    let mut people = (0..).map_while(|index| org.control().user_id(index));
    let (user, at) = loop {
        let user = people.next().expect("somebody without risk");
        let at = format!("/api/v1/users/{user}/risk");
        if org.get(&at).await.body["riskLevel"] == "NONE" {
            break (user, at);
        }
    };
    let set = async |body| org.send(Method::PUT, &at, Some(body)).await;
    assert_eq!(set(json!({ "riskLevel": "HIGH", "riskReason": "Lost laptop" })).await.status, 201);
    assert_eq!(set(json!({ "riskLevel": "MEDIUM" })).await.status, 200);
    let now = org.get(&at).await.body;
    assert_eq!(
        (now["riskLevel"].as_str(), now["reason"].as_str()),
        (Some("MEDIUM"), Some("override.by.admin"))
    );
    assert_eq!(set(json!({ "riskLevel": "NONE" })).await.code(), "E0000001");
    assert_eq!(set(json!({ "riskLevel": "LOW", "riskReason": "<b>" })).await.code(), "E0000001");
    let filter = query(&format!("eventType eq \"user.risk.detect\" and target.id eq \"{user}\""));
    assert_eq!(org.get(&format!("/api/v1/logs?filter={filter}")).await.items().len(), 2);
}

#[tokio::test]
async fn logged_risk_and_told_risk_agree() {
    let org = Org::start().await;
    let filter = query("eventType eq \"user.risk.detect\" or eventType eq \"user.risk.change\"");
    let events = org
        .all(&format!(
            "/api/v1/logs?since=2026-07-04T00:00:00Z&until=2026-10-01T12:00:00Z&limit=1000&filter={filter}"
        ))
        .await;
    assert!(events.len() > 100, "{}", events.len());
    let mut last = std::collections::BTreeMap::new();
    for event in &events {
        // The structured form, or else the text: some events have only one of them.
        let told = event["securityContext"]["risk"]["level"].as_str().map(str::to_owned);
        let text = || level_in(event["debugContext"]["debugData"]["risk"].as_str().expect("a text"));
        last.insert(event["target"][0]["id"].clone().to_string(), told.unwrap_or_else(text));
    }
    let levels: Vec<_> = last.values().map(String::as_str).collect();
    assert!(levels.contains(&"HIGH") && levels.contains(&"MEDIUM") && levels.contains(&"LOW"), "{levels:?}");
    for (user, level) in last {
        let told = org.get(&format!("/api/v1/users/{}/risk", user.trim_matches('"'))).await;
        assert_eq!(told.body["riskLevel"], level, "{user}");
    }
}

/// The level in the text of debug data, which stands behind a blank, a brace or nothing.
fn level_in(text: &str) -> String {
    let found = text.split([' ', '{', ',', '}']).find_map(|part| part.strip_prefix("level="));
    found.unwrap_or_else(|| panic!("a level in {text}")).to_owned()
}

#[tokio::test]
async fn ending_sessions_leaves_its_events() {
    let org = Org::start().await;
    let user = org.control().user_id(5).expect("a user");
    let cleared =
        org.send(Method::DELETE, &format!("/api/v1/users/{user}/sessions?oauthTokens=true"), None).await;
    assert_eq!(cleared.status, 204);
    let body = json!({ "sub_id": { "format": "opaque", "id": user } });
    assert_eq!(org.send(Method::POST, "/oauth2/v1/global-token-revocation", Some(body)).await.status, 204);
    let events = org.get("/api/v1/logs?since=2026-10-01T11:59:59Z&limit=100").await;
    let types: Vec<_> = events.items().iter().filter_map(|e| e["eventType"].as_str()).collect();
    for wanted in [
        "user.session.clear",
        "user.session.end",
        "user.authentication.universal_logout.scheduled",
        "user.authentication.universal_logout",
    ] {
        assert!(types.contains(&wanted), "{wanted} in {types:?}");
    }
    let unknown = json!({ "sub_id": { "format": "opaque", "id": "00u0" } });
    assert_eq!(org.send(Method::POST, "/oauth2/v1/global-token-revocation", Some(unknown)).await.status, 400);
}

#[tokio::test]
async fn suspending_needs_the_right_status() {
    let org = Org::start().await;
    let active = org.get(&format!("/api/v1/users?limit=1&search={}", query("status eq \"ACTIVE\""))).await;
    let at = format!("/api/v1/users/{}/lifecycle", active.items()[0]["id"].as_str().expect("an id"));
    assert_eq!(org.post(&format!("{at}/unsuspend")).await.status, 400);
    assert_eq!(org.post(&format!("{at}/suspend")).await.status, 200);
    assert_eq!(org.post(&format!("{at}/suspend")).await.code(), "E0000001");
    assert_eq!(org.post(&format!("{at}/unsuspend")).await.status, 200);
}
