//! The phases of the tests. Each is one line of the list, and one function that says what it runs.
//!
//! Order matters: the page comes before whatever compiles the shell, which embeds it; what is quick to fail comes first;
//! and every cargo call selects the same packages, so that features unify the same way and nothing is built twice.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use super::{peers, python, report::Tally};
use crate::{
    display::VirtualDisplay,
    page,
    run::{cargo, check, describe, find, output, step},
    setup::WasmToolchain,
};

/// One phase.
pub struct Phase {
    pub name: &'static str,
    pub what: &'static str,
    pub run: fn(&mut Tally) -> Result<()>,
}

#[rustfmt::skip]
pub const ALL: &[Phase] = &[
    Phase { name: "format", what: "cargo fmt", run: format },
    Phase { name: "page", what: "the page compiles and is laid out", run: the_page },
    Phase { name: "editor", what: "what the SQL editor offers, in Node", run: editor },
    Phase { name: "lints", what: "clippy, warnings forbidden, for this machine and for WebAssembly", run: lints },
    Phase { name: "build", what: "every program and every test compiles", run: build },
    Phase { name: "tests", what: "unit tests, tidy, journeys", run: tests },
    Phase { name: "window", what: "the built app through WebKit's WebDriver", run: window },
    Phase { name: "browser", what: "the same page in Chromium, with axe-core", run: browser },
    Phase { name: "peers", what: "Okta's own SDKs against the demo org", run: sdk },
];

/// What is compiled together. The page is built for WebAssembly, and each tool alone, as the other commands build them:
/// in one selection their features would unify, and half of the tree would be compiled a second time.
const HOST: [&str; 7] = ["--workspace", "--exclude", "ui", "--exclude", "page", "--exclude", "xtask"];
/// The tools, each by itself.
const TOOLS: [[&str; 2]; 2] = [["-p", "xtask"], ["-p", "page"]];

fn format(tally: &mut Tally) -> Result<()> {
    if !component(tally, "rustfmt", "fmt") {
        return Ok(());
    }
    one(tally, &mut cargo(["fmt", "--all", "--check"]))
}

fn the_page(tally: &mut Tally) -> Result<()> {
    page::build()?;
    tally.passed += 1;
    Ok(())
}

fn editor(tally: &mut Tally) -> Result<()> {
    let mut tests = page::test_editor()?;
    println!("   $ {}", describe(&tests));
    let mut child = tests.stdout(Stdio::piped()).spawn().with_context(|| describe(&tests))?;
    let stdout = child.stdout.take().context("the output is piped")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        tally.read_tap(&line);
    }
    if !child.wait()?.success() && tally.failed.is_empty() {
        bail!("{} ended badly", describe(&tests));
    }
    Ok(())
}

fn lints(tally: &mut Tally) -> Result<()> {
    if !component(tally, "clippy", "clippy") {
        return Ok(());
    }
    let deny = ["--", "-D", "warnings"];
    one(tally, cargo(["clippy"]).args(HOST).arg("--all-targets").args(deny))?;
    for tool in TOOLS {
        one(tally, cargo(["clippy"]).args(tool).arg("--all-targets").args(deny))?;
    }
    match WasmToolchain::find()? {
        // The page's own profile: its macros are compiled already.
        same @ WasmToolchain::Same => {
            one(tally, same.cargo(["clippy", "-p", "ui", "--profile", "wasm"]).args(deny))
        }
        WasmToolchain::Debian => {
            tally.skip("clippy of the page", "Debian's Rust for the web has no clippy");
            Ok(())
        }
    }
}

/// One call for programs and tests together: apart, features would unify differently, and much would be built twice.
fn build(tally: &mut Tally) -> Result<()> {
    build_all()?;
    tally.passed += 1;
    Ok(())
}

fn build_all() -> Result<()> {
    step("building every program and every test", cargo(["build", "--all-targets"]).args(HOST))
}

fn tests(tally: &mut Tally) -> Result<()> {
    let mut result = rust_tests(tally, cargo(["test", "--no-fail-fast"]).args(HOST));
    for alone in TOOLS.into_iter().chain([["-p", "ui"]]) {
        result = result.and(rust_tests(tally, cargo(["test", "--no-fail-fast"]).args(alone)));
    }
    result
}

fn window(tally: &mut Tally) -> Result<()> {
    if find("WebKitWebDriver").is_none() {
        tally.skip("window tests", "WebKitWebDriver is missing");
        return Ok(());
    }
    build_all()?;
    let display = VirtualDisplay::start("1440x900")?;
    let mut tests = in_turn("window");
    display.adopt(&mut tests);
    rust_tests(tally, &mut tests)
}

fn browser(tally: &mut Tally) -> Result<()> {
    if let Some(missing) = ["chromium", "chromedriver"].into_iter().find(|program| find(program).is_none()) {
        tally.skip("browser tests", format!("{missing} is missing"));
        return Ok(());
    }
    build_all()?;
    let mut tests = in_turn("browser");
    match python::axe() {
        Ok(axe) => drop(tests.env("POSTERN_AXE", axe)),
        Err(error) => tally.skip("axe-core", format!("it could not be installed: {error:#}")),
    }
    rust_tests(tally, &mut tests)
}

fn sdk(tally: &mut Tally) -> Result<()> {
    build_all()?;
    peers::run(tally)
}

/// The test programs that drive something outside of Rust, one test after the other. They are left out of a plain
/// `cargo test` (see tests/Cargo.toml), because only this program knows what the machine has.
fn in_turn(target: &str) -> Command {
    let mut tests = cargo(["test", "--no-fail-fast"]);
    tests.args(HOST).args(["--test", target, "--", "--test-threads", "1"]);
    tests
}

/// A component of the toolchain, fetched through rustup when it is missing; otherwise skipped by name.
fn component(tally: &mut Tally, name: &str, subcommand: &str) -> bool {
    let there = || output(cargo([subcommand, "--version"]).stderr(Stdio::null())).is_some();
    let found = there() || (find("rustup").is_some() && add_component(name) && there());
    if !found {
        tally.skip(name, "this toolchain lacks it, and rustup could not add it");
    }
    found
}

fn add_component(name: &str) -> bool {
    check(crate::run::command("rustup").args(["component", "add", name])).is_ok()
}

/// A check that is one thing: it passes or it does not.
fn one(tally: &mut Tally, command: &mut Command) -> Result<()> {
    println!("   $ {}", describe(command));
    check(command)?;
    tally.passed += 1;
    Ok(())
}

/// Runs Rust test programs, showing and counting what they print.
fn rust_tests(tally: &mut Tally, command: &mut Command) -> Result<()> {
    println!("   $ {}", describe(command));
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| describe(command))?;
    let stdout = child.stdout.take().context("the output is piped")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        tally.read(&line);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{} ended with {status}", describe(command));
    }
    Ok(())
}
