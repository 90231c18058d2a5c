//! A real osquery on this machine: finds the programs, runs a query with one, and reads what it printed. Only
//! `local/process.rs` starts anything. Knows neither the engine nor the linter: whoever calls has let the engine compile the
//! query first, which is what keeps it to reading; here it is only made sure that it is one SELECT.

mod answer;
mod find;
mod one_select;
mod process;
pub(crate) mod tokens;

use domain::{BinaryKind, Expect, LocalBinary, LocalRun, OsqueryPlatform};
use std::time::Duration;

pub use find::{Places, find};
pub use one_select::{OneSelect, Refused};

/// How long a program may take to tell its version.
const VERSION_TIME: Duration = Duration::from_secs(5);
/// Of standard output this much is kept; a program that prints more is ended.
const MOST_STDOUT: usize = 4 << 20;
/// Of standard error this much is kept; the rest is read and dropped.
const MOST_STDERR: usize = 64 << 10;

/// Why a program could not be run. What it says of the query is no error but a judgement.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    #[error("{path} is not there")]
    NotFound { path: String },
    #[error("this account may not run {path}")]
    NotAllowed { path: String },
    #[error("{path} could not be started")]
    NotStarted {
        path: String,
        #[source]
        source: std::io::Error,
    },
}

/// The time that a check has on that platform, as Okta Verify gives it. Where Okta runs none, macOS's: it is the shorter one.
pub fn time_limit(platform: OsqueryPlatform) -> Duration {
    let limit = platform.time_limit().or(OsqueryPlatform::Macos.time_limit());
    Duration::from_millis(limit.unwrap_or(2_000).into())
}

/// Asks a program for its version: `5.18.1`. `None` where it does not say, or takes more than five seconds.
pub async fn version(path: &str) -> Option<String> {
    let ended = process::run(path, &["--version"], VERSION_TIME, [4096, 4096]).await.ok()?;
    answer::version(&ended.stdout)
}

/// Runs a query as Okta Verify does, and judges the answer. The program and all that it started are ended after `limit`, and
/// also when the returned future is dropped. It runs with this account's rights: where a device runs checks as root or
/// administrator, some tables give less here.
///
/// That a query is one SELECT does not make it harmless (`carve`, `sleep`, `curl`): the engine has to have compiled it.
pub async fn run(
    binary: &LocalBinary,
    query: &OneSelect,
    expect: &Expect,
    limit: Duration,
) -> Result<LocalRun, LocalError> {
    let arguments = arguments(binary.kind, query);
    let ended = process::run(&binary.path, &arguments, limit, [MOST_STDOUT, MOST_STDERR]).await?;
    Ok(answer::judged(binary, ended, expect, limit))
}

/// What stands before the query: a program that is called osqueryi is the shell already.
fn arguments(kind: BinaryKind, query: &OneSelect) -> Vec<&str> {
    match kind {
        BinaryKind::Shell => vec!["--json", query.text()],
        BinaryKind::Daemon => vec!["--S", "--json", query.text()],
    }
}

#[cfg(all(test, unix))]
mod tests;
