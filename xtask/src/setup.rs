//! `cargo xtask setup`: finds what this machine lacks, and installs it where it may.
//!
//! Every other command calls [`ensure`] first, so it must cost nothing when nothing is missing: it looks for programs and
//! libraries themselves, asks no package manager, and touches no network until it has found a gap.

mod debian;
mod needs;
mod wasm;

use anyhow::{Result, bail};
use clap::ValueEnum;
use needs::Need;
pub use wasm::WasmToolchain;

use crate::run::timed;

/// What the machine should be able to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Purpose {
    /// Compile the page
    Page,
    /// The core and browser mode: no libraries of a desktop
    Browser,
    /// The desktop window
    Demo,
    /// The desktop window where there is no display
    Headless,
    /// All of it, with every test
    Test,
    /// The .deb
    Package,
}

/// Installs what is missing for `purpose`; where it may not, says what is missing and how to get it, and stops.
pub fn ensure(purpose: Purpose) -> Result<()> {
    let missing = missing(purpose);
    if !missing.is_empty() {
        install(&missing)?;
    }
    wasm::ensure()
}

/// Like [`ensure`], for what can be done without: says what stays missing and goes on.
pub fn try_for(purpose: Purpose) {
    let missing = missing(purpose);
    if missing.is_empty() {
        return;
    }
    if let Err(error) = install(&missing) {
        eprintln!("   {error:#}\n   Going on without.");
    }
}

fn missing(purpose: Purpose) -> Vec<&'static Need> {
    needs::of(purpose).filter(|need| !need.is_met()).collect()
}

fn install(missing: &[&Need]) -> Result<()> {
    eprintln!("Missing on this machine:");
    for need in missing {
        eprintln!("   {} (Debian: {})", need.what, need.debian);
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.debian).collect();
    if !debian::has_apt() {
        bail!("Install these with this system's own package manager, then run the command again.");
    }
    timed("installing them with apt-get", || debian::install(&packages))?;
    match missing.iter().find(|need| !need.is_met()) {
        Some(need) => bail!("{} is still missing after apt-get installed {}", need.what, need.debian),
        None => Ok(()),
    }
}
