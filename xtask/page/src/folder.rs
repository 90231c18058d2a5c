//! A folder that is brought up to date: only files that differ are written, and files nobody asked for are removed.
//!
//! The shell embeds the folder at compile time, and cargo looks at modification times; a rewrite of the same bytes would
//! cost a rebuild of the shell.

use std::{
    collections::BTreeSet,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// A folder under construction.
pub struct Folder {
    root: PathBuf,
    wanted: BTreeSet<PathBuf>,
    bytes: u64,
    written: usize,
}

/// What [`Folder::finish`] found.
pub struct Report {
    files: usize,
    bytes: u64,
    written: usize,
    removed: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, bytes, written, removed } = self;
        write!(f, "{files} files, {} kB; {written} written, {removed} removed", bytes / 1000)
    }
}

impl Folder {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), wanted: BTreeSet::new(), bytes: 0, written: 0 }
    }

    /// Makes `name` hold `bytes`; leaves it alone when it does already.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.root.join(name);
        if fs::read(&path).ok().as_deref() != Some(bytes) {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
            }
            fs::write(&path, bytes).with_context(|| path.display().to_string())?;
            self.written += 1;
        }
        self.bytes += bytes.len() as u64;
        self.wanted.insert(path);
        Ok(())
    }

    /// Copies the files with one of `extensions` from `from`, with its sub-folders, to `into`.
    pub fn copy_all(&mut self, from: &Path, into: &str, extensions: &[&str]) -> Result<()> {
        for path in files_under(from).with_context(|| from.display().to_string())? {
            let wanted = path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x));
            if let (true, Ok(name)) = (wanted, path.strip_prefix(from)) {
                let name = format!("{into}/{}", name.display());
                self.put(&name, &fs::read(&path).with_context(|| path.display().to_string())?)?;
            }
        }
        Ok(())
    }

    /// Removes what is left from earlier builds.
    pub fn finish(self) -> Result<Report> {
        let mut removed = 0;
        for path in files_under(&self.root)? {
            if !self.wanted.contains(&path) {
                fs::remove_file(&path).with_context(|| path.display().to_string())?;
                removed += 1;
            }
        }
        Ok(Report { files: self.wanted.len(), bytes: self.bytes, written: self.written, removed })
    }
}

fn files_under(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_under(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_differs_and_removes_the_rest() {
        let root = std::env::temp_dir().join(format!("postern-folder-{}", std::process::id()));
        let build = |text: &str, names: &[&str]| {
            let mut folder = Folder::new(&root);
            for name in names {
                folder.put(name, text.as_bytes()).expect("a temporary folder can be written");
            }
            let report = folder.finish().expect("and listed");
            (report.files, report.written, report.removed)
        };
        assert_eq!(build("one", &["a", "sub/b"]), (2, 2, 0));
        assert_eq!(build("one", &["a", "sub/b"]), (2, 0, 0));
        assert_eq!(build("two", &["a"]), (1, 1, 1));
        fs::remove_dir_all(&root).expect("the folder is this test's own");
    }
}
