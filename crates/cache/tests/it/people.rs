//! Lists of people: what is counted is what is listed, now and in the past, and a sync that is taken back leaves no word.

use crate::org;
use cache::{Collection, Outcome, Result, RunKind, Store};
use domain::{
    FacetFilter, LogEvent, RiskLevel, SnapshotId, Timestamp, User, UserFacet, UserId, UserQuery, UserStatus,
};

fn person(n: usize, name: &str, title: &str) -> User {
    User {
        display_name: Some(name.into()),
        title: Some(title.into()),
        department: Some("Retail".into()),
        status: UserStatus::from(if n.is_multiple_of(3) { "SUSPENDED" } else { "ACTIVE" }),
        ..org::users(n + 1).remove(n)
    }
}

fn put(store: &Store, people: &[User], day: i64) -> Result<cache::Run> {
    let now = Timestamp(org::T0 + day * org::DAY);
    let mut run = store.begin_or_resume_run(RunKind::Full, now)?;
    run.put_users(people.iter().cloned().map(org::raw).collect(), None)?;
    run.finish_collection(&Collection::Users, Outcome::Complete)?;
    Ok(run)
}

fn sync(store: &Store, people: &[User], day: i64) -> SnapshotId {
    let run = put(store, people, day).expect("writes");
    run.complete(Timestamp(org::T0 + day * org::DAY)).expect("completes")
}

fn found(store: &Store, snapshot: SnapshotId, typed: &str) -> Vec<String> {
    let query = UserQuery { search: typed.to_owned(), ..UserQuery::default() };
    let listing = store.users(snapshot, &query).expect("lists");
    let rows = store.user_rows(&listing, 0, 1000).expect("reads");
    assert_eq!(rows.len() as u64, listing.total(), "{typed:?}");
    rows.into_iter().map(|row| row.user.name()).collect()
}

#[test]
fn words_find_people_as_they_were() {
    let store = org::memory();
    let first = sync(&store, &[person(0, "Jörg Müller", "Clerk"), person(1, "Zoë O'Neill", "Clerk")], 0);
    let second = sync(&store, &[person(0, "Jörg Müller", "Manager")], 1);
    assert_eq!(found(&store, first, "clerk"), ["Jörg Müller", "Zoë O'Neill"]);
    assert_eq!(found(&store, second, "clerk"), [] as [&str; 0]);
    assert_eq!(found(&store, second, "MANAG jorg"), ["Jörg Müller"]);
    assert_eq!(found(&store, first, "manager"), [] as [&str; 0]);
    assert_eq!(found(&store, first, "o'neill retail"), ["Zoë O'Neill"]);
    assert_eq!(found(&store, first, "person.1@northwind"), ["Zoë O'Neill"]);
    assert_eq!(found(&store, first, "\" OR 1"), [] as [&str; 0]);
    org::assert_sound(&store);
}

#[test]
fn a_sync_taken_back_leaves_no_word() {
    let store = org::memory();
    let first = sync(&store, &[person(0, "Jörg Müller", "Clerk"), person(1, "Bo Berg", "Clerk")], 0);
    let run = put(&store, &[person(0, "Jörg Müller", "Manager"), person(2, "Li Lei", "Pilot")], 1);
    run.expect("writes").discard().expect("is taken back");
    assert_eq!(found(&store, first, "clerk").len(), 2);
    org::assert_sound(&store);
    let second = sync(&store, &[person(0, "Jörg Müller", "Pilot"), person(1, "Bo Berg", "Clerk")], 2);
    assert_eq!(found(&store, second, "pilot"), ["Jörg Müller"], "nothing of what was taken back is found");
    org::assert_sound(&store);
}

#[test]
fn a_very_long_name_is_a_name() {
    let store = org::memory();
    let long = "\u{202e}שלום ".repeat(2_000);
    let snapshot = sync(&store, &[person(0, &long, "Clerk"), person(1, "Bo Berg", "Clerk")], 0);
    assert_eq!(found(&store, snapshot, "שלום").len(), 1);
    assert_eq!(found(&store, snapshot, "").len(), 2);
}

#[test]
fn a_peak_outlives_its_level_and_its_snapshot_does_not_know_the_future() {
    let store = org::memory();
    let people = [person(0, "Jörg Müller", "Clerk"), person(1, "Bo Berg", "Clerk")];
    let told = |n: usize, day: i64, level: &str| LogEvent {
        published: Timestamp(org::T0 + day * org::DAY),
        event_type: "user.risk.detect".into(),
        user: Some(org::user_id(n)),
        risk_level: Some(RiskLevel::from(level)),
        ..org::event(&format!("{n} {day} {level}"))
    };
    let with = |day: i64, event: LogEvent| {
        let mut run = put(&store, &people, day).expect("writes");
        run.put_log_events(vec![org::raw(event)], None).expect("writes");
        run.finish_collection(&Collection::Log, Outcome::Changes).expect("ends");
        run.complete(Timestamp(org::T0 + day * org::DAY)).expect("completes")
    };
    let first = with(0, told(0, 0, "LOW"));
    let second = with(1, told(0, 1, "HIGH"));
    let third = with(2, told(0, 2, "LOW"));
    let peak = |snapshot, id: UserId| {
        let person = store.person(snapshot, &id, 10).expect("reads").expect("is there");
        person.row.peak.map(|peak| (peak.level, peak.at.expect("a time").0 - org::T0))
    };
    assert_eq!(peak(first, org::user_id(0)), Some((RiskLevel::Low, 0)));
    assert_eq!(peak(second, org::user_id(0)), Some((RiskLevel::High, org::DAY)));
    assert_eq!(peak(third, org::user_id(0)), Some((RiskLevel::High, org::DAY)));
    assert_eq!(peak(third, org::user_id(1)), None);
    let query = UserQuery {
        filters: vec![FacetFilter::include(UserFacet::PeakRisk, ["HIGH"])],
        ..UserQuery::default()
    };
    let count = |snapshot| store.users(snapshot, &query).expect("lists").total();
    assert_eq!((count(first), count(second), count(third)), (0, 1, 1));
}
