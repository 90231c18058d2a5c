//! People: the list, one person, and what the org answers about a person when somebody looks.

use crate::rig::Rig;
use contract::{
    Failure, FailureKind,
    devices::ListDevices,
    search::{FindAnything, HitKind},
    session::ListSnapshots,
    users::{GetUser, GetUserAccess, ListUsers, UserAccess, UserDetail, UserPage, UserRow},
};
use demo_org::FaultKind;
use domain::{
    DeviceQuery, FacetFilter, RiskLevel, SnapshotId, SortKey, UserColumn, UserFacet, UserId, UserQuery,
};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn list_at(rig: &Rig, as_of: Option<SnapshotId>, query: UserQuery) -> Result<UserPage, Failure> {
    rig.app.call(ListUsers { as_of, query, offset: 0, limit: 500, rows_only: false }).await
}

async fn list(rig: &Rig, query: UserQuery) -> UserPage {
    list_at(rig, None, query).await.expect("a page")
}

async fn all(rig: &Rig, query: &UserQuery) -> Vec<UserRow> {
    let mut rows = Vec::new();
    loop {
        let (query, offset) = (query.clone(), rows.len() as u64);
        let ask = ListUsers { as_of: None, query, offset, limit: 500, rows_only: true };
        let page = rig.app.call(ask).await.expect("a page");
        if page.rows.is_empty() {
            return rows;
        }
        rows.extend(page.rows);
    }
}

async fn get(rig: &Rig, id: &UserId) -> UserDetail {
    rig.app.call(GetUser { as_of: None, id: id.clone() }).await.expect("the person")
}

async fn access(rig: &Rig, id: &UserId, ask: bool) -> UserAccess {
    rig.app.call(GetUserAccess { id: id.clone(), ask }).await.expect("an answer")
}

fn searched(search: &str) -> UserQuery {
    UserQuery { search: search.to_owned(), ..UserQuery::default() }
}

fn only(facet: UserFacet, value: &str) -> UserQuery {
    UserQuery { filters: vec![FacetFilter::include(facet, [value])], ..UserQuery::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_facet_value_counts_its_rows() {
    let rig = Rig::new(900).await;
    rig.synced().await;
    let page = list(&rig, UserQuery::default()).await;
    assert_eq!(page.total, rig.session().await.snapshot.expect("a snapshot").users);
    assert_eq!(
        (page.matching, all(&rig, &UserQuery::default()).await.len() as u64),
        (page.total, page.total)
    );
    assert_eq!(page.facets.len(), UserFacet::ALL.len());
    for counts in &page.facets {
        let sum: u64 = counts.values.iter().map(|value| value.count).sum();
        assert_eq!(sum, page.total, "each person has one value of {:?}", counts.facet);
        for value in &counts.values {
            let rows = all(&rig, &only(counts.facet, &value.value)).await;
            assert_eq!(rows.len() as u64, value.count, "{:?} = {}", counts.facet, value.value);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_holds_under_other_filters_and_a_search() {
    let rig = Rig::new(900).await;
    rig.synced().await;
    let mut narrowed = searched("a");
    narrowed
        .filters
        .push(FacetFilter { exclude: true, ..FacetFilter::include(UserFacet::Status, ["DEPROVISIONED"]) });
    narrowed.filters.push(FacetFilter::include(UserFacet::Devices, ["1", "2+"]));
    let page = list(&rig, narrowed.clone()).await;
    assert!(page.matching > 0 && page.matching < page.total);
    assert_eq!(all(&rig, &narrowed).await.len() as u64, page.matching);
    for counts in page.facets.iter().filter(|counts| counts.facet != UserFacet::Status) {
        for value in &counts.values {
            let mut query = narrowed.clone();
            // A count is told without the filter on its own facet.
            query.filters.retain(|filter| filter.facet != counts.facet);
            query.filters.push(FacetFilter::include(counts.facet, [value.value.clone()]));
            assert_eq!(list(&rig, query).await.matching, value.count, "{:?} = {}", counts.facet, value.value);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_and_palette_find_people_by_any_of_their_words() {
    let rig = Rig::new(600).await;
    rig.synced().await;
    let rows = all(&rig, &UserQuery::default()).await;
    for row in rows.iter().step_by(37) {
        let login = row.login.clone().expect("everybody has one");
        for typed in [row.name.clone(), row.name.to_uppercase(), login, row.id.to_string()] {
            let found = all(&rig, &searched(&typed)).await;
            assert!(found.iter().any(|hit| hit.id == row.id), "{typed:?} does not find {}", row.name);
        }
        let hits = rig
            .app
            .call(FindAnything { as_of: None, text: row.id.to_string(), limit: 5 })
            .await
            .expect("hits");
        let people: Vec<_> = hits.iter().filter(|hit| hit.kind == HitKind::User).collect();
        assert_eq!(people.len(), 1, "an id is one person's");
        assert_eq!((people[0].id.as_str(), &people[0].title), (row.id.as_str(), &row.name));
    }
    assert_eq!(list(&rig, searched("zzqqxx")).await.matching, 0);
    assert_eq!(list(&rig, searched("\") OR 1=1 --")).await.matching, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_hold_over_all_pages() {
    let rig = Rig::new(600).await;
    rig.synced().await;
    let by = |column, descending| SortKey { column, descending };
    let query = UserQuery {
        sort: vec![by(UserColumn::Risk, true), by(UserColumn::Devices, true)],
        ..UserQuery::default()
    };
    let rows = all(&rig, &query).await;
    let place = |level: &Option<RiskLevel>| {
        level.as_ref().map_or(9, |l| RiskLevel::KNOWN.iter().position(|k| k == l).unwrap_or(8))
    };
    let key = |row: &UserRow| (place(&row.risk), std::cmp::Reverse(row.devices));
    assert!(rows.is_sorted_by_key(key));
    assert!(place(&rows[0].risk) < 2, "somebody is at risk");
    let query = UserQuery { sort: vec![by(UserColumn::LastLogin, false)], ..UserQuery::default() };
    let rows = all(&rig, &query).await;
    assert!(rows.is_sorted_by_key(|row| row.last_login.map_or(i64::MAX, |at| at.0)), "never comes last");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_numbers_are_those_of_their_devices() {
    let rig = Rig::new(500).await;
    rig.synced().await;
    let mut with_devices = 0;
    for row in all(&rig, &UserQuery::default()).await {
        let person = get(&rig, &row.id).await;
        assert_eq!(Some(person.devices.len() as u32), row.devices, "{}", row.name);
        let managed = |status| person.devices.iter().filter(|d| d.managed == status).count() as u32;
        assert_eq!(managed(domain::ManagedStatus::Managed), row.managed.managed, "{}", row.name);
        assert_eq!(managed(domain::ManagedStatus::NotManaged), row.managed.not_managed, "{}", row.name);
        assert_eq!((&person.peak, &person.risk.as_ref().map(|r| r.level.clone())), (&row.peak, &row.risk));
        // The devices' own list, asked for the person's id, has the same rows.
        let query = DeviceQuery { search: row.id.to_string(), ..DeviceQuery::default() };
        let ask = ListDevices { as_of: None, query, offset: 0, limit: 500, rows_only: true };
        let mut listed: Vec<_> =
            rig.app.call(ask).await.expect("a page").rows.into_iter().map(|d| d.id).collect();
        let mut own: Vec<_> = person.devices.into_iter().map(|d| d.id).collect();
        listed.sort();
        own.sort();
        assert_eq!(own, listed, "{}", row.name);
        with_devices += u32::from(!own.is_empty());
    }
    assert!(with_devices > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_peak_stays_when_the_level_falls() {
    let rig = Rig::new(600).await;
    rig.synced().await;
    let rows = all(&rig, &only(UserFacet::PeakRisk, "HIGH")).await;
    assert!(!rows.is_empty());
    let fallen = rows.iter().find(|row| row.risk != Some(RiskLevel::High)).expect("a level that fell again");
    let person = get(&rig, &fallen.id).await;
    let peak = person.peak.expect("a peak");
    let told =
        person.risks.iter().find(|entry| entry.level == RiskLevel::High).expect("it is in the history");
    assert_eq!(peak.at, Some(told.at));
    assert!(told.reason.is_some(), "and says why");
    assert!(person.risks.is_sorted_by(|a, b| a.at >= b.at));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_told_from_the_log() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let (mut told, mut open, mut ended) = (0, 0, 0);
    for row in all(&rig, &UserQuery::default()).await {
        let person = get(&rig, &row.id).await;
        for session in &person.sessions {
            told += 1;
            assert!(session.first_seen <= session.last_seen && session.events > 0);
            assert!(session.started.is_none_or(|at| at >= session.first_seen));
            if session.ended.is_some() { ended += 1 } else { open += 1 }
        }
    }
    assert!(told > 50 && open > 0 && ended > 0, "{told} sessions, {open} open, {ended} ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_snapshot_shows_people_as_they_were() {
    let rig = Rig::new(600).await;
    rig.synced().await;
    let then = rig.snapshot().await;
    let before = list(&rig, UserQuery::default()).await;
    rig.pass(DAY * 45);
    rig.synced().await;
    let now = list(&rig, UserQuery::default()).await;
    assert_ne!((&now.rows, &now.facets), (&before.rows, &before.facets), "45 days change somebody");
    let past = list_at(&rig, Some(then), UserQuery::default()).await.expect("a page");
    assert_eq!(
        (past.snapshot, past.total, &past.rows, &past.facets),
        (then, before.total, &before.rows, &before.facets)
    );
    let changed = before.rows.iter().find(|was| {
        now.rows.iter().any(|is| is.id == was.id && is.title != was.title && was.title.is_some())
    });
    let was = changed.expect("somebody got another title");
    let typed = format!("{} {}", was.id, was.title.as_deref().unwrap_or_default());
    assert_eq!(list_at(&rig, Some(then), searched(&typed)).await.expect("a page").matching, 1);
    assert_eq!(list(&rig, searched(&typed)).await.matching, 0, "that title is the past");
    assert!(rig.app.call(ListSnapshots {}).await.expect("snapshots").len() >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_roles_are_asked_for_and_kept() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    let rows = all(&rig, &only(UserFacet::Status, "ACTIVE")).await;
    let calls = rig.org.control().calls();
    let untold = access(&rig, &rows[0].id, false).await;
    assert_eq!((untold.groups.known, untold.roles.known), (None, None));
    assert_eq!(rig.org.control().calls(), calls, "nobody asked the org");
    let (mut admins, mut plain) = (0, 0);
    for row in &rows {
        let told = access(&rig, &row.id, true).await;
        let (groups, at) = told.groups.known.expect("groups");
        assert!(groups.iter().any(|group| &*group.name == "Everyone"), "{}", row.name);
        assert_eq!(at, told.now);
        let (roles, _) = told.roles.known.expect("roles");
        if roles.is_empty() { plain += 1 } else { admins += 1 }
    }
    assert!(admins > 0 && plain > 0, "{admins} admins, {plain} others");

    rig.pass(DAY);
    let rig = rig.restart().await;
    rig.fault("/", FaultKind::Status { status: 503 });
    let kept = access(&rig, &rows[0].id, true).await;
    let (groups, at) = kept.groups.known.expect("what was answered is kept");
    assert_eq!((groups.is_empty(), kept.now.since(at)), (false, DAY.as_millis() as i64));
    assert_eq!(kept.groups.failure.map(|f| f.kind), Some(FailureKind::Unreachable));
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_may_not_be_read_are_not_none() {
    let rig = Rig::new(200).await;
    rig.synced().await;
    let row = list(&rig, only(UserFacet::Status, "ACTIVE")).await.rows.remove(0);
    let roles = format!("/api/v1/users/{}/roles", row.id);
    rig.fault(&roles, FaultKind::Forbidden);
    let told = access(&rig, &row.id, true).await;
    assert_eq!(told.roles.known, None);
    assert_eq!(told.roles.failure.as_ref().map(|f| f.kind), Some(FailureKind::Forbidden));
    assert!(told.groups.known.is_some() && told.groups.failure.is_none(), "groups are another right");
    rig.no_faults();
    let kept = access(&rig, &row.id, false).await;
    assert_eq!(kept.roles.failure.map(|f| f.kind), Some(FailureKind::Forbidden), "the refusal is kept, too");
    let told = access(&rig, &row.id, true).await;
    assert!(told.roles.known.is_some() && told.roles.failure.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_org_without_devices_has_people_whose_devices_are_not_known() {
    let rig = Rig::new(200).await;
    rig.fault("/api/v1/devices", FaultKind::Forbidden);
    rig.sync().await;
    let page = list(&rig, UserQuery::default()).await;
    assert!(page.total > 0);
    assert!(page.rows.iter().all(|row| row.devices.is_none()), "none is not the same as not read");
    let devices = page.facets.iter().find(|f| f.facet == UserFacet::Devices).expect("a facet");
    assert_eq!(
        devices.values.iter().map(|v| (v.value.as_str(), v.count)).collect::<Vec<_>>(),
        [("~", page.total)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_that_id_is_not_found() {
    let rig = Rig::new(50).await;
    rig.synced().await;
    let failure = rig.app.call(GetUser { as_of: None, id: "00unobody".into() }).await.expect_err("nobody");
    assert_eq!(failure.kind, FailureKind::NotFound);
}
