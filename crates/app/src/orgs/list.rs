//! Which orgs there are, how this machine keeps their secrets, and the settings of one.

use super::{credential, registry::Registered};
use crate::{
    App, cache_path,
    settings::{OrgSettings, READ_SCOPES, WRITE_SCOPES},
};
use contract::{
    Failure, Handle,
    orgs::{GetKeeping, Keeping, ListOrgs, OrgEntry, Origin, SetOrgSettings},
    session::NoteActivity,
};

impl Handle<ListOrgs> for App {
    async fn handle(&self, _: ListOrgs) -> Result<Vec<OrgEntry>, Failure> {
        let open = self.org().ok().map(|org| (org.name.clone(), org.is_read_only()));
        self.blocking(move |app| {
            let known = app.0.orgs.registry.read()?;
            let mut list: Vec<OrgEntry> = known.orgs.iter().map(connected).collect();
            // Settings that make no sense are told when that org is opened; the others can be listed all the same.
            if let Ok(Some(settings)) = app.0.config.host.settings()
                && known.find(&settings.url.host()).is_none()
            {
                list.push(named(&settings));
            }
            for entry in &mut list {
                if let Some((name, read_only)) = &open
                    && *name == entry.name
                {
                    (entry.open, entry.read_only) = (true, *read_only);
                }
                entry.bytes = cache::size(&cache_path(&app.0.config.data, &entry.name));
            }
            Ok(list)
        })
        .await
    }
}

fn connected(org: &Registered) -> OrgEntry {
    OrgEntry {
        name: org.name(),
        environment: org.environment,
        read_only: org.read_only,
        credential: org.credential.clone(),
        auto_lock_minutes: org.auto_lock_minutes,
        added: Some(org.added),
        origin: Origin::Connected,
        open: false,
        bytes: None,
    }
}

fn named(settings: &OrgSettings) -> OrgEntry {
    OrgEntry {
        name: settings.url.host(),
        environment: settings.environment,
        read_only: settings.read_only,
        credential: credential::facts(&settings.credentials),
        auto_lock_minutes: None,
        added: None,
        origin: Origin::Settings,
        open: false,
        bytes: None,
    }
}

impl Handle<GetKeeping> for App {
    async fn handle(&self, _: GetKeeping) -> Result<Keeping, Failure> {
        let scopes = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.blocking(move |app| {
            let host = &app.0.config.host;
            Ok(Keeping {
                by: host.vault().and_then(|vault| vault.ready()),
                clipboard: host.clipboard().is_some(),
                environment: host.settings().is_ok_and(|settings| settings.is_some()),
                folder: app.0.config.data.display().to_string(),
                read_scopes: scopes(READ_SCOPES),
                write_scopes: scopes(WRITE_SCOPES),
            })
        })
        .await
    }
}

impl Handle<SetOrgSettings> for App {
    async fn handle(&self, command: SetOrgSettings) -> Result<Vec<OrgEntry>, Failure> {
        let SetOrgSettings { name, environment, auto_lock_minutes } = command;
        let minutes = auto_lock_minutes.filter(|minutes| *minutes > 0);
        let of = name.clone();
        self.blocking(move |app| {
            let found = app.0.orgs.registry.change(|known| {
                let entry = known.find_mut(&of)?;
                (entry.environment, entry.auto_lock_minutes) = (environment, minutes);
                Some(())
            })?;
            found.ok_or_else(|| crate::failure::unknown_org(&of))
        })
        .await?;
        if let Ok(org) = self.org()
            && org.name == name
        {
            org.set_environment(environment);
            org.set_auto_lock(minutes);
        }
        self.handle(ListOrgs {}).await
    }
}

impl Handle<NoteActivity> for App {
    async fn handle(&self, _: NoteActivity) -> Result<(), Failure> {
        if let Ok(org) = self.org() {
            org.touch();
        }
        Ok(())
    }
}
