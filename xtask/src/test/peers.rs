//! Okta's own SDKs, unmodified, against the demo org.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use super::{node, python, report::Tally};
use crate::run::{Running, built, command};

const TOKEN: &str = "00peers-token-of-the-demo-org-for-one-test";

/// Runs the checks of every SDK that can be installed here, each check counted by itself.
pub fn run(tally: &mut Tally) -> Result<()> {
    match python::with_okta_sdk() {
        Ok(python) => {
            let mut checks = command(python);
            checks.arg("tests/peers/sdk_python.py").arg("--posternctl").arg(built("posternctl")?);
            against_a_fresh_org(tally, checks)?;
        }
        Err(error) => tally.skip("Okta's Python SDK", format!("it could not be installed: {error:#}")),
    }
    match node::with_okta_sdk() {
        Ok(modules) => {
            let mut checks = command("node");
            checks.env("NODE_PATH", modules).arg("tests/peers/sdk_node.mjs");
            checks.arg("--posternctl").arg(built("posternctl")?);
            against_a_fresh_org(tally, checks)?;
        }
        Err(error) => tally.skip("Okta's Node SDK", format!("it could not be installed: {error:#}")),
    }
    Ok(())
}

fn against_a_fresh_org(tally: &mut Tally, mut checks: Command) -> Result<()> {
    let mut org = command(built("demo-org")?);
    org.args(["--port", "0", "--token", TOKEN, "--devices", "1000", "--seed", "1"]);
    let mut org = Running::start(org.stdout(Stdio::piped()))?;
    let mut line = String::new();
    BufReader::new(org.child().stdout.take().context("the output is piped")?).read_line(&mut line)?;
    let url = line.split_whitespace().find(|word| word.starts_with("http://"));
    let url = url.with_context(|| format!("the demo org said {line:?} instead of its address"))?;

    let script = format!("{checks:?}");
    let failed_before = tally.failed.len();
    let mut checks = Running::start(checks.args(["--url", url, "--token", TOKEN]).stdout(Stdio::piped()))?;
    let stdout = checks.child().stdout.take().context("the output is piped")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        read(tally, &line);
    }
    if !checks.child().wait()?.success() && tally.failed.len() == failed_before {
        bail!("{script} ended badly");
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
