//! Cases: what is frozen stays as it is, is whole or absent whenever the program dies, and reads back as it was written.

use crate::org::{self, DAY, T0};
use cache::{CaseItem, CaseTarget, Collection, NewCaseItem, NewFreeze, Outcome, RunKind, Store};
use domain::{
    LogEvent, LogField, LogFilter, ObjectId, ObjectKind, OrgObject, SnapshotId, Timestamp, User, UserId,
};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const PATH: &str = "CACHE_TEST_FREEZE_AND_DIE";
const NOW: Timestamp = Timestamp(T0 + DAY);

fn event(n: usize, user: usize) -> (LogEvent, String) {
    let event = LogEvent {
        // Out of order on purpose, several to a moment.
        published: Timestamp(T0 - (n as i64 * 7_919) % 1_000 * 60_000),
        event_type: if n.is_multiple_of(2) {
            "user.session.start".into()
        } else {
            "policy.evaluate_sign_on".into()
        },
        message: Some("User sign in".into()),
        user: Some(org::user_id(user)),
        ..org::event(&format!("{n:08}"))
    };
    let raw = format!("{{\"uuid\":\"{}\",\"published\":{},\n\"n\":1.50}}", event.uuid, event.published.0);
    (event, raw)
}

/// Forty people with devices, so many events of the third, and two policies.
fn filled(store: &Store, events: usize) -> SnapshotId {
    let mut rng = fastrand::Rng::with_seed(3);
    let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(T0)).expect("begins");
    let json = |user: User| {
        let raw = format!("{{\"id\":\"{}\",\"profile\":{{}}}}", user.id);
        (user, raw)
    };
    run.put_users(org::users(40).into_iter().map(json).collect(), None).expect("takes");
    run.finish_collection(&Collection::Users, Outcome::Complete).expect("ends");
    run.put_user_risks(org::risks().into_iter().map(org::raw).collect(), None).expect("takes");
    run.finish_collection(&Collection::UserRisks, Outcome::Complete).expect("ends");
    run.put_devices(org::devices(&mut rng, 60).into_iter().map(org::raw).collect(), None).expect("takes");
    run.finish_collection(&Collection::Devices, Outcome::Complete).expect("ends");
    for kind in [ObjectKind::Policy, ObjectKind::Group] {
        let object = OrgObject {
            kind: kind.clone(),
            id: ObjectId("rst1".into()),
            parent: None,
            name: "Any two factors".into(),
            variety: None,
            status: None,
            last_updated: None,
        };
        let collection = Collection::Objects(kind);
        run.put_objects(&collection, vec![(object, "{\"id\":\"rst1\"}")], None).expect("takes");
        run.finish_collection(&collection, Outcome::Complete).expect("ends");
    }
    for n in (0..events).step_by(5_000) {
        let page = (n..events.min(n + 5_000)).map(|n| event(n, 3)).collect();
        run.put_log_events(page, None).expect("takes");
    }
    run.finish_collection(&Collection::Log, Outcome::Changes).expect("ends");
    run.complete(Timestamp(T0)).expect("completes")
}

fn freeze(users: &[usize]) -> NewFreeze {
    NewFreeze {
        case: None,
        title: "A hijacked session".into(),
        actor: "API token".into(),
        users: users.iter().map(|n| org::user_id(*n)).collect(),
        filter: None,
        days: 30,
        note: Some("It began with a call.".into()),
    }
}

fn paths(store: &Store, case: i64) -> Vec<String> {
    store.case_items(case).expect("reads").into_iter().map(|item| item.path).collect()
}

fn text(store: &Store, case: i64, path: &str) -> String {
    let mut text = String::new();
    let there = store.each_case_part(case, path, |part| {
        text.push_str(part);
        Ok(())
    });
    assert!(there.expect("reads"), "no {path}");
    text
}

/// Every item is what its hash says.
fn assert_whole(store: &Store, case: i64) -> Vec<CaseItem> {
    let items = store.case_items(case).expect("reads");
    for item in &items {
        let text = text(store, case, &item.path);
        assert_eq!(<[u8; 32]>::from(Sha256::digest(&text)), item.sha256, "{}", item.path);
        assert_eq!(
            (text.len() as u64, text.lines().count() as u64),
            (item.bytes, item.lines),
            "{}",
            item.path
        );
    }
    items
}

#[test]
fn what_was_decided_is_frozen_and_stays_when_it_is_taken_back() {
    use cache::Verdict;
    use domain::Assessment;
    let store = org::memory();
    filled(&store, 3);
    let verdict =
        Verdict { assessment: Assessment::ALL[0], note: Some("Seen it".into()), by: "Ann".into(), at: NOW };
    let three = org::user_id(3);
    store.set_verdicts(&three, &["00000001".into()], Some(&verdict)).expect("writes");
    let case = store.freeze_case(&freeze(&[3, 4]), NOW).expect("writes").expect("a case");
    store.set_verdicts(&three, &["00000001".into()], None).expect("writes");
    let decided = text(&store, case, "frozen-1/decisions.jsonl");
    let one: serde_json::Value = serde_json::from_str(&decided).expect("one line");
    assert_eq!((&one["verdict"], &one["by"]), (&Assessment::ALL[0].key().into(), &"Ann".into()));
    let again = NewFreeze { case: Some(case), ..freeze(&[3]) };
    store.freeze_case(&again, NOW).expect("writes");
    assert!(
        !paths(&store, case).contains(&"frozen-2/decisions.jsonl".to_owned()),
        "nothing is decided any more"
    );
}

#[test]
fn a_freeze_holds_what_is_known() {
    let store = org::memory();
    let at = filled(&store, 300);
    let case = store.freeze_case(&freeze(&[3, 1, 3]), NOW).expect("writes").expect("a case");
    let (three, one) = (org::user_id(3), org::user_id(1));
    let want = [
        "frozen-1/about.json".to_owned(),
        format!("frozen-1/people/{one}.events.jsonl"),
        format!("frozen-1/people/{one}.json"),
        format!("frozen-1/people/{three}.events.jsonl"),
        format!("frozen-1/people/{three}.json"),
        "frozen-1/policies.jsonl".to_owned(),
    ];
    assert_eq!(paths(&store, case), want);
    let items = assert_whole(&store, case);
    assert!(items.iter().all(|item| item.snapshot == Some(at) && item.frozen == NOW));
    assert_eq!(
        (items[3].rows, items[1].rows, items[5].rows),
        (Some(300), Some(0), Some(1)),
        "a group is no policy"
    );

    let lines = text(&store, case, &want[3]);
    let of = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("a line is JSON");
    let order: Vec<(i64, String)> = lines
        .lines()
        .map(|l| (of(l)["published"].as_i64().expect("a time"), of(l)["uuid"].to_string()))
        .collect();
    assert!(order.is_sorted(), "by time, then by id");
    assert!(lines.contains("1.50"), "as it came: {}", &lines[..80]);

    let person = of(&text(&store, case, &want[4]).replace('\n', " "));
    assert_eq!((&person["id"], &person["user"]["id"]), (&three.as_str().into(), &three.as_str().into()));
    assert_eq!(person["risk"][0]["level"], "MEDIUM");
    let links = person["devices"].as_array().expect("a list");
    assert!(!links.is_empty() && links.iter().all(|d| d["link"]["user"] == three.as_str()));
    let about = of(&text(&store, case, &want[0]));
    assert_eq!(
        (&about["snapshot"]["id"], &about["coverage"]["log"]["events_kept"]),
        (&at.0.into(), &300.into())
    );

    let case = store.case(case).expect("reads").expect("is there");
    assert_eq!(case.notes.len(), 1);
    assert_eq!(case.people.iter().map(|(id, _)| id).collect::<Vec<_>>(), [&one, &three]);
}

#[test]
fn a_second_freeze_stands_beside_the_first_and_nothing_is_ever_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    let store = org::open(&path).expect("opens");
    filled(&store, 40);
    let case = store.freeze_case(&freeze(&[3]), NOW).expect("writes").expect("a case");
    let first = assert_whole(&store, case);
    let again = NewFreeze {
        case: Some(case),
        filter: Some(LogFilter::of(LogField::EventType, "user.*")),
        ..freeze(&[4])
    };
    assert_eq!(store.freeze_case(&again, Timestamp(NOW.0 + 1)).expect("writes"), Some(case));
    let both = assert_whole(&store, case);
    assert_eq!(
        both.iter().filter(|item| item.path.starts_with("frozen-1/")).cloned().collect::<Vec<_>>(),
        first
    );
    let slice = both.iter().find(|item| item.path == "frozen-2/log.jsonl").expect("the slice");
    assert_eq!(slice.rows, Some(20));
    assert_eq!(store.freeze_case(&NewFreeze { case: Some(99), ..again }, NOW).expect("reads"), None);
    assert_eq!(store.cases().expect("reads").len(), 1);

    let item =
        |path: &str| NewCaseItem { path: path.into(), title: "A plot".into(), rows: None, text: "<svg/>" };
    let plot = [item("plots/{n}.svg"), item("plots/{n}.csv")];
    for n in 1..3 {
        let into = CaseTarget::Case(case);
        assert_eq!(store.add_case_items(&into, &plot, NOW).expect("writes"), Some(case));
        assert!(paths(&store, case).contains(&format!("plots/{n}.csv")));
    }
    assert_eq!(store.add_case_items(&CaseTarget::Case(99), &plot, NOW).expect("reads"), None);
    let twice = store.add_case_items(&CaseTarget::Case(case), &[item("plots/1.svg")], NOW);
    twice.expect_err("a path is not given twice");
    // A case that could not be begun whole is not begun.
    let new = CaseTarget::New { title: "Plots".into(), actor: "root".into() };
    store.add_case_items(&new, &[item("same"), item("same")], NOW).expect_err("a path is not given twice");
    assert_eq!(store.cases().expect("reads").len(), 1);
    let begun = store.add_case_items(&new, &plot, NOW).expect("writes").expect("a case");
    assert_eq!(paths(&store, begun), ["plots/1.csv", "plots/1.svg"]);
    drop(store);

    let file = org::raw_connection(&path);
    for table in ["case_item", "case_part", "case_note"] {
        for change in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET rowid = rowid + 1000")] {
            let refused = file.execute(&change, []).expect_err("the file refuses").to_string();
            assert!(refused.contains("stays as it is"), "{change}: {refused}");
        }
    }
}

#[test]
fn pages_of_lines_are_those_of_the_whole_text() {
    let store = org::memory();
    filled(&store, 8_000);
    let case = store.freeze_case(&freeze(&[3]), NOW).expect("writes").expect("a case");
    let path = format!("frozen-1/people/{}.events.jsonl", org::user_id(3));
    let whole: Vec<String> = text(&store, case, &path).lines().map(str::to_owned).collect();
    assert!(whole.iter().map(String::len).sum::<usize>() > 300_000, "more than one part");
    for (offset, limit) in [(0, 1), (0, 500), (3_900, 500), (7_990, 500), (8_000, 1), (u64::MAX, 5)] {
        let page = store.case_lines(case, &path, offset, limit).expect("reads").expect("is there");
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(whole.len());
        assert_eq!((page.total, &page.lines[..]), (8_000, &whole[from..(from + limit).min(whole.len())]));
    }
    assert_eq!(store.case_lines(case, "nosuch", 0, 1).expect("reads"), None);
}

#[test]
fn what_is_left_out_is_told() {
    let store = org::memory();
    filled(&store, 100_003);
    let case = store.freeze_case(&freeze(&[3]), NOW).expect("writes").expect("a case");
    let items = store.case_items(case).expect("reads");
    let events = items.iter().find(|item| item.path.contains("events")).expect("the events");
    assert_eq!(events.rows, Some(100_000));
    assert!(events.title.contains("older ones are left out"), "{}", events.title);
    assert!(text(&store, case, "frozen-1/about.json").contains("\"older_left_out\": true"));
}

/// Not a test by itself: the process that the next test kills.
#[test]
fn freeze_until_killed() {
    let Ok(path) = std::env::var(PATH) else { return };
    let store = org::open(Path::new(&path)).expect("opens");
    loop {
        let case = store.freeze_case(&freeze(&[3, 4]), NOW).expect("writes").expect("a case");
        // What is told is on the disk.
        println!("case {case}");
    }
}

#[test]
fn killed_at_any_moment_a_freeze_is_whole_or_absent() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    filled(&org::open(&path).expect("opens"), 3_000);
    let program = std::env::current_exe().expect("has a path");
    let mut rng = fastrand::Rng::with_seed(9);
    let mut told = 0;
    for _ in 0..25 {
        let child = Command::new(&program)
            .args(["--exact", "case::freeze_until_killed", "--nocapture"])
            .env(PATH, &path)
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.expect("starts");
        std::thread::sleep(Duration::from_millis(rng.u64(20..200)));
        child.kill().expect("is ours");
        let output = child.wait_with_output().expect("ends");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let last = said.lines().filter_map(|line| line.split("case ").nth(1)?.parse::<i64>().ok()).max();
        told += usize::from(last.is_some());

        let store = org::open(&path).expect("opens after a kill");
        let cases = store.cases().expect("reads");
        if let Some(last) = last {
            assert!(cases.iter().any(|case| case.id == last), "case {last} was told and is gone");
        }
        for case in cases.iter().take(3) {
            assert_eq!(assert_whole(&store, case.id).len(), 6, "a case is whole");
            assert_eq!(case.notes.len(), 1);
        }
    }
    assert!(told > 2, "only {told} processes came so far as to freeze");
}

#[test]
fn a_person_nobody_knows_is_frozen_as_that() {
    let store = org::memory();
    filled(&store, 3);
    let new = NewFreeze { users: vec![UserId("00u/../x".into())], ..freeze(&[]) };
    let case = store.freeze_case(&new, NOW).expect("writes").expect("a case");
    assert!(text(&store, case, "frozen-1/people/00u----x.json").contains("\"user\": null"));
}
