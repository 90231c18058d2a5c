//! Who is at risk, whatever becomes of the sync that hears of it.

use crate::rig::{Rig, connection, core};
use contract::sync::CancelSync;
use demo_org::FaultKind;
use domain::{DeviceId, DeviceQuery, RiskLevel};
use std::{collections::BTreeMap, time::Duration};

/// Where a person's level is asked for; the list of people is elsewhere.
const RISK: &str = "/api/v1/users/";
const TEN_DAYS: Duration = Duration::from_secs(10 * 24 * 3600);

/// The devices of those at risk. A low level is not compared: the org forgets it, and a copy that once heard of it does not.
async fn at_risk(rig: &Rig) -> BTreeMap<DeviceId, RiskLevel> {
    let risk = |level: &RiskLevel| matches!(level, RiskLevel::High | RiskLevel::Medium);
    let rows = rig.all(DeviceQuery::default()).await.into_iter();
    rows.filter_map(|row| Some((row.id, row.risk.filter(risk)?))).collect()
}

/// What a copy shows that has never been interrupted.
async fn at_risk_in_a_fresh_copy(rig: Rig) -> BTreeMap<DeviceId, RiskLevel> {
    let data = tempfile::tempdir().expect("a folder");
    let app = core(data.path().to_owned(), rig.clock.clone());
    app.open_org(connection(rig.org.url(), rig.org.token(), None)).await.expect("opens");
    let fresh = Rig { app, ..rig };
    fresh.synced().await;
    at_risk(&fresh).await
}

/// Ten days after a first sync, the next one is held where it asks for the levels of those it has heard of.
async fn held_at_the_risks() -> Rig {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let before = at_risk(&rig).await;
    rig.pass(TEN_DAYS);
    rig.fault(RISK, FaultKind::Latency { ms: 4_000 });
    rig.begin(false).await;
    rig.until(|state| state.collection.as_deref() == Some("User risk")).await;
    assert_eq!(at_risk(&rig).await, before, "nothing shows before the end");
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_sync_loses_nobody() {
    let rig = held_at_the_risks().await;
    rig.app.call(CancelSync {}).await.expect("it ends");
    rig.no_faults();
    rig.synced().await;
    assert_eq!(at_risk(&rig).await, at_risk_in_a_fresh_copy(rig).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_sync_loses_nobody() {
    let rig = held_at_the_risks().await.restart().await;
    rig.no_faults();
    rig.synced().await;
    assert_eq!(at_risk(&rig).await, at_risk_in_a_fresh_copy(rig).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_answer_the_logs_word_stands() {
    let rig = Rig::new(300).await;
    rig.fault(RISK, FaultKind::Status { status: 500 });
    rig.synced().await;
    assert_eq!(rig.problems().await, []);
    let told = at_risk(&rig).await;
    assert!(!told.is_empty(), "the log told of somebody");
    rig.no_faults();
    assert_eq!(told, at_risk_in_a_fresh_copy(rig).await);
}
