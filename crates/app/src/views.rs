//! Views of the list of devices: built-in lenses, and what people saved. They live in the org's cache, so they go where it
//! goes. What a version does not know of a saved view is left out and named, never lost from the cache.

mod body;
mod lenses;

use crate::{App, failure, org::Org, snapshot};
use contract::{
    Failure, FailureKind, Handle,
    views::{DeleteView, ExportViews, ImportViews, ListViews, RenameView, SaveView, SavedView, Views},
};
use domain::SnapshotId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A name longer than this is no name.
const LONGEST_NAME: usize = 120;
/// More than so many views are a slip of the hand or of a file.
const MOST: usize = 500;
/// The mark of a file of views, and its version.
const FILE: &str = "postern views 1";

impl Handle<ListViews> for App {
    async fn handle(&self, command: ListViews) -> Result<Views, Failure> {
        self.org()?.read(move |org| list(org, snapshot::chosen(org, command.as_of)?)).await
    }
}

impl Handle<SaveView> for App {
    async fn handle(&self, command: SaveView) -> Result<i64, Failure> {
        self.org()?.read(move |org| save(org, &command)).await
    }
}

impl Handle<RenameView> for App {
    async fn handle(&self, command: RenameView) -> Result<(), Failure> {
        self.org()?.read(move |org| rename(org, &command)).await
    }
}

impl Handle<DeleteView> for App {
    async fn handle(&self, command: DeleteView) -> Result<String, Failure> {
        self.org()?.read(move |org| delete(org, command.id)).await
    }
}

impl Handle<ExportViews> for App {
    async fn handle(&self, _: ExportViews) -> Result<String, Failure> {
        self.org()?.read(export).await
    }
}

impl Handle<ImportViews> for App {
    async fn handle(&self, command: ImportViews) -> Result<u64, Failure> {
        self.org()?.read(move |org| import(org, &command.text)).await
    }
}

fn list(org: &Org, snapshot: SnapshotId) -> Result<Views, Failure> {
    let mut own = Vec::new();
    for saved in org.cache.saved_views().map_err(failure::cache)? {
        let read = body::read(&saved.body);
        own.push(SavedView {
            id: saved.id,
            name: saved.name,
            count: org.cache.count(snapshot, &read.query).map_err(failure::cache)?,
            query: read.query,
            columns: read.columns,
            lost: read.lost,
        });
    }
    Ok(Views { snapshot, lenses: lenses::all(org, snapshot)?, own })
}

fn save(org: &Org, view: &SaveView) -> Result<i64, Failure> {
    let name = named(&view.name)?;
    let kept = org.cache.saved_views().map_err(failure::cache)?.len();
    if kept >= MOST {
        let message = format!("There are {kept} views already; no more than {MOST} are kept.");
        return Err(Failure::new(FailureKind::BadInput, message).hint("Delete one first."));
    }
    not_taken(org, name, None)?;
    let body = body::write(&view.query, view.columns.as_deref());
    org.cache.save_view(None, name, &body).map_err(failure::cache)
}

fn rename(org: &Org, command: &RenameView) -> Result<(), Failure> {
    let name = named(&command.name)?;
    not_taken(org, name, Some(command.id))?;
    let view = one(org, command.id)?;
    org.cache.save_view(Some(view.id), name, &view.body).map_err(failure::cache)?;
    Ok(())
}

fn delete(org: &Org, id: i64) -> Result<String, Failure> {
    let view = one(org, id)?;
    org.cache.delete_view(id).map_err(failure::cache)?;
    file_of(vec![view])
}

fn one(org: &Org, id: i64) -> Result<cache::SavedView, Failure> {
    let views = org.cache.saved_views().map_err(failure::cache)?;
    let gone = || Failure::new(FailureKind::NotFound, "This view is gone already.");
    views.into_iter().find(|view| view.id == id).ok_or_else(gone)
}

fn not_taken(org: &Org, name: &str, by: Option<i64>) -> Result<(), Failure> {
    match org.cache.saved_view_named(name).map_err(failure::cache)? {
        Some(id) if Some(id) != by => {
            let message = format!("There is a view called “{name}” already.");
            Err(Failure::new(FailureKind::BadInput, message)
                .hint("Choose another name, or delete that one first."))
        }
        _ => Ok(()),
    }
}

fn named(name: &str) -> Result<&str, Failure> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Failure::new(FailureKind::BadInput, "A view needs a name.")),
        1..=LONGEST_NAME => Ok(name),
        _ => Err(Failure::new(FailureKind::BadInput, format!("A name has at most {LONGEST_NAME} letters."))),
    }
}

/// One file with all views.
#[derive(Serialize, Deserialize)]
struct File {
    kind: String,
    views: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    name: String,
    view: Value,
}

fn export(org: &Org) -> Result<String, Failure> {
    file_of(org.cache.saved_views().map_err(failure::cache)?)
}

fn file_of(views: Vec<cache::SavedView>) -> Result<String, Failure> {
    let entry = |view: cache::SavedView| Entry { name: view.name, view: body::value(&view.body) };
    let views = views.into_iter().map(entry).collect();
    serde_json::to_string_pretty(&File { kind: FILE.to_owned(), views }).map_err(failure::bug)
}

/// All of a file's views or none.
fn import(org: &Org, text: &str) -> Result<u64, Failure> {
    let refused = |why: String| {
        Failure::new(FailureKind::BadInput, format!("These are no views: {why}."))
            .hint("Nothing was added. Views are exported as JSON that begins with their kind.")
    };
    let file: File = serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
    if file.kind != FILE {
        return Err(refused(format!("their kind is “{}”, not “{FILE}”", file.kind)));
    }
    let mut names: Vec<String> =
        org.cache.saved_views().map_err(failure::cache)?.into_iter().map(|view| view.name).collect();
    if names.len() + file.views.len() > MOST {
        return Err(refused(format!("there would be more than {MOST}")));
    }
    let mut added = Vec::new();
    for entry in file.views {
        let name = free(named(&entry.name)?, &names);
        names.push(name.clone());
        added.push((name, entry.view.to_string()));
    }
    org.cache.add_views(&added).map_err(failure::cache)?;
    Ok(added.len() as u64)
}

/// The name, with a number if it is taken.
fn free(name: &str, taken: &[String]) -> String {
    let is_taken = |name: &str| taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let mut numbered = (2..).map(|number| format!("{name} ({number})"));
    if is_taken(name) { numbered.find(|name| !is_taken(name)).unwrap_or_default() } else { name.to_owned() }
}
