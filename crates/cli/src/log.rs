//! `posternctl log`: events of the local copy, or counts of them, under the same filter as in the window. The org is not called.

pub mod args;

use crate::{exit::Exit, headless, progress::say};
use app::App;
use args::LogArgs;
use contract::{
    Failure,
    log::{CountLog, GetLogCoverage, ListLog, LogFieldCounts, LogRow},
};
use domain::{LogFilter, Timestamp};
use serde::Serialize;
use std::io::{self, BufWriter, ErrorKind, Write};
use tokio::runtime::Runtime;

/// Events that are read at a time.
const PAGE: u32 = 500;

/// Lists, or counts.
pub fn run(args: &LogArgs) -> Result<Exit, Failure> {
    Runtime::new().map_err(Failure::bug)?.block_on(async {
        let app = headless::open(&args.org, false).await?;
        let known = app.call(GetLogCoverage { as_of: None }).await?;
        let filter = filter(args, known.now);
        warn(&known.gaps, &filter, known.begins);
        let mut out = Out(BufWriter::new(io::stdout().lock()));
        let written = match args.count_by.is_empty() {
            true => list(&app, &filter, args, &mut out).await,
            false => count(&app, filter, args, &mut out).await,
        };
        written.and_then(|()| out.end())?;
        Ok(Exit::Done)
    })
}

fn filter(args: &LogArgs, now: Timestamp) -> LogFilter {
    let time = |time: Option<args::Time>| time.map(|time| time.from(now));
    LogFilter {
        text: args.search.clone(),
        conditions: args.filter.clone(),
        since: time(args.since),
        until: time(args.until),
    }
}

/// What the copy does not have is no proof that nothing happened.
fn warn(gaps: &[contract::log::LogGap], filter: &LogFilter, begins: Option<Timestamp>) {
    let asked = |from: Timestamp, to: Timestamp| {
        filter.until.is_none_or(|until| from < until) && filter.since.is_none_or(|since| since < to)
    };
    match begins {
        None => say("The log was not read yet. Run posternctl sync first."),
        Some(begins) if filter.since.is_none_or(|since| since < begins) => {
            say(&format!("Before {} only events of rare kinds are known, if any.", begins.to_rfc3339()));
        }
        Some(_) => {}
    }
    for gap in gaps.iter().filter(|gap| asked(gap.from, gap.to)) {
        say(&format!(
            "From {} to {} events may be missing. {}",
            gap.from.to_rfc3339(),
            gap.to.to_rfc3339(),
            gap.why
        ));
    }
}

async fn list(app: &App, filter: &LogFilter, args: &LogArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    let (mut before, mut left) = (None, if args.limit == 0 { u64::MAX } else { args.limit });
    loop {
        let limit = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
        let page = app.call(ListLog { as_of: None, filter: filter.clone(), before, limit }).await?;
        before = page.rows.last().map(|row| row.place);
        left = left.saturating_sub(page.rows.len() as u64);
        for row in &page.rows {
            let line = if args.json { json(row)? } else { tabbed(&cells(row)) };
            if !out.line(&line)? {
                return Ok(());
            }
        }
        if !page.more {
            return Ok(());
        }
        if left == 0 {
            let all = app.call(CountLog { as_of: None, filter: filter.clone(), by: Vec::new() }).await?;
            let further = all.matching.saturating_sub(args.limit);
            say(&format!("{further} older events fit, too: --limit 0 writes all of them."));
            return Ok(());
        }
    }
}

async fn count(app: &App, filter: LogFilter, args: &LogArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    let counts = app.call(CountLog { as_of: None, filter, by: args.count_by.clone() }).await?;
    for of in &counts.fields {
        if !one_field(of, args, out)? {
            return Ok(());
        }
        if of.further > 0 {
            say(&format!("{}: {} further values.", of.field.key(), of.further));
        }
    }
    say(&format!("{} events fit.", counts.matching));
    Ok(())
}

/// One value of a field, as JSON.
#[derive(Serialize)]
struct Counted<'c> {
    field: &'static str,
    value: &'c str,
    name: Option<&'c str>,
    count: u64,
}

fn one_field(of: &LogFieldCounts, args: &LogArgs, out: &mut Out<'_>) -> Result<bool, Failure> {
    for value in &of.values {
        let (field, name) = (of.field.key(), value.name.as_deref());
        let line = match args.json {
            true => json(&Counted { field, value: &value.value, name, count: value.count })?,
            // Which field a line is of needs no telling where there is one.
            false if args.count_by.len() == 1 => {
                tabbed(&[&value.count.to_string(), &value.value, name.unwrap_or_default()])
            }
            false => tabbed(&[&value.count.to_string(), field, &value.value, name.unwrap_or_default()]),
        };
        if !out.line(&line)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn cells(row: &LogRow) -> [String; 7] {
    let event = &row.event;
    let text = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().to_owned();
    let user = || event.user.as_ref().map(ToString::to_string);
    [
        row.place.published.to_rfc3339(),
        event.event_type.to_string(),
        text(&event.outcome),
        row.user_name.clone().or_else(user).unwrap_or_default(),
        event.actor_name.clone().or_else(|| event.actor_id.clone()).unwrap_or_default().into(),
        text(&event.ip),
        text(&event.message),
    ]
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(Failure::bug)
}

/// Texts come from whoever caused an event: what would end a cell, or tell a terminal something, is a blank.
fn tabbed(cells: &[impl AsRef<str>]) -> String {
    let plain = |cell: &str| cell.replace(|c: char| c.is_control(), " ");
    cells.iter().map(|cell| plain(cell.as_ref())).collect::<Vec<_>>().join("\t")
}

/// Standard output, which may be closed by whoever reads it.
struct Out<'o>(BufWriter<io::StdoutLock<'o>>);

impl Out<'_> {
    /// Writes a line; `false` where nobody reads any more.
    fn line(&mut self, line: &str) -> Result<bool, Failure> {
        goes_on(writeln!(self.0, "{line}"))
    }

    fn end(&mut self) -> Result<(), Failure> {
        goes_on(self.0.flush()).map(drop)
    }
}

fn goes_on(written: io::Result<()>) -> Result<bool, Failure> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::bug(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_stays_in_its_cell() {
        assert_eq!(tabbed(&["a\tb", "c\r\nd", "\u{1b}[31me", "ü"]), "a b\tc  d\t [31me\tü");
    }
}
