//! The fleet in numbers, now and over time.

use crate::{App, facets, failure, org::Org, snapshot};
use contract::{
    Failure, Handle,
    overview::{GetOverview, Overview, TrendPoint},
};
use domain::{Facet, SnapshotId};
use std::collections::BTreeMap;

/// At most so many snapshots make the plot over time, spread evenly over it.
const POINTS: usize = 200;

impl Handle<GetOverview> for App {
    async fn handle(&self, command: GetOverview) -> Result<Overview, Failure> {
        self.org()?.read(move |org| overview(org, command.as_of)).await
    }
}

fn overview(org: &Org, as_of: Option<SnapshotId>) -> Result<Overview, Failure> {
    let snapshot = snapshot::chosen(org, as_of)?;
    let numbers = org.cache.overview(snapshot).map_err(failure::cache)?;
    Ok(Overview {
        snapshot,
        now: org.now(),
        devices: numbers.devices,
        users: numbers.users,
        events: numbers.events,
        facets: facets::shown(&numbers.facets),
        trend: trend(org, snapshot)?,
    })
}

/// The fleet over time, oldest first.
fn trend(org: &Org, until: SnapshotId) -> Result<Vec<TrendPoint>, Failure> {
    let mut points = BTreeMap::new();
    for number in org.cache.trend(Facet::Managed, until, POINTS).map_err(failure::cache)? {
        let point = points.entry(number.snapshot).or_insert(TrendPoint {
            snapshot: number.snapshot,
            at: number.finished,
            devices: 0,
            managed: 0,
            not_managed: 0,
            stale: 0,
        });
        // Each device has exactly one managed status, so their sum is the fleet.
        point.devices += number.count;
        match number.value.as_str() {
            "MANAGED" => point.managed = number.count,
            "NOT_MANAGED" => point.not_managed = number.count,
            _ => {}
        }
    }
    for number in org.cache.trend(Facet::LastEvidence, until, POINTS).map_err(failure::cache)? {
        if let Some(point) = points.get_mut(&number.snapshot).filter(|_| number.value == "90+") {
            point.stale = number.count;
        }
    }
    Ok(points.into_values().collect())
}
