//! The log that is kept: every page, count and day adds up to the same events, an event is what the org sent, and what somebody
//! watches opens what was counted.

use crate::{org_log::oldest, rig::Rig};
use contract::{
    FailureKind,
    log::{
        CountLog, DeleteDetection, ListDetections, ListLog, LogCounts, LogPage, LogRow, SaveDetection,
        SavedDetection,
    },
    log_events::GetLogEvent,
    users::{GetUser, UserDetail},
};
use domain::{LogCondition, LogField, LogFilter, SnapshotId, Timestamp};
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};

async fn page(rig: &Rig, ask: ListLog) -> LogPage {
    rig.app.call(ask).await.expect("a page")
}

/// Every row that fits, page by page.
pub async fn rows(rig: &Rig, as_of: Option<SnapshotId>, filter: &LogFilter) -> Vec<LogRow> {
    let (mut rows, mut before): (Vec<LogRow>, _) = (Vec::new(), None);
    loop {
        let next = page(rig, ListLog { as_of, filter: filter.clone(), before, limit: 137 }).await;
        assert!(next.rows.len() == 137 || !next.more, "only the last page is short");
        before = next.rows.last().map(|row| row.place);
        rows.extend(next.rows);
        if !next.more {
            return rows;
        }
    }
}

pub async fn counts(rig: &Rig, as_of: Option<SnapshotId>, filter: &LogFilter, by: &[LogField]) -> LogCounts {
    let count = CountLog { as_of, filter: filter.clone(), by: by.to_vec() };
    rig.app.call(count).await.expect("counts")
}

fn text(text: &str) -> LogFilter {
    LogFilter { text: text.to_owned(), ..LogFilter::default() }
}

fn except(field: LogField, value: &str) -> LogFilter {
    let condition = LogCondition { field, values: vec![value.to_owned()], exclude: true, on: true };
    LogFilter { conditions: vec![condition], ..LogFilter::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_counts_and_days_are_of_the_same_events() {
    let rig = Rig::new(120).await;
    rig.synced().await;
    let everything = counts(&rig, None, &LogFilter::default(), &[LogField::User, LogField::Ip]).await;
    let (user, ip) = (&everything.fields[0].values[0], &everything.fields[1].values[0]);
    let filters = [
        LogFilter::default(),
        LogFilter::of(LogField::EventType, "policy.*"),
        LogFilter::of(LogField::User, user.value.clone()),
        except(LogField::Outcome, "SUCCESS"),
        text("sign on evaluat"),
        LogFilter { since: Some(Timestamp(oldest().0 + 86 * Timestamp::DAY)), ..text(&ip.value) },
        LogFilter { until: Some(Timestamp(oldest().0 + 60 * Timestamp::DAY)), ..LogFilter::default() },
    ];
    for filter in &filters {
        let told = counts(&rig, None, filter, &[LogField::EventType]).await;
        let listed = rows(&rig, None, filter).await;
        assert!(told.matching > 0, "the test says nothing of {filter:?}");
        assert_eq!(listed.len() as u64, told.matching, "{filter:?}");
        assert!(listed.windows(2).all(|pair| pair[0].place > pair[1].place), "newest first, none twice");
        assert_eq!(told.days.iter().map(|(_, n)| n).sum::<u64>(), told.matching, "{filter:?}");
        for (day, count) in &told.days {
            let end = Timestamp(day.0 + Timestamp::DAY);
            let of_day = listed.iter().filter(|row| (*day..end).contains(&row.place.published)).count();
            assert_eq!(of_day as u64, *count, "{day:?} of {filter:?}");
        }
        // Each value that is offered opens as many rows as it says.
        let types = &told.fields[0];
        assert!(!types.values.is_empty());
        for value in &types.values {
            let of_type = listed.iter().filter(|row| *row.event.event_type == *value.value).count();
            let asks_for_types = filter.conditions.iter().any(|one| one.field == LogField::EventType);
            assert!(asks_for_types || of_type as u64 == value.count, "{} of {filter:?}", value.value);
        }
    }
    let total =
        page(&rig, ListLog { as_of: None, filter: text("nothing has this word"), before: None, limit: 9 });
    let total = total.await;
    assert_eq!((total.rows.len(), total.more, total.total), (0, false, everything.matching));
    // What an id is called is what its person is called.
    let UserDetail { user: person, .. } =
        rig.app.call(GetUser { as_of: None, id: user.value.as_str().into() }).await.expect("the person");
    assert_eq!(user.name.as_deref(), Some(person.name().as_str()));
    let named = rows(&rig, None, &filters[2]).await;
    assert!(named.iter().filter(|e| e.event.user.is_some()).all(|e| e.user_name.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_shown_as_the_org_sent_it() {
    let rig = Rig::new(60).await;
    rig.synced().await;
    let since = Timestamp(crate::rig::start().0 - Timestamp::DAY);
    let sent = rig.org_log(since, None, "uuid pr").await;
    assert!(sent.len() > 20);
    for event in &sent {
        let uuid = event["uuid"].as_str().expect("an id");
        let raw =
            rig.app.call(GetLogEvent { as_of: None, uuid: uuid.to_owned() }).await.expect("an event").raw;
        assert_eq!(serde_json::from_str::<Value>(&raw).expect("JSON"), *event);
        assert!(raw.lines().count() > 5, "set out over lines");
    }
    for nobody in ["", "no such event", "0b57fb29-38dc-11f1-9c2f-0242ac120002", "%", "\"*"] {
        let refused = rig.app.call(GetLogEvent { as_of: None, uuid: nobody.to_owned() }).await;
        assert_eq!(refused.expect_err("there is none").kind, FailureKind::NotFound, "{nobody:?}");
    }
    // What came later was not known before.
    let before = rig.snapshot().await;
    rig.pass(Duration::from_secs(3 * 3600));
    rig.synced().await;
    let new = rig.org_log(crate::rig::start(), None, "uuid pr").await;
    let uuid = new[new.len() / 2]["uuid"].as_str().expect("an id").to_owned();
    assert!(rig.app.call(GetLogEvent { as_of: None, uuid: uuid.clone() }).await.is_ok());
    let refused = rig.app.call(GetLogEvent { as_of: Some(before), uuid }).await;
    assert_eq!(refused.expect_err("was not known").kind, FailureKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_snapshot_stays_as_it_was() {
    let rig = Rig::new(60).await;
    rig.synced().await;
    let then = rig.snapshot().await;
    let ids = |rows: Vec<LogRow>| rows.into_iter().map(|row| row.event.uuid).collect::<Vec<_>>();
    let by = [LogField::EventType, LogField::Outcome, LogField::User];
    let (listed, counted) = (
        ids(rows(&rig, None, &LogFilter::default()).await),
        counts(&rig, None, &LogFilter::default(), &by).await,
    );
    rig.pass(Duration::from_secs(26 * 3600));
    rig.synced().await;
    assert_eq!(ids(rows(&rig, Some(then), &LogFilter::default()).await), listed);
    assert_eq!(counts(&rig, Some(then), &LogFilter::default(), &by).await, counted);
    let now = ids(rows(&rig, None, &LogFilter::default()).await);
    assert!(now.len() > listed.len());
    assert_eq!(now.iter().collect::<BTreeSet<_>>().len(), now.len(), "none twice");
}

async fn detections(rig: &Rig) -> Vec<SavedDetection> {
    rig.app.call(ListDetections { as_of: None }).await.expect("detections")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detections_counts_open_their_rows() {
    let rig = Rig::new(400).await;
    rig.synced().await;
    let name = SaveDetection {
        id: None,
        name: "  Whatever people do ".to_owned(),
        note: Some(" \n".to_owned()),
        filter: LogFilter::of(LogField::EventType, "user.*"),
    };
    rig.app.call(name).await.expect("is saved");
    let (mut counted, mut days) = (0, 0);
    for one in detections(&rig).await {
        for (back, told) in [(1, one.day), (7, one.week)] {
            let since = Some(Timestamp(one.counted.0 - back * Timestamp::DAY));
            let filter = LogFilter { since, ..one.filter.clone() };
            let opened = rows(&rig, None, &filter).await;
            assert_eq!(opened.len() as u64, told, "{} of {back} days", one.name);
            if told > 0 {
                assert_eq!(opened[0].place.published, one.last.expect("it happened"), "{}", one.name);
            }
        }
        assert!(one.day <= one.week);
        counted += u64::from(one.week > 0);
        days += u64::from(one.day > 0 && one.day < one.week);
    }
    assert!(
        counted > 5 && days > 0,
        "{counted} of them found something, {days} more in a week than in a day"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detection_is_saved_renamed_and_deleted() {
    let rig = Rig::new(20).await;
    rig.synced().await;
    let filter = LogFilter::of(LogField::EventType, "zone.*");
    let save = |id, name: &str, filter: &LogFilter| SaveDetection {
        id,
        name: name.to_owned(),
        note: Some(" Who, and why? ".to_owned()),
        filter: filter.clone(),
    };
    let own = async || -> Vec<SavedDetection> {
        detections(&rig).await.into_iter().filter(|one| one.id.is_some()).collect()
    };
    let come_along = detections(&rig).await;
    assert!(come_along.len() > 5 && come_along.iter().all(|one| one.id.is_none() && one.note.is_some()));
    let id = rig.app.call(save(None, " Zones ", &filter)).await.expect("is saved");
    let kept = own().await;
    assert_eq!((kept.len(), kept[0].id, kept[0].name.as_str()), (1, Some(id), "Zones"));
    assert_eq!((kept[0].note.as_deref(), &kept[0].filter), (Some("Who, and why?"), &filter));

    // Renamed, also to the same name in other letters; the filter stays or changes with it.
    for name in ["ZONES", "Network zones"] {
        assert_eq!(rig.app.call(save(Some(id), name, &filter)).await.expect("is renamed"), id);
        let kept = own().await;
        assert_eq!((kept.len(), kept[0].name.as_str()), (1, name));
    }
    let other = rig.app.call(save(None, "Zones", &filter)).await.expect("the name is free again");
    for (id, name, filter, kind) in [
        (None, "  ", &filter, FailureKind::BadInput),
        (None, "x".repeat(121).as_str(), &filter, FailureKind::BadInput),
        (None, "NETWORK zones", &filter, FailureKind::BadInput),
        (Some(other), "network zones", &filter, FailureKind::BadInput),
        (None, come_along[0].name.as_str(), &filter, FailureKind::BadInput),
        (None, "Everything", &LogFilter::default(), FailureKind::BadInput),
        (Some(other + 99), "Nobody's", &filter, FailureKind::NotFound),
    ] {
        let refused = rig.app.call(save(id, name, filter)).await.expect_err("is refused");
        assert_eq!(refused.kind, kind, "{name}: {refused}");
    }
    assert_eq!(own().await.len(), 2, "what was refused changed nothing");

    let rig = rig.restart().await;
    let kept = |all: Vec<SavedDetection>| all.into_iter().filter_map(|one| one.id).collect::<BTreeSet<_>>();
    assert_eq!(kept(detections(&rig).await), BTreeSet::from([id, other]));
    rig.app.call(DeleteDetection { id }).await.expect("is deleted");
    assert_eq!(kept(detections(&rig).await), BTreeSet::from([other]));
    let gone = rig.app.call(DeleteDetection { id }).await.expect_err("is gone");
    assert_eq!(gone.kind, FailureKind::NotFound);
}
