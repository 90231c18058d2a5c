//! `check lint`: files, or one query.

use super::{
    args::{FailOn, LintArgs, LintFormat},
    bulk, ended,
    input::Input,
    report::{self, Linted},
    sarif,
};
use crate::{exit::Exit, progress::say};
use contract::{Failure, FailureKind};
use domain::{Mapping, OsqueryPlatform};
use posture::{Catalogue, files::QueryPlace, lint::lint};
use std::io::{BufWriter, Read, Write, stdin, stdout};

/// A query on stdin may have this many bytes; the linter's own limit is lower and is told as a finding.
const MOST_STDIN: u64 = 16 << 20;

pub fn run(args: &LintArgs) -> Result<Exit, Failure> {
    if let Some(file) = &args.jsonl {
        return bulk::run(file, args.fail_on);
    }
    let (linted, input) = match (&args.query, args.platform) {
        (Some(query), Some(platform)) => (vec![one(query, platform, args.mapping.into())?], Input::default()),
        _ => {
            let input = Input::read(&args.paths);
            (input.checks.iter().map(of_file).collect(), input)
        }
    };
    let mut to = BufWriter::new(stdout().lock());
    let written = match args.format {
        LintFormat::Text => report::text(&linted, &input.errors, &mut to),
        LintFormat::Json => report::json(&linted, &input.errors, &mut to),
        LintFormat::Sarif => sarif::write(&linted, &input.errors, &mut to),
    };
    let fail_on = args.fail_on.unwrap_or(FailOn::Warning);
    let found =
        linted.iter().flat_map(|check| &check.findings).any(|placed| fail_on.counts(placed.finding.severity));
    let exit = ended(written.and_then(|()| to.flush()).map(|()| input.exit(found)))?;
    say(&report::summary(&linted, &input));
    Ok(exit)
}

fn of_file(found: &posture::files::FoundCheck) -> Linted {
    let content = &found.check.content;
    let report = lint(Catalogue::shipped(), content.platform, content.mapping, &content.query);
    Linted::new(&found.query_at, &content.variable_name, content.platform, &content.query, report)
}

fn one(query: &str, platform: OsqueryPlatform, mapping: Mapping) -> Result<Linted, Failure> {
    let mut text = query.to_owned();
    if query == "-" {
        text.clear();
        let unread = |error: std::io::Error| {
            Failure::new(FailureKind::BadInput, format!("The query can't be read from stdin: {error}."))
        };
        stdin().lock().take(MOST_STDIN).read_to_string(&mut text).map_err(unread)?;
    }
    let place = QueryPlace { path: "query".into(), line: 1, indent: 0, verbatim: true };
    let report = lint(Catalogue::shipped(), platform, mapping, &text);
    Ok(Linted::new(&place, "", platform, &text, report))
}
