//! The bridge as a browser meets it, and as everybody else does.

use app::{App, ClientSettings, Config, SystemClock, Timing};
use browser::{Bridge, DemoHost, Options};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

/// A bridge with a small page and a small org.
struct Rig {
    bridge: Bridge,
    http: Client,
    base: String,
    _folder: TempDir,
}

impl Rig {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dist = folder.path().join("dist");
        std::fs::create_dir(&dist).expect("made");
        std::fs::write(dist.join("index.html"), "<!doctype html><title>the page</title>").expect("written");
        std::fs::write(dist.join("page.wasm"), b"\0asm").expect("written");
        std::fs::write(folder.path().join("secret.txt"), "not part of the page").expect("written");
        let org = demo_org::Options { devices: 30, ..Default::default() };
        let app = App::new(Config {
            data: folder.path().join("data"),
            clock: Arc::new(SystemClock),
            host: Arc::new(DemoHost::new(org, None)),
            timing: Timing::ASKED,
            client: ClientSettings::default(),
        });
        let bridge = Bridge::open(app, Options { dist, port: 0 }).await.expect("a free port");
        let base = bridge.url().split("/?").next().expect("an address").to_owned();
        let http = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        Self { bridge, http, base, _folder: folder }
    }

    async fn get(&self, address: &str) -> Response {
        self.http.get(address).send().await.expect("a reply")
    }

    /// Opens the address that was printed; the cookie that it brings.
    async fn enter(&self) -> String {
        let reply = self.get(self.bridge.url()).await;
        assert_eq!(
            (reply.status(), &reply.headers()["location"]),
            (StatusCode::SEE_OTHER, &"/".parse().expect("a value"))
        );
        let cookie = reply.headers()["set-cookie"].to_str().expect("text").to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        cookie.split(';').next().expect("a pair").to_owned()
    }

    fn ask(&self, method: Method, path: &str, cookie: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .header("cookie", cookie)
            .header("origin", &self.base)
    }

    async fn call(&self, cookie: &str, body: Value) -> (StatusCode, Value) {
        let reply = self.ask(Method::POST, "/call", cookie).json(&body).send().await.expect("a reply");
        (reply.status(), reply.json().await.expect("JSON"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_lets_one_browser_in() {
    let rig = Rig::new().await;
    assert_eq!(rig.get(&rig.base).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(rig.get(&format!("{}/?token=0000", rig.base)).await.status(), StatusCode::UNAUTHORIZED);
    let cookie = rig.enter().await;
    assert_eq!(rig.get(rig.bridge.url()).await.status(), StatusCode::UNAUTHORIZED, "it works once");
    let page = rig.ask(Method::GET, "/devices/guo1", &cookie).send().await.expect("a reply");
    let headers = page.headers().clone();
    assert!(page.text().await.expect("text").contains("the page"), "a route of the page gets the page");
    let policy = headers["content-security-policy"].to_str().expect("text");
    assert!(
        policy.contains("default-src 'none'")
            && !policy.contains("unsafe-inline")
            && !policy.contains(" 'unsafe-eval'"),
        "{policy}"
    );
    assert_eq!(
        (&headers["cache-control"], &headers["x-content-type-options"]),
        (&"no-store".parse().expect("a value"), &"nosniff".parse().expect("a value"),)
    );
    let wasm = rig.ask(Method::GET, "/page.wasm", &cookie).send().await.expect("a reply");
    assert_eq!(wasm.headers()["content-type"], "application/wasm");
    let outside = rig.ask(Method::GET, "/%2e%2e/secret.txt", &cookie).send().await.expect("a reply");
    assert!(!outside.text().await.expect("text").contains("not part"));
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_answered_and_mistakes_told() {
    let rig = Rig::new().await;
    let cookie = rig.enter().await;
    let (status, session) = rig.call(&cookie, json!({"command": "GetSession", "with": {}})).await;
    assert_eq!((status, &session["org"]), (StatusCode::OK, &Value::Null));
    let everything = json!({"command": "GetOverview", "with": {"as_of": null}});
    let (status, failure) = rig.call(&cookie, everything).await;
    assert_eq!((status, &failure["kind"]), (StatusCode::CONFLICT, &json!("NoOrg")));
    let (status, session) = rig.call(&cookie, json!({"command": "OpenDemoOrg", "with": {}})).await;
    assert_eq!((status, &session["org"]["environment"]), (StatusCode::OK, &json!("Demo")));
    let (status, failure) = rig.call(&cookie, json!({"command": "Nonsense", "with": {}})).await;
    assert_eq!((status, &failure["kind"]), (StatusCode::BAD_REQUEST, &json!("BadInput")));
    let text = rig.ask(Method::POST, "/call", &cookie).header("content-type", "text/plain");
    let reply = text.body(r#"{"command":"GetSession","with":{}}"#).send().await.expect("a reply");
    assert_eq!(reply.status(), StatusCode::BAD_REQUEST, "a form could send this");
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused() {
    let rig = Rig::new().await;
    let cookie = rig.enter().await;
    let body = json!({"command": "GetSession", "with": {}});
    let call = |origin: Option<&str>, host: Option<&str>, cookie: Option<&str>| {
        let mut call = rig.http.post(format!("{}/call", rig.base)).json(&body);
        for (name, value) in [("origin", origin), ("host", host), ("cookie", cookie)] {
            if let Some(value) = value {
                call = call.header(name, value);
            }
        }
        async { call.send().await.expect("a reply").status() }
    };
    let (own, good) = (rig.base.as_str(), Some(cookie.as_str()));
    assert_eq!(call(Some(own), None, good).await, StatusCode::OK);
    assert_eq!(call(Some(own), None, None).await, StatusCode::UNAUTHORIZED);
    assert_eq!(call(None, None, good).await, StatusCode::FORBIDDEN);
    assert_eq!(call(Some("http://evil.example"), None, good).await, StatusCode::FORBIDDEN);
    assert_eq!(call(Some(own), Some("evil.example"), good).await, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn pushes_arrive_as_they_happen() {
    let rig = Rig::new().await;
    let cookie = rig.enter().await;
    let mut events = rig.ask(Method::GET, "/events", &cookie).send().await.expect("a reply");
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    rig.call(&cookie, json!({"command": "OpenDemoOrg", "with": {}})).await;
    let first = events.chunk().await.expect("open").expect("a push");
    let first = String::from_utf8(first.to_vec()).expect("text");
    assert!(first.starts_with("data:") && first.contains("Stale"), "{first}");
}
