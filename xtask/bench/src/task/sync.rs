//! The first sync of an org, as the core does it: compressed replies, encrypted cache, search index, history.

use super::core;
use crate::usage::{self, Usage};
use anyhow::{Result, bail};
use app::App;
use contract::{
    Event, Topic,
    session::GetSession,
    sync::{CancelSync, GetSync, StartSync, SyncPhase},
};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Instant};
use tokio::sync::broadcast::error::RecvError;

/// What a sync cost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Synced {
    pub usage: Usage,
    /// Seconds.
    pub wall: f64,
    pub devices: u64,
    pub users: u64,
    pub events: u64,
    /// Size of the cache file, in bytes.
    pub file: u64,
}

/// Syncs up to the first snapshot (people, devices and their links), or `whole`: up to the end of the second one, with
/// the log and everything else.
pub fn sync(url: &str, cache: PathBuf, whole: bool) -> Result<Synced> {
    let (start, runtime) = (Instant::now(), tokio::runtime::Runtime::new()?);
    let (mut synced, app) = runtime.block_on(async {
        let app = core::open(url, cache.clone()).await?;
        wait(&app, whole).await?;
        let (usage, wall) = (usage::so_far()?, start.elapsed().as_secs_f64());
        // What the session after the first snapshot has brought meanwhile must not be in the file.
        app.call(CancelSync {}).await?;
        let session = app.call(GetSession {}).await?;
        let Some(snapshot) = session.org.and_then(|org| org.snapshot) else { bail!("there is no snapshot") };
        let (devices, users, events) = (snapshot.devices, snapshot.users, snapshot.events);
        anyhow::Ok((Synced { usage, wall, devices, users, events, file: 0 }, app))
    })?;
    // The last handle writes everything into the file itself.
    drop((app, runtime));
    synced.file = std::fs::metadata(&cache)?.len();
    Ok(synced)
}

async fn wait(app: &App, whole: bool) -> Result<()> {
    let mut events = app.events();
    app.call(StartSync { full: true }).await?;
    loop {
        let news = match events.recv().await {
            Ok(Event::Stale(topics)) => topics.contains(&Topic::Snapshot),
            // What was missed may have been the news.
            Err(RecvError::Lagged(_)) => true,
            Ok(Event::Sync(_)) => false,
            Err(RecvError::Closed) => bail!("the core has ended"),
        };
        let state = app.call(GetSync {}).await?;
        if let Some(failure) = state.failure {
            bail!("the sync failed: {failure}");
        }
        let idle = state.phase == SyncPhase::Idle;
        if idle
            || (news
                && !whole
                && app.call(GetSession {}).await?.org.is_some_and(|org| org.snapshot.is_some()))
        {
            return Ok(());
        }
    }
}
