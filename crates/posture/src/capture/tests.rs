//! Tests of the reader as a whole: every form, and what is wrong with captures in practice.

use super::*;
use OsqueryPlatform::{Linux, Macos, Windows};
use domain::ReachTest;
use std::fmt::Write as _;

struct Seen {
    states: Vec<DeviceState>,
    result: Result<CaptureReport, CaptureError>,
}

fn seen(input: &[u8], options: &ReadOptions) -> Seen {
    let mut states = Vec::new();
    let result = read(input, options, |state| states.push(state));
    Seen { states, result }
}

fn table(name: &str) -> ReadOptions {
    ReadOptions { table: Some(name.into()), ..ReadOptions::default() }
}

/// States in a few letters: `name platform; alf[a=1 b=NULL|a=0]; file?[path=/x]` where `?` is a reach that is not whole.
fn brief(states: &[DeviceState]) -> String {
    let mut text = String::new();
    for state in states {
        let _ = write!(text, "{} {}", state.name, state.platform.key());
        for (name, table) in &state.tables {
            let rows: Vec<String> = table
                .rows
                .iter()
                .map(|row| {
                    let cells = row
                        .iter()
                        .map(|(key, value)| format!("{key}={}", value.as_deref().unwrap_or("NULL")));
                    cells.collect::<Vec<_>>().join(" ")
                })
                .collect();
            let reach = match &table.reach {
                Reach::Whole => String::new(),
                Reach::Where(tests) => {
                    format!("?{}", tests.iter().map(|test| test.value.as_str()).collect::<Vec<_>>().join(","))
                }
            };
            let _ = write!(text, "; {name}{reach}[{}]", rows.join("|"));
        }
        text.push('\n');
    }
    text
}

/// Reads, and compares the states and the notes; a note is compared by what it contains.
fn check(input: impl AsRef<[u8]>, options: &ReadOptions, want: &str, notes: &[(u64, &str)]) {
    let input = input.as_ref();
    let shown = String::from_utf8_lossy(input);
    let seen = seen(input, options);
    let report = seen.result.unwrap_or_else(|error| panic!("{shown}: {error}"));
    assert_eq!(brief(&seen.states), want, "{shown}");
    assert_eq!(report.states, seen.states.len() as u64);
    let found: Vec<_> = report.notes.iter().map(|note| (note.line, note.what.as_str())).collect();
    assert_eq!(found.len(), notes.len(), "{shown}: {found:?}");
    for ((line, what), (want_line, word)) in found.iter().zip(notes) {
        assert!(
            line == want_line && what.contains(word),
            "{shown}: {found:?}, wanted {word:?} in line {want_line}"
        );
    }
}

fn check_error(input: impl AsRef<[u8]>, options: &ReadOptions, want: &str) {
    let seen = seen(input.as_ref(), options);
    let error = seen.result.expect_err(want).to_string();
    assert!(error.contains(want), "{error}");
}

const ALF: &str = "[\n  {\"global_state\":\"1\",\"version\":\"\"}\n]\n";

#[test]
fn a_dump_is_one_device_with_one_table() {
    // A number that is empty is NULL, a text that is empty may be either.
    check(ALF, &table("alf"), "Capture macos; alf[global_state=1 version=]\n", &[]);
    check("[{\"global_state\":\"\"}]", &table("ALF"), "Capture macos; alf[global_state=NULL]\n", &[]);
    check("[\n\n]\n", &table("alf"), "Capture macos; alf[]\n", &[]);
    check(ALF.replace('\n', "\r\n"), &table("alf"), "Capture macos; alf[global_state=1 version=]\n", &[]);
    check(format!("\u{feff}{ALF}"), &table("alf"), "Capture macos; alf[global_state=1 version=]\n", &[]);
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(ALF.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    check(utf16, &table("alf"), "Capture macos; alf[global_state=1 version=]\n", &[]);
    let linux = ReadOptions { platform: Some(Linux), ..table("users") };
    check("{\"uid\":\"0\"}\n{\"uid\":\"1\"}", &linux, "Capture linux; users[uid=0|uid=1]\n", &[]);
}

#[test]
fn what_surrounds_a_dump_is_told_and_its_rows_are_kept() {
    let want = "Capture macos; alf[global_state=1 version=]\n";
    let warned = format!("W0821 10:00:00.123456 1234 virtual_table.cpp:1050] Table x [y]\n{ALF}");
    check(warned, &table("alf"), want, &[(1, "osquery said: Table x [y]")]);
    check(
        format!("$ osqueryi\n{ALF}bye"),
        &table("alf"),
        want,
        &[(1, "left out: $ osqueryi"), (5, "left out: bye")],
    );
    check(format!("[log] x\n{ALF}"), &table("alf"), want, &[(1, "left out: log] x")]);
    check(format!("{ALF}[]\n"), &table("alf"), want, &[(1, "more than one list")]);
    let odd = "[{\"global_state\":\"1\"},\n7,\n{}]";
    check(odd, &table("alf"), "Capture macos; alf?[global_state=1|]\n", &[(2, "left out: 7,")]);
    // An error is followed by an empty list, which is no answer.
    check_error(
        "Error: no such table: alf\n[\n\n]",
        &table("alf"),
        "could not run the query: no such table: alf",
    );
    check_error("Error: no such table: alf\n", &table("alf"), "no such table: alf");
    check_error("", &table("alf"), "no JSON");
    check_error("\0\0\n", &table("alf"), "no JSON");
    check_error("osqueryi: command not found", &table("alf"), "no JSON");
    check_error(ALF, &ReadOptions::default(), "name the table");
    check_error("[]", &ReadOptions::default(), "name the table");
}

#[test]
fn what_was_cut_or_garbled_is_never_taken_for_whole() {
    let alf = table("alf");
    check(
        "[{\"global_state\":\"1\"},{\"glo",
        &alf,
        "Capture macos; alf?[global_state=1]\n",
        &[(1, "does not end"), (1, "in the middle of a list")],
    );
    check(
        "[{\"global_state\":\"1\"},\n",
        &alf,
        "Capture macos; alf?[global_state=1]\n",
        &[(2, "in the middle")],
    );
    check(
        "[\n{\"global_state\":1x},\n{\"global_state\":\"0\"}]",
        &alf,
        "Capture macos; alf?[global_state=0]\n",
        &[(2, "no JSON")],
    );
    check(
        "[[1],{\"global_state\":\"0\"}]",
        &alf,
        "Capture macos; alf?[global_state=0]\n",
        &[(1, "list stands where")],
    );
    let nest = "{\"a\":".repeat(10_000) + &"}".repeat(10_000);
    let deep = format!("[{nest},{{\"global_state\":\"0\"}}]");
    check(deep, &alf, "Capture macos; alf?[global_state=0]\n", &[(1, "no JSON")]);
}

#[test]
fn odd_values_are_read_and_told() {
    check(
        "[{\"global_state\":1,\"version\":1.0,\"stealth_enabled\":true,\"logging_enabled\":null}]",
        &table("alf"),
        "Capture macos; alf[global_state=1 logging_enabled=NULL stealth_enabled=1 version=1.0]\n",
        &[
            (1, "`alf.global_state` is a number"),
            (1, "`alf.version` is"),
            (1, "`alf.stealth_enabled` is true"),
        ],
    );
    check(
        "[{\"version\":{\"a\":[1]}}]",
        &table("alf"),
        "Capture macos; alf[version={\"a\":[1]}]\n",
        &[(1, "a list or an object")],
    );
    check(
        "[{\"global_state\":\"0\",\"global_state\":\"1\"}]",
        &table("alf"),
        "Capture macos; alf[global_state=1]\n",
        &[(1, "there twice")],
    );
    check(
        "[{\"Global_State\":\"0\",\"shiny\":\"1\"},{\"shiny\":\"2\"}]",
        &table("alf"),
        "Capture macos; alf[global_state=0 shiny=1|shiny=2]\n",
        &[(1, "no column `shiny`")],
    );
    check(
        b"[{\"version\":\"a\xff\x01\0\"}]",
        &table("alf"),
        "Capture macos; alf[version=a\u{fffd}\u{1}\0]\n",
        &[(1, "no UTF-8"), (1, "control characters")],
    );
    let mac = ReadOptions { platform: Some(Macos), ..table("okta_extra") };
    check("[{\"a\":\"\"}]", &mac, "Capture macos; okta_extra[a=]\n", &[(1, "no table of osquery 5.18.1")]);
}

#[test]
fn the_platform_is_told_or_found_or_asked_for() {
    let users = "[{\"uid\":\"0\"}]";
    check_error(users, &table("users"), "name the platform (tables: users)");
    let windows = |name: &str| ReadOptions { platform: Some(Windows), ..table(name) };
    check(users, &windows("users"), "Capture windows; users[uid=0]\n", &[]);
    check(
        ALF,
        &windows("alf"),
        "Capture windows; alf[global_state=1 version=]\n",
        &[(1, "looks like macOS"), (1, "no table of Windows")],
    );
    let os = |platform: &str| format!("[{{\"platform\":\"{platform}\"}}]");
    check(os("darwin"), &table("os_version"), "Capture macos; os_version[platform=darwin]\n", &[]);
    check(os("windows"), &table("os_version"), "Capture windows; os_version[platform=windows]\n", &[]);
    check(os("ubuntu"), &table("os_version"), "Capture linux; os_version[platform=ubuntu]\n", &[]);
    check_error(os(""), &table("os_version"), "name the platform");
}

#[test]
fn a_table_that_has_to_be_asked_proves_only_what_its_rows_name() {
    let rows = "[{\"path\":\"/b\"},{\"path\":\"/a\"},{\"path\":\"/b\"}]";
    check(rows, &table("plist"), "Capture macos; plist?/a,/b[path=/b|path=/a|path=/b]\n", &[]);
    check("[]", &table("plist"), "Capture macos; plist?[]\n", &[]);
    check(
        "[{\"path\":\"HKEY\\\\x\"}]",
        &table("registry"),
        "Capture windows; registry?HKEY\\x[path=HKEY\\x]\n",
        &[],
    );
    let test = ReachTest { column: "path".into(), like: true, value: "/%".into() };
    let told = ReadOptions { reach: Some(Reach::Where(vec![test])), ..table("plist") };
    check(rows, &told, "Capture macos; plist?/%[path=/b|path=/a|path=/b]\n", &[]);
}

#[test]
fn lists_by_table_are_one_device() {
    let none = ReadOptions::default();
    check(
        "{\"alf\":[{\"global_state\":\"1\"}],\"users\":[],\n\"alf\":[{}]}",
        &none,
        "Capture macos; alf[global_state=1|]; users[]\n",
        &[(1, "`alf` is there twice")],
    );
    check("{\"hosts\":[],\"registry\":[]}", &none, "Capture windows; etc_hosts[]; registry?[]\n", &[]);
}

#[test]
fn the_newest_snapshot_of_a_log_wins() {
    let line = |host: &str, time: &str, rows: &str| {
        format!(
            "{{\"name\":\"pack/it/alf\",\"hostIdentifier\":\"{host}\",\"unixTime\":{time},\"action\":\"snapshot\",\"snapshot\":{rows}}}\n"
        )
    };
    let log = line("b", "20", "[{\"global_state\":\"1\"}]")
        + &line("a", "\"10\"", "[{\"global_state\":\"2\"}]")
        + &line("b", "10", "[{\"global_state\":\"0\"}]")
        + &line("a", "30", "[]");
    let none = ReadOptions::default();
    check(&log, &none, "a macos; alf[]\nb macos; alf[global_state=1]\n", &[]);
    let states = seen(log.as_bytes(), &none).states;
    assert_eq!(states[0].captured, Some(Timestamp(30_000)));
    // A line that was cut costs itself alone.
    let cut = line("a", "5", "[{\"global_state\":\"2\"}]")
        + "{\"name\":\"pack/it/alf\",\"hostIdentifier\":\"a\",\"snap\n"
        + &line("c", "6", "[]")
        + "{\"name\":\"pack/it/alf\",\"snapshot\":[\n"
        + &line("d", "7", "[]");
    check(
        cut,
        &none,
        "a macos; alf[global_state=2]\nc macos; alf[]\nd macos; alf[]\n",
        &[(2, "does not end")],
    );
}

#[test]
fn queries_of_a_log_are_told_by_name_or_by_the_caller() {
    let line = |name: &str| format!("{{\"name\":\"{name}\",\"hostIdentifier\":\"a\",\"snapshot\":[]}}\n");
    let mut options = ReadOptions { platform: Some(Macos), ..ReadOptions::default() };
    check(line("pack_it_os_version"), &options, "a macos; os_version[]\n", &[]);
    check(line("pack_it-x_y_os_version"), &options, "a macos; os_version[]\n", &[]);
    check(line("pack/Global/ALF"), &options, "a macos; alf[]\n", &[]);
    check(line("check_admin_users"), &options, "", &[(1, "which table the query “check_admin_users” reads")]);
    check(line("process_events"), &options, "", &[(1, "holds events")]);
    let test = ReachTest { column: "path".into(), like: false, value: "/x".into() };
    let source = QuerySource { table: "file".into(), reach: Some(Reach::Where(vec![test])) };
    options.queries.insert("check_admin_users".into(), source);
    check(line("check_admin_users"), &options, "a macos; file?/x[]\n", &[]);
}

#[test]
fn changes_of_a_log_are_applied_in_their_order() {
    let one = |counter: u32, action: &str, uid: u32| {
        format!(
            "{{\"name\":\"users\",\"hostIdentifier\":\"a\",\"unixTime\":1,\"counter\":{counter},\"columns\":{{\"uid\":\"{uid}\"}},\"action\":\"{action}\"}}\n"
        )
    };
    let options = ReadOptions { platform: Some(Macos), ..ReadOptions::default() };
    let log = one(0, "added", 1)
        + &one(0, "added", 2)
        + &one(0, "added", 3)
        + &one(3, "removed", 1)
        + &one(3, "added", 2);
    check(&log, &options, "a macos; users[uid=2|uid=2|uid=3]\n", &[]);
    check(log.clone() + &one(4, "removed", 2), &options, "a macos; users[uid=2|uid=3]\n", &[]);
    // The numbering begins anew: so do the rows.
    check(log.clone() + &one(0, "added", 9), &options, "a macos; users[uid=9]\n", &[]);
    check(
        one(2, "added", 1) + &one(3, "added", 2),
        &options,
        "a macos; users?[uid=1|uid=2]\n",
        &[(1, "first line")],
    );
    check(
        log + "{\"name\":\"users\",\"col\n",
        &options,
        "a macos; users?[uid=2|uid=2|uid=3]\n",
        &[(6, "does not end")],
    );
    let batch = "{\"name\":\"users\",\"hostIdentifier\":\"a\",\"counter\":0,\"diffResults\":{\"added\":[{\"uid\":\"1\"}],\"removed\":\"\"}}\n\
                 {\"name\":\"users\",\"hostIdentifier\":\"a\",\"counter\":1,\"diffResults\":{\"added\":[{\"uid\":\"2\"}],\"removed\":[{\"uid\":\"1\"}]}}";
    check(batch, &options, "a macos; users[uid=2]\n", &[]);
    check(
        "{\"hostIdentifier\":\"a\",\"severity\":\"0\",\"filename\":\"x.cpp\",\"message\":\"m\"}",
        &options,
        "",
        &[(1, "status log")],
    );
}

#[test]
fn fleets_rows_are_gathered_by_host() {
    let row = |host: &str, state: u32| {
        format!("{{\"host_id\":1,\"host_hostname\":\"{host}\",\"columns\":{{\"global_state\":\"{state}\"}}}}")
    };
    let list = format!("[{},{},{}]", row("b", 1), row("a", 0), row("b", 2));
    check(
        &list,
        &table("alf"),
        "a macos; alf[global_state=0]\nb macos; alf[global_state=1|global_state=2]\n",
        &[],
    );
    check(
        &list[..list.len() - 1],
        &table("alf"),
        "a macos; alf?[global_state=0]\nb macos; alf?[global_state=1|global_state=2]\n",
        &[(1, "in the middle")],
    );
    check_error(&list, &ReadOptions::default(), "name the table");
    let report = "{\"query_id\":3,\"report_clipped\":false,\"results\":[{\"host_id\":7,\"host_name\":\"c\",\
                  \"last_fetched\":\"2021-01-19T17:08:31Z\",\"columns\":{\"global_state\":\"1\"}}]}";
    check(report, &table("alf"), "c macos; alf[global_state=1]\n", &[]);
    assert_eq!(
        seen(report.as_bytes(), &table("alf")).states[0].captured,
        Timestamp::parse("2021-01-19T17:08:31Z")
    );
    let one = "{\"host_id\":7,\"report_clipped\":true,\"results\":[{\"columns\":{\"global_state\":\"1\"}}]}";
    check(one, &table("alf"), "7 macos; alf?[global_state=1]\n", &[(1, "cut this report")]);
}

#[test]
fn our_own_form_comes_back_as_it_was_written() {
    let row =
        |state: &str| [("global_state".to_owned(), Some(state.to_owned())), ("version".into(), None)].into();
    let test = ReachTest { column: "path".into(), like: true, value: "/%".into() };
    let state = |name: &str| DeviceState {
        name: name.into(),
        platform: Macos,
        source: domain::StateSource::Generated,
        captured: Some(Timestamp(7)),
        tables: [
            ("alf".to_owned(), domain::TableState { reach: Reach::Whole, rows: vec![row("1"), row("0")] }),
            (
                "plist".to_owned(),
                domain::TableState { reach: Reach::Where(vec![test.clone()]), rows: vec![] },
            ),
        ]
        .into(),
    };
    let states = vec![state("a"), state("b")];
    let text = |value: &dyn Fn() -> serde_json::Result<String>| value().expect("written");
    let none = ReadOptions::default();
    let list = text(&|| serde_json::to_string(&states));
    assert_eq!(seen(list.as_bytes(), &none).states, states);
    let pretty = text(&|| serde_json::to_string_pretty(&states));
    assert_eq!(seen(pretty.as_bytes(), &none).states, states);
    let lines: String = states.iter().map(|state| text(&|| serde_json::to_string(state)) + "\n").collect();
    assert_eq!(seen(lines.as_bytes(), &none).states, states);
    // The one that is cut costs itself alone.
    assert_eq!(seen(&lines.as_bytes()[..lines.len() - 9], &none).states, states[..1]);
    check(
        "{\"name\":\"x\",\"tables\":{\"alf\":{\"rows\":[{\"global_state\":1}]},\"users\":{\"reach\":\"far\"}}}",
        &none,
        "x macos; alf[global_state=1]; users?[]\n",
        &[(1, "a number"), (1, "How far `users` reaches")],
    );
    check("{\"name\":\"x\",\"platform\":\"macos\",\"tables\":{},\"name\":\"y\"}", &none, "y macos\n", &[]);
}

#[test]
fn a_folder_is_one_device_and_a_bad_file_costs_itself_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    put("alf.json", ALF);
    put("users.JSON", "[]");
    put("sip_config.json", "Error: no\n[\n\n]");
    put("gatekeeper.json", "");
    put("readme.txt", "{");
    let mut states = Vec::new();
    let report =
        read_folder(folder.path(), &ReadOptions::default(), |state| states.push(state)).expect("read");
    assert_eq!(brief(&states), "Capture macos; alf[global_state=1 version=]; users[]\n");
    let notes: Vec<_> =
        report.notes.iter().map(|n| (n.file.as_deref().unwrap_or(""), n.what.as_str())).collect();
    assert_eq!(
        notes,
        [
            ("gatekeeper.json", "This file was left out: there is no JSON in it."),
            ("sip_config.json", "osquery said: no"),
            ("sip_config.json", "This file was left out: osquery could not run the query: no."),
        ]
    );
    let options = ReadOptions::default().for_file(&folder.path().join("alf.json"));
    assert_eq!((options.table.as_deref(), options.name.as_str()), (Some("alf"), "Capture"));
    let options = ReadOptions::default().for_file(Path::new("/x/mac-7.json"));
    assert_eq!((options.table.as_deref(), options.name.as_str()), (None, "mac-7"));
}

#[test]
fn memory_has_limits_and_states_do_not_wait_for_the_end() {
    let small = ReadOptions { most_held: 2_000, ..table("alf") };
    let rows = format!("[{}{{}}]", "{\"global_state\":\"1\"},\n".repeat(100));
    check_error(&rows, &small, "more than 2000 bytes belong together");
    // The same host's snapshots take each other's place.
    let line = "{\"name\":\"alf\",\"hostIdentifier\":\"a\",\"unixTime\":1,\"snapshot\":[{\"global_state\":\"1\"}]}\n";
    check(line.repeat(500), &small, "a macos; alf[global_state=1]\n", &[]);
    // Devices count, too, even without a row.
    let bare = |n: u32| format!("{{\"name\":\"alf\",\"hostIdentifier\":\"{n}\",\"snapshot\":[]}}\n");
    check_error((0..10).map(bare).collect::<String>(), &small, "line 2: more than 2000 bytes");
    let own = "{\"name\":\"x\",\"platform\":\"macos\",\"tables\":{}}\n".repeat(10_000);
    let left = std::cell::Cell::new(own.len());
    struct Told<'a>(&'a [u8], &'a std::cell::Cell<usize>);
    impl std::io::Read for Told<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.read(buffer)?;
            self.1.set(self.0.len());
            Ok(count)
        }
    }
    let input = std::io::BufReader::with_capacity(100, Told(own.as_bytes(), &left));
    let mut first = None;
    let report = read(input, &small, |_| {
        first.get_or_insert(left.get());
    });
    assert_eq!(report.expect("read").states, 10_000);
    assert!(
        first.is_some_and(|left| left > own.len() - 400),
        "the first state came with {first:?} bytes left"
    );
}

/// Whatever is done to a capture, it is read or refused, and no more comes of it than was in it.
#[test]
fn a_capture_that_was_changed_at_random_is_read_or_refused() {
    let seeds = [
        ALF.to_owned(),
        "{\"alf\":[{\"global_state\":\"1\"}],\"users\":[]}".into(),
        "{\"name\":\"alf\",\"hostIdentifier\":\"a\",\"unixTime\":1,\"counter\":0,\"action\":\"added\",\"columns\":{\"version\":\"\\u00fc\"}}\n".repeat(3),
        "[{\"host_id\":1,\"columns\":{\"global_state\":\"1\"}},{\"host_id\":2,\"columns\":{}}]".into(),
        "{\"name\":\"x\",\"platform\":\"macos\",\"tables\":{\"alf\":{\"reach\":\"whole\",\"rows\":[{\"version\":null}]}}}\n".repeat(2),
        format!("W0821 10:00:00.1 1 x.cpp:1] y\nError: z\n{ALF}"),
    ];
    let pieces: [&[u8]; 12] =
        [b"\"", b"{", b"}", b"[", b"]", b"\n", b"\0", b"\xff\xfe", b"\\", b",", b"{\"a\":", b"\xef\xbb\xbf"];
    let mut random = fastrand::Rng::with_seed(7);
    let options =
        [table("alf"), ReadOptions { platform: Some(Windows), most_piece: 300, ..ReadOptions::default() }];
    for round in 0..20_000 {
        let mut bytes = seeds[round % seeds.len()].clone().into_bytes();
        for _ in 0..random.usize(1..6) {
            let at = random.usize(0..=bytes.len());
            match random.u8(0..5) {
                0 => bytes.truncate(at),
                1 => drop(bytes.splice(at..at, pieces[random.usize(0..pieces.len())].iter().copied())),
                2 => drop(bytes.drain(at..(at + random.usize(0..9)).min(bytes.len()))),
                3 => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = random.u8(..);
                    }
                }
                _ => bytes.extend_from_within(at..),
            }
        }
        let seen = seen(&bytes, &options[round % 2]);
        if let Ok(report) = seen.result {
            assert_eq!(report.states, seen.states.len() as u64);
            assert!(report.notes.iter().all(|note| note.offset <= 2 * bytes.len() as u64), "{report:?}");
        }
        let cells = |state: &DeviceState| state.tables.values().map(|table| table.rows.len()).sum::<usize>();
        assert!(
            seen.states.iter().map(cells).sum::<usize>()
                <= bytes.iter().filter(|byte| **byte == b'{').count().max(bytes.len() / 2)
        );
    }
}
