//! A run of a check with a real osquery on this machine, and how it compares with the engine's answer. Nouns and words only:
//! `crates/posture` finds the program and runs it.

use crate::{Captured, Judgement, Trial};
use serde::{Deserialize, Serialize};

/// An osquery program that was found on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LocalBinary {
    pub path: String,
    pub kind: BinaryKind,
    pub origin: BinaryOrigin,
    /// What it says of itself; `None` where it did not say.
    pub version: Option<String>,
}

/// Which of osquery's two programs it is. They are one program under two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinaryKind {
    /// `osqueryi`, the shell.
    Shell,
    /// `osqueryd`, which has to be told to be the shell.
    Daemon,
}

/// Who put it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinaryOrigin {
    /// The one that Okta Verify runs checks with.
    OktaVerify,
    /// osquery's own package.
    Package,
    /// Fleet's agent.
    Fleet,
    /// A folder of the search path.
    SearchPath,
    /// Somebody named it.
    Named,
}

impl BinaryOrigin {
    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::OktaVerify => "Okta Verify",
            Self::Package => "osquery package",
            Self::Fleet => "Fleet agent",
            Self::SearchPath => "Search path",
            Self::Named => "Chosen by you",
        }
    }
}

/// How loud a line on standard error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocalLevel {
    Info,
    Warning,
    /// Also SQLite's own errors.
    Error,
}

/// One line that osquery wrote on standard error.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LocalMessage {
    pub level: LocalLevel,
    /// Without time, thread and place in the source.
    pub text: String,
}

/// One run of a query with a real osquery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalRun {
    /// The program's path.
    pub binary: String,
    pub version: Option<String>,
    pub judgement: Judgement,
    /// The first rows as osquery printed them: keys sorted, NULL printed as an empty text.
    pub rows: Vec<Captured>,
    /// How many rows it printed.
    pub row_count: u64,
    /// What it printed, as far as it was kept.
    pub stdout: String,
    pub stderr: String,
    pub messages: Vec<LocalMessage>,
    /// Its exit code; `None` where it was ended.
    pub exit: Option<i32>,
    pub millis: u64,
    pub timed_out: bool,
}

/// What comes of laying the engine's answer beside the real one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub same: bool,
    /// For a person, in a sentence or two.
    pub words: String,
}

impl Comparison {
    /// Compares the engine's run with a real osquery's. Where they differ, the real one is to be trusted: it is what a device
    /// runs. The state has to be this machine's for a difference to mean anything, so the words name the state.
    pub fn of(trial: &Trial, local: &LocalRun) -> Self {
        let (engine, real) = (trial.judgement.label(), local.judgement.label());
        let told = |same, words: String| Self { same, words };
        if let Judgement::Unknown(why) = &local.judgement {
            return told(
                false,
                format!(
                    "osquery on this machine gave no answer to compare with: {}.",
                    why.trim_end_matches('.')
                ),
            );
        }
        let same = std::mem::discriminant(&trial.judgement) == std::mem::discriminant(&local.judgement);
        match (&trial.judgement, &local.judgement) {
            (Judgement::Error(here), Judgement::Error(there)) if here != there => told(
                true,
                format!(
                    "Both call it an error. The engine says: {here} osquery on this machine says: {there}"
                ),
            ),
            _ if same => told(true, format!("The same answer from both: {real}.")),
            (Judgement::Unknown(why), _) => told(
                false,
                format!(
                    "“{}” does not hold what the check reads ({}), and osquery on this machine says {real}. Trust osquery.",
                    trial.state,
                    why.trim_end_matches('.')
                ),
            ),
            (_, Judgement::Error(why)) => told(
                false,
                format!(
                    "The engine says {engine} for “{}”, and osquery on this machine says: {why} Trust osquery.",
                    trial.state
                ),
            ),
            _ => told(
                false,
                format!(
                    "The engine says {engine} for “{}”, and osquery on this machine says {real}. Trust osquery. If the state \
                     was captured elsewhere or earlier, the two may rightly differ.",
                    trial.state
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_and_the_real_one_trusted() {
        let error = |text: &str| Judgement::Error(text.into());
        let unknown = |text: &str| Judgement::Unknown(text.into());
        let check = |engine: Judgement, real: Judgement, same: bool, word: &str| {
            let trial = Trial {
                state: "My Mac".into(),
                judgement: engine.clone(),
                columns: Vec::new(),
                rows: Vec::new(),
                row_count: 0,
                stdout: String::new(),
                stderr: String::new(),
                reads: Vec::new(),
                micros: 0,
            };
            let local = LocalRun {
                binary: "osqueryi".into(),
                version: None,
                judgement: real,
                rows: Vec::new(),
                row_count: 0,
                stdout: String::new(),
                stderr: String::new(),
                messages: Vec::new(),
                exit: Some(0),
                millis: 1,
                timed_out: false,
            };
            let found = Comparison::of(&trial, &local);
            assert_eq!(found.same, same, "{engine:?}: {}", found.words);
            assert!(found.words.contains(word), "{}", found.words);
        };
        check(Judgement::Pass, Judgement::Pass, true, "Pass");
        check(Judgement::Pass, Judgement::Fail, false, "osquery on this machine says Fail. Trust osquery");
        check(error("a."), error("a."), true, "The same answer");
        check(error("a."), error("b."), true, "says: b.");
        check(Judgement::Pass, error("no such table: x."), false, "no such table: x. Trust osquery");
        check(unknown("alf was not captured."), Judgement::Pass, false, "“My Mac” does not hold");
        check(
            unknown("x"),
            unknown("It printed no JSON."),
            false,
            "no answer to compare with: It printed no JSON.",
        );
        check(Judgement::Fail, unknown("y"), false, "no answer");
    }
}
