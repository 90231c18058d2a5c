//! How the program ends, for scripts that ask. Documented in `--help`; a code never changes its meaning.

use contract::{Failure, FailureKind};
use std::process::ExitCode;

/// The program's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for was done.
    Done = 0,
    /// Something else failed.
    Failed = 1,
    /// The command line or the settings make no sense.
    Usage = 2,
    /// The org refuses the credential, or it may not do this.
    Refused = 3,
    /// The org can't be reached, or asks to wait for longer than it makes sense to.
    Unreachable = 4,
    /// The sync completed, but some collections could not be read; or a change was not done to everything.
    Partial = 5,
    /// The cache can't be opened, read or written.
    Cache = 6,
    /// A plan found something to do, or changes wait for somebody. Nothing failed.
    Changes = 7,
}

impl Exit {
    /// The end that fits a failure.
    pub fn of(failure: &Failure) -> Self {
        match failure.kind {
            FailureKind::BadInput => Self::Usage,
            FailureKind::Unauthorized
            | FailureKind::Forbidden
            | FailureKind::ReadOnly
            | FailureKind::NotAvailable => Self::Refused,
            FailureKind::Unreachable | FailureKind::RateLimited => Self::Unreachable,
            FailureKind::Cache | FailureKind::DiskFull => Self::Cache,
            FailureKind::NoOrg
            | FailureKind::NotSynced
            | FailureKind::NotFound
            | FailureKind::BadReply
            | FailureKind::Conflict
            | FailureKind::Cancelled
            | FailureKind::Bug => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
