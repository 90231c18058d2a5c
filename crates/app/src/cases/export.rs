//! Writing a case as one file. The same case and the same choices give the same bytes: nothing in it depends on when or where it
//! is written. Each file is read from the cache as it is written, so memory stays small.

use super::{
    file::{Draft, unwritten},
    masks::{self, Form},
    no_case,
};
use crate::{failure, org::Org};
use bundle::{About, File, Lock, Masks, Written};
use cache::{Case, CaseItem};
use contract::{
    Failure, FailureKind,
    cases::{ExportCase, ExportedCase},
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{self, BufWriter, Write},
    path::Path,
};

/// The notes of the case, one a line.
pub(super) const NOTES: &str = "notes.jsonl";
/// A word to whoever has no Postern.
const README: &str = "README.txt";
const README_TEXT: &str = "\
This is the evidence of one case, written by Postern.

manifest.json names every file with its size and SHA-256. manifest.json.sha256 holds the hash of the manifest:

    sha256sum --check manifest.json.sha256

Postern checks all of it before it shows anything (Cases, Open a bundle), and so does:

    posternctl case verify FILE

A hash proves that a file is whole, not who made it: compare the hash of the whole bundle with the one that you were told by
another way.
";

/// Writes a case into a folder.
pub(super) fn export(org: &Org, command: &ExportCase, folder: &Path) -> Result<ExportedCase, Failure> {
    let lock = match &command.recipients[..] {
        [] => None,
        recipients => Some(Lock::to(recipients).map_err(refused)?),
    };
    let case = org.cache.case(command.id.0).map_err(failure::cache)?.ok_or_else(|| no_case(command.id))?;
    let contents = Contents::of(org, case, command.pseudonyms)?;
    let ending = if lock.is_some() { "tar.age" } else { "tar" };
    let (draft, file) = Draft::begin(folder, &contents.file_name(), ending)?;
    let mut to = BufWriter::new(&file);
    let written = match &lock {
        None => contents.write(&mut to),
        Some(lock) => lock.around(&mut to, |to| contents.write(to)),
    };
    let Written { sha256, files, .. } = written.map_err(|error| unwritable(folder, error))?;
    to.flush().map_err(|error| unwritten(folder, &error))?;
    drop(to);
    let bytes = file.metadata().map_err(|error| unwritten(folder, &error))?.len();
    let path = draft.finish(&file)?;
    Ok(ExportedCase { path: path.display().to_string(), bytes, sha256: bundle::hex(&sha256), files })
}

/// What goes into a bundle.
struct Contents<'o> {
    org: &'o Org,
    case: Case,
    masks: Option<Masks>,
    about: About,
    files: Vec<File>,
    /// Of each file its path in the case; those that are made here have none.
    sources: Vec<Option<String>>,
    made: BTreeMap<usize, String>,
}

impl<'o> Contents<'o> {
    fn of(org: &'o Org, case: Case, pseudonyms: bool) -> Result<Self, Failure> {
        let items = org.cache.case_items(case.id).map_err(failure::cache)?;
        let paths: Vec<&str> = items.iter().map(|item| item.path.as_str()).collect();
        let masks = pseudonyms.then(|| masks::learned(org, &case, &paths)).transpose()?;
        let newest = items.iter().map(|item| item.frozen).chain(case.notes.iter().map(|note| note.at)).max();
        let about = About {
            tool: concat!("Postern ", env!("CARGO_PKG_VERSION")).to_owned(),
            org: org.name.clone(),
            case: case.id,
            title: masked(masks.as_ref(), &case.title),
            opened: case.created,
            made: newest.unwrap_or(case.created),
            pseudonyms,
        };
        let mut contents =
            Self { org, case, masks, about, files: Vec::new(), sources: Vec::new(), made: BTreeMap::new() };
        items.into_iter().for_each(|item| contents.add_item(item));
        let notes = contents.notes();
        let rows = contents.case.notes.len() as u64;
        contents.add_made(NOTES, "Notes", Some(rows), notes);
        contents.add_made(README, "How to check this bundle", None, README_TEXT.to_owned());
        Ok(contents)
    }

    fn add_item(&mut self, item: CaseItem) {
        let masks = self.masks.as_ref();
        self.files.push(File {
            path: masked_path(masks, &item.path),
            title: masked(masks, &item.title),
            rows: item.rows,
            frozen: item.frozen,
            snapshot: item.snapshot.map(|id| id.0),
        });
        self.sources.push(Some(item.path));
    }

    fn add_made(&mut self, path: &str, title: &str, rows: Option<u64>, text: String) {
        self.made.insert(self.files.len(), text);
        let (path, title) = (path.to_owned(), title.to_owned());
        self.files.push(File { path, title, rows, frozen: self.about.made, snapshot: None });
        self.sources.push(None);
    }

    fn notes(&self) -> String {
        let line = |note: &cache::CaseNote| {
            let (by, text) =
                (masked(self.masks.as_ref(), &note.actor), masked(self.masks.as_ref(), &note.text));
            format!("{}\n", json!({ "at": note.at.to_rfc3339(), "by": by, "text": text }))
        };
        self.case.notes.iter().map(line).collect()
    }

    fn file_name(&self) -> String {
        let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
        let org: String = self.org.name.chars().map(kept).collect();
        let day: String =
            self.about.made.to_rfc3339().chars().filter(|c| c.is_ascii_digit()).take(12).collect();
        let how = if self.masks.is_some() { "-pseudonyms" } else { "" };
        format!("case-{}-{org}-{day}{how}", self.case.id)
    }

    fn write(&self, to: &mut dyn Write) -> bundle::Result<Written> {
        bundle::write(to, &self.about, &self.files, |at, to| self.content(at, to))
    }

    fn content(&self, at: usize, to: &mut dyn Write) -> io::Result<()> {
        if let Some(text) = self.made.get(&at) {
            return to.write_all(text.as_bytes());
        }
        let Some(Some(path)) = self.sources.get(at) else { return Err(io::ErrorKind::NotFound.into()) };
        let told = |failure: Failure| io::Error::other(Told(failure));
        let id = self.case.id;
        let Some(masks) = &self.masks else {
            let read = self.org.cache.each_case_part(id, path, |part| to.write_all(part.as_bytes()));
            return read.map(drop).map_err(|error| told(failure::cache(error)));
        };
        match Form::of(path) {
            Form::Json => {
                to.write_all(masks.json(&masks::whole(self.org, id, path).map_err(told)?).as_bytes())
            }
            Form::Lines => {
                let line = |line: &str| to.write_all(masks.json(line).as_bytes());
                masks::each_line(self.org, id, path, line).map_err(told)
            }
            Form::Plain => {
                to.write_all(masks.text(&masks::whole(self.org, id, path).map_err(told)?).as_bytes())
            }
        }
    }
}

/// A failure on its way through code that knows only of reading and writing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(Failure);

fn masked(masks: Option<&Masks>, text: &str) -> String {
    masks.map_or_else(|| text.to_owned(), |masks| masks.text(text))
}

/// Masked part by part: a name that is no longer sound would be refused when it is written.
fn masked_path(masks: Option<&Masks>, path: &str) -> String {
    let Some(masks) = masks else { return path.to_owned() };
    let part = |part: &str| {
        let (name, ending) = part.split_once('.').map_or((part, None), |(name, ending)| (name, Some(ending)));
        let name = masks.text(name);
        ending.map_or_else(|| name.clone(), |ending| format!("{name}.{ending}"))
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Recipients that are none.
fn refused(error: bundle::Error) -> Failure {
    Failure::new(FailureKind::BadInput, format!("This bundle can't be encrypted: {error}."))
        .hint("A recipient looks like age1… and is made with age-keygen.")
}

fn unwritable(folder: &Path, error: bundle::Error) -> Failure {
    match error {
        bundle::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Told>()) {
            Some(Told(failure)) => failure.clone(),
            None => unwritten(folder, &error),
        },
        error => Failure::bug(error),
    }
}
