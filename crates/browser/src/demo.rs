//! The outside of the core in browser mode: the simulated org on loopback, and keys for the caches.

use app::{Credentials, DemoOrg, Host, OrgUrl, SealedKey, Secret, failure, seal};
use contract::{Failure, session::SealedBy};
use demo_org::{Fault, FaultKind, Faults, Options};
use futures::{FutureExt, future::BoxFuture};
use keychain::Keeper;
use std::path::PathBuf;
use tokio::sync::Mutex;

/// Starts the simulated org when it is first asked for, and stops it when told.
pub struct DemoHost {
    options: Options,
    /// Where caches lie, for the name that their keys have in the keychain; `None` keeps caches in memory.
    data: Option<PathBuf>,
    running: Mutex<Option<demo_org::DemoOrg>>,
    keeper: Keeper,
}

impl DemoHost {
    /// An org of these options.
    pub fn new(options: Options, data: Option<PathBuf>) -> Self {
        Self { options, data, running: Mutex::default(), keeper: Keeper::os() }
    }

    /// Stops the org; whoever calls it then finds nobody there.
    pub async fn stop(&self) {
        if let Some(org) = self.running.lock().await.take() {
            org.stop().await;
        }
    }

    /// An org whose devices may not be read.
    pub fn devices_forbidden() -> Faults {
        Faults::from(Fault::on("/api/v1/devices", FaultKind::Forbidden))
    }

    async fn start(&self) -> Result<DemoOrg, Failure> {
        let mut running = self.running.lock().await;
        let org = match running.as_ref() {
            Some(org) => org,
            None => running.insert(demo_org::start(self.options.clone()).await.map_err(failure::bug)?),
        };
        Ok(DemoOrg {
            name: format!("demo-{}-{}", self.options.devices, self.options.seed),
            url: OrgUrl::parse(org.url()).map_err(failure::invalid_org)?,
            credentials: Credentials::ApiToken(Secret::new(org.token())),
            clock: None,
        })
    }
}

impl Host for DemoHost {
    fn demo_org(&self) -> BoxFuture<'_, Result<DemoOrg, Failure>> {
        self.start().boxed()
    }

    fn cache_key(&self, name: &str) -> Result<SealedKey, Failure> {
        match &self.data {
            Some(data) => seal::from(&self.keeper, SealedBy::Keychain, data, name),
            // A cache in memory uses no key.
            None => Ok(SealedKey { key: cache::Key::new([0; 32]), sealed_by: SealedBy::Memory }),
        }
    }
}
