//! The second half of a sync's floor: the finished rows, inserted into an empty cache of the same schema with nothing done
//! to them.

use super::key;
use crate::usage;
use anyhow::Result;
use cache::{Location, Store, floor::Prebuilt};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Instant;

/// What it cost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inserted {
    /// Seconds of CPU for the inserting alone.
    pub cpu: f64,
    /// Seconds.
    pub wall: f64,
    pub rows: usize,
}

/// Reads all rows, then inserts them; only that counts.
pub fn insert(from: PathBuf, to: PathBuf) -> Result<Inserted> {
    let rows = Prebuilt::read(&Store::open(&Location::File(from), &key())?)?;
    let (before, start) = (usage::so_far()?.cpu, Instant::now());
    rows.insert(&Location::File(to), &key())?;
    let cpu = usage::so_far()?.cpu - before;
    Ok(Inserted { cpu, wall: start.elapsed().as_secs_f64(), rows: rows.rows() })
}
