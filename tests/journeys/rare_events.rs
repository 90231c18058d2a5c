//! What is rare is known for as long as the org keeps its log, though a first sync reads a week of the rest.

use crate::{
    org_log::oldest,
    rig::{Rig, start},
};
use contract::{log::CountLog, protection::GetProtection};
use domain::{LogField, LogFilter, Timestamp};

const MODE: &str = "security.session_protection.status.update";

async fn count(rig: &Rig, kind: &str, until: Timestamp) -> u64 {
    let filter = LogFilter { until: Some(until), ..LogFilter::of(LogField::EventType, kind) };
    rig.app.call(CountLog { as_of: None, filter, by: Vec::new() }).await.expect("a count").matching
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_brings_ninety_days_of_what_is_rare() {
    let rig = Rig::new(60).await;
    rig.synced().await;
    let week = Timestamp(start().0 - 7 * Timestamp::DAY);
    for kind in [
        "user.risk.detect",
        "policy.entity_risk.evaluate",
        "policy.entity_risk.action",
        "policy.auth_reevaluate.fail",
        "policy.rule.update",
        "zone.update",
        "analytics.feedback.provide",
        "user.authentication.universal_logout",
        MODE,
    ] {
        let told = rig.org_log_of(oldest(), Some(week), &[kind]).await.len() as u64;
        assert!(told > 0, "the demo org has no {kind} that old: the test says nothing");
        // The core's end is not part of its span, the org's is.
        assert_eq!(count(&rig, kind, Timestamp(week.0 + 1)).await, told, "{kind}");
    }
    assert_eq!(count(&rig, "user.session.start", week).await, 0, "of what is frequent, a week");

    let protection = rig.app.call(GetProtection { as_of: None, days: 90 }).await.expect("the ladders");
    assert_eq!(protection.log_begins, Some(oldest()), "what rules did is known from there on");
    let changes = rig.org_log_of(oldest(), None, &[MODE]).await;
    assert_eq!(protection.mode.changes.len(), changes.len());

    // They are asked for once: another sync, and one after a restart, only follows the chain.
    for _ in 0..2 {
        let rig = &rig;
        let before = rig.calls("GET /api/v1/logs");
        rig.synced().await;
        assert_eq!(rig.calls("GET /api/v1/logs") - before, 1);
    }
    let rig = rig.restart().await;
    let before = rig.calls("GET /api/v1/logs");
    rig.synced().await;
    assert_eq!(rig.calls("GET /api/v1/logs") - before, 1);
}
