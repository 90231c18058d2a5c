//! When syncs run: soon after an org is opened, then again and again, later when the org can't be reached, and whenever
//! somebody asks. Between two runs nothing wakes up.

use super::run::{self, Outcome};
use crate::{activity, config::Timing, org::Org, triage};
use contract::{Failure, FailureKind, Topic, activity::SyncEnd, session::Reach};
use domain::SnapshotId;
use std::{sync::Arc, time::Duration};
use tokio::{sync::mpsc, time};

/// So long a sync goes on asking about the people in the queue.
const ASKING: Duration = Duration::from_secs(15);

/// A run that was claimed and shall start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// Read everything and find deletions.
    pub full: bool,
}

/// Runs syncs for as long as the org is open.
pub(crate) async fn drive(org: Arc<Org>, timing: Timing, mut starts: mpsc::Receiver<Start>) {
    let mut wait = timing.first;
    let mut failures = 0;
    loop {
        let start = tokio::select! {
            asked = starts.recv() => match asked {
                Some(start) => start,
                None => return,
            },
            // What was changed from here shows, and what the log says of it.
            () = org.sync_wanted.notified() => match org.claim_sync() {
                true => Start { full: false },
                false => continue,
            },
            () = elapsed(wait) => match org.claim_sync() {
                true => Start { full: false },
                // Somebody claimed it at this very moment; the channel will tell.
                false => continue,
            },
        };
        let before = org.cache.latest_id().ok().flatten();
        let outcome = run::run(&org, start.full, timing.full_every).await;
        note(&org, &outcome, before).await;
        if matches!(outcome, Outcome::Completed) {
            // An org that lets one wait is asked again after the next sync.
            let _late = time::timeout(ASKING, triage::ask(&org)).await;
        }
        failures = match &outcome {
            Outcome::Failed(_) => failures + 1,
            Outcome::Completed | Outcome::Cancelled => 0,
        };
        wait = match (&outcome, timing.first) {
            (_, None) | (Outcome::Cancelled, _) => None,
            (Outcome::Completed, _) => Some(timing.every),
            (Outcome::Failed(_), _) => Some(timing.retry_after(failures)),
        };
        tell(&org, outcome);
        // Nobody waits for it, and what it does not reach is read after the next sync.
        if let Err(failure) = org.read(triage::read_older_levels).await {
            tracing::warn!(%failure, "levels of older events were not read");
        }
    }
}

/// Never, when there is nothing to wait for: a cancelled sync stays cancelled until somebody asks for one.
async fn elapsed(wait: Option<Duration>) {
    match wait {
        Some(wait) => time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

/// Puts the end of a sync into the journal, if it is worth an entry: most bring nothing new.
async fn note(org: &Arc<Org>, outcome: &Outcome, before: Option<SnapshotId>) {
    let failure = match outcome {
        Outcome::Completed => None,
        Outcome::Cancelled => Some(Failure::new(FailureKind::Cancelled, "Cancelled.")),
        Outcome::Failed(failure) => Some(failure.clone()),
    };
    let noted = org.read(move |org| {
        let end = match failure {
            None => match org.cache.latest_id().map_err(crate::failure::cache)? {
                Some(snapshot) if Some(snapshot) != before => SyncEnd::Snapshot(snapshot),
                _ => return Ok(()),
            },
            Some(failure) if failure.kind == FailureKind::Cancelled => SyncEnd::Cancelled,
            Some(failure) => SyncEnd::Failed(failure),
        };
        activity::note_sync(org, &end)
    });
    // Without room for the entry there was none for the sync either, and that is told.
    if let Err(failure) = noted.await {
        tracing::warn!(%failure, "the end of a sync is not in the journal");
    }
}

fn tell(org: &Org, outcome: Outcome) {
    let (failure, stale): (_, &[Topic]) = match outcome {
        Outcome::Completed => (None, &[Topic::Session, Topic::Snapshot, Topic::Activity, Topic::Triage]),
        Outcome::Cancelled => (None, &[Topic::Session]),
        Outcome::Failed(failure) => {
            tracing::warn!(kind = ?failure.kind, message = failure.message, "the sync failed");
            match failure.kind {
                FailureKind::Unreachable => org.set_reach(Reach::Offline { why: failure.message.clone() }),
                // What went wrong here says nothing about the org.
                FailureKind::Cache | FailureKind::DiskFull | FailureKind::BadInput | FailureKind::Bug => {}
                // Whoever refuses has answered.
                _ => org.set_reach(Reach::Online),
            }
            (Some(failure), &[Topic::Session])
        }
    };
    // The end comes before the news, so that whoever asks on hearing it finds the sync idle.
    org.progress.end(failure);
    org.events.stale(stale);
}
