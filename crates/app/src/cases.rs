//! Cases: freezing evidence, reading it back, notes, and the bundle that carries a case elsewhere. What a bundle is made of is
//! the bundle crate's business, where evidence is kept the cache's.

mod export;
mod file;
mod freeze;
mod list;
mod masks;
mod open;
mod plot;

use crate::{App, failure};
use contract::{
    Failure, FailureKind, Handle,
    cases::{
        AddCaseNote, AddCasePlot, Bundle, Case, CaseDetail, CaseId, CasePage, CaseText, ExportCase,
        ExportedCase, FreezeCase, GetCase, GetCaseItem, ListCases, OpenBundle, SetCase,
    },
};

pub use open::{Checked, check_bundle, read_bundle};

/// Longer titles and notes are somebody's mistake.
const LONGEST_TITLE: usize = 200;
const LONGEST_NOTE: usize = 20_000;

impl Handle<ListCases> for App {
    async fn handle(&self, command: ListCases) -> Result<CasePage, Failure> {
        self.org()?.read(move |org| list::list(org, &command)).await
    }
}

impl Handle<FreezeCase> for App {
    async fn handle(&self, command: FreezeCase) -> Result<Case, Failure> {
        self.org()?.read(move |org| freeze::freeze(org, command)).await
    }
}

impl Handle<GetCase> for App {
    async fn handle(&self, command: GetCase) -> Result<CaseDetail, Failure> {
        self.org()?.read(move |org| list::get(org, command.id)).await
    }
}

impl Handle<GetCaseItem> for App {
    async fn handle(&self, command: GetCaseItem) -> Result<CaseText, Failure> {
        self.org()?.read(move |org| list::lines(org, &command)).await
    }
}

impl Handle<AddCaseNote> for App {
    async fn handle(&self, command: AddCaseNote) -> Result<(), Failure> {
        let AddCaseNote { id, text } = command;
        let text = worded(&text, "A note", LONGEST_NOTE)?;
        let org = self.org()?;
        org.read(move |org| {
            let added =
                org.cache.add_case_note(id.0, &text, &org.actor, org.now()).map_err(failure::cache)?;
            if added { Ok(()) } else { Err(no_case(id)) }
        })
        .await
    }
}

impl Handle<AddCasePlot> for App {
    async fn handle(&self, command: AddCasePlot) -> Result<Case, Failure> {
        self.org()?.read(move |org| plot::add(org, &command)).await
    }
}

impl Handle<SetCase> for App {
    async fn handle(&self, command: SetCase) -> Result<(), Failure> {
        let SetCase { id, title, closed } = command;
        let title = worded(&title, "A title", LONGEST_TITLE)?;
        let org = self.org()?;
        org.read(move |org| {
            let set = org.cache.set_case(id.0, &title, closed, org.now()).map_err(failure::cache)?;
            if set { Ok(()) } else { Err(no_case(id)) }
        })
        .await
    }
}

impl Handle<ExportCase> for App {
    async fn handle(&self, command: ExportCase) -> Result<ExportedCase, Failure> {
        let folder = self.0.config.host.downloads().unwrap_or_else(|| self.0.config.data.join("exports"));
        self.org()?.read(move |org| export::export(org, &command, &folder)).await
    }
}

impl Handle<OpenBundle> for App {
    async fn handle(&self, command: OpenBundle) -> Result<Bundle, Failure> {
        self.blocking(move |app| open::open(app, &command)).await
    }
}

fn no_case(id: CaseId) -> Failure {
    Failure::new(FailureKind::NotFound, format!("There is no case {}.", id.0))
        .hint("It may be another org's: each org has its own cases.")
}

/// A text that somebody typed: something, and not too much.
fn worded(text: &str, what: &str, most: usize) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::new(FailureKind::BadInput, format!("{what} says something.")));
    }
    if text.chars().count() > most {
        return Err(Failure::new(FailureKind::BadInput, format!("{what} has at most {most} characters.")));
    }
    Ok(text.to_owned())
}
