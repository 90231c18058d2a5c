//! A state of a device: what its osquery tables hold, as far as anybody captured it. What was not captured is unknown, never
//! empty and never 0.

use crate::{OsqueryPlatform, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one device's tables hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// What a person calls it: `Firewall off`, or a host's name.
    pub name: String,
    pub platform: OsqueryPlatform,
    #[serde(default)]
    pub source: StateSource,
    /// When it was captured, where that is known.
    #[serde(default)]
    pub captured: Option<Timestamp>,
    /// By the table's name. A table that is not here was not captured.
    pub tables: BTreeMap<String, TableState>,
}

/// Where a state comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateSource {
    /// Written by hand.
    #[default]
    Fixture,
    /// Read from a dump of `osqueryi --json`, or from a result log.
    Capture,
    /// Made from another one.
    Generated,
}

/// One row: text by column, as osquery's shell prints it; `None` is NULL. A column that is missing was not captured.
pub type Captured = BTreeMap<String, Option<String>>;

/// What was captured of one table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TableState {
    /// How far the capture reaches.
    pub reach: Reach,
    pub rows: Vec<Captured>,
}

/// How much of a table was captured.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Every row there is: no row means that there is none.
    #[default]
    Whole,
    /// Only what fits one of these. Whoever asks for something else gets no answer instead of an empty one.
    Where(Vec<ReachTest>),
}

/// One constraint that a capture was made with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReachTest {
    pub column: String,
    /// The constraint was LIKE, with osquery's one-level `%`; else it was `=`.
    #[serde(default)]
    pub like: bool,
    pub value: String,
}
