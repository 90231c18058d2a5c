//! The posture lab: what linting costs, and a matrix of queries and captured states beside a Python loop that does the same.

use super::say;
use crate::child;
use crate::report::{Linting, Matrix, Posture, Row};
use crate::stats::{Times, digits, ratio};
use crate::task::{
    Task,
    posture::{From, Judged, Linted, Matrix as One},
};
use anyhow::{Context, Result, ensure};
use domain::OsqueryPlatform;
use posture::{Catalogue, catalogue::Table, library};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Templates of typical shapes, three for each platform: one row, a join, many rows; one drive of some, the registry, a list.
/// Python's SQLite has what each of them needs.
const CHECKS: [&str; 6] = [
    "macos_firewall",
    "macos_disk_encryption",
    "macos_screen_lock",
    "windows_disk_encryption",
    "windows_screen_lock",
    "windows_antivirus",
];

/// What the Python loop says.
#[derive(Debug, Deserialize)]
struct Python {
    devices: u64,
    passes: u64,
    cpu: f64,
    /// Of it, reading JSON.
    reading: f64,
}

/// Measures both, `starts` processes that lint and a matrix over so many states.
pub fn posture(devices: u64, starts: usize) -> Result<Posture> {
    say("linting");
    let linted: Vec<Linted> = (0..starts).map(|_| child::run(&Task::Lint)).collect::<Result<_>>()?;
    let times = |of: fn(&Linted) -> f64| Times::of(&linted.iter().map(of).collect::<Vec<_>>()).round();
    Ok(Posture {
        lint: Linting {
            catalogue_ms: times(|l| l.catalogue),
            first_with_catalogue_ms: times(|l| l.catalogue + l.first),
            another_ms: times(|l| l.others),
        },
        matrix: matrix(devices)?,
    })
}

fn matrix(devices: u64) -> Result<Matrix> {
    let folder = tempfile::tempdir()?;
    let small = devices / 10;
    let mut bytes = 0;
    for platform in OsqueryPlatform::OKTA {
        say(&format!("{devices} states of {}", platform.label()));
        for count in [small, devices] {
            bytes = bytes.max(child::run(&Task::MakeStates {
                devices: usize::try_from(count)?,
                platform,
                lines: folder.path().join(format!("{}-{count}.jsonl", platform.key())),
                cache: folder.path().join(format!("{}-{count}.db", platform.key())),
            })?);
        }
    }
    let rows = CHECKS.iter().map(|check| row(check, devices, folder.path())).collect::<Result<Vec<_>>>()?;
    let sum = |of: fn(&Row) -> f64| rows.iter().map(of).sum::<f64>();
    let python = sum(|r| r.python_cpu_s);
    let peak = |count| -> Result<f64> {
        Ok(digits(
            child::run::<Judged>(&Task::Matrix(one(CHECKS[0], count, folder.path(), From::Cache)?))?.peak,
        ))
    };
    Ok(Matrix {
        devices,
        bytes_per_state: bytes / devices,
        faster_from_cache: ratio(python, sum(|r| r.cache_cpu_s)),
        faster_from_lines: ratio(python, sum(|r| r.lines_cpu_s)),
        faster_from_memory: ratio(sum(|r| r.python_alone_s), sum(|r| r.alone_s)),
        small_peak_mib: peak(small)?,
        peak_mib: peak(devices)?,
        rows,
    })
}

fn one(check: &str, devices: u64, folder: &Path, from: From) -> Result<One> {
    let content = &library::template(check).with_context(|| format!("{check} is no template"))?.check.content;
    let platform = content.platform;
    let file = |end: &str| folder.join(format!("{}-{devices}.{end}", platform.key()));
    Ok(One { platform, query: content.query.clone(), lines: file("jsonl"), cache: file("db"), from })
}

/// One query: Python and the three ways of ours, one after the other, so that all meet the same machine.
fn row(check: &'static str, devices: u64, folder: &Path) -> Result<Row> {
    say(&format!("{check} over {devices} states"));
    let ours = |from| -> Result<Judged> { child::run(&Task::Matrix(one(check, devices, folder, from)?)) };
    let task = one(check, devices, folder, From::Lines)?;
    let cache = ours(From::Cache)?;
    let python: Python = child::python(&json!({
        "query": task.query,
        "states": task.lines,
        "tables": declared(&task)?,
    }))?;
    let (lines, memory) = (ours(From::Lines)?, ours(From::Memory)?);
    for ours in [cache, lines, memory] {
        ensure!(
            (ours.devices, ours.passes) == (python.devices, python.passes),
            "{check}: {ours:?} is not what Python says: {python:?}"
        );
    }
    let alone = python.cpu - python.reading;
    Ok(Row {
        check,
        passes: python.passes,
        faster_from_cache: ratio(python.cpu, cache.cpu),
        faster_from_lines: ratio(python.cpu, lines.cpu),
        faster_from_memory: ratio(alone, memory.cpu),
        python_cpu_s: digits(python.cpu),
        python_alone_s: digits(alone),
        cache_cpu_s: digits(cache.cpu),
        lines_cpu_s: digits(lines.cpu),
        alone_s: digits(memory.cpu),
    })
}

/// The tables that a query reads, as Python is to create them: their columns with types and collations.
fn declared(task: &One) -> Result<Map<String, Value>> {
    let compiled = posture::compile(task.platform, &task.query)?;
    let names: BTreeSet<&str> = compiled.reads.iter().map(|(table, _)| table.as_str()).collect();
    let columns = |table: &Table| -> Value {
        let columns = table.columns.iter().map(|column| {
            let nocase = column.collate.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("nocase"));
            json!([
                column.name,
                format!("{}{}", column.kind.sql(), if nocase { " COLLATE NOCASE" } else { "" })
            ])
        });
        columns.collect()
    };
    let table = |name: &str| Catalogue::shipped().table(name).map(|table| (name.to_owned(), columns(table)));
    Ok(names.into_iter().filter_map(table).collect())
}
