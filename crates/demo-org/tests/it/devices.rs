//! Devices: paging, search, lifecycle, determinism, drift.

use super::{NOON, Org, options, query};
use demo_org::{ClockMode, Options};
use reqwest::Method;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

#[tokio::test]
async fn pages_lead_through_every_device_once() {
    let org = Org::start().await;
    let devices = org.all("/api/v1/devices?limit=200&expand=userSummary").await;
    assert_eq!(devices.len(), 1_000);
    let ids: HashSet<_> = devices.iter().map(|d| d["id"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), 1_000);
    assert!(ids.iter().all(|id| id.len() == 20 && id.starts_with("guo")));
    let first = org.get("/api/v1/devices?limit=200").await;
    assert_eq!(first.link("self"), Some(org.url("/api/v1/devices?limit=200")));
    assert_eq!(org.control().calls_to("GET /api/v1/devices"), 6);
}

#[tokio::test]
async fn the_fleet_looks_like_one() {
    let org = Org::with(Options { devices: 10_000, ..options() }).await;
    let devices = org.all("/api/v1/devices?expand=userSummary").await;
    let count = |test: &dyn Fn(&Value) -> bool| devices.iter().filter(|d| test(d)).count();
    let mut platforms = BTreeMap::new();
    for device in &devices {
        *platforms.entry(device["profile"]["platform"].as_str().expect("a platform")).or_insert(0) += 1;
    }
    assert!((4_600..5_000).contains(&platforms["WINDOWS"]), "{platforms:?}");
    assert!((2_500..2_900).contains(&platforms["MACOS"]), "{platforms:?}");
    let users = |d: &Value| d["_embedded"]["users"].as_array().map_or(0, Vec::len);
    assert!(count(&|d| users(d) == 0) > 300, "orphans and deactivated ones");
    assert!(count(&|d| users(d) > 2) > 100, "shared ones");
    assert!(count(&|d| d["profile"]["diskEncryptionType"].is_null()) > 200, "unknown encryption");
    assert!(count(&|d| d["profile"]["osVersion"].is_null()) > 50, "unknown version");
    assert!(count(&|d| d["status"] == "SUSPENDED") > 50);
    assert!(count(&|d| d["lastUpdated"].as_str() < Some("2026-07-01")) > 500, "stale ones");
    assert_eq!(count(&|d| d["status"] == "CREATED"), 0);
    let mut serials = HashSet::new();
    let doubles =
        devices.iter().filter_map(|d| d["profile"]["serialNumber"].as_str()).filter(|s| !serials.insert(*s));
    assert!(doubles.count() > 50, "older enrolments of the same computer");
    let names: Vec<_> = devices.iter().filter_map(|d| d["profile"]["displayName"].as_str()).collect();
    assert!(names.iter().any(|name| name.contains("<img")) && names.iter().any(|name| name.starts_with('=')));
    assert!(names.iter().all(|name| (1..=255).contains(&name.chars().count())));
    assert!(names.iter().any(|name| name.chars().count() == 255));
}

#[tokio::test]
async fn one_seed_makes_one_org() {
    let (a, b) = (Org::start().await, Org::start().await);
    let relative = |org: &Org, devices: Vec<Value>| {
        serde_json::to_string(&devices).expect("JSON").replace(org.org.url(), "")
    };
    let path = "/api/v1/devices?limit=200&expand=user";
    let (one, two) = (relative(&a, a.all(path).await), relative(&b, b.all(path).await));
    assert!(one == two, "two runs differ");
    let other = Org::with(Options { seed: 8, ..options() }).await;
    assert!(relative(&other, other.all(path).await) != one, "another seed makes another org");
}

#[tokio::test]
async fn a_later_start_agrees_about_the_past() {
    let hour = 3_600_000;
    let early = Org::start().await;
    let late = Org::with(Options { clock: ClockMode::Frozen(NOON + hour), ..options() }).await;
    let before = early.all("/api/v1/devices").await;
    let after = late.all("/api/v1/devices").await;
    let drifted = before.iter().zip(&after).filter(|(a, b)| a["lastUpdated"] != b["lastUpdated"]).count();
    assert!((1..60).contains(&drifted), "{drifted} drifted");
    let same = before.iter().zip(&after).filter(|(a, b)| a["lastUpdated"] == b["lastUpdated"]);
    same.for_each(|(a, b)| assert_eq!((&a["status"], &a["profile"]), (&b["status"], &b["profile"])));
    early.control().advance_clock(Duration::from_secs(3_600));
    let moved = early.all("/api/v1/devices").await;
    assert!(
        moved
            .iter()
            .zip(&after)
            .all(|(a, b)| a["profile"] == b["profile"] && a["lastUpdated"] == b["lastUpdated"])
    );
}

#[tokio::test]
async fn a_search_for_changes_finds_what_a_full_list_shows() {
    let org = Org::start().await;
    let all = org.all("/api/v1/devices").await;
    for since in ["2026-10-01T09:00:00.000Z", "2026-09-30T00:00:00.000Z", "2026-09-01T00:00:00.000Z"] {
        let search = query(&format!("lastUpdated gt \"{since}\""));
        let found = org.all(&format!("/api/v1/devices?limit=50&search={search}")).await;
        let expected: Vec<_> = all.iter().filter(|d| d["lastUpdated"].as_str() > Some(since)).collect();
        assert!(!expected.is_empty() && found.iter().eq(expected.into_iter()), "since {since}");
    }
}

#[tokio::test]
async fn searches_are_answered_or_refused() {
    let org = Org::start().await;
    let search = async |text: &str| org.get(&format!("/api/v1/devices?search={}", query(text))).await;
    let macs = search("profile.platform eq \"MACOS\" and not (status eq \"ACTIVE\")").await;
    assert!(!macs.items().is_empty());
    assert!(macs.items().iter().all(|d| d["profile"]["platform"] == "MACOS" && d["status"] != "ACTIVE"));
    for (text, code) in [
        ("platform is mac", "E0000031"),
        ("profile.colour eq \"red\"", "E0000031"),
        ("profile.model co \"Book\"", "E0000031"),
        ("profile.displayName ew \"x\"", "E0000031"),
    ] {
        let refused = search(text).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, code), "{text}");
    }
    let both = org.get("/api/v1/devices?search=id%20pr&q=x").await;
    assert_eq!((both.status.as_u16(), both.code()), (400, "E0000033"));
    assert_eq!(org.get("/api/v1/devices?limit=201").await.code(), "E0000001");
    assert_eq!(org.get("/api/v1/devices?after=nonsense").await.code(), "E0000029");
}

#[tokio::test]
async fn only_legal_changes_are_made() {
    let org = Org::start().await;
    let id = org.device_in("ACTIVE").await;
    let at = format!("/api/v1/devices/{id}");
    let status = async || org.get(&at).await.body["status"].clone();
    let change = async |to: &str| org.post(&format!("{at}/lifecycle/{to}")).await;
    assert_eq!(change("suspend").await.status, 204);
    assert_eq!(status().await, "SUSPENDED");
    let again = change("suspend").await;
    assert_eq!((again.status.as_u16(), again.code()), (403, "E0000152"));
    assert_eq!(change("unsuspend").await.status, 204);
    assert_eq!(change("activate").await.status, 204, "activating an active device is fine");
    assert_eq!(org.send(Method::DELETE, &at, None).await.code(), "E0000152");
    assert_eq!(change("deactivate").await.status, 204);
    let links = org.get(&at).await.body["_links"].clone();
    assert!(links["activate"].is_object() && links["users"].is_null(), "{links}");
    assert_eq!(org.get(&format!("{at}/users")).await.body, serde_json::json!([]), "links are lost");
    assert_eq!(org.send(Method::DELETE, &at, None).await.status, 204);
    let gone = org.get(&at).await;
    assert_eq!((gone.status.as_u16(), gone.code()), (404, "E0000007"));
    assert_eq!(org.all("/api/v1/devices").await.len(), 999);
    assert_eq!(change("explode").await.code(), "E0000008");
}

#[tokio::test]
async fn links_tell_what_may_be_done() {
    let org = Org::start().await;
    for device in org.all("/api/v1/devices").await {
        let links: Vec<_> = device["_links"].as_object().expect("links").keys().map(String::as_str).collect();
        let expected: &[&str] = match device["status"].as_str() {
            Some("ACTIVE") => &["deactivate", "self", "suspend", "users"],
            Some("SUSPENDED") => &["deactivate", "self", "unsuspend", "users"],
            _ => &["activate", "self"],
        };
        assert_eq!(links, expected, "{device}");
    }
}

#[tokio::test]
async fn the_search_index_lags_behind_writes() {
    let org = Org::with(Options { index_lag: Duration::from_millis(300), ..options() }).await;
    let id = org.device_in("ACTIVE").await;
    org.post(&format!("/api/v1/devices/{id}/lifecycle/suspend")).await;
    let by_search = async || {
        let found = org.get(&format!("/api/v1/devices?search={}", query(&format!("id eq \"{id}\"")))).await;
        found.items()[0]["status"].clone()
    };
    assert_eq!(org.get(&format!("/api/v1/devices/{id}")).await.body["status"], "SUSPENDED");
    assert_eq!(by_search().await, "ACTIVE");
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(by_search().await, "SUSPENDED");
}

#[tokio::test]
async fn users_and_devices_tell_the_same_links() {
    let org = Org::start().await;
    let devices = org.get("/api/v1/devices?limit=40&expand=userSummary").await;
    let mut seen = 0;
    for device in devices.items() {
        for link in device["_embedded"]["users"].as_array().expect("users") {
            let user = link["user"]["id"].as_str().expect("an id");
            let own = org.get(&format!("/api/v1/users/{user}/devices")).await;
            assert!(
                own.items().iter().any(|d| d["device"]["id"] == device["id"]),
                "{user} does not know {}",
                device["id"]
            );
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[tokio::test]
async fn an_empty_org_and_a_huge_one_are_fine() {
    let empty = Org::with(Options { devices: 0, ..options() }).await;
    assert!(empty.all("/api/v1/devices").await.is_empty());
    assert!(!empty.all("/api/v1/users").await.is_empty());
    assert!(empty.get("/api/v1/logs").await.items().len() < 100);
    let huge = Org::with(Options { devices: 1_000_000, ..options() }).await;
    assert_eq!(huge.get("/api/v1/devices?limit=200").await.items().len(), 200);
    let last = huge.control().device_id(999_999).expect("the last device");
    assert_eq!(huge.get(&format!("/api/v1/devices/{last}")).await.status, 200);
    assert_eq!(huge.get("/api/v1/logs?limit=1000").await.items().len(), 1000);
}

#[tokio::test]
async fn created_devices_are_there_on_request() {
    let org = Org::with(Options { created_status: true, ..options() }).await;
    let id = org.device_in("CREATED").await;
    assert_eq!(org.post(&format!("/api/v1/devices/{id}/lifecycle/suspend")).await.code(), "E0000152");
    assert_eq!(org.post(&format!("/api/v1/devices/{id}/lifecycle/activate")).await.status, 204);
    assert_eq!(org.get(&format!("/api/v1/devices/{id}")).await.body["status"], "ACTIVE");
}
