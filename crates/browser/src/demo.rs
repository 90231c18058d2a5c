//! The outside of the core in browser mode: the simulated org on loopback, and keys for the caches.

use app::{
    Credentials, DemoOrg, Host, OrgSettings, OrgUrl, SealedKey, Secret, failure, seal::Vault,
    settings::READ_SCOPES,
};
use contract::{Failure, session::SealedBy};
use demo_org::Options;
use futures::{FutureExt, future::BoxFuture};
use std::path::PathBuf;
use tokio::sync::Mutex;

/// The token of an org that shows how a missing right looks.
const NARROW: &str = "00demoNarrowNarrowNarrowNarrowNarrowNarrow";

/// Starts the simulated org when it is first asked for, and stops it when told.
pub struct DemoHost {
    options: Options,
    /// Where caches lie, for the name that their keys have in the keychain; `None` keeps caches in memory.
    data: Option<PathBuf>,
    running: Mutex<Option<demo_org::DemoOrg>>,
    /// Keys and credentials are kept under it, if there is one; or else in the keychain.
    passphrase: Option<keychain::Secret>,
    may_read_devices: bool,
}

impl DemoHost {
    /// An org of these options.
    pub fn new(options: Options, data: Option<PathBuf>) -> Self {
        Self { options, data, running: Mutex::default(), passphrase: None, may_read_devices: true }
    }

    /// Stops the org; whoever calls it then finds nobody there.
    pub async fn stop(&self) {
        if let Some(org) = self.running.lock().await.take() {
            org.stop().await;
        }
    }

    /// The same with a passphrase in the place of the keychain.
    #[must_use]
    pub fn with_passphrase(self, passphrase: Option<keychain::Secret>) -> Self {
        Self { passphrase, ..self }
    }

    /// The same with a token that may not read devices.
    #[must_use]
    pub fn without_devices(self) -> Self {
        Self { may_read_devices: false, ..self }
    }

    fn token<'o>(&self, org: &'o demo_org::DemoOrg) -> &'o str {
        if self.may_read_devices {
            return org.token();
        }
        let scopes: Vec<&str> =
            READ_SCOPES.iter().copied().filter(|scope| *scope != "okta.devices.read").collect();
        org.control().add_api_token(NARROW, &scopes);
        NARROW
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
            credentials: Credentials::ApiToken(Secret::new(self.token(org))),
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
            Some(_) => self.vault()?.cache_key(name),
            // A cache in memory uses no key.
            None => Ok(SealedKey { key: cache::Key::new([0; 32]), sealed_by: SealedBy::Memory }),
        }
    }

    fn downloads(&self) -> Option<PathBuf> {
        dirs::download_dir().or_else(dirs::home_dir).filter(|folder| folder.is_dir())
    }

    fn vault(&self) -> Result<Vault, Failure> {
        let data = self.data.as_ref().ok_or_else(failure::no_vault)?;
        Ok(Vault::new(data, self.passphrase.clone()))
    }

    fn settings(&self) -> Result<Option<OrgSettings>, Failure> {
        // The environment is read here, at the edge, and nowhere deeper.
        let Some(data) = &self.data else { return Ok(None) };
        OrgSettings::read(data, |name| std::env::var(name).ok())
    }
}
