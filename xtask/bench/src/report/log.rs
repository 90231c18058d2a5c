//! What was found of the log. Names end as in the other reports.

use crate::stats::Times;
use serde::Serialize;

/// Reading it, its size, and first pages.
#[derive(Debug, Serialize)]
pub struct Log {
    pub events: u64,
    pub json_bytes_per_event: f64,
    /// The JSON as it is kept ÷ as it came.
    pub kept_part: Option<f64>,
    /// The whole file, and of it the JSON.
    pub mib_per_million: f64,
    pub raw_mib_per_million: f64,
    /// The plain table with an index for each question, without any JSON.
    pub plain_mib_per_million: f64,
    /// Client ÷ (fetch + insert), in CPU time.
    pub cpu_ratio: Option<f64>,
    /// What the cache did of it ÷ insert.
    pub put_ratio: Option<f64>,
    pub peak_mib: f64,
    pub client_cpu_s: f64,
    pub client_wall_s: f64,
    pub fetch_cpu_s: f64,
    pub insert_cpu_s: f64,
    pub shapes: Vec<LogShape>,
}

/// First pages under one kind of filter.
#[derive(Debug, Serialize)]
pub struct LogShape {
    pub shape: String,
    /// Rows of a page, in the mean.
    pub rows: f64,
    /// Page ÷ indexed SQL, where an index can answer.
    pub p50_ratio: Option<f64>,
    pub p95_ratio: Option<f64>,
    pub page_ms: Times,
    pub sql_ms: Option<Times>,
    /// An exact count with days and four fields, once.
    #[serde(rename = "count_once_ms")]
    pub count_ms: f64,
}
