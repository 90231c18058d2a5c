//! Attacks on checks: what fails open, what hangs on its attribute, and what is left out.

use crate::engine_states::{device, with, with_where};
use domain::OsqueryPlatform::{Macos, Windows};
use domain::{Attack, AttackKind, DeviceState, Expect, Expectation, Want};
use posture::{Limits, attack, check_expectations};

fn attacked(state: &DeviceState, query: &str) -> Attack {
    attack(state, query, &Expect::Checkbox, &Limits::default())
}

/// What stays open, by label.
fn open(attack: &Attack) -> Vec<&str> {
    attack.cases.iter().filter(|case| case.open).map(|case| case.label.as_str()).collect()
}

fn firewall() -> DeviceState {
    with(device(Macos), "alf", &[&[("global_state", "1"), ("stealth_enabled", "0")]])
}

#[test]
fn the_published_macos_example_fails_open() {
    let attack = attacked(&firewall(), "SELECT CASE WHEN global_state = 0 THEN 0 ELSE 1 END FROM alf;");
    assert_eq!(attack.cases[0].kind, AttackKind::AsCaptured);
    assert_eq!(attack.cases[0].trial.judgement.label(), "Pass");
    assert_eq!(open(&attack), ["global_state of alf NULL"]);
    assert_eq!(attack.flips, Some(true));
    assert!(attack.fails_open());
    // The same where nobody captured the table.
    let attack = attacked(&device(Macos), "SELECT CASE WHEN global_state = 0 THEN 0 ELSE 1 END FROM alf;");
    assert_eq!(attack.cases[0].trial.judgement.label(), "Unknown");
    assert_eq!(open(&attack), ["global_state of alf NULL"]);
    assert_eq!(attack.flips, None);
}

#[test]
fn what_fails_closed_is_not_open() {
    let closed = |state: &DeviceState, query: &str| {
        let attack = attacked(state, query);
        assert_eq!(open(&attack), [""; 0], "{query}");
        assert_eq!(attack.flips, Some(true), "{query}");
    };
    closed(&firewall(), "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1)");
    let file =
        with_where(device(Macos), "file", &[("path", false, "/a")], &[&[("path", "/a"), ("size", "5")]]);
    closed(&file, "SELECT EXISTS(SELECT 1 FROM file WHERE path = '/a')");
    let old = with(device(Macos), "os_version", &[&[("version", "14.1"), ("major", "14"), ("minor", "1")]]);
    closed(&old, "SELECT COALESCE((SELECT version COLLATE version >= '14.4' FROM os_version), 0)");
    let service = with(device(Windows), "services", &[&[("name", "agent"), ("status", "STOPPED")]]);
    closed(&service, "SELECT EXISTS(SELECT 1 FROM services WHERE name = 'agent' AND status = 'RUNNING')");
}

#[test]
fn what_is_open_by_design_is_open_all_the_same() {
    let state = with(device(Macos), "processes", &[&[("pid", "1"), ("name", "good")]]);
    let attack = attacked(&state, "SELECT NOT EXISTS(SELECT 1 FROM processes WHERE name = 'bad')");
    assert_eq!(open(&attack), ["processes empty", "name of processes NULL"]);
    assert_eq!(attack.flips, Some(true));
}

#[test]
fn a_doubled_row_shows_a_query_that_counts_on_one() {
    let rows: &[&[(&str, &str)]] = &[
        &[("drive_letter", "D:"), ("protection_status", "0")],
        &[("drive_letter", "C:"), ("protection_status", "1")],
    ];
    let state = with(device(Windows), "bitlocker_info", rows);
    let attack = attacked(&state, "SELECT protection_status FROM bitlocker_info WHERE drive_letter = 'C:'");
    let doubled = attack.cases.iter().find(|case| matches!(case.kind, AttackKind::RowDoubled { .. }));
    assert_eq!(doubled.map(|case| case.trial.judgement.label()), Some("Error"));
}

#[test]
fn a_check_that_hangs_on_nothing_does_not_flip() {
    let attack = attacked(&firewall(), "SELECT COUNT(global_state) >= 0 FROM alf");
    assert_eq!(attack.flips, Some(false));
    assert_eq!(open(&attack), ["alf empty", "global_state of alf NULL"]);
    let attack = attacked(&firewall(), "SELECT nothing FROM alf");
    assert_eq!((attack.cases.len(), attack.flips), (1, None));
    let attack = attacked(&firewall(), "SELECT 1");
    assert_eq!((attack.cases.len(), attack.flips, attack.fails_open()), (1, None, false));
}

#[test]
fn there_are_not_too_many_cases() {
    let users = posture::Catalogue::shipped().table("users").expect("osquery has users");
    let values: Vec<(&str, &str)> = users.columns.iter().map(|column| (column.name.as_str(), "7")).collect();
    let other: Vec<(&str, &str)> = users.columns.iter().map(|column| (column.name.as_str(), "8")).collect();
    let state = with(device(Macos), "users", &[&values, &other]);
    let attack =
        attacked(&state, "SELECT COUNT(*) FROM (SELECT *, uid_signed FROM users WHERE 1 AND 2 AND 3)");
    assert_eq!(attack.cases.len(), 60);
    assert!(attack.left_out > 0);
}

#[test]
fn a_slow_check_is_attacked_less() {
    let endless = "WITH RECURSIVE n(i) AS (SELECT global_state + stealth_enabled FROM alf UNION ALL SELECT i + 1 FROM n) \
        SELECT COUNT(*) FROM n";
    let quick = Limits { millis: 10, ..Limits::default() };
    let attack = attack(&firewall(), endless, &Expect::Checkbox, &quick);
    assert!(attack.left_out > 0, "{} cases", attack.cases.len());
    assert_eq!(attack.flips, None);
}

#[test]
fn other_versions_of_the_system() {
    let state = with(
        device(Macos),
        "os_version",
        &[&[("version", "15.1"), ("major", "15"), ("minor", "1"), ("patch", "NULL")]],
    );
    let attack = attacked(&state, "SELECT major >= 15 FROM os_version");
    let verdicts: Vec<(&str, &str)> = attack
        .cases
        .iter()
        .filter(|case| matches!(case.kind, AttackKind::OtherVersion { .. }))
        .map(|case| (case.label.as_str(), case.trial.judgement.label()))
        .collect();
    assert_eq!(
        verdicts,
        [("macOS 13.7.8", "Fail"), ("macOS 14.4", "Fail"), ("macOS 15.0", "Pass"), ("macOS 26.1", "Pass")]
    );
}

#[test]
fn expectations_are_met_or_not() {
    let expected = [
        Expectation { state: firewall(), want: Want::Pass },
        Expectation { state: with(device(Macos), "alf", &[]), want: Want::Pass },
        Expectation { state: device(Macos), want: Want::Unknown },
    ];
    let query = "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1)";
    let met: Vec<bool> = check_expectations(query, &Expect::Checkbox, &expected, &Limits::default())
        .into_iter()
        .map(|(_, met)| met)
        .collect();
    assert_eq!(met, [true, false, true]);
}
