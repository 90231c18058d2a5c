//! What to show first: which org is open, how it is reached, and its snapshots.

use crate::{App, failure, org::Org, settings::WRITE_SCOPES, snapshot};
use contract::{
    Failure, Handle, Topic,
    session::{GetSession, ListSnapshots, OpenDemoOrg, OpenOrg, Session, SetReadOnly, Snapshot},
};
use domain::ObjectKind;
use std::{sync::Arc, time::Duration};

impl Handle<GetSession> for App {
    async fn handle(&self, _: GetSession) -> Result<Session, Failure> {
        let (version, clock) = (env!("CARGO_PKG_VERSION").to_owned(), self.0.config.clock.clone());
        let trouble = self.0.orgs.trouble();
        match self.org() {
            Ok(org) => {
                let mut open = org.read(open_org).await?;
                open.lacks = lacking(&org).await;
                Ok(Session { version, org: Some(open), now: org.now(), trouble })
            }
            Err(_) => Ok(Session { version, org: None, now: clock.now(), trouble }),
        }
    }
}

impl Handle<OpenDemoOrg> for App {
    async fn handle(&self, _: OpenDemoOrg) -> Result<Session, Failure> {
        self.open_demo_org().await?;
        self.handle(GetSession {}).await
    }
}

impl Handle<SetReadOnly> for App {
    async fn handle(&self, command: SetReadOnly) -> Result<Session, Failure> {
        let org = self.org()?;
        org.touch();
        self.lock(&org, command.read_only).await?;
        if !command.read_only {
            // Tells at once what the credential lacks. An org that does not answer is asked again by the next call.
            let told = tokio::time::timeout(PATIENCE, org.client.sign_in()).await;
            tracing::debug!(answered = told.is_ok_and(|told| told.is_ok()), "unlocked");
        }
        self.handle(GetSession {}).await
    }
}

/// How long unlocking waits for the org's word.
const PATIENCE: Duration = Duration::from_secs(5);

impl App {
    /// Locks or unlocks the org, for the next start too.
    async fn lock(&self, org: &Arc<Org>, read_only: bool) -> Result<(), Failure> {
        org.set_read_only(read_only);
        // Before anything waits for the network: the next start goes by what is written down.
        let name = org.name.clone();
        let written = self.blocking(move |app| {
            app.0.orgs.registry.change(|known| {
                // An org that the settings name is not in the list: its lock is what they say at each start.
                if let Some(entry) = known.find_mut(&name) {
                    entry.read_only = read_only;
                }
            })
        });
        let written = written.await;
        // A change that is under way is held by the lock. The request of a step that was sent already comes to its end, and
        // one that is turned away for want of the scope waits with the others.
        org.client.ask_also(if read_only { &[] } else { WRITE_SCOPES }).await;
        written
    }

    /// Locks an org that was left alone, before anything else is done; takes note of whoever is there.
    pub(crate) async fn lock_if_left_alone(&self, somebody: bool) {
        let Ok(org) = self.org() else { return };
        if org.is_left_alone() {
            tracing::info!(org = org.name, "locked: nobody was there");
            if let Err(failure) = self.lock(&org, true).await {
                // It is locked all the same, until the program ends.
                tracing::warn!(%failure, "the lock was not written down");
            }
            self.0.events.stale(&[Topic::Session]);
        }
        if somebody {
            org.touch();
        }
    }
}

/// Scopes that an unlocked org's credential was not granted, as far as is known.
async fn lacking(org: &Org) -> Vec<String> {
    if org.is_read_only() {
        return Vec::new();
    }
    let Some(granted) = org.client.granted_scopes().await else { return Vec::new() };
    let lacks = |scope: &&&str| !granted.iter().any(|known| **known == ***scope);
    WRITE_SCOPES.iter().filter(lacks).map(|scope| (*scope).to_owned()).collect()
}

impl Handle<ListSnapshots> for App {
    async fn handle(&self, _: ListSnapshots) -> Result<Vec<Snapshot>, Failure> {
        self.org()?.read(snapshot::all).await
    }
}

fn open_org(org: &Org) -> Result<OpenOrg, Failure> {
    let newest = snapshot::newest(org)?;
    let company = match &newest {
        Some(snapshot) => {
            let records = org.cache.objects(snapshot.id, &ObjectKind::Org).map_err(failure::cache)?;
            records.into_iter().next().map(|record| record.name.into())
        }
        None => None,
    };
    Ok(OpenOrg {
        name: org.name.clone(),
        company,
        environment: org.environment(),
        read_only: org.is_read_only(),
        reach: org.reach(),
        sealed_by: org.sealed_by,
        auto_lock_minutes: org.auto_lock(),
        lacks: Vec::new(),
        snapshot: newest.map(|newest| snapshot::shown(org, newest)).transpose()?,
    })
}
