//! Posture checks: those of the org, drafts of them, their versions, templates, and checks as files. Sending a change to the
//! org is not here.

mod draft;
mod files;
mod list;
mod sheet;
mod templates;
mod versions;

pub(crate) use draft::published_as;

use crate::{App, check_changes::KeptCheck, failure, org::Org};
use contract::{
    Failure, FailureKind, Handle,
    checks::{
        AdoptDraft, CheckKey, CheckSheet, Checks, DiscardDraft, ExportChecks, ExportedChecks, GetCheck,
        ImportChecks, ImportedChecks, ListChecks, ListTemplates, ListVersions, NewDraft, SaveDraft,
        SaveVersion, Template, Versions,
    },
    search::{Hit, HitKind},
};
use domain::{CheckContent, ObjectId, OrgCheck, SnapshotId, Timestamp};

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

/// Checks whose name or variable name holds every word of a text, for the palette.
pub(crate) fn named(
    org: &Org,
    as_of: Option<SnapshotId>,
    snapshot: SnapshotId,
    text: &str,
    limit: usize,
) -> Result<Vec<Hit>, Failure> {
    let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let fits = |content: &CheckContent| {
        let name = format!("{} {}", content.name, content.variable_name).to_lowercase();
        words.iter().all(|word| name.contains(word))
    };
    let of_org = of_org(org, as_of, snapshot)?.into_iter().filter_map(|kept| kept.check.ok());
    let of_org = of_org.map(|check| (CheckKey::Org(check.id), check.content));
    let drafts = draft::own(org)?.into_iter().filter_map(|(key, body)| Some((key, body.content?)));
    let hit = |(key, content): (CheckKey, CheckContent)| Hit {
        kind: HitKind::Check,
        id: key.to_string(),
        subtitle: format!("{} · {}", content.platform.label(), content.variable_name),
        title: content.name,
    };
    Ok(of_org.chain(drafts).filter(|(_, content)| fits(content)).take(limit).map(hit).collect())
}

/// The checks of the org that a command asks for: a past snapshot's as they were, the newest's with what was changed from here
/// since.
fn of_org(org: &Org, as_of: Option<SnapshotId>, snapshot: SnapshotId) -> Result<Vec<KeptCheck>, Failure> {
    if as_of.is_some() { org.checks_of(snapshot) } else { org.checks_now(snapshot) }
}

/// One check of the org.
fn one_of_org(
    org: &Org,
    as_of: Option<SnapshotId>,
    snapshot: SnapshotId,
    id: &ObjectId,
) -> Result<Option<OrgCheck>, Failure> {
    let kept = of_org(org, as_of, snapshot)?.into_iter().find(|kept| kept.object.id == *id);
    let check = kept.map(|kept| kept.check).transpose();
    check.map_err(|why| {
        Failure::new(FailureKind::BadReply, format!("The org’s check can’t be understood: {why}."))
            .hint("It is not changed from here, so that nothing of it is lost.")
    })
}
