//! What the editor is told: the marks on a text, and what it may offer and explain.

use serde::Serialize;

/// How much a mark matters. Each has a line of its own shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    Error,
    Warning,
    Note,
}

/// A stretch of the text that something is said about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// In bytes of [`Marks::of`].
    pub start: usize,
    /// In bytes of [`Marks::of`], after the last one.
    pub end: usize,
    pub tone: Tone,
    pub message: String,
    /// What the button that mends it says; no button without.
    pub fix: Option<String>,
}

/// The marks of one text. The text is named because an answer may come when somebody has typed on: such marks are not
/// shown, and the ones that are move along with what is typed until newer ones come.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// The text that was looked at.
    pub of: String,
    pub list: Vec<Mark>,
}

/// What can be completed and explained. Names are found in either case.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct CompletionModel {
    pub tables: Vec<Table>,
    pub functions: Vec<Function>,
    /// As they should be written.
    pub keywords: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Table {
    pub name: String,
    /// One sentence.
    pub about: String,
    /// Short ones, each a line: `macOS, Windows`, `Needs path`. The first stands beside the name in the list.
    pub facts: Vec<String>,
    pub columns: Vec<Column>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Column {
    pub name: String,
    /// The type, as the schema writes it.
    pub kind: String,
    pub about: String,
    pub facts: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Function {
    pub name: String,
    /// How it is called: `version_compare(a, b)`.
    pub signature: String,
    pub about: String,
}

/// Where the cursor is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cursor {
    /// In bytes of the text.
    pub at: usize,
    /// The table of the model that the name there belongs to, for a panel that follows.
    pub table: Option<String>,
}
