//! Trying a credential: a token, then the cheapest call of every area. Nothing is kept and nothing changed; what worked is
//! held as a draft, which alone can be connected.

use super::{areas, credential, draft::Tested, source};
use crate::{App, failure, settings::WRITE_SCOPES};
use contract::{
    Failure, Handle,
    orgs::{
        AreaReport, AreaState, CredentialReport, CredentialSource, DropDrafts, NewKey, PublicKey,
        TestCredential,
    },
};
use futures::future::join_all;
use okta_client::{Area, Client, Credentials, Error, KeyPair, OrgUrl};

impl Handle<NewKey> for App {
    async fn handle(&self, _: NewKey) -> Result<PublicKey, Failure> {
        let pair = KeyPair::generate().map_err(|problem| failure::org(&problem.into()))?;
        let (key_id, jwk) = (pair.id.to_string(), pair.public_jwk.to_string());
        Ok(PublicKey { draft: self.0.orgs.drafts.add_key(pair), key_id, jwk })
    }
}

impl Handle<DropDrafts> for App {
    async fn handle(&self, _: DropDrafts) -> Result<(), Failure> {
        self.0.orgs.drafts.clear();
        Ok(())
    }
}

impl Handle<TestCredential> for App {
    async fn handle(&self, command: TestCredential) -> Result<CredentialReport, Failure> {
        let domain = command.domain;
        let url = self
            .blocking(move |app| {
                // A connected org is told by its name alone, which leaves the scheme out.
                let known = app.0.orgs.registry.read()?;
                known
                    .find(domain.trim())
                    .map_or_else(|| OrgUrl::parse(&domain).map_err(failure::invalid_org), |org| org.url())
            })
            .await?;
        let from_clipboard = command.source == CredentialSource::Clipboard;
        let (of, source) = (url.clone(), command.source);
        let credentials = self
            .blocking(move |app| source::fetch(&source, &of, &app.0.orgs.drafts, &*app.0.config.host))
            .await?;
        let client = self.client_to_try(url.clone(), credentials.clone())?;
        let areas = try_areas(&client, &credentials).await?;
        let (name, facts) = (url.host(), credential::facts(&credentials));
        let draft = self.0.orgs.drafts.add_tested(Tested { url, credentials, from_clipboard });
        Ok(CredentialReport { draft, name, credential: facts, areas })
    }
}

/// Every area, the writing ones last. Fails when the credential as a whole is no good.
async fn try_areas(client: &Client, credentials: &Credentials) -> Result<Vec<AreaReport>, Failure> {
    let [first, others @ ..] = Area::ALL;
    let first = client.probe(first).await;
    let first = state(first).map_err(|error| failure::org(&error))?;
    let rest = join_all(others.map(|area| async move { state(client.probe(area).await) })).await;
    let rest =
        rest.into_iter().map(|state| state.unwrap_or_else(|error| AreaState::Failed(failure::org(&error))));
    let states = std::iter::once(first).chain(rest);
    let mut reports: Vec<AreaReport> = Area::ALL
        .into_iter()
        .zip(states)
        .map(|(area, state)| {
            let (title, unlocks) = areas::words(area);
            report(title, area.scope(), unlocks, state, false)
        })
        .collect();
    reports.extend(try_writes(client, credentials).await);
    Ok(reports)
}

/// What a call says of the area; `Err` when it says something of the credential or the network instead.
fn state(tried: Result<bool, Error>) -> Result<AreaState, Error> {
    match tried {
        Ok(true) => Ok(AreaState::Granted),
        Ok(false) => Ok(AreaState::Untried("There is nobody in the org to try it with.".to_owned())),
        Err(error @ Error::Forbidden { .. }) => Ok(AreaState::Missing(failure::org(&error))),
        Err(error @ Error::NotAvailable(_)) => Ok(AreaState::NotAvailable(failure::org(&error))),
        Err(error) => Err(error),
    }
}

/// Writing is not tried, for that would change the org: a service app's token tells whether it was granted.
async fn try_writes(client: &Client, credentials: &Credentials) -> Vec<AreaReport> {
    let granted = match credentials {
        Credentials::ApiToken(_) => None,
        Credentials::PrivateKeyJwt { .. } => {
            client.ask_also(WRITE_SCOPES).await;
            client.sign_in().await.ok().flatten()
        }
    };
    let one = |scope: &&str| {
        let (title, unlocks) = areas::writing(scope);
        let state = match &granted {
            Some(granted) if granted.iter().any(|known| **known == **scope) => AreaState::Granted,
            Some(_) => AreaState::Missing(failure::scope_missing(scope)),
            None => AreaState::Untried("The token has whatever rights its owner has.".to_owned()),
        };
        report(title, scope, unlocks, state, true)
    };
    WRITE_SCOPES.iter().map(one).collect()
}

fn report(title: &str, scope: &str, unlocks: &str, state: AreaState, writes: bool) -> AreaReport {
    AreaReport { title: title.into(), scope: scope.into(), unlocks: unlocks.into(), state, writes }
}
