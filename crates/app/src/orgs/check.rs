//! What answers at a domain: whether it is an org, and of which kind. No credential is sent.

use crate::{App, failure, settings};
use contract::{
    Failure, FailureKind, Handle,
    orgs::{CheckOrg, Engine, OrgCheck},
};
use okta_client::{Client, Credentials, Error, OrgUrl, Pipeline, Secret};
use std::time::Duration;

impl Handle<CheckOrg> for App {
    async fn handle(&self, command: CheckOrg) -> Result<OrgCheck, Failure> {
        let (url, corrected) = OrgUrl::parse_explained(&command.domain).map_err(failure::invalid_org)?;
        let client = self.client_to_try(url.clone(), Credentials::ApiToken(Secret::new("none")))?;
        let organization = client.organization().await.map_err(no_org)?.value;
        let engine = match organization.pipeline {
            Some(Pipeline::IdentityEngine) => Engine::IdentityEngine,
            Some(Pipeline::Classic) => Engine::Classic,
            // A page that answers anything in JSON is no org: an org tells at least one of the two.
            None if organization.id.is_none() => return Err(failure::no_org_there()),
            other => Engine::Other(other.map(|pipeline| pipeline.as_str().to_owned())),
        };
        let known = self.blocking(|app| app.0.orgs.registry.read()).await?;
        Ok(OrgCheck {
            connected: known.find(&url.host()).is_some(),
            corrected: corrected.map(|correction| correction.to_string()),
            engine,
            home: organization.home.filter(|home| *home != url).map(|home| home.host()),
            environment: settings::environment_of(&url),
            name: url.host(),
        })
    }
}

/// What is no org answers in HTML, or not at all.
fn no_org(error: Error) -> Failure {
    match error {
        Error::Malformed { .. } | Error::NotFound(_) | Error::Forbidden { .. } | Error::BadRequest(_) => {
            let found = failure::org(&error);
            Failure { org_error_id: found.org_error_id, ..failure::no_org_there() }
        }
        Error::ForeignLink { host, .. } => Failure::new(
            FailureKind::BadInput,
            format!("This address leads on to {host}, which was not followed."),
        )
        .hint("If that is your org's domain, type it."),
        error => failure::org(&error),
    }
}

impl App {
    /// A client for somebody who waits before a dialog.
    pub(super) fn client_to_try(&self, url: OrgUrl, credentials: Credentials) -> Result<Client, Failure> {
        let usual = self.0.config.client.clone();
        let settings = okta_client::Settings {
            timeout: usual.timeout.min(Duration::from_secs(20)),
            patience: usual.patience.min(Duration::from_secs(30)),
            retries: usual.retries.min(1),
            ..usual
        };
        Client::new(url, credentials, settings).map_err(|error| failure::org(&error))
    }
}
