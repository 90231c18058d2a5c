//! Made-up names for a bundle: what the case knows of people, devices and addresses is learned from its own evidence, with the
//! case's own key, which stays here.

use super::no_case;
use crate::{failure, org::Org};
use bundle::{Key, Kind, Masks, Pseudonyms};
use cache::Case;
use contract::{Failure, cases::CaseId};

/// How a file's text is rewritten.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One JSON value in the whole file.
    Json,
    /// One JSON value to a line.
    Lines,
    Plain,
}

impl Form {
    pub fn of(path: &str) -> Self {
        match path.rsplit('.').next() {
            Some("json") => Self::Json,
            Some("jsonl") => Self::Lines,
            _ => Self::Plain,
        }
    }
}

/// Learns every name from a case.
pub(super) fn learned(org: &Org, case: &Case, paths: &[&str]) -> Result<Masks, Failure> {
    let key = org.cache.case_key(case.id).map_err(failure::cache)?.ok_or_else(|| no_case(CaseId(case.id)))?;
    let mut names = Pseudonyms::new(Key::new(key));
    for (id, name) in &case.people {
        names.learn(Kind::Id, id.as_str());
        names.learn(Kind::Name, name);
    }
    for path in paths {
        match Form::of(path) {
            Form::Plain => {}
            Form::Json => names.learn_json(&whole(org, case.id, path)?),
            Form::Lines => each_line(org, case.id, path, |line| {
                names.learn_json(line);
                Ok(())
            })?,
        }
    }
    Ok(names.masks())
}

/// A file's text at once: only files of one value are read so, which are small.
pub(super) fn whole(org: &Org, case: i64, path: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let read = org.cache.each_case_part(case, path, |part| {
        text.push_str(part);
        Ok(())
    });
    read.map_err(failure::cache)?;
    Ok(text)
}

/// A file's lines one by one, each with its end.
pub(super) fn each_line(
    org: &Org,
    case: i64,
    path: &str,
    mut each: impl FnMut(&str) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let read =
        org.cache.each_case_part(case, path, |part| part.split_inclusive('\n').try_for_each(&mut each));
    read.map_err(failure::cache).map(drop)
}
