//! Typed filters, held against a plain evaluation over plain structs, for many random questions; and their counts.

use crate::org::{self, DAY, T0};
use cache::Store;
use domain::{
    Attribute, Compare, Condition, Day, Device, DeviceQuery, Facet, FacetFilter, Group, ManagedStatus,
    OsVersion, Platform, SnapshotId, Test, TextTest, Timestamp, Where,
};
use fastrand::Rng;
use std::collections::HashMap;

/// A value in words of this test alone.
enum Value {
    Text(String),
    Number(u32),
    Time(i64),
}

/// What a device says of an attribute; `None` is unknown. `serials` counts who reports each number.
fn value(device: &Device, attribute: Attribute, serials: &HashMap<String, u32>) -> Option<Value> {
    let p = &device.profile;
    let links = device.users.as_deref().unwrap_or_default();
    let plain = |text: &Option<Box<str>>| text.as_deref().filter(|t| !t.trim().is_empty()).map(str::to_owned);
    let yes = |b: Option<bool>| b.map(|b| if b { "YES" } else { "NO" }.to_owned());
    let text = match attribute {
        Attribute::Name => plain(&p.display_name),
        Attribute::Serial => plain(&p.serial_number),
        Attribute::User => links.first().map(|l| l.name.to_string()),
        Attribute::Model => plain(&p.model),
        Attribute::Manufacturer => plain(&p.manufacturer),
        Attribute::OsVersion => plain(&p.os_version),
        Attribute::Udid => plain(&p.udid),
        Attribute::Imei => plain(&p.imei),
        Attribute::Meid => plain(&p.meid),
        Attribute::Sid => plain(&p.sid),
        Attribute::TpmPublicKeyHash => plain(&p.tpm_public_key_hash),
        Attribute::Platform => p.platform.as_ref().map(|v| v.as_str().to_owned()),
        Attribute::Lifecycle => Some(device.status.as_str().to_owned()),
        Attribute::Encryption => p.disk_encryption.as_ref().map(|v| v.as_str().to_owned()),
        Attribute::SecureHardware => yes(p.secure_hardware_present),
        Attribute::Registered => yes(p.registered),
        Attribute::Jailbreak => yes(p.jailbreak),
        Attribute::Managed => match ManagedStatus::of(links.iter().map(|l| l.management.as_ref())) {
            ManagedStatus::Managed => Some("MANAGED".to_owned()),
            ManagedStatus::NotManaged => Some("NOT_MANAGED".to_owned()),
            ManagedStatus::Mixed => Some("MIXED".to_owned()),
            ManagedStatus::Unknown => None,
        },
        Attribute::ScreenLock => {
            let locks: Vec<&str> =
                links.iter().filter_map(|l| l.screen_lock.as_ref()).map(|l| l.as_str()).collect();
            ["NONE", "PASSCODE", "BIOMETRIC"].into_iter().find(|l| locks.contains(l)).map(str::to_owned)
        }
        Attribute::Risk => {
            let risks = org::risks();
            let own = |level: &&str| {
                links.iter().any(|l| risks.iter().any(|r| r.user == l.user && r.level.as_str() == *level))
            };
            ["HIGH", "MEDIUM", "LOW", "NONE", "PURPLE"].into_iter().find(own).map(str::to_owned)
        }
        Attribute::Users => return device.users.as_ref().map(|u| Value::Number(u.len() as u32)),
        Attribute::Duplicates => {
            return plain(&p.serial_number).map(|s| Value::Number(serials[&s.trim().to_lowercase()] - 1));
        }
        Attribute::Created => return device.created.map(|t| Value::Time(t.0)),
        Attribute::LastUpdated => return device.last_updated.map(|t| Value::Time(t.0)),
    };
    text.map(Value::Text)
}

/// The numbers of a version as the tests' org has them, without the cache's reading of versions.
fn version(text: &str) -> Option<Vec<u64>> {
    Some(match text {
        "15.6.1" => vec![15, 6, 1],
        "15.10" => vec![15, 10, 0],
        "10.0.26100.1" => vec![11, 0, 26100],
        "10.0.19045.2" => vec![10, 0, 19045],
        "16:2025-09-01" => vec![16, 0, 0],
        _ => return None,
    })
}

/// Whether a device fits, `None` where its value can't tell.
fn answer(device: &Device, condition: &Condition, serials: &HashMap<String, u32>) -> Option<bool> {
    let number = |order: std::cmp::Ordering, compare: &Compare| match compare {
        Compare::Less => order.is_lt(),
        Compare::AtMost => order.is_le(),
        Compare::Equal => order.is_eq(),
        Compare::Unequal => order.is_ne(),
        Compare::AtLeast => order.is_ge(),
        Compare::More => order.is_gt(),
    };
    let found = value(device, condition.attribute, serials)?;
    Some(match (&condition.test, found) {
        (Test::Known | Test::Unknown, _) => true,
        (Test::Text(test, wanted), Value::Text(text)) => {
            let (text, wanted) = (text.trim().to_lowercase(), wanted.trim().to_lowercase());
            match test {
                TextTest::Contains => text.contains(&wanted),
                TextTest::Lacks => !text.contains(&wanted),
                TextTest::Is => text == wanted,
                TextTest::IsNot => text != wanted,
                TextTest::Starts => text.starts_with(&wanted),
            }
        }
        (Test::Choice { values, exclude }, Value::Text(text)) => {
            values.iter().any(|v| **v == *text) != *exclude
        }
        (Test::YesNo(yes), Value::Text(text)) => (text == "YES") == *yes,
        (Test::Number(compare, wanted), Value::Number(n)) => number(n.cmp(wanted), compare),
        (Test::Version(compare, wanted), Value::Text(text)) => {
            number(version(&text)?.cmp(&version(&wanted.to_string()).expect("one of the tests'")), compare)
        }
        (Test::VersionOn(platform, compare, wanted), Value::Text(text)) => {
            let order = version(&text)?.cmp(&version(&wanted.to_string()).expect("one of the tests'"));
            device.profile.platform.as_ref() == Some(platform) && number(order, compare)
        }
        (Test::Older(days), Value::Time(at)) => (T0 - at).div_euclid(DAY) >= i64::from(*days),
        (Test::Newer(days), Value::Time(at)) => (T0 - at).div_euclid(DAY) < i64::from(*days),
        (Test::Before(day), Value::Time(at)) => at < day.start().0,
        (Test::After(day), Value::Time(at)) => at >= day.end().0,
        (test, _) => panic!("{test:?} is not asked of {:?}", condition.attribute),
    })
}

fn fits(device: &Device, condition: &Condition, serials: &HashMap<String, u32>) -> bool {
    let on_other_platform = match &condition.test {
        Test::VersionOn(platform, ..) => device.profile.platform.as_ref() != Some(platform),
        _ => false,
    };
    match (answer(device, condition, serials), &condition.test) {
        _ if on_other_platform => false,
        (answer, Test::Known) => answer.is_some(),
        (answer, Test::Unknown) => answer.is_none(),
        (None, _) => condition.or_unknown,
        (Some(fits), _) => fits,
    }
}

fn passes(device: &Device, filter: &Where, serials: &HashMap<String, u32>) -> bool {
    let groups: Vec<bool> = filter
        .groups
        .iter()
        .filter_map(|group| {
            let on: Vec<bool> =
                group.conditions.iter().filter(|c| c.on).map(|c| fits(device, c, serials)).collect();
            (!on.is_empty()).then(|| if group.any { on.contains(&true) } else { !on.contains(&false) })
        })
        .collect();
    groups.is_empty() || if filter.any { groups.contains(&true) } else { !groups.contains(&false) }
}

fn random_condition(rng: &mut Rng, devices: &[Device], serials: &HashMap<String, u32>) -> Condition {
    let all: Vec<Attribute> = Attribute::all().collect();
    let attribute = all[rng.usize(..all.len())];
    let compares =
        [Compare::Less, Compare::AtMost, Compare::Equal, Compare::Unequal, Compare::AtLeast, Compare::More];
    let compare = compares[rng.usize(..compares.len())];
    // Mostly a value that some device has: one that none has asks little.
    let some = (0..20).find_map(|_| value(&devices[rng.usize(..devices.len())], attribute, serials));
    let test = match (attribute.kind(), some) {
        _ if rng.u8(..8) == 0 => [Test::Known, Test::Unknown][rng.usize(..2)].clone(),
        (domain::Kind::Text, Some(Value::Text(text))) => text_test(rng, &text),
        (domain::Kind::Choice, Some(Value::Text(text))) => {
            Test::Choice { values: vec![text.into(), "NOBODY".into()], exclude: rng.bool() }
        }
        (domain::Kind::YesNo, _) => Test::YesNo(rng.bool()),
        (domain::Kind::Number, _) => Test::Number(compare, rng.u32(..4)),
        (domain::Kind::Version, _) => {
            let known = ["15.6.1", "15.10", "10.0.26100.1", "10.0.19045.2", "16:2025-09-01"];
            let wanted = OsVersion::parse(known[rng.usize(..4)]).expect("a version");
            match rng.bool() {
                true => Test::Version(compare, wanted),
                false => Test::VersionOn(Platform::Macos, compare, wanted),
            }
        }
        (domain::Kind::Date, _) => {
            let day = Day::of(Timestamp(T0 - rng.i64(0..200) * DAY)).expect("a day");
            [Test::Older(rng.u32(..130)), Test::Newer(rng.u32(..130)), Test::Before(day), Test::After(day)]
                [rng.usize(..4)]
            .clone()
        }
        _ => Test::Unknown,
    };
    Condition { or_unknown: rng.u8(..4) == 0, on: rng.u8(..6) > 0, ..Condition::new(attribute, test) }
}

fn text_test(rng: &mut Rng, text: &str) -> Test {
    let tests = [TextTest::Contains, TextTest::Lacks, TextTest::Is, TextTest::IsNot, TextTest::Starts];
    let test = tests[rng.usize(..tests.len())];
    let letters: Vec<char> = text.trim().to_uppercase().chars().collect();
    let wanted: String = match test {
        TextTest::Is | TextTest::IsNot => letters.into_iter().collect(),
        TextTest::Starts => letters[..1 + rng.usize(..letters.len())].iter().collect(),
        _ => letters[rng.usize(..letters.len())..].iter().collect(),
    };
    Test::Text(test, if wanted.trim().is_empty() { "a" } else { &wanted }.into())
}

fn random_filter(rng: &mut Rng, devices: &[Device], serials: &HashMap<String, u32>) -> Where {
    let group = |rng: &mut Rng| Group {
        any: rng.bool(),
        conditions: (0..rng.usize(1..4)).map(|_| random_condition(rng, devices, serials)).collect(),
    };
    Where { any: rng.bool(), groups: (0..rng.usize(1..4)).map(|_| group(rng)).collect() }
}

fn serials(devices: &[Device]) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for serial in devices.iter().filter_map(|d| d.profile.serial_number.as_deref()) {
        *counts.entry(serial.trim().to_lowercase()).or_default() += 1;
    }
    counts
}

fn some_org(seed: u64, count: usize) -> (Store, SnapshotId, Vec<Device>) {
    let mut rng = Rng::with_seed(seed);
    let store = org::memory();
    let mut devices = org::devices(&mut rng, count);
    for device in &mut devices {
        device.profile.jailbreak = (rng.u8(..3) > 0).then(|| rng.bool());
        device.profile.imei = (rng.u8(..3) > 0).then(|| format!("35{}", rng.u32(..50)).into());
        device.profile.sid = (rng.u8(..3) == 0).then(|| format!("S-1-5-{}", rng.u32(..9)).into());
        let moment = |rng: &mut Rng| Some(Timestamp(T0 - rng.i64(0..150 * DAY)));
        (device.created, device.last_updated) = (moment(&mut rng), device.last_updated.and(moment(&mut rng)));
        if rng.u8(..40) == 0 {
            device.profile.display_name = Some("x".repeat(10_000).into());
        }
    }
    let snapshot = org::sync(&store, &devices, 0).expect("syncs");
    (store, snapshot, devices)
}

#[test]
fn rows_equal_a_plain_evaluation() {
    let (store, snapshot, devices) = some_org(31, 400);
    let serials = serials(&devices);
    let mut rng = Rng::with_seed(32);
    let (mut some, mut none) = (0, 0);
    for round in 0..600 {
        let conditions = random_filter(&mut rng, &devices, &serials);
        let query = DeviceQuery { conditions, ..DeviceQuery::default() };
        let listing = store.devices(snapshot, &query).expect("lists");
        let rows = store.device_rows(&listing, 0, usize::MAX).expect("reads");
        let mut got: Vec<_> = rows.into_iter().map(|r| r.id).collect();
        let kept = devices.iter().filter(|d| passes(d, &query.conditions, &serials));
        let mut want: Vec<_> = kept.map(|d| d.id.clone()).collect();
        got.sort();
        want.sort();
        assert_eq!(got, want, "round {round}: {}", query.conditions);
        assert_eq!(listing.total(), want.len() as u64, "round {round}: {}", query.conditions);
        assert_eq!(store.count(snapshot, &query).expect("counts"), want.len() as u64);
        if want.is_empty() || want.len() == devices.len() { none += 1 } else { some += 1 }
    }
    assert!(some > none, "{some} filters told devices apart, {none} did not");
}

#[test]
fn a_count_beside_a_typed_filter_opens_exactly_its_rows() {
    let (store, snapshot, devices) = some_org(33, 300);
    let serials = serials(&devices);
    let mut rng = Rng::with_seed(34);
    for _ in 0..25 {
        let conditions = random_filter(&mut rng, &devices, &serials);
        let search = if rng.bool() { "anna" } else { "" }.to_owned();
        let query = DeviceQuery { conditions, search, ..DeviceQuery::default() };
        let before = store.devices(snapshot, &query).expect("lists");
        for facet in Facet::ALL {
            for count in before.facets().of(facet) {
                let filters = vec![FacetFilter::include(facet, [&*count.value])];
                let listing =
                    store.devices(snapshot, &DeviceQuery { filters, ..query.clone() }).expect("lists");
                let rows = store.device_rows(&listing, 0, usize::MAX).expect("reads");
                assert_eq!(rows.len() as u64, count.devices, "{facet:?} {count:?} {}", query.conditions);
            }
        }
    }
}

#[test]
fn a_past_snapshot_is_asked_of_what_was_true_then() {
    let mut rng = Rng::with_seed(35);
    let store = org::memory();
    let mut devices = org::devices(&mut rng, 60);
    devices.iter_mut().for_each(|d| d.profile.display_name = Some("before".into()));
    let past = org::sync(&store, &devices, 0).expect("syncs");
    devices.iter_mut().for_each(|d| d.profile.display_name = Some("now".into()));
    let now = org::sync(&store, &devices[..40], 1).expect("syncs");
    let count = |snapshot, text: &str| {
        let conditions = Where::parse(text).expect(text);
        store.count(snapshot, &DeviceQuery { conditions, ..DeviceQuery::default() }).expect("counts")
    };
    for test in ["name is before", "name starts with bef", "name contains efor"] {
        assert_eq!((count(past, test), count(now, test)), (60, 0), "{test}");
    }
    assert_eq!((count(past, "name is now"), count(now, "name is now")), (0, 40));
}

#[test]
fn rows_by_id_come_in_the_order_asked_for() {
    let (store, snapshot, devices) = some_org(36, 50);
    let sort = vec![domain::SortKey { column: domain::SortColumn::Serial, descending: true }];
    let ids: Vec<_> = devices.iter().step_by(3).map(|d| d.id.clone()).chain(["gone".into()]).collect();
    let got: Vec<_> =
        store.rows_of(snapshot, &ids, &sort).expect("reads").into_iter().map(|r| r.id).collect();
    let query = DeviceQuery { sort, ..DeviceQuery::default() };
    let listing = store.devices(snapshot, &query).expect("lists");
    let all = store.device_ids(&listing, 0, usize::MAX).expect("reads");
    let want: Vec<_> = all.into_iter().filter(|id| ids.contains(id)).collect();
    assert_eq!(got, want);
}
