//! Containing people at risk: planned without sending anything, evidence frozen first, confirmed by a typed name, carried
//! out step by step under the journal.

use crate::{Command, Failure, Topic, cases::CaseId};
use domain::{
    Confirmation, ContainAct, ContainmentId, DeviceId, IntentState, LogoutReach, RiskLevel, SnapshotId,
    StepState, Timestamp, UserId, UserStatus,
};
use serde::{Deserialize, Serialize};

/// Most people of one containment.
pub const MOST_PEOPLE: u64 = 1_000;

/// Works out what containing these people would do: a dry run. Nothing is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanContainment {
    pub users: Vec<UserId>,
    /// Asks the org for the apps of each person (at most the first 25), if it can be reached.
    pub ask: bool,
}

impl Command for PlanContainment {
    type Reply = ContainmentPlan;
}

/// The number of a plan; the core keeps the latest few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContainmentPlanId(pub u64);

/// What it would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContainmentPlan {
    pub id: ContainmentPlanId,
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub people: Vec<PlannedPerson>,
    /// People that the snapshot does not know or that are not there to be contained.
    pub refused: Vec<(UserId, String)>,
    /// Each act that is offered, with how many steps it would take and what it would not do.
    pub acts: Vec<OfferedAct>,
    /// What all of the acts together ask for; [`Confirmation::of_containment`] tells what those that are chosen do.
    pub confirm: Confirmation,
    /// Why nothing can be sent now: read-only, as-of, offline, no right.
    pub blocked: Option<Failure>,
    /// What remains to be done by hand, whatever is chosen.
    pub by_hand: Vec<ByHand>,
}

/// One person of a plan: the blast radius.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedPerson {
    pub user: UserId,
    pub name: String,
    pub login: Option<String>,
    pub status: UserStatus,
    pub level: Option<RiskLevel>,
    /// Sessions that the log tells of and that it tells no end of.
    pub sessions: u32,
    /// Active devices; of those, how many other people use.
    pub devices: u32,
    pub shared_devices: u32,
    /// Apps by reach; `None` where the org was not asked or did not say.
    pub apps: Option<Vec<(LogoutReach, u32)>>,
    /// Admin roles; `None` where not known.
    pub roles: Option<u32>,
}

/// One act that is offered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfferedAct {
    pub act: ContainAct,
    /// Chosen at first.
    pub suggested: bool,
    /// Requests that it would take.
    pub steps: u64,
    /// What it ends, and what goes on in spite of it; sentences.
    pub ends: Vec<String>,
    pub goes_on: Vec<String>,
    /// Why it can't be chosen (a scope that is missing, nobody it applies to).
    pub blocked: Option<String>,
    /// What takes it back; `None`: nothing does.
    pub undo: Option<String>,
}

/// Something that no API of Okta does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ByHand {
    pub title: String,
    pub text: String,
}

/// Freezes the evidence, then begins. What was typed is checked in the core.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartContainment {
    pub plan: ContainmentPlanId,
    /// Those of the offered acts that were chosen, with their flags as chosen.
    pub acts: Vec<ContainAct>,
    pub typed: Option<String>,
    pub note: Option<String>,
    /// The case that the evidence goes to; a new one where none is named.
    pub case: Option<CaseId>,
}

impl Command for StartContainment {
    type Reply = Containment;
    const STALES: &'static [Topic] = &[Topic::Activity, Topic::Triage, Topic::Cases];
}

/// One containment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Containment {
    pub id: ContainmentId,
    pub state: IntentState,
    /// Why it is held, where something but a person holds it.
    pub why: Option<Failure>,
    pub acts: Vec<ContainAct>,
    /// People, and the first of them.
    pub people: u64,
    pub only: Option<String>,
    pub created: Timestamp,
    pub changed: Timestamp,
    pub actor: String,
    pub note: Option<String>,
    pub snapshot: SnapshotId,
    /// The case that holds the evidence.
    pub case: Option<CaseId>,
    pub steps: u64,
    pub counts: Vec<(StepState, u64)>,
}

/// Asks for one containment with some of its steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetContainment {
    pub id: ContainmentId,
    /// Only steps in this state.
    pub state: Option<StepState>,
    pub offset: u64,
    /// At most 500.
    pub limit: u32,
}

impl Command for GetContainment {
    type Reply = ContainmentDetail;
    const READS: &'static [Topic] = &[Topic::Activity, Topic::Snapshot];
}

/// One containment with some of its steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContainmentDetail {
    pub now: Timestamp,
    pub containment: Containment,
    pub steps: Vec<ContainStep>,
    pub by_hand: Vec<ByHand>,
    /// What takes each act back, where something does; sentences.
    pub takes_back: Vec<String>,
    /// The logout runs that the log tells of, for the people of the steps above: all of theirs.
    pub runs: Vec<crate::logout::LogoutRun>,
}

/// One step: one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContainStep {
    pub n: u32,
    pub user: UserId,
    pub user_name: Option<String>,
    pub act: ContainAct,
    pub device: Option<DeviceId>,
    pub device_name: Option<String>,
    pub state: StepState,
    /// What was read before and after, in the org's words.
    pub before: Option<String>,
    pub after: Option<String>,
    pub request_id: Option<String>,
    pub failure: Option<Failure>,
    pub changed: Timestamp,
}

/// Asks for containments, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListContainments {
    pub user: Option<UserId>,
    pub offset: u64,
    /// At most 200.
    pub limit: u32,
}

impl Command for ListContainments {
    type Reply = ContainmentPage;
    const READS: &'static [Topic] = &[Topic::Activity];
}

/// One page of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContainmentPage {
    pub now: Timestamp,
    pub total: u64,
    pub containments: Vec<Containment>,
    /// Those that wait for a person, wherever they stand in the list.
    pub waiting: Vec<Containment>,
}

macro_rules! on_one {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            pub id: ContainmentId,
        }

        impl Command for $name {
            type Reply = Containment;
            const STALES: &'static [Topic] = &[Topic::Activity];
        }
    )+};
}

on_one! {
    /// Holds a containment after the steps under way.
    PauseContainment,
    /// Lets a held one go on. Each person is read again before their request, so nothing is done twice.
    ResumeContainment,
    /// Ends one: what was not sent is not sent any more.
    CancelContainment
}
