//! A stand-in for osquery: small shell scripts that print what osquery's shell prints, letter by letter.

use super::*;
use domain::{BinaryOrigin, Judgement};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const WARNING: &str = "W0821 10:00:00.123456 1234 virtual_table.cpp:1050] The chrome_extensions table returns data based on \
                       the current user by default, consider JOINing against the users table";

struct StandIn {
    folder: tempfile::TempDir,
    binary: LocalBinary,
}

/// A program of that name that runs `script`.
fn stand_in(name: &str, script: &str) -> StandIn {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("set");
    let kind = if name == "osqueryi" { BinaryKind::Shell } else { BinaryKind::Daemon };
    let path = path.to_str().expect("Unicode").to_owned();
    let binary = LocalBinary { path, kind, origin: BinaryOrigin::Named, version: None };
    StandIn { folder, binary }
}

impl StandIn {
    async fn run(&self, limit: Duration) -> LocalRun {
        let query = OneSelect::new("SELECT 1 AS a;").expect("one SELECT");
        for _ in 0..50 {
            match run(&self.binary, &query, &Expect::Checkbox, limit).await {
                // Another test's process still holds the script open for writing: it was forked a moment ago.
                Err(LocalError::NotStarted { source, .. })
                    if source.kind() == std::io::ErrorKind::ExecutableFileBusy =>
                {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                other => return other.expect("it starts"),
            }
        }
        panic!("the script stays busy");
    }

    fn told(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(file)).expect("the script wrote it")
    }
}

/// Far more than any of the scripts that end by themselves need.
const LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn what_osquery_prints_is_judged() {
    let error = |why: &str| Judgement::Error(why.into());
    let unknown = |why: &str| Judgement::Unknown(why.into());
    let check = async |script: &str, want: Judgement, rows: u64, exit: i32| {
        let run = stand_in("osqueryd", script).run(LONG).await;
        assert_eq!(run.judgement, want, "{script}");
        assert_eq!((run.row_count, run.exit, run.timed_out), (rows, Some(exit), false), "{script}");
        run
    };
    let one = r#"printf '[\n  {"a":"1"}\n]\n'"#;
    let none = r"printf '[\n\n]\n'";
    check(one, Judgement::Pass, 1, 0).await;
    check(r#"printf '[\n  {"a":"0"}\n]\n'"#, Judgement::Fail, 1, 0).await;
    check(none, error("No row came back, so Okta gets no answer."), 0, 0).await;
    let two = r#"printf '[\n  {"a":"1"},\n  {"a":"1"}\n]\n'"#;
    check(two, error("2 rows came back where one is needed."), 2, 0).await;
    let no_table = format!("{none}; echo 'Error: no such table: windows_firewall_profiles' >&2; exit 1");
    let run = check(&no_table, error("no such table: windows_firewall_profiles."), 0, 1).await;
    assert_eq!(run.messages.len(), 1);
    let required = "Table file was queried without a required column in the WHERE clause";
    let script = format!(
        "{none}; echo 'W0821 10:00:00.1 1 v.cpp:1] {required}' >&2; echo 'Error: {required}' >&2; exit 19"
    );
    check(&script, error(&format!("{required}.")), 0, 19).await;
    // Of standard input without a semicolon: an error with code 0.
    let script = format!("{none}; echo 'Error: incomplete SQL: SELECT 1' >&2");
    check(&script, error("incomplete SQL: SELECT 1."), 0, 0).await;
    let run = check(&format!("echo '{WARNING}' >&2; {one}"), Judgement::Pass, 1, 0).await;
    assert_eq!(run.messages[0].level, domain::LocalLevel::Warning);
    assert!(run.messages[0].text.starts_with("The chrome_extensions table"), "{:?}", run.messages);
    // Warnings that went where the rows go.
    check(&format!("echo '{WARNING}'; echo '[not json'; {one}; echo done"), Judgement::Pass, 1, 0).await;
    check("echo '[{\"a\":'", unknown("The program printed no list of rows."), 0, 0).await;
    check("exit 0", unknown("The program printed no list of rows."), 0, 0).await;
    check("exit 7", error("It ended with code 7."), 0, 7).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_are_cut_and_do_not_stop_the_program() {
    let flood = r#"i=0; while [ $i -lt 3000 ]; do echo "W0821 10:00:00.1 1 v.cpp:1] $i 0123456789 0123456789 0123456789" >&2; i=$((i+1)); done; printf '[\n  {"a":"1"}\n]\n'"#;
    let run = stand_in("osqueryd", flood).run(LONG).await;
    assert_eq!(run.judgement, Judgement::Pass);
    assert_eq!(run.stderr.len(), MOST_STDERR);
    // A program that never stops printing is ended by the cap, not by the time.
    let run = stand_in("osqueryd", "exec yes 0123456789").run(LONG).await;
    assert_eq!(run.judgement, Judgement::Error("It printed so much that it was ended.".into()));
    assert_eq!((run.exit, run.timed_out), (None, false));
    assert!(run.stdout.len() <= MOST_STDOUT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_hangs_is_ended_with_all_it_started() {
    // Also one that ignores the polite signal and has a child of its own, which holds the pipes.
    let script = r#"trap '' TERM; sleep 1000 & echo $! > "$(dirname "$0")/child"; echo $$ > "$(dirname "$0")/own"; wait"#;
    let stand_in = stand_in("osqueryd", script);
    let run = stand_in.run(Duration::from_millis(1_500)).await;
    assert!(run.timed_out && run.exit.is_none(), "{run:?}");
    assert_eq!(
        run.judgement,
        Judgement::Error("It took longer than 1500 milliseconds and was ended.".into())
    );
    assert!(gone(&stand_in.told("own")).await, "the program is still there");
    assert!(gone(&stand_in.told("child")).await, "its child is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_nobody_waits_for_any_more_is_ended() {
    let script =
        r#"cd "$(dirname "$0")"; sleep 1000 & echo $! > child; echo $$ > own.part; mv own.part own; wait"#;
    let stand_in = stand_in("osqueryd", script);
    let file = stand_in.folder.path().join("own");
    tokio::select! {
        run = stand_in.run(LONG) => panic!("it ended by itself: {run:?}"),
        () = async { while !file.exists() { tokio::time::sleep(Duration::from_millis(5)).await } } => {}
    }
    assert!(gone(&stand_in.told("own")).await, "the program is still there");
    assert!(gone(&stand_in.told("child")).await, "its child is still there");
}

/// Whether no process of that id runs; one that ended but was not yet waited for does not run. Looks for a while, since the
/// system takes its time.
async fn gone(id: &str) -> bool {
    for _ in 0..500 {
        let state = std::fs::read_to_string(format!("/proc/{}/stat", id.trim()));
        let alive = if Path::new("/proc/self/stat").exists() {
            state.is_ok_and(|stat| !stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with(['Z', 'X'])))
        } else {
            let id = id.trim().parse().expect("an id");
            nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), None).is_ok()
        };
        if !alive {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn the_query_is_one_argument_and_each_program_gets_its_flags() {
    let script = r#"for a in "$@"; do printf '<%s>' "$a"; done > "$(dirname "$0")/arguments"; printf '[\n  {"a":"1"}\n]\n'"#;
    let query = "-- first\nSELECT 'it''s $HOME `id` \"x\" %PATH%' -- end\n AS a;";
    let check = async |name: &str, flags: &str| {
        let stand_in = stand_in(name, script);
        stand_in.run(LONG).await;
        let query = OneSelect::new(query).expect("one SELECT");
        run(&stand_in.binary, &query, &Expect::Checkbox, LONG).await.expect("it starts");
        assert_eq!(stand_in.told("arguments"), format!("{flags}<{}>", query.text()), "{name}");
    };
    check("osqueryd", "<--S><--json>").await;
    check("osqueryi", "<--json>").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_version_is_asked_for_and_a_missing_program_is_told() {
    let there = stand_in("osqueryd", "echo \"osqueryd version 5.18.1 $*\"");
    there.run(LONG).await;
    assert_eq!(version(&there.binary.path).await.as_deref(), Some("5.18.1"));
    let path = there.folder.path().join("absent").to_str().expect("Unicode").to_owned();
    assert_eq!(version(&path).await, None);
    let binary = LocalBinary { path, ..there.binary.clone() };
    let query = OneSelect::new("SELECT 1").expect("one SELECT");
    let error = run(&binary, &query, &Expect::Checkbox, LONG).await.expect_err("it is not there");
    assert!(matches!(error, LocalError::NotFound { .. }), "{error}");
    let plain = there.folder.path().join("plain");
    std::fs::write(&plain, "x").expect("written");
    let binary = LocalBinary { path: plain.to_str().expect("Unicode").to_owned(), ..binary };
    let error = run(&binary, &query, &Expect::Checkbox, LONG).await.expect_err("it may not be run");
    assert!(matches!(error, LocalError::NotAllowed { .. }), "{error}");
}
