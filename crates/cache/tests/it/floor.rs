//! The benchmark's floors do the work that they stand for: inserting what a sync left, and answering the same questions.

use crate::org;
use cache::{
    Location,
    floor::{Plain, Prebuilt},
};
use domain::{DeviceQuery, Facet, FacetFilter, SortColumn, SortKey, Where};

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

#[test]
fn plain_sql_finds_as_many_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cache.db");
    let store = org::open(&file).expect("opens");
    let devices = org::devices(&mut fastrand::Rng::with_seed(62), 500);
    // Some devices are gone later, and all had other words.
    let mut before = devices[..400].to_vec();
    before.iter_mut().for_each(|device| device.profile.display_name = Some("Anna's old one".into()));
    org::sync(&store, &before, 0).expect("syncs");
    let snapshot = org::sync(&store, &devices[100..], 1).expect("syncs");
    let filters = [
        vec![],
        vec![FacetFilter::include(Facet::Platform, ["WINDOWS", "IOS"])],
        vec![
            FacetFilter::include(Facet::Managed, ["MANAGED"]),
            FacetFilter::include(Facet::Encryption, ["NONE"]),
        ],
    ];
    let mut found = Vec::new();
    for indexed in [false, true] {
        if indexed {
            Plain::index(&file, &org::key()).expect("makes indexes");
        }
        let plain = Plain::open(&file, &org::key()).expect("opens");
        for column in [SortColumn::Name, SortColumn::LastUpdated, SortColumn::Risk] {
            let typed = [("", ""), ("anna", ""), ("anna s", ""), ("", "last_updated older than 40 days")];
            for (filters, (search, typed)) in filters.iter().flat_map(|f| typed.map(|t| (f, t))) {
                let sort = vec![SortKey { column, descending: true }];
                let conditions = Where::parse(typed).expect("a filter");
                let query =
                    DeviceQuery { search: search.to_owned(), filters: filters.clone(), conditions, sort };
                let want = store.devices(snapshot, &query).expect("lists").total();
                let got = plain.rows(&query, 1000).expect("reads");
                assert_eq!(got as u64, want, "{query:?}");
                assert!(plain.counts(&query).expect("counts") > 0, "{query:?}");
                found.push(got);
            }
        }
    }
    assert!(
        found.iter().filter(|n| **n > 0).count() > found.len() / 2,
        "the questions find too little: {found:?}"
    );
}
