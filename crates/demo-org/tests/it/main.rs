//! The demo org over real HTTP, as any client sees it.

mod auth;
mod containment;
mod devices;
mod faults;
mod incidents;
mod limits;
mod log;
mod objects;
mod users;

use demo_org::{ClockMode, Control, DemoOrg, Options, start};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// 2026-10-01T12:00:00Z: most tests stand still here, so that nothing drifts under them.
const NOON: i64 = 1_790_856_000_000;

/// A small org at noon whose search index does not lag.
fn options() -> Options {
    Options {
        token: "T".into(),
        devices: 1_000,
        seed: 7,
        clock: ClockMode::Frozen(NOON),
        index_lag: Duration::ZERO,
        ..Options::default()
    }
}

/// A demo org with a client that speaks to it.
struct Org {
    org: DemoOrg,
    http: reqwest::Client,
}

/// An answer with what tests look at.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Org {
    async fn start() -> Self {
        Self::with(options()).await
    }

    async fn with(options: Options) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { org: start(options).await.expect("a free port"), http }
    }

    fn control(&self) -> &Control {
        self.org.control()
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.org.url()) }
    }

    /// Sends with an `Authorization` header of choice.
    async fn send_as(&self, auth: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.http.request(method, self.url(path)).header("authorization", auth);
        let request = match body {
            Some(body) => request.json(&body),
            None => request.header("content-length", "0"),
        };
        Answer::of(request.send().await.expect("an answer")).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.send_as("SSWS T", method, path, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        let request = self.http.get(self.url(path)).header("authorization", "SSWS T");
        Answer::of(request.send().await.expect("an answer")).await
    }

    async fn post(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None).await
    }

    /// All items of a list, page by page.
    async fn all(&self, path: &str) -> Vec<Value> {
        let (mut items, mut next) = (Vec::new(), Some(path.to_owned()));
        while let Some(path) = next {
            let page = self.get(&path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            items.extend(page.items().iter().cloned());
            next = page.next();
        }
        items
    }

    /// The first device in a status.
    async fn device_in(&self, status: &str) -> String {
        let found = self
            .get(&format!("/api/v1/devices?limit=1&search={}", query(&format!("status eq \"{status}\""))))
            .await;
        found.items()[0]["id"].as_str().expect("an id").to_owned()
    }
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body");
        Self { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    fn items(&self) -> &[Value] {
        self.body.as_array().map(Vec::as_slice).unwrap_or_else(|| panic!("a list: {}", self.body))
    }

    fn code(&self) -> &str {
        self.body["errorCode"].as_str().unwrap_or_default()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The address in the `Link` line with this relation.
    fn link(&self, relation: &str) -> Option<String> {
        let wanted = format!("; rel=\"{relation}\"");
        let lines = self.headers.get_all("link").iter().filter_map(|line| line.to_str().ok());
        let found: Vec<_> = lines.filter_map(|line| line.strip_suffix(wanted.as_str())).collect();
        assert!(found.len() <= 1, "one line per relation");
        found.first().map(|target| target.trim_matches(['<', '>']).to_owned())
    }

    fn next(&self) -> Option<String> {
        self.link("next")
    }
}

/// Percent-encodes a query value.
fn query(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
