//! What can go wrong with the cache, one variant per decision the caller takes. Knows SQLite's codes so that nobody
//! else has to.

use domain::SnapshotId;
use rusqlite::ErrorCode;

/// Short for a result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the cache.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key is not the one that the file was written with. Ask for another; the file is untouched.
    #[error("the key does not open this cache")]
    WrongKey,
    /// A later version of the program wrote the file. Update the program; the file is untouched.
    #[error("the cache has format {found}, this version of the program knows {known}")]
    NewerVersion { found: i64, known: i64 },
    /// The file can't be used. Offer [`crate::set_aside`] and a new sync; nothing is deleted unasked.
    #[error("the cache file is damaged: {0}")]
    Corrupt(Damage),
    /// No room on the disk. What was committed before stays; the same step can be tried again.
    #[error("the disk is full")]
    DiskFull,
    /// Another process holds this cache.
    #[error("another process is using this cache")]
    Locked,
    /// The file or its folder can't be written to.
    #[error("the cache can't be written to")]
    ReadOnly,
    /// A sync run is open in this process already.
    #[error("a sync of this cache is already running")]
    RunActive,
    /// A later question took the place of this one. Nobody waits for its answer any more.
    #[error("a later question was asked")]
    Superseded,
    /// No completed snapshot has this number.
    #[error("there is no snapshot {}", .0.0)]
    NoSnapshot(SnapshotId),
    /// The file system said no.
    #[error("the cache file can't be reached")]
    Io(#[from] std::io::Error),
    /// A statement failed for a reason that is a mistake of this program.
    #[error("the cache database refused a statement")]
    Database(#[source] rusqlite::Error),
}

/// In which way a file is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// An ordinary SQLite file, or anything else that was never a cache.
    #[error("it is not an encrypted cache")]
    NotACache,
    /// It ends in the middle of a page.
    #[error("it is cut short")]
    Truncated,
    /// A page fails its checksum or does not make sense.
    #[error("{0}")]
    Page(String),
    /// Stored raw JSON can't be read back.
    #[error("stored raw data can't be read back")]
    Raw,
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, ref message) = error else {
            return Self::Database(error);
        };
        match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                Self::Corrupt(Damage::Page(message.clone().unwrap_or_else(|| failure.to_string())))
            }
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Self::Io(std::io::Error::other(error)),
            _ => Self::Database(error),
        }
    }
}
