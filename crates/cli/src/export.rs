//! `posternctl export`: rows of the local copy, as they stream by. The org is not called.

mod columns;

use crate::{
    args::{ExportArgs, What},
    exit::Exit,
    org,
    progress::say,
};
use app::{LocalCopy, export::Rows};
use contract::{Failure, FailureKind};
use domain::DeviceQuery;
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// Why an export ended early.
enum Stop {
    Failure(Failure),
    Io(io::Error),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Runs it.
pub fn run(args: &ExportArgs) -> Result<Exit, Failure> {
    let narrowed = !args.filter.is_empty() || !args.search.is_empty() || !args.conditions.is_empty();
    let only_devices = narrowed || !args.sort.is_empty();
    if only_devices && !matches!(args.what, What::Devices | What::Links) {
        let message = "--filter, --where, --search and --sort are for devices and links.";
        return Err(Failure::new(FailureKind::BadInput, message));
    }
    let url = org::address(&args.org)?;
    let copy = LocalCopy::open(&org::cache_home(&args.org, &url)?)?;
    let written = match &args.output {
        Some(path) => to_file(args, &copy, path),
        None => rows(args, &copy, BufWriter::new(io::stdout().lock())),
    };
    match written {
        Ok(count) => {
            say(&format!("{count} rows, as of {}.", copy.at()));
            Ok(Exit::Done)
        }
        // Whoever reads has had enough, as `head` does: that is no failure.
        Err(Stop::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(Stop::Io(error)) => Err(unwritten(args.output.as_deref(), &error)),
        Err(Stop::Failure(failure)) => Err(failure),
    }
}

/// Writes beside the file and puts it in place when it is whole.
fn to_file(args: &ExportArgs, copy: &LocalCopy, path: &Path) -> Result<u64, Stop> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".part");
    let draft = PathBuf::from(draft);
    let written = (|| {
        let file = BufWriter::new(File::create(&draft)?);
        let count = rows(args, copy, file)?;
        fs::rename(&draft, path)?;
        Ok(count)
    })();
    if written.is_err() {
        // It may never have been made; then there is nothing to take away.
        let _ = fs::remove_file(&draft);
    }
    written
}

fn rows(args: &ExportArgs, copy: &LocalCopy, to: impl Write) -> Result<u64, Stop> {
    let query = DeviceQuery {
        search: args.search.clone(),
        filters: args.filter.clone(),
        conditions: args.conditions.clone(),
        sort: args.sort.clone(),
    };
    let begin = |columns, to| Rows::begin(args.format.into(), columns, to);
    let mut rows;
    match args.what {
        What::Devices => {
            rows = begin(columns::DEVICES, to)?;
            copy.devices(&query, |row| Ok::<_, Stop>(rows.row(&columns::device(&row))?))?;
        }
        What::Links => {
            rows = begin(columns::LINKS, to)?;
            copy.links(&query, |link| Ok::<_, Stop>(rows.row(&columns::link(&link))?))?;
        }
        What::Users => {
            rows = begin(columns::USERS, to)?;
            copy.users(|user| Ok::<_, Stop>(rows.row(&columns::user(&user))?))?;
        }
        What::Objects => {
            rows = begin(columns::OBJECTS, to)?;
            copy.objects(|object| Ok::<_, Stop>(rows.row(&columns::object(&object))?))?;
        }
    }
    Ok(rows.end()?.0)
}

fn unwritten(path: Option<&Path>, error: &io::Error) -> Failure {
    let place = path.map_or_else(|| "stdout".to_owned(), |path| path.display().to_string());
    let kind = match error.kind() {
        io::ErrorKind::StorageFull => FailureKind::DiskFull,
        _ => FailureKind::BadInput,
    };
    Failure::new(kind, format!("{place} can't be written to: {error}."))
}
