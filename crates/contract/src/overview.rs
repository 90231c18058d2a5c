//! The whole fleet in numbers. Every number names the filter that opens its rows.

use crate::{Command, Topic, devices::FacetCounts};
use domain::{SnapshotId, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks for the counts of the whole fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetOverview {
    pub as_of: Option<SnapshotId>,
}

impl Command for GetOverview {
    type Reply = Overview;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// The fleet in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub devices: u64,
    pub users: u64,
    pub events: u64,
    pub facets: Vec<FacetCounts>,
    /// One point per snapshot kept, oldest first.
    pub trend: Vec<TrendPoint>,
}

/// The fleet at one snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendPoint {
    pub snapshot: SnapshotId,
    pub at: Timestamp,
    pub devices: u64,
    pub managed: u64,
    pub not_managed: u64,
    /// Devices whose last evidence was over 90 days old then.
    pub stale: u64,
}
