//! What can be wrong with a bundle, one variant per thing that a person is told.

use std::io;

/// Short for a result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A bundle that can't be written, or is not to be believed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is something else altogether.
    #[error("this is no bundle of a case")]
    NoBundle,
    /// It ends in the middle.
    #[error("the file is cut short")]
    Truncated,
    /// Bytes stand where none may stand, or are not those that were written.
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    /// A file in it is not what the manifest says.
    #[error("{path} is not what the manifest says")]
    Changed { path: String },
    /// The manifest itself was changed.
    #[error("the manifest is not the one that was written")]
    ManifestChanged,
    /// The manifest names it, and it is not there.
    #[error("{path} is missing")]
    Missing { path: String },
    /// It is there, and the manifest does not name it.
    #[error("{path} does not belong to the bundle")]
    Extra { path: String },
    /// A name that could lead elsewhere when somebody unpacks it, that stands twice or in the wrong place.
    #[error("a file in it has a name that is not allowed: {0}")]
    Path(String),
    /// More or larger than anything that was ever written here.
    #[error("it is larger than a bundle can be: {0}")]
    TooLarge(&'static str),
    /// A later version of the program wrote it.
    #[error("it has format {found}, this version reads {known}", known = crate::FORMAT)]
    Newer { found: u64 },
    /// It is encrypted, and no identity was given.
    #[error("it is encrypted")]
    Encrypted,
    /// The identity is none of those that it was encrypted to.
    #[error("it was encrypted to somebody else")]
    OtherRecipient,
    /// The text is no age identity.
    #[error("that is no age identity")]
    BadIdentity,
    /// The text is no age recipient.
    #[error("{0} is no age recipient")]
    BadRecipient(String),
    /// What is to be written changed while it was being written.
    #[error("{path} was not the same twice")]
    Unsteady { path: String },
    /// Reading or writing failed.
    #[error(transparent)]
    Io(io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Truncated,
            // What age says of a part that was changed.
            io::ErrorKind::InvalidData => Self::Damaged("its encryption does not hold together"),
            _ => Self::Io(error),
        }
    }
}
