//! Without a network: what was read before is all there.

use crate::rig::{Rig, connection, core};
use contract::{
    devices::ListDevices,
    session::{GetSession, Reach},
    sync::{GetSync, StartSync, SyncPhase},
};
use domain::DeviceQuery;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_cold_start_shows_rows_before_it_touches_the_network() {
    let rig = Rig::new(900).await;
    rig.synced().await;
    let before = rig.list(DeviceQuery::default()).await;
    let calls = rig.org.control().calls();
    let rig = rig.restart().await;
    let after = rig.list(DeviceQuery::default()).await;
    assert_eq!((after.total, after.rows, after.facets), (before.total, before.rows, before.facets));
    assert_eq!(rig.session().await.reach, Reach::NotTried);
    assert_eq!(rig.org.control().calls(), calls, "the org was called");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_org_everything_reads_and_the_reason_is_told() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let Rig { org, app, clock, data } = rig;
    let url = org.url().to_owned();
    org.stop().await;
    drop(app);
    let app = core(data.path().to_owned(), clock);
    tokio::time::sleep(Duration::from_millis(200)).await;
    app.open_org(connection(&url, "00token", Some(data.path().join("org.db")))).await.expect("opens offline");

    app.call(StartSync { full: false }).await.expect("starts");
    while app.call(GetSync {}).await.expect("a state").phase != SyncPhase::Idle {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let session = app.call(GetSession {}).await.expect("a session").org.expect("an org");
    assert!(matches!(session.reach, Reach::Offline { why } if !why.is_empty()));
    let all =
        ListDevices { as_of: None, query: DeviceQuery::default(), offset: 0, limit: 500, rows_only: false };
    assert_eq!(app.call(all).await.expect("a page").rows.len(), 300);
}
