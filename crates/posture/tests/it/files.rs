//! Checks as files: what is written is read back, and what is wrong in a file is told with its place.

use domain::{
    Captured, CheckContent, DeviceState, Expectation, Mapping, OsqueryPlatform, Reach, ReachTest,
    Remediation, StateSource, TableState, Timestamp, Want,
};
use posture::files::{self, CheckFile, FileError};
use std::{collections::BTreeMap, path::Path};

const GOOD: &str = "\
name: Firewall is on
variable_name: macos_firewall
platform: macos
query_file: macos_firewall.sql
remediation:
  message: Turn the firewall on.
expectations:
  - state: Firewall on
    expect: pass
    tables:
      alf:
        - {global_state: 1, version: '1.6'}
  - state: Hosts file seen
    expect: unknown
    tables:
      file:
        where:
          - {column: path, is: /etc/hosts}
        rows: []
";
const SQL: &str =
    "-- Purpose: the firewall.\n--\n-- Platform: macOS\n\nSELECT EXISTS(\n  SELECT 1 FROM alf\n) AS pass;\n";

fn read(yaml: &str, sql: Option<&str>) -> Result<CheckFile, FileError> {
    files::read_text(Path::new("a.check.yaml"), yaml, |_| sql).map(|found| found.check)
}

#[test]
fn a_check_is_read_as_it_is_written() {
    let found = files::read_text(Path::new("x/a.check.yaml"), GOOD, |_| Some(SQL)).expect("reads");
    assert_eq!(found.query_at.path, Path::new("x/macos_firewall.sql"));
    assert_eq!((found.query_at.line, found.query_at.verbatim), (5, true));
    let check = found.check;
    assert_eq!(check.content.query, "SELECT EXISTS(\n  SELECT 1 FROM alf\n) AS pass;");
    assert_eq!(check.notes, "Purpose: the firewall.\n\nPlatform: macOS");
    assert_eq!(check.content.mapping, Mapping::Checkbox);
    assert_eq!(check.content.remediation.message.as_deref(), Some("Turn the firewall on."));
    assert_eq!(check.expectations[0].want, Want::Pass);
    let rows = &check.expectations[0].state.tables["alf"].rows;
    // Texts stay as they are written, also those that look like numbers.
    assert_eq!(rows[0]["global_state"].as_deref(), Some("1"));
    assert_eq!(rows[0]["version"].as_deref(), Some("1.6"));
    let file = &check.expectations[1].state.tables["file"];
    let test = ReachTest { column: "path".into(), like: false, value: "/etc/hosts".into() };
    assert_eq!(file.reach, Reach::Where(vec![test]));
}

#[test]
fn a_query_in_the_yaml_has_its_lines_there() {
    let check = |query: &str, place: (u32, u32, bool)| {
        let yaml = GOOD.replace("query_file: macos_firewall.sql", query);
        let at = files::read_text(Path::new("a.check.yaml"), &yaml, |_| None).expect("reads").query_at;
        assert_eq!((at.line, at.indent, at.verbatim), place, "{query}");
    };
    check("query: |\n  SELECT\n\n    1;", (5, 2, true));
    check("query: |-\n    SELECT 1;", (5, 4, true));
    check("query: >\n  SELECT\n  1;", (5, 2, false));
    check("query: \"SELECT\\n1;\"", (4, 0, false));
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let mut wrong = Vec::new();
    let mut check = |from: &str, to: &str, place: Option<(u32, u32)>, want: &str| {
        let yaml = GOOD.replacen(from, to, 1);
        assert_ne!(yaml, GOOD, "{from:?} is not in the file");
        let error = read(&yaml, Some(SQL)).expect_err(to);
        if error.line.zip(error.column) != place || !error.what.contains(want) {
            wrong.push(format!("{to:?}: {error}; wanted {place:?} {want}"));
        }
    };
    check("query_file:", "querry_file:", Some((4, 1)), "Did you mean `query_file`?");
    check("message:", "mesage:", Some((6, 3)), "Did you mean `message`?");
    check("expect: pass", "expect: passes", Some((9, 13)), "Did you mean `pass`?");
    check("expect: pass\n", "\n", Some((10, 5)), "`expect` is missing");
    check("platform: macos", "platform: mac", Some((3, 11)), "Did you mean `macos`?");
    check("platform: macos\n", "platform: macos\nmapping: box\n", Some((4, 10)), "mapping `box`");
    check("platform: macos\n", "platform: macos\nplatform: macos\n", Some((4, 1)), "there twice");
    check("name: Firewall is on\n", "", Some((6, 1)), "`name` is missing");
    check("name: Firewall is on", "name:", Some((1, 5)), "no value");
    check("name: Firewall is on", "name: [1", Some((1, 7)), "a text is expected");
    check("is: /etc/hosts", "is: a, like: b", Some((18, 13)), "either `is` or `like`");
    check("rows: []\n", "", Some((17, 9)), "`rows` is missing");
    check("query_file: m", "query: SELECT 1;\nquery_file: m", Some((4, 8)), "both");
    check("query_file: macos_firewall.sql\n", "", None, "neither");
    check("query_file: m", "notes: x\nquery_file: m", Some((4, 8)), "head of that file");
    check("    tables:\n      alf", "    captured: noon\n    tables:\n      alf", Some((10, 15)), "no time");
    for name in ["../a.sql", "/etc/passwd", "b/a.sql", "..", "'C:a.sql'", "'b\\a.sql'", "''"] {
        check("macos_firewall.sql", name, Some((4, 13)), "without a folder");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(read(GOOD, None).is_err_and(|error| error.what.contains("no such file")));
    for text in ["", "- 1", "just text", "\u{0}", "%", "&a [*a]", "a: &x\n  b: *x"] {
        assert!(read(text, Some(SQL)).is_err(), "{text:?}");
    }
}

#[test]
fn a_bomb_is_refused_at_once() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let many = vec![format!("*a{}", level - 1); 9].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{many}]\n"));
    }
    let rows = format!("{GOOD}\n  - state: x\n    expect: pass\n    tables:\n");
    let bombs = [
        laughs,
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        format!("{rows}      t: {}", "[".repeat(50_000)),
        format!("{rows}      t: [{}]", "{a: 1}, ".repeat(300_000)),
    ];
    for bomb in bombs {
        let error = read(&bomb, Some(SQL)).expect_err("a bomb");
        assert!(error.what.len() < 400, "{}", error.what);
    }
}

#[test]
fn a_query_file_is_read_from_beside_the_check_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("checks");
    std::fs::create_dir(&inner).expect("a folder");
    let yaml = inner.join("a.check.yaml");
    std::fs::write(&yaml, GOOD).expect("writes");
    assert!(files::read_file(&inner).is_err_and(|error| error.what == "This is no file."));
    std::fs::write(folder.path().join("secret"), SQL).expect("writes");
    assert!(files::read_file(&yaml).is_err_and(|error| error.path.ends_with("macos_firewall.sql")));
    #[cfg(unix)]
    {
        let link = inner.join("macos_firewall.sql");
        std::os::unix::fs::symlink("../secret", &link).expect("a link");
        assert!(files::read_file(&yaml).is_err_and(|error| error.what.contains("leads out")));
        std::fs::remove_file(link).expect("goes");
    }
    let windows = format!("\u{feff}{}", SQL.replace('\n', "\r\n"));
    std::fs::write(inner.join("macos_firewall.sql"), windows).expect("writes");
    let check = files::read_file(&yaml).expect("reads").check;
    assert_eq!(check, read(GOOD, Some(SQL)).expect("reads"));
    std::fs::write(inner.join("macos_firewall.sql"), b"SELECT 1;\n\xff").expect("writes");
    assert!(files::read_file(&yaml).is_err_and(|error| error.line == Some(2)));
}

#[test]
fn a_folder_tells_what_it_can_read_and_what_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = read(GOOD, Some(SQL)).expect("reads");
    let paths = files::write_files(folder.path(), &good, false).expect("writes");
    assert_eq!(paths.len(), 2);
    let error = files::write_files(folder.path(), &good, false).expect_err("it is there");
    assert!(error.what.contains("already"), "{error}");
    files::write_files(folder.path(), &good, true).expect("replaces");
    files::write_files(&folder.path().join("z/same"), &good, false).expect("writes");
    std::fs::write(folder.path().join("bad.check.yaml"), "name: [").expect("writes");
    std::fs::write(folder.path().join("other.yaml"), "name: [").expect("writes");
    let read = files::read_folder(folder.path());
    let told: Vec<bool> = read.iter().map(Result::is_ok).collect();
    assert_eq!(told, [false, true, false], "{read:?}");
    assert!(read[2].as_ref().is_err_and(|error| error.what.contains("variable name")));
    assert!(files::read_folder(Path::new("/no/such/folder"))[0].is_err());
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 5, "a draft was left");
}

/// Texts as people and attackers write them.
fn text(random: &mut fastrand::Rng) -> String {
    const WORDS: [&str; 48] = [
        "",
        "a",
        "Firewall is on",
        "null",
        "~",
        "true",
        "no",
        "1",
        "01",
        "1.0",
        "0x1F",
        "1e3",
        "- x",
        "a: b",
        "#c",
        " # c",
        "'",
        "\"",
        "\\",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "-- note",
        "SELECT 1;",
        "{",
        "[",
        "&a",
        "*a",
        "!x",
        "|",
        ">",
        "%",
        "@",
        "`",
        "é",
        "日本",
        "🙂",
        "\r\n",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "---",
        "...",
        "<<",
        "2026-10-05",
    ];
    (0..random.usize(0..4)).map(|_| WORDS[random.usize(..WORDS.len())]).collect()
}

fn random_check(random: &mut fastrand::Rng) -> CheckFile {
    let maybe = |random: &mut fastrand::Rng| random.bool().then(|| text(random));
    let platform = OsqueryPlatform::ALL[random.usize(..3)];
    let row = |random: &mut fastrand::Rng| -> Captured {
        (0..random.usize(0..3)).map(|_| (text(random), maybe(random))).collect()
    };
    let reach = |random: &mut fastrand::Rng| {
        if random.bool() {
            return Reach::Whole;
        }
        let test = |random: &mut fastrand::Rng| ReachTest {
            column: text(random),
            like: random.bool(),
            value: text(random),
        };
        Reach::Where((0..random.usize(0..3)).map(|_| test(random)).collect())
    };
    let expectation = |random: &mut fastrand::Rng| Expectation {
        want: [Want::Pass, Want::Fail, Want::Error, Want::Unknown][random.usize(..4)],
        state: DeviceState {
            name: text(random),
            platform: if random.bool() { platform } else { OsqueryPlatform::Windows },
            source: [StateSource::Fixture, StateSource::Capture, StateSource::Generated][random.usize(..3)],
            captured: random.bool().then(|| Timestamp(random.i64(0..4_000_000_000_000))),
            tables: (0..random.usize(0..3))
                .map(|_| {
                    let rows = (0..random.usize(0..3)).map(|_| row(random)).collect();
                    (text(random), TableState { reach: reach(random), rows })
                })
                .collect::<BTreeMap<_, _>>(),
        },
    };
    CheckFile {
        content: CheckContent {
            name: text(random),
            description: text(random),
            variable_name: text(random),
            platform,
            mapping: if random.bool() { Mapping::Checkbox } else { Mapping::Textbox },
            query: text(random),
            remediation: Remediation {
                message_key: maybe(random),
                message: maybe(random),
                default_link: maybe(random),
                link: maybe(random),
            },
        },
        notes: text(random),
        passing_text: maybe(random),
        expectations: (0..random.usize(0..3)).map(|_| expectation(random)).collect(),
    }
}

#[test]
fn whatever_is_written_is_read_back() {
    let (mut beside, mut inline) = (0, 0);
    for seed in 0..3_000 {
        let check = random_check(&mut fastrand::Rng::with_seed(seed));
        let rendered =
            files::render(&check, "x").unwrap_or_else(|error| panic!("seed {seed}: {error}: {check:#?}"));
        let back = read(&rendered.yaml, rendered.sql.as_deref());
        assert_eq!(back.as_ref(), Ok(&check), "seed {seed}:\n{}", rendered.yaml);
        if rendered.sql.is_some() { beside += 1 } else { inline += 1 }
    }
    assert!(beside > 300 && inline > 300, "{beside} {inline}");
}

#[test]
fn garbage_is_read_or_refused() {
    let (mut read_well, mut refused) = (0, 0);
    for seed in 0..3_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut yaml = GOOD.to_owned();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..yaml.len());
            let end = (at + random.usize(0..12)).min(yaml.len());
            if yaml.is_char_boundary(at) && yaml.is_char_boundary(end) {
                yaml.replace_range(at..end, &text(&mut random));
            }
        }
        match read(&yaml, Some(SQL)) {
            // What was read can be written.
            Ok(check) => {
                files::render(&check, "x").unwrap_or_else(|error| panic!("seed {seed}: {error}"));
                read_well += 1;
            }
            Err(error) => {
                assert!(!error.what.is_empty() && error.what.len() < 600, "seed {seed}: {error}");
                refused += 1;
            }
        }
    }
    assert!(read_well > 100 && refused > 100, "{read_well} {refused}");
}

#[test]
fn a_written_check_is_a_pleasure_to_read() {
    let check = read(GOOD, Some(SQL)).expect("reads");
    let rendered = files::render(&check, "macos_firewall").expect("renders");
    assert_eq!(rendered.sql.as_deref(), Some(SQL.replacen("macOS\n\n", "macOS\n", 1).as_str()));
    insta::assert_snapshot!(rendered.yaml, @r#"
    name: Firewall is on
    variable_name: macos_firewall
    platform: macos
    query_file: macos_firewall.sql
    remediation:
      message: Turn the firewall on.
    expectations:
      - state: Firewall on
        expect: pass
        tables:
          alf:
            - global_state: "1"
              version: "1.6"
      - state: Hosts file seen
        expect: unknown
        tables:
          file:
            where:
              - column: path
                is: /etc/hosts
            rows: []
    "#);
}
