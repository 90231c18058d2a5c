//! Pictures of plots in a case, each with the table it was drawn from. A picture that could do more than draw is refused.

use super::{LONGEST_TITLE, list::shown, no_case, worded};
use crate::{failure, org::Org};
use cache::{CaseTarget, NewCaseItem};
use contract::{
    Failure, FailureKind,
    cases::{AddCasePlot, Case, CaseId},
};
use domain::cell::not_a_formula;

/// Larger tables are exports.
const MOST_CSV: usize = 32 << 20;

pub(super) fn add(org: &Org, command: &AddCasePlot) -> Result<Case, Failure> {
    let AddCasePlot { case, case_title, title, svg, columns, rows } = command;
    let title = worded(title, "A title", LONGEST_TITLE)?;
    let into = match case {
        Some(case) => CaseTarget::Case(case.0),
        None => CaseTarget::New {
            title: worded(case_title, "The title of a case", LONGEST_TITLE)?,
            actor: org.actor.clone(),
        },
    };
    bundle::check_svg(svg).map_err(|why| {
        Failure::new(FailureKind::BadInput, format!("This picture can't be kept as evidence: {why}."))
            .hint("Only pictures that draw and do nothing else are kept.")
    })?;
    let csv = table(columns, rows)?;
    let items = [
        NewCaseItem { path: "plots/{n}.svg".into(), title: title.clone(), rows: None, text: svg },
        NewCaseItem {
            path: "plots/{n}.csv".into(),
            title: format!("{title}: the data"),
            rows: Some(rows.len() as u64),
            text: &csv,
        },
    ];
    let added = org.cache.add_case_items(&into, &items, org.now()).map_err(failure::cache)?;
    let id = added.ok_or_else(|| no_case(case.unwrap_or(CaseId(0))))?;
    let case = org.cache.case(id).map_err(failure::cache)?.ok_or_else(|| no_case(CaseId(id)))?;
    Ok(shown(case))
}

/// A cell for a spreadsheet; a number stays a number, also a negative one. On two lines it would make two lines of one row, and
/// evidence is read and counted by its lines: such a break becomes a space.
fn cell(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(_) => text.to_owned(),
        Err(_) => not_a_formula(text).replace(['\n', '\r'], " "),
    }
}

/// The table as CSV, its columns named in the first line.
fn table(columns: &[String], rows: &[Vec<String>]) -> Result<String, Failure> {
    let bad = |words: &str| Failure::new(FailureKind::BadInput, words);
    if columns.is_empty() || rows.iter().any(|row| row.len() != columns.len()) {
        return Err(bad("The table behind this plot is not one: its rows differ in width."));
    }
    let mut csv = csv::Writer::from_writer(Vec::new());
    for row in std::iter::once(columns).chain(rows.iter().map(Vec::as_slice)) {
        csv.write_record(row.iter().map(|text| cell(text))).map_err(|e| bad(&e.to_string()))?;
        if csv.get_ref().len() > MOST_CSV {
            return Err(bad("The table behind this plot is larger than 32 MB."));
        }
    }
    let bytes = csv.into_inner().map_err(|e| bad(&e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| bad(&e.to_string()))
}
