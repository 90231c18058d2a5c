//! `cargo xtask shots`: a picture of every page in every theme, size and state.

use anyhow::Result;

use crate::{
    page,
    run::{cargo, step},
    setup::{self, Purpose},
};

/// Hands over to the program that drives the browser; see `tests/src/bin/shots.rs`.
pub fn shots(args: &[String]) -> Result<()> {
    setup::ensure(Purpose::Test)?;
    page::build()?;
    step("building browser mode", &mut cargo(["build", "-p", "browser"]))?;
    step("taking the pictures", cargo(["run", "-p", "postern-tests", "--bin", "shots", "--"]).args(args))
}
