//! A real HTTP server on loopback whose replies a test writes itself, one function for all of them.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use okta_client::{Client, Credentials, OrgUrl, Secret, Settings};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// One request as the server saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub query: String,
    pub authorization: String,
    pub user_agent: String,
    pub body: String,
    pub at: Instant,
}

pub struct Server {
    pub base: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Starts a server that answers the nth request (from 0) with what `answer` says. Ends with the test's runtime.
    pub async fn start(answer: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let answer = Arc::new(answer);
        let state = seen.clone();
        let router = axum::Router::new().fallback(move |request: Request| {
            let (seen, answer) = (state.clone(), answer.clone());
            async move {
                let request = read(request).await;
                let number = {
                    let mut seen = seen.lock().expect("no test panics while it holds this");
                    seen.push(request.clone());
                    seen.len() - 1
                };
                let reply = answer(number, &request);
                tokio::time::sleep(reply.after).await;
                reply.into_response()
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no test panics while it holds this").clone()
    }

    /// Path and query of every request so far.
    pub fn asked(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| format!("{}?{}", seen.path, seen.query)).collect()
    }

    /// A client with an API token and pauses short enough for tests.
    pub fn client(&self) -> Client {
        self.client_with(Settings { backoff: Duration::from_millis(10), ..Settings::default() })
    }

    pub fn client_with(&self, settings: Settings) -> Client {
        let org = OrgUrl::parse(&self.base).expect("loopback is an address");
        Client::new(org, Credentials::ApiToken(Secret::new("00token")), settings).expect("the token is fine")
    }
}

async fn read(request: Request) -> Seen {
    let (parts, body) = request.into_parts();
    let header = |name: &str| {
        parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
    Seen {
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        authorization: header("authorization"),
        user_agent: header("user-agent"),
        body: String::from_utf8_lossy(&body).into_owned(),
        at: Instant::now(),
    }
}

/// What to answer.
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    cut: bool,
    after: Duration,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![], body: body.into(), cut: false, after: Duration::ZERO }
    }

    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, body)
    }

    /// Okta's error object.
    pub fn error(status: u16, code: &str) -> Self {
        let body =
            format!(r#"{{"errorCode":"{code}","errorSummary":"no","errorId":"oaeX","errorCauses":[]}}"#);
        Self::new(status, body).header("x-okta-request-id", "reqX")
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Ends the connection after half of the body.
    pub fn cut(mut self) -> Self {
        self.cut = true;
        self
    }

    /// Answers only after this long.
    pub fn after(mut self, lasts: Duration) -> Self {
        self.after = lasts;
        self
    }

    fn into_response(self) -> Response {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        let body = if self.cut {
            response = response.header("content-length", self.body.len());
            let half = Bytes::copy_from_slice(&self.body[..self.body.len() / 2]);
            let end = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            Body::from_stream(futures::stream::iter([Ok(half), Err(end)]))
        } else {
            Body::from(self.body)
        };
        response.body(body).expect("tests write valid headers")
    }
}

/// A device with this id.
pub fn device(id: &str) -> String {
    format!(r#"{{"id":"{id}","status":"ACTIVE","profile":{{"displayName":"{id}","platform":"MACOS"}}}}"#)
}
