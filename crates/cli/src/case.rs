//! `posternctl case`: freezing evidence, writing a case as one file, and checking such a file. Checking and opening need neither
//! an org nor a local copy: whoever got a bundle can do it anywhere.

mod args;

pub use args::CaseArgs;

use crate::{exit::Exit, headless, progress::say};
use app::cases::{Checked, check_bundle, read_bundle};
use args::{CaseCommand, ExportArgs, FileArgs, FreezeArgs, ListArgs, OpenArgs};
use contract::{
    Failure, FailureKind,
    cases::{Case, CaseId, ExportCase, FreezeCase, ListCases},
};
use domain::{LogField, LogFilter, UserId};
use serde::Serialize;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};
use tokio::runtime::Runtime;

/// Cases that are read at a time.
const PAGE: u32 = 200;

/// Runs it.
pub fn run(args: &CaseArgs) -> Result<Exit, Failure> {
    match &args.command {
        CaseCommand::List(args) => waiting(list(args)),
        CaseCommand::Freeze(args) => waiting(freeze(args)),
        CaseCommand::Export(args) => waiting(export(args)),
        CaseCommand::Verify(args) => verify(args),
        CaseCommand::Open(args) => open(args),
    }
}

fn waiting(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    Runtime::new().map_err(Failure::bug)?.block_on(work)
}

async fn list(args: &ListArgs) -> Result<Exit, Failure> {
    let app = headless::open(&args.org, false).await?;
    let mut offset = 0;
    loop {
        let ask = ListCases { open: args.open, search: args.search.clone(), offset, limit: PAGE };
        let page = app.call(ask).await?;
        page.cases.iter().try_for_each(line)?;
        offset += u64::from(PAGE);
        if offset >= page.matching {
            return Ok(Exit::Done);
        }
    }
}

async fn freeze(args: &FreezeArgs) -> Result<Exit, Failure> {
    let app = headless::open(&args.org, false).await?;
    let filter = args.event_type.first().map(|_| {
        let mut filter = LogFilter::of(LogField::EventType, String::new());
        filter.conditions[0].values.clone_from(&args.event_type);
        filter
    });
    let case: Case = app
        .call(FreezeCase {
            case: args.case.map(CaseId),
            title: args.title.clone().unwrap_or_default(),
            users: args.user.iter().map(|id| UserId::from(id.as_str())).collect(),
            filter,
            days: args.days,
            note: args.note.clone(),
        })
        .await?;
    line(&case)?;
    Ok(Exit::Done)
}

async fn export(args: &ExportArgs) -> Result<Exit, Failure> {
    let app = headless::open(&args.org, false).await?;
    let (id, recipients) = (CaseId(args.case), args.recipient.clone());
    let done = app.call(ExportCase { id, pseudonyms: args.pseudonyms, recipients }).await?;
    line(&done)?;
    Ok(Exit::Done)
}

fn verify(args: &FileArgs) -> Result<Exit, Failure> {
    let file = opened(&args.file)?;
    let checked = check_bundle(file, identity(args)?.as_deref())?;
    if let Some(wanted) = &args.sha256
        && !wanted.trim().eq_ignore_ascii_case(&checked.sha256)
    {
        let message = format!("This is a whole bundle, but another one: its hash is {}.", checked.sha256);
        return Err(Failure::new(FailureKind::Conflict, message));
    }
    let Checked { title, org, made, pseudonyms, sha256, files, bytes } = checked;
    let names = if pseudonyms { ", with made-up names" } else { "" };
    say(&format!("Whole: “{title}” of {org}, as of {made}{names}; {files} files, {bytes} bytes."));
    writeln!(io::stdout(), "{sha256}").map_err(|error| unreadable(&args.file, &error))?;
    Ok(Exit::Done)
}

fn open(args: &OpenArgs) -> Result<Exit, Failure> {
    let file = opened(&args.from.file)?;
    let bundle = read_bundle(file, identity(&args.from)?.as_deref())?;
    if args.from.sha256.as_ref().is_some_and(|wanted| !wanted.trim().eq_ignore_ascii_case(&bundle.sha256)) {
        let message = format!("This is a whole bundle, but another one: its hash is {}.", bundle.sha256);
        return Err(Failure::new(FailureKind::Conflict, message));
    }
    let Some(path) = &args.print else {
        bundle.items.iter().try_for_each(line)?;
        return Ok(Exit::Done);
    };
    let Some((_, text)) = bundle.texts.iter().find(|(name, _)| name == path) else {
        let message = format!("There is no {path} in it, or it is larger than what is shown.");
        return Err(Failure::new(FailureKind::NotFound, message).hint("Unpack it: tar -xf FILE PATH."));
    };
    io::stdout().write_all(text.as_bytes()).map_err(|error| unreadable(&args.from.file, &error))?;
    Ok(Exit::Done)
}

fn opened(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| unreadable(path, &error))
}

/// The identity's file; what is in it is shown nowhere.
fn identity(args: &FileArgs) -> Result<Option<String>, Failure> {
    let read = |path: &std::path::PathBuf| fs::read_to_string(path).map_err(|error| unreadable(path, &error));
    args.identity.as_ref().map(read).transpose()
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(FailureKind::BadInput, format!("{} can't be read: {error}.", path.display()))
}

/// One JSON line on stdout.
fn line(value: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(Failure::bug)?;
    writeln!(io::stdout(), "{line}").map_err(Failure::bug)
}
