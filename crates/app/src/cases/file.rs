//! A bundle in the making: it has another name until it is whole, and is taken away if it never becomes so. A file that is there
//! already is never written over.

use crate::failure;
use contract::{Failure, FailureKind};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// A file in the making.
pub(super) struct Draft {
    part: PathBuf,
    place: PathBuf,
    kept: bool,
}

impl Draft {
    /// Claims a name in the folder, or the same with a number where it is taken.
    pub fn begin(folder: &Path, name: &str, ending: &str) -> Result<(Self, File), Failure> {
        let claimed = (|| {
            fs::create_dir_all(folder)?;
            for n in 1.. {
                let number = if n == 1 { String::new() } else { format!(" ({n})") };
                let place = folder.join(format!("{name}{number}.{ending}"));
                let part = folder.join(format!("{name}{number}.{ending}.part"));
                let file = match File::create_new(&part) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                    made => made?,
                };
                match File::create_new(&place) {
                    Ok(_) => return Ok((Self { part, place, kept: false }, file)),
                    Err(error) => {
                        fs::remove_file(&part)?;
                        if error.kind() != io::ErrorKind::AlreadyExists {
                            return Err(error);
                        }
                    }
                }
            }
            Err(io::ErrorKind::AlreadyExists.into())
        })();
        claimed.map_err(|error| unwritten(folder, &error))
    }

    /// Moves it to its place.
    pub fn finish(mut self, file: &File) -> Result<PathBuf, Failure> {
        let moved = file.sync_all().and_then(|()| fs::rename(&self.part, &self.place));
        moved.map_err(|error| unwritten(&self.place, &error))?;
        self.kept = true;
        Ok(self.place.clone())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // What a person took away meanwhile can't be taken away again, and that is as good.
            let _ = fs::remove_file(&self.part);
            let _ = fs::remove_file(&self.place);
        }
    }
}

/// A place that can't be written to.
pub(super) fn unwritten(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::StorageFull => {
            Failure::new(FailureKind::DiskFull, "The disk is full.").hint("Make room and try again.")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound | io::ErrorKind::ReadOnlyFilesystem => {
            Failure::new(FailureKind::BadInput, format!("{} can't be written to: {error}.", path.display()))
        }
        _ => failure::cache(cache::Error::Io(io::Error::new(error.kind(), error.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn what_is_there_stays_and_what_is_not_finished_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = || {
            let entries = fs::read_dir(folder.path()).expect("a folder");
            let mut names: Vec<_> =
                entries.map(|e| e.expect("an entry").file_name().into_string().expect("text")).collect();
            names.sort();
            names
        };
        fs::write(folder.path().join("x.tar"), "before").expect("writes");
        fs::write(folder.path().join("x (2).tar.part"), "another's").expect("writes");
        let (draft, mut file) = Draft::begin(folder.path(), "x", "tar").expect("begins");
        file.write_all(b"half").expect("writes");
        drop(draft);
        assert_eq!(names(), ["x (2).tar.part", "x.tar"]);
        let (draft, mut file) = Draft::begin(folder.path(), "x", "tar").expect("begins");
        file.write_all(b"whole").expect("writes");
        let place = draft.finish(&file).expect("ends");
        assert_eq!((place, names().len()), (folder.path().join("x (3).tar"), 3));
        assert_eq!(fs::read_to_string(folder.path().join("x.tar")).expect("reads"), "before");
        assert_eq!(fs::read_to_string(folder.path().join("x (3).tar")).expect("reads"), "whole");
    }
}
