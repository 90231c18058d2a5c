//! The System Log: two ways of asking, and nothing lost between pages.

use super::{NOON, Org, options, query};
use demo_org::{ClockMode, Options};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;

fn uuids(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["uuid"].as_str().expect("a uuid")).collect()
}

#[tokio::test]
async fn polling_never_ends_and_loses_nothing() {
    let org = Org::start().await;
    let mut next = "/api/v1/logs?since=2026-10-01T00:00:00Z&limit=100".to_owned();
    let mut polled = Vec::new();
    for _ in 0..3 {
        loop {
            let page = org.get(&next).await;
            next = page.next().expect("polling always goes on");
            polled.extend(page.items().iter().cloned());
            if page.items().is_empty() {
                break;
            }
        }
        org.control().advance_clock(Duration::from_secs(3 * 3_600));
        let id = org.device_in("ACTIVE").await;
        org.post(&format!("/api/v1/devices/{id}/lifecycle/suspend")).await;
    }
    let polled: Vec<Value> = {
        let page = org.get(&next).await;
        polled.extend(page.items().iter().cloned());
        polled
    };
    let unique: HashSet<_> = uuids(&polled).into_iter().collect();
    assert_eq!(unique.len(), polled.len(), "an event came twice");
    let bounded =
        org.all("/api/v1/logs?since=2026-10-01T00:00:00Z&until=2026-10-01T17:59:00Z&limit=1000").await;
    let missed: Vec<_> = uuids(&bounded).into_iter().filter(|uuid| !unique.contains(uuid)).collect();
    assert!(missed.is_empty(), "{} of {} missed", missed.len(), bounded.len());
    assert!(bounded.len() > 100, "{}", bounded.len());
}

#[tokio::test]
async fn bounded_queries_are_in_order_and_end() {
    let org = Org::start().await;
    let window = "since=2026-09-29T00:00:00Z&until=2026-10-01T00:00:00Z";
    let forwards = org.all(&format!("/api/v1/logs?{window}&limit=37")).await;
    let backwards = org.all(&format!("/api/v1/logs?{window}&limit=41&sortOrder=DESCENDING")).await;
    assert!(forwards.len() > 500, "{}", forwards.len());
    assert!(forwards.is_sorted_by(|a, b| a["published"].as_str() <= b["published"].as_str()));
    let mut reversed = backwards;
    reversed.reverse();
    assert_eq!(uuids(&forwards), uuids(&reversed));
    assert!(forwards.iter().all(|e| e["published"].as_str() > Some("2026-09-29")
        && e["published"].as_str() < Some("2026-10-01T00:00:00.001")));
}

#[tokio::test]
async fn a_day_has_about_four_thousand_events() {
    let org = Org::with(Options { devices: 10_000, ..options() }).await;
    let day = org.all("/api/v1/logs?since=2026-09-30T00:00:00Z&until=2026-10-01T00:00:00Z&limit=1000").await;
    assert!((3_500..6_000).contains(&day.len()), "{}", day.len());
    assert!(day.iter().any(|e| e["eventType"] == "user.session.context.change"));
    assert!(day.iter().any(|e| e["outcome"]["result"] == "DENY"));
}

#[tokio::test]
async fn filters_and_words_narrow_it() {
    let org = Org::start().await;
    let window = "since=2026-09-25T00:00:00Z&until=2026-10-01T00:00:00Z&limit=1000";
    let denied = org
        .all(&format!(
            "/api/v1/logs?{window}&filter={}",
            query("eventType eq \"policy.evaluate_sign_on\" and outcome.result eq \"DENY\"")
        ))
        .await;
    assert!(!denied.is_empty() && denied.iter().all(|e| e["outcome"]["result"] == "DENY"));
    assert!(
        denied.iter().all(|e| e["target"].as_array().is_some_and(|t| t.iter().any(|t| t["type"] == "Rule")))
    );
    let login = denied[0]["actor"]["alternateId"].as_str().expect("a login");
    let about = org.all(&format!("/api/v1/logs?{window}&q={}", query(login))).await;
    assert!(!about.is_empty() && about.iter().all(|e| e.to_string().contains(login)));
}

#[tokio::test]
async fn bad_questions_are_refused() {
    let org = Org::start().await;
    for (question, code) in [
        ("since=2026-01-01T00:00:00Z", "E0000001"),
        ("since=yesterday", "E0000030"),
        ("since=2026-10-01T00:00:00Z&until=2026-09-01T00:00:00Z", "E0000001"),
        ("limit=1001", "E0000001"),
        ("filter=eventType%20co", "E0000053"),
        ("filter=published%20gt%20%222026-01-01%22", "E0000053"),
        ("filter=debugContext.debugData.url%20co%20%22x%22", "E0000053"),
        ("q=a%20b%20c%20d%20e%20f%20g%20h%20i%20j%20k", "E0000001"),
        ("sortOrder=SIDEWAYS", "E0000001"),
        ("after=nonsense", "E0000029"),
    ] {
        let refused = org.get(&format!("/api/v1/logs?{question}")).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, code), "{question}");
    }
    assert!(org.get("/api/v1/logs?limit=0").await.items().is_empty());
}

#[tokio::test]
async fn what_the_log_says_is_what_reads_show() {
    let org = Org::with(Options { clock: ClockMode::Frozen(NOON), ..options() }).await;
    let filter =
        query("eventType eq \"device.lifecycle.suspend\" or eventType eq \"device.lifecycle.unsuspend\"");
    let events = org
        .all(&format!("/api/v1/logs?since=2026-09-20T00:00:00Z&until=2026-10-01T12:00:00Z&filter={filter}"))
        .await;
    let mut last = std::collections::BTreeMap::new();
    for event in &events {
        last.insert(event["target"][0]["id"].as_str().expect("an id"), event["eventType"].as_str());
    }
    assert!(last.len() > 3, "{}", last.len());
    for (id, event) in last {
        let device = org.get(&format!("/api/v1/devices/{id}")).await;
        let expected = if event == Some("device.lifecycle.suspend") { "SUSPENDED" } else { "ACTIVE" };
        assert_eq!(device.body["status"], expected, "{id}");
    }
}
