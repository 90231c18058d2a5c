//! Which org a command is about, and the key of its local copy: everything that is read from the environment.

use crate::{args::OrgArgs, progress};
use app::{CacheHome, OrgSettings, OrgUrl, seal, settings};
use contract::{Failure, FailureKind};
use keychain::Secret;

/// The org with its credential.
pub fn settings(args: &OrgArgs) -> Result<OrgSettings, Failure> {
    OrgSettings::read(&args.data, |name| variable(args, name))?.ok_or_else(unnamed)
}

/// The org's address alone.
pub fn address(args: &OrgArgs) -> Result<OrgUrl, Failure> {
    settings::address(&args.data, |name| variable(args, name))?.ok_or_else(unnamed)
}

/// Where the org's local copy lies, with its key.
pub fn cache_home(args: &OrgArgs, url: &OrgUrl) -> Result<CacheHome, Failure> {
    let secret = |name| std::env::var(name).ok().filter(|text| !text.is_empty()).map(Secret::new);
    let words = seal::Words { passphrase: secret("POSTERN_PASSPHRASE"), token: secret("POSTERN_TOKEN") };
    let (key, told) = seal::key(&args.data, &url.host(), words)?;
    told.iter().for_each(|told| progress::say(told));
    Ok(CacheHome::of(&args.data, &url.host(), key))
}

/// The command line wins over the environment (clap has looked there for the org already).
fn variable(args: &OrgArgs, name: &str) -> Option<String> {
    if name == "POSTERN_ORG" { args.org.clone() } else { std::env::var(name).ok() }
}

fn unnamed() -> Failure {
    Failure::new(FailureKind::BadInput, "No org is named.")
        .hint("Give --org acme.okta.com, or set POSTERN_ORG.")
}
