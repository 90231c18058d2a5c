//! What the cache reports, for a person.

use cache::Error;
use contract::{Failure, FailureKind};

/// A cache that can't be opened, read or written.
pub fn cache(error: Error) -> Failure {
    let failed = |message: &str| Failure::new(FailureKind::Cache, message);
    match error {
        Error::WrongKey => failed("The key does not open this org's local copy.").hint(
            "The passphrase or token may be another than before; with the old one it opens. Nothing was changed.",
        ),
        Error::NewerVersion { found, known } => failed(&format!(
            "A newer version of Postern wrote this org's local copy (format {found}, this version reads {known})."
        ))
        .hint("Update Postern, or use another data folder. Nothing was changed."),
        Error::Corrupt(damage) => failed(&format!("This org's local copy is damaged: {damage}."))
            .hint("Move the file aside and start again: a new sync reads everything from the org."),
        Error::DiskFull => Failure::new(FailureKind::DiskFull, "The disk is full.")
            .hint("What was read before is safe. Make room; the sync then goes on where it stopped."),
        Error::Locked => failed("Another program is using this org's local copy.")
            .hint("Close the other window or posternctl, or use another data folder."),
        Error::ReadOnly => failed("This org's local copy can't be written to.")
            .hint("Check who owns the data folder, and whether it is mounted read-only."),
        Error::Superseded => Failure::new(FailureKind::Cancelled, "A later question took the place of this one."),
        Error::NoSnapshot(id) => Failure::new(FailureKind::NotFound, format!("There is no snapshot {}.", id.0))
            .hint("It may have been dropped to save room."),
        Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => cache(Error::DiskFull),
        Error::Io(error) => failed(&format!("This org's local copy can't be reached: {error}."))
            .hint("Check the data folder and its rights."),
        error @ (Error::RunActive | Error::Database(_)) => Failure::bug(chain(&error)),
    }
}

/// The error with its causes, for a report.
fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_known_by_either_name() {
        let io = Error::Io(std::io::Error::from(std::io::ErrorKind::StorageFull));
        for error in [Error::DiskFull, io] {
            assert_eq!(cache(error).kind, FailureKind::DiskFull);
        }
    }

    #[test]
    fn nothing_sounds_lost_that_is_not() {
        for error in [Error::WrongKey, Error::NewerVersion { found: 9, known: 1 }] {
            assert!(cache(error).to_string().contains("Nothing was changed"));
        }
    }
}
