//! The project's own commands, run as `cargo xtask <command>`.
//!
//! It compiles in seconds, because every command waits for it: it knows which programs to build and start, and nothing of
//! what they do. What needs heavy libraries (wasm-bindgen, WebDriver) is a package of its own that is started from here.

mod bench;
mod demo;
mod display;
mod package;
mod page;
mod run;
mod setup;
mod shots;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

/// Builds, shows and tests Postern.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find what this machine lacks and install it, or print the command that would
    Setup {
        /// What it should be able to do afterwards
        #[arg(long = "for", value_enum, default_value = "demo")]
        purpose: setup::Purpose,
    },
    /// Build the page into dist/
    Ui,
    /// Open the console on the demo org
    Demo(demo::Options),
    /// Run the demo org alone, for other clients (--port, --token, --devices, --seed; see --help)
    DemoOrg(Passed),
    /// Run every check: format, lints, tidy, tests, window, browser, peers
    Test(test::Options),
    /// Write a picture of every page in every theme, size and state into shots/
    Shots(Passed),
    /// Measure, and print the ratios that the project promises
    Bench(Passed),
    /// Build the release and its .deb
    Package,
}

/// What is handed on as it is.
#[derive(Args)]
#[command(disable_help_flag = true)]
struct Passed {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

fn main() -> ExitCode {
    match obey(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        // Not anyhow's own way, which adds a backtrace of this program: the fault is in what it ran.
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(command: Command) -> Result<()> {
    run::enter_workspace()?;
    match command {
        Command::Setup { purpose } => setup::ensure(purpose).map(|()| println!("Nothing is missing.")),
        Command::Ui => page::build(),
        Command::Demo(options) => demo::demo(&options),
        Command::DemoOrg(passed) => demo::org(&passed.args),
        Command::Test(options) => test::test(&options),
        Command::Shots(passed) => shots::shots(&passed.args),
        Command::Bench(passed) => bench::bench(&passed.args),
        Command::Package => package::package(),
    }
}
