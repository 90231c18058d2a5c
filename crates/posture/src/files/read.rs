//! Reads checks from files: one, or a folder of them. A file that can't be read doesn't keep the others from being read.

use super::{CheckFile, FileError, FoundCheck, MOST_BYTES, QueryPlace, SUFFIX, place, wire};
use serde_saphyr::{Options, Spanned};
use std::{
    collections::HashMap,
    fs::{self, File},
    io::Read,
    path::{Component, Path, PathBuf},
};

/// Folders inside folders that are looked into; deeper ones are told, not skipped in silence.
const DEEPEST: usize = 16;

/// Whether a file is a check by its name.
pub fn is_check_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(SUFFIX))
}

/// Reads one check.
pub fn read_file(path: &Path) -> Result<FoundCheck, FileError> {
    let yaml = text(path)?;
    read_with(path, &yaml, |name| {
        let beside = path.parent().unwrap_or(Path::new("")).join(name);
        stays_beside(path, &beside)?;
        Ok((text(&beside)?, beside))
    })
}

/// Reads a check whose files are in memory. `path` is only what errors call it; `sql` gives the text of the file that the check
/// names as its `query_file`.
pub fn read_text<'t>(
    path: &Path,
    yaml: &str,
    sql: impl Fn(&str) -> Option<&'t str>,
) -> Result<FoundCheck, FileError> {
    read_with(path, yaml, |name| {
        let beside = path.with_file_name(name);
        let text = sql(name).ok_or_else(|| place::whole(&beside, "There is no such file."))?;
        Ok((text.to_owned(), beside))
    })
}

/// Reads every check in a folder and the folders in it, by path. Two checks with one variable name are an error: Okta has it
/// unique in the org.
pub fn read_folder(folder: &Path) -> Vec<Result<FoundCheck, FileError>> {
    let (mut paths, mut found) = (Vec::new(), Vec::new());
    if let Err(error) = gather(folder, DEEPEST, &mut paths, &mut found) {
        found.push(Err(error));
    }
    paths.sort();
    let mut names: HashMap<String, PathBuf> = HashMap::new();
    for path in paths {
        let check = read_file(&path).and_then(|check| {
            let name = check.check.content.variable_name.clone();
            match names.insert(name.clone(), path.clone()) {
                None => Ok(check),
                Some(other) => {
                    let what = format!("{} has the variable name `{name}`, too.", other.display());
                    Err(place::whole(&path, what))
                }
            }
        });
        found.push(check);
    }
    found
}

/// Links to folders are not followed, so there are no circles.
fn gather(
    folder: &Path,
    deeper: usize,
    paths: &mut Vec<PathBuf>,
    found: &mut Vec<Result<FoundCheck, FileError>>,
) -> Result<(), FileError> {
    let failed = |error: std::io::Error| place::whole(folder, format!("This folder can't be read: {error}."));
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        if !kind.is_dir() {
            if is_check_file(&path) {
                paths.push(path);
            }
        } else if entry.file_name().to_string_lossy().starts_with('.') {
            // .git and the like hold no checks.
        } else if deeper == 0 {
            found.push(Err(place::whole(&path, "This folder is too deep to be looked into.")));
        } else if let Err(error) = gather(&path, deeper - 1, paths, found) {
            found.push(Err(error));
        }
    }
    Ok(())
}

/// A whole file as text, without a byte order mark and with plain line ends.
fn text(path: &Path) -> Result<String, FileError> {
    let failed = |error: std::io::Error| {
        let gone = error.kind() == std::io::ErrorKind::NotFound;
        let what = if gone { "There is no such file.".into() } else { format!("It can't be read: {error}.") };
        place::whole(path, what)
    };
    // A pipe would never end.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(place::whole(path, "This is no file."));
    }
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(failed)?.take(MOST_BYTES + 1);
    file.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST_BYTES {
        let what = format!("It has more than {} MB; a check is a few kilobytes.", MOST_BYTES >> 20);
        return Err(place::whole(path, what));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let read = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = read.iter().filter(|byte| **byte == b'\n').count() + 1;
        let line = u32::try_from(line).ok();
        FileError { path: path.to_owned(), line, column: None, what: "This is no UTF-8 text.".into() }
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n"))
}

/// A query file lies beside its check, also when links are followed: a check that somebody sent may not read other files.
fn stays_beside(check: &Path, beside: &Path) -> Result<(), FileError> {
    let folder = |path: &Path| {
        let real = path.canonicalize().ok()?;
        real.parent().map(Path::to_owned)
    };
    let gone = || place::whole(beside, "There is no such file.");
    let real = folder(beside).ok_or_else(gone)?;
    // The check may be a link itself; what counts is the folder it was asked for in.
    let parent = check.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if parent.canonicalize().ok().as_ref() != Some(&real) {
        return Err(place::whole(beside, "This link leads out of the check's folder."));
    }
    Ok(())
}

fn read_with(
    path: &Path,
    yaml: &str,
    query_file: impl Fn(&str) -> Result<(String, PathBuf), FileError>,
) -> Result<FoundCheck, FileError> {
    let mut read: wire::Wire =
        serde_saphyr::from_str_with_options(yaml, options()).map_err(|error| place::of_yaml(path, &error))?;
    let (query, notes, query_at) = match (read.query.take(), read.query_file.take()) {
        (Some(query), None) => {
            let at = place_in(path, yaml, &query);
            let notes = read.notes.take().map(|notes| notes.value).unwrap_or_default();
            (query.value, notes, at)
        }
        (None, Some(name)) => {
            if let Some(notes) = &read.notes {
                let what = "Notes on a query in a file are the comments at the head of that file.";
                return Err(place::at(path, notes.referenced, what));
            }
            let name = plain_name(path, &name)?;
            let (text, beside) = query_file(&name)?;
            let SqlFile { notes, query, line } = SqlFile::read(&text);
            (query, notes, QueryPlace { path: beside, line, indent: 0, verbatim: true })
        }
        (Some(query), Some(_)) => {
            let what = "There is both a `query` and a `query_file`; one of them has to go.";
            return Err(place::at(path, query.referenced, what));
        }
        (None, None) => return Err(place::whole(path, "There is neither a `query` nor a `query_file`.")),
    };
    let check: CheckFile = wire::check(path, read, query, notes)?;
    Ok(FoundCheck { path: path.to_owned(), check, query_at })
}

/// Where a query stands in the YAML. In a literal block its lines are the file's, behind some spaces.
fn place_in(path: &Path, yaml: &str, query: &Spanned<String>) -> QueryPlace {
    let line = u32::try_from(query.referenced.line()).unwrap_or(1).max(1);
    let lines = || yaml.lines().skip(line as usize - 1);
    let indent = lines().next().map_or(0, |first| first.len() - first.trim_start_matches(' ').len());
    let same = |(there, here): (&str, &str)| {
        there.get(indent..).map_or(here.trim().is_empty() && there.trim().is_empty(), |text| text == here)
    };
    let whole = lines().count() >= query.value.lines().count();
    let verbatim = whole && lines().zip(query.value.lines()).all(same);
    QueryPlace { path: path.to_owned(), line, indent: u32::try_from(indent).unwrap_or(0), verbatim }
}

/// Limits far above any check and far below what hurts: a file may come from anybody.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 400_000,
            max_nodes: 200_000,
            max_depth: 32,
            flow_nesting_limit: 32,
            max_documents: 1,
            max_anchors: 1_000,
            max_aliases: 5_000,
            max_merge_keys: 1_000,
            max_total_scalar_bytes: MOST_BYTES as usize,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 200_000,
            max_replay_stack_depth: 8,
        },
        emit_comments: false,
        with_snippet: false,
        reject_unsupported_tags: true,
    }
}

/// A bare file name, on every system: no folder, no drive, no stream.
fn plain_name(path: &Path, name: &Spanned<String>) -> Result<String, FileError> {
    let mut parts = Path::new(&name.value).components();
    let bare = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    if !bare || name.value.contains(['/', '\\', ':', '\0']) {
        let what = "A `query_file` lies beside its check: write its name, without a folder.";
        return Err(place::at(path, name.referenced, what));
    }
    Ok(name.value.clone())
}

/// What a `.sql` file holds: comments at its head are notes, the rest is the query.
pub(super) struct SqlFile {
    pub notes: String,
    pub query: String,
    /// The query's first line, from 1.
    pub line: u32,
}

impl SqlFile {
    pub fn read(text: &str) -> Self {
        let (mut notes, mut at, mut line) = (Vec::new(), 0, 1);
        for each in text.split_inclusive('\n') {
            let bare = each.trim();
            match bare.strip_prefix("--") {
                Some(note) => notes.push(note.strip_prefix(' ').unwrap_or(note)),
                None if bare.is_empty() => {}
                None => break,
            }
            at += each.len();
            line += 1;
        }
        let query = text.get(at..).unwrap_or_default().trim_end();
        Self { notes: notes.join("\n"), query: query.to_owned(), line }
    }
}
