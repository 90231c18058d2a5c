//! Files of earlier formats. A fixture is what a released version wrote, as SQL; it is never changed, only joined by the
//! next format's.

use crate::org;
use domain::{DeviceQuery, UserQuery};
use rusqlite::Connection;
use std::path::Path;

/// Everything that a file's schema says, in a comparable order.
fn schema(path: &Path) -> Vec<String> {
    let connection = org::raw_connection(path);
    let mut statement = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
        .expect("reads");
    let words = |sql: String| sql.split_whitespace().collect::<Vec<_>>().join(" ");
    statement
        .query_map([], |row| row.get(0).map(words))
        .expect("reads")
        .collect::<Result<_, _>>()
        .expect("reads")
}

fn check(fixture: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (folder.path().join("old.db"), folder.path().join("new.db"));
    let connection: Connection = org::raw_connection(&old);
    connection.execute_batch(fixture).expect("is SQL");
    drop(connection);

    let store = org::open(&old).expect("is brought to today's format");
    let latest = store.latest().expect("reads").expect("has a snapshot").id;
    for search in ["", "c02xk"] {
        let query = DeviceQuery { search: search.to_owned(), ..DeviceQuery::default() };
        let listing = store.devices(latest, &query).expect("lists");
        let rows = store.device_rows(&listing, 0, 10).expect("reads");
        assert_eq!(rows.len(), 2, "{search:?}");
        let detail = store.device(latest, &rows[0].id, 10).expect("reads").expect("is there");
        assert!(detail.raw.contains(rows[0].id.as_str()));
    }
    assert_eq!(store.totals(latest).expect("reads").devices, 2);
    // People had no search text then: each was given one.
    let people = |search: &str| {
        let query = UserQuery { search: search.to_owned(), ..UserQuery::default() };
        store.users(latest, &query).expect("lists").total()
    };
    assert_eq!((people(""), people("northwind"), people("person 7")), (40, 40, 1));
    org::assert_sound(&store);
    drop(store);
    drop(org::open(&new).expect("opens"));
    assert_eq!(
        schema(&old),
        schema(&new),
        "an old file and a new one differ: was a released migration edited?"
    );
}

#[test]
fn format_1_opens() {
    check(include_str!("fixtures/format-1.sql"));
}

/// Writes the fixture of today's format to standard output; run it once before a release that brings a new format.
#[test]
#[ignore = "a tool, not a test"]
fn write_fixture() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    let mut rng = fastrand::Rng::with_seed(51);
    let mut devices = org::devices(&mut rng, 2);
    for device in &mut devices {
        device.profile.serial_number = Some("C02XK".into());
    }
    let store = org::open(&path).expect("opens");
    org::sync(&store, &devices, 0).expect("syncs");
    drop(store);
    let connection = org::raw_connection(&path);
    println!("PRAGMA user_version = {};", cache::FORMAT);
    let sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'device_search_*'
        AND name NOT GLOB 'sqlite_*' ORDER BY rowid";
    let mut statement = connection.prepare(sql).expect("reads");
    let tables: Vec<(String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("reads")
        .map(|r| r.expect("reads"))
        .collect();
    tables.iter().for_each(|(_, sql)| println!("{sql};"));
    for (name, _) in
        tables.iter().filter(|(name, sql)| sql.starts_with("CREATE TABLE") && name != "fleet_column")
    {
        let mut statement = connection.prepare(&format!("SELECT * FROM {name}")).expect("reads");
        let columns = statement.column_count();
        let mut rows = statement.query([]).expect("reads");
        while let Some(row) = rows.next().expect("reads") {
            let values: Vec<String> = (0..columns)
                .map(|at| {
                    let value: rusqlite::types::Value = row.get(at).expect("reads");
                    connection.query_row("SELECT quote(?1)", [value], |row| row.get(0)).expect("quotes")
                })
                .collect();
            println!("INSERT INTO {name} VALUES ({});", values.join(", "));
        }
    }
    println!("INSERT INTO device_search (device_search, rank) VALUES ('automerge', 8);");
    println!("INSERT INTO device_search (rowid, text) SELECT doc, serial FROM device;");
}
