//! Devices into a file of the user's: written beside its place and moved there when it is whole, in a form that tells what
//! is in it. One at a time; a page asks how far it is, and can end it.

mod cells;
mod file;
mod meta;
mod running;
mod target;
mod write;

pub(crate) use running::Exports;
pub use write::{Format, Rows};

use crate::{App, devices::set, failure, org::Org, snapshot};
use contract::{
    Failure, FailureKind, Handle,
    exports::{CancelExport, ExportDevices, Exported, GetExport},
};
use domain::Attribute;
use file::Draft;
use running::Job;
use std::{path::PathBuf, sync::atomic::Ordering};
use target::Target;

impl Handle<ExportDevices> for App {
    async fn handle(&self, command: ExportDevices) -> Result<Exported, Failure> {
        let org = self.org()?;
        let folder = match &command.folder {
            Some(folder) => PathBuf::from(folder),
            None => self.0.config.host.downloads().ok_or_else(no_folder)?,
        };
        let running = self.0.exports.begin()?;
        // It ends with the work and not here: whoever asked may be gone by then, and this future with them.
        org.read(move |org| {
            let written = export(org, &command, folder, running.job());
            running.end(written.clone());
            written
        })
        .await
    }
}

impl Handle<GetExport> for App {
    async fn handle(&self, _: GetExport) -> Result<contract::exports::Exports, Failure> {
        Ok(self.0.exports.known())
    }
}

impl Handle<CancelExport> for App {
    async fn handle(&self, _: CancelExport) -> Result<(), Failure> {
        self.0.exports.cancel();
        Ok(())
    }
}

fn no_folder() -> Failure {
    Failure::new(FailureKind::BadInput, "This system names no folder for downloads.")
        .hint("Give the folder that the file is to be written to.")
}

fn export(org: &Org, command: &ExportDevices, folder: PathBuf, job: &Job) -> Result<Exported, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let columns = columns(&command.columns)?;
    let about = meta::about(org, snapshot, command, &columns)?;
    let draft = Draft::begin(&folder, &about.file_name, command.format)?;
    let mut target = Target::begin(&draft, command.format, &columns, &about)?;
    job.total.store(set::count(org, snapshot, &command.what)?, Ordering::Relaxed);
    set::each_row(org, snapshot, &command.what, |row| {
        if job.cancelled.load(Ordering::Relaxed) {
            return Err(Failure::new(
                FailureKind::Cancelled,
                "The export was cancelled; no file was written.",
            ));
        }
        target.row(&cells::row(&row, &columns))?;
        job.done.fetch_add(1, Ordering::Relaxed);
        Ok(())
    })?;
    let rows = target.end(&about)?;
    let (path, meta) = draft.finish(&about.text(rows))?;
    let shown = |path: PathBuf| path.display().to_string();
    Ok(Exported { path: shown(path), meta: meta.map(shown), snapshot, rows })
}

/// The columns asked for, or all of them.
fn columns(keys: &[String]) -> Result<Vec<Attribute>, Failure> {
    if keys.is_empty() {
        return Ok(Attribute::all().collect());
    }
    let column = |key: &String| {
        let unknown = || Failure::new(FailureKind::BadInput, format!("There is no column “{key}”."));
        Attribute::from_key(key).ok_or_else(unknown)
    };
    keys.iter().map(column).collect()
}

/// What the file system said, for a person.
pub(crate) fn unwritten(place: &std::path::Path, error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return full(place);
    }
    Failure::new(FailureKind::BadInput, format!("{} can’t be written to: {error}.", place.display()))
        .hint("Check that the folder exists and that you may write there.")
}

fn full(place: &std::path::Path) -> Failure {
    Failure::new(FailureKind::DiskFull, format!("The disk of {} is full.", place.display()))
        .hint("Nothing was kept of the export. Make room, or choose another folder.")
}

/// What the file database said.
fn unwritten_rows(place: &std::path::Path, error: cache::Error) -> Failure {
    match error {
        cache::Error::DiskFull => full(place),
        cache::Error::Io(error) => unwritten(place, &error),
        other => failure::cache(other),
    }
}
