//! The page's editor, from npm's packages to one file: `ui/editor` with `target/editor`. Nothing is fetched and nothing is
//! bundled when nothing changed since the last time.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::run::{check, command, target, timed};

const SOURCE: &str = "ui/editor";
/// What npm reads.
const LISTS: [&str; 2] = ["package.json", "package-lock.json"];

/// Bundles the editor where it has to be; returns the folder that has it.
pub fn bundle() -> Result<PathBuf> {
    let folder = with_packages()?;
    let (out, stamp) = (folder.join("bundle"), folder.join("bundled"));
    let wanted = sources(Path::new(SOURCE))?;
    if out.join("editor.js").is_file() && fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        return Ok(out);
    }
    fs::create_dir_all(&out)?;
    timed("bundling the editor", || check(build(&folder).arg(&out)))?;
    fs::write(stamp, wanted)?;
    Ok(out)
}

/// Bundles the editor's own tests; returns the command that runs them.
pub fn test() -> Result<Command> {
    let folder = with_packages()?;
    let out = folder.join("tests");
    check(build(&folder).arg(&out).arg("tests"))?;
    let mut bundled: Vec<PathBuf> =
        fs::read_dir(&out)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    bundled.sort();
    let mut node = command("node");
    node.args(["--test", "--test-reporter=tap"]).args(bundled);
    Ok(node)
}

/// `node build.mjs`, which finds the packages in `folder`.
fn build(folder: &Path) -> Command {
    let mut node = command("node");
    node.arg(format!("{SOURCE}/build.mjs")).env("NODE_PATH", folder.join("node_modules"));
    node
}

/// Installs exactly the packages that the lock names, where they are not yet; returns the folder that has them.
fn with_packages() -> Result<PathBuf> {
    check(command("npm").args(["--version", "--silent"]).stdout(std::process::Stdio::null())).context(
        "the page's editor is bundled with npm, which does not run here; `cargo xtask setup --for page` installs it on Debian, \
         elsewhere it comes with Node (https://nodejs.org)",
    )?;
    let folder = target()?.join("editor");
    let stamp = folder.join("installed");
    let mut wanted = String::new();
    for name in LISTS {
        let path = Path::new(SOURCE).join(name);
        wanted += &fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    }
    if fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder)?;
    for name in LISTS {
        fs::copy(Path::new(SOURCE).join(name), folder.join(name))?;
    }
    let mut npm = command("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel", "error", "--prefix"]).arg(&folder);
    timed("installing the packages of ui/editor", || check(&mut npm))
        .context("the page's editor needs npm's registry once; its packages are kept under target/editor")?;
    fs::write(stamp, wanted)?;
    Ok(folder)
}

/// The names and texts of everything the bundle is made of.
fn sources(folder: &Path) -> Result<String> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    let mut all = String::new();
    for path in paths {
        if path.is_dir() {
            all += &sources(&path)?;
        } else {
            all += &format!("{}\n{}\n", path.display(), fs::read_to_string(&path)?);
        }
    }
    Ok(all)
}
