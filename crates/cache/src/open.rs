//! Opening a cache file: the lock against other processes, the key, SQLCipher's settings, and telling apart the ways in
//! which it can fail. Reads no table.

use crate::{Damage, Error, Key, Result, schema};
use rusqlite::{Connection, OpenFlags};
use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Large pages make encryption nearly free: one checksum and one start of the cipher per page.
pub(crate) const PAGE: u64 = 16384;
/// The writer keeps its hot pages (the ends of tables, the maps of ids), so that a sync of a million devices does not
/// decrypt them again and again. This is most of what the cache costs in memory.
const WRITER_CACHE_KIB: i64 = 48 * 1024;
/// A reader fetches a page of rows at a time.
const READER_CACHE_KIB: i64 = 4 * 1024;
/// SQLite's own files beside the cache file.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Where a cache lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In this file, encrypted. Its folder must exist.
    File(PathBuf),
    /// Nowhere: it is gone when the program ends.
    Memory,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Writer,
    Reader,
}

/// Holds the cache for this process until it is dropped; the system lets go of it when the process dies in any way.
///
/// The lock's own file also remembers the fingerprint of the key that last opened the cache. An encrypted page can't be told
/// from noise, so this is what tells a wrong key from a damaged file.
pub(crate) struct ProcessLock {
    file: File,
}

impl ProcessLock {
    pub fn take(path: &Path) -> Result<Self> {
        let lock = beside(path, ".lock");
        let file = File::options().create(true).truncate(false).read(true).write(true).open(lock)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked),
            Err(TryLockError::Error(error)) => Err(Error::Io(error)),
        }
    }

    /// Whether this key opened the cache before.
    pub fn knows(&self, key: &Key) -> bool {
        let mut kept = String::new();
        (&self.file).rewind().is_ok()
            && (&self.file).read_to_string(&mut kept).is_ok()
            && kept == key.fingerprint()
    }

    /// Remembers the key that opened the cache. Without it only a message would be less exact, so a failure is none.
    pub fn remember(&self, key: &Key) {
        if !self.knows(key) {
            let written = self.file.set_len(0).and_then(|()| (&self.file).rewind());
            let _ = written.and_then(|()| (&self.file).write_all(key.fingerprint().as_bytes()));
        }
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Opens a connection to a cache file. The first one, the writer, makes the file if there is none.
pub(crate) fn connect(path: &Path, key: &Key, role: Role) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if role == Role::Writer {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
        look_at(path)?;
    }
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    // What is wrong with a file is told by our error, not on the standard error stream.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    connection.execute_batch(&key.pragma())?;
    connection.execute_batch(&format!(
        "PRAGMA cipher_page_size = {PAGE}; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;"
    ))?;
    // The first read proves the key.
    schema::format(&connection)?;
    settle(&connection, role)?;
    Ok(connection)
}

/// Opens a cache that lives in memory, on its one connection.
pub(crate) fn connect_memory() -> Result<Connection> {
    let connection = Connection::open_in_memory()?;
    settle(&connection, Role::Writer)?;
    Ok(connection)
}

fn settle(connection: &Connection, role: Role) -> Result<()> {
    let cache = match role {
        Role::Writer => WRITER_CACHE_KIB,
        Role::Reader => READER_CACHE_KIB,
    };
    connection.set_prepared_statement_cache_capacity(64);
    // Sorting for a screen never happens in SQL, so what is temporary is small and need not touch the disk in the clear.
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA cache_size = -{cache};
         PRAGMA mmap_size = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 67108864;"
    ))?;
    if role == Role::Reader {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(())
}

/// What can be told of a file without its key.
fn look_at(path: &Path) -> Result<()> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let len = file.metadata()?.len();
    if len == 0 {
        return Ok(());
    }
    let mut start = [0; 16];
    let plain = file.read_exact(&mut start).is_ok() && &start == b"SQLite format 3\0";
    if plain || len < PAGE {
        return Err(Error::Corrupt(Damage::NotACache));
    }
    // A checkpoint that was killed, or found the disk full, may leave half a page at the end; the log beside the file still
    // has it whole, and SQLite writes it again.
    let log = std::fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len());
    if !len.is_multiple_of(PAGE) && log == 0 {
        return Err(Error::Corrupt(Damage::Truncated));
    }
    Ok(())
}

/// How many bytes a cache takes with everything that SQLite keeps beside it; `None` where there is none.
pub fn size(path: &Path) -> Option<u64> {
    let len = |file: &Path| std::fs::metadata(file).ok().map(|found| found.len());
    let beside = COMPANIONS.iter().filter_map(|suffix| len(&beside(path, suffix)));
    Some(len(path)? + beside.sum::<u64>())
}

/// Deletes a cache file with everything that SQLite and its lock keep beside it, and says how many bytes that freed; `None`
/// where there was none. What was interrupted is done by the next call.
pub fn remove(path: &Path) -> Result<Option<u64>> {
    if !path.parent().is_some_and(Path::is_dir) {
        return Ok(None);
    }
    let lock = ProcessLock::take(path)?;
    let mut freed = None;
    // The cache itself goes first: a log without it is nothing, and it without its log might be opened as an old state.
    for file in std::iter::once(path.to_owned()).chain(COMPANIONS.map(|suffix| beside(path, suffix))) {
        match std::fs::metadata(&file) {
            Ok(found) => {
                std::fs::remove_file(&file)?;
                *freed.get_or_insert(0) += found.len();
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    drop(lock);
    match std::fs::remove_file(beside(path, ".lock")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(freed),
    }
}

/// Renames a cache file that can't be used, with what SQLite keeps beside it, and says what it is called now. Nothing is
/// deleted: the file may still open with another key or a later version.
pub fn set_aside(path: &Path) -> Result<PathBuf> {
    let _lock = ProcessLock::take(path)?;
    let mut n = 1u32;
    let target = loop {
        let target = beside(path, &format!(".aside-{n}"));
        if !target.try_exists()? {
            break target;
        }
        n += 1;
    };
    std::fs::rename(path, &target)?;
    for suffix in COMPANIONS {
        let companion = beside(path, suffix);
        if companion.try_exists()? {
            std::fs::rename(companion, beside(&target, suffix))?;
        }
    }
    Ok(target)
}
