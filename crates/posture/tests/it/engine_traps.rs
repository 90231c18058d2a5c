//! The traps that make a wrong check look right, as a device would answer them.

use crate::engine_states::{device, tried, value, with, with_where};
use domain::OsqueryPlatform::{Macos, Windows};
use domain::{DeviceState, Judgement};

fn judged(state: &DeviceState, query: &str) -> &'static str {
    tried(state, query).judgement.label()
}

/// Okta's own two examples.
#[test]
fn the_published_examples() {
    let windows = device(Windows);
    let trial =
        tried(&windows, "SELECT CASE WHEN COUNT(*) = 3 THEN 1 ELSE 0 END FROM windows_firewall_profiles;");
    assert!(matches!(trial.judgement, Judgement::Error(_)));
    assert_eq!(trial.stderr, "Error: no such table: windows_firewall_profiles\n");
    assert_eq!(trial.stdout, "[\n\n]\n");

    let alf = "SELECT CASE WHEN global_state = 0 THEN 0 ELSE 1 END AS firewall_enabled FROM alf;";
    let with_state = |state: &str| with(device(Macos), "alf", &[&[("global_state", state)]]);
    assert_eq!(judged(&with_state("1"), alf), "Pass");
    assert_eq!(judged(&with_state("0"), alf), "Fail");
    assert_eq!(judged(&with_state("NULL"), alf), "Pass");
    assert_eq!(judged(&with(device(Macos), "alf", &[]), alf), "Error");
    assert_eq!(judged(&device(Macos), alf), "Unknown");
    let safer = "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1) AS firewall_enabled;";
    assert_eq!(judged(&with_state("NULL"), safer), "Fail");
}

#[test]
fn what_was_not_captured_is_unknown() {
    let state = with(device(Macos), "alf", &[&[("global_state", "1")]]);
    assert_eq!(judged(&state, "SELECT stealth_enabled FROM alf"), "Unknown");
    assert_eq!(judged(&state, "SELECT COUNT(*) FROM users"), "Unknown");
    // The answer cannot hang on what is never read.
    assert_eq!(
        judged(&state, "SELECT CASE WHEN global_state = 1 THEN 1 ELSE stealth_enabled END FROM alf"),
        "Pass"
    );
    assert_eq!(judged(&state, "SELECT 1"), "Pass");
    let file =
        with_where(device(Macos), "file", &[("path", false, "/a")], &[&[("path", "/a"), ("size", "1")]]);
    assert_eq!(judged(&file, "SELECT size FROM file WHERE path = '/a'"), "Pass");
    assert_eq!(judged(&file, "SELECT EXISTS(SELECT 1 FROM file WHERE path = '/b')"), "Unknown");
    assert_eq!(judged(&file, "SELECT EXISTS(SELECT 1 FROM file WHERE path LIKE '/%')"), "Unknown");
    let file = with_where(device(Macos), "file", &[("directory", false, "/etc")], &[]);
    assert_eq!(judged(&file, "SELECT EXISTS(SELECT 1 FROM file WHERE path = '/etc/hosts')"), "Fail");
    assert_eq!(judged(&file, "SELECT EXISTS(SELECT 1 FROM file WHERE path = '/usr/hosts')"), "Unknown");
    assert_eq!(judged(&file, "SELECT EXISTS(SELECT 1 FROM file WHERE path = 'hosts')"), "Unknown");
    let file = with_where(device(Macos), "file", &[("path", true, "/a/%")], &[]);
    assert_eq!(judged(&file, "SELECT EXISTS(SELECT 1 FROM file WHERE path LIKE '/a/b%')"), "Fail");
    assert_eq!(judged(&file, "SELECT EXISTS(SELECT 1 FROM file WHERE path LIKE '/a/%%')"), "Unknown");
    // An empty path is none at all: the table gives nothing, whatever the device holds.
    assert_eq!(judged(&device(Macos), "SELECT EXISTS(SELECT 1 FROM file WHERE path = '')"), "Fail");
    let some = with_where(device(Macos), "processes", &[("name", false, "agent")], &[]);
    assert_eq!(judged(&some, "SELECT EXISTS(SELECT 1 FROM processes WHERE name = 'agent')"), "Fail");
    assert_eq!(judged(&some, "SELECT EXISTS(SELECT 1 FROM processes WHERE name = 'other')"), "Unknown");
    assert_eq!(judged(&some, "SELECT COUNT(*) FROM processes"), "Unknown");
}

#[test]
fn values_and_texts() {
    let state = with(
        device(Windows),
        "registry",
        &[&[
            ("key", r"HKEY_LOCAL_MACHINE\A"),
            ("path", r"HKEY_LOCAL_MACHINE\A\N"),
            ("name", "N"),
            ("data", "10"),
        ]],
    );
    let check = |query: &str, want: &str| assert_eq!(value(&state, query), want, "{query}");
    check("SELECT '9' >= 10", "1");
    check("SELECT data >= 5 FROM registry WHERE path = 'HKEY_LOCAL_MACHINE\\A\\N'", "0");
    check("SELECT CAST(data AS INTEGER) >= 5 FROM registry WHERE path = 'HKEY_LOCAL_MACHINE\\A\\N'", "1");
    check("SELECT COUNT(*) FROM registry WHERE path = 'hkey_local_machine\\a\\N'", "1");
    check("SELECT COUNT(*) FROM registry WHERE path = 'HKEY_LOCAL_MACHINE\\A\\n'", "0");
    check("SELECT COUNT(*) FROM registry WHERE key = 'hkey_local_machine\\a'", "1");
    check("SELECT COUNT(*) FROM registry WHERE path LIKE 'HKEY_LOCAL_MACHINE\\%'", "0");
    check("SELECT COUNT(*) FROM registry WHERE path LIKE 'HKEY_LOCAL_MACHINE\\%%'", "1");
    check("SELECT COUNT(*) FROM registry WHERE path LIKE 'HKEY_LOCAL_MACHINE\\%\\N'", "1");
    // Without key and path there are only the hives.
    check("SELECT COUNT(*) FROM registry WHERE name = 'N'", "0");
    assert_eq!(judged(&state, "SELECT COUNT(*) FROM registry"), "Unknown");
    let trial = tried(&state, "SELECT COUNT(*) FROM registry WHERE key = 'HKEY_CURRENT_USER\\A'");
    assert!(trial.stderr.contains("CURRENT_USER hives are not queryable by osqueryd"), "{}", trial.stderr);
    let state = with(device(Macos), "os_version", &[&[("version", "9.0"), ("major", "9"), ("patch", "")]]);
    let check = |query: &str, want: &str| assert_eq!(value(&state, query), want, "{query}");
    check("SELECT version >= '14.4' FROM os_version", "1");
    check("SELECT version COLLATE version >= '14.4' FROM os_version", "0");
    check("SELECT patch FROM os_version", "NULL");
    check("SELECT typeof(major) FROM os_version", "integer");
    check("SELECT CAST(1 AS REAL)", "1.0");
    check("SELECT TOTAL(major) FROM os_version WHERE 0", "0.0");
    check("SELECT MIN(major) = 1 FROM os_version WHERE 0", "NULL");
    check("SELECT 1e20", "1.0e+20");
    check("SELECT \"enabled\"", "enabled");
}

#[test]
fn only_a_single_1_or_0_is_an_answer() {
    let rows: &[&[(&str, &str)]] = &[
        &[("drive_letter", "C:"), ("protection_status", "1")],
        &[("drive_letter", "D:"), ("protection_status", "0")],
    ];
    let state = with(device(Windows), "bitlocker_info", rows);
    let check = |query: &str, want: &str| assert_eq!(judged(&state, query), want, "{query}");
    check("SELECT protection_status FROM bitlocker_info", "Error");
    check("SELECT protection_status FROM bitlocker_info WHERE drive_letter = 'C:'", "Pass");
    check("SELECT MIN(protection_status) FROM bitlocker_info", "Fail");
    check("SELECT 1 FROM bitlocker_info WHERE drive_letter = 'E:'", "Error");
    check("SELECT MIN(protection_status) = 1 FROM bitlocker_info WHERE drive_letter = 'E:'", "Error");
    check(
        "SELECT COALESCE(MIN(protection_status) = 1, 0) FROM bitlocker_info WHERE drive_letter = 'E:'",
        "Fail",
    );
    check("SELECT AVG(1)", "Error");
    check("SELECT CAST(1 AS REAL)", "Error");
    check("SELECT 'true'", "Error");
    check("SELECT 1, 1", "Error");
    check("SELECT '1'", "Pass");
}

/// What a device would have answered when it was captured.
#[test]
fn now_is_when_the_state_was_captured() {
    let mut state = device(Macos);
    state.captured = domain::Timestamp::parse("2026-03-04T05:06:07Z");
    let check = |query: &str, want: &str| assert_eq!(value(&state, query), want, "{query}");
    check("SELECT date('now')", "2026-03-04");
    check("SELECT datetime()", "2026-03-04 05:06:07");
    check("SELECT strftime('%m-%d', 'NOW')", "03-04");
    check("SELECT strftime('%s')", "1772600767");
    check("SELECT unixepoch('now')", "1772600767");
    check("SELECT date('now', '-1 day')", "2026-03-03");
    check("SELECT CURRENT_TIMESTAMP", "2026-03-04 05:06:07");
    check("SELECT date('2020-01-01')", "2020-01-01");
    check("SELECT date('x')", "NULL");
    let unknown = device(Macos);
    assert_eq!(value(&unknown, "SELECT date('now') > '2020'"), "1");
}

#[test]
fn per_user_tables_and_events() {
    let state = with(device(Macos), "users", &[&[("uid", "501"), ("username", "me")]]);
    let state =
        with(state, "chrome_extensions", &[&[("uid", "501"), ("name", "x")], &[("uid", "0"), ("name", "y")]]);
    let trial = tried(&state, "SELECT COUNT(*) FROM chrome_extensions");
    assert_eq!(trial.rows, [[Some("1".to_owned())]]);
    assert!(
        trial
            .stderr
            .contains("The chrome_extensions table returns data based on the current user by default")
    );
    let trial = tried(&state, "SELECT name FROM users CROSS JOIN chrome_extensions USING (uid)");
    assert_eq!(trial.rows, [[Some("x".to_owned())]]);
    assert_eq!(trial.stderr, "");
    let warned = |from: &str| !tried(&state, &format!("SELECT COUNT(*) FROM {from}")).stderr.is_empty();
    assert!(warned("chrome_extensions JOIN users USING (uid)"));
    assert!(!warned("users JOIN chrome_extensions USING (uid)"));
    assert!(!warned("chrome_extensions WHERE uid = 501"));
    let trial = tried(&state, "SELECT COUNT(*) FROM process_events");
    assert!(trial.stderr.contains("Table process_events is event-based but events are disabled"));
    assert_eq!(trial.judgement, Judgement::Fail);
}

#[test]
fn a_missing_required_column_is_told_as_osquery_tells_it() {
    let state = with(device(Macos), "file", &[]);
    let trial = tried(&state, "SELECT COUNT(*) FROM file");
    let lines: Vec<&str> =
        trial.stderr.lines().filter_map(|line| line.split_once("] ").map(|(_, text)| text)).collect();
    assert_eq!(
        lines,
        [
            "Table file was queried without a required column in the WHERE clause",
            "Please see the table documentation: https://osquery.io/schema/#file",
        ]
    );
    assert!(trial.stderr.ends_with("\nError: constraint failed\n"));
    // It is no error before it comes to it.
    assert_eq!(judged(&state, "SELECT 1 WHERE 1 OR (SELECT COUNT(*) FROM file) > 0"), "Pass");
    let lacking = |query: &str| posture::compile(Macos, query).expect("it compiles").unconstrained;
    assert_eq!(lacking("SELECT COUNT(*) FROM file"), ["file"]);
    assert_eq!(lacking("SELECT COUNT(*) FROM file WHERE path = '/a'"), [""; 0]);
    assert_eq!(lacking("SELECT COUNT(*) FROM users"), [""; 0]);
}

#[test]
fn compiling_tells_what_is_read_and_where_it_is_wrong() {
    let compiled = posture::compile(Macos, "SELECT max(global_state) AS top, 1 FROM alf WHERE version > '1'")
        .expect("it compiles");
    assert_eq!(
        (compiled.statements, compiled.columns.as_slice()),
        (1, ["top".to_owned(), "1".to_owned()].as_slice())
    );
    let read = |column: &str| ("alf".to_owned(), column.to_owned());
    assert_eq!(compiled.reads, [read("global_state"), read("version")]);
    assert_eq!(compiled.functions, ["max"]);
    let offset = |query: &str| posture::compile(Macos, query).expect_err("it does not compile").offset;
    assert_eq!(offset("SELECT glob FROM alf"), Some(7));
    assert_eq!(offset("SELECT 1 FROM FROM"), Some(14));
    assert_eq!(offset("SELECT 1, iif(1, 2)"), Some(10));
    assert_eq!(offset("DROP TABLE alf"), Some(0));
}

#[test]
fn tables_are_osquerys() {
    let state = with(device(Macos), "alf", &[&[("global_state", "1")]]);
    let check = |query: &str, want: &str| assert_eq!(value(&state, query), want, "{query}");
    check("SELECT global_state FROM temp.alf", "1");
    check("SELECT global_state FROM main.alf", "osquery refuses the query: no such table: main.alf");
    check("SELECT global_state FROM registry", "osquery refuses the query: no such table: registry");
    check("SELECT glob_state FROM alf", "osquery refuses the query: no such column: glob_state");
    check("SELECT COUNT(rowid) FROM alf", "1");
    check("SELECT rowid FROM users", "osquery refuses the query: no such column: rowid");
    // A column of another platform is there, hidden and NULL.
    let linux = with(
        device(domain::OsqueryPlatform::Linux),
        "disk_encryption",
        &[&[("name", "/dev/sda"), ("filevault_status", "on")]],
    );
    assert_eq!(value(&linux, "SELECT filevault_status FROM disk_encryption"), "NULL");
    let hosts = with(
        device(Macos),
        "etc_hosts",
        &[&[("address", "::1"), ("hostnames", "me"), ("pid_with_namespace", "0")]],
    );
    assert_eq!(value(&hosts, "SELECT address FROM hosts"), "::1");
}
