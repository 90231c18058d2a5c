//! People: lists with their facets, one person whole, and what the org answers about a person when it is asked.

use crate::{Command, Failure, Topic, devices::FacetCounts};
use domain::{
    AdminRole, DeviceId, Lifecycle, LogEvent, ManagedStatus, PeakRisk, Platform, RiskEntry, RiskLevel,
    SnapshotId, Timestamp, User, UserFacet, UserGroup, UserId, UserQuery, UserRisk, UserStatus,
};
use serde::{Deserialize, Serialize};

/// Asks for one page of the people who match, with the counts of every facet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListUsers {
    /// A past snapshot; `None` is the newest.
    pub as_of: Option<SnapshotId>,
    pub query: UserQuery,
    pub offset: u64,
    /// At most 500 rows.
    pub limit: u32,
    /// Leaves the facet counts out of the reply: for further pages of the same query.
    pub rows_only: bool,
}

impl Command for ListUsers {
    type Reply = UserPage;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// One page of people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserPage {
    /// The snapshot that every number and row here belongs to.
    pub snapshot: SnapshotId,
    /// The core's clock at the time of the answer; ages are told against it.
    pub now: Timestamp,
    /// People in the snapshot.
    pub total: u64,
    /// People who match.
    pub matching: u64,
    pub offset: u64,
    pub rows: Vec<UserRow>,
    /// Counts per facet value: how many rows there would be if only that value of its facet were chosen.
    pub facets: Vec<FacetCounts<UserFacet>>,
}

/// One person as a row. `None` is "the org never reported it".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserRow {
    pub id: UserId,
    /// What to call this person.
    pub name: String,
    pub login: Option<String>,
    pub email: Option<String>,
    pub status: UserStatus,
    /// The level of now; `None` when nothing was ever told.
    pub risk: Option<RiskLevel>,
    /// The highest level that is known of: the one of now falls back to low after a logout.
    pub peak: Option<PeakRisk>,
    /// `None` where the devices were never read.
    pub devices: Option<u32>,
    pub managed: ManagedDevices,
    pub department: Option<String>,
    pub title: Option<String>,
    pub last_login: Option<Timestamp>,
    pub created: Option<Timestamp>,
}

/// What a person's own links say of management.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedDevices {
    /// One word for all of them.
    pub status: ManagedStatus,
    pub managed: u32,
    pub not_managed: u32,
}

/// Asks for one person with devices, risk, sessions and events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetUser {
    pub as_of: Option<SnapshotId>,
    pub id: UserId,
}

impl Command for GetUser {
    type Reply = UserDetail;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// One person whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserDetail {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub user: User,
    pub managed: ManagedDevices,
    /// The level of now with its reason, source and age.
    pub risk: Option<UserRisk>,
    pub peak: Option<PeakRisk>,
    /// Newest first.
    pub risks: Vec<RiskEntry>,
    /// By name.
    pub devices: Vec<UserDevice>,
    /// Whether any sync brought devices: otherwise an empty list says nothing.
    pub devices_known: bool,
    /// As the log tells them, those last seen first.
    pub sessions: Vec<UserSession>,
    /// Whether all of the person's events were looked through for sessions.
    pub sessions_complete: bool,
    /// The latest events about the person, newest first.
    pub events: Vec<LogEvent>,
    /// The reply of the org, as it came.
    pub raw: String,
}

/// One device of the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserDevice {
    pub id: DeviceId,
    pub name: Option<String>,
    pub platform: Option<Platform>,
    pub os_version: Option<String>,
    pub lifecycle: Lifecycle,
    /// For this person.
    pub managed: ManagedStatus,
    pub last_updated: Option<Timestamp>,
    pub linked: Option<Timestamp>,
}

/// One session, as far as the log tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserSession {
    pub id: String,
    /// `None` where the log does not hold the beginning.
    pub started: Option<Timestamp>,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// The latest address, and how many different ones there were.
    pub ip: Option<String>,
    pub addresses: u32,
    /// Different apps that were opened from it.
    pub apps: u32,
    pub events: u32,
    /// `None`: the log tells no end.
    pub ended: Option<Timestamp>,
}

/// Asks for a person's groups and admin roles, which no sync reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetUserAccess {
    pub id: UserId,
    /// Asks the org, if it can be reached; otherwise only what was answered before is told.
    pub ask: bool,
}

impl Command for GetUserAccess {
    type Reply = UserAccess;
}

/// What a person belongs to and may administer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserAccess {
    pub now: Timestamp,
    pub groups: Observed<Vec<UserGroup>>,
    pub roles: Observed<Vec<AdminRole>>,
}

/// Something that the org was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observed<T> {
    /// What it answered last, and when.
    pub known: Option<(T, Timestamp)>,
    /// Why there is nothing, or nothing newer. Of kind `Forbidden`: this may not be read, which is not the same as none.
    pub failure: Option<Failure>,
}
