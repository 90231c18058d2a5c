//! What was found of the posture lab. Names end as in the other reports.

use crate::stats::Times;
use serde::Serialize;

/// Linting, and a matrix of queries and states.
#[derive(Debug, Serialize)]
pub struct Posture {
    pub lint: Linting,
    pub matrix: Matrix,
}

/// CPU of the linter in a new process.
#[derive(Debug, Serialize)]
pub struct Linting {
    pub catalogue_ms: Times,
    /// The first check, with the catalogue and whatever else is made at first use.
    pub first_with_catalogue_ms: Times,
    /// The mean of the checks after the first.
    pub another_ms: Times,
}

/// Queries over captured states. *Faster* is Python's CPU time ÷ ours, of all queries together.
#[derive(Debug, Serialize)]
pub struct Matrix {
    pub devices: u64,
    /// JSON of the larger platform.
    pub bytes_per_state: u64,
    /// As the app holds them, beside Python from lines of JSON.
    pub faster_from_cache: Option<f64>,
    /// Both from the same lines of JSON.
    pub faster_from_lines: Option<f64>,
    /// Both from memory: reading is measured on neither side.
    pub faster_from_memory: Option<f64>,
    /// The most memory with a tenth of the states.
    pub small_peak_mib: f64,
    pub peak_mib: f64,
    pub rows: Vec<Row>,
}

/// One query.
#[derive(Debug, Serialize)]
pub struct Row {
    pub check: &'static str,
    /// States that pass: the same on all sides.
    pub passes: u64,
    pub faster_from_cache: Option<f64>,
    pub faster_from_lines: Option<f64>,
    pub faster_from_memory: Option<f64>,
    pub python_cpu_s: f64,
    pub python_alone_s: f64,
    pub cache_cpu_s: f64,
    pub lines_cpu_s: f64,
    pub alone_s: f64,
}
