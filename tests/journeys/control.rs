//! A sync under a person's hands: paused, cancelled, interrupted.

use crate::rig::{ONCE_MORE, Rig};
use contract::{
    Event, FailureKind,
    devices::ListDevices,
    sync::{CancelSync, PauseSync, ResumeSync, SyncPhase},
};
use demo_org::FaultKind;
use domain::DeviceQuery;
use std::time::Duration;

/// A sync that takes its time, under way with the devices.
async fn under_way(rig: &Rig) {
    rig.fault("/api/v1/devices", FaultKind::Latency { ms: 60 });
    rig.begin(false).await;
    rig.until(|state| state.collection.as_deref() == Some("Devices") && state.items >= 400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_means_cancelled() {
    let rig = Rig::new(4_000).await;
    under_way(&rig).await;
    let state = rig.app.call(CancelSync {}).await.expect("it ends");
    assert_eq!((state.phase, state.failure), (SyncPhase::Idle, None));
    let all =
        ListDevices { as_of: None, query: DeviceQuery::default(), offset: 0, limit: 1, rows_only: true };
    assert_eq!(rig.app.call(all).await.map_err(|f| f.kind).map(|_| ()), Err(FailureKind::NotSynced));
    rig.no_faults();
    let before = rig.calls("GET /api/v1/devices");
    rig.synced().await;
    assert_eq!(rig.total().await, 4_000);
    assert_eq!(
        rig.calls("GET /api/v1/devices") - before,
        20 + ONCE_MORE,
        "a cancelled sync leaves nothing to resume"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_ends_a_rate_limit_wait_at_once() {
    let rig = Rig::new(300).await;
    rig.fault("/api/v1/devices", FaultKind::RateLimited { seconds: 15 });
    rig.begin(false).await;
    rig.until(|state| state.waiting.is_some()).await;
    let cancelled = tokio::time::timeout(Duration::from_secs(5), rig.app.call(CancelSync {})).await;
    assert_eq!(cancelled.expect("at once").expect("it ends").phase, SyncPhase::Idle);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_sync_rests_and_goes_on() {
    let rig = Rig::new(4_000).await;
    under_way(&rig).await;
    let state = rig.app.call(PauseSync {}).await.expect("it pauses");
    assert_eq!(state.phase, SyncPhase::Paused);
    // The page under way may still arrive.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let calls = rig.calls("GET /api/v1/devices");
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(rig.calls("GET /api/v1/devices"), calls, "a paused sync calls nobody");
    rig.no_faults();
    assert_eq!(rig.app.call(ResumeSync {}).await.expect("it goes on").phase, SyncPhase::Running);
    assert_eq!(rig.idle().await.failure, None);
    assert_eq!(rig.total().await, 4_000);
    assert_eq!(rig.calls("GET /api/v1/devices"), 20 + ONCE_MORE, "nothing was read twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_resumes_where_it_was() {
    let rig = Rig::new(8_000).await;
    rig.fault("/api/v1/devices", FaultKind::Latency { ms: 60 });
    rig.begin(false).await;
    rig.until(|state| state.collection.as_deref() == Some("Devices") && state.items >= 5_000).await;
    let rig = rig.restart().await;
    rig.no_faults();
    let before = rig.calls("GET /api/v1/devices");
    rig.synced().await;
    let more = rig.calls("GET /api/v1/devices") - before;
    assert!(more <= 30, "{more} of 40 pages were read again");
    assert_eq!(rig.total().await, 8_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_a_few_times_a_second_and_ends_with_news() {
    let rig = Rig::new(6_000).await;
    let mut events = rig.app.events();
    let start = std::time::Instant::now();
    rig.synced().await;
    let allowed = start.elapsed().as_secs_f64() * 5.0 + 60.0;
    let (mut pushes, mut steps, mut news) = (0.0, 0, false);
    tokio::time::sleep(Duration::from_millis(50)).await;
    loop {
        match events.try_recv() {
            Ok(Event::Sync(state)) => {
                pushes += 1.0;
                steps = steps.max(state.step);
                assert!(state.step <= state.steps);
            }
            Ok(Event::Stale(topics)) => news |= topics.contains(&contract::Topic::Snapshot),
            Err(tokio::sync::broadcast::error::TryRecvError::Lagged(_)) => {}
            Err(_) => break,
        }
    }
    assert!(pushes <= allowed && steps > 10 && news, "{pushes} pushes, step {steps}, news {news}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_changes_nothing() {
    let rig = Rig::new(2_000).await;
    under_way(&rig).await;
    rig.begin(true).await;
    rig.no_faults();
    rig.idle().await;
    assert_eq!(rig.calls("GET /api/v1/devices"), 10 + ONCE_MORE);
}
