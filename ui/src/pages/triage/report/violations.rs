//! Sessions that no longer satisfied a policy, by day: re-evaluations that failed, and those that were acted on.

use super::{DataTable, legend, linked, numbers, on_day, utc_day};
use crate::{
    kit::{
        plot::{self, Legend, Palette, Plot},
        text,
    },
    parts::{
        keep_plot::{KeepPlot, Kept},
        log_link::log_href,
    },
    state::prefs::Prefs,
};
use domain::Timestamp;
use leptos::prelude::*;
use std::sync::Arc;

/// The events that are counted: what failed, and what was done about it.
const FAILED: &str = "policy.auth_reevaluate.fail";
const ACTED: &str = "policy.auth_reevaluate.action";

/// Pixels.
const HEIGHT: u32 = 200;
/// What is counted, with its colour.
const COUNTED: [(&str, &str); 2] = [("--plot-1", "Failed"), ("--plot-2", "Acted on")];

/// The panel.
#[component]
pub fn Violations(days: Vec<(Timestamp, u64, u64)>) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let (failed, acted) = days.iter().fold((0, 0), |sum, day| (sum.0 + day.1, sum.1 + day.2));
    let any = failed + acted > 0;
    let summary = match any {
        true => format!(
            "{} failed, {} acted on.",
            text::plural(failed, "re-evaluation", "re-evaluations"),
            text::count(acted)
        ),
        false => "The log tells of no session violation in these days.".to_owned(),
    };
    let plotted: Vec<_> = days.iter().map(|(day, failed, acted)| (day.0, *failed, *acted)).collect();
    let paint = move |size| {
        prefs.repaint.track();
        plot::pairs(size, Palette::of_theme(), &plotted)
    };
    let table: Vec<_> = days.into_iter().filter(|day| day.1 + day.2 > 0).collect();
    let kept = {
        let (summary, table, paint) = (summary.clone(), table.clone(), Arc::new(paint.clone()));
        move || Kept {
            legend: Legend {
                title: "Session violations by day".to_owned(),
                summary: summary.clone(),
                colors: COUNTED.map(|(color, name)| (color, name.to_owned())).to_vec(),
            },
            paint: paint.clone(),
            height: HEIGHT,
            columns: std::iter::once("day").chain(COUNTED.map(|counted| counted.1)).collect(),
            rows: table.iter().map(|(day, failed, acted)| numbers(*day, &[*failed, *acted])).collect(),
        }
    };
    let row = |(day, failed, acted): &(Timestamp, u64, u64)| {
        view! {
            <tr><th scope="row">{utc_day(*day)}</th>
                <td class="num">{linked(*failed, log_href(&on_day(FAILED, *day)))}</td>
                <td class="num">{linked(*acted, log_href(&on_day(ACTED, *day)))}</td></tr>
        }
    };
    let rows = move || table.iter().rev().map(row).collect_view();
    let [(one, failures), (two, acts)] = COUNTED;
    view! {
        <section class="panel" aria-label="Session violations by day">
            <header><h2>"Session violations"</h2><p>{summary.clone()}</p></header>
            {any.then(move || view! {
                <Plot paint height=HEIGHT summary/>
                {legend([(one, failures, failed), (two, acts, acted)])}
                <div class="plot-ways"><KeepPlot kept/><DataTable label="Table of session violations">
                    <thead><tr><th scope="col">"Day"</th><th scope="col" class="num">"Failed"</th><th scope="col" class="num">"Acted on"</th></tr></thead>
                    <tbody>{rows()}</tbody>
                </DataTable></div>
            })}
        </section>
    }
}
