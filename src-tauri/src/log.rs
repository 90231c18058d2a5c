//! The log: one file in the data folder, rotated once, with secrets taken out before a byte is written.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
    sync::Mutex,
};

use tracing_subscriber::EnvFilter;

use crate::redact::Redacting;

/// The file's name under `logs/` of the data folder.
const FILE: &str = "postern.log";
/// The earlier log, once the file was full.
const OLD: &str = "postern.old.log";
/// When a start begins a new file.
const FULL: u64 = 4 << 20;

/// Begins to log. `POSTERN_LOG` sets what, in the words of `tracing_subscriber`'s filter.
pub fn begin(data: &Path) -> io::Result<()> {
    let filter = EnvFilter::try_from_env("POSTERN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let writer = Mutex::new(Redacting(open(&data.join("logs"))?));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).init();
    Ok(())
}

fn open(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let file = folder.join(FILE);
    if fs::metadata(&file).is_ok_and(|known| known.len() > FULL) {
        fs::rename(&file, folder.join(OLD))?;
    }
    OpenOptions::new().create(true).append(true).open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_makes_room() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE), vec![b'x'; FULL as usize + 1]).expect("writes");
        assert_eq!(open(folder.path()).expect("opens").metadata().expect("a file").len(), 0);
        assert!(folder.path().join(OLD).exists());
    }
}
