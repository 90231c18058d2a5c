//! Universal Logout: which apps it reaches, whom it would log out of what, and what became of each run.

pub use domain::{LogoutAppState as AppState, LogoutPhase as Stage, LogoutState};

use crate::{Command, Topic, users::Observed};
use domain::{ContainmentId, LogoutReach, ObjectId, SnapshotId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Asks for the org's apps by how far a logout reaches them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetOrgLogout {
    pub as_of: Option<SnapshotId>,
}

impl Command for GetOrgLogout {
    type Reply = OrgLogout;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// The org's apps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrgLogout {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    /// By label.
    pub apps: Vec<LogoutApp>,
    /// Why there are none, or maybe not all, where the org refused them.
    pub problem: Option<crate::Failure>,
}

/// One app, as the org describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogoutApp {
    pub id: ObjectId,
    pub label: String,
    /// The kind of app: `salesforce`, `oidc_client`, …
    pub name: Option<String>,
    pub status: Option<String>,
    pub sign_on_mode: Option<String>,
    pub reach: LogoutReach,
    /// `universalLogout` word for word: status, supportType, identityStack, protocol.
    pub logout_status: Option<String>,
    pub support: Option<String>,
    pub stack: Option<String>,
    pub protocol: Option<String>,
}

/// Asks what a logout of one person would reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetPersonReach {
    pub as_of: Option<SnapshotId>,
    pub user: UserId,
    /// Asks the org which apps the person has, if it can be reached; otherwise what it answered last is told.
    pub ask: bool,
}

impl Command for GetPersonReach {
    type Reply = PersonReach;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// What a logout of one person would reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonReach {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub apps: Observed<Vec<LogoutApp>>,
    /// Apps that share a sign-in, so that one logout ends all of them: names by stack.
    pub stacks: Vec<(String, Vec<String>)>,
    /// Tokens that may go on after a logout.
    pub residual: Vec<Residual>,
}

/// Access that may go on for a while after a logout: an estimate, never more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Residual {
    pub app: ObjectId,
    pub label: String,
    pub reach: LogoutReach,
    /// The last time that the log shows a sign-in of this person to the app.
    pub last_used: Option<Timestamp>,
    /// By when a token issued then, or now, will have expired; `None` where nothing says how long it lives.
    pub until: Option<Timestamp>,
    /// What the estimate rests on; a sentence.
    pub because: String,
}

/// Asks for logout runs that the log tells of, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListLogoutRuns {
    pub as_of: Option<SnapshotId>,
    /// Only of this person.
    pub user: Option<UserId>,
    /// Only in this state.
    pub state: Option<LogoutState>,
    pub offset: u64,
    /// At most 200.
    pub limit: u32,
}

impl Command for ListLogoutRuns {
    type Reply = LogoutRuns;
    const READS: &'static [Topic] = &[Topic::Snapshot, Topic::Activity];
}

/// Logout runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogoutRuns {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub total: u64,
    pub matching: u64,
    /// How many there are in each state.
    pub states: Vec<(LogoutState, u64)>,
    pub runs: Vec<LogoutRun>,
}

/// The name of a run: the trace that joins its events, the event that began it, or the request that left none.
pub type RunName = String;

/// One logout of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogoutRun {
    pub key: RunName,
    pub user: Option<UserId>,
    pub user_name: Option<String>,
    pub state: LogoutState,
    /// Who or what began it: an admin, the entity risk policy, a containment from here.
    pub begun_by: String,
    pub containment: Option<ContainmentId>,
    /// Each stage with its first event; a stage that has not come has none.
    pub stages: Vec<LogoutStage>,
    pub apps: Vec<LogoutEvidence>,
    pub began: Timestamp,
    /// The newest event of it.
    pub last: Timestamp,
}

/// A stage of a logout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogoutStage {
    pub stage: Stage,
    pub at: Option<Timestamp>,
    /// Events of it: sessions ended, for one.
    pub events: u32,
    /// Outcome `SUCCESS` of all of them; `None` while there are none.
    pub success: Option<bool>,
    pub uuid: Option<String>,
}

/// What is known of one app in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogoutEvidence {
    pub app: ObjectId,
    pub label: Option<String>,
    pub reach: LogoutReach,
    pub state: AppState,
    pub uuid: Option<String>,
}
