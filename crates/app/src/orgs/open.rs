//! Opening a known org: the one of the last time when the program starts, and any other when somebody chooses it.

use super::{connect::connection, credential, draft::Tested, registry::Registered};
use crate::{App, failure};
use contract::{
    Failure, Handle,
    orgs::OpenOrg,
    session::{GetSession, Session},
};
use std::sync::Arc;

impl Handle<OpenOrg> for App {
    async fn handle(&self, command: OpenOrg) -> Result<Session, Failure> {
        let _one_at_a_time = self.0.opening.lock().await;
        let name = command.name;
        if self.org().is_ok_and(|org| org.name == name) {
            return self.handle(GetSession {}).await;
        }
        let known = self.blocking(|app| app.0.orgs.registry.read()).await?;
        if let Some(entry) = known.find(&name).cloned() {
            self.open_registered(entry).await?;
        } else {
            let settings = self.0.config.host.settings()?.filter(|settings| settings.url.host() == name);
            let settings = settings.ok_or_else(|| failure::unknown_org(&name))?;
            self.open_named(settings).await?;
        }
        self.handle(GetSession {}).await
    }
}

impl App {
    /// Opens the org that a program begins with: the one that the settings name, or the one of the last time. That the
    /// latter can't be opened ends nothing: the pages tell why, and offer the others.
    pub async fn open_first(&self) -> Result<(), Failure> {
        let host = self.0.config.host.clone();
        if let Some(settings) = self.blocking(move |_| host.settings()).await? {
            return self.open_settings(settings).await;
        }
        let _one_at_a_time = self.0.opening.lock().await;
        if let Err(failure) = self.open_last().await {
            tracing::warn!(%failure, "the last org did not open");
            self.0.orgs.set_trouble(Some(failure));
        }
        Ok(())
    }

    async fn open_last(&self) -> Result<(), Failure> {
        let known = self.blocking(|app| app.0.orgs.registry.read()).await?;
        match known.last.as_deref().and_then(|last| known.find(last)).cloned() {
            Some(entry) => self.open_registered(entry).await,
            None => Ok(()),
        }
    }

    /// Opens a connected org with the credential that is kept for it.
    pub(super) async fn open_registered(&self, entry: Registered) -> Result<(), Failure> {
        let (url, name, vault) = (entry.url()?, entry.name(), self.vault()?);
        let (of, from) = (name.clone(), vault.clone());
        let kept = self.blocking(move |_| from.credentials(&of)).await?;
        let credentials =
            kept.as_ref().and_then(credential::unpacked).ok_or_else(|| failure::no_credential(&name))?;
        let tested = Tested { url, credentials, from_clipboard: false };
        let org = self.prepare(connection(&tested, &entry, self.home(&vault, &name).await?)).await?;
        org.set_auto_lock(entry.auto_lock_minutes);
        self.publish(Arc::new(org));
        self.blocking(move |app| app.0.orgs.registry.change(|known| known.last = Some(name))).await
    }
}
