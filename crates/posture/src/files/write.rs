//! Writes a check as files that read back as the same check. The query goes into a `.sql` of its own where that loses nothing, else
//! into the YAML.

use super::{CheckFile, FileError, SUFFIX, place, read, wire};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// A check's files, not yet on a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text of `<stem>.check.yaml`.
    pub yaml: String,
    /// The text of `<stem>.sql`; `None` where the query is in the YAML.
    pub sql: Option<String>,
}

/// The texts of a check's files. `stem` is their common name, without a folder.
pub fn render(check: &CheckFile, stem: &str) -> Result<Rendered, FileError> {
    let path = PathBuf::from(format!("{stem}{SUFFIX}"));
    let sql = sql(check);
    let query_file = sql.is_some().then(|| format!("{stem}.sql"));
    let wire = wire::wire(check, query_file);
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX, compact_list_indent: false };
    let yaml = serde_saphyr::to_string_with_options(&wire, options)
        .map_err(|error| place::whole(&path, format!("It can't be written as YAML: {error}.")))?;
    // Nobody shall lose a check by saving it.
    match read::read_text(&path, &yaml, |_| sql.as_deref()) {
        Ok(found) if found.check == *check => Ok(Rendered { yaml, sql }),
        _ => Err(place::whole(&path, "This check holds text that YAML can't carry.")),
    }
}

/// The `.sql` file, if it reads back as the same query and notes.
fn sql(check: &CheckFile) -> Option<String> {
    let mut text = String::new();
    if !check.notes.is_empty() {
        for note in check.notes.split('\n') {
            text.push_str(if note.is_empty() { "--" } else { "-- " });
            text.push_str(note);
            text.push('\n');
        }
    }
    text.push_str(&check.content.query);
    text.push('\n');
    let read = read::SqlFile::read(&text);
    let clean = !text.contains(['\r', '\0', '\u{feff}']) && !check.content.query.is_empty();
    (clean && read.query == check.content.query && read.notes == check.notes).then_some(text)
}

/// A name for a check's files that every system takes, made from its variable name.
pub fn stem(variable_name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    let mut stem: String = variable_name.chars().map(safe).take(100).collect();
    // Windows keeps some names for its devices, whatever follows the dot.
    let device = |name: &str| {
        let name = name.to_ascii_lowercase();
        let numbered = name.strip_prefix("com").or(name.strip_prefix("lpt"));
        ["con", "prn", "aux", "nul"].contains(&name.as_str()) || numbered.is_some_and(|n| n.len() == 1)
    };
    if stem.is_empty() || device(&stem) {
        stem.push_str("_check");
    }
    stem
}

/// Writes a check's files into a folder, and gives their paths. Files that are there already are only replaced when told to.
pub fn write_files(folder: &Path, check: &CheckFile, replace: bool) -> Result<Vec<PathBuf>, FileError> {
    let stem = stem(&check.content.variable_name);
    let Rendered { yaml, sql } = render(check, &stem)?;
    let failed =
        |path: &Path, error: std::io::Error| place::whole(path, format!("It can't be written: {error}."));
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let yaml = (folder.join(format!("{stem}{SUFFIX}")), yaml);
    // The query first: a check never names a file that isn't there yet.
    let files: Vec<_> =
        sql.map(|sql| (folder.join(format!("{stem}.sql")), sql)).into_iter().chain([yaml]).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| !replace && path.symlink_metadata().is_ok()) {
        return Err(place::whole(path, "It is there already."));
    }
    for (path, text) in &files {
        whole(path, text).map_err(|error| failed(path, error))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// Writes beside the file and puts it in place when it is whole.
fn whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".part");
    let draft = PathBuf::from(draft);
    let written = (|| {
        let mut file = fs::File::create(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, path)
    })();
    if written.is_err() {
        // It may never have been made; then there is nothing to take away.
        let _ = fs::remove_file(&draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_takes_the_names() {
        let check = |name: &str, want: &str| assert_eq!(stem(name), want);
        check("macos_firewall", "macos_firewall");
        check("../etc/passwd", "___etc_passwd");
        check("über alles", "_ber_alles");
        check("", "_check");
        check("NUL", "NUL_check");
        check("com1", "com1_check");
        check("command", "command");
    }
}
