//! A sync that changed nothing makes no snapshot: the newest one is confirmed. Whatever did change makes one.

use crate::org::{self, T0};
use cache::{Collection, Outcome, Run, RunKind, Snapshot, Store};
use domain::{Device, DeviceQuery, SnapshotId, Timestamp};
use fastrand::Rng;
use std::sync::Arc;

const MINUTE: i64 = 60 * 1000;

/// A cache with one full sync of some devices.
fn synced() -> (Store, Vec<Device>, SnapshotId) {
    let store = org::memory();
    let devices = org::devices(&mut Rng::with_seed(61), 60);
    let first = org::sync(&store, &devices, 0).expect("syncs");
    (store, devices, first)
}

/// A sync of so many minutes after the first.
fn sync(store: &Store, kind: RunKind, minutes: i64, work: impl FnOnce(&mut Run)) -> SnapshotId {
    let now = Timestamp(T0 + minutes * MINUTE);
    let mut run = store.begin_or_resume_run(kind, now).expect("begins");
    work(&mut run);
    run.complete(now).expect("completes")
}

/// Asks for changes of devices and of the log, and is told these.
fn changes(store: &Store, minutes: i64, devices: &[Device], events: &[&str]) -> SnapshotId {
    sync(store, RunKind::Incremental, minutes, |run| {
        run.put_devices(devices.iter().cloned().map(org::raw).collect(), None).expect("takes");
        run.finish_collection(&Collection::Devices, Outcome::Changes).expect("finishes");
        run.put_log_events(events.iter().map(|uuid| org::raw(org::event(uuid))).collect(), None)
            .expect("takes");
        run.set_mark(&Collection::Log, &format!("read at {minutes}")).expect("notes");
        run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
    })
}

fn ends(store: &Store, minutes: i64, end: &Outcome) -> SnapshotId {
    sync(store, RunKind::Incremental, minutes, |run| {
        run.finish_collection(&Collection::Users, end.clone()).expect("finishes");
    })
}

fn latest(store: &Store) -> Snapshot {
    store.latest().expect("reads").expect("is there")
}

#[test]
fn nothing_new_confirms_the_newest_snapshot() {
    let (store, devices, _) = synced();
    let known = changes(&store, 1, &[], &["a"]);
    for minutes in 2..30 {
        assert_eq!(changes(&store, minutes, &devices[..5], &["a"]), known);
        let newest = latest(&store);
        assert_eq!(newest.finished, Timestamp(T0 + MINUTE));
        assert_eq!(newest.confirmed, Timestamp(T0 + minutes * MINUTE));
    }
    assert_eq!(store.snapshots().expect("reads").len(), 2);
    assert_eq!(store.open_run().expect("reads"), None);
    let devices_state = latest(&store)
        .collections
        .into_iter()
        .find(|s| s.collection == Collection::Devices)
        .expect("was read");
    assert_eq!((devices_state.outcome, devices_state.data_from), (Outcome::Changes, Some(known)));
    org::assert_sound(&store);
    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
    assert_eq!(run.mark(&Collection::Log).expect("reads").as_deref(), Some("read at 29"));
}

#[test]
fn whatever_is_new_makes_a_snapshot() {
    let (store, mut devices, first) = synced();
    let heard = changes(&store, 1, &[], &["a"]);
    assert!(heard > first, "the log had not been read before");
    let more = changes(&store, 2, &[], &["a", "b"]);
    assert!(more > heard, "an event");
    devices[7] = org::device(&mut Rng::with_seed(62), 7);
    let changed = changes(&store, 3, &devices[7..8], &[]);
    assert!(changed > more, "a device");
    devices.pop();
    let gone = sync(&store, RunKind::Full, 4, |run| {
        run.put_devices(devices.iter().cloned().map(org::raw).collect(), None).expect("takes");
        run.finish_collection(&Collection::Devices, Outcome::Complete).expect("finishes");
    });
    assert!(gone > changed, "a device that is gone");
    let ids = |snapshot| org::ids(&store, snapshot).len();
    assert_eq!((ids(first), ids(changed), ids(gone)), (60, 60, 59));
    assert_eq!(changes(&store, 4 + 59, &[], &[]), gone);
    assert!(changes(&store, 4 + 60, &[], &[]) > gone, "ages went on for an hour");
}

#[test]
fn what_a_cancelled_run_heard_makes_a_snapshot() {
    let (store, ..) = synced();
    let known = changes(&store, 1, &[], &["a"]);
    let cancelled = |uuid: &str, mark: &str| {
        let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
        run.put_log_events(vec![org::raw(org::event(uuid))], None).expect("takes");
        run.set_mark(&Collection::Log, mark).expect("notes");
        run.flush().expect("commits");
        run.discard().expect("is cancelled");
    };
    cancelled("a", "further on");
    // It brought nothing, but its mark is the one to go on from.
    assert_eq!(sync(&store, RunKind::Incremental, 2, |_| {}), known);
    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
    assert_eq!(run.mark(&Collection::Log).expect("reads").as_deref(), Some("further on"));
    run.discard().expect("is cancelled");
    cancelled("b", "further still");
    let after = sync(&store, RunKind::Incremental, 3, |_| {});
    assert!(after > known);
    let events = |snapshot| store.totals(snapshot).expect("reads").events;
    assert_eq!((events(known), events(after)), (1, 2));
}

#[test]
fn a_full_sync_that_finds_nothing_new_need_not_come_again_at_once() {
    let (store, devices, _) = synced();
    let known = changes(&store, 1, &[], &["a"]);
    assert_eq!(latest(&store).kind, RunKind::Incremental);
    let full = |run: &mut Run| {
        run.put_devices(devices.iter().cloned().map(org::raw).collect(), None).expect("takes");
        run.finish_collection(&Collection::Devices, Outcome::Complete).expect("finishes");
    };
    assert_eq!(sync(&store, RunKind::Full, 20, full), known);
    let started = Timestamp(T0 + 20 * MINUTE);
    assert_eq!((latest(&store).kind, latest(&store).started), (RunKind::Full, started));
    assert_eq!(changes(&store, 30, &[], &[]), known);
    assert_eq!((latest(&store).kind, latest(&store).started), (RunKind::Full, started));
    let state = latest(&store).collections.into_iter().find(|s| s.collection == Collection::Devices);
    assert_eq!(state.expect("was read").outcome, Outcome::Complete);
}

#[test]
fn a_failure_is_news_once_and_so_is_its_end() {
    let (store, ..) = synced();
    let failed = |kind: &str, message: &str| Outcome::Failed { kind: kind.into(), message: message.into() };
    let first = latest(&store).id;
    let refused = ends(&store, 1, &failed("forbidden", "no"));
    assert!(refused > first);
    assert_eq!(ends(&store, 2, &failed("forbidden", "no, error id 2")), refused);
    let users = |store: &Store| {
        let state = latest(store).collections.into_iter().find(|s| s.collection == Collection::Users);
        state.expect("was read")
    };
    assert_eq!(users(&store).outcome, failed("forbidden", "no, error id 2"));
    assert_eq!(users(&store).data_from, Some(first));
    let limited = ends(&store, 3, &failed("rate_limited", "later"));
    assert!(limited > refused);
    let well = ends(&store, 4, &Outcome::Changes);
    assert!(well > limited);
    assert_eq!(users(&store).data_from, Some(well));
}

#[test]
fn fleets_of_the_past_are_let_go() {
    let (store, mut devices, first) = synced();
    let query = DeviceQuery { search: "anna".to_owned(), ..DeviceQuery::default() };
    store.devices(first, &query).expect("lists");
    let shown = Arc::downgrade(&store.fleet(first).expect("loads"));
    devices.pop();
    let second = org::sync(&store, &devices, 1).expect("syncs");
    assert!(shown.upgrade().is_some(), "it may still be on the screen");
    store.devices(second, &query).expect("lists");
    devices.pop();
    org::sync(&store, &devices, 2).expect("syncs");
    assert!(shown.upgrade().is_none(), "nobody has asked for it since");
    assert_eq!(store.devices(first, &query).expect("lists").snapshot(), first);
}
