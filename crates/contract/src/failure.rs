//! What a page is told when a command does not succeed. Pages decide by `kind`, never by text.

use serde::{Deserialize, Serialize};

/// The decision a page has to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureKind {
    /// No org is open yet: show the first run.
    NoOrg,
    /// No sync has completed yet: nothing to show so far.
    NotSynced,
    /// The thing asked for does not exist (any more).
    NotFound,
    /// The org refuses the credential.
    Unauthorized,
    /// The credential is good but may not do this.
    Forbidden,
    /// The org lacks the feature or licence.
    NotAvailable,
    /// The org asks to wait.
    RateLimited,
    /// The org can't be reached.
    Unreachable,
    /// The org answered in a way that can't be understood.
    BadReply,
    /// The request itself makes no sense.
    BadInput,
    /// The cache can't be opened, read or written.
    Cache,
    /// The disk is full.
    DiskFull,
    /// Somebody else's change stands in the way.
    Conflict,
    /// Writes to the org are locked here.
    ReadOnly,
    /// Somebody cancelled it.
    Cancelled,
    /// A defect in Postern.
    Bug,
}

/// What happened, why, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    /// One sentence: what happened and why.
    pub message: String,
    /// One sentence: what helps.
    pub hint: Option<String>,
    /// Okta's `errorId` or request id, for a support case.
    pub org_error_id: Option<String>,
}

impl Failure {
    /// A failure with a message alone.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, org_error_id: None }
    }
    /// The same with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
    /// Something that should not be possible went wrong.
    pub fn bug(error: impl std::fmt::Display) -> Self {
        Self::new(FailureKind::Bug, format!("Something went wrong inside Postern: {error}"))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, " {hint}"))
    }
}

impl std::error::Error for Failure {}
