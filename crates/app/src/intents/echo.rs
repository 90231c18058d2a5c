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
use std::sync::Arc;

/// More than so many are told in between.
const FULL: usize = 500;

/// Devices as they were read after their change.
#[derive(Default)]
pub(super) struct Echo {
    devices: Vec<(Device, Box<str>)>,
    gone: Vec<DeviceId>,
}

impl Echo {
    /// Takes note of a step's end, whatever that is: what was read is true.
    pub fn heard(&mut self, ended: Ended) {
        if let Some((device, raw)) = ended.device {
            self.devices.push((device, raw));
        } else if ended.gone {
            self.gone.push(ended.id);
        }
    }

    pub fn is_full(&self) -> bool {
        self.devices.len() + self.gone.len() >= FULL
    }

    /// Makes a snapshot of it. A failure costs nothing but time: the next sync tells the same.
    pub async fn tell(self, org: &Arc<Org>) {
        if self.devices.is_empty() && self.gone.is_empty() {
            return;
        }
        org.progress.idle().await;
        if !org.claim_sync() {
            return;
        }
        let told = self.write(org).await;
        if let Err(failure) = &told {
            tracing::warn!(%failure, "what was changed shows with the next sync");
        }
        org.progress.end(None);
        if matches!(told, Ok(true)) {
            org.events.stale(&[Topic::Session, Topic::Snapshot]);
        }
    }

    async fn write(self, org: &Arc<Org>) -> Result<bool, Failure> {
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
