//! `cargo xtask package`: the release, and its .deb.

use anyhow::Result;

use crate::{
    page,
    run::{cargo, command, step},
    setup::{self, Purpose},
};

/// Builds the shell for release and has Tauri's own bundler pack it.
pub fn package() -> Result<()> {
    setup::ensure(Purpose::Package)?;
    page::build()?;
    step(
        "building the shell for release",
        &mut cargo(["build", "--release", "-p", "postern", "--features", "postern/bundle"]),
    )?;
    step(
        "packing",
        command("npm").args(["exec", "--yes", "--package=@tauri-apps/cli@~2.12", "--"]).args([
            "tauri",
            "bundle",
            "--bundles",
            "deb",
        ]),
    )
}
