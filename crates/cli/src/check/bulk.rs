//! `check lint --jsonl`: thousands of queries, one a line, answered in their order while the input still comes.

use super::{args::FailOn, ended, report::many};
use crate::{exit::Exit, progress::say};
use contract::{Failure, FailureKind};
use domain::{Finding, Mapping, OsqueryPlatform, Severity};
use posture::{Catalogue, lint::lint};
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write, stdin, stdout},
    path::Path,
    thread,
};

/// Lines that are looked at together.
const BATCH: usize = 1_024;
/// The most bytes of a line. What is longer is passed over without being held.
const LONGEST_LINE: u64 = 8 << 20;
/// The linter descends into what a query nests, as deep as SQLite's parser does; a main thread has room enough for that.
const STACK: usize = 8 << 20;

/// A line of the input. What else an object holds is of no interest.
#[derive(Debug, Deserialize)]
struct Question<'a> {
    #[serde(default)]
    id: serde_json::Value,
    #[serde(borrow)]
    platform: Cow<'a, str>,
    #[serde(borrow)]
    query: Cow<'a, str>,
    #[serde(borrow, default)]
    mapping: Option<Cow<'a, str>>,
}

/// The id alone, of a line that lacks something else.
#[derive(Debug, Deserialize)]
struct Name {
    id: serde_json::Value,
}

/// A line of the output.
#[derive(Debug, Serialize)]
struct Answer {
    id: serde_json::Value,
    valid: bool,
    findings: Vec<Brief>,
}

/// A finding as bulk answers tell it; bytes of the query.
#[derive(Debug, Serialize)]
struct Brief {
    code: String,
    severity: Severity,
    start: u32,
    end: u32,
    message: String,
}

impl From<Finding> for Brief {
    fn from(finding: Finding) -> Self {
        let Finding { code, severity, start, end, message, .. } = finding;
        Self { code, severity, start, end, message }
    }
}

/// The answer to a line that can't be read.
#[derive(Debug, Serialize)]
struct BadLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<serde_json::Value>,
    line: u64,
    error: String,
}

/// What came of one line.
struct Told {
    /// Empty for an empty line.
    text: String,
    bad: bool,
    failed: bool,
}

/// One line of the input.
enum Line {
    Text(Vec<u8>),
    TooLong,
}

pub fn run(file: &Path, fail_on: Option<FailOn>) -> Result<Exit, Failure> {
    let unread = |error: io::Error| {
        Failure::new(FailureKind::BadInput, format!("{} can't be read: {error}.", file.display()))
    };
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(stdin().lock())
    } else {
        Box::new(File::open(file).map_err(unread)?)
    };
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut to = BufWriter::new(stdout().lock());
    let (mut read, mut bad, mut failed) = (0_u64, 0_usize, false);
    loop {
        let batch = batch(&mut input).map_err(unread)?;
        if batch.is_empty() {
            break;
        }
        let answers = answer_all(&batch, read, fail_on);
        read += batch.len() as u64;
        for told in answers {
            bad += usize::from(told.bad);
            failed |= told.failed;
            if told.text.is_empty() {
                continue;
            }
            let written = to.write_all(told.text.as_bytes()).and_then(|()| to.write_all(b"\n"));
            if let Err(error) = written {
                return ended(Err(error));
            }
        }
        if let Err(error) = to.flush() {
            return ended(Err(error));
        }
    }
    if bad > 0 {
        say(&format!("{} can't be read; the others are answered.", many(bad, "line")));
        return Ok(Exit::Usage);
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// The lines that are there, at least one, so that whoever sends a line and waits gets its answer; none at the end.
fn batch(input: &mut BufReader<impl Read>) -> io::Result<Vec<Line>> {
    let mut lines = Vec::new();
    while lines.len() < BATCH && (lines.is_empty() || input.buffer().contains(&b'\n')) {
        match next(input)? {
            Some(line) => lines.push(line),
            None => break,
        }
    }
    Ok(lines)
}

fn next(input: &mut BufReader<impl Read>) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    if input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() as u64 == LONGEST_LINE {
        pass_over(input)?;
        return Ok(Some(Line::TooLong));
    }
    Ok(Some(Line::Text(line)))
}

/// To the end of the line, holding nothing.
fn pass_over(input: &mut BufReader<impl Read>) -> io::Result<()> {
    loop {
        let there = input.fill_buf()?;
        if there.is_empty() {
            return Ok(());
        }
        match there.iter().position(|byte| *byte == b'\n') {
            Some(at) => {
                input.consume(at + 1);
                return Ok(());
            }
            None => {
                let all = there.len();
                input.consume(all);
            }
        }
    }
}

/// In the order of the lines, on every core.
fn answer_all(batch: &[Line], before: u64, fail_on: Option<FailOn>) -> Vec<Told> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = batch.len().div_ceil(cores).max(16);
    let answer_share = |first: usize, lines: &[Line]| -> Vec<Told> {
        let number = |at: usize| before + (first + at) as u64 + 1;
        lines.iter().enumerate().map(|(at, line)| answer(line, number(at), fail_on)).collect()
    };
    thread::scope(|scope| {
        let shares: Vec<_> = batch
            .chunks(share)
            .enumerate()
            .map(|(nth, lines)| {
                let first = nth * share;
                let work = move || answer_share(first, lines);
                let started = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
                (first, lines, started)
            })
            .collect();
        let mut told = Vec::with_capacity(batch.len());
        for (first, lines, started) in shares {
            match started.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(answers)) => told.extend(answers),
                // No thread was to be had: then this one does it.
                Err(_) => told.extend(answer_share(first, lines)),
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
            }
        }
        told
    })
}

fn answer(line: &Line, number: u64, fail_on: Option<FailOn>) -> Told {
    let bad = |id, error: String| Told {
        text: json(&BadLine { id, line: number, error }),
        bad: true,
        failed: false,
    };
    let Line::Text(line) = line else {
        return bad(None, format!("The line is longer than {} MB.", LONGEST_LINE >> 20));
    };
    if line.trim_ascii().is_empty() {
        return Told { text: String::new(), bad: false, failed: false };
    }
    let question: Question = match serde_json::from_slice(line) {
        Ok(question) => question,
        Err(error) => {
            let id = serde_json::from_slice(line).ok().map(|Name { id }| id);
            return bad(id, format!("The line is no object with platform and query: {error}."));
        }
    };
    let Question { id, platform, query, mapping } = question;
    let Some(platform) = OsqueryPlatform::from_key(&platform) else {
        let known = OsqueryPlatform::ALL.map(OsqueryPlatform::key).join(", ");
        return bad(Some(id), format!("There is no platform {platform:?}; there are {known}."));
    };
    let mapping = match mapping.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("checkbox") => Mapping::Checkbox,
        Some("textbox") => Mapping::Textbox,
        Some(other) => {
            return bad(Some(id), format!("There is no mapping {other:?}; there are checkbox, textbox."));
        }
    };
    // A defect that one query brings out must not cost the answers to the others.
    let linted = std::panic::catch_unwind(|| lint(Catalogue::shipped(), platform, mapping, &query));
    let Ok(report) = linted else {
        return bad(Some(id), "The linter failed at this query, which is a defect in it.".into());
    };
    let counts = |finding: &Finding| fail_on.is_some_and(|least| least.counts(finding.severity));
    let failed = report.findings.iter().any(counts);
    let findings = report.findings.into_iter().map(Brief::from).collect();
    Told { text: json(&Answer { id, valid: report.valid, findings }), bad: false, failed }
}

/// One line. Neither type can fail to be written.
fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
}
