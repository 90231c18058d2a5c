//! How long it took to contain: from the first open detection to the last step verified.

use super::DataTable;
use crate::{
    kit::{
        plot::{Legend, Palette, Plot, dots},
        text,
    },
    pages::triage::person::containment_href,
    parts::keep_plot::{KeepPlot, Kept},
    state::prefs::Prefs,
};
use domain::{ContainmentId, Timestamp};
use leptos::prelude::*;
use std::sync::Arc;

/// Pixels.
const HEIGHT: u32 = 180;

type Contained = (ContainmentId, Timestamp, Option<i64>);

/// The one in the middle.
fn median(mut times: Vec<i64>) -> Option<i64> {
    times.sort_unstable();
    times.get(times.len().checked_sub(1)? / 2).copied()
}

/// One containment as a row of a table that leaves the page; an empty cell is a time that is not known.
fn numbers((id, at, took): &Contained) -> Vec<String> {
    vec![id.0.to_string(), at.to_rfc3339(), took.map(|took| took.to_string()).unwrap_or_default()]
}

/// The panel.
#[component]
pub fn Containments(
    containments: Vec<Contained>,
    since: Timestamp,
    until: Timestamp,
    now: Timestamp,
) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let points: Vec<(i64, i64)> =
        containments.iter().filter_map(|(_, at, took)| Some((at.0, (*took)?))).collect();
    let count = text::plural(containments.len() as u64, "containment", "containments");
    let summary = match (containments.len(), median(points.iter().map(|point| point.1).collect())) {
        (0, _) => "Nobody was contained from here in these days.".to_owned(),
        (_, None) => format!("{count}; none has both a detection and an end."),
        (_, Some(median)) => {
            format!(
                "{count}; half of the {} that are over took at most {}.",
                text::count(points.len() as u64),
                text::span(median)
            )
        }
    };
    let (any, drawn) = (!containments.is_empty(), !points.is_empty());
    let paint = move |size| {
        prefs.repaint.track();
        dots(size, Palette::of_theme(), (since.0, until.0), &points)
    };
    let kept = {
        let (summary, containments, paint) = (summary.clone(), containments.clone(), Arc::new(paint.clone()));
        move || Kept {
            legend: Legend {
                title: "Time to contain".to_owned(),
                summary: summary.clone(),
                colors: Vec::new(),
            },
            paint: paint.clone(),
            height: HEIGHT,
            columns: vec!["containment", "begun", "milliseconds from detection to verified"],
            rows: containments.iter().map(numbers).collect(),
        }
    };
    let row = move |(id, at, took): &Contained| {
        let took = took.map_or_else(|| "goes on, or had no detection".to_owned(), text::span);
        view! { <tr><th scope="row"><a href=containment_href(*id)>{text::moment(at.0, now.0)}</a></th><td>{took}</td></tr> }
    };
    let rows = move || containments.iter().map(row).collect_view();
    view! {
        <section class="panel" aria-label="Time to contain">
            <header><h2>"Time to contain"</h2><p>{summary.clone()}</p></header>
            {drawn.then(move || view! { <Plot paint height=HEIGHT summary/> })}
            {any.then(move || view! {
                <div class="plot-ways">{drawn.then(|| view! { <KeepPlot kept/> })}<DataTable label="Table of containments">
                    <thead><tr><th scope="col">"Begun"</th><th scope="col">"From detection to verified"</th></tr></thead>
                    <tbody>{rows()}</tbody>
                </DataTable></div>
            })}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_nothing_is_nothing() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![9, 1, 5]), Some(5));
        assert_eq!(median(vec![9, 1]), Some(1));
    }
}
