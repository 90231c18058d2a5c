//! The order of the measurements, and what is compared with what.

mod log;
mod posture;

pub use log::log;
pub use posture::posture;

use crate::Plan;
use crate::child::{self, Org};
use crate::report::{Grown, Growth, Pages, Report, Shape, Start, Sync};
use crate::shapes;
use crate::stats::{Times, digits, median, ratio};
use crate::task::{
    Task,
    fetch::Fetched,
    insert::Inserted,
    list::{Parts, Sql},
    sync::Synced,
};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Measures all that is planned.
pub fn everything(plan: &Plan) -> Result<Report> {
    let folder = tempfile::tempdir()?;
    let mut sizes = plan.others.clone();
    sizes.push(plan.devices);
    sizes.sort_unstable();
    sizes.dedup();
    let (mut syncs, mut pages) = (Vec::new(), Vec::new());
    for devices in &sizes {
        let cache = folder.path().join(format!("{devices}.db"));
        // A million takes minutes, so that one round of it is less noisy than three of a hundred thousand.
        let rounds = if *devices > plan.devices { 1 } else { plan.rounds };
        syncs.push(sync(*devices, rounds, &cache)?);
        pages.push(first_pages(*devices, &cache)?);
    }
    let main = folder.path().join(format!("{}.db", plan.devices));
    Ok(Report {
        build: if cfg!(debug_assertions) { "debug" } else { "release" },
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        cores: std::thread::available_parallelism()?.get(),
        growth: growth(&pages),
        start: cold_start(plan, &main)?,
        posture: posture(plan.states, plan.starts)?,
        log: log(plan.events, None)?,
        sync: syncs,
        pages,
    })
}

/// Syncs, with the two halves of the floor beside every sync, so that all three meet the same machine. Leaves a whole
/// cache at `cache`.
fn sync(devices: u64, rounds: usize, cache: &Path) -> Result<Sync> {
    let org = Org::start(devices)?;
    let url = || org.url.clone();
    let (mut fetched, mut synced, mut inserted): (Vec<Fetched>, Vec<Synced>, Vec<Inserted>) =
        Default::default();
    for round in 1..=rounds {
        say(&format!("{devices} devices: a sync and its floor, {round} of {rounds}"));
        let folder = tempfile::tempdir_in(cache.parent().unwrap_or(Path::new(".")))?;
        let (from, to) = (folder.path().join("from.db"), folder.path().join("to.db"));
        fetched.push(child::run(&Task::Fetch { url: url() })?);
        synced.push(child::run(&Task::Sync { url: url(), cache: from.clone(), whole: false })?);
        inserted.push(child::run(&Task::Insert { from, to })?);
    }
    say(&format!("{devices} devices: a whole sync"));
    let whole: Synced = child::run(&Task::Sync { url: url(), cache: cache.to_owned(), whole: true })?;
    let client_cpu = median(synced.iter().map(|s| s.usage.cpu));
    let fetch_cpu = median(fetched.iter().map(|f| f.usage.cpu));
    let insert_cpu = median(inserted.iter().map(|i| i.cpu));
    let client_wall = median(synced.iter().map(|s| s.wall));
    let fetch_wall = median(fetched.iter().map(|f| f.wall));
    let insert_wall = median(inserted.iter().map(|i| i.wall));
    let cpu_ratio = ratio(client_cpu, fetch_cpu + insert_cpu);
    say(&format!("{devices} devices: CPU ÷ floor {cpu_ratio:?}, peak {:.0} MiB", whole.usage.peak));
    let (fetched, synced, inserted) = (&fetched[0], &synced[0], &inserted[0]);
    Ok(Sync {
        devices: synced.devices,
        users: synced.users,
        pages: fetched.pages,
        bytes: fetched.bytes,
        rows: inserted.rows,
        file_bytes: synced.file,
        cpu_ratio,
        wall_ratio: ratio(client_wall, fetch_wall + insert_wall),
        peak_mib: digits(synced.usage.peak),
        whole_peak_mib: digits(whole.usage.peak),
        whole_events: whole.events,
        client_cpu_s: digits(client_cpu),
        fetch_cpu_s: digits(fetch_cpu),
        insert_cpu_s: digits(insert_cpu),
        client_wall_s: digits(client_wall),
        fetch_wall_s: digits(fetch_wall),
        insert_wall_s: digits(insert_wall),
        whole_cpu_s: digits(whole.usage.cpu),
        whole_wall_s: digits(whole.wall),
    })
}

fn first_pages(devices: u64, cache: &Path) -> Result<Pages> {
    say(&format!("{devices} devices: first pages"));
    let path = || cache.to_owned();
    let answers: Vec<Times> = child::run(&Task::Answers { cache: path() })?;
    let parts: Parts = child::run(&Task::Parts { cache: path() })?;
    say(&format!("{devices} devices: the same in SQL"));
    let sql: Sql = child::run(&Task::Sql { cache: path() })?;
    let copy = copy(cache)?;
    let () = child::run(&Task::Index { cache: copy.clone() })?;
    let indexed: Sql = child::run(&Task::Sql { cache: copy.clone() })?;
    std::fs::remove_file(copy)?;
    let shapes = shapes::all().into_iter().enumerate().map(|(at, shape)| {
        let (answer, rows, counts) = (answers[at], parts.rows[at], parts.counts[at]);
        let (sql_rows, sql_counts) = (sql.rows[at], sql.counts[at]);
        let indexed_rows = shape.indexed.then_some(indexed.rows[at]);
        Shape {
            shape: shape.name,
            answer_ratio: ratio(answer.p50, sql_rows.p50 + sql_counts.p50),
            rows_ratio: ratio(rows.p50, sql_rows.p50),
            indexed_rows_ratio: indexed_rows.and_then(|indexed| ratio(rows.p50, indexed.p50)),
            answer_ms: answer.round(),
            rows_ms: rows.round(),
            counts_ms: counts.round(),
            sql_rows_ms: sql_rows.round(),
            sql_counts_ms: sql_counts.round(),
            indexed_rows_ms: indexed_rows.map(Times::round),
        }
    });
    Ok(Pages {
        devices,
        shapes: shapes.collect(),
        new_order_ratio: ratio(parts.new_order.p50, sql.rows[0].p50),
        new_order_ms: parts.new_order.round(),
    })
}

/// A copy of a cache that nobody has open.
fn copy(cache: &Path) -> Result<PathBuf> {
    let copy = cache.with_extension("indexed.db");
    std::fs::copy(cache, &copy)?;
    Ok(copy)
}

fn growth(pages: &[Pages]) -> Option<Growth> {
    let (first, last) = (pages.first()?, pages.last()?);
    let shapes = first.shapes.iter().zip(&last.shapes).map(|(small, large)| Grown {
        shape: small.shape,
        rows: ratio(large.rows_ms.p50, small.rows_ms.p50),
        answer: ratio(large.answer_ms.p50, small.answer_ms.p50),
    });
    (first.devices < last.devices).then(|| Growth {
        from: first.devices,
        to: last.devices,
        shapes: shapes.collect(),
    })
}

fn cold_start(plan: &Plan, cache: &Path) -> Result<Start> {
    say("cold starts");
    let (mut core, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..plan.starts {
        core.push(child::run(&Task::Start { cache: cache.to_owned() })?);
        bare.push(child::run(&Task::BareStart { cache: cache.to_owned() })?);
    }
    let (core, bare) = (Times::of(&core), Times::of(&bare));
    Ok(Start {
        devices: plan.devices,
        ratio: ratio(core.p50, bare.p50),
        core_ms: core.round(),
        bare_ms: bare.round(),
    })
}

fn say(what: &str) {
    eprintln!("bench: {what}");
}
