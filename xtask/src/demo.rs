//! `cargo xtask demo`: from a bare machine to the console on a living org; and `demo-org`, that org alone.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    display::{self, VirtualDisplay},
    page,
    run::{Running, built, cargo, catch_ctrl_c, command, seconds, step, stopping, target},
    setup::{self, Purpose},
};

/// How long a first start may take on a slow machine before something must be wrong.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Args)]
pub struct Options {
    /// Serve the same page on loopback for a browser, instead of opening a window
    #[arg(long)]
    browser: bool,
    /// How many devices the demo org has
    #[arg(long, default_value_t = 10_000)]
    devices: u64,
    /// The same seed gives the same org
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The window's size
    #[arg(long, default_value = "1280x800", value_name = "WxH", value_parser = size)]
    size: String,
    /// Open the window on a display in memory even where there is a real one
    #[arg(long)]
    headless: bool,
    /// Without a display: end after the picture is taken
    #[arg(long)]
    once: bool,
}

pub fn demo(options: &Options) -> Result<()> {
    let start = Instant::now();
    if options.browser {
        in_browser(options)
    } else if display::exists() && !options.headless {
        in_window(options)
    } else {
        in_memory(options, start)
    }
}

/// The demo org alone; its own `--help` tells what it takes.
pub fn org(args: &[String]) -> Result<()> {
    setup::ensure(Purpose::Browser)?;
    step("building the demo org", &mut cargo(["build", "-p", "demo-org"]))?;
    catch_ctrl_c()?;
    Running::start(command(built("demo-org")?).args(args))?.wait()
}

fn in_browser(options: &Options) -> Result<()> {
    setup::ensure(Purpose::Browser)?;
    page::build()?;
    step("building browser mode", &mut cargo(["build", "-p", "browser"]))?;
    catch_ctrl_c()?;
    Running::start(&mut browser(options)?)?.wait()
}

fn in_window(options: &Options) -> Result<()> {
    setup::ensure(Purpose::Demo)?;
    page::build()?;
    step("building the shell", &mut cargo(["build", "-p", "postern"]))?;
    catch_ctrl_c()?;
    Running::start(&mut shell(options)?)?.wait()
}

fn in_memory(options: &Options, start: Instant) -> Result<()> {
    println!(
        "There is no display here: the window opens on one in memory, and its pages are served to a browser as well."
    );
    setup::ensure(Purpose::Headless)?;
    page::build()?;
    step("building the shell", &mut cargo(["build", "-p", "postern"]))?;
    catch_ctrl_c()?;

    let display = VirtualDisplay::start(&options.size)?;
    let mut shell = shell(options)?;
    display.adopt(&mut shell);
    let mut shell = Running::start(shell.args(["--announce", "--browser", "dist"]).stdout(Stdio::piped()))?;
    let Some(_) = ready(&mut shell)? else { return Ok(()) };
    let picture = target()?.join("demo.png");
    display.picture(&picture)?;
    println!("The window is open after {}. What it shows: {}", seconds(start.elapsed()), picture.display());
    if options.once {
        return Ok(());
    }
    println!("Ctrl-C ends it.");
    shell.wait()
}

fn shell(options: &Options) -> Result<Command> {
    let mut shell = command(built("postern")?);
    shell.args(["--demo", "--size", &options.size]).args(org_options(options));
    Ok(shell)
}

fn browser(options: &Options) -> Result<Command> {
    let mut browser = command(built("browser")?);
    browser.args(["--demo", "--dist", "dist"]).args(org_options(options));
    Ok(browser)
}

fn org_options(options: &Options) -> [String; 4] {
    ["--devices".into(), options.devices.to_string(), "--seed".into(), options.seed.to_string()]
}

/// Passes on what a program prints, and returns its line `postern: ready…`; nothing when Ctrl-C came first.
fn ready(program: &mut Running) -> Result<Option<String>> {
    let stdout = program.child().stdout.take().context("the output is piped")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || print_lines(stdout, &sender));
    let start = Instant::now();
    loop {
        match receiver.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => return Ok(Some(line)),
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!("it ended before it was ready"),
            Err(mpsc::RecvTimeoutError::Timeout) if stopping() => return Ok(None),
            Err(mpsc::RecvTimeoutError::Timeout) if start.elapsed() > PATIENCE => {
                bail!("it was not ready after {}", seconds(PATIENCE))
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
    }
}

fn print_lines(stdout: impl Read, ready: &mpsc::Sender<String>) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        println!("{line}");
        if line.starts_with("postern: ready") {
            // The receiver leaves after the first; the rest is only printed.
            let _ = ready.send(line);
        }
    }
}

fn size(text: &str) -> Result<String, String> {
    let parse = |text: &str| text.parse::<u32>().ok().filter(|n| (200..=8000).contains(n));
    match text.split_once('x').map(|(w, h)| (parse(w), parse(h))) {
        Some((Some(w), Some(h))) => Ok(format!("{w}x{h}")),
        _ => Err("width x height in pixels, such as 1280x800".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_two_sensible_numbers() {
        assert_eq!(size("1920x1080"), Ok("1920x1080".into()));
        for bad in ["", "1920", "1920x", "x1080", "1e3x2", "-5x900", "99999x100"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
