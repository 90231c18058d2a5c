//! Posture checks made, replaced and deleted in the org: what the console says it did is what the org has, whatever goes wrong.

use crate::rig::Rig;
use contract::{
    Failure, FailureKind,
    check_changes::{
        CancelCheckChange, CheckAsk, CheckChange, CheckPlan, GetCheckChange, ListCheckChanges,
        PlanCheckChange, ResumeCheckChange, StartCheckChange,
    },
};
use demo_org::{Fault, FaultKind};
use domain::{
    CheckContent, Confirmation, IntentState, Mapping, ObjectId, OsqueryPlatform, Remediation, StepState,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const CHECKS: &str = "/api/v1/device-posture-checks";
const POST: &str = "POST /api/v1/device-posture-checks";
const PUT: &str = "PUT /api/v1/device-posture-checks/{id}";
const DELETE: &str = "DELETE /api/v1/device-posture-checks/{id}";

fn content(variable_name: &str, query: &str) -> CheckContent {
    CheckContent {
        name: format!("Check {variable_name}"),
        description: "Made by a journey".into(),
        variable_name: variable_name.into(),
        platform: OsqueryPlatform::Macos,
        mapping: Mapping::Checkbox,
        query: query.into(),
        remediation: Remediation { message: Some("Do it.".into()), ..Remediation::default() },
    }
}

impl Rig {
    async fn writable() -> Self {
        let rig = Self::new(200).await;
        rig.synced().await;
        rig.unlock().await;
        rig
    }

    async fn plan_check(&self, ask: CheckAsk) -> Result<CheckPlan, Failure> {
        self.app.call(PlanCheckChange { ask }).await
    }

    async fn start_check(&self, plan: &CheckPlan) -> Result<CheckChange, Failure> {
        let typed = match &plan.confirm {
            Confirmation::Press => None,
            Confirmation::Type(text) => Some(text.clone()),
        };
        self.app.call(StartCheckChange { plan: plan.id, typed, note: Some("why".into()) }).await
    }

    async fn change_of(&self, change: &CheckChange) -> CheckChange {
        self.app.call(GetCheckChange { id: change.id }).await.expect("the change")
    }

    /// Waits until a change is so.
    async fn until_change(
        &self,
        change: &CheckChange,
        reached: impl Fn(&CheckChange) -> bool,
    ) -> CheckChange {
        for _ in 0..500 {
            let now = self.change_of(change).await;
            if reached(&now) {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it never got there: {:?}", self.change_of(change).await);
    }

    /// Plans and confirms a change, and waits for its end.
    pub async fn change_check(&self, ask: CheckAsk) -> CheckChange {
        let plan = self.plan_check(ask).await.expect("a plan");
        let change = self.start_check(&plan).await.expect("it begins");
        self.until_change(&change, |change| change.state == IntentState::Done).await
    }

    /// Asks the org itself, as another admin does.
    pub async fn org_says(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = reqwest::Client::new()
            .request(method, format!("{}{path}", self.org.url()))
            .header("authorization", format!("SSWS {}", self.org.token()));
        let request = match body {
            Some(body) => request.json(&body),
            None => request.header("content-length", "0"),
        };
        let reply = request.send().await.expect("an answer");
        (reply.status().as_u16(), reply.json().await.unwrap_or_default())
    }

    /// What the org itself has under a variable name.
    async fn check_in_org(&self, variable_name: &str) -> Option<Value> {
        let (status, list) = self.org_says(Method::GET, CHECKS, None).await;
        assert_eq!(status, 200);
        let mut named =
            list.as_array().expect("a list").iter().filter(|c| c["variableName"] == variable_name);
        let found = named.next().cloned();
        assert_eq!(named.next(), None, "there are two of {variable_name}");
        found
    }

    async fn id_in_org(&self, variable_name: &str) -> ObjectId {
        let check = self.check_in_org(variable_name).await.expect("the org has it");
        ObjectId(check["id"].as_str().expect("an id").into())
    }

    /// The content that a plan to delete a check starts from: what is known of it here.
    async fn known_content(&self, id: &ObjectId) -> Option<CheckContent> {
        self.plan_check(CheckAsk::Delete { id: id.clone() }).await.ok().and_then(|plan| plan.before)
    }

    /// Waits until the newest snapshot shows a check's query so, without any sync.
    pub async fn until_snapshot_shows(&self, before: domain::SnapshotId) -> domain::SnapshotId {
        for _ in 0..500 {
            let now = self.snapshot().await;
            if now != before {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no snapshot shows it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_made_replaced_deleted_and_each_taken_back() {
    let rig = Rig::writable().await;
    let first = content("nwOurs", "SELECT 1 AS ok FROM time;");
    let plan = rig.plan_check(CheckAsk::Create { content: first.clone() }).await.expect("a plan");
    assert_eq!((&plan.before, plan.after.as_ref()), (&None, Some(&first)));
    assert_eq!((&plan.blocked, &plan.confirm, plan.reach.devices), (&None, &Confirmation::Press, Some(0)));
    assert_eq!(rig.calls(POST), 0, "a plan sends nothing");
    let before = rig.snapshot().await;
    let change = rig.start_check(&plan).await.expect("it begins");
    let made = rig.until_change(&change, |change| change.state == IntentState::Done).await;
    assert_eq!((made.step, &made.failure), (StepState::Verified, &None));
    assert!(made.request_id.is_some(), "the org's request id is kept");
    assert_eq!(made.note.as_deref(), Some("why"));
    let id = made.check.clone().expect("its id");
    let there = rig.check_in_org("nwOurs").await.expect("the org has it");
    assert_eq!((there["id"].as_str(), there["query"].as_str()), (Some(id.as_str()), Some(&*first.query)));
    assert_eq!(there["remediationSettings"]["message"]["customText"], "Do it.");
    // No sync was asked for.
    let shown = rig.until_snapshot_shows(before).await;
    assert_eq!(rig.known_content(&id).await, Some(first.clone()));

    // A plan is confirmed once.
    assert_eq!(rig.start_check(&plan).await.expect_err("used up").kind, FailureKind::NotFound);

    let second = CheckContent { query: "SELECT 0 AS ok FROM time;".into(), ..first.clone() };
    let ask = CheckAsk::Replace { id: id.clone(), content: second.clone(), base: None };
    let replaced = rig.change_check(ask.clone()).await;
    assert_eq!((replaced.step, replaced.wish.before()), (StepState::Verified, Some(&first)));
    assert_eq!(rig.check_in_org("nwOurs").await.expect("there")["query"], second.query);
    rig.until_snapshot_shows(shown).await;
    let same = rig.plan_check(ask).await.expect("a plan");
    assert_eq!(same.blocked.expect("nothing would change").kind, FailureKind::BadInput);

    let undone = rig.change_check(CheckAsk::Undo { change: replaced.id }).await;
    assert_eq!((undone.step, undone.undo_of), (StepState::Verified, Some(replaced.id)));
    assert_eq!(rig.check_in_org("nwOurs").await.expect("there")["query"], first.query);
    let replaced = rig.change_of(&replaced).await;
    assert_eq!((replaced.undone_by, replaced.undo), (Some(undone.id), None));
    let again = rig.plan_check(CheckAsk::Undo { change: replaced.id }).await;
    assert_eq!(again.expect_err("taken back already").kind, FailureKind::BadInput);

    let delete = rig.plan_check(CheckAsk::Delete { id: id.clone() }).await.expect("a plan");
    assert_eq!(delete.confirm, Confirmation::Type("nwOurs".into()));
    let wrong = StartCheckChange { plan: delete.id, typed: Some("nwTheirs".into()), note: None };
    assert_eq!(rig.app.call(wrong).await.expect_err("a wrong word").kind, FailureKind::BadInput);
    let change = rig.start_check(&delete).await.expect("a wrong word costs nothing");
    let deleted = rig.until_change(&change, |change| change.state == IntentState::Done).await;
    assert_eq!((deleted.step, deleted.found_none), (StepState::Verified, true));
    assert_eq!(rig.check_in_org("nwOurs").await, None);
    let gone = rig.plan_check(CheckAsk::Delete { id: id.clone() }).await;
    assert_eq!(gone.expect_err("it is known to be gone at once").kind, FailureKind::NotFound);

    let back = rig.change_check(CheckAsk::Undo { change: deleted.id }).await;
    assert_eq!(back.step, StepState::Verified);
    assert_ne!(back.check.as_ref(), Some(&id), "a deleted check comes back under another id");
    assert_eq!(rig.check_in_org("nwOurs").await.expect("there")["query"], first.query);
    assert_eq!((rig.calls(POST), rig.calls(PUT), rig.calls(DELETE)), (2, 2, 1));

    let page = rig.app.call(ListCheckChanges { check: None, offset: 0, limit: 50 }).await.expect("a page");
    let ids: Vec<_> = page.changes.iter().map(|change| change.id.0).collect();
    assert_eq!((page.total, ids, page.waiting.len()), (5, vec![5, 4, 3, 2, 1], 0));
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_affected_is_told_before() {
    let rig = Rig::writable().await;
    let id = rig.id_in_org("nwGatekeeper").await;
    let known = rig.known_content(&id).await.expect("a synced check");
    let content = CheckContent { query: "SELECT 1;".into(), ..known.clone() };
    let ask = CheckAsk::Replace { id: id.clone(), content: content.clone(), base: None };
    let plan = rig.plan_check(ask).await.expect("a plan");
    let policies: Vec<_> = plan.used_by.policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(policies, ["macOS – finance", "macOS – standard"]);
    assert_eq!(plan.used_by.policies[0].value.as_deref(), Some("1"));
    let finance = &plan.used_by.policies[0].rules[..];
    assert_eq!(finance.len(), 1, "{finance:?}");
    assert_eq!(
        (finance[0].name.as_str(), finance[0].policy_name.as_deref(), finance[0].apps.len()),
        ("Finance on healthy Macs", Some("Finance"), 6)
    );
    // Healthy devices (11), Engineering (7), Okta Admin Console (4) and Finance (6) all lead to it.
    assert_eq!(plan.used_by.apps().len(), 28);
    assert_eq!(plan.used_by.unread, Vec::<String>::new());
    assert_eq!(plan.confirm, Confirmation::Type("nwGatekeeper".into()));
    let macs = rig
        .all(domain::DeviceQuery {
            filters: vec![
                domain::FacetFilter::include(domain::Facet::Platform, ["MACOS"]),
                domain::FacetFilter::include(domain::Facet::Lifecycle, ["ACTIVE"]),
            ],
            ..domain::DeviceQuery::default()
        })
        .await;
    assert_eq!(plan.reach.devices, Some(macs.len() as u64));
    let people = plan.reach.people.expect("counted");
    assert!(people > 0 && people <= macs.iter().map(|row| u64::from(row.users.unwrap_or(0))).sum());
    assert_eq!(plan.warnings.len(), 1, "{:?}", plan.warnings);

    // Policies know it by its name: neither that nor its platform changes, nor is it deleted.
    let blocked = async |ask: CheckAsk| rig.plan_check(ask).await.expect("a plan").blocked.map(|f| f.kind);
    let renamed = CheckContent { variable_name: "nwOther".into(), ..content.clone() };
    let moved = CheckContent { platform: OsqueryPlatform::Windows, ..content.clone() };
    for content in [renamed, moved] {
        let ask = CheckAsk::Replace { id: id.clone(), content, base: None };
        assert_eq!(blocked(ask).await, Some(FailureKind::Conflict));
    }
    assert_eq!(blocked(CheckAsk::Delete { id: id.clone() }).await, Some(FailureKind::Conflict));
    // A name that is taken, nothing in it, a platform without checks, another beginning than what is there.
    assert_eq!(blocked(CheckAsk::Create { content: known.clone() }).await, Some(FailureKind::Conflict));
    let empty = CheckContent { query: " ".into(), variable_name: "nwNew".into(), ..known.clone() };
    assert_eq!(blocked(CheckAsk::Create { content: empty }).await, Some(FailureKind::BadInput));
    let linux =
        CheckContent { platform: OsqueryPlatform::Linux, variable_name: "nwNew".into(), ..known.clone() };
    assert_eq!(blocked(CheckAsk::Create { content: linux }).await, Some(FailureKind::BadInput));
    let base = Some(Box::new(CheckContent { description: "Before".into(), ..known.clone() }));
    let ask = CheckAsk::Replace { id: id.clone(), content, base };
    assert_eq!(blocked(ask).await, Some(FailureKind::Conflict));

    let builtin = rig.org_says(Method::GET, &format!("{CHECKS}/default"), None).await.1;
    let builtin = ObjectId(builtin[0]["id"].as_str().expect("an id").into());
    let refused = rig.plan_check(CheckAsk::Delete { id: builtin }).await;
    assert_eq!(refused.expect_err("built in").kind, FailureKind::BadInput);
    let unknown = rig.plan_check(CheckAsk::Delete { id: ObjectId("dch0".into()) }).await;
    assert_eq!(unknown.expect_err("unknown").kind, FailureKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_admin_changed_meanwhile_is_not_run_over() {
    let rig = Rig::writable().await;
    let id = rig.id_in_org("nwNoSsh").await;
    let path = format!("{CHECKS}/{id}");
    let known = rig.known_content(&id).await.expect("a synced check");
    let content = CheckContent { query: "SELECT 1;".into(), ..known.clone() };
    let replace = CheckAsk::Replace { id: id.clone(), content: content.clone(), base: None };
    let plan = rig.plan_check(replace.clone()).await.expect("a plan");
    assert_eq!((&plan.confirm, &plan.blocked), (&Confirmation::Press, &None), "nobody uses it");
    let delete = rig.plan_check(CheckAsk::Delete { id: id.clone() }).await.expect("a plan");

    let theirs =
        json!({ "name": "Theirs", "variableName": "nwNoSsh", "platform": "MACOS", "query": "SELECT 2;" });
    assert_eq!(rig.org_says(Method::PUT, &path, Some(theirs)).await.0, 200);
    let puts = rig.calls(PUT);
    for plan in [&plan, &delete] {
        let change = rig.start_check(plan).await.expect("it begins");
        let ended = rig.until_change(&change, |change| change.state == IntentState::Done).await;
        assert_eq!(ended.step, StepState::Refused);
        assert_eq!(ended.failure.as_ref().map(|failure| failure.kind), Some(FailureKind::Conflict));
        // Both contents are told: what it was planned from, and what it is.
        assert_eq!(ended.wish.before(), Some(&known));
        assert_eq!(ended.found.as_ref().map(|found| &*found.query), Some("SELECT 2;"));
        assert_eq!(ended.undo, None);
    }
    assert_eq!((rig.calls(PUT), rig.calls(DELETE)), (puts, 0), "nothing was sent");
    // What was read is shown, so that the next plan is made from it.
    let again = rig.plan_check(replace).await.expect("a plan");
    assert_eq!(again.before.as_ref().map(|before| &*before.name), Some("Theirs"));
    assert_eq!(again.blocked, None);

    // Gone, and a name that somebody took.
    let taken = content_of_plan(&rig, "nwTaken").await;
    let gone = rig.plan_check(CheckAsk::Delete { id: id.clone() }).await.expect("a plan");
    assert_eq!(rig.org_says(Method::DELETE, &path, None).await.0, 204);
    let body =
        json!({ "name": "Theirs", "variableName": "nwTaken", "platform": "MACOS", "query": "SELECT 3;" });
    assert_eq!(rig.org_says(Method::POST, CHECKS, Some(body)).await.0, 200);
    let posts = rig.calls(POST);
    for (plan, kind) in [(&gone, FailureKind::NotFound), (&taken, FailureKind::Conflict)] {
        let change = rig.start_check(plan).await.expect("it begins");
        let ended = rig.until_change(&change, |change| change.state == IntentState::Done).await;
        assert_eq!((ended.step, ended.failure.map(|failure| failure.kind)), (StepState::Refused, Some(kind)));
    }
    assert_eq!(rig.calls(POST), posts);
    rig.chain_holds().await;
}

async fn content_of_plan(rig: &Rig, variable_name: &str) -> CheckPlan {
    rig.plan_check(CheckAsk::Create { content: content(variable_name, "SELECT 1;") }).await.expect("a plan")
}

/// Each way to lose an answer, for each of the three changes: the org had carried it out, or it had not.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_settled_by_reading_and_never_sent_again() {
    let rig = Rig::writable().await;
    let lost = FaultKind::LostAnswer { status: 504 };
    for (n, (kind, ends)) in [
        (lost.clone(), StepState::Verified),
        (FaultKind::LostAnswer { status: 408 }, StepState::Verified),
        (FaultKind::Status { status: 500 }, StepState::NotApplied),
        (FaultKind::HtmlPage { status: 502 }, StepState::NotApplied),
        (FaultKind::CutBody { at: 3 }, StepState::Verified),
        (FaultKind::MalformedJson, StepState::Verified),
    ]
    .into_iter()
    .enumerate()
    {
        let variable = format!("nwLost{n}");
        let run = async |method: &str, endpoint: &str, ask: CheckAsk| {
            let before = rig.calls(endpoint);
            rig.org.control().set_faults(Fault::on(CHECKS, kind.clone()).method(method));
            let ended = rig.change_check(ask).await;
            rig.no_faults();
            assert_eq!(rig.calls(endpoint) - before, 1, "{kind:?} {method}: once");
            assert_eq!(ended.step, ends, "{kind:?} {method}: {ended:?}");
            assert_eq!(ended.failure.is_none(), ends == StepState::Verified, "{ended:?}");
            ended
        };
        let first = content(&variable, "SELECT 1;");
        let made = run("POST", POST, CheckAsk::Create { content: first.clone() }).await;
        let there = rig.check_in_org(&variable).await;
        assert_eq!(there.is_some(), ends == StepState::Verified, "{kind:?}");
        if there.is_none() {
            assert_eq!(made.check, None);
            rig.change_check(CheckAsk::Create { content: first.clone() }).await;
        } else {
            assert_eq!(made.check, Some(rig.id_in_org(&variable).await), "found by its name");
        }
        let id = rig.id_in_org(&variable).await;
        let second = CheckContent { query: "SELECT 2;".into(), ..first };
        run("PUT", PUT, CheckAsk::Replace { id: id.clone(), content: second, base: None }).await;
        let query = if ends == StepState::Verified { "SELECT 2;" } else { "SELECT 1;" };
        assert_eq!(rig.check_in_org(&variable).await.expect("there")["query"], query, "{kind:?}");
        // A deletion's answer has no body that could be cut or garbled.
        run("DELETE", DELETE, CheckAsk::Delete { id }).await;
        assert_eq!(rig.check_in_org(&variable).await.is_none(), ends == StepState::Verified, "{kind:?}");
    }
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_org_refuses_is_told_in_its_words() {
    let rig = Rig::writable().await;
    let id = rig.id_in_org("nwSecureBoot").await;
    let plan = rig.plan_check(CheckAsk::Delete { id: id.clone() }).await.expect("a plan");
    assert_eq!(plan.blocked, None, "the snapshot knows of no use");
    let policy = json!({ "name": "Since then", "platform": "WINDOWS",
        "devicePostureChecks": { "include": [{ "variableName": "nwSecureBoot", "value": "1" }] } });
    assert_eq!(rig.org_says(Method::POST, "/api/v1/device-assurances", Some(policy)).await.0, 200);
    let change = rig.start_check(&plan).await.expect("it begins");
    let ended = rig.until_change(&change, |change| change.state == IntentState::Done).await;
    let failure = ended.failure.expect("a reason");
    assert_eq!((ended.step, failure.kind), (StepState::Rejected, FailureKind::Conflict));
    assert!(failure.message.contains("in use and cannot be deleted"), "{failure}");
    assert!(rig.check_in_org("nwSecureBoot").await.is_some());
    rig.synced().await;
    rig.pass(Duration::from_secs(3600));
    rig.sync_all().await;
    let again = rig.plan_check(CheckAsk::Delete { id }).await.expect("a plan");
    assert!(again.blocked.is_some_and(|failure| failure.message.contains("Since then")));

    // What the plan could not know: the name of a built-in check that was never read.
    let long = content("nwLong", &"x".repeat(100_001));
    let ended = rig.change_check(CheckAsk::Create { content: long }).await;
    let failure = ended.failure.expect("a reason");
    assert_eq!((ended.step, failure.kind), (StepState::Rejected, FailureKind::BadInput));
    assert!(failure.message.contains("too long") && failure.org_error_id.is_some(), "{failure}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_an_unreachable_and_a_forbidding_org() {
    let rig = Rig::new(200).await;
    rig.synced().await;
    let plan = content_of_plan(&rig, "nwLocked").await;
    assert_eq!(plan.blocked.as_ref().map(|failure| failure.kind), Some(FailureKind::ReadOnly));
    assert_eq!(rig.start_check(&plan).await.expect_err("locked").kind, FailureKind::ReadOnly);
    assert_eq!(rig.calls(POST), 0);

    rig.unlock().await;
    // The right is missing: held with the reason, and gone on with when it is there.
    rig.org.control().set_faults(Fault::on(CHECKS, FaultKind::Forbidden).method("POST"));
    let change = rig.start_check(&content_of_plan(&rig, "nwHeld").await).await.expect("it begins");
    let held = rig.until_change(&change, |change| change.state == IntentState::Paused).await;
    assert_eq!(held.why.as_ref().map(|why| why.kind), Some(FailureKind::Forbidden));
    assert_eq!(held.step, StepState::Waiting);
    assert!(held.why.expect("why").to_string().contains("okta.devicePostureChecks.manage"));
    let other = content_of_plan(&rig, "nwHeld").await;
    assert_eq!(other.blocked.map(|failure| failure.kind), Some(FailureKind::Conflict), "one at a time");
    let page = rig.app.call(ListCheckChanges { check: None, offset: 0, limit: 9 }).await.expect("a page");
    assert_eq!(page.waiting.len(), 1);
    rig.no_faults();
    rig.app.call(ResumeCheckChange { id: change.id }).await.expect("resumes");
    let done = rig.until_change(&change, |change| change.state == IntentState::Done).await;
    assert_eq!((done.step, done.why), (StepState::Verified, None));

    // Held and cancelled: never sent.
    rig.org.control().set_faults(Fault::on(CHECKS, FaultKind::Forbidden).method("POST"));
    let change = rig.start_check(&content_of_plan(&rig, "nwNever").await).await.expect("it begins");
    rig.until_change(&change, |change| change.state == IntentState::Paused).await;
    let cancelled = rig.app.call(CancelCheckChange { id: change.id }).await.expect("cancels");
    assert_eq!((cancelled.state, cancelled.step), (IntentState::Cancelled, StepState::Cancelled));
    rig.no_faults();
    rig.app.call(ResumeCheckChange { id: change.id }).await.expect("nothing comes of it");
    assert_eq!(rig.change_of(&change).await.state, IntentState::Cancelled);
    assert_eq!(rig.check_in_org("nwNever").await, None);

    rig.fault("/", FaultKind::Latency { ms: 60_000 });
    rig.begin(false).await;
    rig.idle().await;
    let plan = content_of_plan(&rig, "nwOffline").await;
    assert_eq!(plan.blocked.as_ref().map(|failure| failure.kind), Some(FailureKind::Unreachable));
    let refused = rig.start_check(&plan).await.expect_err("it is not queued");
    assert_eq!(refused.kind, FailureKind::Unreachable);
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_turned_away_by_the_limit_reads_again_and_knocks_again() {
    let rig = Rig::writable().await;
    rig.org.control().set_faults(Fault::on(CHECKS, FaultKind::RateLimited { seconds: 2 }).method("POST"));
    let ended = rig.change_check(CheckAsk::Create { content: content("nwLater", "SELECT 1;") }).await;
    assert_eq!((ended.step, ended.failure), (StepState::Verified, None));
    assert!(rig.calls(POST) > 1, "it was not turned away");
    assert!(rig.check_in_org("nwLater").await.is_some());
}

/// The program ends at any moment of a change, and answers get lost besides: in the end the org and the journal agree, and the
/// org's own log tells of it at most once.
#[tokio::test(flavor = "multi_thread")]
async fn ended_at_any_moment_no_check_is_made_twice() {
    let mut rig = Rig::writable().await;
    let mut moments = fastrand::Rng::with_seed(11);
    let (mut verified, mut interrupted) = (0, 0);
    for n in 0..12 {
        let variable = format!("nwKilled{n}");
        let faults = demo_org::Faults::none()
            .and(Fault::on(CHECKS, FaultKind::Latency { ms: 15 }))
            .and(Fault::on(CHECKS, FaultKind::LostAnswer { status: 503 }).method("POST").probability(0.3))
            .and(Fault::on(CHECKS, FaultKind::Status { status: 502 }).method("POST").probability(0.2));
        rig.org.control().set_faults(faults);
        let plan = content_of_plan(&rig, &variable).await;
        assert_eq!(plan.blocked, None, "{variable}");
        let posts = rig.calls(POST);
        let change = rig.start_check(&plan).await.expect("it begins");
        let ended = loop {
            tokio::time::sleep(Duration::from_millis(moments.u64(1..120))).await;
            rig = rig.restart().await;
            rig.unlock().await;
            // After a restart nothing runs before a person says so; what may have been sent is settled by itself.
            let now = rig
                .until_change(&change, |c| {
                    c.state == IntentState::Done
                        || (c.state == IntentState::Paused && c.step == StepState::Waiting)
                })
                .await;
            if now.state == IntentState::Done {
                break now;
            }
            interrupted += 1;
            rig.app.call(ResumeCheckChange { id: change.id }).await.expect("resumes");
        };
        rig.no_faults();
        let there = rig.check_in_org(&variable).await;
        assert!(rig.calls(POST) - posts <= 1, "{variable} was sent more than once");
        match ended.step {
            StepState::Verified => {
                verified += 1;
                let id = there.expect("the org has it")["id"].as_str().map(str::to_owned);
                assert_eq!(ended.check.map(|id| id.to_string()), id);
            }
            StepState::NotApplied => assert_eq!(there, None, "{variable}"),
            step => panic!("{step:?}: {ended:?}"),
        }
    }
    assert!(verified >= 4 && interrupted >= 3, "{verified} verified, {interrupted} interrupted");
    rig.chain_holds().await;
}

/// The two moments that no timing finds for sure: written down as being sent and then killed, before anything left, and after
/// the org had done it.
#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_record_and_the_send_it_is_settled_and_not_repeated() {
    let check = async |arrived: bool, ends: StepState| {
        let rig = Rig::writable().await;
        rig.org.control().set_faults(Fault::on(CHECKS, FaultKind::Forbidden).method("POST"));
        let change = rig.start_check(&content_of_plan(&rig, "nwBetween").await).await.expect("it begins");
        rig.until_change(&change, |change| change.state == IntentState::Paused).await;
        rig.no_faults();
        let (posts, Rig { org, app, clock, data }) = (rig.calls(POST), rig);
        drop(app);
        let path = data.path().join("org.db");
        claim(&path, change.id).await;
        let rig = Rig { app: crate::rig::core(data.path().to_owned(), clock.clone()), org, clock, data };
        if arrived {
            let body = json!({ "name": "Check nwBetween", "description": "Made by a journey", "variableName": "nwBetween",
                "platform": "MACOS", "query": "SELECT 1;", "remediationSettings": { "message": { "customText": "Do it." } } });
            assert_eq!(rig.org_says(Method::POST, CHECKS, Some(body)).await.0, 200);
        }
        rig.reopen().await;
        rig.unlock().await;
        let settled = rig.until_change(&change, |change| change.state == IntentState::Done).await;
        assert_eq!(settled.step, ends);
        assert_eq!(settled.check.is_some(), arrived);
        assert_eq!(rig.calls(POST) - posts, u64::from(arrived), "nothing is sent for it");
        rig.chain_holds().await;
    };
    check(false, StepState::NotApplied).await;
    check(true, StepState::Verified).await;
}

/// What the journal says at the moment of a kill.
async fn claim(path: &std::path::Path, id: domain::CheckChangeId) {
    for _ in 0..100 {
        let location = cache::Location::File(path.to_owned());
        // The core before may still be letting go of the file.
        if let Ok(store) = cache::Store::open(&location, &cache::Key::new([7; 32])) {
            let now = crate::rig::start();
            let running = store.set_check_change(id, &[IntentState::Paused], IntentState::Running, None, now);
            assert!(running.expect("written"));
            assert!(store.claim_check_change(id, None, now).expect("written"));
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the cache stays in use");
}
