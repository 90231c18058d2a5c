//! The org that is open: its client, its cache, and how it was reached last. Knows no command.

use crate::{
    check_changes::CheckChanges,
    clock::Clock,
    config::Config,
    connection::OrgConnection,
    containment::{self, Containments},
    events::Events,
    failure,
    intents::Intents,
    sync::{Control, Progress, STEPS},
    triage::TriageKept,
};
use cache::Store;
use contract::{
    Failure, Topic,
    session::{Environment, Reach, SealedBy},
    sync::{RateLimit, RateWait},
};
use domain::Timestamp;
use okta_client::{Client, Credentials, Notice, Why};
use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// One open org. Shared by the handlers and its sync.
pub(crate) struct Org {
    pub name: String,
    /// Who asks, as the org knows them: for the journal.
    pub actor: String,
    /// Time between confirming what can't be taken back and the first request.
    pub second_thoughts: Duration,
    pub intents: Intents,
    pub checks: CheckChanges,
    pub triage: TriageKept,
    pub containments: Containments,
    /// The id of the service app that asks; `None` for an API token.
    pub client_id: Option<Box<str>>,
    /// Something was changed that only a sync will show.
    pub sync_wanted: Notify,
    environment: Mutex<Environment>,
    read_only: AtomicBool,
    /// Minutes after which it is locked again; 0 never.
    auto_lock: AtomicU32,
    /// When somebody was last seen, by the core's clock.
    touched: AtomicI64,
    core_clock: Arc<dyn Clock>,
    pub sealed_by: SealedBy,
    pub client: Client,
    pub cache: Store,
    pub clock: Arc<dyn Clock>,
    pub events: Events,
    pub progress: Arc<Progress>,
    pub control: Control,
    reach: Mutex<Reach>,
    slow_read: Mutex<Option<Instant>>,
    /// The last field, so that it goes after the cache: see [`Self::alive`].
    alive: Arc<()>,
}

/// Collections that can't be asked for changes are read again after this.
const SLOW_EVERY: Duration = Duration::from_secs(10 * 60);

impl Org {
    /// Opens the cache and makes the client; the network is not touched. Blocks while the cache is opened.
    pub fn open(connection: OrgConnection, config: &Config, events: Events) -> Result<Self, Failure> {
        let OrgConnection { name, url, credentials, environment, read_only, clock: own, cache: home } =
            connection;
        let progress = Arc::new(Progress::new(events.clone()));
        let told = progress.clone();
        let actor = match &credentials {
            Credentials::ApiToken(_) => "API token".to_owned(),
            Credentials::PrivateKeyJwt { client_id, .. } => format!("service app {client_id}"),
        };
        let client_id = containment::client_id(&credentials);
        let client =
            Client::new(url, credentials, config.client.clone()).map_err(|error| failure::org(&error))?;
        let client = client.on_wait(move |notice| told.notice(notice));
        let cache = Store::open(&home.location()?, &home.key.key);
        let org = Self {
            name,
            actor,
            second_thoughts: config.timing.second_thoughts,
            intents: Intents::default(),
            checks: CheckChanges::default(),
            triage: TriageKept::default(),
            containments: Containments::default(),
            client_id,
            sync_wanted: Notify::new(),
            environment: Mutex::new(environment),
            read_only: AtomicBool::new(read_only),
            auto_lock: AtomicU32::new(0),
            touched: AtomicI64::new(config.clock.now().0),
            core_clock: config.clock.clone(),
            sealed_by: home.key.sealed_by,
            client,
            cache: cache.map_err(failure::cache)?,
            clock: own.unwrap_or_else(|| config.clock.clone()),
            events,
            progress,
            control: Control::default(),
            reach: Mutex::new(Reach::NotTried),
            slow_read: Mutex::default(),
            alive: Arc::default(),
        };
        org.hold_interrupted_intents();
        org.hold_interrupted_check_changes();
        org.hold_interrupted_containments();
        Ok(org)
    }

    /// Has a strong count of zero once the org is gone *and* its cache is closed. (The org's own count is zero a moment
    /// earlier, while the file is still locked.)
    pub fn alive(&self) -> Weak<()> {
        Arc::downgrade(&self.alive)
    }

    /// The time by this org's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether writes are locked.
    pub fn is_read_only(&self) -> bool {
        self.read_only.load(Ordering::Relaxed) || self.is_left_alone()
    }

    /// Whether it is unlocked and nobody was there for as long as it may stay so.
    pub fn is_left_alone(&self) -> bool {
        let limit = i64::from(self.auto_lock.load(Ordering::Relaxed)) * 60_000;
        let alone = self.core_clock.now().0.saturating_sub(self.touched.load(Ordering::Relaxed));
        limit > 0 && alone >= limit && !self.read_only.load(Ordering::Relaxed)
    }

    /// Somebody is there.
    pub fn touch(&self) {
        self.touched.store(self.core_clock.now().0, Ordering::Relaxed);
    }

    /// Minutes after which it is locked again, if ever.
    pub fn auto_lock(&self) -> Option<u32> {
        Some(self.auto_lock.load(Ordering::Relaxed)).filter(|minutes| *minutes > 0)
    }

    /// Sets them.
    pub fn set_auto_lock(&self, minutes: Option<u32>) {
        self.touch();
        self.auto_lock.store(minutes.unwrap_or(0), Ordering::Relaxed);
    }

    /// What the stripe says.
    pub fn environment(&self) -> Environment {
        *self.environment.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets it say something else.
    pub fn set_environment(&self, environment: Environment) {
        *self.environment.lock().unwrap_or_else(PoisonError::into_inner) = environment;
    }

    /// Locks or unlocks writes.
    pub fn set_read_only(&self, read_only: bool) {
        self.read_only.store(read_only, Ordering::Relaxed);
    }

    /// How it was reached last.
    pub fn reach(&self) -> Reach {
        self.reach.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it could not be reached last time.
    pub fn is_offline(&self) -> bool {
        matches!(self.reach(), Reach::Offline { .. })
    }

    /// Takes note of how it was reached, and tells the pages if that is news.
    pub fn set_reach(&self, reach: Reach) {
        let mut known = self.reach.lock().unwrap_or_else(PoisonError::into_inner);
        let news = *known != reach;
        *known = reach;
        drop(known);
        if news {
            self.events.stale(&[Topic::Session]);
            self.intents.wake();
            self.checks.wake();
            self.containments.wake();
        }
    }

    /// Whether an incremental sync reads the collections that can't be asked for changes, too.
    pub fn is_slow_read_due(&self) -> bool {
        let last = *self.slow_read.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_none_or(|last| last.elapsed() >= SLOW_EVERY)
    }

    /// They were read.
    pub fn slow_read_done(&self) {
        *self.slow_read.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Claims the sync for one run; false while one is under way.
    pub fn claim_sync(&self) -> bool {
        self.progress.begin(STEPS, || self.control.clear())
    }

    /// Reads from the cache without holding up the caller's thread.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let org = self.clone();
        tokio::task::spawn_blocking(move || work(&org)).await.map_err(failure::task)?
    }
}

impl Progress {
    /// A wait of the client, for the countdown on the screen. Short ones that only spread the calls are not shown.
    fn notice(&self, notice: Notice) {
        match notice {
            Notice::Waiting(wait) if wait.why == Why::RateLimit => {
                if let (Some(limit), Some(remaining)) = (wait.limit, wait.remaining) {
                    self.limit(Some(RateLimit { bucket: wait.bucket.to_string(), limit, remaining }));
                }
                self.waiting(Some(RateWait { bucket: wait.bucket.into(), until: wait.until }));
            }
            Notice::Waiting(_) => {}
            Notice::Resumed { .. } => self.waiting(None),
        }
    }
}
