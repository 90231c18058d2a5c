//! Scripted incidents: what they leave in the log, and that the org stands as the log says.

use super::{NOON, Org, options, query};
use demo_org::{ClockMode, Control, Fault, FaultKind, Incident, Options};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;

const NAMES: [&str; 6] = [
    "hijacked_session",
    "partner_malware",
    "mfa_flooding",
    "lost_device",
    "vpn_false_alarm",
    "unknown_detection",
];

/// The events of an incident that are in the log now, as they came.
async fn events(org: &Org, incident: &Incident) -> Vec<Value> {
    let filter = query(&format!("debugContext.debugData.traceId eq \"{}\"", incident.trace));
    let since = query(&demo_time(incident.begun - 1_000));
    let mut next = format!("/api/v1/logs?since={since}&limit=1000&filter={filter}");
    let mut found = Vec::new();
    loop {
        let page = org.get(&next).await;
        assert_eq!(page.status, 200, "{}", page.body);
        found.extend(page.items().iter().cloned());
        if page.items().is_empty() {
            return found;
        }
        next = page.next().expect("polling goes on");
    }
}

fn demo_time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).expect("a time").to_string()
}

fn newest(org: &Org, name: &str) -> Incident {
    org.control()
        .incidents()
        .into_iter()
        .find(|incident| incident.name == name)
        .unwrap_or_else(|| panic!("{name}"))
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["eventType"].as_str()).collect()
}

#[tokio::test]
async fn all_of_them_are_in_the_last_days_with_devices_and_admins() {
    for (seed, devices) in [(7, 1_000), (20_260_101, 300), (1, 500), (3, 10_000)] {
        let org = Org::with(Options { seed, devices, ..options() }).await;
        let incidents = org.control().incidents();
        let names: HashSet<&str> = incidents.iter().map(|incident| incident.name).collect();
        assert_eq!(names, NAMES.into_iter().collect(), "seed {seed}");
        let mut admins = 0;
        for incident in &incidents {
            let at = format!("/api/v1/users/{}", incident.user_id);
            assert_eq!(org.get(&at).await.body["status"], "ACTIVE", "{}", incident.name);
            let devices = org.get(&format!("{at}/devices")).await;
            let has = |device: &Value| device["device"]["id"] == incident.device_id.as_str();
            assert!(devices.items().iter().any(has), "{}: seed {seed}", incident.name);
            admins += usize::from(!org.get(&format!("{at}/roles")).await.items().is_empty());
        }
        assert!(admins >= 2, "{admins} admins, seed {seed}");
    }
    let mut named: Vec<&str> = Control::incident_names();
    named.sort_unstable();
    let mut wanted = NAMES;
    wanted.sort_unstable();
    assert_eq!(named, wanted);
}

#[tokio::test]
async fn what_is_told_is_in_the_log_once_and_the_same_each_time() {
    let (org, twin) = (Org::start().await, Org::start().await);
    assert_eq!(org.control().incidents(), twin.control().incidents());
    for incident in org.control().incidents() {
        let found = events(&org, &incident).await;
        let uuids: Vec<&str> = found.iter().filter_map(|event| event["uuid"].as_str()).collect();
        assert_eq!(uuids.iter().collect::<HashSet<_>>().len(), uuids.len(), "{}", incident.name);
        let due: HashSet<&str> =
            incident.events.iter().filter(|e| e.persisted <= NOON).map(|event| event.uuid.as_str()).collect();
        assert_eq!(uuids.into_iter().collect::<HashSet<_>>(), due, "{}", incident.name);
    }
}

#[tokio::test]
async fn a_started_one_arrives_as_time_passes() {
    let org = Org::with(Options { rate_limits: false, ..options() }).await;
    for name in NAMES {
        let incident = org.control().start_incident(name).expect("somebody plays it");
        assert!(org.control().incidents().contains(&incident));
        let due = |now| incident.events.iter().filter(|event| event.persisted <= now).count();
        let mut before = events(&org, &incident).await.len();
        assert_eq!(before, due(org.control().now()), "{name}");
        assert!(before < due(incident.acted), "{name} has more to come");
        while org.control().now() < incident.acted {
            org.control().advance_clock(Duration::from_secs(7));
            let now = events(&org, &incident).await.len();
            assert!(now >= before && now == due(org.control().now()), "{name}");
            before = now;
        }
        assert!(incident.acted - incident.begun <= 60_000 || name == "unknown_detection", "{name}");
    }
    assert_eq!(org.control().start_incident("chores"), None);
    assert_eq!(org.control().start_incident(""), None);
}

#[tokio::test]
async fn they_are_started_over_http_too() {
    let org = Org::start().await;
    let start =
        async |name: &str| org.send(Method::POST, "/__demo/incidents", Some(json!({ "name": name }))).await;
    let started = start("mfa_flooding").await;
    assert_eq!((started.status.as_u16(), started.body["name"].as_str()), (201, Some("mfa_flooding")));
    assert_eq!(start("nothing").await.code(), "E0000001");
    let listed = org.get("/__demo/incidents").await;
    assert!(listed.items().contains(&started.body));
}

#[tokio::test]
async fn a_hijack_shows_one_session_with_several_cookies() {
    let org = Org::start().await;
    let incident = newest(&org, "hijacked_session");
    let events = events(&org, &incident).await;
    let types = types(&events);
    for wanted in [
        "user.session.start",
        "user.session.context.change",
        "policy.auth_reevaluate.fail",
        "policy.auth_reevaluate.enforce",
        "policy.auth_reevaluate.action",
        "user.session.end",
        "user.risk.detect",
        "policy.entity_risk.evaluate",
        "workflows.user.delegatedflow.run",
    ] {
        assert!(types.contains(&wanted), "{wanted} in {types:?}");
    }
    let in_session =
        events.iter().filter(|e| e["authenticationContext"]["externalSessionId"] == *incident.session);
    let cookies: HashSet<&str> =
        in_session.filter_map(|e| e["debugContext"]["debugData"]["dtHash"].as_str()).collect();
    assert!(cookies.len() >= 3, "{cookies:?}");
    let change = events.iter().find(|e| e["eventType"] == "user.session.context.change").expect("a change");
    let fail = events.iter().find(|e| e["eventType"] == "policy.auth_reevaluate.fail").expect("a failure");
    assert_eq!(fail["debugContext"]["debugData"]["triggerEventId"], change["uuid"]);
    let risk = org.get(&format!("/api/v1/users/{}/risk", incident.user_id)).await;
    assert_eq!(risk.body["riskLevel"], "MEDIUM");
}

#[tokio::test]
async fn malware_leaves_one_app_silent_one_failing_and_a_device_unheard_of() {
    let org = Org::start().await;
    let incident = org.control().start_incident("partner_malware").expect("somebody");
    org.control().advance_clock(Duration::from_millis((incident.acted - incident.begun) as u64));
    let events = events(&org, &incident).await;
    let run =
        events.iter().find(|e| e["eventType"] == "user.authentication.universal_logout").expect("a logout");
    let called: HashSet<&str> =
        run["debugContext"]["debugData"]["appInstanceIds"].as_str().expect("ids").split(',').collect();
    let answers: Vec<&Value> =
        events.iter().filter(|e| e["eventType"] == "user.authentication.slo").collect();
    let app = |event: &Value| event["target"][0]["id"].as_str().expect("an app").to_owned();
    let answered: HashSet<String> = answers.iter().map(|event| app(event)).collect();
    let silent: Vec<&&str> = called.iter().filter(|id| !answered.contains(**id)).collect();
    assert_eq!(silent.len(), 1, "{called:?} {answered:?}");
    let zoom = org.get(&format!("/api/v1/apps/{}", silent[0])).await;
    assert_eq!(
        (zoom.body["label"].as_str(), zoom.body["universalLogout"]["status"].as_str()),
        (Some("Zoom"), Some("ENABLED"))
    );
    let failed: Vec<&&Value> = answers.iter().filter(|e| e["outcome"]["result"] == "FAILURE").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["target"][0]["displayName"], "Northwind Intranet");
    let types = types(&events);
    assert!(types.contains(&"device.desktop_mfa.device_logout.started"));
    assert!(!types.contains(&"device.desktop_mfa.device_logout.completed"));
    assert!(events.last().is_some_and(|e| e["eventType"] == "user.authentication.sso"), "still at work");
    let risk = org.get(&format!("/api/v1/users/{}/risk", incident.user_id)).await;
    assert_eq!(risk.body["riskLevel"], "LOW", "the logout took it back");
}

#[tokio::test]
async fn a_lost_device_is_out_of_service_until_it_is_found() {
    let org = Org::start().await;
    let incident = org.control().start_incident("lost_device").expect("somebody");
    let status =
        async || org.get(&format!("/api/v1/devices/{}", incident.device_id)).await.body["status"].clone();
    let listed = async |status: &str| {
        let at = format!("/api/v1/devices?search={}", query(&format!("status eq \"{status}\"")));
        org.all(&at).await.iter().any(|device| device["id"] == *incident.device_id)
    };
    assert_eq!(status().await, "ACTIVE");
    org.control().advance_clock(Duration::from_secs(60));
    assert_eq!(status().await, "SUSPENDED");
    assert!(listed("SUSPENDED").await && !listed("ACTIVE").await);
    let changed = format!(
        "/api/v1/devices?search={}",
        query(&format!("lastUpdated ge \"{}\"", demo_time(incident.begun)))
    );
    assert!(org.all(&changed).await.iter().any(|device| device["id"] == *incident.device_id));
    org.control().advance_clock(Duration::from_secs(31 * 3_600));
    assert_eq!(status().await, "ACTIVE");
    let found = events(&org, &incident).await;
    assert_eq!(types(&found).iter().filter(|kind| **kind == "device.lifecycle.suspend").count(), 2);
    assert!(types(&found).contains(&"device.lifecycle.unsuspend"));
}

#[tokio::test]
async fn who_takes_the_device_in_hand_has_the_last_word() {
    let org = Org::start().await;
    let incident = org.control().start_incident("lost_device").expect("somebody");
    org.control().advance_clock(Duration::from_secs(60));
    let at = format!("/api/v1/devices/{}", incident.device_id);
    assert_eq!(org.post(&format!("{at}/lifecycle/deactivate")).await.status, 204);
    org.control().advance_clock(Duration::from_secs(31 * 3_600));
    assert_eq!(org.get(&at).await.body["status"], "DEACTIVATED");
    let found = events(&org, &incident).await;
    let count = |kind: &str| types(&found).iter().filter(|k| **k == kind).count();
    assert_eq!(count("device.lifecycle.suspend"), 2, "what happened before is not undone");
    assert_eq!(count("device.lifecycle.unsuspend"), 0, "nobody finds it");
}

#[tokio::test]
async fn a_false_alarm_is_judged_by_an_admin() {
    let org = Org::start().await;
    let incident = newest(&org, "vpn_false_alarm");
    let events = events(&org, &incident).await;
    let judged: Vec<&Value> =
        events.iter().filter(|e| e["eventType"] == "analytics.feedback.provide").collect();
    assert_eq!(judged.len(), 2);
    for feedback in judged {
        let debug = &feedback["debugContext"]["debugData"];
        assert_eq!(debug["label"], "false_positive");
        let about =
            events.iter().find(|event| event["uuid"] == debug["eventUuid"]).expect("the judged event");
        assert_eq!(about["eventType"], debug["eventType"]);
    }
    let change = events.iter().find(|e| e["eventType"] == "user.session.context.change").expect("a change");
    let chain = change["request"]["ipChain"].as_array().expect("a chain");
    assert!(chain.len() == 3 && chain[2]["ip"] == change["client"]["ipAddress"]);
    assert_eq!(change["client"]["zone"], "Retired data centre");
}

#[tokio::test]
async fn every_shape_of_risk_is_in_the_log() {
    let org = Org::start().await;
    let all = org
        .all("/api/v1/logs?since=2026-07-04T00:00:00Z&until=2026-10-01T12:00:00Z&limit=1000&filter=eventType%20sw%20%22user.risk%22%20or%20eventType%20sw%20%22user.session%22")
        .await;
    let debug = |event: &Value, name: &str| event["debugContext"]["debugData"][name].clone();
    let any = |test: &dyn Fn(&Value) -> bool| all.iter().any(test);
    let text = |event: &Value| debug(event, "risk").as_str().unwrap_or_default().to_owned();
    let detect = |event: &Value| event["eventType"] == "user.risk.detect";
    let structured = |event: &Value| event["securityContext"]["risk"]["level"].is_string();
    assert!(any(&|e| text(e) == "{level=LOW}"));
    assert!(any(&|e| text(e).starts_with("{reasons=") && text(e).contains(", level=")));
    assert!(any(&|e| text(e).starts_with("reasons=")));
    assert!(any(&|e| text(e).starts_with("{previousLevel=") && text(e).contains("detectionName=")));
    assert!(any(&|e| text(e).starts_with("{issuer=")), "another order of keys");
    assert!(any(&|e| text(e).contains("{loader, x86}")), "braces and commas in a reason");
    assert!(any(&|e| detect(e) && structured(e) && debug(e, "risk").is_null()));
    assert!(any(&|e| detect(e) && !structured(e) && !debug(e, "risk").is_null()));
    assert!(any(&|e| e["securityContext"]["userBehaviors"].is_array()));
    assert!(any(&|e| debug(e, "logOnlySecurityData").is_string()));
    assert!(any(&|e| debug(e, "logOnlySecurityData").is_object()));
    assert!(any(&|e| debug(e, "riskChange").is_string()) && any(&|e| debug(e, "riskChange").is_object()));
    assert!(any(&|e| text(e).contains("(Preview)")) && any(&|e| text(e).contains("(Beta)")), "unknown names");
    assert!(all.iter().filter(|e| detect(e)).all(|e| structured(e) || !text(e).is_empty()));
}

#[tokio::test]
async fn admins_judge_switch_and_change_things() {
    let org = Org::start().await;
    let window = "since=2026-07-04T00:00:00Z&until=2026-10-01T12:00:00Z&limit=1000";
    let of = async |kind: &str| {
        let filter = query(&format!("eventType eq \"{kind}\""));
        org.all(&format!("/api/v1/logs?{window}&filter={filter}")).await
    };
    let changes = of("security.session_protection.status.update").await;
    let to: Vec<&str> =
        changes.iter().filter_map(|e| e["target"][0]["changeDetails"]["to"]["status"].as_str()).collect();
    assert!(to.len() >= 4 && to.last() == Some(&"Enforced"), "{to:?}");
    assert!(to.windows(2).all(|pair| pair[0] != pair[1]), "{to:?}");
    let feedback = of("analytics.feedback.provide").await;
    let detections = of("user.risk.detect").await;
    let known: HashSet<&str> = detections.iter().filter_map(|event| event["uuid"].as_str()).collect();
    let judged = feedback.iter().map(|e| &e["debugContext"]["debugData"]);
    let judged: Vec<&Value> = judged.filter(|debug| debug["eventType"] == "user.risk.detect").collect();
    // The first few judge what happened before the log begins.
    let found =
        judged.iter().filter(|debug| debug["eventUuid"].as_str().is_some_and(|uuid| known.contains(uuid)));
    assert!(judged.len() > 60 && found.count() + 5 > judged.len());
    for label in ["true_positive", "false_positive", "false_negative"] {
        assert!(judged.iter().any(|debug| debug["label"] == label), "{label}");
    }
    assert!(of("policy.rule.update").await.len() > 20 && of("zone.update").await.len() > 20);
    let late = of("user.session.expire").await;
    assert!(!late.is_empty());
}

#[tokio::test]
async fn without_threat_protection_only_risk_is_refused() {
    let org = Org::start().await;
    org.control().set_faults(Fault::on("", FaultKind::NoThreatProtection));
    let user = org.control().user_id(5).expect("a user");
    let refused = org.get(&format!("/api/v1/users/{user}/risk")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "E0000015"));
    assert_eq!(org.get(&format!("/api/v1/users/{user}")).await.status, 200);
}

#[tokio::test]
async fn a_tiny_org_starts_what_it_can() {
    for devices in [0, 1, 3] {
        let org = Org::with(Options { devices, clock: ClockMode::Frozen(NOON), ..options() }).await;
        for name in NAMES {
            org.control().start_incident(name);
        }
        assert_eq!(org.get("/api/v1/logs").await.status, 200);
        if devices == 0 {
            assert!(org.control().incidents().is_empty());
        }
    }
}
