//! What only the outside has, handed in: the demo org's server, and where keys and credentials are kept. Keeps the core from knowing
//! the simulator, the keychain or the shell.

use crate::{clock::Clock, failure, seal::Vault, settings::OrgSettings};
use contract::{Failure, session::SealedBy};
use futures::future::BoxFuture;
use okta_client::{Credentials, OrgUrl, Secret};
use std::{path::PathBuf, sync::Arc};

/// What the program around the core provides.
pub trait Host: Send + Sync + 'static {
    /// Starts the simulated org, or tells the one that runs already.
    fn demo_org(&self) -> BoxFuture<'_, Result<DemoOrg, Failure>>;

    /// The key of the cache called `name`, made on the first call and the same on every later one. May ask the OS
    /// keychain, so it is called where waiting does no harm.
    fn cache_key(&self, name: &str) -> Result<SealedKey, Failure>;

    /// The folder for files that a person asks for; `None` where there is none, and one has to be named each time.
    fn downloads(&self) -> Option<PathBuf> {
        None
    }

    /// Where keys and credentials of connected orgs are kept. A program that keeps nothing connects nothing.
    fn vault(&self) -> Result<Vault, Failure> {
        Err(failure::no_vault())
    }

    /// The org that `org.toml` and the environment name, if they do.
    fn settings(&self) -> Result<Option<OrgSettings>, Failure> {
        Ok(None)
    }

    /// The system's clipboard, where the program has one.
    fn clipboard(&self) -> Option<&dyn Clipboard> {
        None
    }
}

/// The system's clipboard. What is taken from it goes to the core, past the page.
pub trait Clipboard: Send + Sync {
    /// The text on it.
    fn text(&self) -> Result<Secret, Failure>;
    /// Clears it, if it still holds this.
    fn clear_if(&self, held: &Secret);
}

/// The simulated org, running.
#[derive(Clone)]
pub struct DemoOrg {
    /// The name of its cache; another seed or size is another org, so it belongs into the name.
    pub name: String,
    /// Where it listens.
    pub url: OrgUrl,
    /// What it accepts.
    pub credentials: Credentials,
    /// Its clock, when it does not keep the core's time: ages are then told against this one.
    pub clock: Option<Arc<dyn Clock>>,
}

/// A cache's key, and what keeps it.
pub struct SealedKey {
    /// The key itself.
    pub key: cache::Key,
    /// What keeps it; [`SealedBy::Memory`] makes a cache without a file.
    pub sealed_by: SealedBy,
}
