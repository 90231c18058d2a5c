//! The org lives on: later syncs read what changed, find what was deleted, and keep the past.

use crate::rig::{ONCE_MORE, Rig, connection, core};
use contract::{Failure, devices::GetDevice, session::ListSnapshots};
use domain::{DeviceId, DeviceQuery};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sync_asks_only_for_what_changed() {
    let rig = Rig::new(2_000).await;
    rig.synced().await;
    let first = rig.calls("GET /api/v1/devices");
    rig.pass(Duration::from_secs(60));
    rig.synced().await;
    let second = rig.calls("GET /api/v1/devices") - first;
    assert_eq!(first, 10 + ONCE_MORE);
    assert!(second <= 2, "{second} calls for a minute's changes");
    assert_eq!(rig.total().await, 2_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_brings_is_what_a_new_copy_would_show() {
    let rig = Rig::new(1_500).await;
    rig.synced().await;
    for _ in 0..3 {
        rig.pass(2 * HOUR);
        rig.synced().await;
    }
    // The search index lags a little; let it catch up without the org changing underneath.
    tokio::time::sleep(Duration::from_secs(4)).await;
    rig.synced().await;
    let kept = rig.list(DeviceQuery::default()).await;

    let fresh = core(rig.data.path().join("fresh"), rig.clock.clone());
    fresh.open_org(connection(rig.org.url(), rig.org.token(), None)).await.expect("opens");
    let fresh = Rig { app: fresh, ..rig };
    fresh.synced().await;
    let new = fresh.list(DeviceQuery::default()).await;
    for (kept, new) in kept.rows.iter().zip(&new.rows) {
        assert_eq!(kept, new);
    }
    assert_eq!((kept.matching, kept.facets), (new.matching, new.facets));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_can_be_read_as_it_was() {
    let rig = Rig::new(600).await;
    rig.synced().await;
    let then = rig.list(DeviceQuery::default()).await;
    rig.pass(48 * HOUR);
    rig.synced().await;
    let now = rig.list(DeviceQuery::default()).await;
    assert!(now.snapshot > then.snapshot && now.rows != then.rows, "two days change something");
    let again = rig.list_at(Some(then.snapshot), DeviceQuery::default()).await.expect("the past");
    assert_eq!((again.snapshot, again.total), (then.snapshot, then.total));
    assert_eq!(again.rows, then.rows);
    let snapshots = rig.app.call(ListSnapshots {}).await.expect("snapshots");
    assert_eq!(snapshots.first().map(|newest| newest.id), Some(now.snapshot));
    assert!(snapshots.iter().any(|snapshot| snapshot.id == then.snapshot && snapshot.devices == then.total));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_found_by_a_full_sync_and_stays_in_the_past() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let before = rig.snapshot().await;
    let id = rig.org.control().device_id(17).expect("a device");
    delete(&rig, &id).await;

    rig.synced().await;
    assert_eq!(rig.total().await, 400, "asking for changes does not tell of deletions");
    let state = rig.sync_all().await;
    assert_eq!(state.failure, None);
    assert_eq!(rig.total().await, 399);
    let get = |as_of| rig.app.call(GetDevice { as_of, id: DeviceId::from(id.as_str()) });
    let gone: Result<_, Failure> = get(None).await;
    assert_eq!(gone.map(|_| ()).map_err(|f| f.kind), Err(contract::FailureKind::NotFound));
    assert!(get(Some(before)).await.is_ok(), "the past still knows it");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_everything_is_read_again() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    delete(&rig, &rig.org.control().device_id(3).expect("a device")).await;
    rig.pass(25 * HOUR);
    rig.synced().await;
    assert_eq!(rig.total().await, 399);
}

/// Deletes a device in the org, as an admin would elsewhere.
pub async fn delete(rig: &Rig, id: &str) {
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let token = format!("SSWS {}", rig.org.token());
    let device = format!("{}/api/v1/devices/{id}", rig.org.url());
    let calls = [http.post(format!("{device}/lifecycle/deactivate")), http.delete(&device)];
    for call in calls {
        let reply =
            call.header("Authorization", &token).header("Content-Length", "0").send().await.expect("a reply");
        // A device that is deactivated already says so; the deletion has to succeed.
        assert!(reply.status().is_success() || reply.status() == 403, "{}", reply.status());
    }
}
