//! Python's share of the tests: Okta's own SDK, and axe-core, in one virtual environment under `target/`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::run::{check, command, target, timed};

/// What is installed, with versions and hashes.
const WANTED: &str = "tests/peers/requirements.txt";

/// A virtual environment that holds what [`WANTED`] lists; made anew when the list has changed.
pub fn environment() -> Result<PathBuf> {
    let folder = target()?.join("python");
    let wanted = fs::read_to_string(WANTED)?;
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).ok().as_deref() != Some(wanted.as_str()) {
        timed("installing Okta's SDK and axe-core into target/python", || install(&folder))?;
        fs::write(stamp, wanted)?;
    }
    Ok(folder)
}

fn install(folder: &Path) -> Result<()> {
    check(command("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", WANTED];
    check(command(folder.join("bin/python")).args(quiet))
}

/// axe-core's script, as the package `axe-playwright-python` carries it.
pub fn axe(environment: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(environment.join("lib")).ok()?;
    let mut places =
        versions.flatten().map(|v| v.path().join("site-packages/axe_playwright_python/axe.min.js"));
    places.find(|file| file.is_file())
}
