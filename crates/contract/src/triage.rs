//! The queue of people at risk, one person's lanes, and what analysts decided. Decisions are kept here, not in the org: it
//! has no API for them.

use crate::{Command, Failure, Topic, cases::CaseId, log::RiskTold};
use domain::{
    Assessment, ContainmentId, DeviceId, Lane, Lifecycle, PeakRisk, RiskLevel, ScorePart, SnapshotId,
    Timestamp, TriageWeights, UserId, UserStatus,
};
use serde::{Deserialize, Serialize};

/// Which people of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueState {
    /// Detections wait for a verdict, and nobody put them off.
    #[default]
    Open,
    Snoozed,
    /// Every detection has a verdict.
    Judged,
    All,
}

impl QueueState {
    /// Every state, in the order to offer them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Snoozed, Self::Judged, Self::All];

    /// The name in an address; the same text that serde writes.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Judged => "judged",
            Self::All => "all",
        }
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Snoozed => "Snoozed",
            Self::Judged => "Judged",
            Self::All => "All",
        }
    }
}

/// Asks for a part of the queue, the most urgent first. In it is everybody of whom the log or the org tells a detection or a
/// level above none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListTriage {
    pub as_of: Option<SnapshotId>,
    pub state: QueueState,
    /// Only people whose peak is one of these; all where none is named.
    pub levels: Vec<RiskLevel>,
    /// Only what is assigned to this name; `Some("")` is what nobody has.
    pub assignee: Option<String>,
    /// Words in name, login, detection or reason.
    pub search: String,
    pub offset: u64,
    /// At most 500.
    pub limit: u32,
}

impl Command for ListTriage {
    type Reply = TriagePage;
    const READS: &'static [Topic] = &[Topic::Snapshot, Topic::Triage, Topic::Activity];
}

/// A part of the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriagePage {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub weights: TriageWeights,
    /// People in the queue, whatever their state.
    pub total: u64,
    pub matching: u64,
    pub offset: u64,
    pub rows: Vec<TriageRow>,
    /// How many rows each state, level and assignee would give, under the other filters.
    pub states: Vec<(QueueState, u64)>,
    pub levels: Vec<(RiskLevel, u64)>,
    pub assignees: Vec<(String, u64)>,
    /// Why the org's own levels are missing (no licence, no right), where they are: then the log alone speaks.
    pub risk_failure: Option<Failure>,
}

/// One person of the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriageRow {
    pub user: UserId,
    pub name: String,
    pub login: Option<String>,
    pub status: Option<UserStatus>,
    pub level: Option<RiskLevel>,
    pub peak: Option<PeakRisk>,
    /// From 0 to 100.
    pub score: u32,
    /// What it is made of: points, and in words what was counted ("2 admin roles", "not known").
    pub parts: Vec<(ScorePart, u32, String)>,
    /// The oldest detection without a verdict, or the newest detection at all.
    pub since: Option<Timestamp>,
    /// The newest detection in words, and its reasons.
    pub detection: Option<String>,
    pub reasons: Vec<String>,
    /// Detections in all, and those without a verdict.
    pub detections: u32,
    pub open: u32,
    pub assignee: Option<String>,
    pub snoozed_until: Option<Timestamp>,
    /// The newest containment of this person.
    pub containment: Option<ContainmentId>,
    pub case: Option<CaseId>,
    /// The last time that the log tells a logout everywhere.
    pub logged_out: Option<Timestamp>,
}

/// How much each part of the score counts. Kept with the org.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetTriageWeights {
    pub weights: TriageWeights,
}

impl Command for SetTriageWeights {
    type Reply = ();
    const STALES: &'static [Topic] = &[Topic::Triage];
}

/// Asks for one person as triage sees them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetPersonRisk {
    pub as_of: Option<SnapshotId>,
    pub user: UserId,
}

impl Command for GetPersonRisk {
    type Reply = PersonRisk;
    const READS: &'static [Topic] = &[Topic::Snapshot, Topic::Triage, Topic::Activity];
}

/// One person as triage sees them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonRisk {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub row: TriageRow,
    /// Newest first.
    pub detections: Vec<Detection>,
    pub devices: Vec<PersonDevice>,
    /// Sessions that the log tells of, those last seen first.
    pub sessions: Vec<crate::users::UserSession>,
    pub title: Option<String>,
    pub department: Option<String>,
    /// What was done about this person here and noted, newest first.
    pub notes: Vec<TriageNote>,
}

/// One detection about a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    pub uuid: String,
    pub at: Timestamp,
    pub event_type: String,
    /// What Okta calls it; `None` where the event names none.
    pub name: Option<String>,
    /// What it means, in our words; `None` for a detection that this version does not know.
    pub meaning: Option<String>,
    pub risk: RiskTold,
    pub session: Option<String>,
    pub device: Option<DeviceId>,
    pub ip: Option<String>,
    /// What was decided here.
    pub assessment: Option<Assessed>,
    /// What the log says somebody decided in the Admin Console: the label as sent, when, and who.
    pub feedback: Option<Feedback>,
}

/// A verdict that was given here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessed {
    pub assessment: Assessment,
    pub note: Option<String>,
    pub by: String,
    pub at: Timestamp,
}

/// Feedback that was given in the Admin Console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    pub label: String,
    pub reason: Option<String>,
    pub by: Option<String>,
    pub at: Timestamp,
    /// Whether it says the same as the verdict that was given here; `None` without one.
    pub agrees: Option<bool>,
}

/// One device of the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonDevice {
    pub id: DeviceId,
    pub name: Option<String>,
    pub platform: Option<domain::Platform>,
    pub status: Lifecycle,
    pub managed: domain::ManagedStatus,
    /// People who use it.
    pub users: Option<u32>,
    pub last_evidence: Option<Timestamp>,
}

/// Something that was noted about a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriageNote {
    pub at: Timestamp,
    pub by: String,
    pub text: String,
}

/// Asks for what happened to a person, lane by lane, as a plot wants it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetPersonLanes {
    pub as_of: Option<SnapshotId>,
    pub user: UserId,
}

impl Command for GetPersonLanes {
    type Reply = PersonLanes;
    const READS: &'static [Topic] = &[Topic::Snapshot];
}

/// What happened to a person: columns, for there may be 50,000 events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonLanes {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub lanes: Vec<LaneMarks>,
    /// Event types that the marks name by their place here.
    pub types: Vec<String>,
    /// The log holds more about this person than was looked at: older events are left out.
    pub capped: bool,
    /// Marks, the oldest, whose level was not read yet and says 0: they were kept by an earlier version, and are read
    /// little by little after each sync.
    pub unread: u64,
    /// From when on every event is known.
    pub begins: Option<Timestamp>,
}

/// The marks of one lane, oldest first; all four lists are of one length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LaneMarks {
    pub lane: Lane,
    pub at: Vec<Timestamp>,
    /// The place of the event's type in `types`.
    pub kind: Vec<u32>,
    /// 0 none told, 1 low, 2 medium, 3 high, 4 a level that is not known here.
    pub level: Vec<u8>,
    /// The event's id in the cache: with the time it is a [`domain::LogPlace`].
    pub id: Vec<i64>,
}

/// Gives a verdict on detections, or takes it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssessDetections {
    pub user: UserId,
    /// Events by uuid; all of the person's that have no verdict where none is named.
    pub detections: Vec<String>,
    /// `None` takes the verdict back.
    pub assessment: Option<Assessment>,
    pub note: Option<String>,
}

impl Command for AssessDetections {
    type Reply = ();
    const STALES: &'static [Topic] = &[Topic::Triage];
}

/// Gives a person of the queue to somebody, or puts them off until a date. What is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetTriage {
    pub users: Vec<UserId>,
    /// An empty name: nobody.
    pub assignee: Option<String>,
    /// A date that is over: no longer put off.
    pub snooze_until: Option<Timestamp>,
    pub note: Option<String>,
}

impl Command for SetTriage {
    type Reply = ();
    const STALES: &'static [Topic] = &[Topic::Triage];
}

/// Asks how good each kind of detection is, and how risk went by day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetRiskReport {
    pub as_of: Option<SnapshotId>,
    /// How many days back, at most 400.
    pub days: u32,
}

impl Command for GetRiskReport {
    type Reply = RiskReport;
    const READS: &'static [Topic] = &[Topic::Snapshot, Topic::Triage, Topic::Activity];
}

/// Risk in numbers. Every number is of events or people between `since` and `until`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskReport {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub since: Timestamp,
    pub until: Timestamp,
    /// Per day (UTC) the detections by level: high, medium, low, others.
    pub by_day: Vec<(Timestamp, [u64; 4])>,
    pub detections: Vec<DetectionPrecision>,
    /// Per day the policy re-evaluations that failed, and those that were acted on.
    pub violations: Vec<(Timestamp, u64, u64)>,
    /// Containments begun here: when, and from the first open detection to the last step verified, in milliseconds
    /// (`None` while it goes on, or where it had no detection).
    pub containments: Vec<(ContainmentId, Timestamp, Option<i64>)>,
}

/// One kind of detection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DetectionPrecision {
    /// As Okta names it; `None` for events that name none.
    pub name: Option<String>,
    pub events: u64,
    pub people: u64,
    pub true_positive: u64,
    pub false_positive: u64,
    pub unsure: u64,
    pub open: u64,
    /// Of the same detections, what the Admin Console's feedback says.
    pub feedback_true: u64,
    pub feedback_false: u64,
}

/// Asks for the detections that one number of a [`RiskReport`] counts: exactly those, newest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ListReported {
    pub as_of: Option<SnapshotId>,
    /// As in the report.
    pub days: u32,
    /// Only of this day (UTC), by its first moment.
    pub day: Option<Timestamp>,
    /// Only of this place among a day's four numbers: high, medium, low, others.
    pub level: Option<u8>,
    /// Only of the kind that Okta names so; `Some("")` is what no name was told of.
    pub kind: Option<String>,
    /// Only with this verdict.
    pub verdict: Option<Assessment>,
    /// Only those without one.
    pub open: bool,
    /// Of each person the newest only, so that a number of people has a row for each; what is about nobody is left out.
    #[serde(default)]
    pub by_person: bool,
    pub offset: u64,
    /// At most 500.
    pub limit: u32,
}

impl Command for ListReported {
    type Reply = Reported;
    const READS: &'static [Topic] = &[Topic::Snapshot, Topic::Triage];
}

/// Detections of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reported {
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub total: u64,
    pub rows: Vec<ReportedDetection>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportedDetection {
    pub uuid: String,
    pub at: Timestamp,
    pub user: Option<UserId>,
    pub user_name: Option<String>,
    pub name: Option<String>,
    pub level: Option<RiskLevel>,
    pub reasons: Vec<String>,
    pub verdict: Option<Assessment>,
}
