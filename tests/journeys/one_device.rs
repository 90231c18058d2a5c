//! One device whole, and its past.

use crate::rig::Rig;
use contract::{
    devices::{DeviceDetail, GetDevice},
    timeline::{GetTimeline, Happening, TimelineEntry},
};
use domain::{DeviceId, DeviceQuery};
use std::time::Duration;

async fn get(rig: &Rig, id: &DeviceId) -> DeviceDetail {
    rig.app.call(GetDevice { as_of: None, id: id.clone() }).await.expect("the device")
}

async fn timeline(rig: &Rig, id: &DeviceId) -> Vec<TimelineEntry> {
    let ask = GetTimeline { as_of: None, id: id.clone(), kinds: Vec::new(), offset: 0, limit: 500 };
    rig.app.call(ask).await.expect("the timeline").entries
}

#[tokio::test(flavor = "multi_thread")]
async fn it_agrees_with_its_row() {
    let rig = Rig::new(300).await;
    rig.synced().await;
    for row in rig.all(DeviceQuery::default()).await {
        let device = get(&rig, &row.id).await;
        assert_eq!(device.users.len() as u32, row.users.unwrap_or(0), "{}", row.id);
        assert_eq!(device.device.users.map(|users| users.len() as u32), row.users, "{}", row.id);
        assert_eq!((device.managed, &device.risk), (row.managed, &row.risk));
        assert_eq!(device.device.profile.serial_number.as_deref(), row.serial.as_deref());
        let raw: serde_json::Value = serde_json::from_str(&device.raw).expect("the org's JSON");
        assert_eq!(raw["id"], row.id.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_name_each_other() {
    let rig = Rig::new(3_000).await;
    rig.synced().await;
    let rows = rig.all(DeviceQuery::default()).await;
    let twins = rows.iter().find_map(|row| {
        let serial = row.serial.as_deref().filter(|serial| !serial.trim().is_empty())?;
        let other =
            rows.iter().find(|other| other.id != row.id && other.serial.as_deref() == Some(serial))?;
        Some((row, other))
    });
    let (one, other) = twins.expect("the demo org has duplicates");
    assert!(get(&rig, &one.id).await.duplicates.iter().any(|twin| twin.row.id == other.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn its_changes_are_told() {
    let rig = Rig::new(500).await;
    rig.synced().await;
    let before = rig.all(DeviceQuery::default()).await;
    rig.pass(Duration::from_secs(14 * 24 * 3600));
    rig.synced().await;
    let after = rig.all(DeviceQuery::default()).await;
    let changed = before.iter().find_map(|row| {
        let now = after.iter().find(|now| now.id == row.id)?;
        (now.os_version != row.os_version).then_some((row, now))
    });
    let (row, now) = changed.expect("an update within a fortnight");
    let history = timeline(&rig, &row.id).await;
    assert!(history.is_sorted_by(|a, b| a.at >= b.at));
    let change = history.iter().find_map(|entry| match &entry.what {
        Happening::Changed(changes) => changes.iter().find(|change| change.field == "osVersion"),
        _ => None,
    });
    let change = change.expect("the update is in the history");
    assert_eq!((&change.from, &change.to), (&row.os_version, &now.os_version));
    assert!(history.iter().any(|entry| entry.what == Happening::Enrolled));
}
