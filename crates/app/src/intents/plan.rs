//! The dry run: which devices a change would touch, which it would refuse and why, and what has to be confirmed. Reads the
//! cache alone; the org is asked again, device by device, right before each request.

use super::begin;
use crate::{failure, org::Org, snapshot};
use cache::DeviceRow;
use contract::{
    Failure, FailureKind,
    intents::{MOST_STEPS, Plan, PlanId, PlanMove, PlannedDevice, RefusedDevice, Targets},
};
use domain::{
    Confirmation, DeviceId, IntentId, IntentState, Lifecycle, LifecycleMove, SnapshotId, StepState, Tier,
    Timestamp,
};
use std::collections::{HashSet, VecDeque};

/// So many plans are kept for their confirmation; a page that is left never asks for its own again.
const KEPT: usize = 16;
/// So many devices of a plan are named.
const NAMED: usize = 200;

/// The latest plans.
#[derive(Default)]
pub(super) struct Plans {
    next: u64,
    kept: VecDeque<(PlanId, Made)>,
}

/// A plan with all of its devices, as it will be carried out.
pub(super) struct Made {
    pub wish: LifecycleMove,
    pub snapshot: SnapshotId,
    pub targets: Vec<Target>,
    pub refused: Vec<RefusedDevice>,
    pub confirm: Confirmation,
    pub undo_of: Option<IntentId>,
    pub queued_intent: Option<IntentId>,
}

/// One device that would be changed.
pub(super) struct Target {
    pub device: DeviceId,
    pub name: Option<Box<str>>,
    pub serial: Option<Box<str>>,
    pub user: Option<Box<str>>,
    pub users: Option<u32>,
    pub status: Lifecycle,
    /// Its step in the queued intent that is confirmed again.
    pub n: Option<u32>,
}

impl Plans {
    fn keep(&mut self, made: Made) -> PlanId {
        self.next += 1;
        let id = PlanId(self.next);
        self.kept.push_back((id, made));
        while self.kept.len() > KEPT {
            self.kept.pop_front();
        }
        id
    }

    /// Takes a plan out: it is confirmed once.
    pub fn take(&mut self, id: PlanId) -> Option<Made> {
        let at = self.kept.iter().position(|(known, _)| *known == id)?;
        self.kept.remove(at).map(|(_, made)| made)
    }

    pub fn get(&self, id: PlanId) -> Option<&Made> {
        self.kept.iter().find(|(known, _)| *known == id).map(|(_, made)| made)
    }
}

/// Plans a change.
pub(super) fn plan(org: &Org, command: &PlanMove) -> Result<Plan, Failure> {
    let made = make(org, command)?;
    let delay = match made.wish.tier() {
        Tier::Reversible => 0,
        Tier::Destructive => u32::try_from(org.second_thoughts.as_secs()).unwrap_or(u32::MAX),
    };
    let count = made.targets.len() as u64;
    let planned = |target: &Target| PlannedDevice {
        id: target.device.clone(),
        name: target.name.as_deref().map(str::to_owned),
        serial: target.serial.as_deref().map(str::to_owned),
        user: target.user.as_deref().map(str::to_owned),
        users: target.users,
        status: target.status.clone(),
    };
    Ok(Plan {
        wish: made.wish,
        tier: made.wish.tier(),
        snapshot: made.snapshot,
        now: org.now(),
        count,
        first: made.targets.iter().take(NAMED).map(planned).collect(),
        refused: made.refused.len() as u64,
        refused_first: made.refused.iter().take(NAMED).cloned().collect(),
        people: made.targets.iter().map(|target| u64::from(target.users.unwrap_or(0))).sum(),
        shared: made.targets.iter().filter(|target| target.users.is_some_and(|n| n > 1)).count() as u64,
        confirm: made.confirm.clone(),
        delay,
        queued: org.is_offline(),
        blocked: begin::may_write(org).err(),
        undo_of: made.undo_of,
        queued_intent: made.queued_intent,
        id: org.intents.plans().keep(made),
    })
}

fn make(org: &Org, command: &PlanMove) -> Result<Made, Failure> {
    let mut wish = command.wish;
    let (mut undo_of, mut queued_intent) = (None, None);
    let wanted = match &command.targets {
        Targets::Devices(ids) => by_id(org, ids.iter().cloned().map(Wanted::new))?,
        // What the list showed may be long ago: the newest snapshot tells who matches, and the plan how many they are.
        Targets::Matching { snapshot: _, query, except } => {
            matching(org, snapshot::chosen(org, None)?, query, except)?
        }
        Targets::ChangedBy(id) => {
            let intent = org.intent(*id)?;
            wish = intent.wish.undo().ok_or_else(|| nothing_to_undo(intent.wish))?;
            undo_of = Some(*id);
            let steps = org.cache.steps(*id, Some(StepState::Verified), 0, usize::MAX >> 1);
            let steps = steps.map_err(failure::cache)?;
            by_id(org, steps.into_iter().map(|step| Wanted::new(step.device)))?
        }
        Targets::Queued(id) => {
            let intent = org.intent(*id)?;
            if intent.state != IntentState::Queued {
                return Err(Failure::new(FailureKind::BadInput, "This change is not queued any more."));
            }
            (wish, queued_intent) = (intent.wish, Some(*id));
            let steps = org.cache.steps(*id, Some(StepState::Waiting), 0, usize::MAX >> 1);
            let steps = steps.map_err(failure::cache)?;
            by_id(org, steps.into_iter().map(|step| Wanted { device: step.device, n: Some(step.n) }))?
        }
    };
    let newest = snapshot::chosen(org, None)?;
    let (targets, refused) = sort_out(org, wish, newest, wanted, queued_intent)?;
    let only = match &targets[..] {
        [one] => one.name.as_deref(),
        _ => None,
    };
    let confirm = Confirmation::of(wish, targets.len() as u64, only);
    Ok(Made { wish, snapshot: newest, confirm, targets, refused, undo_of, queued_intent })
}

fn nothing_to_undo(wish: LifecycleMove) -> Failure {
    let failure = Failure::new(FailureKind::BadInput, "This change can't be taken back.");
    wish.undo_lacks().map_or(failure.clone(), |why| failure.hint(why))
}

/// A device that somebody wants changed.
struct Wanted {
    device: DeviceId,
    n: Option<u32>,
}

impl Wanted {
    fn new(device: DeviceId) -> Self {
        Self { device, n: None }
    }
}

/// A wanted device with its row, if the snapshot has it.
type Found = (Wanted, Option<DeviceRow>);

fn by_id(org: &Org, wanted: impl ExactSizeIterator<Item = Wanted>) -> Result<Vec<Found>, Failure> {
    enough(wanted.len() as u64)?;
    let newest = snapshot::chosen(org, None)?;
    let mut known = HashSet::new();
    let once = wanted.filter(|wanted| known.insert(wanted.device.clone())).collect::<Vec<_>>();
    let found = |wanted: Wanted| {
        let row = org.cache.device_row(newest, &wanted.device).map_err(failure::cache)?;
        Ok((wanted, row))
    };
    once.into_iter().map(found).collect()
}

fn matching(
    org: &Org,
    snapshot: SnapshotId,
    query: &domain::DeviceQuery,
    except: &[DeviceId],
) -> Result<Vec<Found>, Failure> {
    let listing = org.cache.devices(snapshot, query).map_err(failure::cache)?;
    enough(listing.total().saturating_sub(except.len() as u64))?;
    let except: HashSet<&DeviceId> = except.iter().collect();
    let most = usize::try_from(listing.total()).unwrap_or(usize::MAX);
    let rows = org.cache.device_rows(&listing, 0, most).map_err(failure::cache)?;
    let rows = rows.into_iter().filter(|row| !except.contains(&row.id));
    Ok(rows.map(|row| (Wanted::new(row.id.clone()), Some(row))).collect())
}

fn enough(count: u64) -> Result<(), Failure> {
    if count > MOST_STEPS {
        let message = format!("{count} devices are too many for one change; the most is {MOST_STEPS}.");
        return Err(Failure::new(FailureKind::BadInput, message).hint("Filter the list further."));
    }
    if count == 0 {
        return Err(Failure::new(FailureKind::BadInput, "No device is chosen."));
    }
    Ok(())
}

/// Tells what would be changed from what would be refused.
fn sort_out(
    org: &Org,
    wish: LifecycleMove,
    newest: SnapshotId,
    wanted: Vec<Found>,
    own: Option<IntentId>,
) -> Result<(Vec<Target>, Vec<RefusedDevice>), Failure> {
    let known = org.cache.snapshot(newest).map_err(failure::cache)?.map(|s| s.finished);
    let (mut targets, mut refused) = (Vec::new(), Vec::new());
    for (Wanted { device, n }, row) in wanted {
        let Some(row) = row else {
            let why = "It is not in the newest snapshot: it may have been deleted.".to_owned();
            refused.push(RefusedDevice { id: device, name: None, status: None, why });
            continue;
        };
        let mut status = row.status;
        let why = match since_snapshot(org, &device, known, own)? {
            Latest::Nothing => refusal(wish, &status),
            Latest::Status(newer) => {
                status = newer;
                refusal(wish, &status)
            }
            Latest::Deleted => Some("It was deleted from here.".to_owned()),
            Latest::UnderWay => Some("Another change of it is not over yet.".to_owned()),
        };
        let (name, serial) = (row.profile.display_name, row.profile.serial_number);
        match why {
            Some(why) => refused.push(RefusedDevice {
                id: device,
                name: name.map(String::from),
                status: Some(status),
                why,
            }),
            None => targets.push(Target {
                device,
                name,
                serial,
                user: row.user_name,
                users: row.users,
                status,
                n,
            }),
        }
    }
    Ok((targets, refused))
}

/// Why the move is not made from this state; the org decides about a state that nobody knows.
fn refusal(wish: LifecycleMove, status: &Lifecycle) -> Option<String> {
    if wish.allowed_from(status) != Some(false) {
        return None;
    }
    if wish.target().as_ref() == Some(status) {
        return Some(format!("It is {} already.", status.label().to_lowercase()));
    }
    let from: Vec<_> = Lifecycle::KNOWN
        .iter()
        .filter(|from| wish.allowed_from(from) == Some(true))
        .map(|from| from.label().to_lowercase())
        .collect();
    Some(format!(
        "It is {}; only {} devices can be {}.",
        status.label().to_lowercase(),
        from.join(" or "),
        wish.done()
    ))
}

/// What was done to a device from here that its snapshot can't know of yet.
enum Latest {
    Nothing,
    Status(Lifecycle),
    Deleted,
    UnderWay,
}

fn since_snapshot(
    org: &Org,
    device: &DeviceId,
    finished: Option<Timestamp>,
    own: Option<IntentId>,
) -> Result<Latest, Failure> {
    let steps = org.cache.steps_of_device(device, 4).map_err(failure::cache)?;
    let mut steps =
        steps.into_iter().map(|(step, _)| step).filter(|step| Some(step.intent) != own).peekable();
    if steps.peek().is_some_and(|step| !step.state.is_over()) {
        return Ok(Latest::UnderWay);
    }
    let newer =
        steps.find(|step| step.state == StepState::Verified && finished.is_none_or(|at| step.changed >= at));
    Ok(match newer.and_then(|step| step.found) {
        None => Latest::Nothing,
        Some(found) if &*found == "GONE" => Latest::Deleted,
        Some(found) => Latest::Status(Lifecycle::from(&*found)),
    })
}
