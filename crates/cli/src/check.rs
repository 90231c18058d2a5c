//! `posternctl check`: posture checks as files, for a terminal and for CI. `lint`, `tests`, `templates` and `compare` work
//! everything out here; `plan`, `apply`, `resume` and `export` are about an org.

mod apply;
mod args;
mod bulk;
mod compare;
mod export;
mod input;
mod lint;
mod org_args;
mod plan;
mod plan_report;
mod report;
mod resume;
mod sarif;
mod templates;
mod tests;

pub use args::CheckArgs;

use crate::exit::Exit;
use args::CheckCommand;
use contract::{Failure, FailureKind};
use std::io;

/// Carries out one of them.
pub fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    match &args.command {
        CheckCommand::Lint(args) => lint::run(args),
        CheckCommand::Test(args) => tests::run(args),
        CheckCommand::Templates(args) => templates::run(args),
        CheckCommand::Diff(args) => compare::run(args),
        CheckCommand::Plan(args) => plan::run(args),
        CheckCommand::Apply(args) => apply::run(args),
        CheckCommand::Resume(args) => resume::run(args),
        CheckCommand::Export(args) => export::run(args),
    }
}

/// How the program ends when its data was written, or could not be.
fn ended(written: io::Result<Exit>) -> Result<Exit, Failure> {
    match written {
        Ok(exit) => Ok(exit),
        // Whoever reads has had enough, as `head` does: that is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => {
            Err(Failure::new(FailureKind::BadInput, format!("The answer can't be written: {error}.")))
        }
    }
}
