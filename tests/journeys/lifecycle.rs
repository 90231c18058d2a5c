//! Devices suspended, deactivated and brought back: what the console says it did is what the org has, whatever goes wrong.

use crate::rig::{Rig, TIMING, core_with};
use app::Timing;
use contract::{
    Failure, FailureKind,
    activity::{ActivityKind, CheckJournal, ListActivity, SyncEnd},
    devices::{DeviceRow, GetDevice},
    intents::{
        CancelIntent, GetIntent, Intent, IntentDetail, ListDeviceSteps, PauseIntent, Plan, PlanMove,
        ResumeIntent, StartIntent, Targets,
    },
    search::{FindAnything, HitKind},
};
use demo_org::{Fault, FaultKind, Faults};
use domain::{
    Confirmation, DeviceId, DeviceQuery, Facet, FacetFilter, IntentId, IntentState, Lifecycle, LifecycleMove,
    StepState,
};
use std::{collections::HashMap, time::Duration};

const SUSPEND: &str = "POST /api/v1/devices/{id}/lifecycle/suspend";

impl Rig {
    async fn unlocked(devices: u64) -> Self {
        let rig = Self::new(devices).await;
        rig.synced().await;
        rig.unlock().await;
        rig
    }

    async fn plan(&self, wish: LifecycleMove, targets: Targets) -> Result<Plan, Failure> {
        self.app.call(PlanMove { wish, targets }).await
    }

    async fn plan_for(&self, wish: LifecycleMove, ids: &[DeviceId]) -> Plan {
        self.plan(wish, Targets::Devices(ids.to_vec())).await.expect("a plan")
    }

    /// Confirms a plan with what it asks for.
    async fn confirm(&self, plan: &Plan) -> Intent {
        let typed = match &plan.confirm {
            Confirmation::Press => None,
            Confirmation::Type(text) => Some(text.clone()),
        };
        self.app.call(StartIntent { plan: plan.id, typed, note: None }).await.expect("it begins")
    }

    async fn intent(&self, id: IntentId) -> IntentDetail {
        self.app.call(GetIntent { id, state: None, offset: 0, limit: 500 }).await.expect("the intent")
    }

    /// Waits until an intent is in this state.
    async fn until_state(&self, id: IntentId, state: IntentState) -> IntentDetail {
        for _ in 0..1_500 {
            let detail = self.intent(id).await;
            if detail.intent.state == state {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it never was {state:?}: {:?}", self.intent(id).await.intent);
    }

    async fn done(&self, plan: &Plan) -> IntentDetail {
        let intent = self.confirm(plan).await;
        self.until_state(intent.id, IntentState::Done).await
    }

    /// Devices in a state, as the newest snapshot has them.
    async fn in_state(&self, state: &str) -> Vec<DeviceRow> {
        let filters = vec![FacetFilter::include(Facet::Lifecycle, [state])];
        self.all(DeviceQuery { filters, ..DeviceQuery::default() }).await
    }

    async fn active(&self, count: usize) -> Vec<DeviceId> {
        let rows = self.in_state("ACTIVE").await;
        assert!(rows.len() >= count, "{} active devices", rows.len());
        rows.into_iter().take(count).map(|row| row.id).collect()
    }

    /// What the org itself says of a device; `None` where it has none.
    async fn in_org(&self, id: &DeviceId) -> Option<String> {
        let url = format!("{}/api/v1/devices/{id}", self.org.url());
        let reply = self.ask(reqwest::Method::GET, &url).await;
        match reply.status().as_u16() {
            404 => None,
            200 => {
                let device: serde_json::Value = reply.json().await.expect("JSON");
                device["status"].as_str().map(str::to_owned)
            }
            status => panic!("{status}"),
        }
    }

    /// Another admin, elsewhere.
    async fn meanwhile(&self, id: &DeviceId, change: &str) {
        let url = format!("{}/api/v1/devices/{id}/lifecycle/{change}", self.org.url());
        assert_eq!(self.ask(reqwest::Method::POST, &url).await.status(), 204);
    }

    async fn ask(&self, method: reqwest::Method, url: &str) -> reqwest::Response {
        let token = format!("SSWS {}", self.org.token());
        let request = reqwest::Client::new().request(method, url).header("authorization", token);
        request.header("content-length", "0").send().await.expect("an answer")
    }

    /// How often the org's own log tells of each device that it was suspended.
    async fn suspensions(&self) -> HashMap<String, u32> {
        let since = (self.clock_start() - 86_400_000).to_string();
        let since = domain::Timestamp(since.parse().expect("a number"));
        let mut url = format!(
            "{}/api/v1/logs?since={since}&limit=1000&filter=eventType%20eq%20%22device.lifecycle.suspend%22",
            self.org.url()
        );
        let mut counts = HashMap::new();
        loop {
            let reply = self.ask(reqwest::Method::GET, &url).await;
            let next = reply.headers().get_all("link").iter().find_map(|line| {
                let line = line.to_str().ok()?;
                line.contains("rel=\"next\"").then(|| line.split(['<', '>']).nth(1).map(str::to_owned))?
            });
            let events: Vec<serde_json::Value> = reply.json().await.expect("events");
            let by_us = events.iter().filter(|event| event["outcome"]["result"] == "SUCCESS");
            for event in by_us {
                for target in event["target"].as_array().into_iter().flatten() {
                    if let Some(id) = target["id"].as_str() {
                        *counts.entry(id.to_owned()).or_default() += 1;
                    }
                }
            }
            match next {
                Some(next) if !events.is_empty() => url = next,
                _ => return counts,
            }
        }
    }

    fn clock_start(&self) -> i64 {
        crate::rig::start().0
    }
}

fn failed_posts(kind: FaultKind) -> Fault {
    Fault::on("/api/v1/devices/", kind).method("POST")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_laptop_is_found_by_its_user_suspended_seen_verified_and_brought_back() {
    let rig = Rig::unlocked(600).await;
    let lost = rig.in_state("ACTIVE").await.into_iter().find(|row| row.user.is_some()).expect("one in use");
    let owner = lost.user.clone().expect("it has one");
    let hits = rig.app.call(FindAnything { as_of: None, text: owner, limit: 50 }).await.expect("hits");
    assert!(hits.iter().any(|hit| hit.kind == HitKind::Device && hit.id == lost.id.as_str()));

    let plan = rig.plan_for(LifecycleMove::Suspend, std::slice::from_ref(&lost.id)).await;
    assert_eq!((plan.count, plan.refused, &plan.confirm), (1, 0, &Confirmation::Press));
    assert_eq!(plan.people, u64::from(lost.users.expect("known")));
    assert_eq!(rig.calls(SUSPEND), 0, "a plan sends nothing");
    let done = rig.done(&plan).await;
    let step = &done.steps[0];
    assert_eq!((step.state, step.after.as_deref()), (StepState::Verified, Some("SUSPENDED")));
    assert!(step.request_id.is_some(), "the org's request id is kept");
    assert_eq!(rig.in_org(&lost.id).await.as_deref(), Some("SUSPENDED"));
    rig.until_shown(&lost.id, Lifecycle::Suspended).await;

    // A plan is confirmed once.
    let again = rig.app.call(StartIntent { plan: plan.id, typed: None, note: None }).await;
    assert_eq!(again.expect_err("used up").kind, FailureKind::NotFound);

    assert_eq!(done.intent.undo, Some(LifecycleMove::Unsuspend));
    let undo = rig.plan(LifecycleMove::Suspend, Targets::ChangedBy(done.intent.id)).await.expect("a plan");
    assert_eq!((undo.wish, undo.count), (LifecycleMove::Unsuspend, 1));
    let undone = rig.done(&undo).await;
    assert_eq!(undone.intent.undo_of, Some(done.intent.id));
    assert_eq!(rig.in_org(&lost.id).await.as_deref(), Some("ACTIVE"));
    rig.until_shown(&lost.id, Lifecycle::Active).await;
    let first = rig.intent(done.intent.id).await.intent;
    assert_eq!((first.undone_by, first.undo), (Some(undone.intent.id), None));
    let steps = rig.app.call(ListDeviceSteps { id: lost.id.clone() }).await.expect("steps");
    assert_eq!(
        steps.iter().map(|s| s.wish).collect::<Vec<_>>(),
        [LifecycleMove::Unsuspend, LifecycleMove::Suspend]
    );
    rig.chain_holds().await;
}

impl Rig {
    /// Waits until the newest snapshot shows a device so; nobody had to sync for it.
    async fn until_shown(&self, id: &DeviceId, status: Lifecycle) {
        for _ in 0..500 {
            let shown = self.app.call(GetDevice { as_of: None, id: id.clone() }).await.expect("the device");
            if shown.device.status == status {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{id} never was shown as {status:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_are_deactivated_and_the_seven_that_changed_are_refused() {
    let rig = Rig::unlocked(900).await;
    let ids = rig.active(300).await;
    let plan = rig.plan_for(LifecycleMove::Deactivate, &ids).await;
    assert_eq!((plan.count, plan.confirm.clone()), (300, Confirmation::Type("300".to_owned())));
    let wrong = StartIntent { plan: plan.id, typed: Some("299".to_owned()), note: None };
    assert_eq!(rig.app.call(wrong).await.expect_err("a wrong count").kind, FailureKind::BadInput);

    // Between the plan and the confirmation others are at work too.
    for id in &ids[..5] {
        rig.meanwhile(id, "suspend").await;
    }
    for id in &ids[5..7] {
        rig.meanwhile(id, "deactivate").await;
    }
    let url = format!("{}/api/v1/devices/{}", rig.org.url(), ids[6]);
    assert_eq!(rig.ask(reqwest::Method::DELETE, &url).await.status(), 204);

    let done = rig.done(&plan).await;
    assert_eq!((done.intent.count(StepState::Verified), done.intent.count(StepState::Refused)), (293, 7));
    for step in &done.steps {
        let now = rig.in_org(&step.device).await;
        match step.state {
            StepState::Verified => assert_eq!(now.as_deref(), Some("DEACTIVATED"), "{}", step.device),
            StepState::Refused => {
                assert!(ids[..7].contains(&step.device), "{step:?}");
                assert_eq!(
                    step.after.as_deref(),
                    now.as_deref().or(Some("GONE")),
                    "the journal says what was seen"
                );
                let why = step.failure.as_ref().expect("a reason");
                assert!(why.message.contains("changed since"), "{why}");
            }
            state => panic!("{state:?}"),
        }
    }
    // The dry run tells beforehand what it knows: everything here is deactivated by now, or gone.
    rig.until_shown(&ids[299], Lifecycle::Deactivated).await;
    let plan = rig.plan_for(LifecycleMove::Deactivate, &ids[7..]).await;
    assert_eq!((plan.count, plan.refused), (0, 293));
    assert!(plan.refused_first[0].why.contains("deactivated already"), "{:?}", plan.refused_first[0]);
    let nothing = StartIntent { plan: plan.id, typed: Some("deactivate".to_owned()), note: None };
    assert_eq!(rig.app.call(nothing).await.expect_err("nothing to do").kind, FailureKind::BadInput);
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_device_leaves_the_list_at_once_and_does_not_come_back() {
    let rig = Rig::unlocked(600).await;
    let row = rig.in_state("DEACTIVATED").await.into_iter().next().expect("one");
    let before = rig.total().await;
    let plan = rig.plan_for(LifecycleMove::Delete, std::slice::from_ref(&row.id)).await;
    assert_eq!(plan.confirm, Confirmation::Type(row.name.clone().expect("a name")));
    let done = rig.done(&plan).await;
    assert_eq!(done.steps[0].after.as_deref(), Some("GONE"));
    assert_eq!((rig.in_org(&row.id).await, done.intent.undo), (None, None));
    for _ in 0..500 {
        if rig.total().await == before - 1 {
            let undo = rig.plan(LifecycleMove::Delete, Targets::ChangedBy(done.intent.id)).await;
            assert_eq!(undo.expect_err("no way back").kind, FailureKind::BadInput);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it is still listed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_org_is_not_written_to() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let plan = rig.plan_for(LifecycleMove::Suspend, &rig.active(3).await).await;
    assert_eq!(plan.blocked.as_ref().map(|failure| failure.kind), Some(FailureKind::ReadOnly));
    let refused = rig.app.call(StartIntent { plan: plan.id, typed: None, note: None }).await;
    assert_eq!(refused.expect_err("locked").kind, FailureKind::ReadOnly);
    assert_eq!(rig.calls(SUSPEND), 0);
    let activity = ListActivity { of: ActivityKind::Changes, offset: 0, limit: 10 };
    assert_eq!(rig.app.call(activity).await.expect("a page").total, 0);
}

/// Each way to lose an answer: the org had carried it out, or it had not. Neither is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_settled_by_reading_and_never_sent_again() {
    let rig = Rig::unlocked(600).await;
    let ids = rig.active(40).await;
    let check = async |part: &[DeviceId], kind: FaultKind, ends: StepState, status: &str| {
        let before = rig.calls(SUSPEND);
        rig.org.control().set_faults(failed_posts(kind.clone()));
        let done = rig.done(&rig.plan_for(LifecycleMove::Suspend, part).await).await;
        rig.no_faults();
        assert_eq!(rig.calls(SUSPEND) - before, part.len() as u64, "{kind:?}: once each");
        for step in &done.steps {
            assert_eq!(step.state, ends, "{kind:?}: {step:?}");
            assert_eq!(rig.in_org(&step.device).await.as_deref(), Some(status), "{kind:?}");
        }
    };
    check(&ids[..10], FaultKind::LostAnswer { status: 504 }, StepState::Verified, "SUSPENDED").await;
    check(&ids[30..], FaultKind::LostAnswer { status: 408 }, StepState::Verified, "SUSPENDED").await;
    check(&ids[10..20], FaultKind::Status { status: 500 }, StepState::NotApplied, "ACTIVE").await;
    check(&ids[20..30], FaultKind::HtmlPage { status: 502 }, StepState::NotApplied, "ACTIVE").await;
    // What did not work is tried again by a person, as a change of its own.
    check(&ids[10..30], FaultKind::UnknownFields, StepState::Verified, "SUSPENDED").await;
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_revoked_midway_holds_the_rest_and_they_go_on_with_the_next() {
    let rig = Rig::unlocked(600).await;
    let ids = rig.active(40).await;
    let plan = rig.plan_for(LifecycleMove::Suspend, &ids).await;
    rig.org.control().set_faults(failed_posts(FaultKind::ExpiredToken).skip(12));
    let intent = rig.confirm(&plan).await;
    let held = rig.until_state(intent.id, IntentState::Paused).await;
    assert_eq!(held.intent.why.as_ref().map(|why| why.kind), Some(FailureKind::Unauthorized));
    let settled = rig.quiet(intent.id).await;
    assert_eq!((settled.count(StepState::Verified), settled.count(StepState::Waiting)), (12, 28));
    let waiting = ListActivity { of: ActivityKind::Changes, offset: 0, limit: 10 };
    assert_eq!(rig.app.call(waiting).await.expect("a page").waiting.len(), 1);

    rig.no_faults();
    rig.app.call(ResumeIntent { id: intent.id }).await.expect("resumes");
    let done = rig.until_state(intent.id, IntentState::Done).await;
    assert_eq!(done.intent.count(StepState::Verified), 40);
    let counts = rig.suspensions().await;
    assert!(ids.iter().all(|id| counts.get(id.as_str()) == Some(&1)), "each once");
    rig.chain_holds().await;
}

impl Rig {
    /// Waits until no step is under way.
    async fn quiet(&self, id: IntentId) -> Intent {
        for _ in 0..500 {
            let intent = self.intent(id).await.intent;
            if intent.count(StepState::Sending) + intent.count(StepState::Unknown) == 0 {
                return intent;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("steps stay under way: {:?}", self.intent(id).await.intent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_change_is_held_goes_on_and_is_cancelled_where_it_stands() {
    let rig = Rig::unlocked(600).await;
    let ids = rig.active(60).await;
    rig.fault("/api/v1/devices/", FaultKind::Latency { ms: 20 });
    let intent = rig.confirm(&rig.plan_for(LifecycleMove::Suspend, &ids).await).await;
    while rig.intent(intent.id).await.intent.count(StepState::Verified) < 5 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    rig.app.call(PauseIntent { id: intent.id }).await.expect("pauses");
    let held = rig.quiet(intent.id).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(rig.intent(intent.id).await.intent.counts, held.counts, "held means held");
    rig.app.call(ResumeIntent { id: intent.id }).await.expect("resumes");
    while rig.intent(intent.id).await.intent.over() <= held.over() + 4 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    rig.app.call(CancelIntent { id: intent.id }).await.expect("cancels");
    let ended = rig.quiet(intent.id).await;
    assert_eq!((ended.state, ended.count(StepState::Waiting)), (IntentState::Cancelled, 0));
    let verified = ended.count(StepState::Verified);
    assert!(verified > 5 && verified + ended.count(StepState::Cancelled) == 60, "{ended:?}");
    assert_eq!(rig.calls(SUSPEND), verified);
    rig.no_faults();
    // What was done is taken back, and only that.
    let undo = rig.plan(LifecycleMove::Suspend, Targets::ChangedBy(intent.id)).await.expect("a plan");
    assert_eq!(undo.count, verified);
}

/// The program ends at any moment of a bulk change, again and again, answers get lost besides: in the end the org and the
/// journal agree on every device, and the org was told of each at most once.
#[tokio::test(flavor = "multi_thread")]
async fn ended_at_any_moment_nothing_is_done_twice() {
    let mut rig = Rig::unlocked(900).await;
    let ids = rig.active(120).await;
    let intent = rig.confirm(&rig.plan_for(LifecycleMove::Suspend, &ids).await).await;
    let mut moments = fastrand::Rng::with_seed(3);
    for round in 0.. {
        let faults = Faults::none()
            .and(Fault::on("/api/v1/devices/", FaultKind::Latency { ms: 8 }))
            .and(failed_posts(FaultKind::LostAnswer { status: 503 }).probability(0.1))
            .and(failed_posts(FaultKind::Status { status: 502 }).probability(0.1));
        rig.org.control().set_faults(faults);
        tokio::time::sleep(Duration::from_millis(moments.u64(5..500))).await;
        rig = rig.restart().await;
        rig.unlock().await;
        let now = rig.intent(intent.id).await.intent;
        if now.state == IntentState::Done {
            assert!(round > 5, "only {round} restarts before it was over");
            break;
        }
        rig.until_state(intent.id, IntentState::Paused).await;
        rig.app.call(ResumeIntent { id: intent.id }).await.expect("resumes");
    }
    rig.no_faults();
    let mut steps = rig.intent(intent.id).await.steps;
    assert_eq!(steps.len(), 120);
    let told = rig.suspensions().await;
    for step in steps.drain(..) {
        let (status, times) =
            (rig.in_org(&step.device).await, told.get(step.device.as_str()).copied().unwrap_or(0));
        match step.state {
            StepState::Verified => assert_eq!((status.as_deref(), times), (Some("SUSPENDED"), 1), "{step:?}"),
            StepState::NotApplied => assert_eq!((status.as_deref(), times), (Some("ACTIVE"), 0), "{step:?}"),
            state => panic!("{state:?}: {step:?}"),
        }
    }
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_a_change_is_queued_and_asks_again_with_what_changed_meanwhile() {
    let rig = Rig::unlocked(300).await;
    let ids = rig.active(3).await;
    rig.go_offline().await;
    let plan = rig.plan_for(LifecycleMove::Suspend, &ids).await;
    assert!(plan.queued);
    let queued = rig.confirm(&plan).await;
    assert_eq!(queued.state, IntentState::Queued);

    rig.no_faults();
    rig.meanwhile(&ids[0], "deactivate").await;
    rig.pass(Duration::from_secs(60));
    tokio::time::sleep(Duration::from_secs(4)).await;
    rig.synced().await;
    assert_eq!(rig.calls(SUSPEND), 0, "nothing is sent by itself");
    assert_eq!(rig.intent(queued.id).await.intent.state, IntentState::Queued);

    let again = rig.plan(LifecycleMove::Suspend, Targets::Queued(queued.id)).await.expect("a plan");
    assert_eq!((again.count, again.refused, again.queued_intent), (2, 1, Some(queued.id)));
    assert_eq!(again.refused_first[0].id, ids[0]);
    let done = rig.done(&again).await;
    assert_eq!(done.intent.id, queued.id, "it is the same change");
    assert_eq!((done.intent.count(StepState::Verified), done.intent.count(StepState::Refused)), (2, 1));
    rig.chain_holds().await;
}

impl Rig {
    /// The org can't be reached any more: every call is cut off before an answer.
    async fn go_offline(&self) {
        self.fault("/", FaultKind::Latency { ms: 60_000 });
        self.begin(false).await;
        let state = self.idle().await;
        assert!(state.failure.is_some());
        assert!(matches!(self.session().await.reach, contract::session::Reach::Offline { .. }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_activity_tells_syncs_and_changes_and_its_journal_is_exported_whole() {
    let rig = Rig::unlocked(300).await;
    let done = rig.done(&rig.plan_for(LifecycleMove::Suspend, &rig.active(2).await).await).await;
    let list = |of| rig.app.call(ListActivity { of, offset: 0, limit: 50 });
    let changes = list(ActivityKind::Changes).await.expect("a page");
    assert_eq!((changes.total, changes.changes[0].id), (1, done.intent.id));
    let syncs = list(ActivityKind::Syncs).await.expect("a page");
    assert_eq!(syncs.total, syncs.syncs.len() as u64);
    assert!(matches!(syncs.syncs[0].end, SyncEnd::Snapshot(_)), "{:?}", syncs.syncs);

    let exported = rig.app.call(contract::activity::ExportJournal {}).await.expect("a file");
    let check = rig.app.call(CheckJournal {}).await.expect("a check");
    assert_eq!((exported.entries, &exported.head), (check.entries, &check.head));
    let text = std::fs::read_to_string(&exported.path).expect("the file");
    assert_eq!(text.lines().count() as u64, exported.entries);
    let last: serde_json::Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["hash"], exported.head);
    assert!(!text.contains(rig.org.token()), "no secret in an export");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_back_waits_a_moment_and_can_be_cancelled() {
    let rig = Rig::new(300).await;
    let Rig { org, app, clock, data } = rig;
    drop(app);
    let timing = Timing { second_thoughts: Duration::from_secs(5), ..TIMING };
    let app = core_with(data.path().to_owned(), clock.clone(), timing);
    let rig = Rig { org, app, clock, data };
    rig.reopen().await;
    rig.synced().await;
    rig.unlock().await;
    let ids = rig.active(2).await;
    let plan = rig.plan_for(LifecycleMove::Deactivate, &ids[..1]).await;
    assert_eq!(plan.delay, 5);
    let held = rig.confirm(&plan).await;
    assert_eq!(held.state, IntentState::Holding);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(rig.calls("POST /api/v1/devices/{id}/lifecycle/deactivate"), 0);
    rig.app.call(CancelIntent { id: held.id }).await.expect("cancels");

    let other = rig.confirm(&rig.plan_for(LifecycleMove::Deactivate, &ids[1..]).await).await;
    rig.pass(Duration::from_secs(5));
    rig.until_state(other.id, IntentState::Done).await;
    let states = [rig.in_org(&ids[0]).await, rig.in_org(&ids[1]).await];
    assert_eq!(states, [Some("ACTIVE".to_owned()), Some("DEACTIVATED".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_sync_holds_up_no_change() {
    let rig = Rig::unlocked(600).await;
    let ids = rig.active(2).await;
    rig.fault("/api/v1/devices?", FaultKind::Latency { ms: 50 });
    rig.begin(true).await;
    rig.app.call(contract::sync::PauseSync {}).await.expect("pauses");
    rig.until(|state| state.phase == contract::sync::SyncPhase::Paused).await;
    for id in &ids {
        let done = rig.done(&rig.plan_for(LifecycleMove::Suspend, std::slice::from_ref(id)).await).await;
        assert_eq!(done.steps[0].state, StepState::Verified);
    }
    // Nothing of it shows before the sync is over; then it does.
    rig.app.call(contract::sync::ResumeSync {}).await.expect("resumes");
    for id in &ids {
        rig.until_shown(id, Lifecycle::Suspended).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_turned_away_by_the_limit_reads_again_and_knocks_again() {
    let rig = Rig::unlocked(300).await;
    let ids = rig.active(3).await;
    let reads = rig.calls("GET /api/v1/devices/{id}");
    rig.org.control().set_faults(failed_posts(FaultKind::RateLimited { seconds: 2 }));
    let done = rig.done(&rig.plan_for(LifecycleMove::Suspend, &ids).await).await;
    assert_eq!(done.intent.count(StepState::Verified), 3, "{:?}", done.steps);
    assert!(
        done.steps.iter().all(|step| step.failure.is_none()),
        "what went well in the end has no complaint"
    );
    assert!(rig.calls(SUSPEND) > 3, "none was turned away");
    // Before each knock and after the change: at least three reads for one that knocked twice.
    assert!(rig.calls("GET /api/v1/devices/{id}") - reads > 6);
    let told = rig.suspensions().await;
    assert!(ids.iter().all(|id| told.get(id.as_str()) == Some(&1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_device_that_may_not_be_read_is_refused_alone() {
    let rig = Rig::unlocked(300).await;
    let ids = rig.active(5).await;
    rig.fault(&format!("/api/v1/devices/{}", ids[2]), FaultKind::Forbidden);
    let done = rig.done(&rig.plan_for(LifecycleMove::Suspend, &ids).await).await;
    rig.no_faults();
    assert_eq!((done.intent.count(StepState::Verified), done.intent.count(StepState::Refused)), (4, 1));
    let refused = done.steps.iter().find(|step| step.state == StepState::Refused).expect("one");
    assert_eq!(refused.device, ids[2]);
    assert_eq!(refused.failure.as_ref().map(|failure| failure.kind), Some(FailureKind::Forbidden));
}

/// A cancelled change leaves no device behind that nobody may change any more.
#[tokio::test(flavor = "multi_thread")]
async fn cancelling_while_a_request_is_turned_away_frees_its_device() {
    let rig = Rig::unlocked(300).await;
    let ids = rig.active(1).await;
    let faults = Faults::none()
        .and(failed_posts(FaultKind::Latency { ms: 300 }))
        .and(failed_posts(FaultKind::ExpiredToken));
    rig.org.control().set_faults(faults);
    let intent = rig.confirm(&rig.plan_for(LifecycleMove::Suspend, &ids).await).await;
    while rig.intent(intent.id).await.intent.count(StepState::Sending) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    rig.app.call(CancelIntent { id: intent.id }).await.expect("cancels");
    let ended = rig.quiet(intent.id).await;
    assert_eq!((ended.state, ended.over()), (IntentState::Cancelled, 1), "{ended:?}");
    rig.no_faults();
    let again = rig.plan_for(LifecycleMove::Suspend, &ids).await;
    assert_eq!((again.count, again.refused), (1, 0), "{:?}", again.refused_first);
}
