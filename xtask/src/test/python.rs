//! Python's share of the tests: Okta's own SDK, and axe-core, in one virtual environment under `target/`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::run::{check, command, target, timed};

/// Installs Okta's SDK where it is not yet; returns the Python that has it.
pub fn with_okta_sdk() -> Result<PathBuf> {
    let folder = environment()?;
    installed(&folder, "tests/peers/requirements.txt", &[])?;
    Ok(folder.join("bin/python"))
}

/// axe-core's script. It comes as the package `axe-playwright-python` carries it: Python is here for the SDK anyway, and
/// npm would be four hundred packages more. The package itself is not used, nor what it depends on.
pub fn axe() -> Result<PathBuf> {
    let folder = environment()?;
    installed(&folder, "tests/browser/requirements.txt", &["--no-deps"])?;
    let versions = fs::read_dir(folder.join("lib"))?.flatten();
    let mut places = versions.map(|v| v.path().join("site-packages/axe_playwright_python/axe.min.js"));
    places.find(|file| file.is_file()).context("its package does not carry axe.min.js")
}

fn environment() -> Result<PathBuf> {
    let folder = target()?.join("python");
    if !folder.join("bin/python").exists() {
        timed("making a Python environment", || check(command("python3").args(["-m", "venv"]).arg(&folder)))?;
    }
    Ok(folder)
}

/// Installs what a list names, unless just this list was installed before.
fn installed(folder: &Path, list: &str, more: &[&str]) -> Result<()> {
    let wanted = fs::read_to_string(list).with_context(|| list.to_owned())?;
    let stamp = folder.join(list.replace('/', "-"));
    if fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        return Ok(());
    }
    let mut pip = command(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", list]).args(more);
    timed(&format!("installing {list}"), || check(&mut pip))?;
    Ok(fs::write(stamp, wanted)?)
}
