//! What a run of the benchmark found. Ratios, counts and sizes hold for any machine; names that end in `_s` (seconds) or
//! `_ms` (milliseconds) are this machine's.

mod log;
mod posture;

pub use log::{Log, LogShape};
pub use posture::{Linting, Matrix, Posture, Row};

use crate::stats::Times;
use serde::Serialize;
use serde_json::Value;

/// Everything.
#[derive(Debug, Serialize)]
pub struct Report {
    pub build: &'static str,
    pub system: String,
    pub cores: usize,
    pub sync: Vec<Sync>,
    pub pages: Vec<Pages>,
    pub growth: Option<Growth>,
    pub start: Start,
    pub posture: Posture,
    pub log: Log,
}

/// The first sync of an org of one size, up to the snapshot that the pages open with.
#[derive(Debug, Serialize)]
pub struct Sync {
    pub devices: u64,
    pub users: u64,
    pub pages: u64,
    /// JSON, after decompression.
    pub bytes: u64,
    pub rows: usize,
    pub file_bytes: u64,
    /// Client ÷ (fetch + insert), in CPU time.
    pub cpu_ratio: Option<f64>,
    /// The same in wall-clock time.
    pub wall_ratio: Option<f64>,
    pub peak_mib: f64,
    /// With the log and everything else.
    pub whole_peak_mib: f64,
    pub whole_events: u64,
    pub client_cpu_s: f64,
    pub fetch_cpu_s: f64,
    pub insert_cpu_s: f64,
    pub client_wall_s: f64,
    pub fetch_wall_s: f64,
    pub insert_wall_s: f64,
    pub whole_cpu_s: f64,
    pub whole_wall_s: f64,
}

/// First pages on one cache.
#[derive(Debug, Serialize)]
pub struct Pages {
    pub devices: u64,
    pub shapes: Vec<Shape>,
    /// All devices in an order that was not asked for lately ÷ SQL that sorts them.
    pub new_order_ratio: Option<f64>,
    pub new_order_ms: Times,
}

/// First pages of one shape of question.
#[derive(Debug, Serialize)]
pub struct Shape {
    pub shape: &'static str,
    /// The core's whole answer (rows, total, all facet counts) ÷ the same in SQL on the same file.
    pub answer_ratio: Option<f64>,
    /// The rows alone ÷ the rows in SQL on the same file.
    pub rows_ratio: Option<f64>,
    /// The rows alone ÷ the rows in SQL with an index made for the sort, on a copy.
    pub indexed_rows_ratio: Option<f64>,
    pub answer_ms: Times,
    pub rows_ms: Times,
    pub counts_ms: Times,
    pub sql_rows_ms: Times,
    pub sql_counts_ms: Times,
    pub indexed_rows_ms: Option<Times>,
}

/// How first pages grow from the smallest org to the largest.
#[derive(Debug, Serialize)]
pub struct Growth {
    pub from: u64,
    pub to: u64,
    pub shapes: Vec<Grown>,
}

/// How one shape grows.
#[derive(Debug, Serialize)]
pub struct Grown {
    pub shape: &'static str,
    pub rows: Option<f64>,
    pub answer: Option<f64>,
}

/// Opening a cache without a network.
#[derive(Debug, Serialize)]
pub struct Start {
    pub devices: u64,
    /// The core up to the first page ÷ a bare connection up to as many rows.
    pub ratio: Option<f64>,
    pub core_ms: Times,
    pub bare_ms: Times,
}

/// The report without what depends on the machine.
pub fn neutral(report: Value) -> Value {
    match report {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, _)| !name.ends_with("_s") && !name.ends_with("_ms"));
            Value::Object(kept.map(|(name, value)| (name, neutral(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(neutral).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_depends_on_the_machine_is_left_out_wherever_it_stands() {
        let whole = json!({ "ratio": 1.5, "wall_s": 7, "pages": [{ "rows": 2, "rows_ms": { "p50": 1 } }] });
        assert_eq!(neutral(whole), json!({ "ratio": 1.5, "pages": [{ "rows": 2 }] }));
    }
}
