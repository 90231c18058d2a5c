//! A cold start: from the first touch of the cache file to the first rows. No network is there to be asked.

use super::{core, key};
use crate::shapes::PAGE;
use crate::stats::milliseconds;
use anyhow::{Result, ensure};
use cache::floor::Plain;
use contract::{devices::ListDevices, session::GetSession};
use domain::DeviceQuery;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Milliseconds until the core has told its session and the first page of devices with all counts, as a window asks.
pub fn start(cache: PathBuf) -> Result<f64> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let start = Instant::now();
        let app = core::open("http://127.0.0.1:9", cache).await?;
        app.call(GetSession {}).await?;
        let query = DeviceQuery::default();
        let command = ListDevices { as_of: None, query, offset: 0, limit: PAGE as u32, rows_only: false };
        let page = app.call(command).await?;
        let took = milliseconds(start.elapsed());
        ensure!(page.rows.len() == PAGE, "{} rows", page.rows.len());
        Ok(took)
    })
}

/// Milliseconds until a bare connection has as many rows, whichever come first.
pub fn bare(cache: &Path) -> Result<f64> {
    let start = Instant::now();
    let rows = Plain::open(cache, &key())?.some_rows(PAGE)?;
    let took = milliseconds(start.elapsed());
    ensure!(rows == PAGE, "{rows} rows");
    Ok(took)
}
