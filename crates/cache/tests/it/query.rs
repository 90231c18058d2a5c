//! Lists, sort orders and counts, held against a plain evaluation over plain structs, for many random queries.

use crate::org::{self, DAY, T0};
use cache::{DeviceRow, Link};
use domain::{
    Device, DeviceQuery, Facet, FacetFilter, ManagedStatus, RiskLevel, SortColumn, SortKey, Timestamp,
    UNKNOWN,
};
use fastrand::Rng;
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// The value of a facet, told from the device alone, in other words than the cache's.
fn value(device: &Device, facet: Facet) -> String {
    let links = device.users.as_deref().unwrap_or_default();
    let yes = |b: Option<bool>| b.map(|b| if b { "YES" } else { "NO" }.to_owned());
    let p = &device.profile;
    let known = match facet {
        Facet::Platform => p.platform.as_ref().map(|p| p.as_str().to_owned()),
        Facet::Managed => match ManagedStatus::of(links.iter().map(|l| l.management.as_ref())) {
            ManagedStatus::Managed => Some("MANAGED".to_owned()),
            ManagedStatus::NotManaged => Some("NOT_MANAGED".to_owned()),
            ManagedStatus::Mixed => Some("MIXED".to_owned()),
            ManagedStatus::Unknown => None,
        },
        Facet::Lifecycle => Some(device.status.as_str().to_owned()),
        Facet::Risk => {
            let risks = org::risks();
            let of = |user: &domain::UserId| risks.iter().find(|r| r.user == *user).map(|r| r.level.clone());
            let order = ["HIGH", "MEDIUM", "LOW", "NONE", "PURPLE"];
            let levels: Vec<RiskLevel> = links.iter().filter_map(|l| of(&l.user)).collect();
            order.into_iter().find(|o| levels.iter().any(|l| l.as_str() == *o)).map(str::to_owned)
        }
        Facet::Encryption => p.disk_encryption.as_ref().map(|e| e.as_str().to_owned()),
        Facet::ScreenLock => {
            let locks: Vec<&str> =
                links.iter().filter_map(|l| l.screen_lock.as_ref()).map(|l| l.as_str()).collect();
            ["NONE", "PASSCODE", "BIOMETRIC"].into_iter().find(|l| locks.contains(l)).map(str::to_owned)
        }
        Facet::SecureHardware => yes(p.secure_hardware_present),
        Facet::Registered => yes(p.registered),
        Facet::Users => device.users.as_ref().map(|u| ["0", "1", "2+"][u.len().min(2)].to_owned()),
        Facet::LastEvidence => device.last_updated.map(|t| {
            let days = (T0 - t.0).div_euclid(DAY);
            [(1, "<1"), (7, "<7"), (30, "<30"), (60, "<60"), (90, "<90")]
                .into_iter()
                .find(|(limit, _)| days < *limit)
                .map_or("90+", |(_, key)| key)
                .to_owned()
        }),
        Facet::Os => p.platform.as_ref().zip(p.os_version.as_deref()).and_then(|(platform, version)| {
            let major = match (platform.as_str(), version) {
                ("WINDOWS", "10.0.26100.1") => "11",
                (_, "15.6.1" | "15.10") => "15",
                (_, "10.0.26100.1" | "10.0.19045.2") => "10",
                (_, "16:2025-09-01") => "16",
                _ => return None,
            };
            Some(format!("{} {major}", platform.as_str()))
        }),
    };
    known.unwrap_or_else(|| UNKNOWN.to_owned())
}

fn passes(device: &Device, filters: &[FacetFilter], but: Option<Facet>) -> bool {
    filters
        .iter()
        .filter(|f| f.on && !f.values.is_empty() && Some(f.facet) != but)
        .all(|f| f.values.contains(&value(device, f.facet)) != f.exclude)
}

fn random_filters(rng: &mut Rng, devices: &[Device]) -> Vec<FacetFilter> {
    let filter = |rng: &mut Rng| {
        let facet = Facet::ALL[rng.usize(..Facet::ALL.len())];
        let values = (0..rng.usize(..4)).map(|_| value(&devices[rng.usize(..devices.len())], facet));
        FacetFilter { facet, values: values.collect(), exclude: rng.bool(), on: rng.u8(..5) > 0 }
    };
    (0..rng.usize(..4)).map(|_| filter(rng)).collect()
}

#[test]
fn rows_and_counts_equal_a_plain_evaluation() {
    let mut rng = Rng::with_seed(11);
    let store = org::memory();
    let devices = org::devices(&mut rng, 500);
    let snapshot = org::sync(&store, &devices, 0).expect("syncs");
    for round in 0..300 {
        let query = DeviceQuery { filters: random_filters(&mut rng, &devices), ..DeviceQuery::default() };
        let listing = store.devices(snapshot, &query).expect("lists");
        let mut want: Vec<_> =
            devices.iter().filter(|d| passes(d, &query.filters, None)).map(|d| d.id.clone()).collect();
        // In pages, of which some are asked for out of order.
        let (middle, total) = (want.len() / 2, want.len());
        let mut got = store.device_rows(&listing, middle, total).expect("reads");
        got.extend(store.device_rows(&listing, 0, middle).expect("reads"));
        let mut got: Vec<_> = got.into_iter().map(|r| r.id).collect();
        want.sort();
        got.sort();
        assert_eq!(got, want, "round {round}: {query:?}");
        assert_eq!(listing.total(), total as u64, "round {round}: {query:?}");
        for facet in Facet::ALL {
            let counts = listing.facets().of(facet);
            for count in counts {
                let want = devices
                    .iter()
                    .filter(|d| passes(d, &query.filters, Some(facet)) && value(d, facet) == *count.value);
                assert_eq!(
                    count.devices,
                    want.count() as u64,
                    "round {round}: {facet:?} {count:?} {query:?}"
                );
            }
            let listed: u64 = counts.iter().map(|c| c.devices).sum();
            let all = devices.iter().filter(|d| passes(d, &query.filters, Some(facet))).count();
            assert_eq!(listed, all as u64, "round {round}: {facet:?} leaves out a value, {query:?}");
        }
    }
}

#[test]
fn a_count_opens_exactly_its_rows() {
    let mut rng = Rng::with_seed(12);
    let store = org::memory();
    let devices = org::devices(&mut rng, 300);
    let snapshot = org::sync(&store, &devices, 0).expect("syncs");
    for _ in 0..20 {
        let mut query = DeviceQuery { filters: random_filters(&mut rng, &devices), ..DeviceQuery::default() };
        if rng.bool() {
            query.search = "anna".to_owned();
        }
        let before = store.devices(snapshot, &query).expect("lists");
        for facet in Facet::ALL {
            for count in before.facets().of(facet) {
                let mut chosen = query.clone();
                chosen.filters.retain(|f| f.facet != facet);
                chosen.filters.push(FacetFilter::include(facet, [&*count.value]));
                let listing = store.devices(snapshot, &chosen).expect("lists");
                let rows = store.device_rows(&listing, 0, usize::MAX).expect("reads");
                assert_eq!(
                    (rows.len() as u64, listing.total()),
                    (count.devices, count.devices),
                    "{chosen:?}"
                );
            }
        }
    }
}

/// Compares two rows by one column, unknown last whatever the direction.
fn compare(a: &DeviceRow, b: &DeviceRow, key: SortKey) -> Ordering {
    fn known<T: Ord>(a: Option<T>, b: Option<T>, descending: bool) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
    let text =
        |t: &Option<Box<str>>| t.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_lowercase);
    let (p, q) = (&a.profile, &b.profile);
    match key.column {
        SortColumn::Name => known(text(&p.display_name), text(&q.display_name), key.descending),
        SortColumn::Serial => known(text(&p.serial_number), text(&q.serial_number), key.descending),
        SortColumn::User => known(text(&a.user_name), text(&b.user_name), key.descending),
        SortColumn::Users => known(a.users, b.users, key.descending),
        SortColumn::Created => known(a.created, b.created, key.descending),
        SortColumn::LastUpdated => known(a.last_updated, b.last_updated, key.descending),
        // The enums are declared in the order in which they sort.
        SortColumn::Lifecycle => known(Some(&a.status), Some(&b.status), key.descending),
        SortColumn::Platform => known(p.platform.as_ref(), q.platform.as_ref(), key.descending),
        SortColumn::Risk => known(a.risk.as_ref(), b.risk.as_ref(), !key.descending),
        SortColumn::Encryption => {
            known(p.disk_encryption.as_ref(), q.disk_encryption.as_ref(), key.descending)
        }
        other => panic!("{other:?} is not compared here"),
    }
}

#[test]
fn every_order_equals_a_plain_sort() {
    let mut rng = Rng::with_seed(13);
    let store = org::memory();
    let devices = org::devices(&mut rng, 300);
    let snapshot = org::sync(&store, &devices, 0).expect("syncs");
    let columns = [
        SortColumn::Name,
        SortColumn::Serial,
        SortColumn::User,
        SortColumn::Users,
        SortColumn::Created,
        SortColumn::LastUpdated,
        SortColumn::Lifecycle,
        SortColumn::Platform,
        SortColumn::Risk,
        SortColumn::Encryption,
    ];
    let by_name = SortKey { column: SortColumn::Name, descending: false };
    for round in 0..60 {
        let key =
            |rng: &mut Rng| SortKey { column: columns[rng.usize(..columns.len())], descending: rng.bool() };
        let sort: Vec<SortKey> = (0..rng.usize(..4)).map(|_| key(&mut rng)).collect();
        let query = DeviceQuery { sort: sort.clone(), ..DeviceQuery::default() };
        let listing = store.devices(snapshot, &query).expect("lists");
        let rows = store.device_rows(&listing, 0, usize::MAX).expect("reads");
        let mut want = rows.clone();
        // Devices were first seen in the order of their ids.
        want.sort_by(|a, b| {
            let keys = sort.iter().copied().chain([by_name]);
            keys.map(|k| compare(a, b, k)).find(|o| o.is_ne()).unwrap_or(a.id.cmp(&b.id))
        });
        let ids = |rows: &[DeviceRow]| rows.iter().map(|r| r.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&rows), ids(&want), "round {round}: {sort:?}");
    }
}

#[test]
fn versions_sort_by_their_numbers() {
    let mut rng = Rng::with_seed(14);
    let store = org::memory();
    let versions = ["15.10", "15.9", "9", "beta", "15.9.2"];
    let device = |(n, version): (usize, &&str)| {
        let mut device = org::device(&mut rng, n);
        device.profile.os_version = Some((*version).into());
        device
    };
    let devices: Vec<Device> = versions.iter().enumerate().map(device).collect();
    let snapshot = org::sync(&store, &devices, 0).expect("syncs");
    let sort = vec![SortKey { column: SortColumn::OsVersion, descending: false }];
    let listing = store.devices(snapshot, &DeviceQuery { sort, ..DeviceQuery::default() }).expect("lists");
    let rows = store.device_rows(&listing, 0, 9).expect("reads");
    let got: Vec<_> = rows.iter().filter_map(|r| r.profile.os_version.as_deref()).collect();
    assert_eq!(got, ["9", "15.9", "15.9.2", "15.10", "beta"]);
}

#[test]
fn the_overview_keeps_its_numbers_for_plots() {
    let mut rng = Rng::with_seed(15);
    let store = org::memory();
    let devices = org::devices(&mut rng, 80);
    let first = org::sync(&store, &devices[..50], 0).expect("syncs");
    let second = org::sync(&store, &devices, 1).expect("syncs");
    let overview = store.overview(second).expect("reads");
    assert_eq!((overview.devices, overview.users), (80, 40));
    assert_eq!(store.overview(first).expect("reads").devices, 50);
    let trend = store.trend(Facet::Platform, second, 10).expect("reads");
    for (snapshot, total, finished) in [(first, 50, T0), (second, 80, T0 + DAY)] {
        let points: Vec<_> = trend.iter().filter(|p| p.snapshot == snapshot).collect();
        assert_eq!(points.iter().map(|p| p.count).sum::<u64>(), total);
        assert!(points.iter().all(|p| p.finished == Timestamp(finished)));
    }
    assert!(store.trend(Facet::Platform, first, 10).expect("reads").iter().all(|p| p.snapshot == first));
}

#[test]
fn the_links_of_an_answer_are_those_of_its_devices_in_its_order() {
    let mut rng = Rng::with_seed(16);
    let store = org::memory();
    let mut devices = org::devices(&mut rng, 200);
    let past = org::sync(&store, &devices, 0).expect("syncs");
    devices.truncate(150);
    (0..50).for_each(|n| devices[n] = org::device(&mut rng, n));
    let newest = org::sync(&store, &devices, 1).expect("syncs");
    let sort = vec![SortKey { column: SortColumn::Serial, descending: true }];
    for (snapshot, search) in [(past, ""), (newest, ""), (newest, "anna")] {
        let query = DeviceQuery { search: search.to_owned(), sort: sort.clone(), ..DeviceQuery::default() };
        let listing = store.devices(snapshot, &query).expect("lists");
        let mut want = Vec::new();
        for row in store.device_rows(&listing, 0, usize::MAX).expect("reads") {
            let device = store.device(snapshot, &row.id, 0).expect("reads").expect("is there");
            let link = |link| Link {
                device: row.id.clone(),
                device_name: row.profile.display_name.clone(),
                serial: row.profile.serial_number.clone(),
                link,
            };
            want.extend(device.links.unwrap_or_default().into_iter().map(link));
        }
        let mut got = Vec::new();
        let each = |link| {
            got.push(link);
            ControlFlow::Continue(())
        };
        store.each_link(&listing, each).expect("reads");
        assert!(want.len() > 50, "{search:?}: {} links prove nothing", want.len());
        assert_eq!(got, want, "{search:?}");
        let mut seen = 0;
        let few = |_| {
            seen += 1;
            if seen < 7 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        store.each_link(&listing, few).expect("reads");
        assert_eq!(seen, 7);
    }
}
