//! Reads states of devices from what people have: dumps of `osqueryi --json`, result logs of osqueryd, Fleet's reports, and our own
//! form of a state. Whatever can be read is read, and whatever can't is told with its place. What was not captured stays absent:
//! a list that was cut, or the output of a query that failed, never becomes "no rows".
//!
//! **Empty values.** osquery prints NULL as an empty text, so a dump can't tell the two apart. In a column of numbers osquery itself
//! makes NULL of an empty text, so `None` is right there; in a TEXT column the empty text is kept, as it was printed.
//!
//! **Memory.** One piece (an object: a row, a line of a log, a state) is in memory at a time, and of dumps and logs what comes
//! of them: the newest rows for each host and table. Both have a limit and an error of their own. Our own form is handed on state
//! by state.

mod collect;
mod fleet;
mod host;
mod json;
mod log;
mod notes;
mod own_form;
mod pieces;
mod platform;
mod script;
mod shape;
mod text;

use domain::{DeviceState, OsqueryPlatform, Reach, Timestamp};
use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

pub use script::{ScriptTable, capture_script};

/// What the caller knows of a capture.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// `None`: told from the tables and from what they say.
    pub platform: Option<OsqueryPlatform>,
    /// Which table the rows of a dump or of a Fleet report are.
    pub table: Option<String>,
    /// What to call a device that has no name in the capture.
    pub name: String,
    /// How much of its table a dump holds. `None`: the whole table; of tables that answer only for what they are asked (`file`,
    /// `plist`, `registry`) what the rows themselves prove.
    pub reach: Option<Reach>,
    /// What the queries of a log read, by their names. One that is not here counts as its table if its name ends with one.
    pub queries: BTreeMap<String, QuerySource>,
    /// When it was captured, for formats that don't say.
    pub captured: Option<Timestamp>,
    /// The largest single object, in bytes.
    pub most_piece: usize,
    /// The most that may be held at a time, in bytes, roughly.
    pub most_held: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            platform: None,
            table: None,
            name: String::from("Capture"),
            reach: None,
            queries: BTreeMap::new(),
            captured: None,
            most_piece: 64 << 20,
            most_held: 256 << 20,
        }
    }
}

/// What one query of a log reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuerySource {
    pub table: String,
    /// As in [`ReadOptions::reach`].
    pub reach: Option<Reach>,
}

/// The form that a capture has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaptureFormat {
    /// Rows of one table, as the shell prints them.
    Rows,
    /// One object with lists of rows by table.
    Tables,
    /// A folder of dumps.
    Folder,
    /// Lines of osqueryd's result log.
    ResultLog,
    /// Rows by host, as Fleet reports them.
    FleetReport,
    /// Our own form.
    States,
}

/// Something that was not as it should be. Nothing else was lost for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureNote {
    /// The file's name, where a folder was read.
    pub file: Option<String>,
    /// From 1.
    pub line: u64,
    /// In bytes from the beginning, of UTF-8.
    pub offset: u64,
    pub what: String,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureReport {
    pub format: CaptureFormat,
    /// How many were handed on.
    pub states: u64,
    /// The same thing is noted once, where it was first seen.
    pub notes: Vec<CaptureNote>,
    /// How many other notes there would have been.
    pub notes_left_out: u64,
}

/// Why nothing could be made of a capture.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    #[error("the capture could not be read")]
    Io(#[from] std::io::Error),
    #[error("there is no JSON in it")]
    NoJson,
    #[error("it does not say which table its rows are of: name the table")]
    NoTable,
    #[error("osquery could not run the query: {message}")]
    QueryFailed { message: String },
    #[error("it could be of more than one platform: name the platform (tables: {})", tables.join(", "))]
    PlatformUnclear { tables: Vec<String> },
    #[error("line {line}: more than {limit} bytes belong together; split the capture by device or by table")]
    TooLarge { line: u64, limit: usize },
}

/// Reads a capture and hands each state on. On an error, the states handed on before are whole.
pub fn read(
    input: impl BufRead,
    options: &ReadOptions,
    mut each: impl FnMut(DeviceState),
) -> Result<CaptureReport, CaptureError> {
    let mut collector = collect::Collector::new(options, &mut each);
    collector.begin(None, options.table.as_deref());
    feed(input, options, &mut collector)?;
    collector.end()?;
    collector.finish(None)
}

/// Reads a folder of dumps, each called after its table (`alf.json`), as one device. A file that can't be used is noted.
pub fn read_folder(
    folder: &Path,
    options: &ReadOptions,
    mut each: impl FnMut(DeviceState),
) -> Result<CaptureReport, CaptureError> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.retain(|path| {
        path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json")) && path.is_file()
    });
    paths.sort();
    let mut collector = collect::Collector::new(options, &mut each);
    for path in paths {
        let name = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let (file, stem) = (name(path.file_name()), name(path.file_stem()));
        collector.begin(Some(file), Some(&stem));
        let input = std::io::BufReader::new(std::fs::File::open(&path)?);
        feed(input, options, &mut collector)?;
        if let Err(error) = collector.end() {
            collector.notes.add(1, 0, format!("This file was left out: {error}."));
        }
    }
    collector.finish(Some(CaptureFormat::Folder))
}

impl ReadOptions {
    /// These options for a file of that path: rows in `alf.json` are of `alf`, and the device is called after the file otherwise.
    pub fn for_file(mut self, path: &Path) -> Self {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if self.table.is_none() && crate::Catalogue::shipped().table(&stem).is_some() {
            self.table = Some(stem);
        } else if self.name == Self::default().name {
            self.name = stem;
        }
        self
    }
}

fn feed(
    input: impl BufRead,
    options: &ReadOptions,
    collector: &mut collect::Collector<'_>,
) -> Result<(), CaptureError> {
    let mut pieces = pieces::Pieces::new(text::decoded(input)?, options.most_piece);
    while let Some(piece) = pieces.next()? {
        collector.take(piece)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
