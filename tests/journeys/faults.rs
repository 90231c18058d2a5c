//! What the org does wrong, and that the rest goes on.

use crate::rig::{Rig, options};
use contract::{Event, FailureKind};
use demo_org::{Fault, FaultKind, Options};
use domain::{DeviceQuery, Facet, FacetFilter, UNKNOWN};
use std::time::Duration;

const DEVICES: &str = "/api/v1/devices";

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_collection_says_why_and_the_others_sync() {
    let rig = Rig::new(300).await;
    rig.fault("/api/v1/groups", FaultKind::Forbidden);
    rig.synced().await;
    assert_eq!(rig.total().await, 300);
    let problems = rig.problems().await;
    let [(collection, failure)] = problems.as_slice() else { panic!("one problem, not {problems:?}") };
    assert_eq!((collection.as_str(), failure.kind), ("Groups", FailureKind::Forbidden));
    assert!(failure.hint.as_deref().is_some_and(|hint| hint.contains("okta.groups.read")), "{failure}");
    assert!(failure.org_error_id.is_some(), "{failure:?}");

    rig.no_faults();
    rig.sync_all().await;
    assert_eq!(rig.problems().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_that_become_forbidden_keep_their_last_rows() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let before = rig.list(DeviceQuery::default()).await;
    rig.fault(DEVICES, FaultKind::Forbidden);
    rig.pass(Duration::from_secs(3600));
    rig.sync_all().await;
    let after = rig.list(DeviceQuery::default()).await;
    assert_eq!(after.rows, before.rows);
    let problem = rig.session().await.snapshot.expect("a snapshot").problems.remove(0);
    assert_eq!((problem.collection.as_str(), problem.rows_from), ("Devices", Some(before.snapshot)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_rate_limit_is_waited_out_with_a_countdown() {
    let rig = Rig::new(300).await;
    let mut events = rig.app.events();
    rig.fault(DEVICES, FaultKind::RateLimited { seconds: 2 });
    rig.synced().await;
    assert_eq!(rig.total().await, 300);
    let mut waits = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Sync(state) = event {
            waits.extend(state.waiting);
        }
    }
    assert!(waits.iter().any(|wait| wait.bucket.contains("devices")), "no countdown among {waits:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_at_any_byte_is_asked_again() {
    let rig = Rig::new(450).await;
    for at in [0, 1, 200, 20_000] {
        rig.org.control().set_faults(Fault::on(DEVICES, FaultKind::CutBody { at }).skip(1).times(1));
        assert_eq!(rig.sync_all().await.failure, None, "cut at {at}");
        assert_eq!((rig.total().await, rig.problems().await), (450, vec![]), "cut at {at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_json_leaves_the_last_rows() {
    let rig = Rig::new(650).await;
    rig.synced().await;
    let before = rig.list(DeviceQuery::default()).await;
    for kind in [FaultKind::MalformedJson, FaultKind::TruncatedBody { at: 5_000 }] {
        rig.org.control().set_faults(Fault::on(DEVICES, kind.clone()).skip(2));
        rig.pass(Duration::from_secs(3600));
        rig.sync_all().await;
        let after = rig.list(DeviceQuery::default()).await;
        assert_eq!((after.total, &after.rows), (650, &before.rows), "{kind:?}");
        let problems = rig.problems().await;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(
            matches!(problems[0].1.kind, FailureKind::BadReply | FailureKind::Unreachable),
            "{problems:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateways_error_page_is_survived() {
    let rig = Rig::new(300).await;
    rig.org.control().set_faults(Fault::on(DEVICES, FaultKind::HtmlPage { status: 502 }).times(1));
    rig.synced().await;
    assert_eq!((rig.total().await, rig.problems().await), (300, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_without_platform_are_shown_as_unknown() {
    let rig = Rig::new(400).await;
    rig.fault(DEVICES, FaultKind::NoPlatform);
    rig.synced().await;
    assert_eq!(rig.total().await, 400);
    let filters = vec![FacetFilter::include(Facet::Platform, [UNKNOWN])];
    let rows = rig.all(DeviceQuery { filters, ..DeviceQuery::default() }).await;
    assert!(rows.len() >= 40 && rows.iter().all(|row| row.platform.is_none()), "{}", rows.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_not_taken_for_deleted() {
    let rig = Rig::new(450).await;
    rig.synced().await;
    let whole = rig.session().await.snapshot.expect("a snapshot");
    let before = rig.list(DeviceQuery::default()).await;
    rig.fault("/api/v1/", FaultKind::NoId);
    rig.pass(Duration::from_secs(3600));
    assert_eq!(rig.sync_all().await.failure, None);
    let after = rig.session().await.snapshot.expect("a snapshot");
    assert_ne!(after.id, before.snapshot, "there is a newer snapshot");
    assert_eq!((rig.total().await, after.users), (450, whole.users));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_snapshot_waits_for_devices_that_are_only_late() {
    let rig = Rig::new(650).await;
    rig.org.control().set_faults(Fault::on(DEVICES, FaultKind::Status { status: 500 }).skip(2));
    let failure = rig.sync().await.failure.expect("it says so");
    assert_eq!(rig.session().await.snapshot, None, "an org without devices was shown after {failure}");
    rig.no_faults();
    rig.synced().await;
    assert_eq!((rig.total().await, rig.problems().await), (650, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_snapshot_does_not_wait_for_devices_it_may_not_read() {
    let rig = Rig::new(300).await;
    rig.fault(DEVICES, FaultKind::Forbidden);
    rig.synced().await;
    let problems = rig.problems().await;
    assert_eq!(problems.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Devices"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_nobody_knows_are_shown_as_they_are() {
    let rig = Rig::new(400).await;
    rig.fault(DEVICES, FaultKind::UnknownValues);
    rig.synced().await;
    let page = rig.list(DeviceQuery::default()).await;
    let count = |facet: Facet, value: &str| {
        let counts = page.facets.iter().find(|counts| counts.facet == facet).expect("a facet");
        counts.values.iter().find(|count| count.value == value).map_or(0, |count| count.count)
    };
    assert!(count(Facet::Lifecycle, "QUARANTINED") > 100 && count(Facet::Platform, "VISIONOS") > 100);
    let filters = vec![FacetFilter::include(Facet::Lifecycle, ["QUARANTINED"])];
    let rows = rig.all(DeviceQuery { filters, ..DeviceQuery::default() }).await;
    assert_eq!(rows.len() as u64, count(Facet::Lifecycle, "QUARANTINED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_nobody_knows_are_no_trouble() {
    let rig = Rig::new(250).await;
    rig.fault("/api/v1/", FaultKind::UnknownFields);
    rig.synced().await;
    assert_eq!((rig.total().await, rig.problems().await), (250, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_a_wrong_clock_is_no_trouble() {
    let rig = Rig::with(Options { rate_limits: true, ..options(300) }).await;
    rig.fault("", FaultKind::ClockSkew { seconds: -7_200 });
    rig.synced().await;
    assert_eq!(rig.total().await, 300);
}
