//! A cache file that can't be used is told as what it is, and is never harmed.

use crate::rig::{Rig, connection, core, start};
use app::SetClock;
use contract::{Failure, FailureKind};
use domain::DeviceQuery;
use std::{fs, path::Path, sync::Arc, time::Duration};

/// A cache with a snapshot, closed, and its folder.
async fn a_cache() -> tempfile::TempDir {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let Rig { app, data, org, .. } = rig;
    drop(app);
    org.stop().await;
    data
}

/// Opens it. Whatever of an earlier core still reads in the background lets the file go when it is done, which is waited for.
async fn open(folder: &Path, key: [u8; 32]) -> Result<(), Failure> {
    for _ in 0..200 {
        match open_now(folder, key).await {
            Err(failure) if failure.message.contains("Another program") => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            result => return result,
        }
    }
    open_now(folder, key).await
}

async fn open_now(folder: &Path, key: [u8; 32]) -> Result<(), Failure> {
    let app = core(folder.to_owned(), Arc::new(SetClock::new(start())));
    let mut org = connection("http://127.0.0.1:9", "00token", Some(folder.join("org.db")));
    org.cache.key.key = cache::Key::new(key);
    app.open_org(org).await
}

fn refused(result: Result<(), Failure>, words: &str) {
    let failure = result.expect_err("it is refused");
    assert_eq!(failure.kind, FailureKind::Cache, "{failure}");
    assert!(failure.message.contains(words) && failure.hint.is_some(), "{failure}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_refused_and_the_right_one_still_opens_it() {
    let data = a_cache().await;
    refused(open(data.path(), [8; 32]).await, "key");
    assert_eq!(open(data.path(), [7; 32]).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_cache_is_refused_and_left_alone() {
    let data = tempfile::tempdir().expect("a folder");
    let path = data.path().join("org.db");
    fs::write(&path, b"Dear diary, ".repeat(4096)).expect("writes");
    let before = fs::read(&path).expect("reads");
    assert!(open(data.path(), [7; 32]).await.is_err());
    assert_eq!(fs::read(&path).expect("reads"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_told_and_never_panics() {
    let data = a_cache().await;
    let path = data.path().join("org.db");
    let whole = fs::read(&path).expect("reads");
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut damaged = whole.clone();
        damaged[at..].iter_mut().take(64).for_each(|byte| *byte ^= 0x5a);
        fs::write(&path, &damaged).expect("writes");
        let app = core(data.path().to_owned(), Arc::new(SetClock::new(start())));
        let org = connection("http://127.0.0.1:9", "00token", Some(path.clone()));
        let shown = match app.open_org(org).await {
            Ok(()) => app.call(contract::overview::GetOverview { as_of: None }).await.map(|_| ()),
            Err(failure) => Err(failure),
        };
        if let Err(failure) = shown {
            assert_eq!(failure.kind, FailureKind::Cache, "damage at {at}: {failure}");
        }
        drop(app);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_newer_version_is_refused_and_left_alone() {
    let data = a_cache().await;
    let path = data.path().join("org.db");
    {
        let file = rusqlite::Connection::open(&path).expect("opens");
        let key = "07".repeat(32);
        file.execute_batch(&format!(
            "PRAGMA key = \"x'{key}'\"; PRAGMA cipher_page_size = 16384; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;
             PRAGMA user_version = {};",
            cache::FORMAT + 1
        ))
        .expect("a later version was here");
    }
    let before = fs::read(&path).expect("reads");
    refused(open(data.path(), [7; 32]).await, "newer version");
    assert!(fs::read(&path).expect("reads") == before, "it was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_and_the_sync_goes_on_later() {
    let rig = Rig::new(900).await;
    rig.synced().await;
    let before = rig.list(DeviceQuery::default()).await;
    rig.pass(Duration::from_secs(30 * 24 * 3600));
    for room in [0, 3, 12] {
        rig.app.leave_room(Some(room)).expect("room");
        let failure = rig.sync_all().await.failure.expect("there is no room");
        assert_eq!(failure.kind, FailureKind::DiskFull, "{failure}");
        assert!(failure.hint.is_some());
        let after = rig.list(DeviceQuery::default()).await;
        assert_eq!((after.snapshot, after.rows), (before.snapshot, before.rows.clone()));
    }
    rig.app.leave_room(None).expect("room");
    rig.synced().await;
    assert_ne!(rig.list(DeviceQuery::default()).await.rows, before.rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_do_not_share_a_cache() {
    let rig = Rig::new(10).await;
    let second = core(rig.data.path().to_owned(), rig.clock.clone());
    refused(second.open_org(rig.connection()).await.map(|_| ()), "Another program");
}
