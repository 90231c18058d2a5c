//! What can be wrong with a file, and that each is told apart and loses nothing.

use crate::org;
use cache::{Collection, Damage, Error, FORMAT, Key, Location, Outcome, RunKind, Store, set_aside};
use domain::Timestamp;
use fastrand::Rng;
use std::fs;
use std::path::{Path, PathBuf};

/// A cache with one snapshot, closed.
fn made(folder: &Path) -> PathBuf {
    let path = folder.join("org.db");
    let store = org::open(&path).expect("opens");
    org::sync(&store, &org::devices(&mut Rng::with_seed(31), 200), 0).expect("syncs");
    path
}

fn open_error(path: &Path) -> Error {
    match org::open(path) {
        Ok(_) => panic!("opened"),
        Err(error) => error,
    }
}

#[test]
fn the_file_is_encrypted_and_another_key_does_not_open_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let bytes = fs::read(&path).expect("reads");
    for text in ["SQLite format 3", "C02XK1", "northwind", "CREATE TABLE"] {
        assert!(!bytes.windows(text.len()).any(|w| w == text.as_bytes()), "{text} is in the clear");
    }
    let other = Store::open(&Location::File(path.clone()), &Key::new([8; 32]));
    assert!(matches!(other.map(drop), Err(Error::WrongKey)));
    assert_eq!(fs::read(&path).expect("reads"), bytes, "a wrong key changed the file");
    assert!(org::open(&path).expect("opens").latest().expect("reads").is_some());
}

#[test]
fn what_was_never_a_cache_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    let check = |bytes: &[u8], want: Damage| {
        fs::write(&path, bytes).expect("writes");
        match open_error(&path) {
            Error::Corrupt(damage) => assert_eq!(damage, want),
            other => panic!("{other:?}"),
        }
        assert_eq!(fs::read(&path).expect("reads"), bytes, "it was changed");
    };
    let mut plain = b"SQLite format 3\0".to_vec();
    plain.resize(32768, 1);
    check(&plain, Damage::NotACache);
    check(b"hello", Damage::NotACache);
    check(&[9; 16384 + 100], Damage::Truncated);
    // Nothing is in an empty file, so nothing can be lost.
    fs::write(&path, b"").expect("writes");
    assert!(org::open(&path).is_ok());
}

#[test]
fn a_newer_format_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let connection = org::raw_connection(&path);
    connection.pragma_update(None, "user_version", FORMAT + 3).expect("writes");
    drop(connection);
    match open_error(&path) {
        Error::NewerVersion { found, known } => assert_eq!((found, known), (FORMAT + 3, FORMAT)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_second_process_is_kept_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let store = org::open(&path).expect("opens");
    // A lock belongs to an open file, so a second handle in this process stands for another process.
    assert!(matches!(open_error(&path), Error::Locked));
    assert!(matches!(set_aside(&path), Err(Error::Locked)));
    drop(store);
    assert!(org::open(&path).is_ok());
}

#[test]
fn one_run_at_a_time() {
    let store = org::memory();
    let run = store.begin_or_resume_run(RunKind::Full, Timestamp(0)).expect("begins");
    assert!(matches!(
        store.begin_or_resume_run(RunKind::Full, Timestamp(0)).map(drop),
        Err(Error::RunActive)
    ));
    drop(run);
    assert!(store.begin_or_resume_run(RunKind::Full, Timestamp(0)).expect("goes on").resumed());
}

#[test]
fn flipped_bytes_are_noticed_and_the_file_can_be_set_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let whole = fs::read(&path).expect("reads");
    let pages = whole.len() / 16384;
    let mut rng = Rng::with_seed(32);
    for page in 1..pages {
        let mut bytes = whole.clone();
        let at = page * 16384 + rng.usize(..16384);
        bytes[at] ^= 0x40;
        fs::write(&path, &bytes).expect("writes");
        let noticed = match org::open(&path) {
            Ok(store) => store.check().map_or_else(|e| matches!(e, Error::Corrupt(_)), |f| !f.is_empty()),
            Err(Error::Corrupt(_)) => true,
            Err(other) => panic!("page {page}: {other:?}"),
        };
        assert!(noticed, "page {page} of {pages}");
    }
    // The first page damaged, and the end cut off.
    let mut bytes = whole.clone();
    bytes[5000] ^= 1;
    fs::write(&path, &bytes).expect("writes");
    assert!(matches!(open_error(&path), Error::Corrupt(Damage::Page(_))));
    fs::write(&path, &whole[..whole.len() - 100]).expect("writes");
    assert!(matches!(open_error(&path), Error::Corrupt(Damage::Truncated)));

    let aside = set_aside(&path).expect("is renamed");
    assert_eq!(fs::read(aside).expect("is kept").len(), whole.len() - 100);
    assert!(org::open(&path).expect("a new one").latest().expect("reads").is_none());
}

#[test]
fn a_full_disk_loses_nothing_and_can_be_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let store = org::open(&path).expect("opens");
    let before = store.latest().expect("reads").expect("is there").id;
    let ids = org::ids(&store, before);
    let mut rng = Rng::with_seed(33);
    let more: Vec<_> = (0..1500).map(|n| org::raw(org::device(&mut rng, n))).collect();

    for room in 0..12 {
        store.leave_room(Some(room)).expect("limits");
        let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(org::T0)).expect("begins");
        let full = run.put_devices(more.clone(), None).and_then(|()| {
            run.flush()?;
            run.finish_collection(&Collection::Devices, Outcome::Complete)?;
            run.complete(Timestamp(org::T0))
        });
        assert!(matches!(full, Err(Error::DiskFull)), "room for {room} pages: {full:?}");
        assert_eq!(store.latest().expect("reads").expect("is there").id, before);
        assert_eq!(org::ids(&store, before), ids);
        org::assert_sound(&store);
        store.leave_room(None).expect("lifts the limit");
    }
    let mut run = store.begin_or_resume_run(RunKind::Full, Timestamp(org::T0)).expect("goes on");
    run.put_devices(more, None).expect("takes");
    run.finish_collection(&Collection::Devices, Outcome::Complete).expect("finishes");
    let after = run.complete(Timestamp(org::T0)).expect("completes");
    assert_eq!(org::ids(&store, after).len(), 1500);
    org::assert_sound(&store);
}

#[test]
fn half_a_page_at_the_end_is_no_damage_while_the_log_beside_it_has_it_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let checkpointed = fs::metadata(&path).expect("is there").len();
    let copy = folder.path().join("copy.db");
    let beside = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
    let store = org::open(&path).expect("opens");
    let after = org::sync(&store, &org::devices(&mut Rng::with_seed(34), 250), 1).expect("syncs");
    let ids = org::ids(&store, after);
    // As a checkpoint leaves it that is killed while it writes the first page after the old end.
    fs::copy(&path, &copy).expect("copies");
    fs::copy(beside(&path), beside(&copy)).expect("copies");
    drop(store);
    let half = |path: &Path| {
        let file = fs::OpenOptions::new().write(true).open(path).expect("opens");
        file.set_len(checkpointed + 5000).expect("grows");
    };
    half(&copy);
    let opened = org::open(&copy).expect("opens");
    org::assert_sound(&opened);
    assert_eq!(org::ids(&opened, after), ids);
    drop(opened);
    assert_eq!(fs::metadata(&copy).expect("is there").len() % 16384, 0);

    // With an empty log nobody has the rest.
    half(&copy);
    fs::write(beside(&copy), b"").expect("writes");
    assert!(matches!(open_error(&copy), Error::Corrupt(Damage::Truncated)));
}
