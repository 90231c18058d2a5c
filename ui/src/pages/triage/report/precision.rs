//! How good each kind of detection is: what analysts here held it to be, and what the Admin Console was told.

use super::{Behind, legend};
use crate::{
    kit::{
        plot::{Legend, Palette, Plot, Share, shares, shares_height, token},
        text,
    },
    parts::keep_plot::{KeepPlot, Kept},
    state::prefs::Prefs,
};
use contract::triage::{DetectionPrecision, ListReported};
use domain::Assessment;
use leptos::prelude::*;
use std::sync::Arc;

/// Parts of a bar from the left, with their tokens.
const PARTS: [(&str, &str); 4] = [
    ("--plot-1", "True positive"),
    ("--none", "False positive"),
    ("--plot-2", "Unsure"),
    ("--plot-grid", "Open"),
];

fn parts(kind: &DetectionPrecision) -> [u64; 4] {
    [kind.true_positive, kind.false_positive, kind.unsure, kind.open]
}

/// Columns of the table that leaves the page.
const COLUMNS: [&str; 9] = [
    "detection",
    "events",
    "people",
    "true positive",
    "false positive",
    "unsure",
    "open",
    "Admin Console: true positive",
    "Admin Console: false positive",
];

fn numbers(kind: &DetectionPrecision) -> Vec<String> {
    let [yes, no, unsure, open] = parts(kind);
    let counts = [kind.events, kind.people, yes, no, unsure, open, kind.feedback_true, kind.feedback_false];
    std::iter::once(named(kind)).chain(counts.iter().map(u64::to_string)).collect()
}

fn named(kind: &DetectionPrecision) -> String {
    kind.name.clone().unwrap_or_else(|| "No name told".to_owned())
}

/// True among those that were decided one way or the other; nothing where none was.
fn precision(yes: u64, no: u64) -> Option<String> {
    (yes + no > 0).then(|| format!("{} of {}", text::share(yes, yes + no), text::count(yes + no)))
}

/// The panel.
#[component]
pub fn Precision(kinds: Vec<DetectionPrecision>, behind: Behind) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let sums: [u64; 4] = std::array::from_fn(|part| kinds.iter().map(|kind| parts(kind)[part]).sum());
    let summary = match (kinds.is_empty(), precision(sums[0], sums[1])) {
        (true, _) => "No detection in these days.".to_owned(),
        (false, None) => format!(
            "{} of {}; no verdict yet, so nothing is known of how good they are.",
            text::plural(sums.iter().sum(), "detection", "detections"),
            text::plural(kinds.len() as u64, "kind", "kinds")
        ),
        (false, Some(share)) => {
            format!("True positive: {share} decided; {} still open.", text::count(sums[3]))
        }
    };
    let bars: Vec<Share<4>> =
        kinds.iter().map(|kind| Share { name: named(kind), parts: parts(kind) }).collect();
    let height = shares_height(bars.len());
    let paint = move |size| {
        prefs.repaint.track();
        shares(size, Palette::of_theme(), PARTS.map(|part| token(part.0)), &bars)
    };
    let kept = {
        let (summary, kinds, paint) = (summary.clone(), kinds.clone(), Arc::new(paint.clone()));
        move || Kept {
            legend: Legend {
                title: "Detections by kind".to_owned(),
                summary: summary.clone(),
                colors: PARTS.map(|(color, name)| (color, name.to_owned())).to_vec(),
            },
            paint: paint.clone(),
            height,
            columns: COLUMNS.to_vec(),
            rows: kinds.iter().map(numbers).collect(),
        }
    };
    let entries: [(&str, &str, u64); 4] =
        std::array::from_fn(|part| (PARTS[part].0, PARTS[part].1, sums[part]));
    let any = !kinds.is_empty();
    let rows = kinds.into_iter().map(|kind| line(kind, behind)).collect_view();
    view! {
        <section class="panel precision" data-wide="" aria-label="Detections by kind">
            <header><h2>"Detections by kind, and how good they are"</h2><p>{summary.clone()}</p></header>
            {any.then(move || view! {
                <Plot paint height summary/>
                {legend(entries)}
                <div class="data-table" tabindex="0" role="region" aria-label="Table of detections by kind">
                    <table>
                        <thead><tr><th scope="col">"Detection"</th><th scope="col" class="num">"Events"</th><th scope="col" class="num">"People"</th>
                            <th scope="col" class="num">"True"</th><th scope="col" class="num">"False"</th><th scope="col" class="num">"Unsure"</th><th scope="col" class="num">"Open"</th>
                            <th scope="col">"Precision here"</th><th scope="col">"Admin Console"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <div class="plot-ways"><KeepPlot kept/></div>
            })}
        </section>
    }
}

fn line(kind: DetectionPrecision, behind: Behind) -> impl IntoView {
    let name = named(&kind);
    let asked = ListReported { kind: Some(kind.name.clone().unwrap_or_default()), ..ListReported::default() };
    let number = |n: u64, what: &str, asked: ListReported| {
        view! { <td class="num">{behind.number(n, format!("{name}{what}"), asked)}</td> }
    };
    let verdict = |n: u64, verdict: Assessment| {
        let what = format!(": {}", verdict.label().to_lowercase());
        number(n, &what, ListReported { verdict: Some(verdict), ..asked.clone() })
    };
    let or = |share: Option<String>, none: &'static str| match share {
        Some(share) => view! { {share} }.into_any(),
        None => view! { <span class="unknown">{none}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><bdi>{name.clone()}</bdi></th>
            {number(kind.events, "", asked.clone())}
            {number(kind.people, ": people", ListReported { by_person: true, ..asked.clone() })}
            {verdict(kind.true_positive, Assessment::TruePositive)}{verdict(kind.false_positive, Assessment::FalsePositive)}
            {verdict(kind.unsure, Assessment::Unsure)}{number(kind.open, ": open", ListReported { open: true, ..asked.clone() })}
            <td>{or(precision(kind.true_positive, kind.false_positive), "No verdict yet")}</td>
            <td>{or(precision(kind.feedback_true, kind.feedback_false), "No feedback")}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_without_a_verdict_has_no_precision() {
        assert_eq!(precision(0, 0), None);
        assert_eq!(precision(3, 1).as_deref(), Some("75 % of 4"));
        assert_eq!(precision(0, 2).as_deref(), Some("0 % of 2"));
    }
}
