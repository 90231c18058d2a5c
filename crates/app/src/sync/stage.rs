//! The open run of the cache, for use from async code: every write leaves the caller's thread, one at a time.

use crate::{failure, org::Org};
use cache::{Collection, Outcome, Run, RunKind};
use contract::Failure;
use domain::SnapshotId;
use std::sync::{Arc, Mutex, PoisonError};

/// An open run. Dropping it leaves the run open, to be resumed.
pub(crate) struct Stage(Arc<Mutex<Option<Run>>>);

/// How a collection stood when it was begun in this session.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// Where an interrupted listing goes on.
    pub cursor: Option<String>,
    /// The note of the last sync that came through.
    pub mark: Option<String>,
    /// It was finished before the interruption.
    pub done: bool,
    /// Items that were read before.
    pub items: u64,
}

impl Stage {
    /// Begins a run, or resumes the one that was interrupted. An interrupted incremental run does not stand in for a full
    /// one: it is taken back.
    pub async fn open(org: &Arc<Org>, full: bool) -> Result<Self, Failure> {
        let kind = if full { RunKind::Full } else { RunKind::Incremental };
        let run = org.read(move |org| {
            let now = org.now();
            let mut run = org.cache.begin_or_resume_run(kind, now).map_err(failure::cache)?;
            if full && run.kind() == RunKind::Incremental {
                run.discard().map_err(failure::cache)?;
                run = org.cache.begin_or_resume_run(kind, now).map_err(failure::cache)?;
            }
            Ok(run)
        });
        Ok(Self(Arc::new(Mutex::new(Some(run.await?)))))
    }

    /// Does something with the run, off the caller's thread.
    pub async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Run) -> cache::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let run = self.0.clone();
        let work = move || {
            let mut run = run.lock().unwrap_or_else(PoisonError::into_inner);
            match run.as_mut() {
                Some(run) => work(run).map_err(failure::cache),
                None => Err(Failure::bug("the run has ended")),
            }
        };
        tokio::task::spawn_blocking(work).await.map_err(failure::task)?
    }

    async fn end<T: Send + 'static>(
        self,
        work: impl FnOnce(Run) -> cache::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let end = move || {
            let run = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
            run.map(work).ok_or_else(|| Failure::bug("the run has ended"))?.map_err(failure::cache)
        };
        tokio::task::spawn_blocking(end).await.map_err(failure::task)?
    }

    /// Which kind of run it is; a resumed one keeps its kind.
    pub async fn is_full(&self) -> Result<bool, Failure> {
        self.with(|run| Ok(run.kind() == RunKind::Full)).await
    }

    /// How a collection stands.
    pub async fn standing(&self, collection: &Collection) -> Result<Standing, Failure> {
        let collection = collection.clone();
        let standing = move |run: &mut Run| {
            if matches!(run.outcome(&collection)?, Some(Outcome::Failed { .. })) {
                // It failed before an interruption: this session tries again.
                run.restart(&collection)?;
            }
            Ok(Standing {
                cursor: run.cursor(&collection)?,
                mark: run.mark(&collection)?,
                done: matches!(run.outcome(&collection)?, Some(Outcome::Complete | Outcome::Changes)),
                items: run.tally(&collection)?.items,
            })
        };
        self.with(standing).await
    }

    /// Ends a collection.
    pub async fn finish(&self, collection: &Collection, outcome: Outcome) -> Result<(), Failure> {
        let collection = collection.clone();
        self.with(move |run| run.finish_collection(&collection, outcome)).await
    }

    /// Makes the run the newest snapshot.
    pub async fn complete(self, org: &Org) -> Result<SnapshotId, Failure> {
        let now = org.now();
        self.end(move |run| run.complete(now)).await
    }

    /// Takes everything back but log events.
    pub async fn discard(self) -> Result<(), Failure> {
        self.end(Run::discard).await
    }
}
