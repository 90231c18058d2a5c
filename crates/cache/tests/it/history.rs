//! Snapshots: what each shows stays true, deletions are found, a failed collection keeps what it had, and a discarded run
//! leaves nothing.

use crate::org::{self, DAY, T0};
use cache::{Collection, DeviceEvent, Outcome, RunKind};
use domain::{DeviceQuery, DiskEncryption, Facet, LogEvent, ObjectKind, OrgObject, Timestamp};
use fastrand::Rng;

#[test]
fn each_snapshot_shows_what_was_true_then() {
    let mut rng = Rng::with_seed(1);
    let store = org::memory();
    let mut devices = org::devices(&mut rng, 300);
    let mut truths = Vec::new();
    for day in 0..8 {
        let snapshot = org::sync(&store, &devices, day).expect("syncs");
        let rows: Vec<_> =
            devices.iter().map(|d| (d.id.clone(), d.status.clone(), d.profile.clone())).collect();
        truths.push((snapshot, rows));
        devices.retain(|_| rng.u8(..20) > 0);
        for (at, device) in devices.iter_mut().enumerate() {
            if rng.u8(..4) == 0 {
                *device = org::device(&mut rng, at);
            }
        }
        let mut seen = std::collections::HashSet::new();
        devices.retain(|d| seen.insert(d.id.clone()));
    }
    for (snapshot, mut want) in truths {
        let listing = store.devices(snapshot, &DeviceQuery::default()).expect("lists");
        let rows = store.device_rows(&listing, 0, usize::MAX).expect("reads");
        let mut got: Vec<_> = rows.into_iter().map(|r| (r.id, r.status, r.profile)).collect();
        want.sort_by(|a, b| a.0.cmp(&b.0));
        got.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(got, want, "snapshot {}", snapshot.0);
        assert_eq!(listing.total(), want.len() as u64);
    }
    org::assert_sound(&store);
}

#[test]
fn a_stored_fleet_equals_a_scanned_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    let mut rng = Rng::with_seed(2);
    let devices = org::devices(&mut rng, 400);
    let (first, second) = {
        let store = org::open(&path).expect("opens");
        let first = org::sync(&store, &devices, 0).expect("syncs");
        let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
        run.put_log_events(vec![org::raw(org::event("a"))], None).expect("takes");
        run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
        (first, run.complete(Timestamp(T0)).expect("completes"))
    };
    assert_ne!(first, second);
    // The newest snapshot's fleet is read as stored, the other's is scanned; the rows are the same.
    let store = org::open(&path).expect("opens again");
    for facet in Facet::ALL {
        let of = |snapshot| store.fleet(snapshot).expect("loads").totals().of(facet).to_vec();
        assert_eq!(of(first), of(second), "{facet:?}");
    }
    assert_eq!(org::ids(&store, first), org::ids(&store, second));
}

#[test]
fn an_unchanged_org_costs_no_rows() {
    let store = org::memory();
    let devices = org::devices(&mut Rng::with_seed(3), 100);
    org::sync(&store, &devices, 0).expect("syncs");
    let snapshot = org::sync(&store, &devices, 1).expect("syncs again");
    let states = store.snapshot(snapshot).expect("reads").expect("is there").collections;
    let state = states.iter().find(|s| s.collection == Collection::Devices).expect("was synced");
    assert_eq!((state.items, state.written), (100, 0));
    assert_eq!(state.data_from, Some(snapshot));
}

#[test]
fn a_running_sync_does_not_show_and_can_be_discarded() {
    let store = org::memory();
    let mut rng = Rng::with_seed(4);
    let devices = org::devices(&mut rng, 100);
    let before = org::sync(&store, &devices, 0).expect("syncs");
    let ids = org::ids(&store, before);

    let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(T0 + DAY)).expect("begins");
    let changed: Vec<_> = (0..150).map(|n| org::raw(org::device(&mut rng, n))).collect();
    run.put_devices(changed, None).expect("takes");
    run.finish_collection(&Collection::Devices, Outcome::Complete).expect("finishes");
    assert_eq!(store.latest().expect("reads").expect("is there").id, before);
    assert_eq!(org::ids(&store, before), ids);
    org::assert_sound(&store);

    run.discard().expect("is taken back");
    assert_eq!(store.open_run().expect("reads"), None);
    assert_eq!(org::ids(&store, before), ids);
    org::assert_sound(&store);
    let after = org::sync(&store, &devices, 2).expect("syncs");
    assert!(after > before);
    assert_eq!(org::ids(&store, after), ids);
}

#[test]
fn a_failed_collection_keeps_its_rows_and_says_why() {
    let store = org::memory();
    let mut rng = Rng::with_seed(5);
    let group = |name: &str| OrgObject {
        kind: ObjectKind::Group,
        id: name.into(),
        parent: None,
        name: name.into(),
        variety: None,
        status: None,
        last_updated: None,
    };
    let groups = Collection::Objects(ObjectKind::Group);
    let apps = Collection::Objects(ObjectKind::App);
    let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(T0)).expect("begins");
    run.put_objects(&groups, vec![org::raw(group("all")), org::raw(group("it"))], None).expect("takes");
    run.finish_collection(&groups, Outcome::Complete).expect("finishes");
    run.set_mark(&groups, "one").expect("notes");
    run.put_objects(&apps, vec![org::raw(OrgObject { kind: ObjectKind::App, ..group("mail") })], None)
        .expect("takes");
    run.finish_collection(&apps, Outcome::Complete).expect("finishes");
    let first = run.complete(Timestamp(T0)).expect("completes");

    let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(T0 + DAY)).expect("begins");
    assert_eq!(run.mark(&groups).expect("reads").as_deref(), Some("one"));
    run.put_objects(&groups, vec![org::raw(group("new"))], Some("more")).expect("takes");
    run.set_mark(&groups, "two").expect("notes");
    let failed =
        Outcome::Failed { kind: "forbidden".into(), message: "No permission to read groups.".into() };
    run.finish_collection(&groups, failed.clone()).expect("finishes");
    run.put_objects(&apps, Vec::<(OrgObject, String)>::new(), None).expect("takes");
    run.finish_collection(&apps, Outcome::Complete).expect("finishes");
    run.put_devices(vec![org::raw(org::device(&mut rng, 1))], Some("never asked for")).expect("takes");
    let second = run.complete(Timestamp(T0 + DAY)).expect("completes");

    let names = |snapshot, kind| -> Vec<String> {
        let objects = store.objects(snapshot, &kind).expect("reads");
        objects.into_iter().map(|o| o.name.into()).collect()
    };
    assert_eq!(names(second, ObjectKind::Group), ["all", "it"]);
    assert_eq!(names(second, ObjectKind::App), [] as [&str; 0]);
    assert_eq!(names(first, ObjectKind::App), ["mail"]);
    let states = store.snapshot(second).expect("reads").expect("is there").collections;
    let state = |c: &Collection| states.iter().find(|s| s.collection == *c).expect("was touched").clone();
    assert_eq!((state(&groups).outcome, state(&groups).data_from), (failed, Some(first)));
    assert!(
        matches!(state(&Collection::Devices).outcome, Outcome::Failed { kind, .. } if kind == "unfinished")
    );
    assert_eq!(org::ids(&store, second), []);
    let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(T0 + 2 * DAY)).expect("begins");
    assert_eq!(run.mark(&groups).expect("reads").as_deref(), Some("one"));
    drop(run);
    org::assert_sound(&store);
}

#[test]
fn a_device_tells_its_history() {
    let store = org::memory();
    let mut rng = Rng::with_seed(6);
    let mut device = org::device(&mut rng, 0);
    device.profile.disk_encryption = Some(DiskEncryption::Full);
    device.users = Some(Vec::new());
    let other = org::device(&mut rng, 1);
    let both = [device.clone(), other.clone()];
    org::sync(&store, &both, 0).expect("syncs");
    device.profile.disk_encryption = None;
    org::sync(&store, &[device.clone(), other.clone()], 1).expect("syncs");
    org::sync(&store, std::slice::from_ref(&other), 2).expect("syncs");
    // A reply without users says nothing about them.
    device.users = None;
    let last = org::sync(&store, &[device.clone(), other], 3).expect("syncs");

    let detail = store.device(last, &device.id, 5).expect("reads").expect("is there");
    assert_eq!(detail.raw, org::raw(device).1);
    assert_eq!(detail.links, Some(Vec::new()));
    let told: Vec<_> = detail.history.iter().map(|h| (h.noticed.0 - T0, h.event.clone())).collect();
    let change = cache::Change { field: "diskEncryptionType", from: Some("FULL".to_owned()), to: None };
    assert_eq!(
        told,
        [
            (3 * DAY, DeviceEvent::Returned(Vec::new())),
            (2 * DAY, DeviceEvent::Gone),
            (DAY, DeviceEvent::Changed(vec![change])),
            (0, DeviceEvent::Appeared),
        ]
    );
    org::assert_sound(&store);
}

#[test]
fn log_events_are_stored_once_and_outlive_a_discarded_run() {
    let store = org::memory();
    let device = org::device(&mut Rng::with_seed(7), 0);
    let event = |uuid: &str, published: i64| LogEvent {
        published: Timestamp(published),
        device: Some(device.id.clone()),
        ..org::event(uuid)
    };
    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
    run.put_log_events(vec![org::raw(event("a", 1)), org::raw(event("a", 1))], None).expect("takes");
    run.set_mark(&Collection::Log, "after a").expect("notes");
    run.flush().expect("commits");
    run.discard().expect("is taken back");

    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
    assert_eq!(run.mark(&Collection::Log).expect("reads").as_deref(), Some("after a"));
    run.put_log_events(vec![org::raw(event("a", 1)), org::raw(event("b", 2))], None).expect("takes");
    run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
    run.put_devices(vec![org::raw(device.clone())], None).expect("takes");
    run.finish_collection(&Collection::Devices, Outcome::Complete).expect("finishes");
    let snapshot = run.complete(Timestamp(T0)).expect("completes");
    let detail = store.device(snapshot, &device.id, 5).expect("reads").expect("is there");
    let uuids: Vec<_> = detail.events.iter().map(|e| &*e.uuid).collect();
    assert_eq!(uuids, ["b", "a"]);
    org::assert_sound(&store);
}

#[test]
fn log_events_count_whichever_run_brought_them() {
    let store = org::memory();
    let devices = org::devices(&mut Rng::with_seed(8), 20);
    let first = org::sync(&store, &devices, 0).expect("syncs");
    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0)).expect("begins");
    run.put_log_events(vec![org::raw(org::event("a")), org::raw(org::event("b"))], Some("more"))
        .expect("takes");
    run.flush().expect("commits");
    run.discard().expect("is cancelled");
    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0 + DAY)).expect("begins");
    run.put_log_events(vec![org::raw(org::event("b")), org::raw(org::event("c"))], None).expect("takes");
    run.finish_collection(&Collection::Log, Outcome::Changes).expect("finishes");
    let second = run.complete(Timestamp(T0 + DAY)).expect("completes");
    let known = |snapshot| {
        let totals = store.totals(snapshot).expect("reads");
        assert_eq!(totals.events, store.overview(snapshot).expect("reads").events);
        (totals.devices, totals.users, totals.events)
    };
    assert_eq!((known(first), known(second)), ((20, 40, 0), (20, 40, 3)));
}

#[test]
fn objects_come_with_their_json_and_go_when_they_are_known_to_be_gone() {
    let store = org::memory();
    let object = |kind: &ObjectKind, name: &str| OrgObject {
        kind: kind.clone(),
        id: name.into(),
        parent: None,
        name: name.into(),
        variety: None,
        status: None,
        last_updated: None,
    };
    let kinds = [ObjectKind::PostureCheck, ObjectKind::App, ObjectKind::Group];
    let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(T0)).expect("begins");
    for kind in &kinds {
        let collection = Collection::Objects(kind.clone());
        // More than one batch of texts, and one that stands alone.
        let long = |n: usize| format!("{n} {}", "long ".repeat(30_000));
        let rows = (0..5).map(|n| (object(kind, &format!("{}{n}", kind.as_str())), long(n))).collect();
        run.put_objects(&collection, rows, None).expect("takes");
        run.finish_collection(&collection, Outcome::Complete).expect("finishes");
    }
    let first = run.complete(Timestamp(T0)).expect("completes");
    let mut run = store.begin_or_resume_run(RunKind::Incremental, Timestamp(T0 + DAY)).expect("begins");
    let checks = Collection::Objects(ObjectKind::PostureCheck);
    let changed = (object(&ObjectKind::PostureCheck, "posture_check1"), "changed".to_owned());
    run.put_objects(&checks, vec![changed], None).expect("takes");
    let gone: [domain::ObjectId; 3] = ["posture_check0".into(), "app1".into(), "never there".into()];
    run.remove_objects(&ObjectKind::PostureCheck, &gone).expect("closes");
    run.finish_collection(&checks, Outcome::Changes).expect("finishes");
    let second = run.complete(Timestamp(T0 + DAY)).expect("completes");

    let told = |snapshot, kinds: &[ObjectKind]| {
        let mut told = Vec::new();
        let each = |object: OrgObject, raw: &str| {
            told.push(format!("{} {}", object.name, raw.split(' ').next().unwrap_or_default()));
        };
        store.each_object(snapshot, kinds, each).expect("reads");
        told.sort();
        told
    };
    let one = |n: usize, raw: &str| format!("posture_check{n} {raw}");
    let before = [one(0, "0"), one(1, "1"), one(2, "2"), one(3, "3"), one(4, "4")];
    let after = [one(1, "changed"), one(2, "2"), one(3, "3"), one(4, "4")];
    assert_eq!(told(first, &kinds[..1]), before);
    assert_eq!(told(second, &kinds[..1]), after);
    assert_eq!(told(second, &kinds[1..]).len(), 10, "of this kind alone");
    assert_eq!(told(second, &kinds).len(), 14);
    assert_eq!(told(second, &[]), [] as [&str; 0]);
    org::assert_sound(&store);
}
