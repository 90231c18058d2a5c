//! The log as it is kept: every filter finds the rows that the plainest reading of it finds, and every number is that of its rows.

use crate::log_brute::{counts, events, filters, fits};
use crate::org::{self, DAY, T0};
use cache::{Collection, Error, FieldCount, LogSpan, Outcome, RunKind, Store};
use domain::{LogEvent, LogField, LogFilter, LogPlace, SnapshotId, Timestamp};
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};

fn put(store: &Store, events: &[LogEvent], day: i64) -> SnapshotId {
    let now = Timestamp(T0 + day * DAY);
    let mut run = store.begin_or_resume_run(RunKind::Incremental, now).expect("begins");
    for page in events.chunks(300) {
        run.put_log_events(page.iter().cloned().map(org::raw).collect(), None).expect("takes");
    }
    run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
    run.complete(now).expect("completes")
}

/// All pages of a filter, each of few rows.
fn pages(store: &Store, at: SnapshotId, filter: &LogFilter) -> Vec<LogEvent> {
    let (mut all, mut before): (Vec<LogEvent>, Option<LogPlace>) = (Vec::new(), None);
    loop {
        let page = store.log(at, filter, before, 70).expect("lists");
        let Some((place, _)) = page.last() else { return all };
        before = Some(*place);
        assert!(page.iter().all(|(place, event)| place.published == event.published));
        all.extend(page.into_iter().map(|(_, event)| event));
    }
}

fn check(store: &Store, at: SnapshotId, known: &[LogEvent], filter: &LogFilter) {
    let expected: BTreeSet<&str> =
        known.iter().filter(|event| fits(event, filter)).map(|e| &*e.uuid).collect();
    let rows = pages(store, at, filter);
    let found: BTreeSet<&str> = rows.iter().map(|e| &*e.uuid).collect();
    assert_eq!(found, expected, "rows of {filter:?}");
    assert_eq!(rows.len(), found.len(), "twice in {filter:?}");
    assert!(rows.is_sorted_by_key(|event| std::cmp::Reverse(event.published)));
    for row in &rows {
        let known = known.iter().find(|event| event.uuid == row.uuid).expect("was put");
        assert_eq!(row, known, "comes back as it was put");
    }
    let by = [LogField::EventType, LogField::Outcome, LogField::Trace, LogField::RootSession, LogField::Risk];
    for by in [&[][..], &by[..2], &by] {
        let count = store.count_log(at, filter, by).expect("counts");
        assert_eq!(count.matching, rows.len() as u64, "{filter:?}");
        let mut days: BTreeMap<i64, u64> = BTreeMap::new();
        rows.iter().for_each(|e| *days.entry(e.published.0.div_euclid(DAY) * DAY).or_default() += 1);
        assert_eq!(count.days.iter().map(|(day, n)| (day.0, *n)).collect::<BTreeMap<_, _>>(), days);
        assert_eq!(count.fields.iter().map(|told| told.field).collect::<Vec<_>>(), by);
        for FieldCount { field, values, further, since } in &count.fields {
            assert_eq!(*since, None);
            let told: BTreeMap<String, u64> = values.iter().map(|(v, n)| (v.to_string(), *n)).collect();
            assert_eq!((told, *further), (counts(known, filter, *field), 0), "{field:?} of {filter:?}");
        }
    }
    assert_eq!(store.count_log_quietly(at, filter).expect("counts"), rows.len() as u64);
}

#[test]
fn every_filter_finds_what_the_plainest_reading_finds_whenever_it_is_asked() {
    let store = org::memory();
    let mut rng = Rng::with_seed(20);
    let mut all = events(&mut rng, 500, T0, 3);
    let first = put(&store, &all, 4);
    // Later ones: new days, late ones between the old, and some that are known.
    let mut later = events(&mut rng, 300, T0 + 2 * DAY, 3);
    later.extend(events(&mut rng, 100, T0, 1));
    let new = later.clone();
    later.extend(all.iter().take(50).cloned());
    let second = put(&store, &later, 6);
    let early = all.clone();
    all.extend(new);
    for filter in filters(T0) {
        check(&store, first, &early, &filter);
        check(&store, second, &all, &filter);
    }
    assert_eq!(store.totals(first).expect("reads").events, 500);
    assert_eq!(store.totals(second).expect("reads").events, 900);
    org::assert_sound(&store);
}

#[test]
fn duplicates_and_disorder_make_no_difference() {
    let (sorted, shuffled) = (org::memory(), org::memory());
    let mut rng = Rng::with_seed(21);
    let mut events = events(&mut rng, 400, T0, 2);
    events.sort_by_key(|event| event.published);
    let at = put(&sorted, &events, 3);
    let mut twice: Vec<LogEvent> = events.iter().chain(&events).cloned().collect();
    rng.shuffle(&mut twice);
    for (day, part) in twice.chunks(130).enumerate() {
        put(&shuffled, part, 3 + day as i64);
    }
    let again = shuffled.latest_id().expect("reads").expect("is there");
    let uuids = |store: &Store, at| -> BTreeSet<Box<str>> {
        pages(store, at, &LogFilter::default()).into_iter().map(|e| e.uuid).collect()
    };
    assert_eq!(uuids(&shuffled, again), uuids(&sorted, at));
    assert_eq!(shuffled.totals(again).expect("reads").events, 400);
}

#[test]
fn more_events_of_one_moment_than_it_has_numbers_flow_over() {
    let store = org::memory();
    let events: Vec<LogEvent> = (0..2500).map(|n| org::event(&format!("e{n}"))).collect();
    let at = put(&store, &events, 0);
    let again = put(&store, &events, 1);
    assert_eq!(
        (store.totals(at).expect("reads").events, store.totals(again).expect("reads").events),
        (2500, 2500)
    );
    let rows = pages(&store, at, &LogFilter::default());
    assert_eq!(rows.first().map(|e| &*e.uuid), Some("e2499"), "those of one moment stay in their order");
    assert_eq!(rows.last().map(|e| &*e.uuid), Some("e0"));
    let uuid = &rows[3].uuid;
    let (place, event) = store.log_event(at, uuid).expect("reads").expect("is there");
    assert_eq!((&event.uuid, place.published.0 - T0), (uuid, 2));
    assert!(store.raw_event(at, "e7").expect("reads").is_some_and(|raw| raw.contains("\"e7\"")));
}

#[test]
fn values_beyond_the_most_frequent_are_counted() {
    let store = org::memory();
    let event = |n: usize| LogEvent {
        transaction: Some(format!("t{}", n % 80).into()),
        published: Timestamp(T0 + n as i64),
        ..org::event(&format!("e{n}"))
    };
    let at = put(&store, &(0..85).map(event).collect::<Vec<_>>(), 0);
    let count = store.count_log(at, &LogFilter::default(), &[LogField::Transaction]).expect("counts");
    let FieldCount { values, further, .. } = &count.fields[0];
    assert_eq!((values.len(), *further), (50, 30));
    assert_eq!(values[..5].iter().map(|(_, n)| *n).collect::<Vec<_>>(), [2; 5]);
}

#[test]
fn a_beginning_of_very_many_words_finds_what_has_them() {
    let store = org::memory();
    let texts = ["Anna", "Anën", "AN-", "banana", "x"];
    let event = |n: usize| LogEvent {
        // Words with the same beginning, more of them than are asked for one by one.
        actor_name: Some(format!("{}{n} Züst{n}", texts[n % texts.len()]).into()),
        outcome: Some(if n.is_multiple_of(3) { "FAILURE" } else { "SUCCESS" }.into()),
        published: Timestamp(T0 + n as i64),
        ..org::event(&format!("e{n}"))
    };
    let events: Vec<LogEvent> = (0..3000).map(event).collect();
    let (early, late) = events.split_at(2500);
    let first = put(&store, early, 0);
    let second = put(&store, late, 1);
    let text = |text: &str| LogFilter { text: text.into(), ..LogFilter::default() };
    let failed = LogFilter::of(LogField::Outcome, "FAILURE");
    let mut no_failure = failed.clone();
    no_failure.conditions[0].exclude = true;
    for filter in [
        text("an"),
        text("AN"),
        text("zust"),
        text("zü an"),
        text("an anna1200"),
        text("an nobody"),
        LogFilter { text: "an".into(), ..failed },
        LogFilter { text: "zus".into(), ..no_failure },
        LogFilter { since: Some(Timestamp(T0 + 700)), until: Some(Timestamp(T0 + 900)), ..text("an") },
    ] {
        check(&store, first, early, &filter);
        check(&store, second, &events, &filter);
    }
}

#[test]
fn what_is_common_only_long_ago_is_found_all_the_same() {
    let store = org::memory();
    let event = |n: usize| LogEvent {
        actor_name: Some(if n < 300 { format!("Anna{n}") } else { "Bea".into() }.into()),
        published: Timestamp(T0 + n as i64),
        ..org::event(&format!("e{n}"))
    };
    // More rows without the word than are walked through.
    let events: Vec<LogEvent> = (0..21_000).map(event).collect();
    let at = put(&store, &events, 0);
    check(&store, at, &events, &LogFilter { text: "ann".into(), ..LogFilter::default() });
}

#[test]
fn of_very_many_events_the_values_of_the_newest_are_told_and_the_total_is_of_all() {
    let store = org::memory();
    let mut rng = Rng::with_seed(22);
    let mut all = events(&mut rng, 600, T0, 3);
    let first = put(&store, &all, 4);
    let early = all.clone();
    let later = events(&mut rng, 200, T0 + DAY, 3);
    all.extend(later.iter().cloned());
    let second = put(&store, &later, 6);
    store.read_rows(40);
    let mut bounded = 0;
    for filter in filters(T0) {
        for (at, known) in [(first, &early), (second, &all)] {
            let by = [LogField::EventType, LogField::Trace, LogField::User];
            let count = store.count_log(at, &filter, &by).expect("counts");
            let fitting: Vec<&LogEvent> = known.iter().filter(|event| fits(event, &filter)).collect();
            assert_eq!(count.matching, fitting.len() as u64, "{filter:?}");
            assert_eq!(count.days.iter().map(|(_, n)| n).sum::<u64>(), count.matching);
            for FieldCount { field, values, further, since } in &count.fields {
                bounded += usize::from(since.is_some());
                let told: BTreeMap<String, u64> = values.iter().map(|(v, n)| (v.to_string(), *n)).collect();
                // What is told is what the same filter tells of the time that is named.
                let since = filter.since.max(*since);
                let newest = LogFilter { since, ..filter.clone() };
                assert_eq!((told, *further), (counts(known, &newest, *field), 0), "{field:?} of {filter:?}");
            }
        }
    }
    assert!(bounded > 100, "{bounded}");
    let by_user = store.count_log(second, &LogFilter::default(), &[LogField::User, LogField::Outcome]);
    let since: Vec<bool> = by_user.expect("counts").fields.iter().map(|told| told.since.is_some()).collect();
    assert_eq!(since, [true, false], "what tallies tell is told of everything");
}

#[test]
fn spans_meet_or_leave_a_gap_and_late_events_are_counted() {
    let store = org::memory();
    let span =
        |since: i64, until: i64| LogSpan { since: Timestamp(T0 + since), until: Timestamp(T0 + until) };
    let cover = |spans: &[LogSpan], events: Vec<LogEvent>, past: Vec<LogEvent>, day| {
        let now = Timestamp(T0 + day * DAY);
        let mut run = store.begin_or_resume_run(RunKind::Incremental, now).expect("begins");
        run.put_log_events(events.into_iter().map(org::raw).collect(), Some("next")).expect("takes");
        run.put_past_log_events(past.into_iter().map(org::raw).collect()).expect("takes");
        assert_eq!(
            run.cursor(&Collection::Log).expect("reads").as_deref(),
            Some("next"),
            "the chain goes on"
        );
        spans.iter().for_each(|span| run.cover_log(*span));
        run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
        run.complete(now).expect("completes")
    };
    let event = |uuid: &str, at: i64| LogEvent { published: Timestamp(T0 + at), ..org::event(uuid) };
    let spans =
        |at: SnapshotId, day: i64| store.log_cover(at, Timestamp(T0 + day * DAY)).expect("reads").spans;
    let first = cover(&[span(0, DAY)], vec![event("a", 5)], vec![], 1);
    assert_eq!(spans(first, 1), [span(0, DAY)]);
    // The chain goes on, and brings one that is late and one that is not.
    let late = vec![event("b", DAY - 60_001), event("c", DAY - 60_000)];
    let second = cover(&[span(DAY, 2 * DAY)], late, vec![], 2);
    assert_eq!(spans(second, 2), [span(0, 2 * DAY)]);
    assert_eq!(spans(first, 1), [span(0, DAY)], "what was covered later was not known then");
    assert_eq!(store.log_cover(second, Timestamp(T0 + 2 * DAY)).expect("reads").late, 1);
    // Another chain, with a gap before it, which is filled in two steps.
    let third = cover(&[span(5 * DAY, 6 * DAY)], vec![event("d", 5 * DAY)], vec![], 6);
    assert_eq!(spans(third, 6), [span(0, 2 * DAY), span(5 * DAY, 6 * DAY)]);
    let fourth = cover(&[span(2 * DAY, 3 * DAY)], vec![event("e", 6 * DAY)], vec![event("f", 2 * DAY)], 7);
    assert_eq!(spans(fourth, 7), [span(0, 3 * DAY), span(5 * DAY, 6 * DAY)]);
    let fifth = cover(&[span(3 * DAY, 5 * DAY)], vec![event("g", 7 * DAY)], vec![event("h", 4 * DAY)], 8);
    assert_eq!(spans(fifth, 8), [span(0, 6 * DAY)]);
    let told = store.log_cover(fifth, Timestamp(T0 + 7 * DAY)).expect("reads");
    assert_eq!(told.late, 1, "what was asked for by its time is not late");
    assert!(told.raw > 0 && told.kept > 0);
    assert_eq!(store.log_spans().expect("reads"), [span(0, 6 * DAY)]);
}

#[test]
fn names_are_those_of_the_snapshot() {
    let store = org::memory();
    let mut devices = org::devices(&mut Rng::with_seed(3), 2);
    devices[0].profile.display_name = Some("Old".into());
    devices[1].profile.display_name = None;
    let first = org::sync(&store, &devices, 0).expect("syncs");
    devices[0].profile.display_name = Some("New".into());
    let second = org::sync(&store, &devices, 1).expect("syncs");
    let (users, ids): (BTreeSet<&str>, BTreeSet<&str>) = (
        [org::user_id(1).as_str().to_owned()].iter().map(|_| "00u00000000000000001").collect(),
        devices.iter().map(|d| d.id.as_str()).collect(),
    );
    let names = |at| store.log_names(at, &users, &ids, &BTreeSet::new()).expect("reads");
    let of = |at| names(at).devices.into_values().collect::<Vec<_>>();
    assert_eq!((of(first), of(second)), (vec!["Old".to_owned()], vec!["New".to_owned()]));
    assert_eq!(names(first).users["00u00000000000000001"], "person.1@northwind.example");
}

#[test]
fn a_later_question_ends_an_earlier_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = org::open(&folder.path().join("org.db")).expect("opens");
    let events: Vec<LogEvent> =
        (0..9000).map(|n| LogEvent { published: Timestamp(T0 + n), ..org::event(&n.to_string()) }).collect();
    let at = put(&store, &events, 0);
    let asking = std::sync::atomic::AtomicBool::new(true);
    let superseded = std::thread::scope(|scope| {
        let long = scope.spawn(|| {
            // Asked again and again, so that one of them is under way when another one comes.
            let count = || store.count_log(at, &LogFilter::default(), &[LogField::User]);
            let ended = (0..500).any(|_| matches!(count(), Err(Error::Superseded)));
            asking.store(false, std::sync::atomic::Ordering::Relaxed);
            ended
        });
        while asking.load(std::sync::atomic::Ordering::Relaxed) {
            store.count_log(at, &LogFilter::of(LogField::User, "nobody"), &[]).expect("counts");
        }
        long.join().expect("ends")
    });
    assert!(superseded);
}
