//! Processes that each do one task and nothing else. The one file that starts any.

use crate::task::Task;
use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Runs a task to its end, and reads what it found from its last line.
pub fn run<R: DeserializeOwned>(task: &Task) -> Result<R> {
    let output = command(task)?.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("{task:?} ended with {}", output.status);
    }
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().last().with_context(|| format!("{task:?} said nothing"))?;
    serde_json::from_str(line).with_context(|| format!("{task:?} said {line}"))
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
