//! `check export`: an org's custom checks as files. Files that are there already keep what only they know: the states that a
//! check is tried with, and notes.

use super::{org_args::ExportArgs, plan, report::many};
use crate::{exit::Exit, headless, progress::say, sync};
use contract::{
    Failure, FailureKind,
    checks::{CheckKey, GetCheck, ListChecks},
};
use domain::CheckContent;
use posture::files::{self, CheckFile, FileError};
use std::{collections::HashSet, path::Path};
use tokio::runtime::Runtime;

pub fn run(args: &ExportArgs) -> Result<Exit, Failure> {
    let contents = Runtime::new().map_err(Failure::bug)?.block_on(read(args))?;
    let mut stems = HashSet::new();
    let (mut written, mut left) = (0, 0);
    for content in contents {
        let stem = files::stem(&content.variable_name);
        // Some systems tell no small letters from capitals.
        if !stems.insert(stem.to_lowercase()) {
            let message = format!("Two checks would be the file {stem}{}.", files::SUFFIX);
            return Err(Failure::new(FailureKind::Conflict, message));
        }
        let path = args.folder.join(format!("{stem}{}", files::SUFFIX));
        let (check, same) =
            merged(&path, content, args.replace).map_err(|error| bad(&error, args.replace))?;
        if same {
            left += 1;
            continue;
        }
        files::write_files(&args.folder, &check, args.replace).map_err(|error| bad(&error, args.replace))?;
        written += 1;
    }
    let left = if left > 0 { format!("; {left} said the same already") } else { String::new() };
    say(&format!("Wrote {} to {}{left}.", many(written, "check"), args.folder.display()));
    Ok(Exit::Done)
}

async fn read(args: &ExportArgs) -> Result<Vec<CheckContent>, Failure> {
    let app = headless::open(&args.org, false).await?;
    if !args.no_sync {
        sync::once(&app, false).await?;
    }
    plan::snapshot(&app).await?;
    let checks = app.call(ListChecks { as_of: None }).await?;
    for (name, why) in &checks.unread {
        say(&format!("The org's check {name} can't be understood and is left out: {why}."));
    }
    let mut contents = Vec::new();
    for row in checks.rows.into_iter().filter(|row| !row.builtin) {
        let CheckKey::Org(_) = &row.key else { continue };
        let sheet = app.call(GetCheck { as_of: None, key: row.key }).await?;
        contents.extend(sheet.published.map(|published| published.content));
    }
    Ok(contents)
}

/// The check with what its file knows, and whether the file says the same already.
fn merged(path: &Path, content: CheckContent, replace: bool) -> Result<(CheckFile, bool), FileError> {
    if !replace || path.symlink_metadata().is_err() {
        let check = CheckFile { content, notes: String::new(), passing_text: None, expectations: Vec::new() };
        return Ok((check, false));
    }
    let there = files::read_file(path)?.check;
    let same = there.content.is_same_check(&content);
    Ok((CheckFile { content, ..there }, same))
}

fn bad(error: &FileError, replace: bool) -> Failure {
    let failure = Failure::new(FailureKind::BadInput, error.to_string());
    if replace { failure } else { failure.hint("Give --replace to bring it up to date.") }
}
