//! Locking an org while a change of many devices is under way: the change is held where it stands, the credential is asked
//! for no more than reading needs, and the lock outlives the program.

use crate::{
    place::{Place, org, register},
    rig::{idle_of, sync_of},
};
use contract::{
    Failure, FailureKind,
    devices::ListDevices,
    intents::{GetIntent, IntentDetail, PlanMove, StartIntent, Targets},
    orgs::{CredentialSource, NewKey, PublicKey},
    session::{GetSession, SetReadOnly},
};
use demo_org::{DemoOrg, Fault, FaultKind};
use domain::{
    Confirmation, DeviceQuery, Facet, FacetFilter, IntentId, IntentState, LifecycleMove, StepState,
};
use std::time::Duration;

const TOKEN: &str = "POST /oauth2/v1/token";

impl Place {
    /// An unlocked org under a service app's key that may change devices.
    async fn unlocked(&self, org: &DemoOrg) -> PublicKey {
        let key = self.ask(NewKey {}).await.expect("a key");
        register(org, &key, &[app::settings::READ_SCOPES, app::settings::WRITE_SCOPES].concat());
        let source = CredentialSource::NewKey { draft: key.draft.clone(), client_id: "0oapostern".into() };
        let report = self.report(org.url(), source).await.expect("accepted");
        self.connect(&report.draft).await.expect("connected");
        idle_of(&self.app).await;
        self.ask(SetReadOnly { read_only: false }).await.expect("unlocked");
        key
    }

    /// Begins to suspend this many devices, and waits until some of them are.
    async fn changing(&self, org: &DemoOrg, count: usize) -> IntentId {
        let query = DeviceQuery {
            filters: vec![FacetFilter::include(Facet::Lifecycle, ["ACTIVE"])],
            ..DeviceQuery::default()
        };
        let list = ListDevices { as_of: None, query, offset: 0, limit: 200, rows_only: true };
        let rows = self.ask(list).await.expect("rows").rows;
        assert!(rows.len() >= count, "{} active devices", rows.len());
        let ids = rows.into_iter().take(count).map(|row| row.id).collect();
        let plan = PlanMove { wish: LifecycleMove::Suspend, targets: Targets::Devices(ids) };
        let plan = self.ask(plan).await.expect("a plan");
        let typed = match &plan.confirm {
            Confirmation::Press => None,
            Confirmation::Type(text) => Some(text.clone()),
        };
        org.control().set_faults(Fault::on("/api/v1/devices/", FaultKind::Latency { ms: 20 }));
        let id = self.ask(StartIntent { plan: plan.id, typed, note: None }).await.expect("it begins").id;
        self.until(id, |detail| detail.intent.count(StepState::Verified) >= 5).await;
        id
    }

    async fn until(&self, id: IntentId, reached: impl Fn(&IntentDetail) -> bool) -> IntentDetail {
        for _ in 0..1_500 {
            let ask = GetIntent { id, state: None, offset: 0, limit: 200 };
            let detail = self.ask(ask).await.expect("the intent");
            if reached(&detail) {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it never came to that");
    }

    /// The change is held, no step was lost or refused, and the next token is asked for reading alone.
    async fn assert_locked(&self, org: &DemoOrg, key: &PublicKey, id: IntentId, tokens: u64) {
        let is_held = |detail: &IntentDetail| {
            let under_way = [StepState::Sending, StepState::Unknown].map(|state| detail.intent.count(state));
            detail.intent.state == IntentState::Paused && under_way == [0, 0]
        };
        let held = self.until(id, is_held).await.intent;
        let over = held.count(StepState::Verified) + held.count(StepState::Waiting);
        assert_eq!(over, 60, "each was done or waits: {held:?}");
        assert!(held.count(StepState::Waiting) > 0, "it was held midway: {held:?}");
        // Of an app that was granted no more, a token for writing is refused, and each scope is then asked for by itself.
        register(org, key, app::settings::READ_SCOPES);
        let mut asked = 0;
        for _ in 0..5 {
            // The first may be no sync at all: what was changed is put into the local copy at this moment.
            assert_eq!(sync_of(&self.app).await.failure, None);
            asked = org.control().calls_to(TOKEN) - tokens;
            if asked > 0 {
                break;
            }
        }
        assert!((1..=2).contains(&asked), "{asked} tokens were asked for since the lock");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn locking_midway_holds_the_change_and_drops_the_scope() {
    let (place, org) = (Place::new(), org(300).await);
    let key = place.unlocked(&org).await;
    let id = place.changing(&org, 60).await;
    let tokens = org.control().calls_to(TOKEN);
    place.ask(SetReadOnly { read_only: true }).await.expect("locked");
    place.assert_locked(&org, &key, id, tokens).await;
    let held = place.until(id, |_| true).await.intent;
    assert!(
        matches!(&held.why, Some(Failure { kind: FailureKind::ReadOnly | FailureKind::Forbidden, .. })),
        "{:?}",
        held.why
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn left_alone_midway_it_locks_itself_as_well() {
    let (place, org) = (Place::new(), org(300).await);
    let key = place.unlocked(&org).await;
    let id = place.changing(&org, 60).await;
    let tokens = org.control().calls_to(TOKEN);
    place.clock.advance(15 * 60_000);
    assert!(place.ask(GetSession {}).await.expect("a session").org.expect("open").read_only);
    place.assert_locked(&org, &key, id, tokens).await;
    let place = place.restart().await;
    assert!(place.orgs().await[0].read_only, "the lock outlives the program");
}

/// Whatever else fails: an org that was locked opens locked.
#[tokio::test(flavor = "multi_thread")]
async fn the_lock_is_written_down_though_the_local_copy_can_not_be_read() {
    let (place, org) = (Place::new(), org(20).await);
    let name = place.connected(&org).await;
    place.ask(SetReadOnly { read_only: false }).await.expect("unlocked");
    assert!(!place.orgs().await[0].read_only);
    for extension in ["db", "db-wal"] {
        let path = app::cache_path(place.data.path(), &name).with_extension(extension);
        let size = std::fs::metadata(&path).map_or(0, |file| file.len());
        std::fs::write(&path, vec![0x5a; usize::try_from(size).expect("small")]).expect("overwritten");
    }
    let locked = place.ask(SetReadOnly { read_only: true }).await;
    let kept = std::fs::read_to_string(place.data.path().join("orgs.json")).expect("the list");
    assert!(kept.contains("\"read_only\": true"), "{locked:?}: {kept}");
}
