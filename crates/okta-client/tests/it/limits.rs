//! Rate limits: waiting for the reset, telling the caller, giving up.

use crate::server::{Reply, Server};
use okta_client::{Error, Notice, Settings, Why};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server date and a reset `seconds` later, a century ago: the client must not compare it to its own clock.
fn limited(status: u16, limit: u32, remaining: u32, seconds: u32) -> Reply {
    let reply = if status == 429 { Reply::error(429, "E0000047") } else { Reply::ok("[]") };
    reply
        .header("x-rate-limit-limit", limit.to_string())
        .header("x-rate-limit-remaining", remaining.to_string())
        .header("x-rate-limit-reset", (1_000_000_000 + seconds).to_string())
        .header("date", "Sun, 09 Sep 2001 01:46:40 GMT")
}

#[tokio::test]
async fn after_429_the_client_waits_for_the_reset_by_the_servers_clock() {
    let server = Server::start(|number, _| match number {
        0 => limited(429, 100, 0, 1),
        _ => limited(200, 100, 99, 60),
    })
    .await;
    let heard: Arc<Mutex<Vec<Notice>>> = Arc::default();
    let ear = heard.clone();
    let client = server.client().on_wait(move |notice| ear.lock().expect("held by nobody").push(notice));
    client.groups().first().await.expect("the second try is let in");

    let seen = server.seen();
    let waited = seen[1].at - seen[0].at;
    assert!(waited > Duration::from_millis(1_900) && waited < Duration::from_secs(4), "{waited:?}");
    let heard = heard.lock().expect("held by nobody");
    let [Notice::Waiting(wait), Notice::Resumed { bucket }] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!((wait.why, wait.limit, wait.remaining), (Why::RateLimit, Some(100), Some(0)));
    assert_eq!((&*wait.bucket, &**bucket), ("/api/v1/groups", "/api/v1/groups"));
}

#[tokio::test]
async fn patience_has_an_end() {
    let server = Server::start(|_, _| limited(429, 100, 0, 3_600)).await;
    let client = server.client_with(Settings { patience: Duration::from_secs(60), ..Settings::default() });
    let error = client.groups().first().await.expect_err("an hour is too long");
    let Error::RateLimited { reset, .. } = error else { panic!("{error:?}") };
    assert!(reset > Duration::from_secs(3_590), "{reset:?}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn too_many_at_once_are_sent_one_after_the_other() {
    let lasts = Duration::from_millis(100);
    let server = Server::start(move |number, _| match number {
        // The reset of this 429 is an hour away; it says nothing and must not be waited for.
        0..2 => limited(429, 0, 0, 3_600),
        _ => limited(200, 100, 99, 60).after(lasts),
    })
    .await;
    let backoff = Duration::from_millis(10);
    let client = server.client_with(Settings { parallel: 2, backoff, ..Settings::default() });
    let zones = client.zones();
    let (first, second, third) = tokio::join!(zones.first(), zones.first(), zones.first());
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    let gaps: Vec<_> = server.seen()[2..].windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    assert!(gaps.len() == 2 && gaps.iter().all(|gap| *gap >= lasts), "{gaps:?}");
}

#[tokio::test]
async fn a_storm_without_headers_is_waited_out() {
    let server = Server::start(|number, _| match number {
        0 => Reply::new(429, "slow down").header("retry-after", "1"),
        _ => Reply::ok("[]"),
    })
    .await;
    server.client().groups().first().await.expect("the storm ends");
    let seen = server.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_secs(1));
}
