//! What is kept beside the log since format 7: the level that each event tells, and from when on rare kinds were read. A file of
//! format 6 has neither; what it lacks is read from its JSON, once, the newest first.

use crate::org::{self, DAY, T0};
use cache::{Collection, LogSpan, Outcome, PersonMark, RunKind, Store};
use domain::{LogEvent, RiskLevel, SnapshotId, Timestamp};
use std::path::Path;

fn sign_in(uuid: &str, at: i64, level: Option<&str>) -> LogEvent {
    LogEvent {
        published: Timestamp(at),
        event_type: "user.session.start".into(),
        user: Some(org::user_id(1)),
        told_risk: level.map(RiskLevel::from),
        ..org::event(uuid)
    }
}

fn log(store: &Store, events: Vec<LogEvent>, days: i64) -> SnapshotId {
    let now = Timestamp(T0 + days * DAY);
    let mut run = store.begin_or_resume_run(RunKind::Incremental, now).expect("begins");
    run.put_log_events(events.into_iter().map(org::raw).collect(), None).expect("takes");
    run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
    run.complete(now).expect("completes")
}

fn marks(store: &Store, at: SnapshotId) -> Vec<PersonMark> {
    store.person_marks(at, &org::user_id(1), &[], 10_000).expect("reads").marks
}

fn levels(store: &Store, at: SnapshotId) -> Vec<Option<RiskLevel>> {
    marks(store, at).into_iter().map(|mark| mark.told).collect()
}

fn unread(store: &Store, at: SnapshotId) -> Vec<i64> {
    marks(store, at).into_iter().filter(|mark| mark.unread).map(|mark| mark.published.0).collect()
}

/// The level in what stands for an event's JSON here.
fn read(raw: &str) -> Option<RiskLevel> {
    let (_, rest) = raw.split_once("told_risk: Some(")?;
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    match word.as_str() {
        "Other" => Some(RiskLevel::Other("SEVERE".into())),
        known => Some(RiskLevel::from(known.to_uppercase().as_str())),
    }
}

/// Makes of a file what the format before would have written.
fn back_to_format_6(path: &Path) {
    org::raw_connection(path)
        .execute_batch(
            "ALTER TABLE log_event DROP COLUMN told; DROP TABLE log_told; DROP TABLE log_rare;
             PRAGMA user_version = 6;",
        )
        .expect("is SQL");
}

#[test]
fn a_level_comes_with_its_event_whatever_it_is_called() {
    let store = org::memory();
    let told = [Some("HIGH"), None, Some("LOW"), Some("SEVERE"), Some("NONE"), Some("MEDIUM")];
    let events = told.iter().zip(10..).map(|(level, at)| sign_in(&at.to_string(), at, *level)).collect();
    let at = log(&store, events, 0);
    assert_eq!(levels(&store, at), told.map(|level| level.map(RiskLevel::from)));
    assert_eq!(unread(&store, at), [] as [i64; 0]);
    assert_eq!(store.read_told_levels(100, |_| panic!("nothing is left to be read")).expect("reads"), 0);
    assert_eq!(marks(&store, at)[0].level, None, "a sign-in's level is not the person's");
}

#[test]
fn a_file_of_format_6_has_its_levels_read_once_the_newest_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    let told = [Some("HIGH"), None, Some("LOW"), Some("SEVERE"), Some("MEDIUM")];
    let store = org::open(&path).expect("opens");
    let old = told.iter().zip(1..).map(|(level, at)| sign_in(&at.to_string(), at * 10, *level)).collect();
    log(&store, old, 0);
    drop(store);
    back_to_format_6(&path);

    let store = org::open(&path).expect("is brought to today's format");
    // A new one, and a late one from between the old ones: both bring their own.
    let at = log(&store, vec![sign_in("new", 99, Some("LOW")), sign_in("late", 25, Some("HIGH"))], 1);
    assert_eq!(unread(&store, at), [10, 20, 30, 40, 50]);
    let level = |text: &str| Some(RiskLevel::from(text));
    assert_eq!(
        levels(&store, at),
        [None, None, level("HIGH"), None, None, None, level("LOW")],
        "what was not read is not told"
    );
    let mut seen = 0;
    let mut some = |limit| {
        let count = |raw: &str| {
            seen += 1;
            read(raw)
        };
        store.read_told_levels(limit, count).expect("reads")
    };
    assert_eq!(some(2), 2);
    assert_eq!(unread(&store, at), [10, 20, 30]);
    assert_eq!(
        levels(&store, at)[4..],
        [level("SEVERE"), level("MEDIUM"), level("LOW")],
        "the newest come first"
    );
    assert_eq!([some(2), some(2), some(2), some(2)], [2, 1, 0, 0]);
    assert_eq!(seen, 5, "each was read once");
    assert_eq!(unread(&store, at), [] as [i64; 0]);
    let all = [told[0], told[1], Some("HIGH"), told[2], told[3], told[4], Some("LOW")];
    assert_eq!(levels(&store, at), all.map(|level| level.map(RiskLevel::from)));
    org::assert_sound(&store);
    // It stays so when the file is opened again.
    drop(store);
    let store = org::open(&path).expect("opens");
    assert_eq!(levels(&store, at), all.map(|level| level.map(RiskLevel::from)));
}

#[test]
fn what_is_rare_is_known_from_before_the_log_begins() {
    let store = org::memory();
    let span = |since, until| LogSpan { since: Timestamp(since), until: Timestamp(until) };
    let first = log(&store, vec![sign_in("a", 90, None)], 0);
    assert_eq!(
        store.log_begins(first).expect("reads"),
        None,
        "an event alone does not say what else was read"
    );
    let now = Timestamp(T0 + DAY);
    let mut run = store.begin_or_resume_run(RunKind::Incremental, now).expect("begins");
    run.put_past_log_events(vec![org::raw(sign_in("rare", 20, None))]).expect("takes");
    run.cover_rare_log("x y*", span(10, 80));
    run.cover_log(span(80, 100));
    run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
    let second = run.complete(now).expect("completes");
    let begins = |at, kinds: &str| store.rare_log_begins(at, kinds).expect("reads").map(|at| at.0);
    assert_eq!(store.log_begins(second).expect("reads"), Some(Timestamp(80)));
    assert_eq!([begins(second, "x y*"), begins(second, "x y* z")], [Some(10), Some(80)]);
    assert_eq!(begins(first, "x y*"), None, "it was not known then");
    assert_eq!(store.rare_log(second, "x y*").expect("reads"), Some(span(10, 80)));
    // Read together with an older beginning of the rest, that one holds.
    let mut run = store.begin_or_resume_run(RunKind::Incremental, now).expect("begins");
    run.cover_log(span(5, 80));
    run.flush().expect("writes");
    run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
    let third = run.complete(Timestamp(T0 + 2 * DAY)).expect("completes");
    assert_eq!([begins(third, "x y*"), begins(second, "x y*")], [Some(5), Some(10)]);
    // A run that is taken back leaves what it read, as with events.
    let mut run = store.begin_or_resume_run(RunKind::Incremental, now).expect("begins");
    run.cover_rare_log("z", span(1, 5));
    run.flush().expect("writes");
    run.discard().expect("is taken back");
    assert_eq!(store.rare_log(SnapshotId(i64::MAX), "z").expect("reads"), Some(span(1, 5)));
}
