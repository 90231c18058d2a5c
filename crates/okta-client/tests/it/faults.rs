//! Networks, gateways and orgs that fail.

use crate::server::{Reply, Server, device};
use domain::{DeviceId, LifecycleMove};
use okta_client::{Cause, Client, Credentials, DeviceList, Error, OrgUrl, Secret, Settings, WriteError};
use std::time::{Duration, Instant};

/// The error of reading devices from a server that always answers with `reply`, and how often it was asked.
async fn fails(reply: impl Fn() -> Reply + Send + Sync + 'static) -> (Error, usize) {
    let server = Server::start(move |_, _| reply()).await;
    let error =
        server.client().devices(DeviceList::default()).first().await.expect_err("the server never succeeds");
    (error, server.seen().len())
}

#[tokio::test]
async fn a_stumbling_server_is_asked_again() {
    let page = || format!("[{}]", device("guo1"));
    let server = Server::start(move |number, _| match number {
        0 => Reply::new(502, "<html><h1>Bad Gateway</h1></html>"),
        1 => Reply::ok(page()).cut(),
        2 => Reply::ok(page()[..20].to_owned()),
        3 => Reply::error(500, "E0000009"),
        _ => Reply::ok(page()),
    })
    .await;
    let page = server.client().devices(DeviceList::default()).first().await.expect("the fifth try succeeds");
    assert_eq!((page.items.len(), server.seen().len()), (1, 5));
}

#[tokio::test]
async fn retries_are_bounded() {
    let (error, asked) = fails(|| Reply::new(502, "<html>")).await;
    assert!(matches!(&error, Error::Server(refusal) if refusal.status == 502), "{error:?}");
    assert_eq!(asked, 5);
    let (error, asked) = fails(|| Reply::ok("[{\"id\":").cut()).await;
    assert!(matches!(error, Error::Unreachable { cause: Cause::Cut, .. }), "{error:?}");
    assert_eq!(asked, 5);
    let (error, asked) = fails(|| Reply::ok("[{\"id\":\"guo1\"")).await;
    assert!(matches!(&error, Error::Malformed { byte: 13, .. }), "{error:?}");
    assert_eq!(asked, 5);
}

#[tokio::test]
async fn what_will_not_change_is_asked_once() {
    let (error, asked) = fails(|| Reply::ok("[{\"id\" \"guo1\"}]")).await;
    assert!(
        matches!(&error, Error::Malformed { path, byte: 7, .. } if &**path == "/api/v1/devices"),
        "{error:?}"
    );
    assert_eq!(asked, 1);
    let (error, asked) = fails(|| Reply::ok("<html>Please sign in to the hotel's network</html>")).await;
    assert!(matches!(&error, Error::Malformed { byte: 0, .. }), "{error:?}");
    assert_eq!(asked, 1);
    let (error, asked) = fails(|| Reply::error(401, "E0000011")).await;
    assert!(matches!(&error, Error::Unauthorized(_)), "{error:?}");
    assert_eq!((asked, error.org_error_id()), (1, Some("oaeX")));
    let (error, _) = fails(|| Reply::error(403, "E0000006")).await;
    assert!(matches!(&error, Error::Forbidden { scope: Some(scope), .. } if &**scope == "okta.devices.read"));
    let (error, _) = fails(|| Reply::error(401, "E0000015")).await;
    assert!(matches!(&error, Error::NotAvailable(_)), "{error:?}");
    let (error, _) = fails(|| Reply::error(404, "E0000007")).await;
    assert!(matches!(&error, Error::NotFound(_)), "{error:?}");
}

#[tokio::test]
async fn one_bad_device_does_not_cost_the_page() {
    let body = format!(r#"[{},{{"status":"ACTIVE","note":"no id"}},{}]"#, device("guo1"), device("guo2"));
    let server = Server::start(move |_, _| Reply::ok(body.clone())).await;
    let page = server.client().devices(DeviceList::default()).first().await.expect("the page is JSON");
    assert_eq!(page.items.len(), 2);
    assert_eq!(&*page.rejected[0].reason, "missing field `id`");
    assert_eq!(&*page.rejected[0].raw, r#"{"status":"ACTIVE","note":"no id"}"#);
}

#[tokio::test]
async fn too_large_a_reply_is_refused_before_it_is_held() {
    let server = Server::start(|_, _| Reply::ok(format!("[{}]", " ".repeat(10_000)))).await;
    let client = server.client_with(Settings { body_limit: 5_000, ..Settings::default() });
    let error = client.groups().first().await.expect_err("it is too large");
    assert!(matches!(error, Error::TooLarge { limit: 5_000, .. }), "{error:?}");
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let server = Server::start(|_, _| Reply::ok("[]").after(Duration::from_secs(30))).await;
    let timeout = Duration::from_millis(100);
    let client = server.client_with(Settings { timeout, retries: 0, ..Settings::default() });
    let error = client.groups().first().await.expect_err("nothing comes in time");
    assert!(matches!(error, Error::Timeout { after, .. } if after == timeout), "{error:?}");
}

#[tokio::test]
async fn an_org_that_is_not_there_is_said_to_be_so_at_once() {
    let client = |address: &str| {
        let org = OrgUrl::parse(address).expect("an address");
        let settings = Settings { backoff: Duration::from_millis(10), ..Settings::default() };
        Client::new(org, Credentials::ApiToken(Secret::new("x")), settings).expect("a client")
    };
    let cause = async |address: &str| match client(address).organization().await {
        Err(Error::Unreachable { cause, .. }) => cause,
        other => panic!("{address}: {other:?}"),
    };
    let start = Instant::now();
    // Port 9 is for discarding; nothing listens there on a machine of this century.
    assert_eq!(cause("http://127.0.0.1:9").await, Cause::Refused);
    let server = Server::start(|_, _| Reply::ok("{}")).await;
    assert_eq!(cause(&server.base.replace("http:", "https:")).await, Cause::Tls);
    assert!(start.elapsed() < Duration::from_secs(5));
}

/// Whether a change that is answered so counts as not done, and how often it was sent.
async fn change(reply: impl Fn() -> Reply + Send + Sync + 'static) -> (bool, usize) {
    let server = Server::start(move |_, _| reply()).await;
    let moved = server.client().move_device(&DeviceId::from("guo1"), LifecycleMove::Suspend).await;
    let not_done = match moved.expect_err("the server never succeeds") {
        WriteError::NotDone(_) | WriteError::TurnedAway(_) => true,
        WriteError::Unknown(_) => false,
    };
    (not_done, server.seen().len())
}

#[tokio::test]
async fn what_became_of_a_change_is_claimed_only_where_the_org_says_it() {
    assert_eq!(change(|| Reply::error(400, "E0000001")).await, (true, 1));
    assert_eq!(change(|| Reply::error(403, "E0000006")).await, (true, 1));
    assert_eq!(change(|| Reply::new(502, "<html>")).await, (false, 1));
    // A proxy lost its patience: the org may have heard all of it.
    assert_eq!(change(|| Reply::new(408, "<html><h1>Request Timeout</h1></html>")).await, (false, 1));
}
