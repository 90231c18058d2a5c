//! Pictures of plots in a case, each with the table it was drawn from. A picture that could do more than draw is refused.

use super::{LONGEST_TITLE, no_case, worded};
use crate::{failure, org::Org};
use cache::NewCaseItem;
use contract::{Failure, FailureKind, cases::AddCasePlot};

/// Larger tables are exports.
const MOST_CSV: usize = 32 << 20;

pub(super) fn add(org: &Org, command: &AddCasePlot) -> Result<(), Failure> {
    let title = worded(&command.title, "A title", LONGEST_TITLE)?;
    bundle::check_svg(&command.svg).map_err(|why| {
        Failure::new(FailureKind::BadInput, format!("This picture can't be kept as evidence: {why}."))
            .hint("Only pictures that draw and do nothing else are kept.")
    })?;
    if command.csv.len() > MOST_CSV {
        return Err(Failure::new(FailureKind::BadInput, "The table behind this plot is larger than 32 MB."));
    }
    // The first line names the columns.
    let rows = (command.csv.lines().count() as u64).saturating_sub(1);
    let items = [
        NewCaseItem { path: "plots/{n}.svg".into(), title: title.clone(), rows: None, text: &command.svg },
        NewCaseItem {
            path: "plots/{n}.csv".into(),
            title: format!("{title}: the data"),
            rows: Some(rows),
            text: &command.csv,
        },
    ];
    let added = org.cache.add_case_items(command.id.0, &items, org.now()).map_err(failure::cache)?;
    if added { Ok(()) } else { Err(no_case(command.id)) }
}
