//! The fuzz targets over their seeds and over what becomes of these by chance, the same chance every time. How many rounds: a
//! few seconds' worth, or as many as `POSTURE_FUZZ_ROUNDS` says; where to begin: `POSTURE_FUZZ_SEED`.

#[path = "../../fuzz/src/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Longer ones take long and show nothing new.
const LONGEST: usize = 8_192;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The seeds of a target, by name.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).expect("seeds").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(paths.len() >= 24, "{} has {} seeds", folder.display(), paths.len());
    paths.iter().map(|path| std::fs::read(path).expect("a seed")).collect()
}

/// Runs a target over its seeds, then over mixtures of them. What it can't bear is shown as it came.
fn fuzz(target: &str, rounds: u64, words: &[&str], run: fn(&[u8])) {
    let seeds = seeds(target);
    let held = |data: &[u8]| {
        if catch_unwind(AssertUnwindSafe(|| run(data))).is_err() {
            panic!("{target} can't bear: {}", data.escape_ascii());
        }
    };
    seeds.iter().for_each(|seed| held(seed));
    let mut random = fastrand::Rng::with_seed(number("POSTURE_FUZZ_SEED", 1));
    for _ in 0..number("POSTURE_FUZZ_ROUNDS", rounds) {
        let mut data = random.choice(&seeds).expect("seeds").clone();
        for _ in 0..random.usize(1..8) {
            mutate(&mut data, &seeds, words, &mut random);
        }
        data.truncate(LONGEST);
        held(&data);
    }
}

/// One small change: a word or a byte put in, a stretch thrown away, doubled, moved, or taken from another seed.
fn mutate(data: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&str], random: &mut fastrand::Rng) {
    let (at, end) = (random.usize(0..=data.len()), random.usize(0..=data.len()));
    let (at, end) = (at.min(end), at.max(end));
    match random.u8(0..8) {
        0 => data.splice(at..at, random.choice(words).expect("words").bytes()).for_each(drop),
        1 => data.splice(at..end.min(at + 12), random.choice(words).expect("words").bytes()).for_each(drop),
        2 => data.drain(at..end.min(at + 30)).for_each(drop),
        3 => data.truncate(at.max(1)),
        4 => {
            let piece = data[at..end].to_vec();
            data.splice(at..at, piece).for_each(drop);
        }
        5 if at < data.len() => data[at] = random.u8(..),
        6 if at < data.len() => data[at] ^= 1 << random.u8(0..8),
        _ => {
            let other = random.choice(seeds).expect("seeds");
            let from = random.usize(0..=other.len());
            let piece = other[from..].iter().take(random.usize(1..200)).copied();
            data.splice(at..at, piece.collect::<Vec<_>>()).for_each(drop);
        }
    }
}

/// What queries are made of.
const SQL: &[&str] = &[
    "(",
    ")",
    "((((((((",
    "'",
    "\"",
    ";",
    ",",
    ".",
    "*",
    "%",
    "--",
    "/*",
    "*/",
    "?1",
    ":a",
    "x'00'",
    "\0",
    "\u{e4}",
    "0x1F",
    "9223372036854775807",
    "1e999",
    "NULL",
    " SELECT ",
    " FROM ",
    " WHERE ",
    " UNION ",
    " JOIN ",
    " LEFT JOIN ",
    " EXISTS(",
    " IN (",
    " LIKE ",
    " AND ",
    " OR NOT ",
    " GROUP BY 1 ",
    " ORDER BY 1 ",
    " LIMIT 1 ",
    " COLLATE version ",
    "WITH RECURSIVE ",
    "VALUES (1) ",
    "CAST(",
    " AS INTEGER)",
    "CASE WHEN ",
    " THEN 1 ELSE 0 END",
    "count(*)",
    "alf",
    "registry",
    "users",
    "file",
    "os_version",
    "path",
    "uid",
    "ATTACH ",
    "PRAGMA ",
    "INSERT INTO ",
    "CREATE TABLE ",
    "EXPLAIN ",
    "pragma_table_info('alf')",
    "sqlite_master",
    "printf('%99999d', 1)",
    "regex_match(",
    "zeroblob(99999999)",
    "json_each('[1]')",
    "OVER ()",
    "USING (uid)",
];
/// What captures are made of.
const JSON: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    "[[[[[[[[",
    "\"",
    ":",
    ",",
    "\n",
    "\\",
    "\\u0000",
    "\\ud800",
    "\0",
    "\u{feff}",
    "null",
    "true",
    "1e999",
    "-0",
    "\"\"",
    "{}",
    "[]",
    "\"rows\":",
    "\"tables\":",
    "\"platform\":",
    "\"macos\"",
    "\"windows\"",
    "\"reach\":",
    "\"where\":",
    "\"snapshot\":",
    "\"columns\":",
    "\"action\":",
    "\"added\"",
    "\"removed\"",
    "\"unixTime\":",
    "\"hostIdentifier\":",
    "\"name\":",
    "\"host_id\":1",
    "\"alf\":[{\"global_state\":\"1\"}]",
    "\"uid\":\"0\"",
    "W0821 10:00:00.1 1 x.cpp:1] y\n",
];

/// Found by the engine's target: once its memory of queries was full, a statement that SQLite still had prepared told nothing of
/// what it reads.
#[test]
fn a_query_reads_the_same_after_many_others() {
    let state = posture::states::healthy(domain::OsqueryPlatform::Macos);
    let mut engine = posture::Engine::new(state.platform).expect("memory");
    let mut run =
        |query: &str| engine.run(state, query, &domain::Expect::Checkbox, &posture::Limits::default());
    for other in 0..100 {
        assert_eq!(run(&format!("SELECT {other}")).row_count, 1);
        // In use all the time, so that it is never the one that SQLite forgets.
        assert_eq!(run("SELECT count(*) FROM os_version").judgement, domain::Judgement::Pass, "{other}");
    }
}

/// Found by the linter's target: a column that exists but can't be read there was offered in its own place.
#[test]
fn no_fix_puts_a_name_in_its_own_place() {
    targets::lint(b"mSELECT EXISTS(SELECT 1 FROM plist WHERE path = '/x' LIMIT 1 AND value);");
}

#[test]
fn the_linter_bears_anything() {
    fuzz("lint", 1_500, SQL, targets::lint);
}

#[test]
fn the_engine_bears_anything() {
    fuzz("engine", 4_000, SQL, targets::engine);
}

#[test]
fn the_reader_of_captures_bears_anything() {
    fuzz("dump", 4_000, JSON, targets::dump);
}
