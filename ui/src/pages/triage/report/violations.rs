//! Sessions that no longer satisfied a policy, by day: re-evaluations that failed, and those that were acted on.

use super::{DataTable, legend, linked, on_day, utc_day};
use crate::{
    kit::{
        plot::{self, Palette, Plot},
        text,
    },
    parts::log_link::log_href,
    state::prefs::Prefs,
};
use domain::Timestamp;
use leptos::prelude::*;

/// The events that are counted: what failed, and what was done about it.
const FAILED: &str = "policy.auth_reevaluate.fail";
const ACTED: &str = "policy.auth_reevaluate.action";

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
    let row = |(day, failed, acted): &(Timestamp, u64, u64)| {
        view! {
            <tr><th scope="row">{utc_day(*day)}</th>
                <td class="num">{linked(*failed, log_href(&on_day(FAILED, *day)))}</td>
                <td class="num">{linked(*acted, log_href(&on_day(ACTED, *day)))}</td></tr>
        }
    };
    let rows = move || days.iter().rev().filter(|day| day.1 + day.2 > 0).map(row).collect_view();
    view! {
        <section class="panel" aria-label="Session violations by day">
            <header><h2>"Session violations"</h2><p>{summary.clone()}</p></header>
            {any.then(move || view! {
                <Plot paint height=200 summary/>
                {legend([("--plot-1", "Failed", failed), ("--plot-2", "Acted on", acted)])}
                <DataTable label="Table of session violations">
                    <thead><tr><th scope="col">"Day"</th><th scope="col" class="num">"Failed"</th><th scope="col" class="num">"Acted on"</th></tr></thead>
                    <tbody>{rows()}</tbody>
                </DataTable>
            })}
        </section>
    }
}
