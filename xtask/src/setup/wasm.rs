//! The compiler's support for WebAssembly: rustup's target, or Debian's own Rust for the web where there is no rustup.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use super::debian;
use crate::run::{cargo, command, find, output, step, timed};

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's Rust, new enough for the web, and the standard library's source, which it compiles itself.
const DEBIAN_RUST: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// How WebAssembly is compiled on this machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum WasmToolchain {
    /// The toolchain that compiles the rest has the target.
    Same,
    /// Debian's, which builds the standard library along the way.
    Debian,
}

impl WasmToolchain {
    pub fn find() -> Result<Self> {
        let sysroot = output(command("rustc").args(["--print", "sysroot"])).unwrap_or_default();
        if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).is_dir() {
            return Ok(Self::Same);
        }
        if DEBIAN_RUST.iter().all(|package| debian_has(package)) {
            return Ok(Self::Debian);
        }
        bail!("no Rust for {TARGET} on this machine");
    }

    /// A cargo call for the target; `args` starts with cargo's command.
    pub fn cargo<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Command {
        let mut call = match self {
            Self::Same => cargo(args),
            Self::Debian => {
                let mut call = command("/usr/bin/cargo");
                // build-std is unstable; the variable is how a distribution's own compiler allows it.
                call.args(args).args(["-Z", "build-std=std,panic_abort"]);
                call.env("RUSTC", "/usr/bin/rustc")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env_remove("RUSTUP_TOOLCHAIN");
                call
            }
        };
        call.args(["--target", TARGET]);
        call
    }
}

/// Makes [`WasmToolchain::find`] succeed.
pub fn ensure() -> Result<()> {
    if WasmToolchain::find().is_ok() {
        return Ok(());
    }
    if let Some(rustup) = find("rustup") {
        let added =
            step(&format!("adding Rust's {TARGET} target"), command(rustup).args(["target", "add", TARGET]));
        if added.is_ok() {
            return Ok(());
        }
        eprintln!("   rustup could not; trying Debian's own.");
    }
    if !debian::has_apt() {
        bail!(
            "Rust's {TARGET} target is missing; install it with rustup (https://rustup.rs): rustup target add {TARGET}"
        );
    }
    timed("installing Debian's Rust for the web", || debian::install(&DEBIAN_RUST))
}

fn debian_has(package: &str) -> bool {
    // dpkg keeps one list of files for each package that is installed.
    let list: PathBuf = ["/var/lib/dpkg/info", &format!("{package}.list")].iter().collect();
    list.is_file()
}
