//! `cargo xtask bench`: what a sync, a page and a cold start cost, as ratios to floors that do the least possible, all taken
//! in one run on one machine. Prints tables and writes `target/bench.json`.
//!
//! Each measurement is a process of its own (`task`), so that its CPU time and memory are its own; this file starts them in
//! turn. What is measured against what, and why, is told in docs/PERFORMANCE.md.

mod child;
mod report;
mod run;
mod shapes;
mod stats;
mod table;
mod task;
mod usage;

use anyhow::{Context, Result};
use clap::Parser;
use std::path::{Path, PathBuf};

/// Measures, prints ratios and writes them to target/bench.json.
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    /// One measurement as JSON, for the process that started this one.
    #[arg(long, hide = true)]
    task: Option<String>,
    /// The size of the org that is synced.
    #[arg(long, default_value_t = 100_000)]
    devices: u64,
    /// Measures a million devices too: about ten minutes and two gigabytes of disk more.
    #[arg(long)]
    million: bool,
    /// Measures the posture lab alone.
    #[arg(long)]
    posture: bool,
    /// Measures the log alone.
    #[arg(long)]
    log: bool,
    /// The events that the log is measured with.
    #[arg(long, default_value_t = 10_000_000)]
    events: u64,
    /// A folder for the floor's file of the log, where one disk has no room for both.
    #[arg(long)]
    floor: Option<PathBuf>,
    /// The captured states that posture checks are tried against, for each platform.
    #[arg(long, default_value_t = 10_000)]
    states: u64,
    /// Measures everything once, for a first impression.
    #[arg(long)]
    quick: bool,
    /// Also writes what does not depend on the machine to docs/bench.json, which the documents cite.
    #[arg(long)]
    record: bool,
}

/// What a run measures.
pub struct Plan {
    /// The org that everything is measured on.
    pub devices: u64,
    /// Smaller and larger ones, to see what grows.
    pub others: Vec<u64>,
    /// How often a sync and its floors are measured.
    pub rounds: usize,
    /// How often a cold start is.
    pub starts: usize,
    /// Captured states that posture checks are tried against.
    pub states: u64,
    /// Events of the log.
    pub events: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(task) = arguments.task {
        return serde_json::from_str::<task::Task>(&task)?.run();
    }
    let plan = Plan {
        devices: arguments.devices,
        others: [10_000].into_iter().chain(arguments.million.then_some(1_000_000)).collect(),
        rounds: if arguments.quick { 1 } else { 3 },
        starts: if arguments.quick { 3 } else { 15 },
        states: if arguments.quick { arguments.states.min(2_000) } else { arguments.states },
        events: if arguments.quick { arguments.events.min(200_000) } else { arguments.events },
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("the repository")?;
    let whole = if arguments.posture {
        let posture = run::posture(plan.states, plan.starts)?;
        print!("{posture}");
        renewed(root, "posture", serde_json::to_value(&posture)?)?
    } else if arguments.log {
        let log = run::log(plan.events, arguments.floor.as_deref())?;
        print!("{log}");
        renewed(root, "log", serde_json::to_value(&log)?)?
    } else {
        let report = run::everything(&plan)?;
        print!("{report}");
        serde_json::to_value(&report)?
    };
    write(root, "target/bench.json", &whole)?;
    if arguments.record {
        write(root, "docs/bench.json", &report::neutral(whole))?;
    }
    Ok(())
}

/// The recorded report with one part of it renewed.
fn renewed(root: &Path, part: &str, found: serde_json::Value) -> Result<serde_json::Value> {
    let text = std::fs::read_to_string(root.join("docs/bench.json")).context("docs/bench.json")?;
    let mut whole: serde_json::Value = serde_json::from_str(&text)?;
    whole[part] = found;
    Ok(whole)
}

fn write(root: &Path, file: &str, report: &serde_json::Value) -> Result<()> {
    let path = root.join(file);
    std::fs::create_dir_all(path.parent().context("a folder")?)?;
    let text = serde_json::to_string_pretty(report)? + "\n";
    std::fs::write(&path, text).with_context(|| format!("writing {file}"))?;
    println!("Written to {file}.");
    Ok(())
}
