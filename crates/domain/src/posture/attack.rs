//! A check under attack: the same query against many states made from one, to see whether its answer hangs on what it should.

use crate::{DeviceState, Judgement, Trial};
use serde::{Deserialize, Serialize};

/// What was done to the state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttackKind {
    /// Nothing.
    AsCaptured,
    /// A table that the query reads has no rows.
    TableEmpty { table: String },
    /// A column that the query reads is NULL in every row.
    ColumnNull { table: String, column: String },
    /// A row of the table is there twice.
    RowDoubled { table: String },
    /// A column that the query reads has its opposite or another value.
    Flipped { table: String, column: String, from: Option<String>, to: String },
    /// The operating system has this version.
    OtherVersion { version: String },
}

/// One state under attack and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttackCase {
    pub kind: AttackKind,
    /// For a person: `alf empty`.
    pub label: String,
    pub trial: Trial,
    /// It passes although nothing is known there.
    pub open: bool,
}

/// Everything that an attack brought out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attack {
    /// The untouched state first.
    pub cases: Vec<AttackCase>,
    /// Whether some flipped attribute turned a pass into a fail or the other way; `None` where there was nothing to flip.
    pub flips: Option<bool>,
    /// Cases left out, for there would have been too many.
    pub left_out: u32,
}

impl Attack {
    /// Whether any case passes although nothing is known there.
    pub fn fails_open(&self) -> bool {
        self.cases.iter().any(|case| case.open)
    }
}

/// What an author says a state has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    Pass,
    Fail,
    Error,
    Unknown,
}

impl Want {
    /// Whether a judgement is what was wanted.
    pub fn is_met_by(self, judgement: &Judgement) -> bool {
        matches!(
            (self, judgement),
            (Self::Pass, Judgement::Pass)
                | (Self::Fail, Judgement::Fail)
                | (Self::Error, Judgement::Error(_))
                | (Self::Unknown, Judgement::Unknown(_))
        )
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Fail => "Fail",
            Self::Error => "Error",
            Self::Unknown => "Unknown",
        }
    }
}

/// A state together with what a check has to answer there. Kept with a check and tried again on every edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    pub state: DeviceState,
    pub want: Want,
}
