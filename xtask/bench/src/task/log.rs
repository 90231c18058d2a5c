//! The log: filling a cache with it, the two halves of its floor, and first pages under filters beside plain SQL.

use super::fetch::{Fetched, fetch_pages};
use super::insert::Inserted;
use super::key;
use super::org::TOKEN;
use crate::shapes::PAGE;
use crate::stats::{Times, milliseconds};
use crate::usage::{self, Usage};
use anyhow::{Context, Result};
use cache::floor::{LogSink, PlainLog, PrebuiltLog};
use cache::{Collection, Location, LogSpan, Outcome, RunKind, Store};
use domain::{LogEvent, LogField, LogFilter, SnapshotId, Timestamp};
use okta_client::{Client, Credentials, LogQuery, OrgUrl, Secret, Settings};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// As far back as the org keeps events, so that few devices have many.
const DAYS: i64 = 89;
/// Rows that the floor reads ahead.
const AHEAD: usize = 20_000;
const MOST: usize = 200;
const PATIENCE: Duration = Duration::from_secs(5);
/// Different values of a shape, asked for in turn.
const VALUES: i64 = 150;

/// What reading the log into a cache cost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Synced {
    pub usage: Usage,
    pub wall: f64,
    /// Seconds of CPU for what the cache did of it: everything but fetching and parsing.
    pub put: f64,
    pub events: u64,
    /// Bytes of the events' JSON as it came, as it is kept, and of the whole file.
    pub raw: u64,
    pub kept: u64,
    pub file: u64,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark is a program by itself, with nobody to pass the time in"
)]
fn since() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(now.as_millis()).unwrap_or(i64::MAX) - DAYS * Timestamp::DAY)
}

/// The pages, each dropped as it comes.
pub fn fetch(url: &str, pages: u64) -> Result<Fetched> {
    let since = since().to_rfc3339();
    fetch_pages(url, &format!("/api/v1/logs?limit=1000&sortOrder=ASCENDING&since={since}"), pages)
}

/// The pages as the sync reads them: parsed, found or placed, compressed, put into words, and made a snapshot.
pub fn sync(url: &str, cache: PathBuf, pages: u64) -> Result<Synced> {
    let (start, runtime) = (Instant::now(), tokio::runtime::Runtime::new()?);
    let store = Store::open(&Location::File(cache.clone()), &key())?;
    let client =
        Client::new(OrgUrl::parse(url)?, Credentials::ApiToken(Secret::new(TOKEN)), Settings::default())?;
    let since = since();
    let now = Timestamp(since.0 + DAYS * Timestamp::DAY);
    let mut run = store.begin_or_resume_run(RunKind::Full, now)?;
    let listing = client.log(&LogQuery::Poll { since: Some(since), filter: None });
    let (mut next, mut put) = (None, 0.0);
    let spent = || usage::so_far().map(|usage| usage.cpu);
    for _ in 0..pages {
        let mut page = match &next {
            Some(next) => runtime.block_on(listing.page(next))?,
            None => runtime.block_on(listing.first())?,
        };
        let last = page.items.iter().map(|item| item.value.published).max();
        let items = std::mem::take(&mut page.items);
        let rows: Vec<(LogEvent, &str)> = items
            .into_iter()
            .map(|item| {
                let raw = page.raw(&item);
                (item.value, raw)
            })
            .collect();
        let cursor = serde_json::to_string(&page.next)?;
        let before = spent()?;
        run.put_log_events(rows, Some(&cursor))?;
        run.cover_log(LogSpan { since, until: last.unwrap_or(now) });
        put += spent()? - before;
        next = page.next;
    }
    let before = spent()?;
    run.finish_collection(&Collection::Log, Outcome::Changes)?;
    let at = run.complete(now)?;
    put += spent()? - before;
    let (usage, wall) = (usage::so_far()?, start.elapsed().as_secs_f64());
    let cover = store.log_cover(at, now)?;
    let events = store.totals(at)?.events;
    drop(store);
    let file = std::fs::metadata(&cache)?.len();
    Ok(Synced { usage, wall, put, events, raw: cover.raw, kept: cover.kept, file })
}

/// The finished rows, inserted into an empty cache; only that counts.
pub fn insert(from: PathBuf, to: &Path) -> Result<Inserted> {
    let mut log = PrebuiltLog::new(Store::open(&Location::File(from), &key())?);
    let sink = LogSink::open(to, &key())?;
    let (mut cpu, mut wall, mut rows) = (0.0, 0.0, 0);
    while let Some(next) = log.next_rows(AHEAD)? {
        let (before, start) = (usage::so_far()?.cpu, Instant::now());
        rows += sink.insert(&next)?;
        cpu += usage::so_far()?.cpu - before;
        wall += start.elapsed().as_secs_f64();
    }
    Ok(Inserted { cpu, wall, rows })
}

/// A question in its different forms.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    pub name: String,
    pub filters: Vec<LogFilter>,
    /// Whether an index could answer it in plain SQL.
    pub indexed: bool,
}

/// First pages of each question, and exact counts of some.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pages {
    pub asked: Vec<Asked>,
    pub pages: Vec<Times>,
    /// Rows of a page, in the mean.
    pub rows: Vec<f64>,
    /// Milliseconds for the count with days, and for the fields that the page shows.
    pub counts: Vec<f64>,
}

/// Asks the cache.
pub fn pages(cache: PathBuf) -> Result<Pages> {
    let store = Store::open(&Location::File(cache), &key())?;
    let at = store.latest_id()?.context("a snapshot")?;
    let asked = questions(&store, at)?;
    let (mut pages, mut rows, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for one in &asked {
        let (mut found, mut times) = (0, 0);
        let ask = |n: usize| -> cache::Result<()> {
            found += store.log(at, &one.filters[n % one.filters.len()], None, PAGE)?.len();
            times += 1;
            Ok(())
        };
        pages.push(Times::measure(MOST, PATIENCE, ask)?);
        rows.push(found as f64 / f64::from(times));
        let start = Instant::now();
        let by = [LogField::EventType, LogField::Outcome, LogField::Severity, LogField::Risk];
        std::hint::black_box(store.count_log(at, &one.filters[0], &by)?);
        counts.push(milliseconds(start.elapsed()));
    }
    Ok(Pages { asked, pages, rows, counts })
}

/// Asks the plain table what the cache was asked.
pub fn sql(cache: PathBuf, asked: &Path) -> Result<Vec<Option<Times>>> {
    let asked: Vec<Asked> = serde_json::from_str(&std::fs::read_to_string(asked)?)?;
    let plain = PlainLog::open(&cache, &key())?;
    let times = |one: &Asked| {
        let ask = |n: usize| plain.rows(&one.filters[n % one.filters.len()], PAGE).map(drop);
        one.indexed.then(|| Times::measure(MOST, PATIENCE, ask)).transpose()
    };
    Ok(asked.iter().map(times).collect::<cache::Result<_>>()?)
}

/// Questions with values of events from all over the log.
fn questions(store: &Store, at: SnapshotId) -> Result<Vec<Asked>> {
    let all = store.log_spans()?;
    let (from, to) = (all.first().context("events")?.since, all.last().context("events")?.until);
    let mut sample = Vec::new();
    for n in 1..=VALUES {
        let until = Some(Timestamp(from.0 + (to.0 - from.0) / VALUES * n));
        sample.extend(store.log(at, &LogFilter { until, ..LogFilter::default() }, None, 20)?);
    }
    let of = |field: LogField, value: fn(&LogEvent) -> Option<String>| -> Vec<LogFilter> {
        let values = sample.iter().step_by(7).filter_map(|(_, event)| value(event));
        values.map(|value| LogFilter::of(field, value)).collect()
    };
    let same = |filter: LogFilter| vec![filter];
    let with = |mut filter: LogFilter, other: LogFilter| {
        filter.conditions.extend(other.conditions);
        filter.since = filter.since.or(other.since);
        filter
    };
    let users = of(LogField::User, |e| e.user.as_ref().map(ToString::to_string));
    let week = LogFilter { since: Some(Timestamp(to.0 - 7 * Timestamp::DAY)), ..LogFilter::default() };
    let words = |pick: fn(&LogEvent) -> Option<String>| -> Vec<LogFilter> {
        let texts = sample.iter().step_by(11).filter_map(|(_, event)| pick(event));
        texts.map(|text| LogFilter { text, ..LogFilter::default() }).collect()
    };
    let failed = LogFilter::of(LogField::Outcome, "FAILURE");
    let asked =
        |name: &str, filters: Vec<LogFilter>, indexed| Asked { name: name.to_owned(), filters, indexed };
    Ok(vec![
        asked("everything", same(LogFilter::default()), true),
        asked("a common type", same(LogFilter::of(LogField::EventType, "policy.evaluate_sign_on")), true),
        asked("a rare type", same(LogFilter::of(LogField::EventType, "device.enrollment.create")), true),
        asked("types by their beginning", same(LogFilter::of(LogField::EventType, "user.session.*")), true),
        asked("failures", same(failed.clone()), true),
        asked(
            "a type with an outcome",
            same(with(
                LogFilter::of(LogField::EventType, "policy.evaluate_sign_on"),
                LogFilter::of(LogField::Outcome, "DENY"),
            )),
            true,
        ),
        asked(
            "a type that hardly ever failed",
            same(with(LogFilter::of(LogField::EventType, "user.session.start"), failed.clone())),
            true,
        ),
        asked("one person", users.clone(), true),
        asked("one person's last week", users.iter().map(|u| with(u.clone(), week.clone())).collect(), true),
        asked("one person's failures", users.iter().map(|u| with(u.clone(), failed.clone())).collect(), true),
        asked("one device", of(LogField::Device, |e| e.device.as_ref().map(ToString::to_string)), true),
        asked("one session", of(LogField::Session, |e| e.session.as_ref().map(ToString::to_string)), true),
        asked(
            "one transaction",
            of(LogField::Transaction, |e| e.transaction.as_ref().map(ToString::to_string)),
            true,
        ),
        asked("one address", of(LogField::Ip, |e| e.ip.as_ref().map(ToString::to_string)), true),
        asked("a person's name", words(|e| e.actor_name.as_ref().map(ToString::to_string)), false),
        asked(
            "a word that is everywhere",
            same(LogFilter { text: "sign".into(), ..LogFilter::default() }),
            false,
        ),
        asked("two letters", same(LogFilter { text: "an".into(), ..LogFilter::default() }), false),
    ])
}
