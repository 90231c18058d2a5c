//! The posture lab's parts: the linter with its catalogue, and one query over many captured states, read in each of the ways
//! in which there may be states.

use super::key;
use crate::usage;
use anyhow::{Context, Result};
use cache::{Location, NewDeviceState, Store};
use domain::{Captured, DeviceState, Expect, Judgement, OsqueryPlatform, StateSource, TableState, Trial};
use posture::{Catalogue, Engine, Limits, engine::KeptState, library, lint::lint, states};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// How many checks are linted.
const CHECKS: usize = 20;
/// States that are held at a time where reading them isn't measured.
const BATCH: usize = 250;

/// Milliseconds of CPU in a new process.
#[derive(Debug, Serialize, Deserialize)]
pub struct Linted {
    pub catalogue: f64,
    /// The first check, with whatever is made at first use.
    pub first: f64,
    /// The mean of the others.
    pub others: f64,
}

/// Loads the catalogue and lints typical checks: templates of both platforms.
pub fn lint_checks() -> Result<Linted> {
    let templates: Vec<_> =
        OsqueryPlatform::OKTA.iter().flat_map(|&on| library::templates_on(on).take(CHECKS / 2)).collect();
    let start = usage::so_far()?.cpu;
    let catalogue = Catalogue::shipped();
    let loaded = usage::so_far()?.cpu;
    let mut times = Vec::new();
    for template in &templates {
        let before = usage::so_far()?.cpu;
        let content = &template.check.content;
        lint(catalogue, content.platform, content.mapping, &content.query);
        times.push((usage::so_far()?.cpu - before) * 1e3);
    }
    let (first, others) = times.split_first().context("templates")?;
    Ok(Linted {
        catalogue: (loaded - start) * 1e3,
        first: *first,
        others: others.iter().sum::<f64>() / others.len() as f64,
    })
}

/// Writes states to a file of JSON lines and to a cache, as an import keeps them. A state holds the tables that the templates of its
/// platform read, since those are what an org captures for its checks.
pub fn make(devices: usize, platform: OsqueryPlatform, lines: &Path, cache: PathBuf) -> Result<u64> {
    let tables = tables(platform)?;
    let bases: Vec<DeviceState> = states::shipped()
        .iter()
        .filter(|state| state.platform == platform)
        .map(|state| {
            let mut state = state.clone();
            state.tables.retain(|name, _| tables.contains(name));
            state
        })
        .collect();
    let store = Store::open(&Location::File(cache), &key())?;
    let mut file = BufWriter::new(File::create(lines)?);
    let mut bytes = 0;
    let mut batch = Vec::new();
    for number in 0..devices {
        let state = varied(&bases, number);
        let json = serde_json::to_string(&state)?;
        bytes += json.len() as u64;
        writeln!(file, "{json}")?;
        let alone = |(name, table): (&String, &TableState)| Ok((name.clone(), serde_json::to_string(table)?));
        batch.push(NewDeviceState {
            platform: platform.key(),
            tables: u32::try_from(state.tables.len())?,
            by_table: state.tables.iter().map(alone).collect::<Result<_>>()?,
            name: state.name,
            captured: None,
            json,
        });
        if batch.len() == BATCH || number + 1 == devices {
            store.add_device_states(&batch)?;
            batch.clear();
        }
    }
    file.flush()?;
    Ok(bytes)
}

/// Tables that the templates of a platform read.
fn tables(platform: OsqueryPlatform) -> Result<BTreeSet<String>> {
    let mut engine = Engine::new(platform)?;
    let mut tables = BTreeSet::new();
    for template in library::templates_on(platform) {
        let compiled = engine.compile(&template.check.content.query)?;
        tables.extend(compiled.reads.iter().map(|(table, _)| table.clone()));
    }
    Ok(tables)
}

/// One of the shipped states in which every fourth value that is no key is that of another row or state: always the same one for
/// the same number.
fn varied(bases: &[DeviceState], number: usize) -> DeviceState {
    let mut seed = number as u64;
    let mut next = move || {
        // SplitMix64: well mixed from a counter, and the same everywhere.
        seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) as usize
    };
    let mut state = bases[number % bases.len()].clone();
    state.name = format!("device-{number:05}");
    state.source = StateSource::Capture;
    for (name, table) in &mut state.tables {
        let Some(known) = Catalogue::shipped().table(name) else { continue };
        for row in &mut table.rows {
            for (column, value) in row.iter_mut() {
                let key = known.column(column).is_none_or(|column| column.is_passed_on());
                let pick = next();
                let other = bases[pick / 4 % bases.len()].tables.get(name).map(|table| table.rows.as_slice());
                let other = other.filter(|rows| !rows.is_empty() && pick % 4 == 0 && !key);
                let other = other.and_then(|rows: &[Captured]| rows[pick / 64 % rows.len()].get(column));
                if let Some(other) = other {
                    value.clone_from(other);
                }
            }
        }
    }
    state
}

/// Where the states come from.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum From {
    /// The cache of the app.
    Cache,
    /// Lines of JSON.
    Lines,
    /// Memory: reading them isn't measured.
    Memory,
}

/// One query over all states.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Matrix {
    pub platform: OsqueryPlatform,
    pub query: String,
    pub lines: PathBuf,
    pub cache: PathBuf,
    pub from: From,
}

/// What a matrix took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Judged {
    pub devices: u64,
    pub passes: u64,
    /// Seconds.
    pub cpu: f64,
    /// MiB.
    pub peak: f64,
}

/// Runs one query against every state, one after the other, on one thread.
pub fn matrix(matrix: &Matrix) -> Result<Judged> {
    let mut engine = Engine::new(matrix.platform)?;
    let compiled = engine.compile(&matrix.query)?;
    let tables: BTreeSet<&str> = compiled.reads.iter().map(|(table, _)| table.as_str()).collect();
    let tables: Vec<&str> = tables.into_iter().collect();
    let limits = Limits::of(matrix.platform);
    let (mut devices, mut passes) = (0, 0);
    let mut count = |trial: &Trial| {
        devices += 1;
        passes += u64::from(trial.judgement == Judgement::Pass);
    };
    let before = usage::so_far()?.cpu;
    let mut alone = 0.0;
    match matrix.from {
        From::Cache => {
            let store = Store::open(&Location::File(matrix.cache.clone()), &key())?;
            store.each_device_state_part(matrix.platform.key(), &tables, |part| {
                let kept = KeptState { name: &part.name, captured: part.captured, tables: &part.tables };
                let trial = engine.run_kept(&kept, &matrix.query, &Expect::Checkbox, &limits)?;
                count(&trial);
                Ok::<_, anyhow::Error>(())
            })?;
        }
        From::Lines => {
            let mut file = BufReader::new(File::open(&matrix.lines)?);
            let mut line = String::new();
            while file.read_line(&mut line)? > 0 {
                let state = states::read_part(&line, &tables)?;
                count(&engine.run(&state, &matrix.query, &Expect::Checkbox, &limits));
                line.clear();
            }
        }
        From::Memory => {
            let mut lines = BufReader::new(File::open(&matrix.lines)?).lines();
            loop {
                let batch = lines.by_ref().take(BATCH).map(|line| Ok(serde_json::from_str(&line?)?));
                let batch: Vec<DeviceState> = batch.collect::<Result<_>>()?;
                if batch.is_empty() {
                    break;
                }
                let start = usage::so_far()?.cpu;
                for state in &batch {
                    count(&engine.run(state, &matrix.query, &Expect::Checkbox, &limits));
                }
                alone += usage::so_far()?.cpu - start;
            }
        }
    }
    let mut cpu = usage::so_far()?.cpu - before;
    if matches!(matrix.from, From::Memory) {
        cpu = alone;
    }
    Ok(Judged { devices, passes, cpu, peak: usage::so_far()?.peak })
}
