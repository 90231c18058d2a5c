//! What a process of its own measures. What it found goes to stdout as one line of JSON.

pub mod core;
pub mod fetch;
pub mod insert;
pub mod list;
pub mod log;
pub mod org;
pub mod posture;
pub mod start;
pub mod sync;

use anyhow::Result;
use cache::Key;
use domain::OsqueryPlatform;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One measurement, or the org that others are taken on.
#[derive(Debug, Serialize, Deserialize)]
pub enum Task {
    /// Serves a simulated org until it is killed.
    Org { devices: u64 },
    /// Fills an empty cache: with people and devices, or with all there is.
    Sync { url: String, cache: PathBuf, whole: bool },
    /// Fetches the pages that a sync of people and devices fetches.
    Fetch { url: String },
    /// Inserts the rows of one cache into another, empty one.
    Insert { from: PathBuf, to: PathBuf },
    /// Asks the core for first pages.
    Answers { cache: PathBuf },
    /// Asks the cache for rows, counts and new orders apart.
    Parts { cache: PathBuf },
    /// Asks the same of the file in plain SQL.
    Sql { cache: PathBuf },
    /// Adds the indexes that the SQL would like.
    Index { cache: PathBuf },
    /// Opens a cache in the core, up to the first page.
    Start { cache: PathBuf },
    /// Opens a file, up to the first rows.
    BareStart { cache: PathBuf },
    /// Fetches so many pages of the log.
    FetchLog { url: String, pages: u64 },
    /// Reads as many into an empty cache.
    SyncLog { url: String, cache: PathBuf, pages: u64 },
    /// Inserts the log of one cache into another, empty one.
    InsertLog { from: PathBuf, to: PathBuf },
    /// Asks a cache for first pages of its log.
    LogPages { cache: PathBuf },
    /// Makes the table that plain SQL would like.
    IndexLog { cache: PathBuf },
    /// Asks it the same.
    LogSql { cache: PathBuf, asked: PathBuf },
    /// Lints checks.
    Lint,
    /// Makes states of devices.
    MakeStates { devices: usize, platform: OsqueryPlatform, lines: PathBuf, cache: PathBuf },
    /// Runs a query against them.
    Matrix(posture::Matrix),
}

impl Task {
    /// Does it.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Org { devices } => org::serve(devices),
            Self::Sync { url, cache, whole } => say(&sync::sync(&url, cache, whole)?),
            Self::Fetch { url } => say(&fetch::fetch(&url)?),
            Self::Insert { from, to } => say(&insert::insert(from, to)?),
            Self::Answers { cache } => say(&list::answers(cache)?),
            Self::Parts { cache } => say(&list::parts(cache)?),
            Self::Sql { cache } => say(&list::sql(&cache)?),
            Self::Index { cache } => say(&cache::floor::Plain::index(&cache, &key())?),
            Self::Start { cache } => say(&start::start(cache)?),
            Self::BareStart { cache } => say(&start::bare(&cache)?),
            Self::FetchLog { url, pages } => say(&log::fetch(&url, pages)?),
            Self::SyncLog { url, cache, pages } => say(&log::sync(&url, cache, pages)?),
            Self::InsertLog { from, to } => say(&log::insert(from, &to)?),
            Self::LogPages { cache } => say(&log::pages(cache)?),
            Self::IndexLog { cache } => say(&cache::floor::PlainLog::build(&cache, &key())?),
            Self::LogSql { cache, asked } => say(&log::sql(cache, &asked)?),
            Self::Lint => say(&posture::lint_checks()?),
            Self::MakeStates { devices, platform, lines, cache } => {
                say(&posture::make(devices, platform, &lines, cache)?)
            }
            Self::Matrix(matrix) => say(&posture::matrix(&matrix)?),
        }
    }
}

fn say(found: &impl Serialize) -> Result<()> {
    println!("{}", serde_json::to_string(found)?);
    Ok(())
}

/// The key of every cache here: they hold a simulated org.
pub fn key() -> Key {
    Key::new([7; 32])
}
