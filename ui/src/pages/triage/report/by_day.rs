//! Detections by day and level.

use super::{DETECT, DataTable, condition, legend, linked, on_day, utc_day};
use crate::{
    kit::{
        plot::{Palette, Plot, stacked, token},
        text,
    },
    parts::log_link::log_href,
    state::prefs::Prefs,
};
use domain::{LogField, LogFilter, Timestamp};
use leptos::prelude::*;

/// Levels from the bottom up: the token of each, its name, and what the log calls it.
const LEVELS: [(&str, &str, Option<&str>); 4] = [
    ("--high", "High", Some("HIGH")),
    ("--medium", "Medium", Some("MEDIUM")),
    ("--low", "Low", Some("LOW")),
    ("--none", "Other", None),
];

/// The events of one number.
fn filter(day: Timestamp, level: usize) -> LogFilter {
    let mut filter = on_day(DETECT, day);
    filter.conditions.push(match LEVELS[level].2 {
        Some(level) => condition(LogField::Risk, &[level], false),
        None => condition(LogField::Risk, &["HIGH", "MEDIUM", "LOW"], true),
    });
    filter
}

/// The panel.
#[component]
pub fn ByDay(days: Vec<(Timestamp, [u64; 4])>) -> impl IntoView {
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
    let row = |(day, levels): &(Timestamp, [u64; 4])| {
        let cell = |level: usize| view! { <td class="num">{linked(levels[level], log_href(&filter(*day, level)))}</td> };
        view! { <tr><th scope="row">{utc_day(*day)}</th>{(0..4).map(cell).collect_view()}</tr> }
    };
    let rows = move || {
        let told = days.iter().rev().filter(|day| day.1.iter().any(|n| *n > 0));
        told.map(row).collect_view()
    };
    let parts: [(&str, &str, u64); 4] = std::array::from_fn(|level| (LEVELS[level].0, LEVELS[level].1, sums[level]));
    view! {
        <section class="panel" data-wide="" aria-label="Detections by day">
            <header><h2>"Detections by day"</h2><p>{summary.clone()}</p></header>
            {(all > 0).then(move || view! {
                <Plot paint height=200 summary/>
                {legend(parts)}
                <DataTable label="Detections by day and level">
                    <thead><tr><th scope="col">"Day"</th>{LEVELS.map(|level| view! { <th scope="col" class="num">{level.1}</th> })}</tr></thead>
                    <tbody>{rows()}</tbody>
                </DataTable>
            })}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_to_the_events_of_its_day_and_level() {
        let day = Timestamp(Timestamp::DAY * 20_000);
        let high = filter(day, 0);
        assert_eq!((high.since, high.until), (Some(day), Some(Timestamp(day.0 + Timestamp::DAY))));
        assert_eq!(high.conditions[1], condition(LogField::Risk, &["HIGH"], false));
        // What is none of the three, a level that nobody told too.
        assert!(filter(day, 3).conditions[1].exclude);
    }
}
