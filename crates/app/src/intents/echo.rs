//! What was changed and read back, put into a snapshot of its own: the org's lists lag behind, and nobody should have to
//! wait for them to see what they did. Without this the next sync would tell the same, a little later.

use super::step::Ended;
use crate::{
    failure,
    org::Org,
    sync::{Stage, label},
};
use cache::{Collection, Outcome};
use contract::{Failure, Topic};
use domain::{Device, DeviceId};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// So many wait before they are told while a change is still running.
const FULL: usize = 500;
/// More than so many do not wait for a sync that does not end: the next one tells the same.
const MOST: usize = 20_000;

/// Devices as they were read after their change, until a snapshot shows them.
#[derive(Default)]
pub(super) struct Echo {
    heard: Mutex<Batch>,
    /// It is time to tell them.
    due: Notify,
}

#[derive(Default)]
struct Batch {
    devices: Vec<(Device, Box<str>)>,
    gone: Vec<DeviceId>,
}

/// Tells what was heard whenever it is due and no sync runs. A task of its own: a sync may take long, or be paused, and changes
/// go on meanwhile.
pub(super) async fn drive(org: Arc<Org>) {
    loop {
        org.intents.echo.due.notified().await;
        org.progress.idle().await;
        while !org.claim_sync() {
            org.progress.idle().await;
        }
        let told = org.intents.echo.take().write(&org).await;
        if let Err(failure) = &told {
            tracing::warn!(%failure, "what was changed shows with the next sync");
        }
        org.progress.end(None);
        if matches!(told, Ok(true)) {
            org.events.stale(&[Topic::Session, Topic::Snapshot]);
        }
    }
}

impl Echo {
    fn batch(&self) -> MutexGuard<'_, Batch> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a step's end, whatever that is: what was read is true.
    pub fn heard(&self, ended: Ended) {
        let mut batch = self.batch();
        if batch.len() >= MOST {
            return;
        }
        if let Some((device, raw)) = ended.device {
            batch.devices.push((device, raw));
        } else if ended.gone {
            batch.gone.push(ended.id);
        }
        if batch.len() >= FULL {
            self.due.notify_one();
        }
    }

    /// Tells it soon.
    pub fn tell(&self) {
        if self.batch().len() > 0 {
            self.due.notify_one();
        }
    }

    fn take(&self) -> Batch {
        std::mem::take(&mut *self.batch())
    }
}

impl Batch {
    fn len(&self) -> usize {
        self.devices.len() + self.gone.len()
    }

    /// Makes a snapshot of it. A failure costs nothing but time: the next sync tells the same.
    async fn write(self, org: &Arc<Org>) -> Result<bool, Failure> {
        if self.len() == 0 {
            return Ok(false);
        }
        // A sync that was interrupted goes on where it was; completing it here would make half of it a snapshot.
        if org.read(|org| org.cache.open_run().map_err(failure::cache)).await?.is_some() {
            return Ok(false);
        }
        let (devices, gone) = (self.devices, self.gone);
        org.progress.collection(1, label(&Collection::Devices), Some((devices.len() + gone.len()) as u64));
        let stage = Stage::open(org, false).await?;
        stage
            .with(move |run| {
                run.put_devices(devices, None)?;
                run.remove_devices(&gone)
            })
            .await?;
        stage.finish(&Collection::Devices, Outcome::Changes).await?;
        stage.complete(org).await?;
        Ok(true)
    }
}
