//! Rows on the clipboard, as TSV, JSON or Markdown, with the columns that are shown. All of a large choice is asked of the
//! core in pages; past ten thousand rows an export is the better way, and that is said.

use crate::{
    host,
    kit::text,
    parts::{device_cell, failure_notice::copy},
    state::toasts::Toasts,
};
use contract::{
    Failure, FailureKind,
    devices::{DeviceRow, GetDeviceRows, ListDevices},
};
use domain::{Attribute, DeviceQuery, DeviceSet, SnapshotId, SortKey, cell};
use leptos::task::spawn_local;
use serde_json::{Map, Value};

/// More rows are not put on the clipboard.
const MOST: u64 = 10_000;
/// Rows asked for at a time.
const PAGE: u64 = 500;

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyAs {
    Tsv,
    Json,
    Markdown,
}

impl CopyAs {
    /// Every form, with its name.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Tsv, "TSV"), (Self::Json, "JSON"), (Self::Markdown, "Markdown")];

    /// The rows in this form.
    pub fn text(self, rows: &[DeviceRow], columns: &[Attribute]) -> String {
        match self {
            Self::Tsv => {
                let head = columns.iter().map(|c| c.label().to_owned()).collect::<Vec<_>>();
                let cells = |row: &DeviceRow| columns.iter().map(|c| tsv(row, *c)).collect::<Vec<_>>();
                let lines = std::iter::once(head).chain(rows.iter().map(cells));
                lines.map(|line| line.join("\t") + "\n").collect()
            }
            Self::Markdown => {
                let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
                let head = line(columns.iter().map(|c| c.label().to_owned()).collect());
                let rule = line(columns.iter().map(|_| "---".to_owned()).collect());
                let cells = |row: &DeviceRow| {
                    let cell =
                        |c: &Attribute| device_cell::words(row, *c).unwrap_or_else(|| "Not reported".into());
                    line(columns.iter().map(|c| cell::markdown(&cell(c))).collect())
                };
                head + &rule + &rows.iter().map(cells).collect::<String>()
            }
            Self::Json => {
                let object = |row: &DeviceRow| {
                    let id = ("id".to_owned(), Value::from(row.id.as_str()));
                    let cells = columns.iter().map(|c| (c.key().to_owned(), device_cell::value(row, *c)));
                    Value::Object(std::iter::once(id).chain(cells).collect::<Map<_, _>>())
                };
                format!("{:#}", Value::Array(rows.iter().map(object).collect()))
            }
        }
    }
}

fn tsv(row: &DeviceRow, column: Attribute) -> String {
    let words = device_cell::words(row, column).unwrap_or_default();
    if device_cell::is_number(column) { words.replace(',', "") } else { cell::tsv(&words) }
}

/// Puts rows on the clipboard and says so.
pub fn copy_rows(toasts: Toasts, rows: &[DeviceRow], columns: &[Attribute], form: CopyAs) {
    let said = text::plural(rows.len() as u64, "row copied.", "rows copied.");
    copy(toasts, &form.text(rows, columns), said);
}

/// Puts a choice on the clipboard.
pub fn copy_set(
    toasts: Toasts,
    set: DeviceSet,
    sort: Vec<SortKey>,
    as_of: Option<SnapshotId>,
    columns: Vec<Attribute>,
    form: CopyAs,
) {
    if set.count() > MOST {
        let count = text::count(set.count());
        toasts.say(format!(
            "{count} rows are too many to copy; {} is the most. Export writes any number.",
            text::count(MOST)
        ));
        return;
    }
    spawn_local(async move {
        let rows = match set {
            DeviceSet::Ids(ids) => {
                host::call(GetDeviceRows { as_of, ids: ids.into_iter().collect(), sort }).await
            }
            DeviceSet::Matching { query, without, .. } => found(DeviceQuery { sort, ..query }, as_of)
                .await
                .map(|rows| rows.into_iter().filter(|row| !without.contains(&row.id)).collect()),
        };
        match rows {
            Ok(rows) => copy_rows(toasts, &rows, &columns, form),
            Err(failure) => toasts.say(failure.to_string()),
        }
    });
}

async fn found(query: DeviceQuery, mut as_of: Option<SnapshotId>) -> Result<Vec<DeviceRow>, Failure> {
    let mut rows: Vec<DeviceRow> = Vec::new();
    loop {
        let offset = rows.len() as u64;
        let ask = ListDevices { as_of, query: query.clone(), offset, limit: PAGE as u32, rows_only: true };
        let page = host::call(ask).await?;
        // Named from the second page on: a sync in between must not mix two snapshots.
        as_of = Some(page.snapshot);
        if page.rows.is_empty() {
            return Ok(rows);
        }
        rows.extend(page.rows);
        if rows.len() as u64 > 2 * MOST {
            return Err(Failure::new(
                FailureKind::BadInput,
                "There are more rows by now than can be copied.",
            ));
        }
    }
}
