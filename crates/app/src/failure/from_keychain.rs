//! What the keeper of keys reports, for a person.

use contract::{Failure, FailureKind};
use keychain::Error;

/// A key that can't be had.
pub fn keychain(error: &Error) -> Failure {
    let failed = |message: String| Failure::new(FailureKind::Cache, message);
    match error {
        Error::Unavailable(_) => failed("There is no keychain on this machine to keep the key in.".into())
            .hint("Set POSTERN_PASSPHRASE: the key is then derived from it."),
        Error::Locked => failed("The keychain is locked.".into()).hint("Unlock it, then try again."),
        Error::Denied(_) => failed("The keychain does not let Postern in.".into())
            .hint("Allow it in the system's keychain settings, or set POSTERN_PASSPHRASE."),
        Error::Failed(reason) => {
            failed(format!("The keychain failed: {reason}.")).hint("Try again, or set POSTERN_PASSPHRASE.")
        }
        Error::DamagedEntry => failed("The keychain's entry for this org is damaged.".into())
            .hint("Remove it in the system's keychain, move the org's local copy aside, and sync anew."),
        Error::WrongPassphrase => failed("The passphrase or token is not the one this org's local copy was sealed with.".into())
            .hint("Give the earlier one; or move the copy and its .salt file aside, and sync anew."),
        Error::EmptyPassphrase => {
            Failure::new(FailureKind::BadInput, "The passphrase is empty.").hint("Set POSTERN_PASSPHRASE to one.")
        }
        Error::SaltFile { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
            super::cache(cache::Error::DiskFull)
        }
        Error::CredentialFile { .. } => failed(format!("The credential under the passphrase can't be reached: {error}."))
            .hint("Check the data folder and its rights."),
        Error::DamagedSalt { .. } | Error::SaltFile { .. } => failed(format!("{error}."))
            .hint("Without it the key can't be derived: bring it back from a backup, or move it and the copy aside."),
        Error::NewerSalt { .. } => failed(format!("{error}.")).hint("Update Postern. Nothing was changed."),
        Error::TooLong | Error::NoRandomness => failed(format!("The key can't be kept: {error}.")),
    }
}

/// There is a cache, but its key is gone.
pub fn lost_key() -> Failure {
    Failure::new(FailureKind::Cache, "The key of this org's local copy is no longer where it was kept.")
        .hint("Without it the copy can't be read: move it aside and sync anew. Nothing was changed.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trouble_says_what_helps() {
        let check = |error: Error, words: &str| {
            let failure = keychain(&error);
            assert!(failure.to_string().contains(words), "{failure} lacks {words:?}");
        };
        check(Error::Locked, "Unlock it");
        check(Error::Unavailable("no bus".into()), "POSTERN_PASSPHRASE");
        check(Error::WrongPassphrase, "the earlier one");
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let salt = Error::SaltFile { path: "x.salt".into(), source: full };
        assert_eq!(keychain(&salt).kind, FailureKind::DiskFull);
    }
}
