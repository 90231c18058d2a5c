//! Changes of devices: planned without sending anything, confirmed, carried out step by step, and taken back.

use crate::{Command, Failure, Topic};
use domain::{
    Confirmation, DeviceId, DeviceQuery, DeviceSet, IntentId, IntentState, Lifecycle, LifecycleMove,
    SnapshotId, StepState, Tier, Timestamp,
};
use serde::{Deserialize, Serialize};

/// Most devices of one intent.
pub const MOST_STEPS: u64 = 10_000;

/// Which devices a change is meant for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Targets {
    /// These.
    Devices(Vec<DeviceId>),
    /// Every device that a query finds in a snapshot, but for some.
    Matching { snapshot: SnapshotId, query: DeviceQuery, except: Vec<DeviceId> },
    /// Those that an intent changed, to take it back.
    ChangedBy(IntentId),
    /// Those of a queued intent that are still to be changed, looked at again.
    Queued(IntentId),
}

impl From<DeviceSet> for Targets {
    fn from(set: DeviceSet) -> Self {
        match set {
            DeviceSet::Ids(ids) => Self::Devices(ids.into_iter().collect()),
            DeviceSet::Matching { query, snapshot, without, .. } => {
                Self::Matching { snapshot, query, except: without.into_iter().collect() }
            }
        }
    }
}

/// Works out what a change would do: a dry run. Nothing is sent, and nothing is written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanMove {
    /// For [`Targets::ChangedBy`] and [`Targets::Queued`] the intent tells it.
    pub wish: LifecycleMove,
    pub targets: Targets,
}

impl Command for PlanMove {
    // Read by whoever confirms it: it does not change under their eyes.
    type Reply = Plan;
}

/// The number of a plan; the core keeps the latest few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanId(pub u64);

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub id: PlanId,
    pub wish: LifecycleMove,
    pub tier: Tier,
    /// What the plan was made from; each device is read again right before its request.
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    /// Devices that would be changed, and the first of them.
    pub count: u64,
    pub first: Vec<PlannedDevice>,
    /// Devices that would be refused, and the first of them with the reason.
    pub refused: u64,
    pub refused_first: Vec<RefusedDevice>,
    /// People linked to the devices that would be changed.
    pub people: u64,
    /// How many of the devices have more than one user.
    pub shared: u64,
    pub confirm: Confirmation,
    /// Seconds between the confirmation and the first request.
    pub delay: u32,
    /// The org can't be reached: the change would be queued, and asks again later.
    pub queued: bool,
    /// Why it can't be started at all now.
    pub blocked: Option<Failure>,
    /// The intent that it takes back.
    pub undo_of: Option<IntentId>,
    /// The queued intent that it confirms again.
    pub queued_intent: Option<IntentId>,
}

/// One device of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedDevice {
    pub id: DeviceId,
    pub name: Option<String>,
    pub serial: Option<String>,
    pub user: Option<String>,
    pub users: Option<u32>,
    pub status: Lifecycle,
}

/// One device that a plan leaves out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusedDevice {
    pub id: DeviceId,
    pub name: Option<String>,
    /// `None` where the snapshot does not know it.
    pub status: Option<Lifecycle>,
    pub why: String,
}

/// Confirms a plan and begins to carry it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartIntent {
    pub plan: PlanId,
    /// What was typed, where the plan asks for it.
    pub typed: Option<String>,
    /// Why, for the journal.
    pub note: Option<String>,
}

impl Command for StartIntent {
    type Reply = Intent;
    const STALES: &'static [Topic] = &[Topic::Activity];
}

/// One intent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    pub id: IntentId,
    pub wish: LifecycleMove,
    pub state: IntentState,
    /// Why it is held, where something but a person holds it.
    pub why: Option<Failure>,
    pub created: Timestamp,
    pub changed: Timestamp,
    /// Nothing is sent before this.
    pub not_before: Option<Timestamp>,
    pub snapshot: SnapshotId,
    pub actor: String,
    pub note: Option<String>,
    pub undo_of: Option<IntentId>,
    pub undone_by: Option<IntentId>,
    /// The device's name, if there is one alone.
    pub only: Option<String>,
    /// Steps in all, and how many are in each state that any is in.
    pub steps: u64,
    pub counts: Vec<(StepState, u64)>,
    /// Whether the changes that were made can be taken back.
    pub undo: Option<LifecycleMove>,
}

impl Intent {
    /// How many steps are in this state.
    pub fn count(&self, state: StepState) -> u64 {
        self.counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, n)| *n)
    }

    /// How many steps have come to an end.
    pub fn over(&self) -> u64 {
        self.counts.iter().filter(|(state, _)| state.is_over()).map(|(_, n)| n).sum()
    }
}

/// Holds an intent after the steps under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PauseIntent {
    pub id: IntentId,
}

impl Command for PauseIntent {
    type Reply = Intent;
    const STALES: &'static [Topic] = &[Topic::Activity];
}

/// Lets a held intent go on. Each device is read again before its request, so nothing is done twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResumeIntent {
    pub id: IntentId,
}

impl Command for ResumeIntent {
    type Reply = Intent;
    const STALES: &'static [Topic] = &[Topic::Activity];
}

/// Ends an intent: what was not sent is not sent any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelIntent {
    pub id: IntentId,
}

impl Command for CancelIntent {
    type Reply = Intent;
    const STALES: &'static [Topic] = &[Topic::Activity];
}

/// Asks for one intent with some of its steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetIntent {
    pub id: IntentId,
    /// Only steps in this state.
    pub state: Option<StepState>,
    pub offset: u64,
    /// At most 500.
    pub limit: u32,
}

impl Command for GetIntent {
    type Reply = IntentDetail;
    const READS: &'static [Topic] = &[Topic::Activity];
}

/// One intent with some of its steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntentDetail {
    pub now: Timestamp,
    pub intent: Intent,
    pub steps: Vec<Step>,
}

/// One step: one device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub intent: IntentId,
    pub wish: LifecycleMove,
    pub n: u32,
    pub device: DeviceId,
    pub name: Option<String>,
    /// The state before, as the plan saw it.
    pub before: Lifecycle,
    /// The state as it was read last: a status, or `GONE`.
    pub after: Option<String>,
    pub state: StepState,
    pub request_id: Option<String>,
    pub failure: Option<Failure>,
    pub changed: Timestamp,
}

/// Asks what was done to one device from here, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListDeviceSteps {
    pub id: DeviceId,
}

impl Command for ListDeviceSteps {
    type Reply = Vec<Step>;
    const READS: &'static [Topic] = &[Topic::Activity];
}
