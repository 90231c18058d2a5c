//! What log events say of devices, and how links' management changed: as known in each snapshot.

use crate::org::{self, DAY, T0};
use cache::{Collection, Outcome, RunKind, Store};
use domain::{LogEvent, Management, Reading, SnapshotId, Timestamp};
use fastrand::Rng;

fn event(uuid: &str, published: i64, source: &str, values: &[(&str, &str)]) -> LogEvent {
    let values = values.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    LogEvent {
        published: Timestamp(published),
        device: Some("guo00000000000000000".into()),
        told_risk: None,
        readings: vec![Reading { source: source.into(), values }],
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

#[test]
fn the_newest_value_of_each_name_is_told_with_its_time() {
    let store = org::memory();
    let first = log(
        &store,
        vec![
            event("a", 10, "EDR", &[("score", "80"), ("os", "90")]),
            event("b", 30, "EDR", &[("score", "70")]),
        ],
        0,
    );
    let second = log(
        &store,
        vec![
            // A late one: older than what is known.
            event("c", 20, "EDR", &[("score", "75"), ("late", "yes")]),
            event("d", 40, "EDR", &[("score", "60")]),
            event("e", 50, "SILENT", &[]),
        ],
        1,
    );
    let told = |snapshot| -> Vec<String> {
        let signals = store.signals(snapshot, &"guo00000000000000000".into()).expect("reads");
        let one =
            |s: &domain::Signal| format!("{} {}={} @{} {}", s.source, s.name, s.value, s.observed.0, s.event);
        signals.iter().map(one).collect()
    };
    assert_eq!(told(first), ["EDR score=70 @30 b", "EDR os=90 @10 a"]);
    assert_eq!(
        told(second),
        ["EDR score=60 @40 d", "EDR late=yes @20 c", "EDR os=90 @10 a", "SILENT = @50 e"]
    );
    assert_eq!(store.signals(second, &"guo1".into()).expect("reads"), []);
    assert_eq!(store.raw_event(first, "d").expect("reads"), None, "was not known then");
    assert!(store.raw_event(second, "d").expect("reads").is_some_and(|raw| raw.contains("\"d\"")));
    org::assert_sound(&store);
}

#[test]
fn a_flip_is_noted_once_and_taken_back_with_its_run() {
    let store = org::memory();
    let mut rng = Rng::with_seed(3);
    let mut device = org::device(&mut rng, 0);
    let mut link = std::iter::repeat_with(|| org::device(&mut rng, 1))
        .find_map(|d| d.users?.into_iter().next())
        .expect("somebody has a device");
    link.management = Some(Management::Managed);
    device.users = Some(vec![link.clone()]);
    let first = org::sync(&store, std::slice::from_ref(&device), 0).expect("syncs");
    link.management = Some(Management::NotManaged);
    let flipped = domain::Device { users: Some(vec![link.clone()]), ..device.clone() };

    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
    run.put_devices(vec![org::raw(flipped.clone())], None).expect("takes");
    run.flush().expect("commits");
    run.discard().expect("is cancelled");
    let flips = |until| store.flips(until, Timestamp(0), 10).expect("reads");
    assert_eq!(flips(SnapshotId(i64::MAX)), []);

    // There and back within one run is no change; there alone is one.
    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
    run.put_devices(vec![org::raw(flipped.clone())], None).expect("takes");
    run.flush().expect("commits");
    run.put_devices(vec![org::raw(device.clone())], None).expect("takes");
    run.finish_collection(&Collection::Devices, Outcome::Changes).expect("finishes");
    let second = run.complete(Timestamp(T0 + DAY)).expect("completes");
    assert_eq!(flips(second), []);
    let third = org::sync(&store, &[flipped], 2).expect("syncs");
    let told = flips(third);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0].before, &told[0].after),
        (&Some(Management::Managed), &Some(Management::NotManaged))
    );
    assert_eq!((told[0].snapshot, told[0].noticed.0 - T0), (third, 2 * DAY));
    assert_eq!((&told[0].device, &told[0].user), (&device.id, &link.user));
    assert_eq!(flips(first), []);
    assert_eq!(store.flips(third, Timestamp(T0 + 3 * DAY), 10).expect("reads"), []);
    let detail = store.device(third, &device.id, 0).expect("reads").expect("is there");
    assert_eq!(detail.flips, told);
    org::assert_sound(&store);
}

#[test]
fn the_past_is_listed_as_each_snapshot_tells_it() {
    let store = org::memory();
    let devices = org::devices(&mut Rng::with_seed(9), 30);
    for day in 0..3 {
        org::sync(&store, &devices[..10 * (day as usize + 1)], day).expect("syncs");
    }
    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0 + 3 * DAY)).expect("begins");
    let failed = Outcome::Failed { kind: "forbidden".into(), message: "No.".into() };
    run.finish_collection(&Collection::Users, failed).expect("finishes");
    run.complete(Timestamp(T0 + 3 * DAY)).expect("completes");
    let past = store.past().expect("reads");
    let one_by_one: Vec<_> = store
        .snapshots()
        .expect("reads")
        .into_iter()
        .map(|known| {
            let mut whole = store.snapshot(known.id).expect("reads").expect("is there");
            whole.collections.retain(|state| matches!(state.outcome, Outcome::Failed { .. }));
            let totals = store.totals(whole.id).expect("reads");
            (whole, totals)
        })
        .collect();
    assert_eq!(past, one_by_one);
    assert_eq!(past.iter().map(|(_, totals)| totals.devices).collect::<Vec<_>>(), [30, 30, 20, 10]);
    assert_eq!(past[0].0.collections.len(), 1);
}
