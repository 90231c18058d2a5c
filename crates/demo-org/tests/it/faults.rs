//! Faults by setting, and the controls over HTTP.

use super::{NOON, Org};
use demo_org::{Fault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const DEVICES: &str = "/api/v1/devices";

#[tokio::test]
async fn a_body_is_cut_at_its_byte() {
    let org = Org::start().await;
    for at in [0, 1, 5_000] {
        org.control().set_faults(Fault::on(DEVICES, FaultKind::CutBody { at }));
        let request = org
            .http
            .get(org.url(DEVICES))
            .header("authorization", "SSWS T")
            .header("accept-encoding", "identity");
        let mut response = request.send().await.expect("headers come");
        assert_eq!(response.status(), 200);
        let mut got = 0;
        let error = loop {
            match response.chunk().await {
                Ok(Some(chunk)) => got += chunk.len(),
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        assert!(error.is_some(), "the cut at {at} was not noticed");
        assert_eq!(got, at);
    }
}

#[tokio::test]
async fn bodies_are_spoiled_as_asked() {
    let org = Org::start().await;
    let text = async || {
        let request = org.http.get(org.url("/api/v1/devices?limit=50")).header("authorization", "SSWS T");
        request.send().await.expect("an answer").text().await.expect("a body")
    };
    org.control().set_faults(Fault::on(DEVICES, FaultKind::TruncatedBody { at: 100 }));
    assert_eq!(text().await.len(), 100);
    org.control().set_faults(Fault::on(DEVICES, FaultKind::MalformedJson).skip(1));
    assert!(serde_json::from_str::<Value>(&text().await).is_ok(), "the first page is fine");
    assert!(serde_json::from_str::<Value>(&text().await).is_err(), "the second is not");
    let json = async || serde_json::from_str::<Vec<Value>>(&text().await).expect("JSON");
    org.control().set_faults(Fault::on(DEVICES, FaultKind::NoPlatform));
    assert_eq!(json().await.iter().filter(|d| d["profile"]["platform"].is_null()).count(), 5);
    org.control().set_faults(Fault::on(DEVICES, FaultKind::UnknownValues));
    assert_eq!(json().await[0]["status"], "QUARANTINED");
    org.control().set_faults(Fault::on(DEVICES, FaultKind::UnknownFields));
    assert!(json().await[0]["zzUnknown"].is_object());
    org.control().set_faults(demo_org::Faults::none());
    assert!(json().await[0]["zzUnknown"].is_null());
}

#[tokio::test]
async fn calls_are_refused_as_asked() {
    let org = Org::start().await;
    for (kind, status, code) in [
        (FaultKind::Forbidden, 403, "E0000006"),
        (FaultKind::ExpiredToken, 401, "E0000011"),
        (FaultKind::Status { status: 503 }, 503, "E0000009"),
        (FaultKind::HtmlPage { status: 502 }, 502, ""),
        (FaultKind::RateLimited { seconds: 60 }, 429, "E0000047"),
    ] {
        org.control().set_faults(Fault::on(DEVICES, kind.clone()));
        let answer = org.get(DEVICES).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{kind:?}");
        assert_eq!(org.get("/api/v1/users?limit=1").await.status, 200, "others still answer");
    }
}

#[tokio::test]
async fn a_storm_passes_and_latency_is_felt() {
    let org = Org::start().await;
    org.control().set_faults(Fault::on(DEVICES, FaultKind::RateLimited { seconds: 1 }));
    assert_eq!(org.get(DEVICES).await.header("x-rate-limit-remaining"), "0");
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    assert_eq!(org.get(DEVICES).await.status, 200);
    org.control().set_faults(Fault::on(DEVICES, FaultKind::Latency { ms: 120 }).times(1));
    let start = Instant::now();
    org.get(DEVICES).await;
    assert!(start.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn the_servers_clock_can_be_wrong() {
    let org = Org::start().await;
    let reset =
        |answer: &super::Answer| answer.header("x-rate-limit-reset").parse::<i64>().expect("a number");
    let before = reset(&org.get(DEVICES).await);
    org.control().set_faults(Fault::on("", FaultKind::ClockSkew { seconds: 7_200 }));
    assert!((reset(&org.get(DEVICES).await) - before - 7_200).abs() <= 1);
}

#[tokio::test]
async fn the_controls_are_reached_over_http() {
    let org = Org::start().await;
    let faults = json!([{ "path": DEVICES, "kind": "forbidden", "times": 1 }]);
    assert_eq!(org.send(Method::PUT, "/__demo/faults", Some(faults)).await.status, 204);
    assert_eq!(org.get(DEVICES).await.status, 403);
    assert_eq!(org.get(DEVICES).await.status, 200);
    org.send(Method::POST, "/__demo/clock", Some(json!({ "advance_ms": 60_000 }))).await;
    assert_eq!(org.control().now(), NOON + 60_000);
    let state = org.get("/__demo/state").await.body;
    assert_eq!(
        (state["devices"].as_u64(), state["calls"]["GET /api/v1/devices"].as_u64()),
        (Some(1_000), Some(2))
    );
    let stranger = org.send_as("SSWS nobody", Method::GET, "/__demo/state", None).await;
    assert_eq!(stranger.status, 401);
}

#[tokio::test]
async fn answers_are_compressed_when_asked() {
    let org = Org::start().await;
    // This client leaves the encoding alone; the usual one would undo it and hide the header.
    let plain = reqwest::Client::builder().no_proxy().no_gzip().build().expect("a client");
    let request =
        plain.get(org.url(DEVICES)).header("authorization", "SSWS T").header("accept-encoding", "gzip");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.headers().get("content-encoding").map(|v| v.as_bytes()), Some(&b"gzip"[..]));
}

#[tokio::test]
async fn a_post_has_to_tell_its_length() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let org = Org::start().await;
    let host = org.org.url().trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(&host).await.expect("connects");
    let request = format!(
        "POST /api/v1/zones HTTP/1.1\r\nhost: {host}\r\nauthorization: SSWS T\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("writes");
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("reads");
    assert!(text.starts_with("HTTP/1.1 411"), "{text}");
}
