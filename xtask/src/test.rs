//! `cargo xtask test`: every check, in the order that builds each thing once and fails early.

mod node;
mod peers;
mod phases;
mod python;
mod report;

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use report::Report;

use crate::{
    run::seconds,
    setup::{self, Purpose},
};

#[derive(Args)]
pub struct Options {
    /// Only these phases (see --list)
    phases: Vec<String>,
    /// Say which phases there are
    #[arg(long)]
    list: bool,
}

/// Runs the phases; an error at the end when anything failed.
pub fn test(options: &Options) -> Result<()> {
    let known = phases::ALL;
    if options.list {
        known.iter().for_each(|phase| println!("{:<10} {}", phase.name, phase.what));
        return Ok(());
    }
    if let Some(unknown) = options.phases.iter().find(|name| known.iter().all(|phase| phase.name != **name)) {
        bail!("there is no phase {unknown:?}; `cargo xtask test --list` names them");
    }
    setup::ensure(Purpose::Headless)?;
    setup::try_for(Purpose::Test);

    let start = Instant::now();
    let mut report = Report::default();
    for phase in known {
        if options.phases.is_empty() || options.phases.iter().any(|name| name == phase.name) {
            report.run(phase);
        }
    }
    report.print(&seconds(start.elapsed()));
    if report.failed() > 0 { bail!("not everything passed") } else { Ok(()) }
}
