//! What the device page tells: signals with source and time, a timeline whose counts are its rows, duplicates, and the cause
//! of a managed status.

use crate::rig::Rig;
use contract::{
    devices::{DeviceRow, GetDevice},
    log_events::GetLogEvent,
    managed::{GetManagedCauses, GetReadiness},
    signals::{DeviceSignals, GetDeviceSignals, SourceKind},
    timeline::{GetTimeline, Happening, Timeline, TimelineKind},
};
use domain::{Answer, DeviceId, DeviceQuery, Facet, FacetFilter, ManagedStatus, Question, likely_cause};
use std::{collections::BTreeSet, time::Duration};

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn rows(rig: &Rig, filters: Vec<FacetFilter>) -> Vec<DeviceRow> {
    rig.all(DeviceQuery { filters, ..DeviceQuery::default() }).await
}

async fn signals(rig: &Rig, id: &DeviceId) -> DeviceSignals {
    rig.app.call(GetDeviceSignals { as_of: None, id: id.clone() }).await.expect("signals")
}

async fn timeline(rig: &Rig, id: &DeviceId, kinds: &[TimelineKind], offset: u32, limit: u32) -> Timeline {
    let ask = GetTimeline { as_of: None, id: id.clone(), kinds: kinds.to_vec(), offset, limit };
    rig.app.call(ask).await.expect("a timeline")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_signal_names_its_source_and_its_event() {
    let rig = Rig::new(1_000).await;
    rig.synced().await;
    let (mut titles, mut raw, mut silent, mut events) = (BTreeSet::new(), 0, 0, 0);
    for row in
        rows(&rig, vec![FacetFilter::include(Facet::Platform, ["WINDOWS", "MACOS"])]).await.iter().take(300)
    {
        let signals = signals(&rig, &row.id).await;
        assert_eq!(signals.sources[0].kind, SourceKind::Record);
        for source in signals.sources {
            silent += usize::from(source.silent_at.is_some());
            for fact in &source.facts {
                assert_eq!(fact.observed.is_some(), fact.value.is_some(), "{}: {fact:?}", source.title);
                assert!(fact.observed.is_none_or(|at| at <= signals.now));
                raw += usize::from(fact.name == "raw");
                if let Some(uuid) = fact.event.clone().filter(|_| events < 20) {
                    let event = rig.app.call(GetLogEvent { as_of: None, uuid }).await.expect("its event");
                    assert!(event.raw.contains(row.id.as_str()), "the event is about the device");
                    events += 1;
                }
            }
            titles.insert(source.title);
        }
    }
    // What the org calls its integrations, not what the log does.
    for title in
        ["CrowdStrike", "Windows Security Center", "Chrome Device Trust", "Custom device posture checks"]
    {
        assert!(titles.contains(title), "{title} is missing among {titles:?}");
    }
    assert!(!titles.contains("CROWDSTRIKE") && !titles.contains("WSC"), "{titles:?}");
    assert!(raw > 0, "text that can't be read is kept");
    assert!(silent > 0, "a vendor without values is told");
    assert_eq!(events, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_evidence_is_told_with_what_it_is() {
    let rig = Rig::new(500).await;
    rig.synced().await;
    let (mut by_event, mut by_record) = (0, 0);
    for row in rig.all(DeviceQuery::default()).await {
        let detail = rig.app.call(GetDevice { as_of: None, id: row.id.clone() }).await.expect("the device");
        let evidence = detail.evidence.expect("every device of the demo org was updated once");
        assert!(Some(evidence.at) >= row.last_updated);
        match evidence.event {
            Some((uuid, _)) => {
                by_event += 1;
                rig.app.call(GetLogEvent { as_of: None, uuid }).await.expect("its event");
            }
            None => by_record += 1,
        }
    }
    assert!(by_event > 50 && by_record > 50, "{by_event} by an event, {by_record} by the record");
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_of_a_timeline_are_its_rows() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    for _ in 0..3 {
        rig.pass(2 * DAY);
        rig.synced().await;
    }
    let mut seen = BTreeSet::new();
    for row in rig.all(DeviceQuery::default()).await {
        let all = timeline(&rig, &row.id, &[], 0, 500).await;
        assert!(all.entries.is_sorted_by(|a, b| a.at >= b.at));
        assert_eq!(all.matching as usize, all.entries.len());
        for (kind, count) in &all.counts {
            let only = timeline(&rig, &row.id, &[*kind], 0, 500).await;
            assert!(only.entries.iter().all(|entry| entry.kind == *kind));
            assert_eq!((only.matching, only.entries.len()), (*count, *count as usize), "{kind:?}");
            assert_eq!(only.counts, all.counts, "counts do not depend on what is chosen");
            if *count > 0 {
                seen.insert(*kind);
            }
        }
        // Paging leaves nothing out and tells nothing twice.
        let mut paged = Vec::new();
        while (paged.len() as u32) < all.matching {
            let part = timeline(&rig, &row.id, &[], paged.len() as u32, 3).await;
            assert!(!part.entries.is_empty());
            paged.extend(part.entries);
        }
        assert_eq!(paged, all.entries);
    }
    for kind in [
        TimelineKind::Lifecycle,
        TimelineKind::Managed,
        TimelineKind::Attribute,
        TimelineKind::SignIn,
        TimelineKind::Risk,
        TimelineKind::Admin,
    ] {
        assert!(seen.contains(&kind), "no device has an entry of {kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flip_is_told_in_the_timeline_and_in_the_readiness() {
    let rig = Rig::new(1_500).await;
    rig.synced().await;
    rig.pass(6 * DAY);
    rig.synced().await;
    let readiness = rig.app.call(GetReadiness { as_of: None }).await.expect("readiness");
    assert!(!readiness.flips.is_empty() && !readiness.flips_capped);
    for flip in readiness.flips.iter().take(10) {
        assert_ne!(flip.from, flip.to);
        let told = timeline(&rig, &flip.device, &[TimelineKind::Managed], 0, 500).await;
        let same = told.entries.iter().any(|entry| {
            let what =
                Happening::Flipped { user: flip.user.clone(), from: flip.from.clone(), to: flip.to.clone() };
            entry.what == what && entry.in_force == Some(flip.snapshot)
        });
        assert!(same, "{flip:?}\n{:?}", told.entries);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_counts_are_the_lists_rows() {
    let rig = Rig::new(1_000).await;
    rig.synced().await;
    let readiness = rig.app.call(GetReadiness { as_of: None }).await.expect("readiness");
    let mut sum = 0;
    for platform in &readiness.platforms {
        for (value, _, count) in &platform.managed {
            let filters = vec![
                FacetFilter::include(Facet::Platform, [platform.platform.clone()]),
                FacetFilter::include(Facet::Managed, [value.clone()]),
            ];
            assert_eq!(rows(&rig, filters).await.len() as u64, *count, "{} {value}", platform.label);
            sum += count;
        }
        assert!(platform.set_up.iter().all(|event| event.expires.is_none()), "nobody told when it expires");
    }
    assert_eq!(sum, 1_000);
    assert!(readiness.log_begins.is_some());
    // Further back than the week that a first sync reads of the log.
    let old =
        readiness.platforms.iter().flat_map(|p| &p.set_up).filter(|e| Some(e.at) < readiness.log_begins);
    assert!(old.count() >= 2, "changes of the set-up are known as far back as the org keeps them");
}

#[tokio::test(flavor = "multi_thread")]
async fn causes_are_found_with_their_evidence() {
    let rig = Rig::new(2_000).await;
    rig.synced().await;
    let not = rows(&rig, vec![FacetFilter::include(Facet::Managed, ["NOT_MANAGED", "MIXED"])]).await;
    let (mut causes, mut unknown) = (BTreeSet::new(), 0);
    for row in not.iter().take(400) {
        let found = rig.app.call(GetManagedCauses { as_of: None, id: row.id.clone() }).await.expect("causes");
        assert_eq!(found.links.len() as u32, row.users.unwrap_or(0));
        for link in found.links {
            if link.status == ManagedStatus::Managed {
                assert_eq!(link.steps, []);
                continue;
            }
            assert_eq!(link.steps[0].question, Question::Registered);
            for step in &link.steps {
                assert_eq!(step.settle.is_some(), step.answer != Answer::Yes);
                unknown += usize::from(step.answer == Answer::Unknown);
            }
            match likely_cause(&link.steps) {
                Some(cause) => {
                    causes.insert(format!("{:?}", cause.question));
                    if cause.question == Question::HintAccepted {
                        let uuid = cause.event.clone().expect("the sign-in").into();
                        let event = rig.app.call(GetLogEvent { as_of: None, uuid }).await.expect("its event");
                        assert!(event.raw.contains("INVALID_MANAGEMENT_HINT"));
                    }
                }
                None => {
                    causes.insert("none".to_owned());
                }
            }
        }
    }
    assert!(unknown > 0);
    for cause in ["HintAccepted", "SignedInSince"] {
        assert!(causes.contains(cause), "{cause} is missing among {causes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_are_of_the_same_number_and_placeholders_are_none() {
    let rig = Rig::new(2_000).await;
    rig.synced().await;
    let mut found = 0;
    for row in rig.all(DeviceQuery::default()).await {
        let detail = rig.app.call(GetDevice { as_of: None, id: row.id.clone() }).await.expect("the device");
        for twin in detail.duplicates {
            found += 1;
            assert_ne!(twin.row.id, row.id);
            let own = row.serial.as_deref().and_then(domain::identifier);
            if twin.same.iter().any(|name| name == "serialNumber") {
                assert!(own.is_some() && own == twin.row.serial.as_deref().and_then(domain::identifier));
            }
            assert_eq!(twin.newer, Some(twin.row.last_updated > row.last_updated));
        }
    }
    assert!(found > 20, "{found} duplicates");
}
