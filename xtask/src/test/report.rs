//! What each phase of the tests came to, and the table at the end.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::phases::Phase;
use crate::run::seconds;

/// Counts of one phase. A phase that is one check (the format, say) counts as one.
#[derive(Default)]
pub struct Tally {
    pub passed: usize,
    pub failed: Vec<String>,
    pub skipped: Vec<Skipped>,
}

/// Something that was not tried, and why.
pub struct Skipped {
    pub name: String,
    pub why: String,
}

impl Tally {
    /// Notes that `name` was not tried.
    pub fn skip(&mut self, name: impl Into<String>, why: impl Into<String>) {
        self.skipped.push(Skipped { name: name.into(), why: why.into() });
    }

    /// Reads one line of a Rust test program's output.
    pub fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            let passed = counts.split_once(' ').and_then(|(_, rest)| rest.split_once(" passed"));
            self.passed += passed.and_then(|(n, _)| n.parse::<usize>().ok()).unwrap_or(0);
        } else if let Some((name, outcome)) =
            line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... "))
        {
            match outcome.split_once(", ") {
                _ if outcome.starts_with("FAILED") => self.failed.push(name.to_owned()),
                Some(("ignored", why)) => self.skip(name, why),
                None if outcome == "ignored" => self.skip(name, "no reason is given"),
                _ => {}
            }
        }
    }

    /// Reads one line of TAP, which is how Node's test runner reports: `ok 3 - a name`.
    pub fn read_tap(&mut self, line: &str) {
        let name = |rest: &str| rest.split_once(" - ").map(|(_, name)| name.to_owned());
        if let Some(name) = line.strip_prefix("not ok ").and_then(name) {
            self.failed.push(name);
        } else if line.strip_prefix("ok ").and_then(name).is_some() {
            self.passed += 1;
        }
    }
}

/// All phases so far.
#[derive(Default)]
pub struct Report {
    rows: Vec<(&'static str, Duration, Tally)>,
}

impl Report {
    /// Runs one phase. An error of its own, such as a test that does not compile, is one failure; the others still run.
    pub fn run(&mut self, phase: &Phase) {
        println!("\n━━ {}: {}", phase.name, phase.what);
        let start = Instant::now();
        let mut tally = Tally::default();
        let ended: Result<()> = (phase.run)(&mut tally);
        if let Err(error) = ended {
            println!("   {error:#}");
            // A test program that failed also ends cargo unhappily; its tests are counted by name already.
            if tally.failed.is_empty() {
                tally.failed.push(phase.name.to_owned());
            }
        }
        println!("   {} took {}", phase.name, seconds(start.elapsed()));
        self.rows.push((phase.name, start.elapsed(), tally));
    }

    pub fn failed(&self) -> usize {
        self.rows.iter().map(|(_, _, tally)| tally.failed.len()).sum()
    }

    pub fn print(&self, took: &str) {
        println!("\n{:<12}{:>16}{:>9}{:>9}{:>9}", "phase", "time", "passed", "failed", "skipped");
        for (name, time, tally) in &self.rows {
            let (failed, skipped) = (tally.failed.len(), tally.skipped.len());
            println!("{name:<12}{:>16}{:>9}{failed:>9}{skipped:>9}", seconds(*time), tally.passed);
        }
        for (phase, _, tally) in &self.rows {
            for name in &tally.failed {
                println!("FAILED   {phase}: {name}");
            }
            for Skipped { name, why } in &tally.skipped {
                println!("skipped  {phase}: {name} ({why})");
            }
        }
        let sum =
            |count: fn(&Tally) -> usize| self.rows.iter().map(|(_, _, tally)| count(tally)).sum::<usize>();
        let (passed, skipped) = (sum(|t| t.passed), sum(|t| t.skipped.len()));
        println!("\nAll of it took {took}.\n{passed} passed, {} failed, {skipped} skipped", self.failed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_libtest_prints() {
        let mut tally = Tally::default();
        for line in [
            "running 4 tests",
            "test a::b ... ok",
            "test a::c ... FAILED",
            "test a::d ... ignored, needs a display",
            "test a::e ... ignored",
            "test a::f - should panic ... ok",
            "test result: FAILED. 2 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            tally.read(line);
        }
        assert_eq!(tally.passed, 14);
        assert_eq!(tally.failed, ["a::c"]);
        let skipped: Vec<_> = tally.skipped.iter().map(|s| (s.name.as_str(), s.why.as_str())).collect();
        assert_eq!(skipped, [("a::d", "needs a display"), ("a::e", "no reason is given")]);
    }

    #[test]
    fn reads_what_node_prints() {
        let mut tally = Tally::default();
        for line in
            ["TAP version 13", "ok 1 - one", "  ok 1 - inside of it", "not ok 2 - two", "# ok 3 - said"]
        {
            tally.read_tap(line);
        }
        assert_eq!((tally.passed, tally.failed), (1, vec!["two".to_owned()]));
    }
}
