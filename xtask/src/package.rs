//! `cargo xtask package`: the release, and its .deb.

use anyhow::Result;

use crate::{
    page,
    run::{cargo, command, step, target},
    setup::{self, Purpose},
};

/// Builds the shell for release and has Tauri's own bundler pack it.
pub fn package() -> Result<()> {
    setup::ensure(Purpose::Package)?;
    page::build()?;
    step("building the shell for release", &mut cargo(["build", "--release", "-p", "postern"]))?;
    // Only Tauri's bundler knows how to lay out a package; nothing else of npm is used, and nothing of it is kept here.
    let bundler =
        ["exec", "--yes", "--package=@tauri-apps/cli@~2.12", "--", "tauri", "bundle", "--bundles", "deb"];
    step("packing", command("npm").args(bundler))?;
    println!("The package is in {}", target()?.join("release/bundle/deb").display());
    Ok(())
}
