//! Processes that each do one task and nothing else. The one file that starts any.

use crate::task::Task;
use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Runs a task to its end, and reads what it found from its last line.
pub fn run<R: DeserializeOwned>(task: &Task) -> Result<R> {
    last_line(&mut command(task)?, &format!("{task:?}"))
}

/// Runs the Python loop that the posture engine is measured beside.
pub fn python<R: DeserializeOwned>(task: &serde_json::Value) -> Result<R> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/posture.py");
    last_line(Command::new("python3").arg(script).arg(task.to_string()), "python3")
}

fn last_line<R: DeserializeOwned>(command: &mut Command, what: &str) -> Result<R> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| what.to_owned())?;
    if !output.status.success() {
        bail!("{what} ended with {}", output.status);
    }
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().last().with_context(|| format!("{what} said nothing"))?;
    serde_json::from_str(line).with_context(|| format!("{what} said {line}"))
}

/// A simulated org in a process of its own; it ends when this is dropped.
pub struct Org {
    child: Child,
    /// Where it answers.
    pub url: String,
}

impl Org {
    /// Starts one and waits until it answers.
    pub fn start(devices: u64) -> Result<Self> {
        let mut child = command(&Task::Org { devices })?.stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        let out = child.stdout.take().context("the org's output")?;
        BufReader::new(out).read_line(&mut url)?;
        Ok(Self { child, url: url.trim().to_owned() })
    }
}

impl Drop for Org {
    fn drop(&mut self) {
        // It has nothing to lose, and it may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(task: &Task) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--task").arg(serde_json::to_string(task)?);
    Ok(command)
}
