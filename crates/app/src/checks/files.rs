//! Checks as files: written into a folder of downloads, and read into drafts.

use super::draft::{self, Body};
use crate::{org::Org, snapshot};
use contract::{
    Failure, FailureKind,
    checks::{CheckKey, ExportChecks, ExportedChecks, ImportChecks, ImportedChecks, NewDraft},
};
use posture::files::{self, CheckFile};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// The system says nothing of where downloads go.
pub(super) fn no_folder() -> Failure {
    Failure::new(FailureKind::BadInput, "This system names no folder for downloads.")
        .hint("posternctl check export writes into any folder.")
}

/// Writes checks into a new folder.
pub(super) fn export(org: &Org, command: &ExportChecks, downloads: &Path) -> Result<ExportedChecks, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let folder = new_folder(downloads)?;
    let (mut written, mut refused) = (0, Vec::new());
    for key in &command.keys {
        let Some(check) = file_of(org, command.as_of, snapshot, key)? else { continue };
        // Two checks may want one name; the others are written all the same.
        match files::write_files(&folder, &check, false) {
            Ok(_) => written += 1,
            Err(error) => refused.push((check.content.name, error.to_string())),
        }
    }
    Ok(ExportedChecks { folder: folder.display().to_string(), checks: written, refused })
}

/// A check as it stands on the bench: its draft, or what the org has.
fn file_of(
    org: &Org,
    as_of: Option<domain::SnapshotId>,
    snapshot: domain::SnapshotId,
    key: &CheckKey,
) -> Result<Option<CheckFile>, Failure> {
    // A file of the past holds nothing that is being written now.
    let draft = if as_of.is_some() { None } else { draft::find(org, key)? };
    let body = draft.and_then(|draft| Body::read(&draft.body));
    let (written, expectations, passing_text) =
        body.map_or_else(Default::default, |body| (body.content, body.expectations, body.passes));
    let content = match (written, key) {
        (Some(content), _) => Some(content),
        (None, CheckKey::Org(id)) => super::one_of_org(org, as_of, snapshot, id)?.map(|check| check.content),
        (None, CheckKey::Draft(_)) => None,
    };
    let Some(content) = content else { return Ok(None) };
    Ok(Some(CheckFile { content, notes: String::new(), passing_text, expectations }))
}

/// A folder of its own, so that nothing there is written over.
fn new_folder(downloads: &Path) -> Result<PathBuf, Failure> {
    let names =
        (1..).map(|n| if n == 1 { "postern-checks".to_owned() } else { format!("postern-checks-{n}") });
    for name in names.take(10_000) {
        let folder = downloads.join(name);
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                let message = format!("The folder {} can’t be made: {error}.", folder.display());
                return Err(Failure::new(FailureKind::BadInput, message));
            }
        }
    }
    Err(Failure::new(FailureKind::BadInput, "Every name for the folder is taken."))
}

/// Makes a draft of each check file. What can't be read is told, and keeps the rest from nothing.
pub(super) fn import(org: &Org, command: &ImportChecks) -> Result<ImportedChecks, Failure> {
    let texts: HashMap<&str, &str> =
        command.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (mut drafts, mut refused) = (Vec::new(), Vec::new());
    for (name, yaml) in &command.files {
        let path = Path::new(name);
        if !files::is_check_file(path) {
            if !name.ends_with(".sql") {
                refused.push((name.clone(), format!("It is no {} file.", files::SUFFIX)));
            }
            continue;
        }
        match files::read_text(path, yaml, |named| texts.get(named).copied()) {
            Ok(found) => {
                let CheckFile { content, expectations, passing_text, .. } = found.check;
                drafts.push(draft::begin(org, &NewDraft { content, expectations, passes: passing_text })?);
            }
            Err(error) => refused.push((name.clone(), error.to_string())),
        }
    }
    if drafts.is_empty() && refused.is_empty() {
        return Err(Failure::new(FailureKind::BadInput, "No check was among the files.")
            .hint("A check is a .check.yaml file, with its query in it or in a .sql file beside it."));
    }
    Ok(ImportedChecks { drafts, refused })
}
