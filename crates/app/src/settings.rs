//! Which real org to open, as an admin wrote it down: `org.toml` in the data folder and environment variables. The shell
//! and `posternctl` read both through this file, so that they can't disagree. A secret is only ever taken from the
//! environment or from the key file that the settings name; the settings file itself holds none.

use crate::failure;
use contract::{Failure, FailureKind, session::Environment};
use okta_client::{Credentials, OrgUrl, Secret};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The settings file's name in the data folder.
pub const FILE: &str = "org.toml";

/// What `org.toml` may say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrgFile {
    /// `northwind.okta.com` or its URL.
    pub org: Option<String>,
    /// `production` (the default) or `preview`.
    pub environment: Option<Stripe>,
    /// Writes stay locked; `true` unless it says otherwise.
    pub read_only: Option<bool>,
    /// The service app's client id.
    pub client_id: Option<String>,
    /// Where its private key (PEM) lies.
    pub key_file: Option<PathBuf>,
    /// The key's id, as the org lists it.
    pub key_id: Option<String>,
}

/// The environments an admin can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stripe {
    /// Real people work here.
    Production,
    /// A preview or test org.
    Preview,
}

/// Every scope that a read-only console asks for; the org grants what it will.
pub const READ_SCOPES: &[&str] = &[
    "okta.devices.read",
    "okta.users.read",
    "okta.groups.read",
    "okta.apps.read",
    "okta.policies.read",
    "okta.deviceAssurance.read",
    "okta.devicePostureChecks.read",
    "okta.deviceIntegrations.read",
    "okta.userRisk.read",
    "okta.roles.read",
    "okta.networkZones.read",
    "okta.logs.read",
    "okta.orgs.read",
    "okta.features.read",
];

/// Scopes that changes need. They are asked for only while an org is unlocked, and reading goes on without them.
pub const WRITE_SCOPES: &[&str] = &[
    "okta.devices.manage",
    "okta.devicePostureChecks.manage",
    "okta.users.manage",
    "okta.universalLogout.manage",
    "okta.userRisk.manage",
];

/// A real org, ready to be connected.
#[derive(Debug, Clone)]
pub struct OrgSettings {
    /// The org's address, checked.
    pub url: OrgUrl,
    /// What the stripe says.
    pub environment: Environment,
    /// Writes are locked.
    pub read_only: bool,
    /// Who we are to the org.
    pub credentials: Credentials,
}

impl OrgSettings {
    /// Reads the settings; `None` when neither the file nor the environment names an org. `variable` looks a variable up.
    pub fn read(data: &Path, variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, Failure> {
        let file = read_file(&data.join(FILE))?;
        let Some(url) = named(&file, &variable)? else { return Ok(None) };
        let environment = match file.environment {
            Some(Stripe::Production) => Environment::Production,
            Some(Stripe::Preview) => Environment::Preview,
            None => environment_of(&url),
        };
        let credentials = credentials(&file, variable)?;
        Ok(Some(Self { url, environment, read_only: file.read_only.unwrap_or(true), credentials }))
    }
}

/// Which org the settings name, for what needs no credential.
pub fn address(data: &Path, variable: impl Fn(&str) -> Option<String>) -> Result<Option<OrgUrl>, Failure> {
    named(&read_file(&data.join(FILE))?, &variable)
}

fn named(file: &OrgFile, variable: &impl Fn(&str) -> Option<String>) -> Result<Option<OrgUrl>, Failure> {
    let org = variable("POSTERN_ORG").or_else(|| file.org.clone());
    org.map(|org| OrgUrl::parse(&org).map_err(failure::invalid_org)).transpose()
}

/// Okta's own preview cells say so in their domain.
pub fn environment_of(url: &OrgUrl) -> Environment {
    if url.host().ends_with(".oktapreview.com") { Environment::Preview } else { Environment::Production }
}

fn read_file(path: &Path) -> Result<OrgFile, Failure> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(OrgFile::default()),
        Err(error) => return Err(bad(format!("{} can't be read: {error}.", path.display()))),
    };
    toml::from_str(&text).map_err(|error| {
        // The message of the parser would quote the line, and a line put here by mistake may hold a token.
        let line = |at: usize| text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let place = error.span().filter(|span| span.start > 0);
        let place = place.map_or_else(String::new, |span| format!(", line {},", line(span.start)));
        bad(format!("{}{place} is not understood.", path.display())).hint(
            "It may set org, environment, read_only, client_id, key_file and key_id. A token does not belong in it: \
             give it as POSTERN_TOKEN.",
        )
    })
}

fn credentials(file: &OrgFile, variable: impl Fn(&str) -> Option<String>) -> Result<Credentials, Failure> {
    if let Some(token) = variable("POSTERN_TOKEN").filter(|token| !token.trim().is_empty()) {
        return Ok(Credentials::ApiToken(Secret::new(token.trim())));
    }
    let client_id = variable("POSTERN_CLIENT_ID").or_else(|| file.client_id.clone());
    let key_id = variable("POSTERN_KEY_ID").or_else(|| file.key_id.clone());
    let key_file = variable("POSTERN_KEY_FILE").map(PathBuf::from).or_else(|| file.key_file.clone());
    let (Some(client_id), Some(key_id), Some(key_file)) = (client_id, key_id, key_file) else {
        return Err(bad("There is no credential for the org.".to_owned()).hint(
            "Set POSTERN_CLIENT_ID, POSTERN_KEY_ID and POSTERN_KEY_FILE (a service app's private key, preferred) or \
             POSTERN_TOKEN (an API token).",
        ));
    };
    let pem = std::fs::read_to_string(&key_file)
        .map_err(|error| bad(format!("The key file {} can't be read: {error}.", key_file.display())))?;
    Ok(Credentials::PrivateKeyJwt {
        client_id: client_id.into(),
        key: Secret::new(pem),
        key_id: Some(key_id.into()),
        scopes: READ_SCOPES.iter().map(|scope| (*scope).into()).collect(),
    })
}

fn bad(message: String) -> Failure {
    Failure::new(FailureKind::BadInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str, variables: &[(&str, &str)]) -> Result<Option<OrgSettings>, Failure> {
        let data = tempfile::tempdir().expect("a folder");
        std::fs::write(data.path().join(FILE), file).expect("writes");
        OrgSettings::read(data.path(), |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn no_org_named_is_no_error_and_a_missing_credential_is_one() {
        assert!(read("", &[]).expect("reads").is_none());
        let failure = read("org = 'acme.okta.com'", &[]).expect_err("no credential");
        assert_eq!(failure.kind, FailureKind::BadInput);
        assert!(failure.hint.is_some_and(|hint| hint.contains("POSTERN_TOKEN")));
    }

    #[test]
    fn an_org_starts_read_only_and_its_cell_tells_the_stripe() {
        let org = read("org = 'acme.oktapreview.com'", &[("POSTERN_TOKEN", "00t")])
            .expect("reads")
            .expect("an org");
        assert!(org.read_only);
        assert_eq!(org.environment, Environment::Preview);
    }

    #[test]
    fn a_token_in_the_file_is_refused_without_repeating_it() {
        let failure = read("org = 'acme.okta.com'\ntoken = '00secret'", &[]).expect_err("refused");
        assert!(!failure.to_string().contains("00secret"), "{failure}");
        let failure = read("org = 'acme.okta.com'\ntoken = 00secret", &[]).expect_err("refused");
        assert!(failure.message.contains("line 2") && !failure.to_string().contains("00secret"), "{failure}");
    }
}
