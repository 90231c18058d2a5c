//! Posture checks: those of the org, drafts of them, their versions, templates, and checks as files. Sending a change to the
//! org is not here.

mod draft;
mod files;
mod list;
mod sheet;
mod templates;
mod versions;

use crate::{App, failure, org::Org};
use contract::{
    Failure, Handle,
    checks::{
        AdoptDraft, CheckKey, CheckSheet, Checks, DiscardDraft, ExportChecks, ExportedChecks, GetCheck,
        ImportChecks, ImportedChecks, ListChecks, ListTemplates, ListVersions, NewDraft, SaveDraft,
        SaveVersion, Template, Versions,
    },
};
use domain::{ObjectId, ObjectKind, OrgCheck, SnapshotId, Timestamp};

impl Handle<ListChecks> for App {
    async fn handle(&self, command: ListChecks) -> Result<Checks, Failure> {
        self.org()?.read(move |org| list::list(org, command.as_of)).await
    }
}

impl Handle<GetCheck> for App {
    async fn handle(&self, command: GetCheck) -> Result<CheckSheet, Failure> {
        self.org()?.read(move |org| sheet::sheet(org, command.as_of, command.key)).await
    }
}

impl Handle<NewDraft> for App {
    async fn handle(&self, command: NewDraft) -> Result<CheckKey, Failure> {
        self.org()?.read(move |org| draft::begin(org, &command)).await
    }
}

impl Handle<SaveDraft> for App {
    async fn handle(&self, command: SaveDraft) -> Result<Timestamp, Failure> {
        self.org()?.read(move |org| draft::save(org, &command)).await
    }
}

impl Handle<DiscardDraft> for App {
    async fn handle(&self, command: DiscardDraft) -> Result<Option<NewDraft>, Failure> {
        self.org()?.read(move |org| draft::discard(org, &command.key)).await
    }
}

impl Handle<AdoptDraft> for App {
    async fn handle(&self, command: AdoptDraft) -> Result<(), Failure> {
        self.org()?.read(move |org| draft::adopt(org, &command.key, &command.id)).await
    }
}

impl Handle<SaveVersion> for App {
    async fn handle(&self, command: SaveVersion) -> Result<(), Failure> {
        self.org()?.read(move |org| versions::save(org, &command)).await
    }
}

impl Handle<ListVersions> for App {
    async fn handle(&self, command: ListVersions) -> Result<Versions, Failure> {
        self.org()?.read(move |org| versions::list(org, &command.key)).await
    }
}

impl Handle<ListTemplates> for App {
    async fn handle(&self, _: ListTemplates) -> Result<Vec<Template>, Failure> {
        tokio::task::spawn_blocking(templates::all).await.map_err(failure::task)
    }
}

impl Handle<ExportChecks> for App {
    async fn handle(&self, command: ExportChecks) -> Result<ExportedChecks, Failure> {
        let folder = self.0.config.host.downloads().ok_or_else(files::no_folder)?;
        self.org()?.read(move |org| files::export(org, &command, &folder)).await
    }
}

impl Handle<ImportChecks> for App {
    async fn handle(&self, command: ImportChecks) -> Result<ImportedChecks, Failure> {
        self.org()?.read(move |org| files::import(org, &command)).await
    }
}

/// One check of the org as a snapshot has it; what is in the way of reading it, if anything is.
type Read = Result<OrgCheck, (String, String)>;

/// Every check of the org in a snapshot, by name.
fn of_org(org: &Org, snapshot: SnapshotId) -> Result<Vec<Read>, Failure> {
    let mut checks = Vec::new();
    let each = |object: domain::OrgObject, raw: &str| {
        let read = okta_client::read_posture_check(raw);
        checks.push((object.name.to_lowercase(), read.map_err(|why| (object.name.into(), why.to_string()))));
    };
    org.cache.each_object(snapshot, &[ObjectKind::PostureCheck], each).map_err(failure::cache)?;
    checks.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(checks.into_iter().map(|(_, read)| read).collect())
}

/// One check of the org.
fn one_of_org(org: &Org, snapshot: SnapshotId, id: &ObjectId) -> Result<Option<OrgCheck>, Failure> {
    let mut found = None;
    let each = |object: domain::OrgObject, raw: &str| {
        if object.id == *id {
            found = Some(okta_client::read_posture_check(raw));
        }
    };
    org.cache.each_object(snapshot, &[ObjectKind::PostureCheck], each).map_err(failure::cache)?;
    found.transpose().map_err(|why| {
        Failure::new(contract::FailureKind::BadReply, format!("The org’s check can’t be understood: {why}."))
            .hint("It is not changed from here, so that nothing of it is lost.")
    })
}
