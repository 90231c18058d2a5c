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
    /// Where it is to be; claimed by an empty file.
    place: PathBuf,
    finished: bool,
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
        let place = claim(folder, name, ending).map_err(|error| unwritten(folder, &error))?;
        let mut path = place.clone().into_os_string();
        path.push(".part");
        Ok(Self { path: path.into(), place, finished: false })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the file to its place, with a second one beside it that says what is in it.
    pub fn finish(mut self, about: Option<&str>) -> Result<(PathBuf, Option<PathBuf>), Failure> {
        let written = (|| {
            File::open(&self.path)?.sync_all()?;
            let meta = about.map(|text| {
                let meta = self.place.with_extension("meta.json");
                fs::write(&meta, text).map(|()| meta)
            });
            let meta = meta.transpose()?;
            fs::rename(&self.path, &self.place)?;
            io::Result::Ok(meta)
        })();
        let meta = written.map_err(|error| unwritten(&self.place, &error))?;
        self.finished = true;
        Ok((self.place.clone(), meta))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.finished {
            // What was never made can't be taken away, and that is as good.
            let _ = fs::remove_file(&self.path);
            let _ = fs::remove_file(&self.place);
            let _ = fs::remove_file(self.place.with_extension("meta.json"));
        }
    }
}

/// Makes an empty file of this name, or with a number where that is taken.
fn claim(folder: &Path, name: &str, ending: &str) -> io::Result<PathBuf> {
    for number in 1.. {
        let number = if number == 1 { String::new() } else { format!(" ({number})") };
        let place = folder.join(format!("{name}{number}.{ending}"));
        match File::create_new(&place) {
            Ok(_) => return Ok(place),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
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
        draft.finish(Some("about")).expect("ends");
        assert_eq!(names(folder.path()), ["x (2).csv", "x (2).meta.json", "x.csv"]);
        assert_eq!(fs::read_to_string(folder.path().join("x.csv")).expect("reads"), "before");
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
