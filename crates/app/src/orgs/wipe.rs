//! Wiping an org: everything that this machine holds of it. The list's entry goes last, so that what was interrupted can be
//! done again; nothing in the org is touched.

use crate::{App, cache_path, failure, seal::Forgotten};
use contract::{
    Failure, Handle, Topic,
    orgs::{CredentialFacts, WipeOrg, Wiped},
};

impl Handle<WipeOrg> for App {
    async fn handle(&self, command: WipeOrg) -> Result<Wiped, Failure> {
        let WipeOrg { name, typed } = command;
        if typed.trim() != name {
            return Err(failure::not_typed(&name));
        }
        let _one_at_a_time = self.0.opening.lock().await;
        let known = self.blocking(|app| app.0.orgs.registry.read()).await?;
        let entry = known.find(&name).cloned();
        let named = self.0.config.host.settings().ok().flatten().is_some_and(|org| org.url.host() == name);
        if entry.is_none() && !named {
            return Err(failure::unknown_org(&name));
        }
        if self.org().is_ok_and(|org| org.name == name)
            && let Err(busy) = self.close().await
        {
            self.0.events.stale(&[Topic::Session, Topic::Snapshot]);
            return Err(busy);
        }
        let Wiped { removed, mut left } = self.blocking(move |app| remove(app, &name)).await?;
        match entry.map(|entry| entry.credential) {
            Some(CredentialFacts::ServiceApp { client_id, key_id }) => left.push(format!(
                "The org still lists the service app {client_id} with its key{}. Remove it in the Admin Console.",
                key_id.map_or_else(String::new, |id| format!(" {id}")),
            )),
            Some(CredentialFacts::ApiToken) => left.push(
                "The API token still works. Revoke it in the Admin Console under Security, API, Tokens.".to_owned(),
            ),
            None => {}
        }
        if named {
            left.push("org.toml or the environment still names this org.".to_owned());
        }
        Ok(Wiped { removed, left })
    }
}

fn remove(app: &App, name: &str) -> Result<Wiped, Failure> {
    let (vault, mut removed) = (app.vault()?, Vec::new());
    if let Some(bytes) = cache::remove(&cache_path(&app.0.config.data, name)).map_err(failure::cache)? {
        let kib = bytes.div_ceil(1024);
        let size = if kib < 1024 { format!("{kib} KiB") } else { format!("{:.1} MiB", kib as f64 / 1024.0) };
        removed.push(format!("The local copy with its history ({size})."));
    }
    // The files go first: a copy whose key is gone could neither be read nor be connected again.
    let forgotten = vault.forget(name)?;
    removed.extend(secrets(&forgotten).map(str::to_owned));
    let listed = app.0.orgs.registry.change(|known| {
        let before = known.orgs.len();
        known.orgs.retain(|org| org.name() != name);
        if known.last.as_deref() == Some(name) {
            known.last = None;
        }
        known.orgs.len() < before
    })?;
    if listed {
        removed.push("The entry in Postern’s list of orgs.".to_owned());
    }
    tracing::info!(org = name, "wiped");
    let left = forgotten.unasked.map(|why| {
        format!("The system’s keychain was not searched: {why}. If it holds “cache key of {name}” or “credentials of {name}”, remove them there.")
    });
    Ok(Wiped { removed, left: left.into_iter().collect() })
}

/// What was found of key and credential: no more is claimed.
fn secrets(forgotten: &Forgotten) -> impl Iterator<Item = &'static str> + use<> {
    let (keychain, files) = (forgotten.in_keychain, forgotten.in_files);
    let from_keychain = match (keychain.key, keychain.credentials) {
        (true, true) => Some("The copy’s key and the credential, from the system’s keychain."),
        (true, false) => Some("The copy’s key, from the system’s keychain."),
        (false, true) => Some("The credential, from the system’s keychain."),
        (false, false) => None,
    };
    let sealed = files.credentials.then_some("The sealed credential.");
    let salt = files.key.then_some("The salt that the copy’s key was derived with.");
    [from_keychain, sealed, salt].into_iter().flatten()
}
