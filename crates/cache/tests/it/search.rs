//! What a person may type into the search box, friendly or not.

use crate::org;
use cache::Store;
use domain::{Device, DeviceQuery, SnapshotId};
use fastrand::Rng;

fn found(store: &Store, snapshot: SnapshotId, typed: &str) -> Vec<String> {
    let query = DeviceQuery { search: typed.to_owned(), ..DeviceQuery::default() };
    let listing = store.devices(snapshot, &query).unwrap_or_else(|e| panic!("{typed:?}: {e}"));
    let rows = store.device_rows(&listing, 0, 100).expect("reads");
    assert_eq!(rows.len() as u64, listing.total(), "{typed:?}");
    let mut ids: Vec<String> =
        rows.into_iter().map(|r| r.id.as_str().trim_start_matches(['g', 'u', 'o', '0']).to_owned()).collect();
    ids.sort();
    ids
}

fn named(rng: &mut Rng, n: usize, name: &str, serial: &str, person: &str) -> Device {
    let mut device = org::device(rng, n);
    device.profile.display_name = Some(name.into());
    device.profile.serial_number = Some(serial.into());
    let mut users = device.users.take().unwrap_or_default();
    users.truncate(1);
    for user in &mut users {
        user.name = person.into();
        user.login = Some(
            format!("{}@northwind.example", person.split(' ').next().unwrap_or("x").to_lowercase()).into(),
        );
    }
    // One user at least.
    if users.is_empty() {
        return named(rng, n, name, serial, person);
    }
    device.users = Some(users);
    device
}

#[test]
fn beginnings_of_words_find_devices() {
    let mut rng = Rng::with_seed(21);
    let store = org::memory();
    let devices = [
        named(&mut rng, 1, "NW-MBP-0412", "C02XK1ABC", "Jörg Müller"),
        named(&mut rng, 2, "Anna's iPhone", "F17QQ", "Anna O'Neill"),
        named(&mut rng, 3, "机器 7", "C02XK2", "हिन्दी नाम"),
    ];
    let snapshot = org::sync(&store, &devices, 0).expect("syncs");
    let check = |typed: &str, want: &[&str]| assert_eq!(found(&store, snapshot, typed), want, "{typed:?}");
    check("c02xk", &["1", "3"]);
    check("C02XK1ABC", &["1"]);
    check("nw-mbp-04", &["1"]);
    check("0412 mull", &["1"]);
    check("jorg", &["1"]);
    check("JÖRG", &["1"]);
    check("Jo\u{308}rg", &["1"]);
    check("o'neill", &["2"]);
    check("O’Neill", &["2"]);
    check("anna@northwind.example", &["2"]);
    check("机器", &["3"]);
    check("हिन्दी", &["3"]);
    check("guo00000000000000002", &["2"]);
    check("00008110-0000000000000003", &["3"]);
    check("anna c02", &[]);
    check("  ", &["1", "2", "3"]);
    check("n", &["1", "2", "3"]);
}

#[test]
fn hostile_input_is_only_text() {
    let mut rng = Rng::with_seed(22);
    let store = org::memory();
    let devices =
        [named(&mut rng, 1, "plain", "S1", "Anna Berg"), named(&mut rng, 2, "near fax", "S2", "Bo Berg")];
    let snapshot = org::sync(&store, &devices, 0).expect("syncs");
    let check = |typed: &str, want: &[&str]| assert_eq!(found(&store, snapshot, typed), want, "{typed:?}");
    check("\"", &[]);
    check("---", &[]);
    check("text:plain", &[]);
    check("plain*", &["1"]);
    check("^plain", &["1"]);
    check("plain OR near", &[]);
    check("NEAR(fax, 3)", &[]);
    check("near", &["2"]);
    check("plain\" OR \"near", &[]);
    check("') DELETE FROM device; --", &[]);
    check("pl\0ain", &[]);
    check("pl\u{24d0}ain", &[]);
    check("AND", &[]);
    check(&"x".repeat(100_000), &[]);
    check(&"plain ".repeat(10_000), &["1"]);
    for _ in 0..500 {
        let typed: String = (0..rng.usize(1..12)).map(|_| rng.char(..)).collect();
        found(&store, snapshot, &typed);
    }
    org::assert_sound(&store);
}

#[test]
fn a_past_snapshot_is_searched_as_it_was() {
    let mut rng = Rng::with_seed(23);
    let store = org::memory();
    let mut device = named(&mut rng, 1, "before", "S1", "Anna Berg");
    let other = named(&mut rng, 2, "steady", "S2", "Bo Berg");
    let first = org::sync(&store, &[device.clone(), other.clone()], 0).expect("syncs");
    device.profile.display_name = Some("after".into());
    let second = org::sync(&store, &[device.clone(), other.clone()], 1).expect("syncs");
    let third = org::sync(&store, &[other], 2).expect("syncs");
    let check =
        |snapshot, typed: &str, want: &[&str]| assert_eq!(found(&store, snapshot, typed), want, "{typed:?}");
    check(first, "before", &["1"]);
    check(first, "after", &[]);
    check(second, "before", &[]);
    check(second, "after", &["1"]);
    check(third, "after", &[]);
    check(third, "berg", &["2"]);
    check(first, "berg", &["1", "2"]);
}
