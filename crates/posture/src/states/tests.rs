//! The shipped states against the catalogue and against themselves. A rule is a function from a state to findings, so that
//! each can be shown a state that breaks it.

use super::{FILES, HEALTHY, healthy, shipped};
use crate::Catalogue;
use crate::catalogue::{Column, ColumnType, Table};
use domain::{Captured, DeviceState, OsqueryPlatform, Reach, ReachTest, StateSource, TableState};
use std::collections::HashSet;

type Findings = Vec<String>;

/// What is wrong with a state, table by table.
fn findings(state: &DeviceState) -> Findings {
    let mut findings = Findings::new();
    for (name, held) in &state.tables {
        let Some(table) = Catalogue::shipped().table(name).filter(|t| t.is_on(state.platform)) else {
            findings.push(format!("{name}: no such table on {}", state.platform.label()));
            continue;
        };
        if table.evented {
            findings.push(format!("{name}: filled by events only"));
        }
        reach(table, held, &mut findings);
        for (at, row) in held.rows.iter().enumerate() {
            let mut broken = Findings::new();
            columns(state.platform, table, row, &mut broken);
            if !is_reached(table, &held.reach, row) {
                broken.push("fits none of the constraints of its capture".into());
            }
            findings.extend(broken.into_iter().map(|what| format!("{name}, row {at}: {what}")));
        }
    }
    relations(state, &mut findings);
    findings
}

fn columns(platform: OsqueryPlatform, table: &Table, row: &Captured, findings: &mut Findings) {
    let shown = |column: &&Column| !column.is_hidden_on(platform);
    for column in table.columns.iter().filter(shown) {
        match row.get(&column.name) {
            None => findings.push(format!("{} is missing", column.name)),
            Some(Some(value)) if !fits(column.kind, value) => {
                findings.push(format!("{} can't be {value:?}", column.name));
            }
            Some(_) => {}
        }
    }
    for name in row.keys() {
        if !table.columns.iter().filter(shown).any(|column| column.name == *name) {
            findings.push(format!("{name} is no column there"));
        }
    }
}

/// Whether a device could have printed this text for a column of this type.
fn fits(kind: ColumnType, value: &str) -> bool {
    match kind {
        ColumnType::Text => !value.contains('\0'),
        ColumnType::Integer => value.parse::<i32>().is_ok_and(|number| number.to_string() == value),
        ColumnType::Bigint | ColumnType::UnsignedBigint => {
            value.parse::<i64>().is_ok_and(|number| number.to_string() == value)
        }
        ColumnType::Double => value.contains('.') && value.parse::<f64>().is_ok(),
    }
}

fn reach(table: &Table, held: &TableState, findings: &mut Findings) {
    let Reach::Where(tests) = &held.reach else {
        // Nobody can have read all of a table that asks for a constraint.
        if table.required().next().is_some() || table.name == "registry" {
            findings.push(format!("{}: can't be captured whole", table.name));
        }
        return;
    };
    let mut seen = HashSet::new();
    for test in tests {
        let passed_on =
            table.columns.iter().any(|column| column.name == test.column && column.is_passed_on());
        if !passed_on || test.value.is_empty() || !seen.insert(test) || test.like != test.value.contains('%')
        {
            findings.push(format!("{}: {test:?} is no constraint to capture by", table.name));
        }
    }
}

fn is_reached(table: &Table, reach: &Reach, row: &Captured) -> bool {
    match reach {
        Reach::Whole => true,
        Reach::Where(tests) => tests.iter().any(|test| reaches(table, test, row)),
    }
}

fn is_nocase(column: &Column) -> bool {
    column.collate.as_deref().is_some_and(|collation| collation.eq_ignore_ascii_case("nocase"))
}

fn reaches(table: &Table, test: &ReachTest, row: &Captured) -> bool {
    let Some(Some(value)) = row.get(&test.column) else { return false };
    if !test.like {
        let nocase = table.column(&test.column).is_some_and(is_nocase);
        return *value == test.value || (nocase && value.eq_ignore_ascii_case(&test.value));
    }
    // One `%` stands for one level.
    let levels = |text: &str| text.to_lowercase().split(['/', '\\']).map(str::to_owned).collect::<Vec<_>>();
    let (patterns, values) = (levels(&test.value), levels(value));
    let level = |(pattern, value): (&String, &String)| match pattern.split_once('%') {
        None => pattern == value,
        Some((head, tail)) => value.starts_with(head) && value[head.len()..].ends_with(tail),
    };
    patterns.len() == values.len() && patterns.iter().zip(&values).all(level)
}

/// Every value of a column, without NULL.
fn values<'a>(state: &'a DeviceState, table: &str, column: &str) -> HashSet<&'a str> {
    let rows = state.tables.get(table).into_iter().flat_map(|held| &held.rows);
    rows.filter_map(|row| row.get(column)?.as_deref()).collect()
}

/// What points from one table into another has to find something there.
fn relations(state: &DeviceState, findings: &mut Findings) {
    let mut points = vec![
        ("user_groups", "uid", "users", "uid"),
        ("user_groups", "gid", "groups", "gid"),
        ("users", "gid", "groups", "gid"),
        ("logged_in_users", "user", "users", "username"),
        ("managed_policies", "username", "users", "username"),
        ("preferences", "username", "users", "username"),
        ("disk_encryption", "name", "block_devices", "name"),
        ("disk_encryption", "user_uuid", "users", "uuid"),
        ("block_devices", "parent", "block_devices", "name"),
        ("system_info", "uuid", "osquery_info", "uuid"),
        ("running_apps", "pid", "processes", "pid"),
    ];
    let per_user = |name: &&String| Catalogue::shipped().table(name).is_some_and(|table| table.per_user);
    points.extend(state.tables.keys().filter(per_user).map(|name| (name.as_str(), "uid", "users", "uid")));
    if state.platform == OsqueryPlatform::Windows {
        // Services of Windows have accounts whose group is no group.
        points.retain(|point| point.0 != "users");
    }
    for (table, column, other, key) in points {
        if !state.tables.contains_key(other) {
            continue;
        }
        let there = values(state, other, key);
        for value in values(state, table, column) {
            if !value.is_empty() && !there.contains(value) {
                findings.push(format!("{table}.{column} is {value}, which no row of {other} has as {key}"));
            }
        }
    }
    for row in state.tables.get("registry").into_iter().flat_map(|held| &held.rows) {
        let text = |column: &str| row.get(column).and_then(Option::as_deref).unwrap_or_default();
        if text("path") != format!("{}\\{}", text("key"), text("name")) {
            findings.push(format!("registry: {} is not where its key and name are", text("path")));
        }
        if text("type") == "REG_DWORD" && text("data").parse::<i32>().is_err() {
            findings.push(format!("registry: {} is no signed number of 32 bits", text("path")));
        }
    }
}

#[test]
fn every_state_is_what_osquery_could_have_printed() {
    for state in shipped() {
        let findings = findings(state);
        let head: Vec<&String> = findings.iter().take(20).collect();
        assert!(findings.is_empty(), "{} on {:?}: {head:#?}", state.name, state.platform);
        assert_eq!(state.source, StateSource::Fixture);
    }
}

#[test]
fn every_file_is_shipped_and_named_once() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/states");
    assert_eq!(std::fs::read_dir(folder).expect("the folder of states").count(), FILES.len());
    let names: HashSet<_> = shipped().iter().map(|state| (state.platform, &state.name)).collect();
    assert_eq!(names.len(), FILES.len());
    for platform in OsqueryPlatform::ALL {
        assert_eq!(healthy(platform).platform, platform);
        assert_eq!(shipped().iter().find(|s| s.platform == platform).map(|s| s.name.as_str()), Some(HEALTHY));
    }
}

/// Two states of one platform have the same tables and reach equally far: else a check that is unknown in one and known
/// in the other would show how the states were made, not what they are.
#[test]
fn the_states_of_a_platform_reach_equally_far() {
    for platform in OsqueryPlatform::ALL {
        let reach = |state: &DeviceState| -> Vec<(String, Reach)> {
            state.tables.iter().map(|(name, held)| (name.clone(), held.reach.clone())).collect()
        };
        let wanted = reach(healthy(platform));
        for state in shipped().iter().filter(|state| state.platform == platform) {
            assert_eq!(reach(state), wanted, "{}", state.name);
        }
    }
}

/// What tells the states apart: one value each, by table and column, in the first row that has `key` anywhere.
#[test]
fn the_states_say_what_their_names_say() {
    use OsqueryPlatform::{Linux, Macos, Windows};
    let check = |platform, name: &str, table: &str, key: &str, column: &str, want: Option<&str>| {
        let state = shipped().iter().find(|s| s.platform == platform && s.name == name).expect("the state");
        let has = |row: &&Captured| key.is_empty() || row.values().any(|value| value.as_deref() == Some(key));
        let row = state.tables[table].rows.iter().find(has);
        let row = row.unwrap_or_else(|| panic!("{name}, {table}: no row has {key}"));
        assert_eq!(row[column].as_deref(), want, "{name}, {table}.{column} of {key}");
    };
    let uac = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\EnableLUA";
    let smb1 = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters\SMB1";
    let rdp = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server\fDenyTSConnections";
    let all = [
        (Macos, "alf", "", "global_state", "1", "0"),
        (Macos, "gatekeeper", "", "assessments_enabled", "1", "0"),
        (Macos, "sip_config", "sip", "enabled", "1", "0"),
        (Macos, "screenlock", "", "enabled", "1", "0"),
        (Macos, "sharing_preferences", "", "remote_login", "0", "1"),
        (Windows, "windows_security_center", "", "firewall", "Good", "Poor"),
        (Windows, "windows_security_products", "Firewall", "state", "On", "Off"),
        (Windows, "bitlocker_info", "C:", "protection_status", "1", "0"),
        (Windows, "secureboot", "", "secure_boot", "1", "0"),
        (Windows, "windows_optional_features", "SMB1Protocol", "statename", "Disabled", "Enabled"),
        (Windows, "registry", uac, "data", "1", "0"),
        (Windows, "registry", smb1, "data", "0", "1"),
        (Windows, "registry", rdp, "data", "1", "0"),
    ];
    for (platform, table, key, column, good, bad) in all {
        check(platform, HEALTHY, table, key, column, Some(good));
        check(platform, "Neglected laptop", table, key, column, Some(bad));
    }
    // The volume that the system starts from, by way of its mount. On Apple silicon it is encrypted at rest even while
    // FileVault is off.
    for (name, encrypted, filevault) in
        [(HEALTHY, "1", "on"), ("Neglected laptop", "0", "off"), ("Just set up", "1", "off")]
    {
        let state = shipped().iter().find(|s| s.platform == Macos && s.name == name).expect("the state");
        let root = state.tables["mounts"].rows.iter().find(|row| row["path"].as_deref() == Some("/"));
        let root = root.and_then(|row| row["device_alias"].as_deref()).expect("something is mounted at /");
        check(Macos, name, "disk_encryption", root, "encrypted", Some(encrypted));
        check(Macos, name, "disk_encryption", root, "filevault_status", Some(filevault));
        assert!(state.tables["disk_encryption"].rows.len() > 5, "{name}");
        assert_eq!(state.tables["sip_config"].rows.len(), 13, "{name}");
    }
    check(Macos, "Just set up", "os_version", "", "patch", None);
    check(Macos, HEALTHY, "alf", "", "logging_option", None);
    check(Macos, "Neglected laptop", "secureboot", "", "secure_boot", None);
    check(Windows, HEALTHY, "os_version", "", "patch", None);
    check(Linux, HEALTHY, "disk_encryption", "/dev/dm-1", "encrypted", Some("1"));
    for (platform, name, table) in [
        (Macos, "Just set up", "alf"),
        (Macos, "Just set up", "screenlock"),
        (Macos, "Just set up", "managed_policies"),
        (Macos, "Just set up", "system_extensions"),
        (Windows, "Just set up", "patches"),
        (Windows, "Windows Server", "windows_security_products"),
        (Windows, "Windows Server", "bitlocker_info"),
    ] {
        let state = shipped().iter().find(|s| s.platform == platform && s.name == name).expect("the state");
        assert!(state.tables[table].rows.is_empty(), "{name}, {table}");
    }
}

/// Each rule is shown a state that breaks it.
#[test]
fn a_broken_state_is_found() {
    use OsqueryPlatform::{Macos, Windows};
    type Break = fn(&mut DeviceState);
    let check = |platform, break_it: Break, want: &str| {
        let mut state = healthy(platform).clone();
        break_it(&mut state);
        let findings = findings(&state);
        assert!(findings.iter().any(|finding| finding.contains(want)), "{want}: {findings:?}");
    };
    fn table<'a>(state: &'a mut DeviceState, name: &str) -> &'a mut TableState {
        state.tables.entry(name.to_owned()).or_default()
    }
    fn set_up(state: &mut DeviceState, name: &str) {
        table(state, name);
    }
    fn set(state: &mut DeviceState, name: &str, column: &str, value: &str) {
        table(state, name).rows[0].insert(column.to_owned(), Some(value.to_owned()));
    }
    fn add(state: &mut DeviceState, name: &str, column: &str, like: bool, value: &str) {
        if let Reach::Where(tests) = &mut table(state, name).reach {
            tests.push(ReachTest { column: column.to_owned(), like, value: value.to_owned() });
        }
    }
    check(Macos, |s| set_up(s, "registry"), "registry: no such table");
    check(Macos, |s| set_up(s, "es_process_events"), "filled by events");
    check(Macos, |s| drop(table(s, "alf").rows[0].remove("version")), "version is missing");
    check(Macos, |s| set(s, "alf", "global_state", "on"), "global_state can't be");
    check(Macos, |s| set(s, "alf", "global_state", "4294967295"), "global_state can't be");
    check(Macos, |s| set(s, "alf", "global_state", "01"), "global_state can't be");
    check(Macos, |s| set(s, "users", "uid", "x"), "uid can't be");
    check(Macos, |s| set(s, "apps", "last_opened_time", "1"), "last_opened_time can't be");
    check(Macos, |s| set(s, "users", "pid_with_namespace", "0"), "pid_with_namespace is no column there");
    check(Macos, |s| set(s, "os_version", "revision", "0"), "revision is no column there");
    check(Macos, |s| table(s, "file").reach = Reach::Whole, "file: can't be captured whole");
    check(Windows, |s| table(s, "registry").reach = Reach::Whole, "registry: can't be captured whole");
    check(Macos, |s| set(s, "plist", "path", "/etc/x.plist"), "fits none of the constraints");
    check(Macos, |s| add(s, "file", "size", false, "1"), "is no constraint to capture by");
    check(Macos, |s| add(s, "file", "path", true, "/etc/hosts"), "is no constraint to capture by");
    check(Macos, |s| add(s, "file", "path", false, "/etc/sudoers"), "is no constraint to capture by");
    check(Macos, |s| set(s, "user_groups", "uid", "77"), "user_groups.uid is 77");
    check(Macos, |s| set(s, "chrome_extensions", "uid", "77"), "chrome_extensions.uid is 77");
    check(Windows, |s| set(s, "registry", "name", "Other"), "is not where its key and name are");
    check(Windows, |s| set(s, "registry", "data", "4294967295"), "is no signed number of 32 bits");
}

#[test]
fn one_percent_sign_is_one_level() {
    let registry = Catalogue::shipped().table("registry").expect("the registry");
    let check = |column: &str, like, test: &str, value: &str, want: bool| {
        let test = ReachTest { column: column.into(), like, value: test.into() };
        let row = Captured::from([(column.to_owned(), Some(value.to_owned()))]);
        assert_eq!(reaches(registry, &test, &row), want, "{test:?} and {value}");
    };
    check("path", true, r"HKEY_USERS\%\A\b", r"HKEY_USERS\S-1-5-18\A\b", true);
    check("path", true, r"HKEY_USERS\%\A\b", r"HKEY_USERS\S-1-5-18\X\A\b", false);
    check("path", true, r"HKEY_USERS\%", r"HKEY_USERS\S-1-5-18\A", false);
    check("path", true, r"HKEY_USERS\%file\b", r"HKEY_USERS\Profile\b", true);
    check("path", true, r"HKEY_USERS\%file\b", r"HKEY_USERS\Other\b", false);
    check("key", false, r"HKEY_USERS\A", r"HKEY_USERS\a", true);
    check("path", false, r"HKEY_USERS\A", r"HKEY_USERS\a", false);
}
