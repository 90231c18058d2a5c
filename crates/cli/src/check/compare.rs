//! `check diff`: what differs between two checks, field by field.

use super::{
    args::{DiffArgs, Format},
    ended,
};
use crate::exit::Exit;
use contract::{Failure, FailureKind};
use posture::files::{self, CheckFile, FieldDiff, LineChange, LineDiff};
use std::io::{self, BufWriter, Write, stdout};
use std::path::Path;

/// Unchanged lines that are shown around a change.
const AROUND: usize = 3;

pub fn run(args: &DiffArgs) -> Result<Exit, Failure> {
    let (before, after) = (read(&args.before)?, read(&args.after)?);
    let diffs = files::diff(&before.content, &after.content);
    let states = before.expectations != after.expectations;
    let mut to = BufWriter::new(stdout().lock());
    let written = match args.format {
        Format::Text => text(&diffs, states, &mut to),
        Format::Json => {
            let all = serde_json::json!({ "fields": diffs, "expectations_differ": states });
            serde_json::to_writer_pretty(&mut to, &all).map_err(io::Error::from).and_then(|()| writeln!(to))
        }
    };
    let exit = if diffs.is_empty() && !states { Exit::Done } else { Exit::Failed };
    ended(written.and_then(|()| to.flush()).map(|()| exit))
}

fn read(path: &Path) -> Result<CheckFile, Failure> {
    files::read_file(path)
        .map(|found| found.check)
        .map_err(|error| Failure::new(FailureKind::BadInput, error.to_string()))
}

fn text(diffs: &[FieldDiff], states: bool, to: &mut impl Write) -> io::Result<()> {
    fields(diffs, "", to)?;
    if states {
        writeln!(to, "expectations differ")?;
    }
    Ok(())
}

/// Each field with the lines that differ, and those around them.
pub fn fields(diffs: &[FieldDiff], indent: &str, to: &mut impl Write) -> io::Result<()> {
    for FieldDiff { field, lines, .. } in diffs {
        writeln!(to, "{indent}{field}")?;
        for (at, LineDiff { change, text }) in lines.iter().enumerate() {
            let near = &lines[at.saturating_sub(AROUND)..lines.len().min(at + AROUND + 1)];
            if near.iter().any(|line| line.change != LineChange::Same) {
                writeln!(to, "{indent}  {}{text}", change.mark())?;
            }
        }
    }
    Ok(())
}
