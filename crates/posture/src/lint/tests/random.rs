//! Texts that no one wrote: cut, doubled and mixed queries, and very large ones. None may panic, and every place has to be one
//! in the text.

use super::good::RUN;
use super::{linted, places};
use crate::catalogue::Catalogue;
use crate::lint::{format, hover, lint, scope};
use domain::OsqueryPlatform::{Macos, Windows};
use domain::{LintReport, Mapping};

const SEEDS: &[&str] = &[
    "SELECT CASE WHEN global_state = 0 THEN 0 ELSE 1 END AS firewall_enabled FROM alf;",
    "WITH f(a, b) AS MATERIALIZED (SELECT path, size FROM file WHERE path LIKE '/ä/%') SELECT a FROM f WHERE b > 1e3;",
    "SELECT u.*, \"x\"\"y\", [a b], `c` FROM users u CROSS JOIN chrome_extensions USING (uid) WHERE x'00' <> ?1 AND NOT a IS NULL;",
    "SELECT COUNT(*) FILTER (WHERE a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t GROUP BY 1 HAVING 2 ORDER BY 3 LIMIT 4, 5;",
    "VALUES (1, (2)), (-3, + - ~ NOT 4) UNION ALL SELECT CAST(a AS VARCHAR(10)), b COLLATE NOCASE FROM c -- x\n;",
    "SELECT version >= '14.4', data BETWEEN 1 AND 2, name REGEXP 'x', iif(a, b), now() FROM os_version, registry WHERE a NOT IN (1, 2) OR b IN (SELECT 1) OR (a, b) = (1, 2);",
    "CREATE TEMP TABLE t AS SELECT 1; ATTACH 'x' AS y; PRAGMA user_version; EXPLAIN SELECT /* c */ 1;",
];

fn places_fit(query: &str, report: &LintReport) {
    for finding in &report.findings {
        let range = finding.start as usize..finding.end as usize;
        assert!(query.get(range).is_some(), "{query:?}\n{finding:#?}");
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            assert!(query.get(edit.start as usize..edit.end as usize).is_some(), "{query:?}\n{finding:#?}");
        }
    }
}

#[test]
fn mutated_queries_do_not_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    let odd: Vec<char> = "()'\";,.*%_\u{e4}-/[]`01 \n?".chars().collect();
    for _ in 0..3_000 {
        let mut text: Vec<char> = random.choice(SEEDS).expect("seeds").chars().collect();
        for _ in 0..random.usize(1..6) {
            let at = random.usize(0..=text.len());
            match random.u8(0..5) {
                0 => text.truncate(at),
                1 if at < text.len() => {
                    text.remove(at);
                }
                2 => text.insert(at, *random.choice(&odd).expect("some")),
                3 => {
                    let other: Vec<char> = random.choice(SEEDS).expect("seeds").chars().collect();
                    let from = random.usize(0..other.len());
                    text.extend(&other[from..]);
                }
                _ => {
                    let from = random.usize(0..=at);
                    let piece: Vec<char> = text[from..at].to_vec();
                    text.extend(piece);
                }
            }
        }
        let query: String = text.into_iter().collect();
        let platform = if random.bool() { Macos } else { Windows };
        let report = lint(Catalogue::shipped(), platform, Mapping::Checkbox, &query);
        places_fit(&query, &report);
        let offset = random.usize(0..=query.len() + 1);
        scope(Catalogue::shipped(), platform, &query, offset);
        hover(Catalogue::shipped(), platform, &query, offset);
        format(&query);
    }
}

/// Every other place of a good query gets a word of another: what SQLite still takes has a tree that fits the text.
#[test]
fn mixed_queries_keep_their_places() {
    let mut random = fastrand::Rng::with_seed(11);
    let mut valid = 0;
    for _ in 0..4_000 {
        let (platform, query) = random.choice(RUN).expect("queries");
        let (_, other) = random.choice(RUN).expect("queries");
        let mut words: Vec<&str> = query.split_inclusive([' ', '(', ')', ',']).collect();
        let others: Vec<&str> = other.split_inclusive([' ', '(', ')', ',']).collect();
        for _ in 0..random.usize(1..3) {
            let at = random.usize(0..words.len());
            match random.choice(&others) {
                Some(word) if random.bool() => words[at] = word,
                Some(word) => words.insert(at, word),
                None => {}
            }
        }
        let query = words.concat();
        if linted(*platform, &query).valid {
            valid += 1;
            places::check_all(*platform, &query);
        }
    }
    assert!(valid > 200, "{valid}");
}

#[test]
fn very_large_texts_are_answered() {
    let check = |query: &str, valid: bool, code: Option<&str>| {
        let report = linted(Macos, query);
        let start: String = query.chars().take(40).collect();
        assert_eq!(report.valid, valid, "{start}\n{report:#?}");
        places_fit(query, &report);
        if let Some(code) = code {
            assert_eq!(report.findings[0].code, code, "{start}\n{report:#?}");
        }
    };
    let deep = |open: &str, close: &str, n: usize| format!("SELECT {}1{};", open.repeat(n), close.repeat(n));
    check(&deep("(", ")", 10_000), false, Some("too-deep"));
    check(&deep("(", "", 10_000), false, Some("too-deep"));
    check(&deep("(SELECT ", ")", 10_000), false, Some("too-deep"));
    check(&deep("CASE WHEN 1 THEN ", " END", 10_000), false, Some("too-deep"));
    check(&deep("NOT ", "", 10_000), false, Some("too-deep"));
    check(&deep("(", ")", 40), true, None);
    check(&"x".repeat(1 << 20), false, Some("too-long"));
    check("SELECT 1;\u{0}", false, Some("nul-byte"));
    // SQLite takes a thousand levels of an expression, and no more.
    let chain = |n: usize| {
        format!("SELECT EXISTS(SELECT 1 FROM processes WHERE {});", vec!["pid = 1"; n].join(" OR "))
    };
    check(&chain(450), true, None);
    check(&chain(5_000), false, None);
    let mixed = |n: usize| format!("SELECT {}1;", "1 + 1 - ".repeat(n));
    check(&mixed(400), true, None);
    check(&mixed(2_000), false, None);
    let list =
        format!("SELECT EXISTS(SELECT 1 FROM processes WHERE pid IN ({}));", vec!["1"; 5_000].join(", "));
    check(&list, true, None);
    let postfix = format!("SELECT 1{};", " ISNULL".repeat(900));
    check(&postfix, true, None);
    check(&format!("SELECT 1{};", " COLLATE NOCASE".repeat(900)), true, None);
    check(&"SELECT 1;".repeat(2_000), true, Some("not-one-statement"));
    // Each table of a WITH clause that uses the one before twice would double the work.
    let doubled: Vec<String> =
        (1..24).map(|n| format!("t{n} AS (SELECT a.x FROM t{0} a, t{0} b)", n - 1)).collect();
    check(&format!("WITH t0 AS (SELECT 1 AS x), {} SELECT x FROM t2;", doubled.join(", ")), true, None);
}
