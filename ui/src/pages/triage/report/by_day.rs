//! Detections by day and level.

use super::{Behind, DataTable, legend, numbers, utc_day};
use crate::{
    kit::{
        plot::{Legend, Palette, Plot, stacked, token},
        text,
    },
    parts::keep_plot::{KeepPlot, Kept},
    state::prefs::Prefs,
};
use contract::triage::ListReported;
use domain::Timestamp;
use leptos::prelude::*;
use std::sync::Arc;

/// Levels from the bottom up, in the order of a day's numbers: the token of each, and its name.
const LEVELS: [(&str, &str); 4] =
    [("--high", "High"), ("--medium", "Medium"), ("--low", "Low"), ("--none", "Other")];

/// Pixels.
const HEIGHT: u32 = 200;

/// The panel.
#[component]
pub fn ByDay(days: Vec<(Timestamp, [u64; 4])>, behind: Behind) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let sums: [u64; 4] = std::array::from_fn(|level| days.iter().map(|day| day.1[level]).sum());
    let all: u64 = sums.iter().sum();
    let busiest = days.iter().max_by_key(|day| day.1.iter().sum::<u64>());
    let summary = match busiest {
        Some((day, levels)) if all > 0 => format!(
            "{}, {} of them high; most on {} ({}).",
            text::plural(all, "detection", "detections"),
            text::count(sums[0]),
            utc_day(*day),
            text::count(levels.iter().sum())
        ),
        _ => "No detection in these days.".to_owned(),
    };
    let plotted: Vec<_> = days.iter().map(|(day, levels)| (day.0, *levels)).collect();
    let paint = move |size| {
        prefs.repaint.track();
        stacked(size, Palette::of_theme(), LEVELS.map(|level| token(level.0)), &plotted)
    };
    let table: Vec<_> = days.iter().filter(|day| day.1.iter().any(|n| *n > 0)).cloned().collect();
    let kept = {
        let (summary, table, paint) = (summary.clone(), table.clone(), Arc::new(paint.clone()));
        move || Kept {
            legend: Legend {
                title: "Detections by day".to_owned(),
                summary: summary.clone(),
                colors: LEVELS.map(|(color, name)| (color, name.to_owned())).to_vec(),
            },
            paint: paint.clone(),
            height: HEIGHT,
            columns: std::iter::once("day").chain(LEVELS.map(|level| level.1)).collect(),
            rows: table.iter().map(|(day, levels)| numbers(*day, levels)).collect(),
        }
    };
    let row = move |(day, levels): &(Timestamp, [u64; 4])| {
        let cell = |level: usize| {
            let asked = ListReported { day: Some(*day), level: Some(level as u8), ..ListReported::default() };
            let title = format!("{} on {}", LEVELS[level].1, utc_day(*day));
            view! { <td class="num">{behind.number(levels[level], title, asked)}</td> }
        };
        view! { <tr><th scope="row">{utc_day(*day)}</th>{(0..4).map(cell).collect_view()}</tr> }
    };
    let rows = move || table.iter().rev().map(row).collect_view();
    let parts: [(&str, &str, u64); 4] =
        std::array::from_fn(|level| (LEVELS[level].0, LEVELS[level].1, sums[level]));
    view! {
        <section class="panel" data-wide="" aria-label="Detections by day">
            <header><h2>"Detections by day"</h2><p>{summary.clone()}</p></header>
            {(all > 0).then(move || view! {
                <Plot paint height=HEIGHT summary/>
                {legend(parts)}
                <div class="plot-ways"><KeepPlot kept/><DataTable label="Table of detections by day">
                    <thead><tr><th scope="col">"Day"</th>{LEVELS.map(|level| view! { <th scope="col" class="num">{level.1}</th> })}</tr></thead>
                    <tbody>{rows()}</tbody>
                </DataTable></div>
            })}
        </section>
    }
}
