//! The org's smaller objects: what may be changed, and what depends on what.

use super::{Org, query};
use reqwest::Method;
use serde_json::{Value, json};

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap_or_else(|| panic!("an id in {object}"))
}

#[tokio::test]
async fn assurance_policies_are_made_replaced_and_kept_while_used() {
    let org = Org::start().await;
    let at = "/api/v1/device-assurances";
    let wish = json!({ "name": "Test", "platform": "MACOS", "screenLockType": { "include": ["BIOMETRIC"] } });
    let made = org.send(Method::POST, at, Some(wish.clone())).await;
    assert_eq!((made.status.as_u16(), &made.body["displayRemediationMode"]), (200, &json!("HIDE")));
    let own = format!("{at}/{}", id(&made.body));
    assert_eq!(org.send(Method::POST, at, Some(wish.clone())).await.code(), "E0000001", "names are unique");
    let replaced = org
        .send(
            Method::PUT,
            &own,
            Some(json!({ "name": "Test", "platform": "MACOS", "secureHardwarePresent": true })),
        )
        .await;
    assert!(replaced.body["screenLockType"].is_null(), "PUT removes what it leaves out");
    assert_eq!(org.send(Method::DELETE, &own, None).await.status, 204);
    assert_eq!(org.get(&own).await.code(), "E0000007");
    for refused in [
        json!({ "platform": "MACOS", "secureHardwarePresent": true }),
        json!({ "name": "x", "platform": "MACOS" }),
        json!({ "name": "x", "platform": "MACOS", "jailbreak": false }),
        json!({ "name": "x", "platform": "IOS", "thirdPartySignalProviders": { "dtc": {} } }),
        json!({ "name": "x", "platform": "AMIGA", "secureHardwarePresent": true }),
        json!({ "name": "x", "platform": "MACOS", "diskEncryptionType": { "include": ["FULL"] } }),
    ] {
        assert_eq!(org.send(Method::POST, at, Some(refused.clone())).await.code(), "E0000001", "{refused}");
    }
    let used =
        org.all(at).await.into_iter().find(|p| p["name"] == "macOS – standard").expect("a used policy");
    let kept = org.send(Method::DELETE, &format!("{at}/{}", id(&used)), None).await;
    assert_eq!((kept.status.as_u16(), kept.body["errorCode"].is_null()), (409, true));
}

#[tokio::test]
async fn checks_are_kept_while_a_policy_uses_them() {
    let org = Org::start().await;
    let at = "/api/v1/device-posture-checks";
    assert!(org.all(at).await.iter().all(|c| c["type"] == "CUSTOM"));
    let builtin = org.all(&format!("{at}/default")).await;
    assert!(!builtin.is_empty() && builtin.iter().all(|c| c["type"] == "BUILTIN"));
    assert_eq!(org.send(Method::DELETE, &format!("{at}/{}", id(&builtin[0])), None).await.code(), "E0000038");
    let wish = json!({ "name": "C", "variableName": "c", "platform": "MACOS", "query": "SELECT 1;" });
    let made = org.send(Method::POST, at, Some(wish.clone())).await.body;
    assert_eq!((made["type"].as_str(), made["mappingType"].as_str()), (Some("CUSTOM"), Some("CHECKBOX")));
    assert_eq!(org.send(Method::POST, at, Some(wish)).await.code(), "E0000001");
    let policy = json!({ "name": "P", "platform": "MACOS", "devicePostureChecks": { "include": [{ "variableName": "c", "value": "1" }] } });
    let policy = org.send(Method::POST, "/api/v1/device-assurances", Some(policy)).await.body;
    let own = format!("{at}/{}", id(&made));
    assert_eq!(org.send(Method::DELETE, &own, None).await.status, 409);
    let taken = json!({ "name": "C", "variableName": "nwSip", "platform": "MACOS", "query": "SELECT 1;" });
    assert_eq!(org.send(Method::PUT, &own, Some(taken.clone())).await.code(), "E0000001");
    assert_eq!(
        org.send(Method::PUT, &format!("{at}/{}", id(&builtin[0])), Some(taken)).await.code(),
        "E0000038"
    );
    org.send(Method::DELETE, &format!("/api/v1/device-assurances/{}", id(&policy)), None).await;
    assert_eq!(org.send(Method::DELETE, &own, None).await.status, 204);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(org.send(method, &own, None).await.code(), "E0000007");
    }
    let unknown = json!({ "name": "C", "variableName": "c", "platform": "MACOS", "query": "SELECT 1;" });
    assert_eq!(org.send(Method::PUT, &own, Some(unknown)).await.code(), "E0000007");
}

#[tokio::test]
async fn rules_keep_their_order_and_their_catch_all() {
    let org = Org::start().await;
    let policy = org
        .send(Method::POST, "/api/v1/policies", Some(json!({ "type": "ACCESS_POLICY", "name": "P" })))
        .await
        .body;
    let at = format!("/api/v1/policies/{}/rules", id(&policy));
    let rule = |name: &str, priority: Value| json!({ "name": name, "priority": priority, "type": "ACCESS_POLICY", "conditions": {}, "actions": {} });
    for (name, priority) in [("a", Value::Null), ("b", Value::Null), ("c", json!(0))] {
        assert_eq!(org.send(Method::POST, &at, Some(rule(name, priority))).await.status, 200);
    }
    let rules = org.all(&at).await;
    let order: Vec<_> =
        rules.iter().map(|r| (r["name"].as_str().expect("a name"), r["priority"].as_i64())).collect();
    assert_eq!(order, [("c", Some(0)), ("a", Some(1)), ("b", Some(2)), ("Catch-all Rule", Some(99))]);
    assert_eq!(rules[0]["conditions"]["people"]["users"]["exclude"], json!([]), "left out, filled in");
    assert_eq!(org.send(Method::DELETE, &format!("{at}/{}", id(&rules[3])), None).await.code(), "E0000038");
    let off = format!("{at}/{}/lifecycle/deactivate", id(&rules[0]));
    assert_eq!(org.post(&off).await.status, 204);
    assert_eq!(org.get(&format!("{at}/{}", id(&rules[0]))).await.body["status"], "INACTIVE");
    let managed = json!({ "name": "m", "conditions": { "device": { "managed": true } }, "actions": {} });
    assert_eq!(org.send(Method::POST, &at, Some(managed)).await.code(), "E0000001");
    let closed = org.get("/api/v1/policies?type=POST_AUTH_SESSION").await.items()[0].clone();
    let refused = org
        .send(Method::POST, &format!("/api/v1/policies/{}/rules", id(&closed)), Some(rule("x", Value::Null)))
        .await;
    assert_eq!(refused.code(), "E0000038");
}

#[tokio::test]
async fn policies_are_asked_for_by_type_and_tied_to_apps() {
    let org = Org::start().await;
    assert_eq!(org.get("/api/v1/policies").await.code(), "E0000028");
    assert_eq!(org.get("/api/v1/policies?type=NOVELTY").await.code(), "E0000002");
    let app = org.get("/api/v1/apps?limit=1&q=Slack").await.items()[0].clone();
    let href = app["_links"]["accessPolicy"]["href"].as_str().expect("an access policy").to_owned();
    let mappings = org.all(&format!("{href}/mappings")).await;
    let own = org.url(&format!("/api/v1/apps/{}", id(&app)));
    assert!(mappings.iter().any(|m| m["_links"]["application"]["href"] == own));
    assert_eq!(org.send(Method::DELETE, &href, None).await.status, 409, "a policy in use stays");
    let other = org.get("/api/v1/policies?type=ACCESS_POLICY").await.items()[0].clone();
    let assign = format!("/api/v1/apps/{}/policies/{}", id(&app), id(&other));
    assert_eq!(org.send(Method::PUT, &assign, None).await.status, 204);
    let now = org.get(&own).await.body["_links"]["accessPolicy"]["href"].clone();
    assert_eq!(now, org.url(&format!("/api/v1/policies/{}", id(&other))));
    let back = href.trim_start_matches(org.org.url()).to_owned() + "/mappings";
    let mapping =
        org.send(Method::POST, &back, Some(json!({ "resourceType": "APP", "resourceId": app["id"] }))).await;
    let mapping = mapping.body["_links"]["self"]["href"].as_str().expect("a mapping").to_owned();
    assert_eq!(org.send(Method::DELETE, &mapping, None).await.status, 204);
    let now = org.get(&own).await.body["_links"]["accessPolicy"]["href"].clone();
    assert_eq!(now, org.url(&format!("/api/v1/policies/{}", id(&other))), "back to the default");
    let risk = org.get("/api/v1/policies?type=ENTITY_RISK").await.items()[0].clone();
    let wrong = format!("/api/v1/apps/{}/policies/{}", id(&app), id(&risk));
    assert_eq!(org.send(Method::PUT, &wrong, None).await.code(), "E0000001");
}

#[tokio::test]
async fn zones_and_integrations_are_switched() {
    let org = Org::start().await;
    let zone =
        json!({ "name": "Z", "type": "IP", "gateways": [{ "type": "CIDR", "value": "192.0.2.0/28" }] });
    let zone = org.send(Method::POST, "/api/v1/zones", Some(zone)).await.body;
    let at = format!("/api/v1/zones/{}", id(&zone));
    assert_eq!(org.send(Method::DELETE, &at, None).await.code(), "E0000001", "an active zone stays");
    assert_eq!(org.post(&format!("{at}/lifecycle/deactivate")).await.body["status"], "INACTIVE");
    assert_eq!(org.send(Method::DELETE, &at, None).await.status, 204);
    let system = org.get(&format!("/api/v1/zones?filter={}", query("system eq true"))).await;
    assert!(system.items().len() == 4 && system.items().iter().all(|z| z["system"] == true));
    let integration = org.all("/api/v1/device-integrations").await[0].clone();
    let off =
        org.post(&format!("/api/v1/device-integrations/{}/lifecycle/deactivate", id(&integration))).await;
    assert_eq!((off.status.as_u16(), off.body["status"].as_str()), (200, Some("DEACTIVATED")));
}

#[tokio::test]
async fn every_write_is_logged() {
    let org = Org::start().await;
    let policy = json!({ "name": "Logged", "platform": "IOS", "jailbreak": false });
    let made = org.send(Method::POST, "/api/v1/device-assurances", Some(policy)).await.body;
    org.send(Method::DELETE, &format!("/api/v1/device-assurances/{}", id(&made)), None).await;
    let filter = query(&format!("target.id eq \"{}\"", id(&made)));
    let events = org.get(&format!("/api/v1/logs?filter={filter}")).await;
    let types: Vec<_> = events.items().iter().filter_map(|e| e["eventType"].as_str()).collect();
    assert_eq!(types, ["device.assurance.policy.add", "device.assurance.policy.delete"]);
    assert_eq!(events.items()[0]["debugContext"]["debugData"]["policyPlatform"], "IOS");

    let at = "/api/v1/device-posture-checks";
    let check =
        |query| json!({ "name": "Logged", "variableName": "logged", "platform": "MACOS", "query": query });
    let made = org.send(Method::POST, at, Some(check("SELECT 1;"))).await.body;
    let own = format!("{at}/{}", id(&made));
    org.send(Method::PUT, &own, Some(check("SELECT 0;"))).await;
    org.send(Method::DELETE, &own, None).await;
    let filter = query(&format!("target.id eq \"{}\"", id(&made)));
    let events = org.get(&format!("/api/v1/logs?filter={filter}")).await;
    let told: Vec<_> = events
        .items()
        .iter()
        .map(|e| (e["eventType"].as_str(), e["debugContext"]["debugData"]["postureCheckQuery"].as_str()))
        .collect();
    let change = |change, query| (Some(change), Some(query));
    let want = [
        change("device.posture.check.add", "SELECT 1;"),
        change("device.posture.check.update", "SELECT 0;"),
        change("device.posture.check.delete", "SELECT 0;"),
    ];
    assert_eq!(told, want);
}

#[tokio::test]
async fn the_org_says_what_it_is() {
    let org = Org::start().await;
    let meta = reqwest::get(org.url("/.well-known/okta-organization"))
        .await
        .expect("public")
        .json::<Value>()
        .await
        .expect("JSON");
    assert_eq!(meta["pipeline"], "idx");
    assert_eq!(org.get("/api/v1/org").await.body["companyName"], "Northwind");
    assert!(org.all("/api/v1/features").await.len() > 3);
    assert!(org.all("/api/v1/authenticators").await.iter().any(|a| a["key"] == "okta_verify"));
}

#[tokio::test]
async fn nonsense_is_refused_and_never_kept() {
    let org = Org::start().await;
    let policy = org.get("/api/v1/policies?type=ACCESS_POLICY").await.items()[1].clone();
    let rules = format!("/api/v1/policies/{}/rules", id(&policy));
    for (path, body) in [
        (rules.as_str(), json!({ "name": "x", "conditions": [], "actions": {} })),
        (rules.as_str(), json!({ "name": "x", "conditions": {}, "priority": "first" })),
        ("/api/v1/zones", json!({ "name": "x", "type": "IP", "gateways": [{ "type": "PHONE" }] })),
        ("/api/v1/zones", json!({ "name": "x", "type": "DYNAMIC", "asns": [{}] })),
        ("/api/v1/policies", json!({ "name": {}, "type": "ACCESS_POLICY" })),
        (
            "/api/v1/device-posture-checks",
            json!({ "name": "x", "variableName": "x", "platform": "MACOS", "query": "x", "remediationSettings": { "message": [] } }),
        ),
    ] {
        assert_eq!(
            org.send(Method::POST, path, Some(body.clone())).await.code(),
            "E0000001",
            "{path} {body}"
        );
    }
    let odd = json!({ "name": "odd", "conditions": { "people": "everybody", "network": [] }, "actions": {} });
    assert_eq!(
        org.send(Method::POST, &rules, Some(odd)).await.status,
        200,
        "unusual, but no reason to fall over"
    );
    let broken =
        org.http.post(org.url("/api/v1/zones")).header("authorization", "SSWS T").body("{").send().await;
    assert_eq!(broken.expect("an answer").status(), 400);
}
