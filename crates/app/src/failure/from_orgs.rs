//! What stands in the way of connecting, opening or wiping an org, for a person.

use contract::{Failure, FailureKind};
use std::path::Path;

fn bad(message: impl Into<String>) -> Failure {
    Failure::new(FailureKind::BadInput, message)
}

/// The list of orgs is from a later version.
pub fn newer_registry(path: &Path) -> Failure {
    Failure::new(FailureKind::Cache, format!("{} was written by a newer version of Postern.", path.display()))
        .hint("Update Postern, or use another data folder. Nothing was changed.")
}

/// The list of orgs makes no sense; it lies at `aside` now.
pub fn damaged_registry(aside: &Path) -> Failure {
    Failure::new(FailureKind::Cache, "The list of connected orgs is damaged.").hint(format!(
        "It was set aside as {}. Local copies and credentials are untouched: connect the orgs again, or repair the file, \
         name it orgs.json, and start again.",
        aside.display()
    ))
}

/// A draft that is no longer held.
pub fn no_draft() -> Failure {
    bad("That credential is no longer held.")
        .hint("Postern was started anew, or a later one took its place. Make or test it again.")
}

/// There is an entry for it already.
pub fn connected_already(name: &str) -> Failure {
    bad(format!("{name} is connected already."))
        .hint("Open it in the org menu; its credential can be replaced in the settings.")
}

/// A credential that was tested on another org than the one it is meant for.
pub fn other_org(tested: &str, meant: &str) -> Failure {
    bad(format!("The credential was tested on {tested}, not on {meant}."))
        .hint("Test it on the org that it is for.")
}

/// Nobody connected an org of this name.
pub fn unknown_org(name: &str) -> Failure {
    Failure::new(FailureKind::NotFound, format!("No org {name} is connected here."))
        .hint("It may have been wiped. Connect it again.")
}

/// The org is listed, but nothing is kept for it.
pub fn no_credential(name: &str) -> Failure {
    Failure::new(FailureKind::Unauthorized, format!("No credential is kept for {name}."))
        .hint("Replace its credential in the settings. Its local copy is untouched.")
}

/// The name was not typed as it is.
pub fn not_typed(name: &str) -> Failure {
    bad(format!("The name typed is not {name}.")).hint("Nothing was removed.")
}

/// This program has no clipboard to read.
pub fn no_clipboard() -> Failure {
    Failure::new(FailureKind::NotAvailable, "The clipboard can't be read from here.")
        .hint("Use the desktop app, or put the token into a file that only you can read and give its path.")
}

/// This program keeps nothing.
pub fn no_vault() -> Failure {
    Failure::new(FailureKind::NotAvailable, "This program keeps nothing, so no org can be connected.")
        .hint("Start browser mode with --data, or use the desktop app.")
}

/// A scope that the org has not granted to the app.
pub fn scope_missing(scope: &str) -> Failure {
    Failure::new(FailureKind::Forbidden, format!("{scope} is not granted.")).hint(format!(
        "Grant {scope} to the app, and an admin role that may do this. Reading works without it."
    ))
}

/// Something is still at work in an org that is to be closed.
pub fn still_busy() -> Failure {
    Failure::new(FailureKind::Cache, "Something is still at work in this org’s local copy.")
        .hint("Try again in a moment. Nothing was removed.")
}
