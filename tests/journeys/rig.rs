//! What every journey starts from: a demo org that stands still, a core with a cache in a folder of its own, and a clock
//! that both share. Time passes only when a journey says so.

use app::{
    App, CacheHome, ClientSettings, Config, Credentials, DemoOrg as DemoAddress, Host, OrgConnection, OrgUrl,
    SealedKey, Secret, SetClock, Timing,
};
use contract::{
    Event, Failure,
    activity::CheckJournal,
    devices::{DevicePage, ListDevices},
    session::{Environment, GetSession, OpenOrg, SealedBy, SetReadOnly},
    sync::{GetSync, StartSync, SyncPhase, SyncState},
};
use demo_org::{ClockMode, DemoOrg, Fault, FaultKind, Faults, Options};
use domain::{DeviceQuery, SnapshotId, Timestamp};
use futures::{FutureExt, future::BoxFuture};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tempfile::TempDir;

/// Where every journey's clock starts.
pub const START: &str = "2026-10-05T14:00:00.000Z";

/// The very first sync makes a first snapshot of people and devices, then asks for the rest and for what changed
/// meanwhile: one more call for devices.
pub const ONCE_MORE: u64 = 1;

/// Syncs when asked, and no time to think again: the clock stands still.
pub const TIMING: Timing =
    Timing { second_thoughts: Duration::ZERO, settle: Duration::from_millis(200), ..Timing::ASKED };

/// One org, one core.
pub struct Rig {
    pub org: DemoOrg,
    pub app: App,
    pub clock: Arc<SetClock>,
    pub data: TempDir,
}

/// The start of all clocks.
pub fn start() -> Timestamp {
    Timestamp::parse(START).expect("a date")
}

/// A small org whose clock stands still and which never runs out of calls.
pub fn options(devices: u64) -> Options {
    Options {
        devices,
        seed: 7,
        clock: ClockMode::Frozen(start().0),
        rate_limits: false,
        ..Options::default()
    }
}

/// A core that syncs when asked, and gives up soon.
pub fn core(data: PathBuf, clock: Arc<SetClock>) -> App {
    core_with(data, clock, TIMING)
}

/// The same with other times.
pub fn core_with(data: PathBuf, clock: Arc<SetClock>, timing: Timing) -> App {
    made(data, clock, timing, Arc::new(NoHost))
}

/// The same in surroundings of the journey's own.
pub fn core_of(data: PathBuf, clock: Arc<SetClock>, host: Arc<dyn Host>) -> App {
    made(data, clock, TIMING, host)
}

fn made(data: PathBuf, clock: Arc<SetClock>, timing: Timing, host: Arc<dyn Host>) -> App {
    let client = ClientSettings {
        connect_timeout: Duration::from_secs(2),
        timeout: Duration::from_secs(5),
        retries: 2,
        backoff: Duration::from_millis(10),
        patience: Duration::from_secs(20),
        ..ClientSettings::default()
    };
    App::new(Config { data, clock, host, timing, client })
}

impl Rig {
    /// A core with an open org of so many devices; nothing is synced yet.
    pub async fn new(devices: u64) -> Self {
        Self::with(options(devices)).await
    }

    /// The same with other options.
    pub async fn with(options: Options) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(SetClock::new(start()));
        let org = demo_org::start(options).await.expect("a free port");
        let app = core(data.path().to_owned(), clock.clone());
        let rig = Self { org, app, clock, data };
        rig.app.open_org(rig.connection()).await.expect("the org opens");
        rig
    }

    /// How this rig's org is opened.
    pub fn connection(&self) -> OrgConnection {
        connection(self.org.url(), self.org.token(), Some(self.cache_path()))
    }

    /// The cache file.
    pub fn cache_path(&self) -> PathBuf {
        self.data.path().join("org.db")
    }

    /// Ends this core and starts another on the same cache, as a restart of the program does.
    pub async fn restart(self) -> Self {
        let Self { org, app, clock, data } = self;
        drop(app);
        let app = core(data.path().to_owned(), clock.clone());
        let rig = Self { org, app, clock, data };
        rig.reopen().await;
        rig
    }

    /// The core before may still be letting go of the cache: its last write is allowed to end.
    pub async fn reopen(&self) {
        for _ in 0..100 {
            match self.app.open_org(self.connection()).await {
                Ok(()) => return,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        self.app.open_org(self.connection()).await.expect("the org opens again");
    }

    /// Lets time pass in the org and here.
    pub fn pass(&self, time: Duration) {
        self.org.control().advance_clock(time);
        self.clock.advance(time.as_millis() as i64);
    }

    /// Sets one fault.
    pub fn fault(&self, path: &str, kind: FaultKind) {
        self.org.control().set_faults(Fault::on(path, kind));
    }

    /// Ends all faults.
    pub fn no_faults(&self) {
        self.org.control().set_faults(Faults::none());
    }

    /// Syncs to the end.
    pub async fn sync(&self) -> SyncState {
        self.begin(false).await;
        self.idle().await
    }

    /// Syncs everything to the end.
    pub async fn sync_all(&self) -> SyncState {
        self.begin(true).await;
        self.idle().await
    }

    /// Syncs, and fails the test unless it went well.
    pub async fn synced(&self) {
        let state = self.sync().await;
        assert_eq!(state.failure, None, "the sync failed");
    }

    /// Starts a sync.
    pub async fn begin(&self, full: bool) {
        self.app.call(StartSync { full }).await.expect("a sync starts");
    }

    /// Waits for the end of the sync.
    pub async fn idle(&self) -> SyncState {
        self.until(|state| state.phase == SyncPhase::Idle).await
    }

    /// Waits for a state of the sync.
    pub async fn until(&self, reached: impl Fn(&SyncState) -> bool) -> SyncState {
        let mut events = self.app.events();
        let wait = async {
            loop {
                let state = self.app.call(GetSync {}).await.expect("an org is open");
                if reached(&state) {
                    return state;
                }
                let push = tokio::time::timeout(Duration::from_millis(100), events.recv()).await;
                if let Ok(Ok(Event::Sync(state))) = push
                    && reached(&state)
                {
                    return state;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait)
            .await
            .expect("the sync gets there within a minute")
    }

    /// The open org, as the page's frame shows it.
    pub async fn session(&self) -> OpenOrg {
        self.app.call(GetSession {}).await.expect("a session").org.expect("an open org")
    }

    /// The newest snapshot's number.
    pub async fn snapshot(&self) -> SnapshotId {
        self.session().await.snapshot.expect("a snapshot").id
    }

    /// The collections that the newest snapshot could not read.
    pub async fn problems(&self) -> Vec<(String, Failure)> {
        let snapshot = self.session().await.snapshot.expect("a snapshot");
        snapshot.problems.into_iter().map(|problem| (problem.collection, problem.failure)).collect()
    }

    /// The first page of the devices that match, now.
    pub async fn list(&self, query: DeviceQuery) -> DevicePage {
        self.list_at(None, query).await.expect("a page")
    }

    /// The same as of a snapshot.
    pub async fn list_at(
        &self,
        as_of: Option<SnapshotId>,
        query: DeviceQuery,
    ) -> Result<DevicePage, Failure> {
        self.app.call(ListDevices { as_of, query, offset: 0, limit: 500, rows_only: false }).await
    }

    /// How many devices there are now.
    pub async fn total(&self) -> u64 {
        self.list(DeviceQuery::default()).await.total
    }

    /// Every row that matches, page by page.
    pub async fn all(&self, query: DeviceQuery) -> Vec<contract::devices::DeviceRow> {
        let mut rows = Vec::new();
        loop {
            let ask = ListDevices {
                as_of: None,
                query: query.clone(),
                offset: rows.len() as u64,
                limit: 500,
                rows_only: true,
            };
            let page = self.app.call(ask).await.expect("a page");
            if page.rows.is_empty() {
                return rows;
            }
            rows.extend(page.rows);
        }
    }

    /// Lets changes of the org be made.
    pub async fn unlock(&self) {
        self.app.call(SetReadOnly { read_only: false }).await.expect("an org is open");
    }

    /// The journal's chain of hashes is whole, and something is written in it.
    pub async fn chain_holds(&self) {
        let check = self.app.call(CheckJournal {}).await.expect("a check");
        assert_eq!(check.broken, None);
        assert!(check.entries > 0);
    }

    /// How many calls the org has had to an endpoint.
    pub fn calls(&self, endpoint: &str) -> u64 {
        self.org.control().calls_to(endpoint)
    }
}

/// Waits for the end of the sync of a core that no rig holds.
pub async fn idle_of(app: &App) -> SyncState {
    for _ in 0..1200 {
        let state = app.call(GetSync {}).await.expect("an org is open");
        if state.phase == SyncPhase::Idle {
            return state;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the sync did not end within a minute");
}

/// Syncs such a core to the end.
pub async fn sync_of(app: &App) -> SyncState {
    app.call(StartSync { full: false }).await.expect("a sync starts");
    idle_of(app).await
}

/// An org to open, with a key that every journey shares.
pub fn connection(url: &str, token: &str, path: Option<PathBuf>) -> OrgConnection {
    let sealed_by = if path.is_some() { SealedBy::Passphrase } else { SealedBy::Memory };
    OrgConnection {
        name: "journey".to_owned(),
        url: OrgUrl::parse(url).expect("an address"),
        credentials: Credentials::ApiToken(Secret::new(token)),
        environment: Environment::Demo,
        read_only: true,
        clock: None,
        cache: CacheHome { path, key: SealedKey { key: cache::Key::new([7; 32]), sealed_by } },
    }
}

/// The journeys open their orgs themselves.
struct NoHost;

impl Host for NoHost {
    fn demo_org(&self) -> BoxFuture<'_, Result<DemoAddress, Failure>> {
        async { Err(Failure::bug("no journey asks for this")) }.boxed()
    }

    fn cache_key(&self, _: &str) -> Result<SealedKey, Failure> {
        Err(Failure::bug("no journey asks for this"))
    }
}
