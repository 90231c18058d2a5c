//! Devices into a file, written by the core. One export at a time; it goes on if the page is closed, and is asked after.

use crate::{Command, Failure, Topic};
use domain::{DeviceQuery, DeviceSet, SnapshotId};
use serde::{Deserialize, Serialize};

/// Writes devices into a new file, and replies when it is whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportDevices {
    /// A past snapshot; `None` is the newest.
    pub as_of: Option<SnapshotId>,
    pub what: ExportWhat,
    /// Keys of the columns, in their order; the id always comes first. Empty is every column.
    pub columns: Vec<String>,
    pub format: ExportFormat,
    /// An absolute path of a folder that exists; `None` is where the system puts downloads.
    pub folder: Option<String>,
}

/// Which devices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ExportWhat {
    /// All that a query finds, in its order.
    Found(DeviceQuery),
    /// Chosen ones.
    Chosen(DeviceSet),
}

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportFormat {
    /// With a second file that tells snapshot, filter and columns.
    Csv,
    /// `{"meta": …, "rows": […]}`.
    Json,
    /// A plain database with the tables `devices` and `meta`.
    Sqlite,
}

impl Command for ExportDevices {
    type Reply = Exported;
}

/// The file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    pub path: String,
    /// The file that tells what is in the first one, where that can't tell it itself.
    pub meta: Option<String>,
    pub snapshot: SnapshotId,
    pub rows: u64,
}

/// Asks how far the export is, also one that another page began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetExport {}

impl Command for GetExport {
    type Reply = Exports;
    const READS: &'static [Topic] = &[];
}

/// What is known of exports since the core was started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Exports {
    /// The one under way.
    pub running: Option<ExportProgress>,
    /// How the last one ended: whoever began it may be gone by then.
    pub last: Option<Result<Exported, Failure>>,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportProgress {
    pub done: u64,
    pub total: u64,
}

/// Ends the export that is under way; nothing of its file stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelExport {}

impl Command for CancelExport {
    type Reply = ();
}
