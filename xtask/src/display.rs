//! A display in memory (Xvfb), for machines that have none.

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use crate::run::{Running, check, command};

/// Whether windows can open here.
pub fn exists() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// An X server that draws into memory; it ends when this is dropped.
pub struct VirtualDisplay {
    _server: Running,
    name: String,
}

impl VirtualDisplay {
    /// Starts one of `size` (`1280x800`), and returns once it accepts windows.
    pub fn start(size: &str) -> Result<Self> {
        let mut xvfb = command("Xvfb");
        // The server picks a free number and writes it when it is ready: nobody sleeps, nobody collides.
        xvfb.args(["-displayfd", "1", "-screen", "0", &format!("{size}x24"), "-nolisten", "tcp"]);
        let mut server =
            Running::start(xvfb.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()))?;
        let mut number = String::new();
        let stdout = server.child().stdout.take().context("Xvfb's output is piped")?;
        BufReader::new(stdout).read_line(&mut number)?;
        let number: u32 = number.trim().parse().context("Xvfb ended before it was ready")?;
        Ok(Self { _server: server, name: format!(":{number}") })
    }

    /// Lets a program draw here, the way that costs least without a graphics card.
    pub fn adopt(&self, program: &mut Command) {
        program.env("DISPLAY", &self.name).env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
        program.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    }

    /// Writes what the display shows.
    pub fn picture(&self, file: &Path) -> Result<()> {
        let mut import = command("import");
        check(import.args(["-display", &self.name, "-window", "root"]).arg(file))
    }
}
