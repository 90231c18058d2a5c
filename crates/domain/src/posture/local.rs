//! What a real osquery on this machine said.

use crate::Judgement;
use serde::{Deserialize, Serialize};

/// One run of a real osquery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalRun {
    pub binary: String,
    pub version: Option<String>,
    pub judgement: Judgement,
    /// The rows as it printed them: text by column, NULL as an empty text.
    pub rows: Vec<std::collections::BTreeMap<String, String>>,
    pub stdout: String,
    pub stderr: String,
    /// `None` where it was killed.
    pub exit: Option<i32>,
    pub millis: u64,
    /// It took longer than it may, and was killed.
    pub timed_out: bool,
}
