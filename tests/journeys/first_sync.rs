//! From nothing to the whole org.

use crate::rig::{ONCE_MORE, Rig, core, start};
use app::SetClock;
use contract::{
    FailureKind,
    devices::ListDevices,
    overview::GetOverview,
    search::{FindAnything, HitKind},
    session::{GetSession, Reach},
};
use domain::{DeviceQuery, SortColumn, SortKey};
use std::{collections::BTreeSet, sync::Arc};

#[tokio::test(flavor = "multi_thread")]
async fn the_count_is_the_rows() {
    let rig = Rig::new(1_234).await;
    rig.synced().await;
    let rows = rig.all(DeviceQuery::default()).await;
    let ids: BTreeSet<_> = rows.iter().map(|row| row.id.clone()).collect();
    assert_eq!((rig.total().await, rows.len(), ids.len()), (1_234, 1_234, 1_234));
    let session = rig.session().await;
    let snapshot = session.snapshot.expect("a snapshot");
    assert_eq!(snapshot.devices, 1_234);
    assert!(snapshot.users > 100 && snapshot.events > 0, "{snapshot:?}");
    assert_eq!(snapshot.problems, []);
    assert_eq!(session.reach, Reach::Online);
    assert!(session.company.is_some(), "the org's own name is told");
    assert!(rows.iter().any(|row| row.users > Some(1)) && rows.iter().any(|row| row.risk.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_bring_their_users_along() {
    let rig = Rig::new(450).await;
    rig.synced().await;
    assert_eq!(rig.calls("GET /api/v1/devices"), 3 + ONCE_MORE, "200 a page");
    assert_eq!(
        rig.calls("GET /api/v1/devices/{id}/users"),
        0,
        "a call per device would use up the allowance"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn before_it_there_is_nothing_to_show_and_that_is_told() {
    let kind = |result: Result<_, contract::Failure>| {
        result.map(|_: contract::devices::DevicePage| ()).map_err(|f| f.kind)
    };
    let everything =
        ListDevices { as_of: None, query: DeviceQuery::default(), offset: 0, limit: 10, rows_only: false };

    let data = tempfile::tempdir().expect("a folder");
    let closed = core(data.path().to_owned(), Arc::new(SetClock::new(start())));
    assert_eq!(kind(closed.call(everything.clone()).await), Err(FailureKind::NoOrg));
    assert!(closed.call(GetSession {}).await.expect("a session").org.is_none());

    let rig = Rig::new(10).await;
    assert_eq!(kind(rig.app.call(everything).await), Err(FailureKind::NotSynced));
    assert_eq!(rig.session().await.reach, Reach::NotTried);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_in_the_order_that_was_asked_for() {
    let rig = Rig::new(700).await;
    rig.synced().await;
    let by = |column, descending| DeviceQuery {
        sort: vec![SortKey { column, descending }],
        ..DeviceQuery::default()
    };
    let newest = rig.all(by(SortColumn::LastUpdated, true)).await;
    let times: Vec<_> = newest.iter().filter_map(|row| row.last_updated).collect();
    assert!(times.is_sorted_by(|a, b| a >= b));
    let up = rig.all(by(SortColumn::Serial, false)).await;
    let known = up.iter().take_while(|row| row.serial.is_some()).count();
    assert!(up[known..].iter().all(|row| row.serial.is_none()), "unknown serials come last");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serial_finds_its_device_and_a_name_its_person() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let rows = rig.all(DeviceQuery::default()).await;
    let device =
        rows.iter().find(|row| row.serial.as_deref().is_some_and(|s| s.len() > 7)).expect("a serial");
    let find = |text: String| rig.app.call(FindAnything { as_of: None, text, limit: 5 });
    let hits = find(device.serial.clone().expect("it has one")).await.expect("hits");
    assert!(hits.iter().any(|hit| hit.kind == HitKind::Device && hit.id == device.id.as_str()), "{hits:?}");
    let person =
        rows.iter().find_map(|row| row.user.clone().filter(|name| name.is_ascii())).expect("a person");
    let hits = find(person.clone()).await.expect("hits");
    assert!(
        hits.iter().any(|hit| hit.kind == HitKind::User && hit.title.contains(&person)),
        "{person}: {hits:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_counts_the_same_rows() {
    let rig = Rig::new(800).await;
    rig.synced().await;
    let overview = rig.app.call(GetOverview { as_of: None }).await.expect("an overview");
    let page = rig.list(DeviceQuery::default()).await;
    assert_eq!((overview.snapshot, overview.devices), (page.snapshot, page.total));
    assert_eq!(overview.facets, page.facets);
    let last = overview.trend.last().expect("a point");
    assert_eq!((last.snapshot, last.devices), (page.snapshot, 800));
}
