//! The use cases: one handler per command, and the sync that keeps the cache up to date. Knows neither the shell, nor the
//! browser's bridge, nor the simulated org: what only the outside has is handed in through [`Host`].

mod activity;
pub mod cases;
mod check_changes;
mod checks;
pub mod clock;
mod config;
mod connection;
mod containment;
mod copy;
mod devices;
mod errand;
mod event_facts;
mod events;
pub mod export;
mod facets;
pub mod failure;
mod host;
mod intents;
mod lab;
mod log;
mod log_events;
mod logout;
mod org;
mod orgs;
mod overview;
mod private_file;
mod protection;
mod readiness;
pub mod seal;
mod search;
mod session;
pub mod settings;
mod snapshot;
mod sync;
mod triage;
mod users;
mod views;

pub use clock::{Clock, SetClock, SystemClock};
pub use config::{Config, Timing};
pub use connection::{CacheHome, OrgConnection, cache_path};
pub use copy::{Link, LocalCopy};
pub use host::{Clipboard, DemoOrg, Host, SealedKey};
pub use okta_client::{Credentials, OrgUrl, Secret, Settings as ClientSettings};
pub use settings::OrgSettings;

use check_changes::Publisher;
use containment::Responder;
use contract::{Command, Event, Failure, Handle, Request, Topic};
use events::Events;
use intents::Executor;
use org::Org;
use orgs::Orgs;
use serde_json::value::RawValue;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use sync::Sync as OrgSync;
use tokio::sync::broadcast;

/// The core. Cheap to clone; clones are the same core. Lives in a tokio runtime.
#[derive(Clone)]
pub struct App(Arc<Core>);

struct Core {
    config: Config,
    events: Events,
    open: RwLock<Option<Open>>,
    /// Held while an org is opened, so that two openings don't fight over one cache file.
    opening: tokio::sync::Mutex<()>,
    exports: export::Exports,
    orgs: Orgs,
}

/// The open org and what keeps it up to date; dropping it ends the sync.
struct Open {
    org: Arc<Org>,
    sync: Arc<OrgSync>,
    _intents: Executor,
    _checks: Publisher,
    _containments: Responder,
}

impl App {
    /// A core without an open org.
    pub fn new(config: Config) -> Self {
        let (open, opening) = (RwLock::default(), tokio::sync::Mutex::default());
        let exports = export::Exports::default();
        let orgs = Orgs::of(&config.data);
        Self(Arc::new(Core { config, events: Events::default(), open, opening, exports, orgs }))
    }

    /// Opens an org in place of the one that is open. Its cache answers from now on; its sync starts later, as
    /// [`Timing`] says. The org before stays open if this fails.
    pub async fn open_org(&self, connection: OrgConnection) -> Result<(), Failure> {
        let _one_at_a_time = self.0.opening.lock().await;
        self.open(connection).await
    }

    /// Opens the org that the settings name, with its cache in the data folder.
    pub async fn open_settings(&self, settings: OrgSettings) -> Result<(), Failure> {
        let _one_at_a_time = self.0.opening.lock().await;
        self.open_named(settings).await
    }

    async fn open_named(&self, settings: OrgSettings) -> Result<(), Failure> {
        let cache = self.cache_home(settings.url.host()).await?;
        self.open(OrgConnection::real(settings, cache)).await
    }

    /// Opens the simulated org; if it is open already, nothing changes.
    pub async fn open_demo_org(&self) -> Result<(), Failure> {
        let _one_at_a_time = self.0.opening.lock().await;
        if self.org().is_ok_and(|org| org.environment() == contract::session::Environment::Demo) {
            return Ok(());
        }
        let demo = self.0.config.host.demo_org().await?;
        let cache = self.cache_home(demo.name.clone()).await?;
        self.open(OrgConnection::demo(demo, cache)).await
    }

    async fn open(&self, connection: OrgConnection) -> Result<(), Failure> {
        let org = self.prepare(connection).await?;
        self.publish(Arc::new(org));
        Ok(())
    }

    /// Opens the org's cache; nobody sees the org yet.
    async fn prepare(&self, connection: OrgConnection) -> Result<Org, Failure> {
        let (config, events) = (self.0.config.clone(), self.0.events.clone());
        let opened = tokio::task::spawn_blocking(move || Org::open(connection, &config, events));
        let org = opened.await.map_err(failure::task)??;
        if !org.is_read_only() {
            org.client.ask_also(settings::WRITE_SCOPES).await;
        }
        Ok(org)
    }

    /// Shows the org in place of the one that was open.
    fn publish(&self, org: Arc<Org>) {
        let sync = Arc::new(OrgSync::start(org.clone(), self.0.config.timing));
        let _intents = Executor::start(org.clone(), self.0.config.timing.settle);
        let _checks = Publisher::start(org.clone(), self.0.config.timing.settle);
        let _containments = Responder::start(org.clone(), self.0.config.timing.settle);
        let open = Some(Open { org, sync, _intents, _checks, _containments });
        *self.0.open.write().unwrap_or_else(PoisonError::into_inner) = open;
        self.0.orgs.set_trouble(None);
        self.0.events.stale(&[Topic::Session, Topic::Snapshot]);
    }

    /// Closes the open org and waits until nothing holds its cache any more. The pages are told by whoever closes it.
    async fn close(&self) -> Result<(), Failure> {
        let open = self.0.open.write().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Open { org, sync, _intents, _checks, _containments }) = open else { return Ok(()) };
        drop((sync, _intents, _checks, _containments));
        let left = org.alive();
        drop(org);
        for _ in 0..250 {
            if left.strong_count() == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(failure::still_busy())
    }

    /// Work that waits for a disk or a keychain, on a thread where that does no harm.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || work(&app)).await.map_err(failure::task)?
    }

    /// Where the cache called `name` lies. The key may come from the OS keychain, which may ask a person.
    async fn cache_home(&self, name: String) -> Result<CacheHome, Failure> {
        let config = self.0.config.clone();
        let work = move || Ok(CacheHome::of(&config.data, &name, config.host.cache_key(&name)?));
        tokio::task::spawn_blocking(work).await.map_err(failure::task)?
    }

    /// Carries out any command, as it crosses the boundary.
    pub async fn dispatch(&self, request: Request) -> Result<Box<RawValue>, Failure> {
        let (name, stales) = (request.name(), request.stales());
        self.lock_if_left_alone(!stales.is_empty()).await;
        let reply = contract::dispatch(self, request).await;
        match &reply {
            Ok(_) => self.0.events.stale(stales),
            Err(failure) => {
                tracing::info!(name, kind = ?failure.kind, message = failure.message, "a command failed")
            }
        }
        reply
    }

    /// Carries out a command for a caller in this very program.
    pub async fn call<C: Command>(&self, command: C) -> Result<C::Reply, Failure>
    where
        Self: Handle<C>,
    {
        self.lock_if_left_alone(!C::STALES.is_empty()).await;
        let reply = self.handle(command).await;
        if reply.is_ok() {
            self.0.events.stale(C::STALES);
        }
        reply
    }

    /// The pushes from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.events.listen()
    }

    /// Lets the open cache grow by so many pages only, as on a disk that is nearly full. For tests.
    #[doc(hidden)]
    pub fn leave_room(&self, pages: Option<u32>) -> Result<(), Failure> {
        self.org()?.cache.leave_room(pages).map_err(failure::cache)
    }

    fn org(&self) -> Result<Arc<Org>, Failure> {
        let open = self.0.open.read().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().map(|open| open.org.clone()).ok_or_else(failure::no_org)
    }

    fn sync(&self) -> Result<Arc<OrgSync>, Failure> {
        let open = self.0.open.read().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().map(|open| open.sync.clone()).ok_or_else(failure::no_org)
    }
}
