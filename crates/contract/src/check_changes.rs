//! Changes of posture checks: planned without sending anything, confirmed, sent once, and taken back.

use crate::{Command, Failure, Topic};
use domain::{
    CheckChangeId, CheckContent, CheckWish, Confirmation, IntentState, ObjectId, SnapshotId, StepState,
    Timestamp,
};
use serde::{Deserialize, Serialize};

/// What somebody wants done to a check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckAsk {
    /// A new one.
    Create { content: CheckContent },
    /// Another content. `base` is what the edit was begun from; without it, what the newest snapshot has.
    Replace { id: ObjectId, content: CheckContent, base: Option<Box<CheckContent>> },
    /// None any more.
    Delete { id: ObjectId },
    /// What takes a change back.
    Undo { change: CheckChangeId },
}

/// Works out what a change of a check would do: a dry run from the newest snapshot. Nothing is sent, nothing written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanCheckChange {
    pub ask: CheckAsk,
}

impl Command for PlanCheckChange {
    // Read by whoever confirms it: it does not change under their eyes.
    type Reply = CheckPlan;
}

/// The number of a plan; the core keeps the latest few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CheckPlanId(pub u64);

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckPlan {
    pub id: CheckPlanId,
    pub wish: CheckWish,
    /// The content as it is now, as far as is known here; `None` where there is no such check. The check is read again right
    /// before the request.
    pub before: Option<CheckContent>,
    /// The content asked for; `None` for a deletion.
    pub after: Option<CheckContent>,
    /// What the plan was made from.
    pub snapshot: SnapshotId,
    pub now: Timestamp,
    pub used_by: CheckUse,
    /// Whom it may affect at most.
    pub reach: CheckReach,
    pub confirm: Confirmation,
    /// What whoever confirms should know; sentences.
    pub warnings: Vec<String>,
    /// Why it can't be started now.
    pub blocked: Option<Failure>,
    /// The change that it takes back.
    pub undo_of: Option<CheckChangeId>,
}

/// Whom a change of a check may affect at most: the check is asked of them when they sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CheckReach {
    /// Active devices of the platform, if an active rule demands the check through a policy; 0 if none does. `None` where
    /// the snapshot can't tell.
    pub devices: Option<u64>,
    /// People who use those devices.
    pub people: Option<u64>,
}

/// Where a check is used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CheckUse {
    pub variable_name: String,
    /// Device assurance policies that ask for it, by name.
    pub policies: Vec<PolicyUse>,
    /// What the snapshot could not read, so that some use may be missing here: `Device assurance policies`, …
    pub unread: Vec<String>,
}

impl CheckUse {
    /// Whether any policy is known to use it.
    pub fn is_used(&self) -> bool {
        !self.policies.is_empty()
    }

    /// Whether an active rule demands it.
    pub fn is_in_force(&self) -> bool {
        self.policies.iter().flat_map(|policy| &policy.rules).any(|rule| rule.active)
    }

    /// Every app that is behind it, each once, by name.
    pub fn apps(&self) -> Vec<&AppUse> {
        let all = self.policies.iter().flat_map(|policy| &policy.rules).flat_map(|rule| &rule.apps);
        let mut apps: Vec<&AppUse> = all.collect();
        apps.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        apps.dedup_by(|a, b| a.id == b.id);
        apps
    }
}

/// A device assurance policy that asks for a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyUse {
    pub id: ObjectId,
    pub name: String,
    /// What the answer is compared with; `None` where the policy does not say.
    pub value: Option<String>,
    /// Sign-in rules that want this policy, or one of several, to be met.
    pub rules: Vec<RuleUse>,
}

/// A sign-in rule that names an assurance policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleUse {
    pub id: ObjectId,
    pub name: String,
    /// The rule and its sign-in policy are both switched on, as far as the org says.
    pub active: bool,
    /// The sign-in policy that it belongs to.
    pub policy: Option<ObjectId>,
    pub policy_name: Option<String>,
    /// Apps that use this sign-in policy, by name.
    pub apps: Vec<AppUse>,
}

/// An app behind a rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AppUse {
    pub id: ObjectId,
    pub name: String,
    pub status: Option<String>,
}

/// Confirms a plan and begins to carry it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartCheckChange {
    pub plan: CheckPlanId,
    /// What was typed, where the plan asks for it.
    pub typed: Option<String>,
    /// Why, for the journal.
    pub note: Option<String>,
}

impl Command for StartCheckChange {
    type Reply = CheckChange;
    const STALES: &'static [Topic] = &[Topic::Activity];
}

/// One change of one check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckChange {
    pub id: CheckChangeId,
    /// With the content before and the one asked for.
    pub wish: CheckWish,
    /// Running, held, done or cancelled.
    pub state: IntentState,
    /// What became of it so far.
    pub step: StepState,
    /// Why it is held, where something but a person holds it.
    pub why: Option<Failure>,
    /// The check: for a new one, once its id is known.
    pub check: Option<ObjectId>,
    /// The content as it was read last; `None` where it was not read, or is not there.
    pub found: Option<CheckContent>,
    /// The last read showed that the org has no such check.
    pub found_none: bool,
    pub request_id: Option<String>,
    pub failure: Option<Failure>,
    pub created: Timestamp,
    pub changed: Timestamp,
    pub snapshot: SnapshotId,
    pub actor: String,
    pub note: Option<String>,
    pub undo_of: Option<CheckChangeId>,
    pub undone_by: Option<CheckChangeId>,
    /// What takes it back, where it was done: ask for it with [`CheckAsk::Undo`].
    pub undo: Option<CheckWish>,
}

/// Asks for one change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCheckChange {
    pub id: CheckChangeId,
}

impl Command for GetCheckChange {
    type Reply = CheckChange;
    const READS: &'static [Topic] = &[Topic::Activity];
}

/// Asks for changes of checks, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListCheckChanges {
    /// Only those of this check.
    pub check: Option<ObjectId>,
    /// Not for a single check.
    pub offset: u64,
    /// At most 200.
    pub limit: u32,
}

impl Command for ListCheckChanges {
    type Reply = CheckChangePage;
    const READS: &'static [Topic] = &[Topic::Activity];
}

/// One page of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckChangePage {
    pub now: Timestamp,
    /// How many there are in all, of every check.
    pub total: u64,
    pub changes: Vec<CheckChange>,
    /// Those that wait for a person, wherever they stand in the list.
    pub waiting: Vec<CheckChange>,
}

/// Lets a held change go on. The check is read again before its request, so nothing is done twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResumeCheckChange {
    pub id: CheckChangeId,
}

impl Command for ResumeCheckChange {
    type Reply = CheckChange;
    const STALES: &'static [Topic] = &[Topic::Activity];
}

/// Ends a change: what was not sent is not sent any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelCheckChange {
    pub id: CheckChangeId,
}

impl Command for CancelCheckChange {
    type Reply = CheckChange;
    const STALES: &'static [Topic] = &[Topic::Activity];
}
