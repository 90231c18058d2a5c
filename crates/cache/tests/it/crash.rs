//! Dying at any moment of a sync: the cache opens, is sound, shows the last complete snapshot, and the sync goes on.

use crate::org::{self, DAY, T0};
use cache::{Collection, Outcome, RunKind, Store};
use domain::{Device, Timestamp};
use fastrand::Rng;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const PATH: &str = "CACHE_TEST_SYNC_AND_DIE";
const ROUND: &str = "CACHE_TEST_ROUND";

/// The org on a day: most devices stay as they are.
fn org_on(day: u64) -> Vec<Device> {
    let mut devices = org::devices(&mut Rng::with_seed(41), 1500);
    let mut rng = Rng::with_seed(day);
    for (at, device) in devices.iter_mut().enumerate() {
        if rng.u8(..3) == 0 {
            *device = org::device(&mut rng, at);
        }
    }
    devices.truncate(1500 - day as usize * 10);
    devices
}

/// Syncs with a commit every page, taking up the cursor where it was left.
fn sync_on(store: &Store, day: u64) {
    let devices = org_on(day);
    let now = Timestamp(T0 + day as i64 * DAY);
    let mut run = store.begin_or_resume_run(RunKind::Full, now).expect("begins or goes on");
    if run.outcome(&Collection::Devices).expect("reads").is_none() {
        let from =
            run.cursor(&Collection::Devices).expect("reads").map_or(0, |c| c.parse().expect("is ours"));
        for (n, page) in devices.chunks(100).enumerate().skip(from) {
            let next = (n + 1).to_string();
            run.put_devices(page.iter().cloned().map(org::raw).collect(), Some(&next)).expect("takes");
            run.flush().expect("commits");
        }
        run.finish_collection(&Collection::Devices, Outcome::Complete).expect("finishes");
    }
    run.complete(now).expect("completes");
}

/// Not a test by itself: the process that the next test kills.
#[test]
fn sync_until_killed() {
    let (Ok(path), Ok(round)) = (std::env::var(PATH), std::env::var(ROUND)) else { return };
    let store = org::open(Path::new(&path)).expect("opens");
    sync_on(&store, round.parse().expect("a number"));
}

#[test]
fn killed_a_hundred_times_the_last_snapshot_stays_and_the_sync_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    let program = std::env::current_exe().expect("has a path");
    let mut rng = Rng::new();
    let mut day = 0;
    let mut killed_within = 0;
    for _ in 0..100 {
        let mut child = Command::new(&program)
            .args(["--exact", "crash::sync_until_killed"])
            .env(PATH, &path)
            .env(ROUND, day.to_string())
            .stdout(Stdio::null())
            .spawn()
            .expect("starts");
        std::thread::sleep(Duration::from_millis(rng.u64(10..250)));
        child.kill().expect("is ours");
        child.wait().expect("ends");

        let store = org::open(&path).expect("opens after a kill");
        org::assert_sound(&store);
        killed_within += u32::from(store.open_run().expect("reads").is_some());
        let latest = store.latest().expect("reads");
        // Every completed snapshot is the whole org of its day.
        if let Some(latest) = &latest {
            let shown = (latest.finished.0 - T0) / DAY;
            let mut want: Vec<_> = org_on(shown as u64).into_iter().map(|d| d.id).collect();
            want.sort();
            assert_eq!(org::ids(&store, latest.id), want);
            if shown as u64 == day {
                day += 1;
            }
        }
    }
    assert!(killed_within > 0, "no kill fell into a run");
    let store = org::open(&path).expect("opens");
    sync_on(&store, day);
    org::assert_sound(&store);
    assert_eq!(
        org::ids(&store, store.latest().expect("reads").expect("is there").id).len(),
        org_on(day).len()
    );
}

#[test]
fn the_files_as_they_lie_at_every_commit_open_as_the_last_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    let store = org::open(&path).expect("opens");
    let mut rng = Rng::with_seed(42);
    let devices = org::devices(&mut rng, 300);
    let before = org::sync(&store, &devices, 0).expect("syncs");
    let copy_opens = |what: &str| {
        // Copied while the store is open, as a power cut would leave them.
        let copy = folder.path().join(format!("{what}.db"));
        for suffix in ["", "-wal"] {
            let with = |p: &Path| format!("{}{suffix}", p.display());
            std::fs::copy(with(&path), with(&copy)).expect("copies");
        }
        let copy = org::open(&copy).expect("opens");
        org::assert_sound(&copy);
        copy
    };
    let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(T0 + DAY)).expect("begins");
    for (n, page) in org::devices(&mut rng, 280).chunks(40).enumerate() {
        run.put_devices(page.iter().cloned().map(org::raw).collect(), Some(&n.to_string())).expect("takes");
        run.flush().expect("commits");
        let copy = copy_opens(&format!("page {n}"));
        assert_eq!(copy.latest().expect("reads").expect("is there").id, before);
        assert_eq!(org::ids(&copy, before).len(), 300);
        let mut resumed = copy.begin_or_resume_run(RunKind::Full, Timestamp(T0 + DAY)).expect("goes on");
        assert_eq!(resumed.cursor(&Collection::Devices).expect("reads"), Some(n.to_string()));
    }
    run.finish_collection(&Collection::Devices, Outcome::Complete).expect("finishes");
    assert_eq!(copy_opens("finished").latest().expect("reads").expect("is there").id, before);
    let after = run.complete(Timestamp(T0 + DAY)).expect("completes");
    let copy = copy_opens("complete");
    assert_eq!(copy.latest().expect("reads").expect("is there").id, after);
    assert_eq!((org::ids(&copy, after).len(), org::ids(&copy, before).len()), (280, 300));
}
