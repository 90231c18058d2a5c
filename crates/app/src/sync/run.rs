//! One sync: every collection in turn, each page committed with its cursor. Knows how a failure of one collection is told
//! from one that ends the sync; how a collection is read is told in `read`.

use super::{
    read::Reader,
    stage::{Stage, Standing},
    step::{Step, label},
};
use crate::{failure, org::Org, snapshot};
use cache::RunKind;
use contract::{Failure, FailureKind, Topic, session::Reach, sync::SyncPhase};
use okta_client::{Cause, Error};
use std::{sync::Arc, time::Duration};

/// How many steps a sync has.
pub(crate) const STEPS: u32 = Step::ALL.len() as u32;

/// How a sync ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// There is a new snapshot. Collections that could not be read are told by it.
    Completed,
    /// There is none; what was read is kept for the next try where that makes sense.
    Failed(Failure),
    /// Somebody cancelled; nothing of it is left.
    Cancelled,
}

/// Why a collection was not read to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Somebody cancelled.
    Cancelled,
    /// The org did not give it.
    Org(Box<Error>),
    /// The cache did not take it.
    Cache(Failure),
    /// No collection at all came through; this is what the first one said.
    Nothing(Failure),
}

impl From<super::control::Cancelled> for Stop {
    fn from(_: super::control::Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Cancelled => Self::Cancelled,
            error => Self::Org(Box::new(error)),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Cache(failure)
    }
}

/// Syncs once.
pub(super) async fn run(org: &Arc<Org>, full: bool, full_every: Duration) -> Outcome {
    match go(org, full, full_every).await {
        Ok(()) => Outcome::Completed,
        Err(Stop::Cancelled) => Outcome::Cancelled,
        Err(Stop::Org(error)) => Outcome::Failed(failure::org(&error)),
        Err(Stop::Cache(failure) | Stop::Nothing(failure)) => Outcome::Failed(failure),
    }
}

async fn go(org: &Arc<Org>, full: bool, full_every: Duration) -> Result<(), Stop> {
    if org.read(snapshot::newest).await?.is_none() {
        an_org_answers(org).await?;
        // The pages open on people and devices, while the log and the rest are still on their way.
        snapshot_of(org, true, Scope::First).await?;
        org.events.stale(&[Topic::Session, Topic::Snapshot]);
        snapshot_of(org, false, Scope::All).await?;
        return Ok(());
    }
    let full = full || full_is_due(org, full_every).await?;
    if snapshot_of(org, full, Scope::All).await? == Resumed::Yes {
        // What was read before the interruption may have changed since.
        snapshot_of(org, false, Scope::All).await?;
    }
    Ok(())
}

/// Which steps a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// What the pages can't open without.
    First,
    All,
}

impl Scope {
    fn wants(self, step: Step) -> bool {
        self == Self::All || step.is_first()
    }

    /// Whether it had better wait than do without a collection that could not be read. A first snapshot without devices
    /// would show an empty org for as long as the rest takes; one that may never be read is not waited for.
    fn insists_on(self, step: Step, error: &Error) -> bool {
        self == Self::First && matches!(step, Step::Users | Step::Devices) && passes(error)
    }
}

/// Whether a run had been begun by an earlier sync.
#[derive(Debug, PartialEq, Eq)]
enum Resumed {
    Yes,
    No,
}

/// One run of the cache: the steps that are wanted, then the snapshot.
async fn snapshot_of(org: &Arc<Org>, full: bool, scope: Scope) -> Result<Resumed, Stop> {
    let stage = Stage::open(org, full).await?;
    let resumed = if stage.with(|run| Ok(run.resumed())).await? { Resumed::Yes } else { Resumed::No };
    let result = collections(org, &stage, scope).await;
    match result {
        Ok(()) => {
            org.control.checkpoint().await?;
            org.progress.phase(SyncPhase::Running, SyncPhase::Finishing);
            stage.complete(org).await?;
            org.progress.phase(SyncPhase::Finishing, SyncPhase::Running);
            Ok(resumed)
        }
        Err(stop @ (Stop::Cancelled | Stop::Nothing(_))) => {
            stage.discard().await?;
            Err(stop)
        }
        // The run stays open: the next sync goes on where this one stopped.
        Err(stop) => Err(stop),
    }
}

/// Whether everything has to be read: at first, and again after some time, since only a full listing finds deletions.
async fn full_is_due(org: &Arc<Org>, full_every: Duration) -> Result<bool, Failure> {
    let last = org.read(|org| {
        let snapshots = org.cache.snapshots().map_err(failure::cache)?;
        Ok(snapshots
            .into_iter()
            .find(|snapshot| snapshot.kind == RunKind::Full)
            .map(|snapshot| snapshot.started))
    });
    let age = last.await?.map(|started| org.now().since(started));
    Ok(age.is_none_or(|age| u128::try_from(age).is_ok_and(|age| age >= full_every.as_millis())))
}

/// Asks whether an org answers at all, before a token is sent to whoever does. Asked until a first sync has completed.
async fn an_org_answers(org: &Arc<Org>) -> Result<(), Stop> {
    match org.control.unless_cancelled(org.client.organization()).await? {
        Ok(_) => Ok(()),
        Err(
            Error::Malformed { .. }
            | Error::NotFound(_)
            | Error::BadRequest(_)
            | Error::NotAvailable(_)
            | Error::Forbidden { .. },
        ) => Err(Stop::Cache(failure::no_org_there())),
        Err(error) => Err(error.into()),
    }
}

async fn collections(org: &Arc<Org>, stage: &Stage, scope: Scope) -> Result<(), Stop> {
    let full = stage.is_full().await?;
    let all = full || org.is_slow_read_due();
    let mut reader = Reader::new(org.clone(), stage, full, all);
    let (mut came_through, mut first, mut in_a_row) = (0, None, 0);
    for (number, step) in (1..).zip(Step::ALL) {
        if !scope.wants(step) || (!all && !step.is_quick()) {
            continue;
        }
        org.control.checkpoint().await?;
        let collection = step.collection();
        let standing = stage.standing(&collection).await?;
        if standing.done {
            came_through += 1;
            continue;
        }
        let expected = if full { expected(org, step).await? } else { None };
        org.progress.collection(number, label(&collection), expected);
        match read(&mut reader, step, standing).await {
            Ok(outcome) => {
                stage.finish(&collection, outcome).await?;
                org.set_reach(Reach::Online);
                (came_through, in_a_row) = (came_through + 1, 0);
            }
            Err(Stop::Org(error)) if !ends_the_sync(&error) && !scope.insists_on(step, &error) => {
                let failure = failure::org(&error);
                tracing::warn!(collection = label(&collection), kind = ?failure.kind, message = failure.message, "not read");
                in_a_row = if failure.kind == FailureKind::Unreachable { in_a_row + 1 } else { 0 };
                if in_a_row == PATIENCE {
                    return Err(Stop::Org(error));
                }
                stage.finish(&collection, snapshot::failed(&failure)).await?;
                first.get_or_insert(failure);
            }
            Err(stop) => return Err(stop),
        }
    }
    if all && scope.wants(Step::Zones) {
        org.slow_read_done();
    }
    match first {
        Some(failure) if came_through == 0 => Err(Stop::Nothing(failure)),
        _ => Ok(()),
    }
}

/// So many collections in a row that can't be reached are not the collections' fault.
const PATIENCE: u32 = 2;

async fn read(reader: &mut Reader<'_>, step: Step, standing: Standing) -> Result<cache::Outcome, Stop> {
    match step {
        Step::Users => reader.users(standing).await,
        Step::Devices => reader.devices(standing).await,
        Step::Log => reader.log(standing).await,
        Step::Risks => reader.risks().await,
        step => reader.objects(step, standing).await,
    }
}

/// Whether every other collection would meet the same: no network, or nobody there who takes the credential.
fn ends_the_sync(error: &Error) -> bool {
    match error {
        Error::Unreachable { cause, .. } => *cause != Cause::Cut,
        Error::Unauthorized(_)
        | Error::TokenRefused { .. }
        | Error::DpopRequired
        | Error::Key(_)
        | Error::InvalidOrg(_)
        | Error::Setup(_)
        | Error::Cancelled => true,
        Error::Forbidden { .. }
        | Error::NotAvailable(_)
        | Error::NotFound(_)
        | Error::Conflict(_)
        | Error::BadRequest(_)
        | Error::RateLimited { .. }
        | Error::Malformed { .. }
        | Error::TooLarge { .. }
        | Error::ForeignLink { .. }
        | Error::Timeout { .. }
        | Error::Server(_) => false,
    }
}

/// Whether it may be gone by the next try.
fn passes(error: &Error) -> bool {
    matches!(
        error,
        Error::Unreachable { .. } | Error::Timeout { .. } | Error::Server(_) | Error::RateLimited { .. }
    )
}

/// About how many items the collection has, as the last sync counted them.
async fn expected(org: &Arc<Org>, step: Step) -> Result<Option<u64>, Failure> {
    org.read(move |org| snapshot::expected(org, &step.collection())).await
}
