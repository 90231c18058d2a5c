//! Credentials and addresses that do not work, told as what they are.

use crate::rig::{Rig, connection, core, start};
use app::{Credentials, OrgConnection, Secret, SetClock};
use axum::{Router, response::Html};
use contract::{
    Failure, FailureKind,
    session::{GetSession, Reach},
    sync::{GetSync, StartSync, SyncPhase},
};
use demo_org::{FaultKind, OAuthClient};
use domain::DeviceQuery;
use std::{sync::Arc, time::Duration};

/// Opens the org at `url` and syncs; how did that end?
async fn end_of_a_sync(url: &str, token: &str) -> (Failure, Reach) {
    let data = tempfile::tempdir().expect("a folder");
    let app = core(data.path().to_owned(), Arc::new(SetClock::new(start())));
    app.open_org(connection(url, token, None)).await.expect("opening touches no network");
    app.call(StartSync { full: false }).await.expect("starts");
    loop {
        let state = app.call(GetSync {}).await.expect("a state");
        if state.phase == SyncPhase::Idle {
            let org = app.call(GetSession {}).await.expect("a session").org.expect("an org");
            assert_eq!(org.snapshot, None);
            return (state.failure.expect("it fails"), org.reach);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_told() {
    let rig = Rig::new(10).await;
    let (failure, reach) = end_of_a_sync(rig.org.url(), "00wrong").await;
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    assert!(failure.hint.is_some() && !failure.to_string().contains("00wrong"), "{failure}");
    assert_eq!(reach, Reach::Online, "the org did answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_leaves_everything_readable() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let before = rig.list(DeviceQuery::default()).await;
    rig.fault("", FaultKind::ExpiredToken);
    let state = rig.sync().await;
    assert_eq!(state.failure.map(|failure| failure.kind), Some(FailureKind::Unauthorized));
    let after = rig.list(DeviceQuery::default()).await;
    assert_eq!((after.snapshot, after.rows), (before.snapshot, before.rows));
    rig.no_faults();
    rig.synced().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_that_is_no_org_is_told() {
    let site = Router::new().fallback(async || Html("<html><h1>Welcome to Acme</h1></html>"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, site).await });
    let (failure, _) = end_of_a_sync(&url, "00token").await;
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert!(failure.to_string().contains("Check the domain"), "{failure}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_where_nobody_listens_is_told() {
    let (failure, reach) = end_of_a_sync("http://127.0.0.1:9", "00token").await;
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert!(matches!(reach, Reach::Offline { why } if why == failure.message));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_few_scopes_reads_what_it_may() {
    let rig = Rig::new(200).await;
    rig.org.control().add_api_token("00few", &["okta.orgs.read", "okta.devices.read"]);
    let data = tempfile::tempdir().expect("a folder");
    let app = core(data.path().to_owned(), rig.clock.clone());
    app.open_org(connection(rig.org.url(), "00few", None)).await.expect("opens");
    let few = Rig { app, ..rig };
    few.synced().await;
    assert_eq!(few.total().await, 200);
    let problems = few.problems().await;
    let users = problems.iter().find(|(collection, _)| collection == "Users").map(|(_, failure)| failure);
    let hint = users.and_then(|failure| failure.hint.as_deref()).expect("users were refused, with a hint");
    assert!(hint.contains("okta.users.read"), "{hint}");
}

/// A key pair that is good for nothing else.
const PUBLIC: &str = r#""kty":"EC","crv":"P-256","x":"O7PpD__jd-6QPu3ANGg6X82s-DgfhCRzIxZDDLj9c8Q","y":"nmN8evDU8MS84o3gVndFAGX1mcCaRZBQZAXwhTpOiKA""#;
const PRIVATE: &str = r#""d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fZE9-E9LI""#;

/// Opens the rig's org as a service app that asks for more scopes than the org has granted it.
async fn as_service_app(rig: Rig, granted: &[&str]) -> Rig {
    let jwk = serde_json::from_str::<serde_json::Value>(&format!(r#"{{{PUBLIC},"kid":"journey"}}"#));
    rig.org.control().register_client(OAuthClient {
        client_id: "0oajourney".to_owned(),
        jwks: serde_json::json!({ "keys": [jwk.expect("JSON")] }),
        scopes: granted.iter().map(|scope| (*scope).to_owned()).collect(),
    });
    let asked = ["okta.orgs.read", "okta.devices.read", "okta.users.read", "okta.logs.read"];
    let credentials = Credentials::PrivateKeyJwt {
        client_id: "0oajourney".into(),
        key: Secret::new(format!("{{{PUBLIC},{PRIVATE}}}")),
        key_id: Some("journey".into()),
        scopes: asked.map(Into::into).into(),
    };
    let data = tempfile::tempdir().expect("a folder");
    let app = core(data.path().to_owned(), rig.clock.clone());
    let open = OrgConnection { credentials, ..connection(rig.org.url(), "", None) };
    app.open_org(open).await.expect("opens");
    Rig { app, ..rig }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_app_that_lacks_a_scope_reads_the_rest() {
    let rig = as_service_app(Rig::new(200).await, &["okta.orgs.read", "okta.devices.read"]).await;
    rig.synced().await;
    assert_eq!(rig.total().await, 200);
    let problems = rig.problems().await;
    let users = problems.iter().find(|(collection, _)| collection == "Users").map(|(_, failure)| failure);
    let hint = users.and_then(|failure| failure.hint.as_deref()).expect("users were refused, with a hint");
    assert!(hint.contains("okta.users.read"), "{hint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_app_without_any_scope_is_told_which_it_needs() {
    let rig = as_service_app(Rig::new(10).await, &[]).await;
    let failure = rig.sync().await.failure.expect("it fails");
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    let hint = failure.hint.expect("a hint");
    assert!(hint.contains("okta.devices.read") && hint.contains("okta.logs.read"), "{hint}");
}
