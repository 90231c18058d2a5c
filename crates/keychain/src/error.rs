//! Why there is no key: a variant for each thing a person can do about it.

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no keychain here: a server without a desktop, a session without a bus. Another keeper is needed.
    #[error("there is no keychain on this machine to ask ({0})")]
    Unavailable(Box<str>),
    /// The keychain is there, but locked, and nobody has unlocked it in time.
    #[error("the keychain is locked")]
    Locked,
    /// The keychain does not let this program in.
    #[error("the keychain denied access ({0})")]
    Denied(Box<str>),
    /// The keychain failed in some other way.
    #[error("the keychain failed ({0})")]
    Failed(Box<str>),
    /// What the keychain holds under this name is not what was put there.
    #[error("the keychain's entry is damaged")]
    DamagedEntry,
    /// The secret is larger than this system's keychain can hold.
    #[error("the secret is too long for this system's keychain")]
    TooLong,
    /// The passphrase or token is not the one the key was derived from at first.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    #[error("a passphrase can't be empty")]
    EmptyPassphrase,
    /// The file with the salt is not readable as such. Without it the key can't be derived again.
    #[error("{path} is damaged: {reason}", path = path.display())]
    DamagedSalt { path: std::path::PathBuf, reason: Box<str> },
    #[error("{path} was written by a newer version", path = path.display())]
    NewerSalt { path: std::path::PathBuf },
    #[error("{path} can't be used: {source}", path = path.display())]
    SaltFile { path: std::path::PathBuf, source: std::io::Error },
    #[error("{path} can't be used: {source}", path = path.display())]
    CredentialFile { path: std::path::PathBuf, source: std::io::Error },
    #[error("the operating system gives no randomness")]
    NoRandomness,
}
