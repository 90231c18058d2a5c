//! One run of a check against one state, and how Okta would judge what it printed.

use crate::Mapping;
use serde::{Deserialize, Serialize};

/// What a check's answer is measured against.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// `1` passes and `0` fails.
    Checkbox,
    /// This text passes, every other one fails; `None` where no policy says which.
    Text(Option<String>),
}

impl From<Mapping> for Expect {
    fn from(mapping: Mapping) -> Self {
        match mapping {
            Mapping::Checkbox => Self::Checkbox,
            Mapping::Textbox => Self::Text(None),
        }
    }
}

/// How Okta would judge an answer, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "why")]
pub enum Judgement {
    Pass,
    Fail,
    /// The query was refused, gave no entry or more than one, or an answer that is neither `1` nor `0`.
    Error(String),
    /// What it reads was never captured, so nobody can tell.
    Unknown(String),
}

impl Judgement {
    /// The name for a person.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Fail => "Fail",
            Self::Error(_) => "Error",
            Self::Unknown(_) => "Unknown",
        }
    }

    /// Why, where it is neither a pass nor a fail.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Pass | Self::Fail => None,
            Self::Error(why) | Self::Unknown(why) => Some(why),
        }
    }
}

/// One run of a check against one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// The state's name.
    pub state: String,
    pub judgement: Judgement,
    /// The names of the result's columns, in order, not sorted and not made unique.
    pub columns: Vec<String>,
    /// The first rows as text; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// How many rows there were, as far as they were counted: a cap ends the count.
    pub row_count: u64,
    /// What osquery's shell would print on standard output, and on standard error.
    pub stdout: String,
    pub stderr: String,
    /// What was read to come to the answer.
    pub reads: Vec<TableRead>,
    pub micros: u64,
}

/// One table that a run read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRead {
    pub table: String,
    /// The constraints that reached the table: `path = /etc/hosts`.
    pub constraints: Vec<String>,
    /// Rows that the table gave.
    pub rows: u64,
}
