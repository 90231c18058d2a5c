//! `check templates`: the library that ships with the program, as a list or as files to start from.

use super::{
    args::{Format, TemplatesArgs},
    ended,
    report::many,
};
use crate::{exit::Exit, progress::say};
use contract::{Failure, FailureKind};
use posture::{
    files,
    library::{self, Template},
};
use serde::Serialize;
use std::io::{self, BufWriter, Write, stdout};

/// One template in the list for programs.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    id: &'a str,
    need: &'a str,
    platform: &'a str,
    name: &'a str,
    description: &'a str,
}

pub fn run(args: &TemplatesArgs) -> Result<Exit, Failure> {
    let chosen = chosen(&args.ids)?;
    let Some(folder) = &args.write else { return ended(list(&chosen, args.format)) };
    let bad = |error: files::FileError| {
        let hint = "Give --replace to write over what is there.";
        let failure = Failure::new(FailureKind::BadInput, error.to_string());
        if args.replace { failure } else { failure.hint(hint) }
    };
    for template in &chosen {
        files::write_files(folder, &template.check, args.replace).map_err(bad)?;
    }
    say(&format!("Wrote {} to {}.", many(chosen.len(), "check"), folder.display()));
    Ok(Exit::Done)
}

fn chosen(ids: &[String]) -> Result<Vec<&'static Template>, Failure> {
    if ids.is_empty() {
        return Ok(library::templates().iter().collect());
    }
    let find = |id: &String| {
        library::template(id).ok_or_else(|| {
            Failure::new(FailureKind::BadInput, format!("There is no template {id:?}."))
                .hint("posternctl check templates lists them.")
        })
    };
    ids.iter().map(find).collect()
}

fn list(templates: &[&Template], format: Format) -> io::Result<Exit> {
    let mut to = BufWriter::new(stdout().lock());
    let listed = templates.iter().map(|Template { id, need, check }| Listed {
        id,
        need,
        platform: check.content.platform.key(),
        name: &check.content.name,
        description: &check.content.description,
    });
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut to, &listed.collect::<Vec<_>>())?;
            writeln!(to)?;
        }
        Format::Text => {
            for Listed { id, platform, name, .. } in listed {
                writeln!(to, "{id:<28} {platform:<8} {name}")?;
            }
        }
    }
    to.flush()?;
    Ok(Exit::Done)
}
