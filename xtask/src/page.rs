//! `cargo xtask ui`: the page, from Rust to `dist/`.

mod editor;

use anyhow::Result;

pub use editor::test as test_editor;

use crate::{
    run::{built, cargo, step, target},
    setup::{self, Purpose, WasmToolchain},
};

/// Builds the page; what did not change is not written, so that the shell is not rebuilt for nothing.
pub fn build() -> Result<()> {
    setup::ensure(Purpose::Page)?;
    let editor = editor::bundle()?;
    let toolchain = WasmToolchain::find()?;
    step("building the tool that binds the page", &mut cargo(["build", "-p", "page"]))?;
    step(
        "building the page (Rust to WebAssembly)",
        &mut toolchain.cargo(["build", "-p", "ui", "--profile", "wasm"]),
    )?;
    let wasm = target()?.join("wasm32-unknown-unknown/wasm/ui.wasm");
    let mut page = crate::run::command(built("page")?);
    step("writing dist/", page.arg(wasm).arg(editor).arg("dist"))
}
