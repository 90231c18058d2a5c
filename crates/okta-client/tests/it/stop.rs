//! Cancelled means cancelled: wherever a call stands.

use crate::server::{Reply, Server};
use okta_client::{Error, Notice};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Cancels a call to a server that behaves like `reply`, and sees that it ends at once.
async fn cancel(reply: impl Fn() -> Reply + Send + Sync + 'static) {
    let server = Server::start(move |_, _| reply()).await;
    let token = CancellationToken::new();
    let client = server.client().cancelled_by(token.clone());
    let call = tokio::spawn(async move { client.groups().first().await.map(drop) });
    while server.seen().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let start = Instant::now();
    token.cancel();
    let ended = call.await.expect("it does not panic");
    assert!(matches!(ended, Err(Error::Cancelled)), "{ended:?}");
    assert!(start.elapsed() < Duration::from_millis(500));
    let asked = server.seen().len();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.seen().len(), asked, "nothing is sent afterwards");
}

#[tokio::test]
async fn while_the_server_is_silent() {
    cancel(|| Reply::ok("[]").after(Duration::from_secs(30))).await;
}

#[tokio::test]
async fn while_waiting_for_a_reset() {
    cancel(|| Reply::error(429, "E0000047").header("retry-after", "60")).await;
}

#[tokio::test]
async fn dropping_the_call_ends_its_wait() {
    let server = Server::start(|_, _| Reply::error(429, "E0000047").header("retry-after", "60")).await;
    let waiting = Arc::new(AtomicBool::new(false));
    let told = waiting.clone();
    let client = server.client().on_wait(move |notice| {
        told.store(matches!(notice, Notice::Waiting(_)), Ordering::SeqCst);
    });
    let groups = client.groups();
    let mut call = Box::pin(groups.first());
    while !waiting.load(Ordering::SeqCst) {
        let turn = tokio::time::timeout(Duration::from_millis(10), &mut call).await;
        assert!(turn.is_err(), "{turn:?}");
    }
    drop(call);
    assert!(!waiting.load(Ordering::SeqCst), "a countdown must not stay on screen");
}
