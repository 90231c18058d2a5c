//! Okta's own SDK, unmodified, against the demo org.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use anyhow::{Context, Result, bail};

use super::{python, report::Tally};
use crate::run::{Running, built, command};

const SCRIPT: &str = "tests/peers/sdk_python.py";
const TOKEN: &str = "00peers-token-of-the-demo-org-for-one-test";

/// Runs the SDK's checks, each counted by itself.
pub fn run(tally: &mut Tally) -> Result<()> {
    let python = match python::with_okta_sdk() {
        Ok(python) => python,
        Err(error) => {
            tally.skip("Okta's Python SDK", format!("it could not be installed: {error:#}"));
            return Ok(());
        }
    };
    let mut org = command(built("demo-org")?);
    org.args(["--port", "0", "--token", TOKEN, "--devices", "1000", "--seed", "1"]);
    let mut org = Running::start(org.stdout(Stdio::piped()))?;
    let mut line = String::new();
    BufReader::new(org.child().stdout.take().context("the output is piped")?).read_line(&mut line)?;
    let url = line.split_whitespace().find(|word| word.starts_with("http://"));
    let url = url.with_context(|| format!("the demo org said {line:?} instead of its address"))?;

    let mut checks = command(python);
    checks.args([SCRIPT, "--url", url, "--token", TOKEN]);
    let mut checks = Running::start(checks.stdout(Stdio::piped()))?;
    let stdout = checks.child().stdout.take().context("the output is piped")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        read(tally, &line);
    }
    if !checks.child().wait()?.success() && tally.failed.is_empty() {
        bail!("{SCRIPT} ended badly");
    }
    Ok(())
}

/// `12 passed, 1 failed` at the end, and a line for each failure before it.
fn read(tally: &mut Tally, line: &str) {
    let counts = line.split_once(" passed, ").and_then(|(passed, rest)| {
        Some((passed.parse::<usize>().ok()?, rest.strip_suffix(" failed")?.parse::<usize>().ok()?))
    });
    if let Some((passed, failed)) = counts {
        tally.passed += passed;
        tally.failed.extend((1..=failed).map(|n| format!("check {n} of the SDK (see above)")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_script_prints_last() {
        let mut tally = Tally::default();
        for line in ["FAILED users_list: it passed, once", "10 passed, 2 failed"] {
            read(&mut tally, line);
        }
        assert_eq!((tally.passed, tally.failed.len()), (10, 2));
    }
}
