//! Fetches a credential from where a page says it lies: a new key, a file, the clipboard, the environment. What is fetched
//! goes to the org of the same command and nowhere else, and no message repeats it.

use super::draft::Drafts;
use crate::{Host, failure, settings::READ_SCOPES};
use contract::{Failure, FailureKind, orgs::CredentialSource};
use okta_client::{Credentials, OrgUrl, Secret};
use std::{io::Read, path::Path};
use zeroize::Zeroizing;

/// No key and no token is larger.
const MOST_BYTES: u64 = 64 << 10;

/// The credential. Blocks: a file is read, a clipboard asked.
pub(super) fn fetch(
    source: &CredentialSource,
    url: &OrgUrl,
    drafts: &Drafts,
    host: &dyn Host,
) -> Result<Credentials, Failure> {
    match source {
        CredentialSource::NewKey { draft, client_id } => {
            let pair = drafts.key(draft)?;
            app(client_id, pair.private, Some(&pair.id))
        }
        CredentialSource::KeyFile { path, client_id, key_id } => {
            let key = read(path)?;
            let own = okta_client::key_id(key.expose()).map_err(|problem| failure::org(&problem.into()))?;
            let given = key_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
            app(client_id, key, given.or(own.as_deref()))
        }
        CredentialSource::Clipboard => {
            let clipboard = host.clipboard().ok_or_else(failure::no_clipboard)?;
            token(&clipboard.text()?, "on the clipboard")
        }
        CredentialSource::TokenFile { path } => token(&read(path)?, "in that file"),
        CredentialSource::Environment => {
            let settings = host.settings()?.filter(|settings| settings.url == *url);
            settings.map(|settings| settings.credentials).ok_or_else(|| {
                bad("The environment names no credential for this org.").hint(
                    "POSTERN_ORG, and with it a token or a key file, have to be set before Postern starts.",
                )
            })
        }
    }
}

fn app(client_id: &str, key: Secret, key_id: Option<&str>) -> Result<Credentials, Failure> {
    let client_id = client_id.trim();
    if client_id.is_empty() || client_id.len() > 128 || !client_id.chars().all(|c| c.is_ascii_graphic()) {
        return Err(
            bad("This is no client id.").hint("It begins with 0oa and stands on the app's General tab.")
        );
    }
    Ok(Credentials::PrivateKeyJwt {
        client_id: client_id.into(),
        key,
        key_id: key_id.map(Into::into),
        scopes: READ_SCOPES.iter().map(|scope| (*scope).into()).collect(),
    })
}

/// Only what looks like an API token of Okta's leaves this machine: a file or a clipboard may hold anything.
fn token(text: &Secret, place: &str) -> Result<Credentials, Failure> {
    let token = text.expose().trim();
    let fits = (30..=64).contains(&token.len())
        && token.starts_with("00")
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !fits {
        return Err(bad(&format!("There is no API token {place}.")).hint(
            "A token begins with 00 and has 42 letters and digits. Okta shows it once, when it is made.",
        ));
    }
    Ok(Credentials::ApiToken(Secret::new(token)))
}

fn read(path: &str) -> Result<Secret, Failure> {
    let path = path.trim().trim_matches(['"', '\'']);
    if !Path::new(path).is_absolute() {
        return Err(bad("Give the file's whole path.").hint("It begins at the root: /home/… or C:\\…"));
    }
    let failed = |error: std::io::Error| {
        bad(&format!("The file can't be read: {error}.")).hint("Check the path, and that you may read it.")
    };
    // Asked before it is opened: whoever opens a pipe waits until somebody writes into it.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(bad("That is no file.").hint("Give the path of the file itself."));
    }
    let mut text = Zeroizing::new(String::new());
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(failed)?;
    Ok(Secret::new(text.as_str()))
}

fn bad(message: &str) -> Failure {
    Failure::new(FailureKind::BadInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_is_taken_for_one() {
        let check = |text: &str, good: bool| {
            let told = token(&Secret::new(text), "here");
            assert_eq!(told.is_ok(), good, "{text}");
            assert!(
                told.err().is_none_or(|told| !told.to_string().contains(text.trim())),
                "{text} is repeated"
            );
        };
        check(" 00demoDemoDemoDemoDemoDemoDemoDemoDemoDemo\n", true);
        check("hunter2hunter2hunter2hunter2hunter2", false);
        check("00short", false);
        check("00 with a blank that is as long as a token is", false);
    }
}
