//! Cases: evidence frozen for one investigation, notes, and the bundle that carries it elsewhere.

use crate::{Command, Topic};
use domain::{LogFilter, SnapshotId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// The number of a case in its org's cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub i64);

/// Asks for the cases, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListCases {
    /// Only open ones.
    pub open: bool,
    /// Words in title, people or notes.
    pub search: String,
    pub offset: u64,
    /// At most 200.
    pub limit: u32,
}

impl Command for ListCases {
    type Reply = CasePage;
    const READS: &'static [Topic] = &[Topic::Cases];
}

/// One page of cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CasePage {
    pub now: Timestamp,
    pub total: u64,
    pub matching: u64,
    pub open: u64,
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    pub title: String,
    pub created: Timestamp,
    pub by: String,
    pub closed: Option<Timestamp>,
    /// Names of the people it is about.
    pub people: Vec<String>,
    pub notes: u64,
    pub items: u64,
    /// Bytes of the frozen evidence.
    pub bytes: u64,
}

/// Freezes evidence about people into a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FreezeCase {
    /// Into this case; a new one where none is named.
    pub case: Option<CaseId>,
    pub title: String,
    pub users: Vec<UserId>,
    /// The slice of the log beside what is about the people: all events that fit, at most 100,000.
    pub filter: Option<LogFilter>,
    /// How many days of the people's events.
    pub days: u32,
    pub note: Option<String>,
}

impl Command for FreezeCase {
    type Reply = Case;
    const STALES: &'static [Topic] = &[Topic::Cases, Topic::Triage];
}

/// Asks for one case whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCase {
    pub id: CaseId,
}

impl Command for GetCase {
    type Reply = CaseDetail;
    const READS: &'static [Topic] = &[Topic::Cases];
}

/// One case whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseDetail {
    pub case: Case,
    pub users: Vec<(UserId, String)>,
    pub notes: Vec<CaseNote>,
    pub items: Vec<CaseItem>,
}

/// One note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseNote {
    pub at: Timestamp,
    pub by: String,
    pub text: String,
}

/// One piece of frozen evidence: a file of the bundle to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseItem {
    /// Its path in the bundle: `log/events.jsonl`, `people/00u….json`.
    pub path: String,
    pub title: String,
    /// Rows in it, where it has rows.
    pub rows: Option<u64>,
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    pub frozen: Timestamp,
    pub snapshot: Option<SnapshotId>,
}

/// Asks for the text of one piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCaseItem {
    pub id: CaseId,
    pub path: String,
    pub offset: u64,
    /// Lines, at most 500.
    pub limit: u32,
}

impl Command for GetCaseItem {
    type Reply = CaseText;
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseText {
    pub lines: Vec<String>,
    /// Lines in all.
    pub total: u64,
}

/// Adds a note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddCaseNote {
    pub id: CaseId,
    pub text: String,
}

impl Command for AddCaseNote {
    type Reply = ();
    const STALES: &'static [Topic] = &[Topic::Cases];
}

/// Adds a picture of a plot, with the table it was drawn from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddCasePlot {
    /// Into this case; a new one where none is named.
    pub case: Option<CaseId>,
    /// Of a new case.
    pub case_title: String,
    /// What the plot shows.
    pub title: String,
    pub svg: String,
    /// The plot's data table: the names of its columns, then its rows, each as wide as they are.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Command for AddCasePlot {
    type Reply = Case;
    const STALES: &'static [Topic] = &[Topic::Cases];
}

/// Closes a case, or opens it again; renames it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetCase {
    pub id: CaseId,
    pub title: String,
    pub closed: bool,
}

impl Command for SetCase {
    type Reply = ();
    const STALES: &'static [Topic] = &[Topic::Cases];
}

/// Writes a case as one file: a tar with a manifest of hashes. The same case and the same choices give the same bytes, but
/// for encryption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportCase {
    pub id: CaseId,
    /// People, addresses and devices under made-up names, the same in every file of the bundle.
    pub pseudonyms: bool,
    /// Encrypts the file to these age recipients (`age1…`).
    pub recipients: Vec<String>,
}

impl Command for ExportCase {
    type Reply = ExportedCase;
}

/// Where it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedCase {
    pub path: String,
    pub bytes: u64,
    /// Of the unencrypted bundle, SHA-256 in hexadecimal.
    pub sha256: String,
    pub files: u64,
}

/// Opens a bundle to be read: every hash is checked first, and nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenBundle {
    /// The file's content in base64.
    pub data: String,
    /// For an encrypted one: the core takes the age identity (`AGE-SECRET-KEY-1…`) from the clipboard, past the page.
    pub identity_from_clipboard: bool,
}

impl Command for OpenBundle {
    type Reply = Bundle;
}

/// A bundle that was opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    pub title: String,
    pub org: String,
    pub made: Timestamp,
    pub pseudonyms: bool,
    pub sha256: String,
    pub items: Vec<CaseItem>,
    pub notes: Vec<CaseNote>,
    /// Each item's text, as far as it is shorter than 1 MB.
    pub texts: Vec<(String, String)>,
}
