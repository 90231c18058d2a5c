//! A small made-up org for the tests: devices with every kind of gap, deterministic from a seed, and a sync of them.

use cache::{Collection, Error, Key, Location, Outcome, Result, RunKind, Store};
use domain::{
    Device, DeviceId, DeviceProfile, DeviceUser, DiskEncryption, Lifecycle, LogEvent, Management, Platform,
    RiskLevel, RiskSource, ScreenLock, SnapshotId, Timestamp, User, UserId, UserRisk, UserStatus,
};
use fastrand::Rng;
use std::{path::Path, thread::sleep, time::Duration};

pub const DAY: i64 = Timestamp::DAY;
/// When the first sync of every test ends.
pub const T0: i64 = 20_000 * DAY;

pub fn key() -> Key {
    Key::new([7; 32])
}

/// Opens the file. Another test of this program starts processes; until such a child runs a program of its own, it holds a
/// copy of every open file, and with it the lock of a store that was closed here a moment ago.
pub fn open(path: &Path) -> Result<Store> {
    let once = || Store::open(&Location::File(path.to_owned()), &key());
    for _ in 0..30 {
        match once() {
            Err(Error::Locked) => sleep(Duration::from_millis(10)),
            opened => return opened,
        }
    }
    once()
}

pub fn memory() -> Store {
    Store::open(&Location::Memory, &key()).expect("memory is always there")
}

/// Some devices with the JSON that stands for them.
pub fn devices(rng: &mut Rng, count: usize) -> Vec<Device> {
    (0..count).map(|n| device(rng, n)).collect()
}

pub fn device(rng: &mut Rng, n: usize) -> Device {
    let some = |rng: &mut Rng, all: &[&str]| -> Option<Box<str>> {
        (rng.u8(..10) > 0).then(|| all[rng.usize(..all.len())].into())
    };
    let users =
        (rng.u8(..20) > 0).then(|| (0..[0, 1, 1, 1, 2, 3][rng.usize(..6)]).map(|_| link(rng)).collect());
    Device {
        id: DeviceId(format!("guo{n:017}").into()),
        status: Lifecycle::from(["ACTIVE", "ACTIVE", "SUSPENDED", "CREATED", "FROZEN"][rng.usize(..5)]),
        created: Some(Timestamp(T0 - rng.i64(0..400 * DAY))),
        last_updated: (rng.u8(..10) > 0).then(|| Timestamp(T0 - rng.i64(0..120 * DAY))),
        profile: DeviceProfile {
            display_name: some(
                rng,
                &[
                    "Anna's MacBook",
                    "NW-LT-0412",
                    "nw-lt-0412",
                    "Ärger ☂ 机器",
                    "'; DROP TABLE device; --",
                    " ",
                ],
            ),
            platform: some(rng, &["MACOS", "WINDOWS", "IOS", "ANDROID", "CHROMEOS", "VISIONOS"])
                .map(|p| Platform::from(&*p)),
            manufacturer: some(rng, &["Apple", "Dell"]),
            model: some(rng, &["Mac15,6", "XPS 13", "Pixel 9"]),
            os_version: some(
                rng,
                &["15.6.1", "15.10", "10.0.26100.1", "10.0.19045.2", "16:2025-09-01", "beta", ""],
            ),
            serial_number: some(rng, &["C02XK1", "C02XK2", "0"])
                .map(|s| if &*s == "0" { s } else { format!("{s}{n}").into() }),
            udid: Some(format!("00008110-{n:016X}").into()),
            registered: rng.bool().then(|| rng.bool()),
            secure_hardware_present: rng.bool().then(|| rng.bool()),
            disk_encryption: some(rng, &["FULL", "NONE", "USER", "SYSTEM_VOLUME"])
                .map(|e| DiskEncryption::from(&*e)),
            ..DeviceProfile::default()
        },
        users,
    }
}

fn link(rng: &mut Rng) -> DeviceUser {
    let n = rng.usize(..40);
    let name = ["Jörg Müller", "Zoë O'Neill", "李 雷", "Anna Berg"][n % 4];
    DeviceUser {
        user: user_id(n),
        created: Some(Timestamp(T0 - 1)),
        management: [None, Some("MANAGED"), Some("NOT_MANAGED")][rng.usize(..3)].map(Management::from),
        screen_lock: [None, Some("NONE"), Some("BIOMETRIC")][rng.usize(..3)].map(ScreenLock::from),
        name: format!("{name} {n}").into(),
        login: Some(format!("person.{n}@northwind.example").into()),
        email: None,
    }
}

pub fn user_id(n: usize) -> UserId {
    UserId(format!("00u{n:017}").into())
}

pub fn users(count: usize) -> Vec<User> {
    let user = |n| User {
        id: user_id(n),
        status: UserStatus::Active,
        created: None,
        last_updated: None,
        last_login: None,
        status_changed: None,
        login: Some(format!("person.{n}@northwind.example").into()),
        email: None,
        first_name: None,
        last_name: None,
        display_name: None,
        title: None,
        department: None,
    };
    (0..count).map(user).collect()
}

pub fn risks() -> Vec<UserRisk> {
    let risk = |n: usize, level: &str| UserRisk {
        user: user_id(n),
        level: RiskLevel::from(level),
        reason: None,
        source: RiskSource::Api,
        observed: Timestamp(T0),
    };
    vec![
        risk(1, "HIGH"),
        risk(2, "LOW"),
        risk(3, "MEDIUM"),
        risk(4, "PURPLE"),
        risk(5, "NONE"),
        risk(6, "HIGH"),
    ]
}

pub fn event(uuid: &str) -> LogEvent {
    LogEvent {
        uuid: uuid.into(),
        published: Timestamp(T0),
        event_type: "device.lifecycle.suspend".into(),
        severity: None,
        message: None,
        outcome: None,
        reason: None,
        actor_id: None,
        actor_name: None,
        user: None,
        device: None,
        session: None,
        root_session: None,
        transaction: None,
        trace: None,
        ip: None,
        app: None,
        risk_level: None,
        told_risk: None,
        readings: Vec::new(),
    }
}

/// What stands for an item's JSON: it changes whenever the item does.
pub fn raw<T: std::fmt::Debug>(item: T) -> (T, String) {
    let raw = format!("{item:?}");
    (item, raw)
}

/// A full sync of these devices, in pages of 50, that ends `days` after [`T0`].
pub fn sync(store: &Store, devices: &[Device], days: i64) -> Result<SnapshotId> {
    let now = Timestamp(T0 + days * DAY);
    let mut run = store.begin_or_resume_run(RunKind::Full, now)?;
    run.put_users(users(40).into_iter().map(raw).collect(), None)?;
    run.finish_collection(&Collection::Users, Outcome::Complete)?;
    run.put_user_risks(risks().into_iter().map(raw).collect(), None)?;
    run.finish_collection(&Collection::UserRisks, Outcome::Complete)?;
    for (n, page) in devices.chunks(50).enumerate() {
        let next = format!("page {}", n + 1);
        run.put_devices(page.iter().cloned().map(raw).collect(), Some(&next))?;
    }
    run.finish_collection(&Collection::Devices, Outcome::Complete)?;
    run.complete(now)
}

/// The ids that a snapshot lists, by name.
pub fn ids(store: &Store, snapshot: SnapshotId) -> Vec<DeviceId> {
    let listing = store.devices(snapshot, &Default::default()).expect("lists");
    let rows = store.device_rows(&listing, 0, usize::MAX).expect("reads");
    let mut ids: Vec<DeviceId> = rows.into_iter().map(|r| r.id).collect();
    ids.sort();
    ids
}

pub fn assert_sound(store: &Store) {
    assert_eq!(store.check().expect("can be checked"), []);
}

/// The file behind the cache's back.
pub fn raw_connection(path: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).expect("opens");
    let digits = "07".repeat(32);
    connection
        .execute_batch(&format!(
            "PRAGMA key = \"x'{digits}'\"; PRAGMA cipher_page_size = 16384; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;"
        ))
        .expect("takes the key");
    connection
}
