//! Node's share of the tests: Okta's Node SDK under `target/`, with the npm that the page's editor needs
//! anyway.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::run::{check, command, target, timed};

/// Installs Okta's SDK where it is not yet; returns the folder of modules that has it.
pub fn with_okta_sdk() -> Result<PathBuf> {
    const LIST: &str = "tests/peers/package.json";
    check(command("npm").arg("--version")).context("there is no npm on this machine")?;
    let folder = target()?.join("node");
    let wanted = fs::read_to_string(LIST).context(LIST)?;
    let stamp = folder.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        return Ok(folder.join("node_modules"));
    }
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), &wanted)?;
    let mut npm = command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel", "error", "--prefix"]).arg(&folder);
    timed("installing tests/peers/package.json", || check(&mut npm))?;
    fs::write(stamp, wanted)?;
    Ok(folder.join("node_modules"))
}
