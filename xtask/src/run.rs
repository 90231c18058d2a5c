//! Starting other programs: the only file of xtask that does.
//!
//! A step says what it does before it starts and how long it took after, on stderr as cargo does: stdout belongs to the
//! programs that are started.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Set by Ctrl-C and by a polite kill.
static STOP: AtomicBool = AtomicBool::new(false);

/// Makes the root of the workspace the current folder, wherever the command was typed.
pub fn enter_workspace() -> Result<()> {
    let here = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let root = Path::new(&here).parent().context("xtask lives in the workspace")?;
    env::set_current_dir(root).with_context(|| root.display().to_string())
}

/// Cargo's target folder, wherever the settings put it: this program runs from `<target>/<profile>/xtask`.
pub fn target() -> Result<PathBuf> {
    let exe = env::current_exe()?;
    Ok(exe.ancestors().nth(2).context("xtask is run by cargo")?.to_owned())
}

/// A program that cargo built in the dev profile.
pub fn built(name: &str) -> Result<PathBuf> {
    Ok(target()?.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// A command, not yet started.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// The cargo that runs this program.
pub fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args);
    // These describe xtask itself; a nested cargo must not take them for its own.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME"] {
        cargo.env_remove(name);
    }
    cargo
}

/// Runs one long step to its end, saying what and how long.
pub fn step(what: &str, command: &mut Command) -> Result<()> {
    timed(what, || check(command))
}

/// Like [`step`], for more than one command.
pub fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("── {what}");
    let start = Instant::now();
    let result = work();
    let word = if result.is_ok() { "done" } else { "failed" };
    eprintln!("   {word} after {}", seconds(start.elapsed()));
    result
}

/// `4 s`, `3 min 20 s`.
pub fn seconds(d: Duration) -> String {
    match d.as_secs() {
        0 => format!("{:.1} s", d.as_secs_f32()),
        s @ 1..60 => format!("{s} s"),
        s => format!("{} min {} s", s / 60, s % 60),
    }
}

/// Runs a command; an unhappy end is an error that names it.
pub fn check(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| describe(command))?;
    if !status.success() {
        bail!("{} ended with {status}", describe(command));
    }
    Ok(())
}

/// What a command prints, or nothing when it can't be run or ends badly.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Where a program is on the PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&name)).find(|p| p.is_file())
}

/// The command as one would type it.
pub fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|w| w.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// From now on Ctrl-C ends [`wait`] instead of this program, so that it can put its children away.
pub fn catch_ctrl_c() -> Result<()> {
    ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed)).context("Ctrl-C can't be caught")
}

/// True once Ctrl-C was pressed.
pub fn stopping() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// A program that is ended when this is dropped.
pub struct Running(Child);

impl Running {
    pub fn start(command: &mut Command) -> Result<Self> {
        command.spawn().map(Self).with_context(|| describe(command))
    }

    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// Waits for the program's end or for Ctrl-C.
    pub fn wait(&mut self) -> Result<()> {
        while !stopping() {
            if let Some(status) = self.0.try_wait()? {
                if !status.success() {
                    bail!("ended with {status}");
                }
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing can be done about a child that has already ended, and nothing needs to be.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
