//! The System Log as it is kept here: pages of events under a filter, counts, what belongs together, saved detections, and
//! how complete it is.

use crate::{Command, Topic};
pub use domain::{HopKind, RiskScope};
use domain::{LogEvent, LogField, LogFilter, LogPlace, RiskLevel, SnapshotId, Timestamp};
use serde::{Deserialize, Serialize};

/// Asks for events that fit, newest first. It costs what a page costs, however many there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListLog {
    pub as_of: Option<SnapshotId>,
    pub filter: LogFilter,
    /// Only events older than this one.
    pub before: Option<LogPlace>,
    /// At most 500.
    pub limit: u32,
}

impl Command for ListLog {
    type Reply = LogPage;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// One page of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogPage {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    /// Events that are kept, as of the snapshot.
    pub total: u64,
    pub rows: Vec<LogRow>,
    /// Whether older ones fit, too.
    pub more: bool,
}

/// One event as a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogRow {
    pub place: LogPlace,
    pub event: LogEvent,
    /// What the ids are called in the snapshot.
    pub user_name: Option<String>,
    pub device_name: Option<String>,
    pub app_name: Option<String>,
}

/// Counts the events that fit, in all and by value of some fields. May take a while over millions; the last one asked for wins.
/// How many fit, and on which days, is exact; values may be those of the newest alone ([`LogFieldCounts::since`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountLog {
    pub as_of: Option<SnapshotId>,
    pub filter: LogFilter,
    /// Fields to count by.
    pub by: Vec<LogField>,
}

impl Command for CountLog {
    type Reply = LogCounts;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// How many events fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogCounts {
    pub snapshot: SnapshotId,
    pub matching: u64,
    /// Per field the values that occur among events that fit all other conditions, most frequent first, at most 50.
    pub fields: Vec<LogFieldCounts>,
    /// Events per day (UTC) among those that fit, oldest first.
    pub days: Vec<(Timestamp, u64)>,
}

/// The values of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogFieldCounts {
    pub field: LogField,
    pub values: Vec<LogValueCount>,
    /// Different values beyond the ones listed.
    pub further: u64,
    /// So many events fit that only those since then were looked at for their values; `None`: all were.
    pub since: Option<Timestamp>,
}

/// One value of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogValueCount {
    pub value: String,
    /// What the value is called, where it is an id.
    pub name: Option<String>,
    pub count: u64,
}

/// Asks for what one event says beyond its row: risk of every scope, behaviours, the chain of addresses, and what it is
/// joined to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetEventFacts {
    pub as_of: Option<SnapshotId>,
    pub uuid: String,
}

impl Command for GetEventFacts {
    type Reply = EventFacts;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// What one event says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventFacts {
    pub snapshot: SnapshotId,
    pub row: LogRow,
    pub risks: Vec<RiskTold>,
    /// `New Geo-Location` and the like: name, and `POSITIVE`, `NEGATIVE`, `UNKNOWN`, …
    pub behaviours: Vec<(String, String)>,
    pub chain: Option<IpChain>,
    /// Device signals that changed: name, before, after.
    pub changed: Vec<(String, Option<String>, Option<String>)>,
    /// By each join, how many events there are, this one included.
    pub joins: Vec<Join>,
}

/// One key that joins an event to others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Join {
    pub field: LogField,
    pub value: String,
    pub name: Option<String>,
    pub events: u64,
}

/// A level of risk that an event tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskTold {
    pub scope: RiskScope,
    pub level: Option<RiskLevel>,
    pub previous: Option<RiskLevel>,
    pub detection: Option<String>,
    pub reasons: Vec<String>,
    pub issuer: Option<String>,
    /// The text it was read from.
    pub raw: String,
}

/// The addresses that a request passed, judged against the network zones of the snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IpChain {
    /// In reading order: the rightmost address first.
    pub hops: Vec<Hop>,
    /// Zones that the request is in.
    pub zones: Vec<String>,
    /// The one declaration that would change the answer; sentences.
    pub would_change: Vec<String>,
    /// Zones by country, ASN or service, which can't be judged from addresses alone.
    pub not_judged: Vec<String>,
}

/// One address of the chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    pub ip: String,
    pub kind: HopKind,
    /// The zone that names it.
    pub zone: Option<String>,
}

/// Asks how complete the log is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetLogCoverage {
    pub as_of: Option<SnapshotId>,
}

impl Command for GetLogCoverage {
    type Reply = LogCoverage;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// How complete the log is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogCoverage {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub events: u64,
    /// From when on every event is known, but for the gaps; `None` while the log was not read.
    pub begins: Option<Timestamp>,
    /// Until when the org has told everything.
    pub until: Option<Timestamp>,
    pub gaps: Vec<LogGap>,
    /// Events that came more than a minute after they happened, in the newest week.
    pub late: u64,
    /// Bytes of the events' JSON as it came, and as it is kept.
    pub raw_bytes: u64,
    pub kept_bytes: u64,
}

/// A time of which events may be missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogGap {
    pub from: Timestamp,
    pub to: Timestamp,
    pub why: String,
    /// The org still has it: the next sync reads it again.
    pub can_be_read: bool,
}

/// Asks for the saved detections with their counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListDetections {
    pub as_of: Option<SnapshotId>,
}

impl Command for ListDetections {
    type Reply = Vec<SavedDetection>;
    const READS: &'static [Topic] = &[Topic::Snapshot, Topic::Detections];
}

/// A filter of the log that somebody watches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedDetection {
    /// `None` for one that comes along.
    pub id: Option<i64>,
    pub name: String,
    /// What it means, and what to do about it.
    pub note: Option<String>,
    pub filter: LogFilter,
    /// When it was counted: the filter with `since` a day, or seven, before this opens exactly the events that were counted.
    pub counted: Timestamp,
    /// Events that fit, of the last 24 hours and of the last 7 days.
    pub day: u64,
    pub week: u64,
    pub last: Option<Timestamp>,
}

/// Saves a detection, a new one or in place of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveDetection {
    pub id: Option<i64>,
    pub name: String,
    pub note: Option<String>,
    pub filter: LogFilter,
}

impl Command for SaveDetection {
    type Reply = i64;
    const STALES: &'static [Topic] = &[Topic::Detections];
}

/// Deletes a saved detection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeleteDetection {
    pub id: i64,
}

impl Command for DeleteDetection {
    type Reply = ();
    const STALES: &'static [Topic] = &[Topic::Detections];
}
