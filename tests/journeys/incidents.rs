//! Each scripted incident of the simulated org, worked by an analyst to its end. Whatever is counted on the way opens exactly
//! its rows.

use crate::rig::{Rig, start};
use contract::{
    cases::{GetCase, ListCases},
    containment::{ContainmentDetail, GetContainment, PlanContainment, StartContainment},
    log::{CountLog, GetEventFacts, ListLog},
    logout::{AppState, ListLogoutRuns, LogoutRun, LogoutState},
    triage::{
        AssessDetections, Detection, GetPersonLanes, GetPersonRisk, GetRiskReport, ListTriage, PersonRisk,
        QueueState, TriagePage, TriageRow,
    },
};
use demo_org::Incident;
use domain::{
    Assessment, Confirmation, ContainAct, Lane, LogEvent, LogField, LogFilter, RiskLevel, StepState,
    Timestamp, UserId,
};
use std::time::Duration;

const LOGOUT: &str = "POST /oauth2/v1/global-token-revocation";

/// One incident, begun a moment ago in an org that is known already, and whom it is about.
struct Scene {
    rig: Rig,
    incident: Incident,
    user: UserId,
}

impl Scene {
    /// The incident plays until everything of its first minutes is in the log, and is read.
    async fn of(name: &str) -> Self {
        let rig = Rig::new(300).await;
        rig.synced().await;
        let incident = rig.org.control().start_incident(name).expect("the org knows this incident");
        rig.pass(Duration::from_secs(5 * 60 + 1));
        rig.synced().await;
        let user = UserId::from(incident.user_id.as_str());
        Self { rig, incident, user }
    }

    /// The rest of it.
    async fn to_its_end(&self) {
        let left = self.incident.ends - self.rig.org.control().now();
        self.rig.pass(Duration::from_millis(u64::try_from(left).unwrap_or(0) + 1_000));
        self.rig.synced().await;
    }

    async fn queue(&self, state: QueueState) -> TriagePage {
        let ask = ListTriage {
            as_of: None,
            state,
            levels: Vec::new(),
            assignee: None,
            search: String::new(),
            offset: 0,
            limit: 500,
        };
        self.rig.app.call(ask).await.expect("a queue")
    }

    /// The person's row in this part of the queue.
    async fn row(&self, state: QueueState) -> Option<TriageRow> {
        self.queue(state).await.rows.into_iter().find(|row| row.user == self.user)
    }

    async fn person(&self) -> PersonRisk {
        let ask = GetPersonRisk { as_of: None, user: self.user.clone() };
        self.rig.app.call(ask).await.expect("a person")
    }

    /// What the incident's own events detected.
    async fn detections(&self) -> Vec<Detection> {
        let own = |d: &Detection| self.incident.events.iter().any(|event| event.uuid == d.uuid);
        self.person().await.detections.into_iter().filter(own).collect()
    }

    async fn lane(&self, lane: Lane) -> usize {
        let ask = GetPersonLanes { as_of: None, user: self.user.clone() };
        let lanes = self.rig.app.call(ask).await.expect("lanes").lanes;
        let since = Timestamp(self.incident.begun);
        let marks = lanes.into_iter().filter(|marks| marks.lane == lane).flat_map(|marks| marks.at);
        marks.filter(|at| *at >= since).count()
    }

    /// All rows under a filter; how many they are is counted by itself.
    async fn rows(&self, filter: LogFilter) -> Vec<LogEvent> {
        let app = &self.rig.app;
        let counts = CountLog { as_of: None, filter: filter.clone(), by: vec![LogField::EventType] };
        let counts = app.call(counts).await.expect("counts");
        let (mut rows, mut before) = (Vec::new(), None);
        loop {
            let ask = ListLog { as_of: None, filter: filter.clone(), before, limit: 100 };
            let page = app.call(ask).await.expect("a page");
            before = page.rows.last().map(|row| row.place);
            rows.extend(page.rows.into_iter().map(|row| row.event));
            if !page.more {
                break;
            }
        }
        assert_eq!(counts.matching, rows.len() as u64, "{filter:?}");
        let by_type: u64 = counts.fields[0].values.iter().map(|value| value.count).sum();
        assert!(counts.fields[0].further > 0 || by_type == counts.matching, "{filter:?}");
        let by_day: u64 = counts.days.iter().map(|(_, count)| count).sum();
        assert_eq!(by_day, counts.matching, "{filter:?}");
        rows
    }

    /// Contains the person with these of the offered acts.
    async fn contain(&self, wanted: impl Fn(&ContainAct) -> bool) -> ContainmentDetail {
        let app = &self.rig.app;
        self.rig.unlock().await;
        let plan = PlanContainment { users: vec![self.user.clone()], ask: true };
        let plan = app.call(plan).await.expect("a plan");
        assert_eq!(plan.blocked, None);
        let acts: Vec<ContainAct> =
            plan.acts.iter().map(|offer| offer.act.clone()).filter(|a| wanted(a)).collect();
        let Confirmation::Type(name) = plan.confirm.clone() else {
            panic!("it ends sessions: a name is typed")
        };
        let begin = |typed: &str| StartContainment {
            plan: plan.id,
            acts: acts.clone(),
            typed: Some(typed.to_owned()),
            note: Some("journey".to_owned()),
            case: None,
        };
        app.call(begin("somebody else")).await.expect_err("another name begins nothing");
        let id = app.call(begin(&name)).await.expect("it begins").id;
        for _ in 0..400 {
            let ask = GetContainment { id, state: None, offset: 0, limit: 500 };
            let detail = app.call(ask).await.expect("a containment");
            if detail.containment.state.is_over() {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the containment does not end");
    }

    async fn runs(&self) -> Vec<LogoutRun> {
        let ask =
            ListLogoutRuns { as_of: None, user: Some(self.user.clone()), state: None, offset: 0, limit: 200 };
        self.rig.app.call(ask).await.expect("runs").runs
    }

    async fn judge(&self, assessment: Assessment) {
        let ask = AssessDetections {
            user: self.user.clone(),
            detections: Vec::new(),
            assessment: Some(assessment),
            note: Some("journey".to_owned()),
        };
        self.rig.app.call(ask).await.expect("a verdict");
    }
}

/// Every part of the queue has as many rows as it says, and everybody stands in one part.
async fn every_number_of_the_queue_equals_its_rows(scene: &Scene) {
    let all = scene.queue(QueueState::All).await;
    assert_eq!(all.total, all.rows.len() as u64);
    for (state, count) in &all.states {
        let part = scene.queue(*state).await;
        assert_eq!((part.matching, part.rows.len() as u64), (*count, *count), "{state:?}");
    }
    let parts: u64 = all.states.iter().filter(|(s, _)| *s != QueueState::All).map(|(_, n)| n).sum();
    assert_eq!(parts, all.total);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hijacked_session_is_contained_with_its_evidence_frozen_first() {
    let scene = Scene::of("hijacked_session").await;
    let row = scene.row(QueueState::Open).await.expect("the person waits in the queue");
    // The same person may have been flooded with prompts before, which is worse.
    let peak = row.peak.map(|peak| peak.level).expect("a peak");
    assert!([RiskLevel::High, RiskLevel::Medium].contains(&peak), "{peak:?}");
    every_number_of_the_queue_equals_its_rows(&scene).await;
    let detections = scene.detections().await;
    assert!(detections.iter().any(|d| d.name.is_some() && d.meaning.is_some()), "{detections:?}");
    for lane in [Lane::Entity, Lane::Session] {
        assert!(scene.lane(lane).await > 0, "{lane:?}");
    }
    // One trace joins what the org made of it, and the count of the join opens those rows.
    let facts = GetEventFacts { as_of: None, uuid: detections[0].uuid.clone() };
    let facts = scene.rig.app.call(facts).await.expect("facts");
    for join in &facts.joins {
        let rows = scene.rows(LogFilter::of(join.field, join.value.clone())).await;
        assert_eq!(rows.len() as u64, join.events, "{join:?}");
    }

    let before = scene.rig.calls(LOGOUT);
    let detail = scene.contain(|act| matches!(act, ContainAct::UniversalLogout)).await;
    assert_eq!(detail.steps.iter().map(|step| step.state).collect::<Vec<_>>(), [StepState::Verified]);
    assert_eq!(scene.rig.calls(LOGOUT), before + 1, "sent once");
    let case = detail.containment.case.expect("evidence was frozen");
    let case = scene.rig.app.call(GetCase { id: case }).await.expect("a case");
    assert!(
        case.items.iter().all(|item| item.frozen <= detail.containment.created),
        "frozen before anything is sent"
    );
    let frozen: u64 = case.items.iter().filter_map(|item| item.rows).sum();
    assert!(frozen > 0 && !case.items.is_empty(), "{:?}", case.items);

    // The core asks for a sync by itself once it is done, which may have begun before time passes: what comes later is the
    // next one's.
    scene.rig.synced().await;
    scene.rig.pass(Duration::from_secs(20 * 60));
    scene.rig.synced().await;
    scene.rig.synced().await;
    let runs = scene.runs().await;
    let run = runs
        .iter()
        .find(|run| run.containment == Some(detail.containment.id))
        .expect("the log tells the logout");
    assert!(run.apps.iter().all(|app| app.label.is_some()), "{run:?}");
    // The level fell by itself; the peak did not, so nobody is lost from the queue.
    let row = scene.row(QueueState::Open).await.expect("still waits for a verdict");
    assert_eq!(row.level, Some(RiskLevel::Low));
    assert_eq!(row.peak.map(|known| known.level), Some(peak));
    scene.judge(Assessment::TruePositive).await;
    assert!(scene.row(QueueState::Open).await.is_none());
    assert!(scene.row(QueueState::Judged).await.is_some());
    every_number_of_the_queue_equals_its_rows(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_report_logs_out_by_policy_and_an_app_stays_silent() {
    let scene = Scene::of("partner_malware").await;
    scene.to_its_end().await;
    let row = scene.row(QueueState::Open).await.expect("in the queue, though the level fell");
    assert_eq!(row.peak.map(|peak| peak.level), Some(RiskLevel::High));
    let detections = scene.detections().await;
    let partner =
        detections.iter().find(|d| d.risk.level == Some(RiskLevel::High)).expect("a high detection");
    assert!(!partner.risk.reasons.is_empty() && partner.risk.issuer.is_some(), "{partner:?}");
    let runs = scene.runs().await;
    let run = runs.iter().find(|run| run.began >= Timestamp(scene.incident.begun)).expect("a run");
    assert_eq!(run.containment, None, "the policy began it");
    // Okta tells no app's answer: one that was called and left nothing of its own is not confirmed.
    let states: Vec<AppState> = run.apps.iter().map(|app| app.state).collect();
    for wanted in [AppState::Confirmed, AppState::StillActive] {
        assert!(states.contains(&wanted), "{wanted:?}: {:?}", run.apps);
    }
    assert!(run.state != LogoutState::Confirmed && run.state != LogoutState::Waiting, "{:?}", run.state);
    scene.judge(Assessment::TruePositive).await;
    assert!(scene.row(QueueState::Judged).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn flooded_with_prompts_the_person_is_suspended_in_the_org() {
    let scene = Scene::of("mfa_flooding").await;
    scene.to_its_end().await;
    let since = Some(Timestamp(scene.incident.begun));
    let about = LogFilter { since, ..LogFilter::of(LogField::User, scene.user.as_str()) };
    let rows = scene.rows(about).await;
    let failed = rows.iter().filter(|event| event.outcome.as_deref() == Some("FAILURE")).count();
    assert!(failed >= 5, "many prompts were refused: {failed}");
    let detail =
        scene.contain(|act| matches!(act, ContainAct::RevokeSessions { .. } | ContainAct::SuspendUser)).await;
    assert!(detail.steps.iter().all(|step| step.state == StepState::Verified), "{:?}", detail.steps);
    scene.rig.pass(Duration::from_secs(60));
    scene.rig.synced().await;
    scene.rig.synced().await;
    let person = scene.person().await;
    assert_eq!(person.row.status, Some(domain::UserStatus::Suspended), "the next sync shows it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_is_told_lane_by_lane() {
    let scene = Scene::of("lost_device").await;
    scene.to_its_end().await;
    for lane in [Lane::Entity, Lane::Device, Lane::Logout] {
        assert!(scene.lane(lane).await > 0, "{lane:?}");
    }
    let detections = scene.detections().await;
    assert!(!detections.is_empty(), "an admin reported it");
    scene.judge(Assessment::TruePositive).await;
    let report = GetRiskReport { as_of: None, days: 30 };
    let report = scene.rig.app.call(report).await.expect("a report");
    for kind in &report.detections {
        let judged = kind.true_positive + kind.false_positive + kind.unsure + kind.open;
        assert_eq!(judged, kind.events, "{kind:?}");
    }
    let judged: u64 = report.detections.iter().map(|kind| kind.true_positive).sum();
    assert!(judged >= detections.len() as u64);
    assert_eq!(
        scene
            .rig
            .app
            .call(ListCases { open: true, search: String::new(), offset: 0, limit: 50 })
            .await
            .expect("cases")
            .total,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_alarm_is_explained_by_its_chain_and_agrees_with_the_feedback() {
    let scene = Scene::of("vpn_false_alarm").await;
    scene.to_its_end().await;
    let mut chains = Vec::new();
    for event in &scene.incident.events {
        let ask = GetEventFacts { as_of: None, uuid: event.uuid.clone() };
        chains.extend(scene.rig.app.call(ask).await.expect("facts").chain);
    }
    let explained = chains.iter().find(|chain| !chain.would_change.is_empty());
    assert!(explained.is_some(), "one declaration would have changed it: {chains:?}");
    scene.judge(Assessment::FalsePositive).await;
    let detections = scene.detections().await;
    let with_feedback: Vec<_> = detections.iter().filter_map(|d| d.feedback.as_ref()).collect();
    assert!(!with_feedback.is_empty(), "somebody judged it in the Admin Console: {detections:?}");
    assert!(with_feedback.iter().all(|feedback| feedback.agrees == Some(true)), "{with_feedback:?}");
    assert!(start() < Timestamp(scene.incident.ends));
}
