//! `posternctl check` as CI sees it. It needs no org.

use super::posternctl;
use serde_json::Value;
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

const BAD: &str = "\
name: Firewall
variable_name: win_firewall
platform: windows
query_file: win_firewall.sql
";
/// As an admin may have copied it from a guide.
const BAD_SQL: &str = "-- Purpose: the firewall.\nSELECT 1 AS pass\nFROM windows_firewall_profiles;\n";

fn check(args: &[&str]) -> (Option<i32>, String, String) {
    let all: Vec<&str> = ["check"].iter().chain(args).copied().collect();
    let output = posternctl(&all, &[]);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn piped(args: &[&str], input: &[u8]) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_posternctl"))
        .arg("check")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("posternctl starts");
    let (mut to, input) = (child.stdin.take().expect("a pipe"), input.to_owned());
    let writer = std::thread::spawn(move || to.write_all(&input));
    let output = child.wait_with_output().expect("it ends");
    // It may have had enough before the end of the input.
    let _ = writer.join().expect("the writer ends");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

fn bad_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("win_firewall.check.yaml"), BAD).expect("writes");
    std::fs::write(folder.path().join("win_firewall.sql"), BAD_SQL).expect("writes");
    folder
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path")
}

#[test]
fn templates_become_files_that_lint_and_test_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, list, _) = check(&["templates"]);
    assert_eq!(code, Some(0));
    assert!(list.lines().count() >= 28 && list.contains("macos_firewall"), "{list}");
    let (code, json, _) = check(&["templates", "--format", "json", "windows_uac"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (code, &json[0]["platform"], json.as_array().map(Vec::len)),
        (Some(0), &"windows".into(), Some(1))
    );

    let checks = folder.path().join("checks");
    let (code, out, err) = check(&["templates", "--write", path(&checks)]);
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    assert_eq!(std::fs::read_dir(&checks).expect("a folder").count(), list.lines().count() * 2);
    let (code, _, err) = check(&["templates", "--write", path(&checks)]);
    assert_eq!(code, Some(2), "{err}");
    let (code, _, err) = check(&["templates", "--write", path(&checks), "--replace"]);
    assert_eq!(code, Some(0), "{err}");

    let (code, out, err) = check(&["lint", path(&checks)]);
    assert_eq!(code, Some(0), "{out}{err}");
    let (code, out, err) = check(&["test", path(&checks)]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.lines().all(|line| line.starts_with("ok ")), "{out}");
}

#[test]
fn a_finding_is_told_at_its_line_in_the_file() {
    let folder = bad_folder();
    let (code, out, err) = check(&["lint", path(folder.path())]);
    assert_eq!(code, Some(1), "{err}");
    assert!(out.contains("win_firewall.sql:3:6: error[unknown-table]: "), "{out}");
    assert!(err.contains("1 check, "), "{err}");

    let (_, json, _) = check(&["lint", path(folder.path()), "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let finding = &json["checks"][0]["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["line"], &finding["column"]),
        (&"unknown-table".into(), &3.into(), &6.into())
    );
    assert_eq!(json["checks"][0]["valid"], false);

    let file = folder.path().join("win_firewall.check.yaml");
    std::fs::write(&file, BAD.replace("query_file: win_firewall.sql", "querry: x")).expect("writes");
    let (code, out, _) = check(&["lint", path(folder.path())]);
    assert_eq!(code, Some(2));
    assert!(out.contains("win_firewall.check.yaml:4:1: ") && out.contains("Did you mean `query`?"), "{out}");
}

#[test]
fn sarif_names_its_rules_and_places() {
    let folder = bad_folder();
    std::fs::write(folder.path().join("broken.check.yaml"), "name: [").expect("writes");
    let (code, out, _) = check(&["lint", path(folder.path()), "--format", "sarif"]);
    assert_eq!(code, Some(2));
    let log: Value = serde_json::from_str(&out).expect("JSON");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert!(!results.is_empty());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        let place = &result["locations"][0]["physicalLocation"];
        assert!(
            place["artifactLocation"]["uri"].as_str().is_some_and(|uri| uri.ends_with("/win_firewall.sql"))
        );
        let number = |key: &str| place["region"][key].as_u64().expect(key);
        let (start, end) = (("startLine", "startColumn"), ("endLine", "endColumn"));
        let ((line, column), (end_line, end_column)) =
            ((number(start.0), number(start.1)), (number(end.0), number(end.1)));
        assert!(line >= 2 && column >= 1 && (line, column) <= (end_line, end_column), "{place}");
    }
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told = invocation["toolExecutionNotifications"].as_array().expect("notifications");
    assert_eq!(told.len(), 1);
}

#[test]
fn one_query_is_linted_without_files() {
    let ends = |args: &[&str], want: i32| {
        let (code, out, err) = check(args);
        assert_eq!(code, Some(want), "{args:?}: {out}{err}");
    };
    let good = "SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1) AS pass;";
    ends(&["lint", "--platform", "macos", "--query", good], 0);
    ends(&["lint", "--platform", "windows", "--query", good], 1);
    ends(&["lint", "--query", good], 2);
    ends(&["lint", "--platform", "amiga", "--query", good], 2);
    ends(&["lint"], 2);
    ends(&["lint", "/no/such/file.check.yaml"], 2);
    ends(&["test", "/no/such/folder"], 2);
    let (code, out) = piped(&["lint", "--platform", "macos", "--query", "-"], b"SELECT x FROM alf;\n");
    assert_eq!(code, Some(1));
    assert!(out.starts_with("query:1:8: error[unknown-column]"), "{out}");
}

#[test]
fn queries_in_bulk_are_answered_line_by_line() {
    let good = r#"{"id":"a","platform":"macos","query":"SELECT EXISTS(SELECT 1 FROM alf WHERE global_state >= 1) AS pass;"}"#;
    let bad = r#"{"id":{"n":2},"platform":"darwin","query":"SELECT 'ö', x FROM alf;","more":1}"#;
    let mut input = format!("{good}\n\n{bad}\nno json\n{{\"id\":7,\"platform\":\"macos\"}}\n").into_bytes();
    input.extend(br#"{"id":8,"platform":"amiga","query":"SELECT 1;"}"#);
    input.extend(b"\n\xff\xfe\n{\"id\":9,\"platform\":\"macos\",\"query\":\"");
    input.resize(input.len() + (9 << 20), b'x');
    input.extend(b"\"}\n");
    input.extend(good.replace("\"a\"", "10").as_bytes());
    let (code, out) = piped(&["lint", "--jsonl", "-"], &input);
    assert_eq!(code, Some(2));
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 8, "{out}");
    assert_eq!((&lines[0]["id"], &lines[0]["valid"]), (&"a".into(), &true.into()));
    assert_eq!((&lines[1]["id"]["n"], &lines[1]["valid"]), (&2.into(), &false.into()));
    let finding = &lines[1]["findings"][0];
    assert_eq!(finding["code"], "unknown-column");
    // Bytes, not characters.
    assert_eq!((&finding["start"], &finding["end"]), (&13.into(), &14.into()));
    let keys: Vec<&String> = finding.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["code", "end", "message", "severity", "start"]);
    let error = |at: usize, line: u64| {
        assert_eq!(lines[at]["line"], line);
        assert!(lines[at]["error"].as_str().is_some_and(|text| text.len() > 10), "{}", lines[at]);
    };
    for (at, line) in [(2, 4), (3, 5), (4, 6), (5, 7), (6, 8)] {
        error(at, line);
    }
    assert_eq!((&lines[3]["id"], &lines[4]["id"]), (&7.into(), &8.into()));
    assert_eq!((&lines[7]["id"], &lines[7]["valid"]), (&10.into(), &true.into()));

    let many = format!("{good}\n").repeat(3_000);
    let (code, out) = piped(&["lint", "--jsonl", "-"], many.as_bytes());
    assert_eq!((code, out.lines().count()), (Some(0), 3_000));
    let numbered: String = (0..3_000).map(|id| good.replace("\"a\"", &id.to_string()) + "\n").collect();
    let (_, out) = piped(&["lint", "--jsonl", "-", "--fail-on", "error"], numbered.as_bytes());
    let ids = out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["id"].as_u64());
    assert!(ids.eq((0..3_000).map(Some)), "the order is lost");
    let (code, _) = piped(&["lint", "--jsonl", "-", "--fail-on", "error"], bad.as_bytes());
    assert_eq!(code, Some(1));
    let (code, out) = piped(&["lint", "--jsonl", "-"], b"");
    assert_eq!((code, out.as_str()), (Some(0), ""));
}

#[test]
fn a_check_that_answers_wrongly_or_fails_open_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, _, err) = check(&["templates", "macos_firewall", "--write", path(folder.path())]);
    let sql = folder.path().join("macos_firewall.sql");
    let test = |query: &str, words: &[&str]| {
        std::fs::write(&sql, query).expect("writes");
        let (code, out, err) = check(&["test", path(folder.path())]);
        assert_eq!(code, Some(1), "{out}{err}");
        words.iter().for_each(|word| assert!(out.contains(word), "{out} lacks {word:?}"));
    };
    assert!(sql.exists(), "{err}");
    test(
        "SELECT CASE WHEN global_state = 0 THEN 0 ELSE 1 END AS pass FROM alf;",
        &["failed", "macOS 15: fail is wanted, the answer is pass", "passes although nothing is known"],
    );
    test("SELECT 1 AS pass;", &["No value that is flipped changes its answer"]);
    let yaml = folder.path().join("macos_firewall.check.yaml");
    let text = std::fs::read_to_string(&yaml).expect("the file");
    let without = text.split("expectations:").next().expect("a head");
    std::fs::write(&yaml, without).expect("writes");
    test("SELECT 1 AS pass;", &["never seen working"]);
    std::fs::write(&yaml, text).expect("writes");

    let state = folder.path().join("mac.json");
    let json_text =
        r#"{"name":"Mac of Anna","platform":"macos","tables":{"alf":{"rows":[{"global_state":"0"}]}}}"#;
    std::fs::write(&state, json_text).expect("writes");
    let (code, out, err) = check(&["test", path(folder.path()), "--state", path(&state)]);
    assert_eq!(code, Some(1), "{err}");
    assert!(out.contains("Mac of Anna: pass"), "{out}");
    let (_, out, _) = check(&["test", path(folder.path()), "--state", path(&state), "--format", "json"]);
    let json: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["checks"][0]["states"][0]["state"], "Mac of Anna");
    assert_eq!(json["checks"][0]["ok"], false);
    // A folder of dumps as osquery's shell prints them, and a device of another platform beside it.
    let dumps = folder.path().join("mac");
    std::fs::create_dir(&dumps).expect("a folder");
    std::fs::write(dumps.join("alf.json"), "[\n  {\"global_state\":\"0\"}\n]\n").expect("writes");
    let windows = folder.path().join("windows.json");
    std::fs::write(&windows, json_text.replace("macos", "windows")).expect("writes");
    let (_, out, err) =
        check(&["test", path(folder.path()), "--state", path(&dumps), "--state", path(&windows)]);
    assert!(out.contains("mac: pass") && !out.contains("Mac of Anna"), "{out}{err}");
    let fleet: String = (0..30).map(|_| json_text.to_owned() + "\n").collect();
    std::fs::write(&state, fleet).expect("writes");
    let (_, out, err) = check(&["test", path(folder.path()), "--state", path(&state)]);
    assert!(out.contains("30 states: 30 pass"), "{out}{err}");
    std::fs::write(&state, "{").expect("writes");
    let (code, ..) = check(&["test", path(folder.path()), "--state", path(&state)]);
    assert_eq!(code, Some(2));
}

#[test]
fn two_checks_are_compared() {
    let (a, b) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    for folder in [&a, &b] {
        check(&["templates", "macos_firewall", "--write", path(folder.path())]);
    }
    let file = |folder: &tempfile::TempDir, name: &str| folder.path().join(name);
    let name = "macos_firewall.check.yaml";
    let (before, after) = (file(&a, name), file(&b, name));
    let (code, out, err) = check(&["diff", path(&before), path(&after)]);
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    let sql = file(&b, "macos_firewall.sql");
    let text = std::fs::read_to_string(&sql).expect("the file").replace(">= 1", "= 2");
    std::fs::write(&sql, text).expect("writes");
    let (code, out, _) = check(&["diff", path(&before), path(&after)]);
    assert_eq!(code, Some(1));
    assert!(out.contains("query\n") && out.contains("-  WHERE global_state >= 1"), "{out}");
    assert!(out.contains("+  WHERE global_state = 2"), "{out}");
    let (code, out, _) = check(&["diff", path(&before), path(&after), "--format", "json"]);
    let json: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &json["fields"][0]["field"]), (Some(1), &"query".into()));
    assert_eq!(check(&["diff", path(&before), "/no/such"]).0, Some(2));
}
