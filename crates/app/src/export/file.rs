//! A file in the making: it has another name until it is whole, and is taken away if it never becomes so. A file that is
//! there already is never written over.

use super::unwritten;
use contract::{Failure, FailureKind, exports::ExportFormat};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// A file in the making.
pub(super) struct Draft {
    path: PathBuf,
    /// Where it is to be.
    place: PathBuf,
    /// Where it is told what is in it, for a format that can't tell it itself.
    meta: Option<PathBuf>,
    /// All of these, each claimed by an empty file that was not there before.
    made: Made,
}

/// Files that were made here, taken away again unless they are kept.
#[derive(Default)]
struct Made(Vec<PathBuf>);

impl Made {
    /// Makes an empty file; one that is there already is a mistake, and stays as it is.
    fn make(&mut self, path: &Path) -> io::Result<()> {
        File::create_new(path)?;
        self.0.push(path.to_owned());
        Ok(())
    }

    fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for path in &self.0 {
            // What a person took away meanwhile can't be taken away again, and that is as good.
            let _ = fs::remove_file(path);
        }
    }
}

impl Draft {
    pub fn begin(folder: &Path, name: &str, format: ExportFormat) -> Result<Self, Failure> {
        if !folder.is_absolute() || !folder.is_dir() {
            let message = format!("There is no folder {}.", folder.display());
            return Err(Failure::new(FailureKind::BadInput, message)
                .hint("Give the whole path of a folder that exists."));
        }
        let ending = match format {
            ExportFormat::Csv => "csv",
            ExportFormat::Json => "json",
            ExportFormat::Sqlite => "db",
        };
        Self::claim(folder, name, ending).map_err(|error| unwritten(folder, &error))
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Claims all names that it will need, or the same with a number where one of them is taken.
    fn claim(folder: &Path, name: &str, ending: &str) -> io::Result<Self> {
        for number in 1.. {
            let number = if number == 1 { String::new() } else { format!(" ({number})") };
            let with = |ending: &str| folder.join(format!("{name}{number}.{ending}"));
            let (place, path) = (with(ending), with(&format!("{ending}.part")));
            let meta = (ending == "csv").then(|| with("meta.json"));
            let mut made = Made::default();
            let claimed = [&place, &path].into_iter().chain(&meta).try_for_each(|path| made.make(path));
            match claimed {
                Ok(()) => return Ok(Self { path, place, meta, made }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Moves the file to its place. What is in it is told in a second one beside it, where it can't be in the first.
    pub fn finish(mut self, about: &str) -> Result<(PathBuf, Option<PathBuf>), Failure> {
        let written = (|| {
            // Some systems write out only what may be written.
            File::options().write(true).open(&self.path)?.sync_all()?;
            if let Some(meta) = &self.meta {
                fs::write(meta, about)?;
            }
            fs::rename(&self.path, &self.place)
        })();
        written.map_err(|error| unwritten(&self.place, &error))?;
        self.made.keep();
        Ok((self.place.clone(), self.meta.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_not_finished_leaves_nothing_and_what_is_there_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("x.csv"), "before").expect("writes");
        let draft = Draft::begin(folder.path(), "x", ExportFormat::Csv).expect("begins");
        fs::write(draft.path(), "half").expect("writes");
        drop(draft);
        assert_eq!(names(folder.path()), ["x.csv"]);
        let draft = Draft::begin(folder.path(), "x", ExportFormat::Csv).expect("begins");
        fs::write(draft.path(), "whole").expect("writes");
        draft.finish("about").expect("ends");
        assert_eq!(names(folder.path()), ["x (2).csv", "x (2).meta.json", "x.csv"]);
        assert_eq!(fs::read_to_string(folder.path().join("x.csv")).expect("reads"), "before");
    }

    #[test]
    fn a_stranger_is_neither_written_over_nor_taken_away_under_any_of_the_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let strangers = ["x (2).csv.part", "x (3).csv", "x.meta.json"];
        strangers.iter().for_each(|name| fs::write(folder.path().join(name), "before").expect("writes"));
        let kept = || {
            let read = |name: &&str| fs::read_to_string(folder.path().join(name)).ok();
            strangers.iter().all(|name| read(name).as_deref() == Some("before"))
        };
        let draft = Draft::begin(folder.path(), "x", ExportFormat::Csv).expect("begins");
        fs::write(draft.path(), "half").expect("writes");
        drop(draft);
        assert!(kept(), "taken away with a draft: {:?}", names(folder.path()));
        assert_eq!(names(folder.path()), strangers);
        let draft = Draft::begin(folder.path(), "x", ExportFormat::Csv).expect("begins");
        fs::write(draft.path(), "whole").expect("writes");
        let (path, meta) = draft.finish("about").expect("ends");
        assert!(kept(), "written over by a finished one");
        assert_eq!(path, folder.path().join("x (4).csv"));
        assert_eq!(fs::read_to_string(path).expect("reads"), "whole");
        assert_eq!(fs::read_to_string(meta.expect("a second file")).expect("reads"), "about");
        assert_eq!(names(folder.path()).len(), strangers.len() + 2);
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        for folder in ["/nosuch/folder", "relative"] {
            let failure = Draft::begin(Path::new(folder), "x", ExportFormat::Csv).err().expect(folder);
            assert_eq!(failure.kind, FailureKind::BadInput);
        }
    }

    #[test]
    fn a_full_disk_is_told() {
        let full = unwritten(Path::new("/x"), &io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.kind, FailureKind::DiskFull);
    }
}
