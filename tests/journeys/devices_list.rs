//! The list of devices as an admin works with it: typed filters that keep exactly what they say, views that come back as
//! they were saved, and files that hold exactly the rows that were on screen.

use crate::rig::{Rig, start};
use contract::{
    FailureKind,
    devices::{DeviceRow, GetDeviceRows, ListDeviceIds},
    exports::{CancelExport, ExportDevices, ExportFormat, ExportProgress, ExportWhat, Exported, GetExport},
    views::{DeleteView, ExportViews, ImportViews, ListViews, RenameView, SaveView, Views},
};
use domain::{
    Attribute, Condition, DeviceQuery, DeviceSet, Facet, FacetFilter, SortColumn, SortKey, Test, TextTest,
    Where,
};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path};

fn typed(text: &str) -> DeviceQuery {
    let conditions = Where::parse(text).unwrap_or_else(|mistake| panic!("{text}: {mistake}"));
    DeviceQuery { conditions, ..DeviceQuery::default() }
}

fn ids(rows: &[DeviceRow]) -> BTreeSet<String> {
    rows.iter().map(|row| row.id.to_string()).collect()
}

fn days_since(row: &DeviceRow) -> Option<i64> {
    row.last_updated.map(|at| start().since(at).div_euclid(86_400_000))
}

/// Whether the first numbers of a version come before others; `None` for what is no version.
fn below(version: Option<&str>, wanted: [u64; 3]) -> Option<bool> {
    let numbers: Option<Vec<u64>> = version?.split(':').next()?.split('.').map(|n| n.parse().ok()).collect();
    let mut numbers = numbers?;
    numbers.resize(3, 0);
    Some(numbers[..] < wanted[..])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_filter_keeps_exactly_what_it_says() {
    let rig = Rig::new(1_500).await;
    rig.synced().await;
    let all = rig.all(DeviceQuery::default()).await;
    let mac = |row: &DeviceRow| row.platform.as_ref().is_some_and(|p| p.as_str() == "MACOS");
    type Rule<'r> = Box<dyn Fn(&DeviceRow) -> bool + 'r>;
    let cases: Vec<(&str, Rule<'_>)> = vec![
        (
            "os < 15.6.1 and platform is macOS",
            Box::new(|r| mac(r) && below(r.os_version.as_deref(), [15, 6, 1]) == Some(true)),
        ),
        (
            "os < macOS 15.6.1",
            Box::new(|r| mac(r) && below(r.os_version.as_deref(), [15, 6, 1]) == Some(true)),
        ),
        (
            "platform is macOS and os >= 15.6.1 or unknown",
            Box::new(|r| mac(r) && below(r.os_version.as_deref(), [15, 6, 1]) != Some(true)),
        ),
        ("os is unknown", Box::new(|r| r.os_version.is_none())),
        ("jailbreak is yes", Box::new(|r| r.jailbreak == Some(true))),
        ("jailbreak is yes or unknown", Box::new(|r| r.jailbreak != Some(false))),
        ("jailbreak is no", Box::new(|r| r.jailbreak == Some(false))),
        ("registered is yes", Box::new(|r| r.registered == Some(true))),
        ("users >= 2", Box::new(|r| r.users.is_some_and(|n| n >= 2))),
        ("users = 0 or users > 1", Box::new(|r| r.users.is_some_and(|n| n != 1))),
        ("duplicates >= 1", Box::new(|r| r.same_serial > 0)),
        ("serial is unknown", Box::new(|r| r.serial.is_none())),
        ("last evidence older than 30 days", Box::new(|r| days_since(r).is_some_and(|d| d >= 30))),
        ("last evidence newer than 30 days", Box::new(|r| days_since(r).is_some_and(|d| d < 30))),
        (
            "(manufacturer contains \"dell\" or manufacturer is Apple) and (secure_hardware is no or secure_hardware is unknown)",
            Box::new(|r| {
                let make = r.manufacturer.as_deref().unwrap_or_default().to_lowercase();
                (make.contains("dell") || make == "apple") && r.secure_hardware != Some(true)
            }),
        ),
        (
            "name starts with \"nw-\" and name does not contain \"MBP\"",
            Box::new(|r| {
                let name = r.name.as_deref().unwrap_or_default().to_lowercase();
                name.starts_with("nw-") && !name.contains("mbp")
            }),
        ),
        ("off os < 1", Box::new(|_| true)),
    ];
    for (text, rule) in cases {
        let want: Vec<&DeviceRow> = all.iter().filter(|row| rule(row)).collect();
        let page = rig.list(typed(text)).await;
        let got = rig.all(typed(text)).await;
        assert_eq!(page.matching, want.len() as u64, "{text}");
        assert_eq!(ids(&got), want.iter().map(|row| row.id.to_string()).collect(), "{text}");
        assert!(!want.is_empty(), "{text} finds nothing and so proves nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_is_neither_below_nor_above() {
    let rig = Rig::new(800).await;
    rig.synced().await;
    let count = async |text: &str| rig.list(typed(text)).await.matching;
    for (below, above, unknown) in [
        ("os < 15", "os >= 15", "os is unknown"),
        ("users < 1", "users >= 1", "users is unknown"),
        ("last_updated older than 60 days", "last_updated newer than 60 days", "last_updated is unknown"),
        ("secure_hardware is yes", "secure_hardware is no", "secure_hardware is unknown"),
    ] {
        let (low, high, never) = (count(below).await, count(above).await, count(unknown).await);
        assert_eq!(low + high + never, 800, "{below}, {above}, {unknown}");
        assert_eq!(count(&format!("{below} or unknown")).await, low + never);
    }
    assert!(count("secure_hardware is unknown").await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_facet_beside_a_typed_filter_counts_its_rows() {
    let rig = Rig::new(700).await;
    rig.synced().await;
    let narrowed = typed("(os < 18 or unknown) and (users >= 1)");
    let page = rig.list(narrowed.clone()).await;
    assert!(page.matching > 0 && page.matching < page.total);
    for counts in &page.facets {
        for value in &counts.values {
            let filters = vec![FacetFilter::include(counts.facet, [value.value.clone()])];
            let rows = rig.all(DeviceQuery { filters, ..narrowed.clone() }).await;
            assert_eq!(rows.len() as u64, value.count, "{:?} = {}", counts.facet, value.value);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lens_opens_as_many_rows_as_it_says() {
    let rig = Rig::new(1_000).await;
    rig.synced().await;
    let Views { lenses, own, .. } = rig.app.call(ListViews { as_of: None }).await.expect("views");
    assert_eq!(own, []);
    let keys: Vec<&str> = lenses.iter().map(|lens| lens.id.as_str()).collect();
    assert_eq!(keys, ["orphaned", "shared", "duplicates", "stale", "unmanaged", "unencrypted", "old_os"]);
    for lens in &lenses {
        let rows = rig.all(lens.query.clone()).await;
        assert_eq!(rows.len() as u64, lens.count, "{}", lens.label);
        assert!(lens.count > 0, "{} finds nothing in the demo org", lens.label);
        let right = rows.iter().all(|row| match lens.id.as_str() {
            "orphaned" => row.users == Some(0),
            "shared" => row.users >= Some(2),
            "duplicates" => row.same_serial > 0,
            "stale" => days_since(row) >= Some(90),
            "unencrypted" => row.encryption.as_ref().and_then(|e| e.counts_as_encrypted()) == Some(false),
            _ => true,
        });
        assert!(right, "{} holds other devices", lens.label);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_view_comes_back_as_it_was() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let query = DeviceQuery {
        search: "a".to_owned(),
        filters: vec![FacetFilter { on: false, ..FacetFilter::include(Facet::Platform, ["MACOS"]) }],
        sort: vec![SortKey { column: SortColumn::Manufacturer, descending: true }],
        ..typed("os < 18 or jailbreak is yes")
    };
    let columns = Some(vec!["name".to_owned(), "udid".to_owned()]);
    let save =
        |name: &str| SaveView { name: name.to_owned(), query: query.clone(), columns: columns.clone() };
    let id = rig.app.call(save(" Old phones ")).await.expect("saves");
    let taken = rig.app.call(save("OLD PHONES")).await.expect_err("the name is taken");
    assert_eq!(taken.kind, FailureKind::BadInput);
    assert_eq!(rig.app.call(save(" ")).await.expect_err("no name").kind, FailureKind::BadInput);
    rig.app.call(RenameView { id, name: "Odd ones".to_owned() }).await.expect("renames");

    let rig = rig.restart().await;
    let views = async || rig.app.call(ListViews { as_of: None }).await.expect("views").own;
    let own = views().await;
    assert_eq!((own[0].name.as_str(), &own[0].query, &own[0].columns), ("Odd ones", &query, &columns));
    assert_eq!(own[0].count, rig.list(query.clone()).await.matching);

    let file = rig.app.call(ExportViews {}).await.expect("exports");
    let undo = rig.app.call(DeleteView { id }).await.expect("deletes");
    assert_eq!(views().await, []);
    assert_eq!(rig.app.call(DeleteView { id }).await.expect_err("is gone").kind, FailureKind::NotFound);
    assert_eq!(rig.app.call(ImportViews { text: undo }).await, Ok(1));
    assert_eq!(rig.app.call(ImportViews { text: file }).await, Ok(1));
    let names: Vec<String> = views().await.into_iter().map(|view| view.name).collect();
    assert_eq!(names, ["Odd ones", "Odd ones (2)"]);

    let before = views().await;
    for nonsense in [
        "",
        "{}",
        "[1]",
        r#"{"kind":"other","views":[]}"#,
        r#"{"kind":"postern views 1","views":[{"name":""}]}"#,
    ] {
        let refused = rig.app.call(ImportViews { text: nonsense.to_owned() }).await.expect_err(nonsense);
        assert_eq!(refused.kind, FailureKind::BadInput, "{nonsense}");
    }
    assert_eq!(views().await, before, "a file that is refused adds nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_of_another_version_opens_with_what_is_left() {
    let rig = Rig::new(200).await;
    rig.synced().await;
    let text = r#"{"kind":"postern views 1","views":[{"name":"From tomorrow","view":{
        "filters":[{"facet":"aura","values":["BLUE"]},{"facet":"platform","values":["MACOS"]}],
        "where":"aura > 3","sort":[{"column":"aura"}],"columns":["name","aura","serial"]}}]}"#;
    rig.app.call(ImportViews { text: text.to_owned() }).await.expect("imports");
    let own = rig.app.call(ListViews { as_of: None }).await.expect("views").own;
    assert_eq!(own[0].query.filters, [FacetFilter::include(Facet::Platform, ["MACOS"])]);
    assert_eq!(own[0].columns.as_deref(), Some(&["name".to_owned(), "serial".to_owned()][..]));
    assert_eq!(own[0].lost.len(), 4, "{:?}", own[0].lost);
    assert_eq!(own[0].count, rig.list(own[0].query.clone()).await.matching);
    // Renamed and deleted by this version, it still has what only the other one knows.
    rig.app.call(RenameView { id: own[0].id, name: "Still whole".to_owned() }).await.expect("renames");
    let file = rig.app.call(DeleteView { id: own[0].id }).await.expect("deletes");
    assert!(file.contains("Still whole") && file.contains("aura > 3") && file.contains("BLUE"), "{file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_and_rows_of_a_choice_are_those_of_the_list() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let sort = vec![SortKey { column: SortColumn::Serial, descending: true }];
    let query = DeviceQuery { sort: sort.clone(), ..typed("users >= 1") };
    let rows = rig.all(query.clone()).await;
    let ask = ListDeviceIds { as_of: None, query, offset: 10, limit: 50 };
    let some = rig.app.call(ask).await.expect("ids");
    assert_eq!(some, rows[10..60].iter().map(|row| row.id.clone()).collect::<Vec<_>>());
    let mut mixed = some.clone();
    mixed.reverse();
    mixed.push("guoGone".into());
    let again = rig.app.call(GetDeviceRows { as_of: None, ids: mixed, sort }).await.expect("rows");
    assert_eq!(again, rows[10..60]);
}

async fn export(
    rig: &Rig,
    what: ExportWhat,
    columns: &[&str],
    format: ExportFormat,
    folder: &Path,
) -> Exported {
    let columns = columns.iter().map(|column| (*column).to_owned()).collect();
    let folder = Some(folder.display().to_string());
    rig.app.call(ExportDevices { as_of: None, what, columns, format, folder }).await.expect("exports")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_holds_exactly_the_rows_on_screen() {
    let rig = Rig::new(600).await;
    rig.synced().await;
    let folder = tempfile::tempdir().expect("a folder");
    let sort = vec![SortKey { column: SortColumn::LastUpdated, descending: true }];
    let query = DeviceQuery { sort, ..typed("platform is macOS, Windows and users >= 1") };
    let rows = rig.all(query.clone()).await;
    let columns = ["name", "serial", "users", "secure_hardware", "last_updated"];
    let want: Vec<[Option<String>; 6]> = rows
        .iter()
        .map(|row| {
            [
                Some(row.id.to_string()),
                row.name.clone(),
                row.serial.clone(),
                row.users.map(|n| n.to_string()),
                row.secure_hardware.map(|yes| yes.to_string()),
                row.last_updated.map(|at| at.to_rfc3339()),
            ]
        })
        .collect();
    let found = ExportWhat::Found(query.clone());

    let csv = export(&rig, found.clone(), &columns, ExportFormat::Csv, folder.path()).await;
    assert_eq!(csv.rows, rows.len() as u64);
    let text = std::fs::read_to_string(&csv.path).expect("reads");
    assert_eq!(text.lines().next(), Some("id,name,serial,users,secure_hardware,last_updated"));
    assert_eq!(text.lines().count(), rows.len() + 1);
    let meta: Value = read_json(csv.meta.as_deref().expect("a second file"));
    assert_eq!(meta["where"], query.conditions.to_string());
    assert_eq!(meta["snapshot"], csv.snapshot.0);
    assert_eq!(meta["rows"], rows.len());
    assert_eq!(meta["columns"][1], "name");

    let json = export(&rig, found.clone(), &columns, ExportFormat::Json, folder.path()).await;
    let json: Value = read_json(&json.path);
    assert_eq!(json["meta"]["org"], "journey");
    let cell = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let keys = ["id", "name", "serial", "users", "secure_hardware", "last_updated"];
    let got: Vec<[Option<String>; 6]> =
        json["rows"].as_array().expect("rows").iter().map(|row| keys.map(|key| cell(&row[key]))).collect();
    assert_eq!(got, want);

    let db = export(&rig, found, &columns, ExportFormat::Sqlite, folder.path()).await;
    let connection = rusqlite::Connection::open(&db.path).expect("any SQLite opens it");
    let names: Vec<Option<String>> = connection
        .prepare("SELECT name FROM devices ORDER BY rowid")
        .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
        .expect("reads");
    assert_eq!(names, rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>());
    let told: String = connection
        .query_row("SELECT value FROM meta WHERE key = 'where'", [], |row| row.get(0))
        .expect("is told");
    assert_eq!(told, query.conditions.to_string());
    assert_eq!(rig.app.call(GetExport {}).await.expect("asks").running, None, "nothing is under way");
    assert!(parts(folder.path()).is_empty(), "nothing half-written stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_exported_and_nothing_else() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let folder = tempfile::tempdir().expect("a folder");
    let query = typed("users >= 1");
    let page = rig.list(query.clone()).await;
    let three: BTreeSet<_> = page.rows.iter().take(3).map(|row| row.id.clone()).collect();
    let of =
        |set: DeviceSet| export(&rig, ExportWhat::Chosen(set), &["name"], ExportFormat::Json, folder.path());
    let got = of(DeviceSet::Ids(three.clone())).await;
    assert_eq!(got.rows, 3);
    let without = DeviceSet::Matching {
        query,
        snapshot: page.snapshot,
        matching: page.matching,
        without: three.clone(),
    };
    assert_eq!(without.count(), page.matching - 3);
    let got = of(without).await;
    assert_eq!(got.rows, page.matching - 3);
    let rows: Value = read_json(&got.path);
    let left_out = |row: &Value| three.iter().any(|id| row["id"] == id.as_str());
    assert!(!rows["rows"].as_array().expect("rows").iter().any(left_out));
}

/// The demo org has names that nobody should have given: a formula, one from right to left, one of many letters.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_come_through_and_do_no_harm() {
    let rig = Rig::new(10_900).await;
    rig.synced().await;
    let folder = tempfile::tempdir().expect("a folder");
    let all = rig.all(DeviceQuery::default()).await;
    let names: Vec<&str> = all.iter().filter_map(|row| row.name.as_deref()).collect();
    let found = |what: &dyn Fn(&str) -> bool| {
        names.iter().copied().find(|name| what(name)).expect("the demo org has one")
    };
    let formula = found(&|name| name.starts_with('='));
    let right_to_left = found(&|name| name.chars().any(|c| ('\u{590}'..='\u{6ff}').contains(&c)));
    let long = found(&|name| name.chars().count() >= 10_000);
    let everything = ExportWhat::Found(DeviceQuery::default());
    let csv = export(&rig, everything.clone(), &[], ExportFormat::Csv, folder.path()).await;
    assert!(csv.path.contains("devices-all-journey-snapshot-"), "{}", csv.path);
    let mut reader = csv::Reader::from_path(&csv.path).expect("opens");
    let head = reader.headers().expect("a head").clone();
    assert_eq!(head.len(), Attribute::all().count() + 1);
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("is CSV");
    assert_eq!(records.len(), all.len());
    for (cell, key) in records.iter().flat_map(|record| record.iter().zip(&head)) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{key} holds {cell:?}");
    }
    let cells: BTreeSet<&str> = records.iter().map(|record| &record[1]).collect();
    assert!(cells.contains(format!("'{formula}").as_str()), "the formula is escaped");
    assert!(cells.contains(right_to_left) && cells.contains(long), "the others are as they are");
    let json = export(&rig, everything, &["name"], ExportFormat::Json, folder.path()).await;
    let json: Value = read_json(&json.path);
    let names: BTreeSet<Option<&str>> =
        json["rows"].as_array().expect("rows").iter().map(|row| row["name"].as_str()).collect();
    assert_eq!(names, all.iter().map(|row| row.name.as_deref()).collect(), "JSON is as it is");
    // Each is found by what it is called, in the text form of a filter.
    for name in [formula, right_to_left, long] {
        let is = Condition::new(Attribute::Name, Test::Text(TextTest::Is, name.into()));
        let page = rig.list(typed(&is.to_string())).await;
        assert!(page.rows.iter().any(|row| row.name.as_deref() == Some(name)), "{is}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_can_not_be_written_says_why_and_leaves_nothing() {
    let rig = Rig::new(100).await;
    rig.synced().await;
    let folder = tempfile::tempdir().expect("a folder");
    let ask = |folder: Option<String>, columns: &[&str]| ExportDevices {
        as_of: None,
        what: ExportWhat::Found(DeviceQuery::default()),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        format: ExportFormat::Csv,
        folder,
    };
    let here = Some(folder.path().display().to_string());
    for (folder, columns) in
        [(None, vec![]), (Some("/nosuch/folder".to_owned()), vec![]), (here, vec!["aura"])]
    {
        let failure = rig.app.call(ask(folder, &columns)).await.expect_err("is refused");
        assert_eq!(failure.kind, FailureKind::BadInput, "{failure}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    // Nothing is under way; ending it is no failure, and the next export is not ended by it.
    assert_eq!(rig.app.call(CancelExport {}).await, Ok(()));
    let whole =
        export(&rig, ExportWhat::Found(DeviceQuery::default()), &["name"], ExportFormat::Csv, folder.path());
    assert_eq!(whole.await.rows, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_cancelled_in_the_middle() {
    let rig = Rig::new(4_000).await;
    rig.synced().await;
    let folder = tempfile::tempdir().expect("a folder");
    let ask = ExportDevices {
        as_of: None,
        what: ExportWhat::Found(DeviceQuery::default()),
        columns: Vec::new(),
        format: ExportFormat::Sqlite,
        folder: Some(folder.path().display().to_string()),
    };
    let (first, second) = (rig.app.call(ask.clone()), async {
        // The first one has been polled once by now, and so has begun.
        loop {
            match rig.app.call(GetExport {}).await.expect("asks").running {
                Some(progress) if progress.total > 0 => break,
                _ => tokio::task::yield_now().await,
            }
        }
        let other = rig.app.call(ask.clone()).await.expect_err("one at a time");
        rig.app.call(CancelExport {}).await.expect("cancels");
        other
    });
    let (first, second) = futures::join!(first, second);
    assert_eq!(second.kind, FailureKind::BadInput);
    assert_eq!(first.expect_err("was cancelled").kind, FailureKind::Cancelled);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing of it stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_whose_asker_went_away_goes_on_and_ends() {
    let rig = Rig::new(4_000).await;
    rig.synced().await;
    let folder = tempfile::tempdir().expect("a folder");
    let ask = ExportDevices {
        as_of: None,
        what: ExportWhat::Found(DeviceQuery::default()),
        columns: Vec::new(),
        format: ExportFormat::Json,
        folder: Some(folder.path().display().to_string()),
    };
    // A tab that is reloaded: its question is dropped half-way, as hyper drops it.
    let begun = async {
        let has_begun = |progress: ExportProgress| progress.total > 0;
        while !rig.app.call(GetExport {}).await.expect("asks").running.is_some_and(has_begun) {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        early = rig.app.call(ask.clone()) => panic!("ended before its asker went: {early:?}"),
        () = begun => {}
    }
    let ended = async {
        loop {
            let known = rig.app.call(GetExport {}).await.expect("asks");
            if known.running.is_none() {
                return known.last;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let ended = tokio::time::timeout(std::time::Duration::from_secs(30), ended).await;
    let ended = ended.expect("an export ends, whoever listens").expect("and is told of").expect("is whole");
    assert_eq!(ended.rows, 4_000);
    assert_eq!(read_json(&ended.path)["rows"].as_array().map(Vec::len), Some(4_000));
    assert!(parts(folder.path()).is_empty(), "it is whole");
    let next = rig.app.call(ask).await.expect("the next one is not held up");
    assert_eq!(next.rows, 4_000);
}

fn read_json(path: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("reads")).expect("is JSON")
}

fn parts(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".part")).collect()
}
