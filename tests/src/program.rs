//! Starting the programs under test, and ending them.

use std::{
    env,
    fs::File,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::Result;

/// How long a program may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program, and what it started; all of it ends when this is dropped.
pub struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // A driver that is killed before it has ended its session leaves the app behind: so the whole group goes. One that
        // has ended already is as good.
        #[cfg(unix)]
        if let Ok(group) = i32::try_from(self.0.id()) {
            let _ = nix::sys::signal::killpg(
                nix::unistd::Pid::from_raw(group),
                nix::sys::signal::Signal::SIGKILL,
            );
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Program {
    /// Starts a program that listens on the port, and waits until it does.
    pub fn listening(command: &mut Command, port: u16) -> Result<Self> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut program = Self(in_a_group(command).spawn()?);
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = program.0.try_wait()? {
                return Err(format!("{:?} ended with {status}", command.get_program()).into());
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("{:?} does not listen", command.get_program()).into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(program)
    }

    /// Starts a program and waits for the line that begins with `mark`; returns what follows it.
    pub fn saying(command: &mut Command, mark: &str) -> Result<(Self, String)> {
        let mut program = Self(in_a_group(command).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?);
        let stdout = program.0.stdout.take().ok_or("the output is piped")?;
        let (sender, lines) = mpsc::channel();
        // Reads on to the end: a pipe that nobody reads would stop the program once it is full.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(std::result::Result::ok) {
                let _nobody_waits_any_more = sender.send(line);
            }
        });
        let start = Instant::now();
        while let Ok(line) = lines.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
            if let Some(rest) = line.strip_prefix(mark) {
                return Ok((program, rest.trim().to_owned()));
            }
        }
        Err(format!("{:?} never said {mark:?}", command.get_program()).into())
    }
}

/// The program leads a group of processes, which what it starts is part of.
fn in_a_group(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
}

/// Waits until nobody has the data folder any more: an app that is ending keeps it a little longer than its window.
pub fn until_free(data: &Path) -> Result<()> {
    let start = Instant::now();
    let Ok(lock) = File::options().write(true).open(data.join("postern.lock")) else { return Ok(()) };
    while lock.try_lock().is_err() {
        if start.elapsed() > PATIENCE {
            return Err("the app before this one does not end".into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Browser mode on a demo org of so many devices, brought into `state` (`full`, `empty`, `error`, `offline`); with the
/// address that lets one browser in.
pub fn browser_mode(devices: u32, state: &str) -> Result<(Program, String)> {
    let mut command = Command::new(built("browser")?);
    command.args(["--demo", "--devices", &devices.to_string(), "--seed", "1", "--state", state]);
    Program::saying(command.arg("--dist").arg(repository().join("dist")), "postern: ready at ")
}

/// Browser mode on an empty data folder: no org is open yet. Secrets are sealed under a passphrase, for a machine that runs
/// tests may have no keychain.
pub fn empty_browser_mode(data: &Path) -> Result<(Program, String)> {
    let mut command = Command::new(built("browser")?);
    command.arg("--data").arg(data).env("POSTERN_PASSPHRASE", "a passphrase for tests");
    for name in ["POSTERN_ORG", "POSTERN_TOKEN"] {
        command.env_remove(name);
    }
    Program::saying(command.arg("--dist").arg(repository().join("dist")), "postern: ready at ")
}

/// A program of the workspace, beside the one that runs now.
pub fn built(name: &str) -> Result<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let here = env::current_exe()?;
    let found = here.ancestors().skip(1).map(|dir| dir.join(&file)).find(|path| path.is_file());
    found.ok_or_else(|| format!("{name} is not built; `cargo xtask test` builds what its tests start").into())
}

/// The repository's root.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
