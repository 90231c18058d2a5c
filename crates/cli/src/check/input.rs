//! Which checks a command is about: the files that its paths name.

use crate::exit::Exit;
use posture::files::{self, FileError, FoundCheck};
use std::path::PathBuf;

/// Checks that could be read, and why others could not.
#[derive(Debug, Default)]
pub struct Input {
    pub checks: Vec<FoundCheck>,
    pub errors: Vec<FileError>,
}

impl Input {
    /// Reads files and folders, in the order in which they are named.
    pub fn read(paths: &[PathBuf]) -> Self {
        let mut input = Self::default();
        for path in paths {
            if !path.is_dir() {
                input.add(files::read_file(path));
                continue;
            }
            let found = files::read_folder(path);
            if found.is_empty() {
                let what = format!("There is no file in it that ends in {}.", files::SUFFIX);
                input.errors.push(FileError { path: path.clone(), line: None, column: None, what });
            }
            found.into_iter().for_each(|found| input.add(found));
        }
        input
    }

    fn add(&mut self, found: Result<FoundCheck, FileError>) {
        match found {
            Ok(check) => self.checks.push(check),
            Err(error) => self.errors.push(error),
        }
    }

    /// How it ends: what can't be read is worse than what was found.
    pub fn exit(&self, found: bool) -> Exit {
        match (self.errors.is_empty(), found) {
            (false, _) => Exit::Usage,
            (true, true) => Exit::Failed,
            (true, false) => Exit::Done,
        }
    }
}
