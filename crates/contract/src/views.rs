//! Views of the list of devices: the built-in ones, which look for what should not be, and the ones that people saved.

use crate::{Command, Topic};
use domain::{DeviceQuery, SnapshotId};
use serde::{Deserialize, Serialize};

/// Asks for every view with how many devices it finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListViews {
    /// A past snapshot; `None` is the newest.
    pub as_of: Option<SnapshotId>,
}

impl Command for ListViews {
    type Reply = Views;
    const READS: &'static [Topic] = &[Topic::Views, Topic::Snapshot];
}

/// Every view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Views {
    /// The snapshot that the counts belong to.
    pub snapshot: SnapshotId,
    pub lenses: Vec<Lens>,
    /// By name.
    pub own: Vec<SavedView>,
}

/// A built-in view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lens {
    /// Names it for good.
    pub id: String,
    pub label: String,
    /// What it looks for, in one sentence.
    pub note: String,
    pub query: DeviceQuery,
    pub count: u64,
}

/// A view that somebody saved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SavedView {
    pub id: i64,
    pub name: String,
    /// Filters, search and order; what this version does not know is left out.
    pub query: DeviceQuery,
    /// Keys of the columns shown; `None` is whatever is shown when it is opened.
    pub columns: Option<Vec<String>>,
    /// What was left out, in words.
    pub lost: Vec<String>,
    pub count: u64,
}

/// Saves a new view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveView {
    pub name: String,
    pub query: DeviceQuery,
    pub columns: Option<Vec<String>>,
}

impl Command for SaveView {
    /// Its id.
    type Reply = i64;
    const STALES: &'static [Topic] = &[Topic::Views];
}

/// Gives a saved view another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenameView {
    pub id: i64,
    pub name: String,
}

impl Command for RenameView {
    type Reply = ();
    const STALES: &'static [Topic] = &[Topic::Views];
}

/// Deletes a saved view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeleteView {
    pub id: i64,
}

impl Command for DeleteView {
    /// The view as the text of a file: importing that undoes this, to the last part that this version does not know.
    type Reply = String;
    const STALES: &'static [Topic] = &[Topic::Views];
}

/// Asks for all saved views as the text of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportViews {}

impl Command for ExportViews {
    type Reply = String;
    const READS: &'static [Topic] = &[Topic::Views];
}

/// Adds the views of such a text. One whose name is taken gets a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportViews {
    pub text: String,
}

impl Command for ImportViews {
    /// How many were added.
    type Reply = u64;
    const STALES: &'static [Topic] = &[Topic::Views];
}
