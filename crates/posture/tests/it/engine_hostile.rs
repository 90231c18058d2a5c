//! Queries that want more than a check may have.

use crate::engine_states::{device, tried};
use domain::{Expect, Judgement, OsqueryPlatform};
use posture::{Limits, run};

fn why(query: &str) -> String {
    let trial = tried(&device(OsqueryPlatform::Macos), query);
    match trial.judgement {
        Judgement::Error(why) => why,
        other => panic!("{:.60}: {other:?}", query),
    }
}

#[test]
fn only_one_select_is_run() {
    let check = |query: &str, want: &str| {
        let why = why(query);
        assert!(why.contains(want), "{query}: {why}");
    };
    for query in [
        "ATTACH 'x' AS y",
        "PRAGMA table_info(alf)",
        "DELETE FROM alf",
        "INSERT INTO alf VALUES (1)",
        "UPDATE alf SET version = 1",
        "CREATE TABLE t(a)",
        "CREATE TEMP TABLE t AS SELECT 1",
        "DROP TABLE alf",
        "EXPLAIN SELECT 1",
        "VACUUM",
        "BEGIN",
    ] {
        check(query, "not authorized");
    }
    check("WITH x AS (SELECT 1) DELETE FROM alf", "may not be modified");
    check("WITH x AS (SELECT 1) INSERT INTO sqlite_master SELECT 1", "not authorized");
    check("SELECT sleep(5)", "not authorized to use function: sleep");
    check("SELECT carve(path) FROM file WHERE path = '/a'", "not authorized to use function: carve");
    check("SELECT load_extension('x')", "not authorized to use function: load_extension");
    check("SELECT 1; SELECT 1;", "2 statements");
    check("SELECT 1; DROP TABLE alf", "2 statements");
    check("", "no statement");
    check(" ; -- nothing", "no statement");
    check("SELECT 1\0", "NUL");
    check("SELECT * FROM pragma_journal_mode", "not authorized");
    assert_eq!(tried(&device(OsqueryPlatform::Macos), "SELECT 1; -- one\n;;").judgement, Judgement::Pass);
    assert_eq!(tried(&device(OsqueryPlatform::Macos), "/* one */ VALUES (1)").judgement, Judgement::Pass);
}

#[test]
fn nothing_that_sqlite_3_42_refuses() {
    let check = |query: &str, want: &str| {
        assert_eq!(why(query), format!("osquery refuses the query: {want}"), "{query}")
    };
    check("SELECT string_agg(1, 2)", "no such function: string_agg");
    check("SELECT if(1, 2)", "no such function: if");
    check("SELECT iif(1, 2)", "wrong number of arguments to function iif()");
    check("SELECT iif(1, 2, 3, 4)", "wrong number of arguments to function iif()");
    check("SELECT octet_length('a')", "no such function: octet_length");
    check("SELECT json_pretty('{}')", "no such function: json_pretty");
    check("SELECT jsonb('{}')", "no such function: jsonb");
    check("SELECT timediff(1, 2)", "no such function: timediff");
    check("SELECT unistr('a')", "no such function: unistr");
    check("SELECT group_concat(a ORDER BY a) FROM (SELECT 1 AS a)", "near \"ORDER\": syntax error");
    check("SELECT \"iif\"(1, 2)", "wrong number of arguments to function iif()");
    check("SELECT 1_000", "unrecognized token: \"1_000\"");
    check("SELECT 'a' REGEXP 'a'", "no such function: REGEXP");
    check("SELECT median(1)", "no such function: median");
    check("SELECT len('a')", "no such function: len");
    check("SELECT acosh(1)", "no such function: acosh");
    check("SELECT mod(1, 1)", "no such function: mod");
}

#[test]
fn what_takes_too_much_is_stopped() {
    let quick = Limits { millis: 50, ..Limits::default() };
    let state = device(OsqueryPlatform::Macos);
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
    let trial = run(&state, endless, &Expect::Checkbox, &quick);
    assert_eq!(trial.judgement, Judgement::Error("It ran too long and was stopped.".into()));
    let big = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1200) \
        SELECT zeroblob(500000) FROM n ORDER BY i";
    let patient = Limits { millis: 60_000, ..Limits::default() };
    let trial = run(&state, big, &Expect::Checkbox, &patient);
    assert_eq!(trial.judgement, Judgement::Error("It took too much memory and was stopped.".into()));
    let many =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT i FROM n";
    let trial = run(&state, many, &Expect::Checkbox, &Limits::default());
    assert_eq!((trial.rows.len(), trial.row_count), (1_000, 1_000));
    assert!(matches!(trial.judgement, Judgement::Error(_)));
    let deep = format!("SELECT {}1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(why(&deep).contains("parser stack overflow"), "{}", why(&deep));
    // As many levels as SQLite 3.42's parser has room for.
    let nested = |levels: usize| format!("SELECT {}1{}", "(".repeat(levels), ")".repeat(levels));
    assert_eq!(tried(&state, &nested(93)).judgement, Judgement::Pass);
    assert!(why(&nested(94)).contains("parser stack overflow"));
    let long = format!("SELECT {}1", "1 + ".repeat(5_000));
    assert!(why(&long).contains("Expression tree is too large"), "{}", why(&long));
    let text = format!("SELECT '{}'", "x".repeat(1_000_000));
    assert!(why(&text).len() < 200);
    assert!(why("SELECT zeroblob(1000000000)").contains("too big"));
    let long = format!("SELECT 1 -- {}", "x".repeat(2 << 20));
    assert!(why(&long).contains("too long"));
}

/// What SQLite 3.42 takes is not refused on the way.
#[test]
fn what_only_looks_like_a_call_is_let_through() {
    let check = |query: &str| {
        let trial = tried(&device(OsqueryPlatform::Macos), query);
        assert_eq!(trial.judgement, Judgement::Pass, "{query}");
    };
    check("SELECT 'ab' LIKE ('a' || '%')");
    check("SELECT 'ab' GLOB ('a' || '*')");
    check("SELECT like('a', 'a')");
    check("SELECT count(*) OVER (ORDER BY 1)");
    check("SELECT (SELECT group_concat(a) FROM (SELECT 1 AS a ORDER BY a))");
    check("SELECT count((SELECT 1 ORDER BY 1))");
    check("WITH t(a, b) AS (VALUES (1, 2)) SELECT a FROM t");
    check("SELECT max(0, 1)");
    check("SELECT iif(1, 1, 0)");
    check("SELECT value FROM json_each('[1]')");
}

/// Nonsense of all kinds gives a judgement, and nothing else.
#[test]
fn nonsense_gives_a_judgement() {
    let words = [
        "SELECT",
        "FROM",
        "WHERE",
        "file",
        "alf",
        "users",
        "path",
        "global_state",
        "uid",
        "=",
        "LIKE",
        "'/a/%'",
        "''",
        "(",
        ")",
        ",",
        "1",
        "0x1F",
        "*",
        "COUNT(*)",
        "EXISTS",
        "NOT",
        "NULL",
        "JOIN",
        "USING",
        "WITH",
        "AS",
        "UNION",
        "ORDER BY",
        "LIMIT",
        "regex_match(",
        "'(a+)+'",
        "split(",
        "CASE WHEN",
        "THEN",
        "END",
        "||",
        ";",
        "--",
        "/*",
        "'",
        "\"",
        "\u{0}",
        "\u{e4}",
        "version_compare('1', ",
        "COLLATE version",
        "IN",
        "temp.",
        "x'00'",
        "1e999",
        "?",
        ":a",
        "[",
        "`",
    ];
    let states = [
        device(OsqueryPlatform::Macos),
        crate::engine_states::with(
            device(OsqueryPlatform::Macos),
            "users",
            &[&[("uid", "501"), ("username", "me")]],
        ),
    ];
    let mut random = fastrand::Rng::with_seed(42);
    let mut engine = posture::Engine::new(OsqueryPlatform::Macos).expect("memory is there");
    let limits = Limits { millis: 100, ..Limits::default() };
    for _ in 0..3_000 {
        let mut query = String::from("SELECT ");
        for _ in 0..random.usize(1..14) {
            query.push_str(words[random.usize(..words.len())]);
            if random.bool() {
                query.push(' ');
            }
        }
        let state = &states[random.usize(..states.len())];
        let trial = engine.run(state, &query, &Expect::Checkbox, &limits);
        assert_eq!(trial.state, state.name);
        // Nobody learns of a table that is not the catalogue's.
        assert!(trial.reads.iter().all(|read| posture::Catalogue::shipped().table(&read.table).is_some()));
    }
}
