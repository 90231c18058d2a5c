//! Every library's error as a `Failure`: what happened, why, and what helps. The only file that makes this choice, so that
//! the same trouble reads the same wherever it is met.

mod from_cache;
mod from_keychain;
mod from_org;
mod from_orgs;

pub use from_cache::cache;
pub use from_keychain::{keychain, lost_key};
pub use from_org::{invalid_org, org};
pub use from_orgs::{
    connected_already, damaged_registry, newer_registry, no_clipboard, no_credential, no_draft, no_vault,
    not_typed, other_org, scope_missing, still_busy, unknown_org,
};

use contract::{Failure, FailureKind};

/// What should not be possible.
pub fn bug(error: impl std::fmt::Display) -> Failure {
    Failure::bug(error)
}

/// A background task ended in a way that it never should.
pub fn task(error: tokio::task::JoinError) -> Failure {
    Failure::bug(error)
}

/// Nothing is open yet.
pub fn no_org() -> Failure {
    Failure::new(FailureKind::NoOrg, "No org is open.").hint("Try the demo org, or connect one.")
}

/// An org is open, but no sync has completed.
pub fn not_synced() -> Failure {
    Failure::new(FailureKind::NotSynced, "The first sync has not completed yet.")
}

/// The thing asked for is not there, or no longer.
pub fn not_found(what: &str, id: &str) -> Failure {
    Failure::new(FailureKind::NotFound, format!("There is no {what} {id} in this snapshot."))
        .hint("It may have been deleted in the org.")
}

/// Whatever answers at the address is no org.
pub fn no_org_there() -> Failure {
    Failure::new(FailureKind::Unreachable, "No Okta org answers at this address.")
        .hint("Check the domain: it looks like acme.okta.com, or is the org's own domain.")
}
