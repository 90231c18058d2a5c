//! People at risk contained: nothing is sent before the evidence is frozen, what closes doors goes out first, and what the console
//! says it did is what the org did, whatever goes wrong.

use crate::rig::Rig;
use contract::{
    Failure, FailureKind,
    cases::{CaseId, GetCase},
    containment::{
        CancelContainment, ContainStep, Containment, ContainmentDetail, ContainmentPlan, GetContainment,
        ListContainments, PauseContainment, PlanContainment, ResumeContainment, StartContainment,
    },
    logout::{AppState, ListLogoutRuns, LogoutRun, LogoutRuns, LogoutState, Stage},
    session::SetReadOnly,
    users::{ListUsers, UserRow},
};
use demo_org::{Fault, FaultKind, Faults};
use domain::{
    Confirmation, ContainAct, ContainmentId, IntentState, RiskLevel, StepState, UserId, UserQuery, UserStatus,
};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

const LOGOUT: &str = "POST /oauth2/v1/global-token-revocation";
/// Told at once, and once for each logout.
const SCHEDULED: &str = "user.authentication.universal_logout.scheduled";
const LOGOUT_PATH: &str = "/oauth2/v1/global-token-revocation";

impl Rig {
    async fn on_watch(devices: u64) -> Self {
        let rig = Self::new(devices).await;
        rig.synced().await;
        rig.unlock().await;
        rig
    }

    /// Active people, as the newest snapshot has them.
    async fn active_people(&self, count: usize) -> Vec<UserRow> {
        let mut rows: Vec<UserRow> = Vec::new();
        loop {
            let ask = ListUsers {
                as_of: None,
                query: UserQuery::default(),
                offset: rows.len() as u64,
                limit: 500,
                rows_only: true,
            };
            let page = self.app.call(ask).await.expect("a page");
            if page.rows.is_empty() {
                break;
            }
            rows.extend(page.rows);
        }
        rows.retain(|row| row.status == UserStatus::Active);
        assert!(rows.len() >= count, "{} active people", rows.len());
        rows.truncate(count);
        rows
    }

    async fn plan_containment(&self, users: &[UserId]) -> ContainmentPlan {
        let plan = PlanContainment { users: users.to_vec(), ask: true };
        self.app.call(plan).await.expect("a plan")
    }

    async fn start(
        &self,
        plan: &ContainmentPlan,
        acts: &[ContainAct],
        typed: &str,
    ) -> Result<Containment, Failure> {
        let (acts, typed) = (acts.to_vec(), Some(typed.to_owned()));
        self.app.call(StartContainment { plan: plan.id, acts, typed, note: None, case: None }).await
    }

    async fn contain(&self, users: &[UserId], acts: &[ContainAct]) -> Containment {
        let plan = self.plan_containment(users).await;
        let Confirmation::Type(typed) = &plan.confirm else { panic!("{:?}", plan.confirm) };
        self.start(&plan, acts, typed).await.expect("it begins")
    }

    async fn containment(&self, id: ContainmentId) -> ContainmentDetail {
        let get = GetContainment { id, state: None, offset: 0, limit: 500 };
        self.app.call(get).await.expect("the containment")
    }

    /// Waits until it looks so.
    async fn until_contained(
        &self,
        id: ContainmentId,
        reached: impl Fn(&ContainmentDetail) -> bool,
    ) -> ContainmentDetail {
        for _ in 0..2_000 {
            let detail = self.containment(id).await;
            if reached(&detail) {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        panic!("it never was so: {:#?}", self.containment(id).await);
    }

    async fn all_done(&self, id: ContainmentId) -> ContainmentDetail {
        self.until_contained(id, |detail| detail.containment.state == IntentState::Done).await
    }

    async fn get(&self, path: &str) -> serde_json::Value {
        let token = format!("SSWS {}", self.org.token());
        let url = format!("{}{path}", self.org.url());
        let reply = reqwest::Client::new().get(&url).header("authorization", token).send().await;
        reply.expect("an answer").json().await.expect("JSON")
    }

    async fn account_in_org(&self, user: &UserId) -> String {
        self.get(&format!("/api/v1/users/{user}")).await["status"].as_str().expect("a status").to_owned()
    }

    async fn suspend_elsewhere(&self, user: &UserId) {
        let token = format!("SSWS {}", self.org.token());
        let url = format!("{}/api/v1/users/{user}/lifecycle/suspend", self.org.url());
        let request = reqwest::Client::new().post(&url).header("authorization", token);
        let reply = request.header("content-length", "0").send().await.expect("an answer");
        assert_eq!(reply.status(), 200);
    }

    /// The org's own events of some types from shortly before the start on, in the order in which they came.
    async fn events_of(&self, kinds: &[&str]) -> Vec<serde_json::Value> {
        self.org_log_of(domain::Timestamp(crate::rig::start().0 - 60_000), None, kinds).await
    }

    /// The same as type and person.
    async fn told(&self, kinds: &[&str]) -> Vec<(String, String)> {
        let told = |event: &serde_json::Value| {
            let target = event["target"].as_array()?.iter().find(|target| target["type"] == "User")?;
            Some((event["eventType"].as_str()?.to_owned(), target["id"].as_str()?.to_owned()))
        };
        self.events_of(kinds).await.iter().filter_map(told).collect()
    }

    async fn runs(&self, user: Option<&UserId>) -> LogoutRuns {
        let list = ListLogoutRuns { as_of: None, user: user.cloned(), state: None, offset: 0, limit: 200 };
        self.app.call(list).await.expect("runs")
    }
}

fn states(steps: &[ContainStep]) -> HashMap<StepState, usize> {
    let mut counts = HashMap::new();
    for step in steps {
        *counts.entry(step.state).or_default() += 1;
    }
    counts
}

fn ids(people: &[UserRow]) -> Vec<UserId> {
    people.iter().map(|row| row.id.clone()).collect()
}

fn level(level: RiskLevel) -> ContainAct {
    ContainAct::SetRisk { level, reason: "Confirmed by phone, ticket SEC-12.".to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_contained_with_the_evidence_frozen_first_and_every_act_is_seen_in_the_org() {
    let rig = Rig::on_watch(300).await;
    let person = rig.active_people(1).await.remove(0);
    let user = person.id.clone();
    let plan = rig.plan_containment(std::slice::from_ref(&user)).await;
    assert_eq!((plan.people.len(), plan.refused.len(), plan.blocked.clone()), (1, 0, None));
    assert_eq!(plan.confirm, Confirmation::Type(person.name.clone()));
    assert!(plan.acts.iter().any(|offered| offered.suggested && offered.act == ContainAct::UniversalLogout));
    assert!(plan.by_hand.len() >= 4);
    assert_eq!(rig.calls(LOGOUT), 0, "a plan sends nothing");

    let revoke = ContainAct::RevokeSessions { oauth_tokens: true, forget_devices: false };
    let acts = [level(RiskLevel::High), ContainAct::SuspendUser, revoke, ContainAct::UniversalLogout];
    let wrong = rig.start(&plan, &acts, "somebody else").await.expect_err("a wrong name");
    assert_eq!(wrong.kind, FailureKind::BadInput);
    let bad = ContainAct::SetRisk { level: RiskLevel::High, reason: "who?".to_owned() };
    let refused = rig.start(&plan, &[bad], &person.name).await.expect_err("Okta takes no such letter");
    assert!(refused.message.contains('?'), "{refused}");

    let begun = rig.start(&plan, &acts, &person.name).await.expect("it begins");
    let done = rig.all_done(begun.id).await;
    assert_eq!(states(&done.steps), HashMap::from([(StepState::Verified, 4)]), "{:#?}", done.steps);
    let order: Vec<&str> = done.steps.iter().map(|step| step.act.key()).collect();
    assert_eq!(order, ["universal_logout", "revoke_sessions", "suspend_user", "set_risk"]);
    let clears = rig.events_of(&["user.session.clear"]).await;
    let flags = "sessions?oauthTokens=true&forgetDevices=false";
    let said =
        |event: &serde_json::Value| event["debugContext"]["debugData"]["url"].to_string().contains(flags);
    assert_eq!(clears.iter().filter(|event| said(event)).count(), 1, "both flags are spelled out");
    assert_eq!(rig.account_in_org(&user).await, "SUSPENDED");
    assert_eq!(rig.calls(LOGOUT), 1);
    let scheduled = rig.told(&[SCHEDULED]).await;
    assert_eq!(scheduled.iter().filter(|(_, id)| *id == user.as_str()).count(), 1);

    let case = done.containment.case.expect("the evidence has a case");
    let case = rig.app.call(GetCase { id: case }).await.expect("the case");
    assert!(case.users.iter().any(|(id, _)| *id == user) && !case.items.is_empty());

    // A plan is confirmed once.
    let again = rig.start(&plan, &acts, &person.name).await.expect_err("used up");
    assert_eq!(again.kind, FailureKind::NotFound);

    // What apps were called comes into the log a little later.
    rig.pass(Duration::from_secs(120));
    rig.idle().await;
    rig.synced().await;
    let runs = rig.runs(Some(&user)).await;
    let ours: Vec<_> = runs.runs.iter().filter(|run| run.containment == Some(begun.id)).collect();
    assert_eq!(ours.len(), 2, "the logout, and the clearing: {runs:#?}");
    let ours: Vec<_> = ours.into_iter().filter(|run| !run.apps.is_empty()).collect();
    assert!(ours[0].begun_by.contains("Containment"), "{}", ours[0].begun_by);
    let stage = |wanted| ours[0].stages.iter().find(|stage| stage.stage == wanted).expect("a stage");
    assert!(stage(Stage::Triggered).at.is_some() && stage(Stage::SessionsEnded).events > 0);
    assert!(ours[0].apps.iter().any(|app| app.state == AppState::Triggered), "{:#?}", ours[0]);
    assert!(!rig.containment(begun.id).await.runs.is_empty());
    assert_eq!(runs.states.iter().map(|(_, count)| count).sum::<u64>(), runs.total);
    rig.chain_holds().await;

    // And back: a suspension is offered to be taken back.
    let plan = rig.plan_containment(std::slice::from_ref(&user)).await;
    assert!(plan.acts.iter().any(|offered| offered.act == ContainAct::UnsuspendUser && offered.steps == 1));
    let back = rig.start(&plan, &[ContainAct::UnsuspendUser], "").await.expect("pressed, not typed");
    rig.all_done(back.id).await;
    assert_eq!(rig.account_in_org(&user).await, "ACTIVE");
    let list = ListContainments { user: Some(user.clone()), offset: 0, limit: 10 };
    assert_eq!(rig.app.call(list).await.expect("a list").total, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_frozen_evidence_nothing_is_sent_and_a_locked_org_or_no_org_refuses() {
    let rig = Rig::on_watch(120).await;
    let person = rig.active_people(1).await.remove(0);
    let plan = rig.plan_containment(std::slice::from_ref(&person.id)).await;
    let start = |case| StartContainment {
        plan: plan.id,
        acts: vec![ContainAct::UniversalLogout],
        typed: Some(person.name.clone()),
        note: None,
        case,
    };
    let failed = rig.app.call(start(Some(CaseId(9_999)))).await.expect_err("there is no such case");
    assert!(failed.message.starts_with("Nothing was sent"), "{failed}");
    let list = ListContainments { user: None, offset: 0, limit: 10 };
    assert_eq!(rig.app.call(list).await.expect("a list").total, 0);

    rig.app.call(SetReadOnly { read_only: true }).await.expect("locked");
    assert_eq!(rig.app.call(start(None)).await.expect_err("locked").kind, FailureKind::ReadOnly);
    let locked = rig.plan_containment(std::slice::from_ref(&person.id)).await;
    assert_eq!(locked.blocked.expect("told").kind, FailureKind::ReadOnly);
    rig.unlock().await;
    assert_eq!(rig.calls(LOGOUT), 0);
    // The plan stayed.
    let begun = rig.app.call(start(None)).await.expect("it begins");
    rig.all_done(begun.id).await;
    assert_eq!(rig.calls(LOGOUT), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_answered_204_and_then_silence_is_alarmed() {
    let rig = Rig::on_watch(120).await;
    let person = rig.active_people(1).await.remove(0);
    // Answered as done, and nothing happens.
    rig.fault(LOGOUT_PATH, FaultKind::Status { status: 204 });
    let begun = rig.contain(std::slice::from_ref(&person.id), &[ContainAct::UniversalLogout]).await;
    let taken = |detail: &ContainmentDetail| detail.steps[0].state == StepState::Unknown;
    let early = rig.until_contained(begun.id, taken).await;
    assert_eq!(early.steps[0].after.as_deref(), Some("accepted (204), not in the log yet"));
    assert_eq!(rig.runs(Some(&person.id)).await.runs[0].state, LogoutState::Waiting);

    rig.pass(Duration::from_secs(11 * 60));
    let late = rig.all_done(begun.id).await;
    assert_eq!(late.steps[0].state, StepState::NotApplied);
    let why = late.steps[0].failure.as_ref().expect("told");
    assert!(why.message.contains("its log shows nothing"), "{why}");
    let runs = rig.runs(Some(&person.id)).await;
    let ours = runs.runs.iter().find(|run| run.containment == Some(begun.id)).expect("a run");
    assert_eq!(ours.state, LogoutState::Unconfirmed);
    assert_eq!(rig.calls(LOGOUT), 1, "never again");
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_settled_by_the_log_and_never_sent_again() {
    let rig = Rig::on_watch(120).await;
    let people = rig.active_people(2).await;
    // Carried out, and the answer gets lost.
    rig.fault(LOGOUT_PATH, FaultKind::LostAnswer { status: 504 });
    let begun = rig.contain(&[people[0].id.clone()], &[ContainAct::UniversalLogout]).await;
    let done = rig.all_done(begun.id).await;
    assert_eq!(done.steps[0].state, StepState::Verified, "{:#?}", done.steps);
    assert!(done.steps[0].after.as_ref().is_some_and(|after| after.starts_with("in the log:")));
    // It never arrived: the log stays silent.
    rig.fault(LOGOUT_PATH, FaultKind::HtmlPage { status: 502 });
    let begun = rig.contain(&[people[1].id.clone()], &[ContainAct::UniversalLogout]).await;
    rig.until_contained(begun.id, |detail| detail.steps[0].state == StepState::Unknown).await;
    rig.no_faults();
    rig.pass(Duration::from_secs(11 * 60));
    let done = rig.all_done(begun.id).await;
    assert_eq!(done.steps[0].state, StepState::NotApplied);
    assert_eq!(rig.calls(LOGOUT), 2, "one each");
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_storm_of_429_every_logout_goes_out_before_any_suspension() {
    let rig = Rig::on_watch(300).await;
    let people = rig.active_people(12).await;
    rig.fault(LOGOUT_PATH, FaultKind::RateLimited { seconds: 2 });
    let acts = [ContainAct::SuspendUser, ContainAct::UniversalLogout];
    let begun = rig.contain(&ids(&people), &acts).await;
    let done = rig.all_done(begun.id).await;
    assert_eq!(states(&done.steps), HashMap::from([(StepState::Verified, 24)]), "{:#?}", done.containment);
    let suspended = "user.lifecycle.suspend";
    let told = rig.told(&[SCHEDULED, suspended]).await;
    let ours: Vec<_> = told.iter().filter(|(_, id)| people.iter().any(|row| row.id.as_str() == id)).collect();
    let first = ours.iter().position(|(kind, _)| kind == suspended).expect("suspended");
    assert!(ours[..first].len() >= 12, "a suspension overtook a logout: {ours:#?}");
    assert!(ours[first..].iter().all(|(kind, _)| kind == suspended), "{ours:#?}");
    // Of one act the worst level goes first.
    let rank = |step: &ContainStep| {
        let row = people.iter().find(|row| row.id == step.user).expect("one of them");
        match row.risk {
            Some(RiskLevel::High) => 0,
            Some(RiskLevel::Medium) => 1,
            Some(RiskLevel::Low) => 3,
            None => 4,
            Some(_) => 5,
        }
    };
    assert!(done.steps[..12].is_sorted_by_key(rank));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_people_each_step_stands_by_itself() {
    let rig = Rig::on_watch(900).await;
    let people = rig.active_people(200).await;
    let users = ids(&people);
    let plan = rig.plan_containment(&users).await;
    assert_eq!(plan.confirm, Confirmation::Type("200".to_owned()));
    // Others are at work, some may not be touched, and some answers get lost.
    for user in &users[..6] {
        rig.suspend_elsewhere(user).await;
    }
    let forbidden = Fault::on(LOGOUT_PATH, FaultKind::Forbidden).skip(20).probability(0.1);
    let lost = Fault::on(LOGOUT_PATH, FaultKind::LostAnswer { status: 502 }).probability(0.05);
    let answers =
        Fault::on("/api/v1/users/", FaultKind::LostAnswer { status: 502 }).method("POST").probability(0.05);
    rig.org.control().set_faults(Faults::from(forbidden).and(lost).and(answers));
    let acts = [ContainAct::UniversalLogout, ContainAct::SuspendUser];
    let begun = rig.start(&plan, &acts, "200").await.expect("it begins");
    let done = rig.all_done(begun.id).await;
    assert_eq!(done.containment.steps, 400);
    let told = rig.told(&[SCHEDULED]).await;
    let mut verified = 0;
    for step in &done.steps {
        let out = told.iter().filter(|(_, id)| *id == step.user.as_str()).count();
        match (&step.act, step.state) {
            (ContainAct::UniversalLogout, StepState::Verified) => {
                verified += 1;
                assert_eq!(out, 1, "{step:?}");
            }
            (ContainAct::UniversalLogout, StepState::Rejected) => {
                assert_eq!(out, 0, "{step:?}");
                assert_eq!(step.failure.as_ref().expect("told").kind, FailureKind::Forbidden);
            }
            (ContainAct::SuspendUser, StepState::Verified) => {
                assert_eq!(rig.account_in_org(&step.user).await, "SUSPENDED", "{step:?}");
            }
            (ContainAct::SuspendUser, StepState::Refused) => {
                assert!(users[..6].contains(&step.user), "{step:?}");
            }
            _ => panic!("{step:#?}"),
        }
    }
    assert!(verified > 150 && verified < 200, "{verified} logged out");
    let refused = done.steps.iter().filter(|step| step.state == StepState::Refused).count();
    assert_eq!(refused, 6);
    rig.chain_holds().await;

    // Every logout that left has its run, however many there are, and pages of steps have theirs.
    rig.synced().await;
    let sent =
        |step: &&ContainStep| step.act == ContainAct::UniversalLogout && step.state != StepState::Rejected;
    let whose = |runs: &[LogoutRun]| -> BTreeSet<UserId> {
        let own = runs.iter().filter(|run| run.containment == Some(begun.id));
        own.filter_map(|run| run.user.clone()).collect()
    };
    let wanted: BTreeSet<UserId> = done.steps.iter().filter(sent).map(|step| step.user.clone()).collect();
    assert!(wanted.len() > 150);
    assert_eq!(whose(&rig.containment(begun.id).await.runs), wanted);
    for offset in [0, 60, 120, 180] {
        let page = GetContainment { id: begun.id, state: None, offset, limit: 60 };
        let page = rig.app.call(page).await.expect("a page");
        let wanted: BTreeSet<UserId> = page.steps.iter().filter(sent).map(|step| step.user.clone()).collect();
        assert!(page.steps.len() == 60 && wanted.is_subset(&whose(&page.runs)), "from {offset}");
        assert!(
            page.runs.iter().all(|run| page.steps.iter().any(|step| Some(&step.user) == run.user.as_ref()))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_freezing_and_sending_nothing_is_sent_before_somebody_says_so() {
    let rig = Rig::on_watch(120).await;
    let people = rig.active_people(3).await;
    // The read before the first request takes its time: the program is killed meanwhile.
    rig.fault("/api/v1/users/", FaultKind::Latency { ms: 3_000 });
    let begun = rig.contain(&ids(&people), &[ContainAct::UniversalLogout]).await;
    let case = begun.case.expect("frozen");
    let rig = rig.restart().await;
    rig.no_faults();
    rig.unlock().await;
    let held = rig.until_contained(begun.id, |detail| detail.containment.state == IntentState::Paused).await;
    assert_eq!(states(&held.steps), HashMap::from([(StepState::Waiting, 3)]));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(rig.calls(LOGOUT), 0, "nothing is sent by itself");
    assert!(rig.app.call(GetCase { id: case }).await.is_ok(), "the evidence is there");
    let list = ListContainments { user: None, offset: 0, limit: 10 };
    assert_eq!(rig.app.call(list).await.expect("a list").waiting.len(), 1);

    rig.app.call(ResumeContainment { id: begun.id }).await.expect("it goes on");
    let done = rig.all_done(begun.id).await;
    assert_eq!(states(&done.steps), HashMap::from([(StepState::Verified, 3)]));
    assert_eq!(rig.calls(LOGOUT), 3);
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_sending_and_hearing_it_is_settled_by_the_log_alone() {
    let rig = Rig::on_watch(120).await;
    let person = rig.active_people(1).await.remove(0);
    rig.fault(LOGOUT_PATH, FaultKind::Latency { ms: 1_500 });
    let begun = rig.contain(std::slice::from_ref(&person.id), &[ContainAct::UniversalLogout]).await;
    rig.until_contained(begun.id, |detail| detail.steps[0].state == StepState::Sending).await;
    while rig.calls(LOGOUT) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let rig = rig.restart().await;
    rig.no_faults();
    // The org carries out what it has heard, or drops it with the connection: both are told as they were.
    tokio::time::sleep(Duration::from_millis(1_800)).await;
    let told = rig.told(&[SCHEDULED]).await;
    let carried_out = told.iter().any(|(_, id)| *id == person.id.as_str());
    if !carried_out {
        rig.pass(Duration::from_secs(11 * 60));
    }
    let done = rig.all_done(begun.id).await;
    let want = if carried_out { StepState::Verified } else { StepState::NotApplied };
    assert_eq!(done.steps[0].state, want);
    assert_eq!(rig.calls(LOGOUT), 1);
    rig.chain_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_pauses_or_cancels_is_obeyed_at_once() {
    let rig = Rig::on_watch(300).await;
    let people = rig.active_people(25).await;
    rig.fault(LOGOUT_PATH, FaultKind::Latency { ms: 150 });
    let begun = rig.contain(&ids(&people), &[ContainAct::UniversalLogout, ContainAct::SuspendUser]).await;
    while rig.calls(LOGOUT) < 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    rig.app.call(PauseContainment { id: begun.id }).await.expect("held");
    let sent = |detail: &ContainmentDetail| {
        detail.steps.iter().filter(|step| step.state != StepState::Waiting).count()
    };
    let held = rig.until_contained(begun.id, |detail| {
        !detail.steps.iter().any(|step| step.state == StepState::Sending)
    });
    let held = held.await;
    assert_eq!(held.containment.state, IntentState::Paused);
    let calls = rig.calls(LOGOUT);
    assert!(calls < 25 && sent(&held) as u64 >= calls.min(4));
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(rig.calls(LOGOUT), calls, "held is held");
    rig.app.call(CancelContainment { id: begun.id }).await.expect("cancelled");
    let cancelled =
        rig.until_contained(begun.id, |detail| detail.steps.iter().all(|step| step.state.is_over())).await;
    assert_eq!(cancelled.containment.state, IntentState::Cancelled);
    assert_eq!(rig.calls(LOGOUT), calls);
    assert_eq!(rig.calls("POST /api/v1/users/{id}/lifecycle/suspend"), 0);
    rig.chain_holds().await;
}
