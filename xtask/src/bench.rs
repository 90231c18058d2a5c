//! `cargo xtask bench`: the measurements, in release, where numbers mean something.

use anyhow::Result;

use crate::{
    run::{cargo, step},
    setup::{self, Purpose},
};

/// Hands over to the `bench` package.
pub fn bench(args: &[String]) -> Result<()> {
    setup::ensure(Purpose::Browser)?;
    step(
        "measuring (the first time this builds everything anew)",
        cargo(["run", "--release", "-p", "bench", "--"]).args(args),
    )
}
