//! Nothing is lost: `posternctl sync` is killed at a hundred random moments, and every time the cache opens, holds together
//! and shows only whole snapshots. At the end one sync that nobody kills completes, and shows what a fresh copy shows.

use app::{cache_path, seal};
use cache::{Location, Store};
use demo_org::{DemoOrg, Options};
use domain::{DeviceQuery, Facet};
use keychain::{Cost, Derived, Keeper, Secret};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const DEVICES: u64 = 700;
const KILLS: u32 = 100;
const PASSPHRASE: &str = "open sesame";

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_lose_nothing() {
    let options = Options { devices: DEVICES, seed: 11, rate_limits: false, ..Options::default() };
    let org = demo_org::start(options).await.expect("a free port");
    let data = tempfile::tempdir().expect("a folder");
    let copy = Copy::new(data.path(), &org);

    // One sync that is left alone tells how long they take.
    let started = Instant::now();
    let mut first = sync(&org, data.path(), false);
    thread::sleep(Duration::from_millis(30));
    first.kill().expect("it still runs");
    first.wait().expect("it ends");
    copy.holds_together();
    let whole = Instant::now();
    assert!(sync(&org, data.path(), true).wait().expect("it ends").success());
    let lasts = whole.elapsed();
    println!("a sync takes {lasts:?}, the first was killed after {:?}", whole - started);

    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut killed = 0;
    // How long a sync takes depends on its kind and on what else the machine does, so it is learnt on the way.
    let mut lasts = [lasts, lasts];
    for round in 0..KILLS {
        // The org lives on, so that every sync has something to write; every other one reads everything.
        org.control().advance_clock(Duration::from_secs(3 * 60 * 60));
        let full = round % 2 == 0;
        let lasts = &mut lasts[usize::from(full)];
        let mut child = sync(&org, data.path(), full);
        thread::sleep(lasts.mul_f64(dice.roll()));
        let runs = child.try_wait().expect("its state").is_none();
        killed += u32::from(runs);
        *lasts = lasts.mul_f64(if runs { 1.03 } else { 0.8 });
        child.kill().expect("killing what has ended is no error");
        child.wait().expect("it ends");
        copy.holds_together();
    }
    assert!(killed > KILLS / 2, "only {killed} were still running when they were killed");

    org.control().freeze();
    thread::sleep(Duration::from_secs(4));
    assert!(sync(&org, data.path(), true).wait().expect("it ends").success());
    copy.holds_together();
    let fresh = tempfile::tempdir().expect("a folder");
    let other = Copy::new(fresh.path(), &org);
    assert!(sync(&org, fresh.path(), true).wait().expect("it ends").success());
    assert_eq!(copy.counts(), other.counts());
}

/// Starts `posternctl sync`.
fn sync(org: &DemoOrg, data: &Path, full: bool) -> Child {
    let mut command = Command::new(program());
    command.args(["sync", "--org", org.url(), "--data"]).arg(data).args(full.then_some("--full"));
    command.env("POSTERN_TOKEN", org.token()).env("POSTERN_PASSPHRASE", PASSPHRASE);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("posternctl starts")
}

/// The program as the same build made it.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("this test's own path");
    let folder = test.parent().and_then(Path::parent).expect("target/<profile>/deps");
    let program = folder.join(format!("posternctl{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is missing: cargo build -p posternctl", program.display());
    program
}

/// The local copy of the org in one data folder.
struct Copy {
    path: PathBuf,
    key: cache::Key,
}

impl Copy {
    /// The key is derived cheaply here: what it costs to guess is not what this test is about.
    fn new(data: &Path, org: &DemoOrg) -> Self {
        let host = org.url().trim_start_matches("http://");
        let path = cache_path(data, host);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        let cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };
        let words =
            Derived::from_passphrase(Secret::new(PASSPHRASE), path.with_extension("salt")).costing(cost);
        let sealed = seal::from(&Keeper::derived(words), contract::session::SealedBy::Passphrase, data, host);
        Self { path, key: sealed.expect("a key").key }
    }

    fn open(&self) -> Store {
        Store::open(&Location::File(self.path.clone()), &self.key).expect("the cache opens")
    }

    /// Opens the cache and looks for what should never be.
    fn holds_together(&self) {
        if !self.path.exists() {
            return;
        }
        let store = self.open();
        assert_eq!(store.check().expect("it can be read"), []);
        let Some(snapshot) = store.latest().expect("it can be read") else { return };
        assert_eq!(
            store.overview(snapshot.id).expect("numbers").devices,
            DEVICES,
            "a screen would show half a sync"
        );
        let listing = store.devices(snapshot.id, &DeviceQuery::default()).expect("a list");
        let rows = store.device_rows(&listing, 0, DEVICES as usize + 1).expect("rows");
        assert_eq!(rows.len() as u64, DEVICES);
    }

    /// Every facet count but those that depend on the moment of the sync, and on how much of the log a copy has seen.
    fn counts(&self) -> BTreeMap<(Facet, String), u64> {
        let store = self.open();
        let snapshot = store.latest().expect("it can be read").expect("a snapshot");
        let counts = store.overview(snapshot.id).expect("numbers").facets;
        let facets =
            Facet::ALL.into_iter().filter(|facet| !matches!(facet, Facet::LastEvidence | Facet::Risk));
        let values = facets.flat_map(|facet| counts.of(facet).iter().map(move |count| (facet, count)));
        values.map(|(facet, count)| ((facet, count.value.to_string()), count.devices)).collect()
    }
}

/// Repeatable chance.
struct Dice(u64);

impl Dice {
    /// From 0 to 1.
    fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}
