//! What to show first: which org is open, how it is reached, and its snapshots.

use crate::{App, failure, org::Org, snapshot};
use contract::{
    Failure, Handle,
    session::{GetSession, ListSnapshots, OpenDemoOrg, OpenOrg, Session, SetReadOnly, Snapshot},
};
use domain::ObjectKind;

impl Handle<GetSession> for App {
    async fn handle(&self, _: GetSession) -> Result<Session, Failure> {
        let (version, clock) = (env!("CARGO_PKG_VERSION").to_owned(), self.0.config.clock.clone());
        match self.org() {
            Ok(org) => {
                let open = org.read(open_org).await?;
                Ok(Session { version, org: Some(open), now: org.now() })
            }
            Err(_) => Ok(Session { version, org: None, now: clock.now() }),
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
        self.org()?.set_read_only(command.read_only);
        self.handle(GetSession {}).await
    }
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
        environment: org.environment,
        read_only: org.is_read_only(),
        reach: org.reach(),
        sealed_by: org.sealed_by,
        snapshot: newest.map(|newest| snapshot::shown(org, newest)).transpose()?,
    })
}
