//! `posternctl`: the headless twin of the console, for scripts, CI and servers. Links no GUI. Data goes to stdout,
//! everything else to stderr.

mod args;
mod case;
mod change;
mod check;
mod contain;
mod exit;
mod export;
mod headless;
mod log;
mod org;
mod progress;
mod sync;

use args::{Cli, Command};
use clap::Parser;
use exit::Exit;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // clap's own errors end the program with 2, which is what the help promises for wrong usage.
    let cli = Cli::parse();
    log_to_stderr();
    let done = match cli.command {
        Command::Sync(args) => sync::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Change(args) => change::run(&args),
        Command::Resume(args) => change::resume(&args),
        Command::Check(args) => check::run(&args),
        Command::Case(args) => case::run(&args),
        Command::Log(args) => log::run(&args),
        Command::Contain(args) => contain::run(&args),
    };
    let exit = done.unwrap_or_else(|failure| {
        progress::say(&failure.message);
        failure.hint.iter().for_each(|hint| progress::say(hint));
        failure.org_error_id.iter().for_each(|id| progress::say(&format!("The org calls this error {id}.")));
        Exit::of(&failure)
    });
    exit.into()
}

/// Diagnostics are off unless `POSTERN_LOG` asks for them, as in `POSTERN_LOG=okta_client=debug`.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("POSTERN_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
