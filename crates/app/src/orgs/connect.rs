//! Keeping a tested credential: with a new org, or in the place of another credential of a known one.
//!
//! The order matters, for a kill may come anywhere: first the cache and its key, then the credential, then the registry. What
//! an interrupted connecting leaves behind is overwritten by the next, and none of it stands in the way.

use super::{credential, draft::Tested, registry::Registered};
use crate::{App, CacheHome, OrgConnection, failure, seal::Vault};
use contract::{
    Failure, Handle, Topic,
    orgs::{ConnectOrg, ListOrgs, OrgEntry, ReplaceCredential},
    session::{GetSession, Session},
    sync::StartSync,
};
use std::sync::Arc;

impl Handle<ConnectOrg> for App {
    async fn handle(&self, command: ConnectOrg) -> Result<Session, Failure> {
        let _one_at_a_time = self.0.opening.lock().await;
        let tested = self.0.orgs.drafts.tested(&command.draft)?;
        let name = tested.url.host();
        if self.blocking(|app| app.0.orgs.registry.read()).await?.find(&name).is_some() {
            return Err(failure::connected_already(&name));
        }
        let entry = Registered {
            url: tested.url.as_str().to_owned(),
            environment: command.environment,
            read_only: true,
            credential: credential::facts(&tested.credentials),
            auto_lock_minutes: command.auto_lock_minutes.filter(|minutes| *minutes > 0),
            added: self.0.config.clock.now(),
        };
        let vault = self.vault()?;
        let org = self.prepare(connection(&tested, &entry, self.home(&vault, &name).await?)).await?;
        org.set_auto_lock(entry.auto_lock_minutes);
        self.keep(&vault, &name, &tested).await?;
        let last = name.clone();
        self.blocking(move |app| {
            app.0.orgs.registry.change(|known| {
                known.last = Some(last);
                known.orgs.push(entry);
            })
        })
        .await?;
        tracing::info!(org = name, "connected");
        self.publish(Arc::new(org));
        self.0.orgs.drafts.clear();
        self.handle(StartSync { full: false }).await?;
        self.handle(GetSession {}).await
    }
}

impl Handle<ReplaceCredential> for App {
    async fn handle(&self, command: ReplaceCredential) -> Result<Vec<OrgEntry>, Failure> {
        let _one_at_a_time = self.0.opening.lock().await;
        let tested = self.0.orgs.drafts.tested(&command.draft)?;
        let name = tested.url.host();
        if name != command.name {
            return Err(failure::other_org(&name, &command.name));
        }
        let known = self.blocking(|app| app.0.orgs.registry.read()).await?;
        let mut entry = known.find(&name).cloned().ok_or_else(|| failure::unknown_org(&name))?;
        entry.credential = credential::facts(&tested.credentials);
        self.keep(&self.vault()?, &name, &tested).await?;
        let (facts, of) = (entry.credential.clone(), name.clone());
        self.blocking(move |app| {
            app.0.orgs.registry.change(|known| {
                if let Some(entry) = known.find_mut(&of) {
                    entry.credential = facts;
                }
            })
        })
        .await?;
        tracing::info!(org = name, "the credential was replaced");
        self.0.orgs.drafts.clear();
        // The open org goes on with the new one at once: the old one may be revoked in the next minute.
        if self.org().is_ok_and(|org| org.name == name) {
            let reopened = match self.close().await {
                Ok(()) => self.open_registered(entry).await,
                Err(busy) => Err(busy),
            };
            self.0.events.stale(&[Topic::Session, Topic::Snapshot]);
            reopened?;
        }
        self.handle(ListOrgs {}).await
    }
}

/// A connected org, ready to be opened.
pub(super) fn connection(tested: &Tested, entry: &Registered, cache: CacheHome) -> OrgConnection {
    OrgConnection {
        name: tested.url.host(),
        url: tested.url.clone(),
        credentials: tested.credentials.clone(),
        environment: entry.environment,
        read_only: entry.read_only,
        clock: None,
        cache,
    }
}

impl App {
    /// Where credentials are kept.
    pub(super) fn vault(&self) -> Result<Vault, Failure> {
        self.0.config.host.vault()
    }

    /// Where the cache of a connected org lies.
    pub(super) async fn home(&self, vault: &Vault, name: &str) -> Result<CacheHome, Failure> {
        let (vault, name) = (vault.clone(), name.to_owned());
        self.blocking(move |app| Ok(CacheHome::of(&app.0.config.data, &name, vault.cache_key(&name)?))).await
    }

    async fn keep(&self, vault: &Vault, name: &str, tested: &Tested) -> Result<(), Failure> {
        let (vault, name, tested) = (vault.clone(), name.to_owned(), tested.clone());
        self.blocking(move |app| {
            vault.keep(&name, &credential::packed(&tested.credentials))?;
            if let (true, okta_client::Credentials::ApiToken(token), Some(clipboard)) =
                (tested.from_clipboard, &tested.credentials, app.0.config.host.clipboard())
            {
                clipboard.clear_if(token);
            }
            Ok(())
        })
        .await
    }
}
