//! Offline review of yesterday's snapshot: every page reads it as it was, and nothing of today is mixed in.

use crate::{drift::delete, rig::Rig};
use contract::{
    FailureKind,
    devices::{GetDevice, ListDevices},
    log_events::GetLogEvent,
    managed::GetReadiness,
    overview::GetOverview,
    search::FindAnything,
    session::{GetSession, ListSnapshots, Reach, Snapshot},
    signals::GetDeviceSignals,
    sync::{GetSync, StartSync, SyncPhase},
    timeline::{GetTimeline, Happening},
};
use domain::{DeviceQuery, SnapshotId, Timestamp};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn snapshots(rig: &Rig) -> Vec<Snapshot> {
    rig.app.call(ListSnapshots {}).await.expect("snapshots")
}

#[tokio::test(flavor = "multi_thread")]
async fn yesterday_is_read_offline_as_it_was() {
    let rig = Rig::new(800).await;
    rig.synced().await;
    let then = rig.list(DeviceQuery::default()).await;
    let overview = rig.app.call(GetOverview { as_of: None }).await.expect("numbers");
    let readiness = rig.app.call(GetReadiness { as_of: None }).await.expect("readiness");
    let device = then.rows.iter().find(|row| row.users > Some(0)).expect("somebody's").id.clone();
    let signals = GetDeviceSignals { as_of: None, id: device.clone() };
    let told = rig.app.call(signals.clone()).await.expect("signals");

    rig.pass(2 * DAY);
    rig.synced().await;
    let now = rig.snapshot().await;
    assert!(now > then.snapshot);
    let Rig { org, app, .. } = rig;
    org.stop().await;
    app.call(StartSync { full: false }).await.expect("starts");
    while app.call(GetSync {}).await.expect("a state").phase != SyncPhase::Idle {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let session = app.call(GetSession {}).await.expect("a session").org.expect("an org");
    assert!(matches!(session.reach, Reach::Offline { .. }), "the org is away");

    let as_of = Some(then.snapshot);
    let all = ListDevices { as_of, query: DeviceQuery::default(), offset: 0, limit: 500, rows_only: false };
    let again = app.call(all).await.expect("the list");
    assert_eq!((again.snapshot, again.rows, again.facets), (then.snapshot, then.rows, then.facets));
    let numbers = app.call(GetOverview { as_of }).await.expect("numbers");
    assert_eq!((numbers.snapshot, numbers.facets), (then.snapshot, overview.facets));
    assert_eq!((numbers.devices, numbers.events), (overview.devices, overview.events));
    let platforms = app.call(GetReadiness { as_of }).await.expect("readiness");
    assert_eq!((platforms.snapshot, platforms.platforms), (then.snapshot, readiness.platforms));
    assert_eq!(platforms.flips, [], "nothing had changed by then");
    let signals = app.call(GetDeviceSignals { as_of, ..signals }).await.expect("signals");
    assert_eq!(signals.sources, told.sources, "what was learnt since is not shown");
    let past = GetTimeline { as_of, id: device, kinds: Vec::new(), offset: 0, limit: 500 };
    let past = app.call(past).await.expect("a timeline");
    let kept = app.call(ListSnapshots {}).await.expect("snapshots");
    let taken = kept.iter().find(|s| s.id == then.snapshot).expect("is kept").since;
    assert!(past.entries.iter().all(|entry| entry.at <= taken), "no entry is from later");
    assert!(past.entries.iter().all(|entry| entry.in_force.is_none_or(|s| s <= then.snapshot)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_palette_finds_what_was_there_then() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let before = rig.snapshot().await;
    let id = rig.org.control().device_id(17).expect("a device");
    delete(&rig, &id).await;
    rig.pass(Duration::from_secs(60));
    assert_eq!(rig.sync_all().await.failure, None);
    let find = |as_of| rig.app.call(FindAnything { as_of, text: id.clone(), limit: 5 });
    assert_eq!(find(None).await.expect("searches").len(), 0);
    assert_eq!(find(Some(before)).await.expect("searches")[0].id, id);
    let get = |as_of| rig.app.call(GetDevice { as_of, id: id.as_str().into() });
    assert_eq!(get(None).await.map(drop).map_err(|f| f.kind), Err(FailureKind::NotFound));
    assert_eq!(get(Some(before)).await.expect("is there then").device.id.as_str(), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_is_not_kept_is_said_to_be() {
    let rig = Rig::new(50).await;
    rig.synced().await;
    let gone = Some(SnapshotId(9_999));
    let kind = rig.list_at(gone, DeviceQuery::default()).await.map(drop).map_err(|f| f.kind);
    assert_eq!(kind, Err(FailureKind::NotFound));
    let kind = rig.app.call(GetOverview { as_of: gone }).await.map(drop).map_err(|f| f.kind);
    assert_eq!(kind, Err(FailureKind::NotFound));
    let kind = rig.app.call(GetReadiness { as_of: gone }).await.map(drop).map_err(|f| f.kind);
    assert_eq!(kind, Err(FailureKind::NotFound));
    let event = GetLogEvent { as_of: None, uuid: "no such event".to_owned() };
    assert_eq!(rig.app.call(event).await.map(drop).map_err(|f| f.kind), Err(FailureKind::NotFound));
}

/// The list of snapshots, and each entry's way to the one in force then, are one story.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_leads_to_the_snapshot_in_force_then() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    for _ in 0..4 {
        rig.pass(DAY);
        rig.synced().await;
    }
    let kept = snapshots(&rig).await;
    assert!(kept.len() >= 6, "{}", kept.len());
    assert!(kept.is_sorted_by(|a, b| a.id > b.id && a.since >= b.since && a.at >= a.since));
    for snapshot in &kept {
        let list = rig.list_at(Some(snapshot.id), DeviceQuery::default()).await.expect("the list");
        assert_eq!(list.total, snapshot.devices);
    }
    let in_force = |at: Timestamp| kept.iter().find(|s| s.since <= at).map(|s| s.id);
    let mut led = 0;
    for row in rig.list(DeviceQuery::default()).await.rows.iter().take(60) {
        let ask = GetTimeline { as_of: None, id: row.id.clone(), kinds: Vec::new(), offset: 0, limit: 500 };
        for entry in rig.app.call(ask).await.expect("a timeline").entries {
            if matches!(entry.what, Happening::Event { .. }) {
                assert_eq!(entry.in_force, in_force(entry.at));
                led += usize::from(entry.in_force.is_some());
            }
        }
    }
    assert!(led > 10, "{led} events are younger than the first snapshot");
}
