//! The queue of people at risk worked from its first row to its last: what is counted is what is listed, a decision moves a
//! person, and every number of report and ladders opens exactly its rows.

use crate::rig::Rig;
use contract::{
    FailureKind,
    log::{CountLog, GetEventFacts, ListLog, RiskScope},
    protection::GetProtection,
    triage::{
        AssessDetections, GetPersonLanes, GetPersonRisk, GetRiskReport, ListTriage, QueueState, SetTriage,
        SetTriageWeights, TriagePage, TriageRow,
    },
};
use demo_org::FaultKind;
use domain::{Assessment, Lane, LogField, LogFilter, RiskLevel, Timestamp, TriageWeights, UserId};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

const RISK: &str = "/api/v1/users/";

fn ask(state: QueueState) -> ListTriage {
    ListTriage {
        as_of: None,
        state,
        levels: Vec::new(),
        assignee: None,
        search: String::new(),
        offset: 0,
        limit: 500,
    }
}

async fn page(rig: &Rig, command: ListTriage) -> TriagePage {
    let page = rig.app.call(command).await.expect("a page");
    assert_eq!(page.rows.len() as u64, page.matching.min(500), "what is counted is what is listed");
    page
}

async fn row(rig: &Rig, user: &UserId) -> TriageRow {
    let all = page(rig, ask(QueueState::All)).await;
    all.rows.into_iter().find(|row| row.user == *user).expect("the person is in the queue")
}

/// The person with most detections, so that a part of them can be judged.
async fn busiest(rig: &Rig) -> TriageRow {
    let open = page(rig, ask(QueueState::Open)).await;
    open.rows.into_iter().max_by_key(|row| row.open).expect("somebody is at risk")
}

async fn assess(rig: &Rig, user: &UserId, detections: Vec<String>, assessment: Option<Assessment>) {
    let command = AssessDetections { user: user.clone(), detections, assessment, note: Some("why".into()) };
    rig.app.call(command).await.expect("it is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stands_first_is_asked_about_after_a_sync() {
    let rig = Rig::new(400).await;
    let known = async || {
        rig.synced().await;
        let open = page(&rig, ask(QueueState::Open)).await;
        let told = |row: &&TriageRow| row.parts.iter().all(|(_, _, what)| !what.contains("not known"));
        (open.rows.iter().filter(told).count(), open.rows.len())
    };
    let (first, all) = known().await;
    assert!(first == 40 && all > 80, "a few at a time: {first} of {all}");
    assert_eq!(known().await.0, 80, "then the next ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_choice_gives_as_many_rows_as_it_says() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let all = page(&rig, ask(QueueState::All)).await;
    assert!(all.total > 3 && all.total == all.matching, "{} people", all.total);
    let somebody = all.rows[0].user.clone();
    let give = SetTriage {
        users: vec![somebody.clone()],
        assignee: Some("Ada".into()),
        snooze_until: None,
        note: None,
    };
    rig.app.call(give).await.expect("it is kept");
    assess(&rig, &somebody, Vec::new(), Some(Assessment::TruePositive)).await;

    let all = page(&rig, ask(QueueState::All)).await;
    for (state, count) in &all.states {
        assert_eq!(page(&rig, ask(*state)).await.matching, *count, "{state:?}");
    }
    for (level, count) in &all.levels {
        let levels = vec![level.clone()];
        assert_eq!(
            page(&rig, ListTriage { levels, ..ask(QueueState::All) }).await.matching,
            *count,
            "{level:?}"
        );
    }
    assert_eq!(all.assignees, [(String::new(), all.total - 1), ("Ada".to_owned(), 1)]);
    for (name, count) in &all.assignees {
        let assignee = Some(name.clone());
        let mine = page(&rig, ListTriage { assignee, ..ask(QueueState::All) }).await;
        assert_eq!(mine.matching, *count, "{name:?}");
        // Under this filter the others' counts are those of its rows.
        let judged = mine.states.iter().find(|(state, _)| *state == QueueState::Judged).expect("is told").1;
        assert_eq!(judged, mine.rows.iter().filter(|row| row.open == 0).count() as u64);
    }
    let scores: Vec<u32> = all.rows.iter().map(|row| row.score).collect();
    assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]), "the most urgent come first: {scores:?}");
    for row in &all.rows {
        assert_eq!(row.parts.iter().map(|(_, points, _)| points).sum::<u32>(), row.score, "{row:?}");
    }
    // The org is asked about those who stand first; what it was not asked says so, and is no zero.
    let unknown = |row: &&TriageRow| row.parts.iter().any(|(_, _, words)| words == "admin roles not known");
    let unasked = all.rows.iter().filter(unknown).count();
    assert_eq!(unasked, all.rows.len() - 40);
    let named = all.rows.iter().find(|row| row.detection.is_some()).expect("a detection has a name");
    let search = format!("{} {}", named.name, named.detection.as_deref().unwrap_or_default()).to_uppercase();
    let found = page(&rig, ListTriage { search, ..ask(QueueState::All) }).await;
    assert!(found.rows.iter().any(|row| row.user == named.user));
    let nobody = ListTriage { search: "nobody is called so".into(), ..ask(QueueState::All) };
    assert_eq!(page(&rig, nobody).await.matching, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_moves_a_person_and_can_be_taken_back() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let before = busiest(&rig).await;
    let state = |row: &TriageRow| (row.open, row.since.is_some());
    assert!(state(&before).0 > 0);
    let risk = |user: &UserId| GetPersonRisk { as_of: None, user: user.clone() };
    let person = rig.app.call(risk(&before.user)).await.expect("a person");
    assert_eq!(person.row, before);
    assert_eq!(person.detections.len(), before.detections as usize);
    assert!(person.detections.iter().all(|one| one.risk.scope == RiskScope::Entity));

    assess(&rig, &before.user, vec![person.detections[0].uuid.clone()], Some(Assessment::Unsure)).await;
    assert_eq!(row(&rig, &before.user).await.open, before.open - 1);
    assess(&rig, &before.user, Vec::new(), Some(Assessment::FalsePositive)).await;
    let judged = rig.app.call(risk(&before.user)).await.expect("a person");
    assert_eq!((judged.row.open, judged.row.peak.clone()), (0, before.peak.clone()), "history stays");
    let given = |at: usize| judged.detections[at].assessment.as_ref().map(|given| given.assessment);
    assert_eq!(given(0), Some(Assessment::Unsure), "what was judged stays judged so");
    assert!(given(1).is_none_or(|given| given == Assessment::FalsePositive));
    assert!(judged.row.score <= before.score);
    assess(&rig, &before.user, Vec::new(), None).await;
    assert_eq!(row(&rig, &before.user).await.open, before.open);

    let wrong = AssessDetections {
        user: before.user.clone(),
        detections: vec!["no-such-event".into()],
        assessment: Some(Assessment::Unsure),
        note: None,
    };
    assert_eq!(rig.app.call(wrong).await.expect_err("is refused").kind, FailureKind::NotFound);

    let day = Timestamp(page(&rig, ask(QueueState::All)).await.now.0 + Timestamp::DAY);
    let snooze = |until| SetTriage {
        users: vec![before.user.clone()],
        assignee: None,
        snooze_until: Some(until),
        note: Some("waits for HR".into()),
    };
    rig.app.call(snooze(day)).await.expect("it is kept");
    let snoozed = page(&rig, ask(QueueState::Snoozed)).await;
    assert_eq!(
        snoozed.rows.iter().map(|row| (&row.user, row.snoozed_until)).collect::<Vec<_>>(),
        [(&before.user, Some(day))]
    );
    rig.pass(Duration::from_secs(25 * 3600));
    assert_eq!(page(&rig, ask(QueueState::Snoozed)).await.matching, 0, "the date is over");
    let notes = rig.app.call(risk(&before.user)).await.expect("a person").notes;
    assert_eq!(notes.iter().map(|note| &*note.text).collect::<Vec<_>>(), ["waits for HR"]);

    let weights = TriageWeights { level: 0, age: 0, privilege: 0, reach: 10 };
    rig.app.call(SetTriageWeights { weights }).await.expect("it is kept");
    let by_reach = page(&rig, ask(QueueState::All)).await;
    assert_eq!(by_reach.weights, weights);
    let too_much = SetTriageWeights { weights: TriageWeights { level: 11, ..weights } };
    assert_eq!(rig.app.call(too_much).await.expect_err("is refused").kind, FailureKind::BadInput);
    // All of it outlives the program.
    let rig = rig.restart().await;
    assert_eq!(page(&rig, ask(QueueState::All)).await.rows, by_reach.rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_adds_up_and_lanes_hold_what_the_log_has() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let person = busiest(&rig).await;
    assess(&rig, &person.user, Vec::new(), Some(Assessment::TruePositive)).await;
    let report = rig.app.call(GetRiskReport { as_of: None, days: 120 }).await.expect("a report");
    let all = page(&rig, ask(QueueState::All)).await;
    let detections: u64 = all.rows.iter().map(|row| u64::from(row.detections)).sum();
    assert!(detections > 0);
    assert_eq!(report.by_day.iter().flat_map(|(_, levels)| levels).sum::<u64>(), detections);
    assert_eq!(report.by_day.len(), 120, "every day is told");
    let of = |count: fn(&contract::triage::DetectionPrecision) -> u64| {
        report.detections.iter().map(count).sum::<u64>()
    };
    assert_eq!(of(|kind| kind.events), detections);
    assert_eq!(of(|kind| kind.true_positive), u64::from(person.detections));
    assert_eq!(of(|kind| kind.open + kind.true_positive + kind.false_positive + kind.unsure), detections);

    let lanes = GetPersonLanes { as_of: None, user: person.user.clone() };
    let lanes = rig.app.call(lanes).await.expect("lanes");
    let marks: usize = lanes.lanes.iter().map(|lane| lane.at.len()).sum();
    for lane in &lanes.lanes {
        let lengths = [lane.kind.len(), lane.level.len(), lane.id.len()];
        assert_eq!(lengths, [lane.at.len(); 3], "{:?}", lane.lane);
        assert!(lane.at.windows(2).all(|pair| pair[0] <= pair[1]), "oldest first");
        assert!(lane.kind.iter().all(|kind| (*kind as usize) < lanes.types.len()));
    }
    let filter = LogFilter::of(LogField::User, person.user.as_str());
    let count = CountLog { as_of: None, filter: filter.clone(), by: Vec::new() };
    let about = rig.app.call(count).await.expect("a count").matching;
    assert!(about > 0 && marks as u64 >= about, "{marks} marks of {about} events");
    let drawn: HashSet<i64> = lanes.lanes.iter().flat_map(|lane| lane.id.iter().copied()).collect();
    let list = ListLog { as_of: None, filter, before: None, limit: 500 };
    let listed = rig.app.call(list).await.expect("a page").rows;
    assert!(listed.iter().all(|row| drawn.contains(&row.place.id)), "each of the person's events is drawn");
}

/// Nothing is read for a mark's level when lanes are asked for: it came with the event.
#[tokio::test(flavor = "multi_thread")]
async fn a_marks_level_is_the_one_that_its_event_tells() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let person = busiest(&rig).await;
    let lanes = GetPersonLanes { as_of: None, user: person.user.clone() };
    let lanes = rig.app.call(lanes).await.expect("lanes");
    assert_eq!(lanes.unread, 0);
    let of = |lane: Lane| lanes.lanes.iter().find(|marks| marks.lane == lane).expect("every lane is there");
    let levels: HashMap<i64, u8> = [Lane::Login, Lane::Session]
        .into_iter()
        .flat_map(|lane| of(lane).id.iter().copied().zip(of(lane).level.iter().copied()))
        .collect();
    let filter = LogFilter::of(LogField::User, person.user.as_str());
    let list = ListLog { as_of: None, filter, before: None, limit: 500 };
    let (mut compared, mut seen) = (0, HashSet::new());
    for row in rig.app.call(list).await.expect("a page").rows {
        let Some(level) = levels.get(&row.place.id) else { continue };
        let facts = GetEventFacts { as_of: None, uuid: row.event.uuid.to_string() };
        let risks = rig.app.call(facts).await.expect("facts").risks;
        let told = risks.into_iter().filter_map(|risk| risk.level).min();
        let told = told.map(|level| match level {
            RiskLevel::Low => 1,
            RiskLevel::Medium => 2,
            RiskLevel::High => 3,
            RiskLevel::None => 0,
            RiskLevel::Other(_) => 4,
        });
        assert_eq!(*level, told.unwrap_or(0), "{}", row.event.event_type);
        compared += 1;
        seen.insert(*level);
    }
    assert!(compared > 10 && seen.len() > 1, "{compared} marks with {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ladders_numbers_open_exactly_their_rows() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let protection = rig.app.call(GetProtection { as_of: None, days: 90 }).await.expect("the ladders");
    assert_eq!(protection.problems, []);
    let kinds: Vec<&str> = protection.ladders.iter().map(|ladder| &*ladder.kind).collect();
    assert_eq!(kinds, ["ENTITY_RISK", "SESSION_VIOLATION_DETECTION", "POST_AUTH_SESSION"]);
    let rows = async |filter: LogFilter| {
        let list = ListLog { as_of: None, filter, before: None, limit: 500 };
        rig.app.call(list).await.expect("a page").rows
    };
    let mut matched = 0;
    for ladder in &protection.ladders {
        assert_eq!(
            rows(ladder.events.clone()).await.len() as u64,
            ladder.evaluated.min(500),
            "{}",
            ladder.name
        );
        for rung in &ladder.rules {
            let events = rows(rung.events.clone()).await;
            assert_eq!(events.len() as u64, rung.matched.min(500), "{}", rung.name);
            assert_eq!(events.first().map(|row| row.event.published), rung.last, "{}", rung.name);
            assert!(!rung.then.is_empty() && rung.raw.contains(rung.rule.as_str()), "{}", rung.name);
            matched += rung.matched;
        }
    }
    assert!(matched > 0, "some rule did something");
    let entity = &protection.ladders[0];
    assert!(
        entity
            .rules
            .iter()
            .flat_map(|rule| &rule.when)
            .any(|sentence| sentence == "The person's risk is high."),
        "{entity:?}"
    );
    let last = entity.rules.last().expect("a catch-all");
    assert!(last.system && last.remarks.iter().any(|remark| remark == "It only logs."), "{last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_events_facts_are_those_of_its_rows() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let person = busiest(&rig).await;
    let person = rig.app.call(GetPersonRisk { as_of: None, user: person.user }).await.expect("a person");
    let detection = &person.detections[0];
    let facts = GetEventFacts { as_of: None, uuid: detection.uuid.clone() };
    let facts = rig.app.call(facts).await.expect("facts");
    assert_eq!(facts.risks.iter().find(|told| told.scope == RiskScope::Entity), Some(&detection.risk));
    assert_eq!(facts.row.event.risk_level, detection.risk.level);
    assert!(!facts.joins.is_empty());
    for join in &facts.joins {
        let filter = LogFilter::of(join.field, join.value.clone());
        let count = CountLog { as_of: None, filter, by: Vec::new() };
        let count = rig.app.call(count).await.expect("a count").matching;
        assert_eq!(join.events, count, "{:?}", join.field);
        assert!(count >= 1, "the event itself");
    }
    let sign_in = ListLog {
        as_of: None,
        filter: LogFilter::of(LogField::EventType, "user.session.start"),
        before: None,
        limit: 1,
    };
    let sign_in = rig.app.call(sign_in).await.expect("a page").rows.remove(0);
    let facts = GetEventFacts { as_of: None, uuid: sign_in.event.uuid.to_string() };
    let facts = rig.app.call(facts).await.expect("facts");
    assert!(
        facts.risks.iter().all(|told| told.scope == RiskScope::Login) && !facts.risks.is_empty(),
        "{facts:?}"
    );
    assert_eq!(facts.row.event.risk_level, None, "a sign-in's risk is not the person's");
    assert!(!facts.behaviours.is_empty());
    let chain = facts.chain.expect("a sign-in comes from somewhere");
    assert_eq!(chain.hops.len(), 1);
    assert!(!chain.would_change.is_empty(), "{chain:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_risk_api_that_may_not_be_asked_is_told_as_such() {
    let rig = Rig::new(300).await;
    rig.fault(RISK, FaultKind::Status { status: 403 });
    rig.synced().await;
    let told = page(&rig, ask(QueueState::All)).await;
    assert_eq!(told.risk_failure.map(|failure| failure.kind), Some(FailureKind::Forbidden));
    assert!(told.rows.iter().any(|row| row.level == Some(RiskLevel::High)), "the log's word stands");
    rig.no_faults();
    assert_eq!(rig.sync_all().await.failure, None);
    assert_eq!(page(&rig, ask(QueueState::All)).await.risk_failure, None);
}
