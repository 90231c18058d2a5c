//! The fuzz targets over their seeds and over what becomes of these by chance, the same chance every time. How many rounds: a
//! second's worth, or as many as `OKTA_FUZZ_ROUNDS` says; where to begin: `OKTA_FUZZ_SEED`.

#[path = "../../fuzz/src/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Longer ones take long and show nothing new.
const LONGEST: usize = 4_096;

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
fn fuzz(target: &str, words: &[&str], run: fn(&[u8])) {
    let seeds = seeds(target);
    let held = |data: &[u8]| {
        if catch_unwind(AssertUnwindSafe(|| run(data))).is_err() {
            panic!("{target} can't bear: {}", data.escape_ascii());
        }
    };
    seeds.iter().for_each(|seed| held(seed));
    let mut random = fastrand::Rng::with_seed(number("OKTA_FUZZ_SEED", 1));
    for _ in 0..number("OKTA_FUZZ_ROUNDS", 20_000) {
        let mut data = random.choice(&seeds).expect("seeds").clone();
        for _ in 0..random.usize(1..8) {
            mutate(&mut data, &seeds, words, &mut random);
        }
        data.truncate(LONGEST);
        held(&data);
    }
}

/// One small change: a word or a byte put in, a stretch thrown away, doubled, or taken from another seed.
fn mutate(data: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&str], random: &mut fastrand::Rng) {
    let (at, end) = (random.usize(0..=data.len()), random.usize(0..=data.len()));
    let (at, end) = (at.min(end), at.max(end));
    match random.u8(0..8) {
        0 | 1 => data.splice(at..at, random.choice(words).expect("words").bytes()).for_each(drop),
        2 => data.splice(at..end.min(at + 12), random.choice(words).expect("words").bytes()).for_each(drop),
        3 => data.drain(at..end.min(at + 30)).for_each(drop),
        4 => {
            let piece = data[at..end].to_vec();
            data.splice(at..at, piece).for_each(drop);
        }
        5 if at < data.len() => data[at] = random.u8(..),
        _ => {
            let other = random.choice(seeds).expect("seeds");
            let from = random.usize(0..=other.len());
            let piece = other[from..].iter().take(random.usize(1..200)).copied();
            data.splice(at..at, piece.collect::<Vec<_>>()).for_each(drop);
        }
    }
}

/// What texts of risk are made of.
const RISK: &[&str] = &[
    "{",
    "}",
    ",",
    ", ",
    "=",
    " = ",
    "\n",
    ";",
    "level=",
    "previousLevel=",
    "previous_level=",
    "detectionName=",
    "reasons=",
    "issuer=",
    "level=HIGH",
    ", level=LOW",
    "{level=",
    "reason=",
    "null",
    "HIGH",
    "POSITIVE",
    "=UNKNOWN, ",
    "ä",
    "\u{feff}",
    "\0",
    " ",
    "\t",
    "riskLevel=",
    "}}",
    "{{",
    ",,",
];
/// What events, rules and zones are made of.
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\n",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "1e999",
    "-0",
    "\"\"",
    "{}",
    "[]",
    "\"risk\":",
    "\"level\":\"HIGH\"",
    "\"level\":",
    "\"reasons\":[\"a\"]",
    "\"debugData\":",
    "\"behaviors\":",
    "\"ipChain\":",
    "\"ip\":\"192.0.2.1\"",
    "\"eventType\":\"user.risk.detect\"",
    "\"include\":[\"a\"]",
    "\"exclude\":[\"a\"]",
    "\"gateways\":",
    "\"value\":\"0.0.0.0/0\"",
    "\"value\":\"::/0\"",
    "\"value\":\"192.0.2.1-192.0.2.9\"",
    "203.0.113.9\n",
    "192.0.2.1",
    "\"conditions\":",
    "\"actions\":",
    "\"current_level\":\"high\"",
    "{level=HIGH}",
];

#[test]
fn texts_of_risk_read_the_same_twice() {
    fuzz("risk", RISK, targets::risk);
}

#[test]
fn the_reader_of_events_bears_anything() {
    fuzz("event", JSON, targets::event);
}

#[test]
fn the_reader_of_rules_and_zones_bears_anything() {
    fuzz("rule", JSON, targets::rule);
}
