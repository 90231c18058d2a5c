//! What was changed and read back, put into a snapshot of its own, so that the list of checks shows it at once. Without this
//! the next sync would tell the same, a little later.

use super::kept::{KeptCheck, as_object};
use crate::{
    failure,
    org::Org,
    sync::{Stage, label},
};
use cache::{Collection, Outcome};
use contract::{Failure, Topic};
use domain::{ObjectId, ObjectKind, OrgCheck};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// How a change came to its end: what was read last.
pub(super) enum Ended {
    There(Box<OrgCheck>, Box<str>),
    Gone(ObjectId),
}

/// Checks as they were read after their change, until a snapshot shows them.
#[derive(Default)]
pub(super) struct Echo {
    heard: Mutex<Batch>,
    /// It is time to tell them.
    due: Notify,
}

/// What was heard, each with the number of its hearing.
#[derive(Default)]
struct Batch {
    last: u64,
    heard: Vec<(u64, Ended)>,
}

/// Tells what was heard whenever it is due and no sync runs. A task of its own: a sync may take long, or be paused.
pub(super) async fn drive(org: Arc<Org>) {
    loop {
        org.checks.echo.due.notified().await;
        org.progress.idle().await;
        while !org.claim_sync() {
            org.progress.idle().await;
        }
        let told = write(&org).await;
        if let Err(failure) = &told {
            tracing::warn!(%failure, "the changed check shows with the next sync");
        }
        org.progress.end(None);
        if matches!(told, Ok(true)) {
            org.events.stale(&[Topic::Session, Topic::Snapshot]);
        }
    }
}

impl Ended {
    fn id(&self) -> &ObjectId {
        match self {
            Self::There(check, _) => &check.id,
            Self::Gone(id) => id,
        }
    }
}

impl Echo {
    fn batch(&self) -> MutexGuard<'_, Batch> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what was read, whatever became of the change: it is true. Of one check the last read counts.
    pub fn heard(&self, ended: Ended) {
        let mut batch = self.batch();
        batch.heard.retain(|(_, before)| before.id() != ended.id());
        batch.last += 1;
        let number = batch.last;
        batch.heard.push((number, ended));
        drop(batch);
        self.due.notify_one();
    }

    /// Makes checks of a snapshot what they are known to be since.
    pub fn lay_over(&self, checks: &mut Vec<KeptCheck>) {
        for (_, ended) in &self.batch().heard {
            checks.retain(|kept| kept.object.id != *ended.id());
            if let Ended::There(check, _) = ended {
                checks.push(KeptCheck { object: as_object(check), check: Ok(OrgCheck::clone(check)) });
            }
        }
    }
}

/// Makes a snapshot of it. What was heard stays laid over the one before until then; a failure costs nothing but time, for
/// the next sync tells the same.
async fn write(org: &Arc<Org>) -> Result<bool, Failure> {
    let (mut there, mut gone) = (Vec::new(), Vec::new());
    let last = {
        let batch = org.checks.echo.batch();
        for (_, ended) in &batch.heard {
            match ended {
                Ended::There(check, raw) => there.push((as_object(check), raw.clone())),
                Ended::Gone(id) => gone.push(id.clone()),
            }
        }
        batch.last
    };
    let written = match there.len() + gone.len() {
        0 => Ok(false),
        _ => make_snapshot(org, there, gone).await,
    };
    // Whatever came of it, it is not tried again; what was heard meanwhile is.
    org.checks.echo.batch().heard.retain(|(number, _)| *number > last);
    written
}

async fn make_snapshot(
    org: &Arc<Org>,
    there: Vec<(domain::OrgObject, Box<str>)>,
    gone: Vec<ObjectId>,
) -> Result<bool, Failure> {
    // A sync that was interrupted goes on where it was; completing it here would make half of it a snapshot.
    if org.read(|org| org.cache.open_run().map_err(failure::cache)).await?.is_some() {
        return Ok(false);
    }
    let collection = Collection::Objects(ObjectKind::PostureCheck);
    org.progress.collection(1, label(&collection), Some((there.len() + gone.len()) as u64));
    let stage = Stage::open(org, false).await?;
    let into = collection.clone();
    stage
        .with(move |run| {
            run.put_objects(&into, there, None)?;
            run.remove_objects(&ObjectKind::PostureCheck, &gone)
        })
        .await?;
    stage.finish(&collection, Outcome::Changes).await?;
    stage.complete(org).await?;
    Ok(true)
}
