//! Files of earlier formats. A fixture is what a released version wrote, as SQL; it is never changed, only joined by the
//! next format's.

use crate::org;
use domain::{DeviceQuery, LogField, LogFilter, Timestamp, UserQuery};
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

#[test]
fn format_5_opens_and_its_log_is_the_same() {
    let fixture = include_str!("fixtures/format-5.sql");
    check(fixture);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("org.db");
    org::raw_connection(&path).execute_batch(fixture).expect("is SQL");
    let store = org::open(&path).expect("is brought to today's format");
    let at = store.latest().expect("reads").expect("has a snapshot").id;
    let log = store.log(at, &LogFilter::default(), None, 10).expect("lists");
    let told: Vec<_> = log.iter().map(|(place, event)| (place.published.0, &*event.uuid)).collect();
    let uuid = |end| format!("0b57fb29-38dc-11f1-9c2f-0242ac12000{end}");
    let (a, c, d, e, f) = (uuid(2), uuid(4), uuid(5), uuid(6), uuid(7));
    assert_eq!(
        told,
        [
            (1_728_000_002_000, &*a),
            (1_728_000_001_500, &*d),
            (1_728_000_001_500, &*c),
            (1_728_000_001_000, "no uuid"),
            (1_727_000_000_000, &*e),
            (1_726_000_000_000, &*f),
        ]
    );
    let first = &log[0].1;
    assert_eq!(
        (first.actor_name.as_deref(), first.actor_id.as_deref(), first.message.as_deref()),
        (Some("Zoë O'Neill"), Some("00u00000000000000001"), Some("User login to Okta"))
    );
    assert_eq!((first.session.as_deref(), first.ip.as_deref()), (Some("s1"), Some("192.0.2.1")));
    let count = |filter: &LogFilter| store.count_log(at, filter, &[]).expect("counts").matching;
    let text = |text: &str| LogFilter { text: text.to_owned(), ..LogFilter::default() };
    assert_eq!(
        ["zoe oneil", "zoe o neil", "brute", "evaluat sign", "李"].map(|t| count(&text(t))),
        [0, 2, 1, 2, 1]
    );
    assert_eq!(count(&LogFilter::of(LogField::Outcome, "SUCCESS")), 2);
    assert_eq!(count(&LogFilter::of(LogField::User, "00u00000000000000001")), 2);
    assert_eq!(store.platform_events(at, 9).expect("reads").len(), 1);
    assert_eq!(store.log_begins(at).expect("reads"), Some(Timestamp(1_728_000_001_000)));
    assert!(store.raw_event(at, &d).expect("reads").is_some());
    let signals = store.signals(at, &"guo00000000000000000".into()).expect("reads");
    assert_eq!(
        signals.iter().map(|s| &*s.event).collect::<Vec<_>>(),
        [&*c],
        "a reading finds its event again"
    );
    let cover = store.log_cover(at, Timestamp(i64::MAX)).expect("reads");
    let (since, until) = (cover.spans[0].since.0, cover.spans[0].until.0);
    assert_eq!((cover.spans.len(), since, until), (1, 1_728_000_001_000, 1_728_000_002_000));
    assert!(cover.raw > cover.kept && cover.kept > 0);
    // What comes again is known, and what is new finds its place.
    let mut run =
        store.begin_or_resume_run(cache::RunKind::Incremental, Timestamp(1_728_000_100_000)).expect("begins");
    let again = domain::LogEvent { ..log[1].1.clone() };
    run.put_log_events(vec![org::raw(again)], None).expect("takes");
    run.flush().expect("commits");
    assert_eq!(run.tally(&cache::Collection::Log).expect("reads").written, 0);
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
