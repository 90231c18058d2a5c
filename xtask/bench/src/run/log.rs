//! The log: what reading it costs beside its floor, what a first page under a filter costs beside plain SQL, and how large it is.

use super::say;
use crate::child::{self, Org};
use crate::report::{Log, LogShape};
use crate::stats::{Times, digits, ratio};
use crate::task::{
    Task,
    fetch::Fetched,
    insert::Inserted,
    log::{Pages, Synced},
};
use anyhow::Result;
use std::path::Path;

/// Events of a page of the org's log.
const PAGE: u64 = 1000;
/// Pages that the floor fetches at most: one costs what another costs, and the org takes longer to make them.
const FETCHED: u64 = 1000;
/// A device of the simulated org has about so many events in the time that is read.
const EVENTS_OF_A_DEVICE: u64 = 30;

/// Measures with about so many events. The floor's file lies in a folder of its own, if one is given.
pub fn log(events: u64, floor: Option<&Path>) -> Result<Log> {
    let pages = events.div_ceil(PAGE);
    let org = Org::start((events / EVENTS_OF_A_DEVICE).max(1000))?;
    let folder = tempfile::tempdir()?;
    let beside = floor.map(tempfile::tempdir_in).transpose()?;
    let from = folder.path().join("from.db");
    let to = beside.as_ref().unwrap_or(&folder).path().join("to.db");
    let (url, cache) = (|| org.url.clone(), || from.clone());
    say(&format!("{events} events: fetching"));
    let fetched: Fetched = child::run(&Task::FetchLog { url: url(), pages: pages.min(FETCHED) })?;
    let fetch_cpu = fetched.usage.cpu / fetched.pages as f64 * pages as f64;
    say(&format!("{events} events: reading them into a cache"));
    let synced: Synced = child::run(&Task::SyncLog { url: url(), cache: cache(), pages })?;
    drop(org);
    say(&format!("{events} events: inserting finished rows"));
    let inserted: Inserted = child::run(&Task::InsertLog { from: cache(), to: to.clone() })?;
    std::fs::remove_file(&to)?;
    say("first pages");
    let asked: Pages = child::run(&Task::LogPages { cache: cache() })?;
    let list = folder.path().join("asked.json");
    std::fs::write(&list, serde_json::to_string(&asked.asked)?)?;
    say("the same in SQL, with an index for each");
    let plain: u64 = child::run(&Task::IndexLog { cache: cache() })?;
    let sql: Vec<Option<Times>> = child::run(&Task::LogSql { cache: cache(), asked: list })?;
    let millions = |bytes: u64| digits(bytes as f64 / f64::from(1 << 20) / (synced.events as f64 / 1e6));
    Ok(Log {
        events: synced.events,
        json_bytes_per_event: digits(synced.raw as f64 / synced.events as f64),
        kept_part: ratio(synced.kept as f64, synced.raw as f64),
        mib_per_million: millions(synced.file),
        raw_mib_per_million: millions(synced.kept),
        plain_mib_per_million: millions(plain),
        cpu_ratio: ratio(synced.usage.cpu, fetch_cpu + inserted.cpu),
        put_ratio: ratio(synced.put, inserted.cpu),
        peak_mib: digits(synced.usage.peak),
        client_cpu_s: digits(synced.usage.cpu),
        client_wall_s: digits(synced.wall),
        fetch_cpu_s: digits(fetch_cpu),
        insert_cpu_s: digits(inserted.cpu),
        shapes: shapes(&asked, &sql),
    })
}

fn shapes(asked: &Pages, sql: &[Option<Times>]) -> Vec<LogShape> {
    let shape = |at: usize| LogShape {
        shape: asked.asked[at].name.clone(),
        rows: digits(asked.rows[at]),
        p50_ratio: sql[at].and_then(|sql| ratio(asked.pages[at].p50, sql.p50)),
        p95_ratio: sql[at].and_then(|sql| ratio(asked.pages[at].p95, sql.p95)),
        page_ms: asked.pages[at].round(),
        sql_ms: sql[at].map(Times::round),
        count_ms: digits(asked.counts[at]),
    };
    (0..asked.asked.len()).map(shape).collect()
}
