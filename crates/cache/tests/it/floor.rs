//! The benchmark's floor really inserts what a sync left.

use crate::org;
use cache::{Location, floor::Prebuilt};

#[test]
fn the_floor_inserts_the_rows_of_a_sync() {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (folder.path().join("from.db"), folder.path().join("to.db"));
    let store = org::open(&from).expect("opens");
    org::sync(&store, &org::devices(&mut fastrand::Rng::with_seed(61), 300), 0).expect("syncs");
    let prebuilt = Prebuilt::read(&store).expect("reads");
    drop(store);
    prebuilt.insert(&Location::File(to.clone()), &org::key()).expect("inserts");
    let count = |path, table: &str| -> u64 {
        let sql = format!("SELECT count(*) FROM {table}");
        org::raw_connection(path).query_row(&sql, [], |row| row.get(0)).expect("counts")
    };
    for table in ["device_id", "user_id", "raw", "user", "device", "device_link", "device_search_docsize"] {
        assert_eq!(count(&to, table), count(&from, table), "{table}");
        assert!(count(&to, table) > 0, "{table}");
    }
}
