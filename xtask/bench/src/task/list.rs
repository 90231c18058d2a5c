//! First pages of lists: from the core as a page asks for them, from the cache in parts, and in plain SQL.
//!
//! The cache keeps its last answers; a question that is asked again is not measured, so each is asked in a form that
//! was not asked lately (`Shape::again`).

use super::{core, key};
use crate::shapes::{self, PAGE};
use crate::stats::Times;
use anyhow::Result;
use cache::{Location, Store, floor::Plain};
use contract::devices::ListDevices;
use domain::{DeviceQuery, SnapshotId};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const MOST: usize = 300;
const PATIENCE: Duration = Duration::from_secs(3);

/// How long the core takes for the first page of each shape: rows, totals and the counts of every facet.
pub fn answers(cache: PathBuf) -> Result<Vec<Times>> {
    let runtime = tokio::runtime::Runtime::new()?;
    // Nothing listens at this address, and nothing is asked of it.
    let app = runtime.block_on(core::open("http://127.0.0.1:9", cache))?;
    let ask = |query: DeviceQuery| {
        let command = ListDevices { as_of: None, query, offset: 0, limit: PAGE as u32, rows_only: false };
        runtime.block_on(app.call(command)).map(drop)
    };
    let shapes = shapes::all();
    Ok(shapes
        .iter()
        .map(|shape| Times::measure(MOST, PATIENCE, |n| ask(shape.again(n))))
        .collect::<Result<_, _>>()?)
}

/// How long the cache takes for the parts of an answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parts {
    /// The rows of the first page of each shape, in an order that is kept.
    pub rows: Vec<Times>,
    /// The total and the counts of all facets of each shape.
    pub counts: Vec<Times>,
    /// The first page of all devices, in an order that was not asked for lately.
    pub new_order: Times,
}

/// Asks for the parts apart.
pub fn parts(cache: PathBuf) -> Result<Parts> {
    let store = Store::open(&Location::File(cache), &key())?;
    let snapshot = store.latest()?.map_or(SnapshotId(0), |latest| latest.id);
    let rows = |query: &DeviceQuery| -> cache::Result<()> {
        let listing = store.devices(snapshot, query)?;
        store.device_rows(&listing, 0, PAGE).map(drop)
    };
    let (mut found, mut counted) = (Vec::new(), Vec::new());
    for shape in shapes::all() {
        found.push(Times::measure(MOST, PATIENCE, |n| rows(&shape.again(n)))?);
        counted.push(Times::sample(MOST, PATIENCE, |n| -> cache::Result<Duration> {
            let listing = store.devices(snapshot, &shape.again(n))?;
            let before = Instant::now();
            std::hint::black_box((listing.total(), listing.facets()));
            Ok(before.elapsed())
        })?);
    }
    let orders = shapes::orders();
    let new_order = Times::measure(MOST, PATIENCE, |n| rows(&orders[n % orders.len()]))?;
    Ok(Parts { rows: found, counts: counted, new_order })
}

/// How long plain SQL takes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sql {
    /// The rows of the first page of each shape.
    pub rows: Vec<Times>,
    /// The total and the counts of eight facets of each shape.
    pub counts: Vec<Times>,
}

/// Asks the file.
pub fn sql(cache: &Path) -> Result<Sql> {
    let plain = Plain::open(cache, &key())?;
    let (mut rows, mut counts) = (Vec::new(), Vec::new());
    for shape in shapes::all() {
        rows.push(Times::measure(MOST, PATIENCE, |n| plain.rows(&shape.again(n), PAGE).map(drop))?);
        counts.push(Times::measure(MOST, PATIENCE, |n| plain.counts(&shape.again(n)).map(drop))?);
    }
    Ok(Sql { rows, counts })
}
