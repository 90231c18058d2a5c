//! How good each kind of detection is: what analysts here held it to be, and what the Admin Console was told.

use super::{DETECT, legend, linked};
use crate::{
    address::View,
    kit::{
        plot::{self, Palette, Plot, Share, shares, token},
        text,
    },
    pages::triage::TriageView,
    parts::log_link::log_href,
    state::prefs::Prefs,
};
use contract::triage::{DetectionPrecision, QueueState};
use domain::{LogField, LogFilter, Timestamp};
use leptos::prelude::*;

/// Parts of a bar from the left, with their tokens.
const PARTS: [(&str, &str); 4] = [
    ("--plot-1", "True positive"),
    ("--plot-3", "False positive"),
    ("--plot-2", "Unsure"),
    ("--line-strong", "Open"),
];

fn parts(kind: &DetectionPrecision) -> [u64; 4] {
    [kind.true_positive, kind.false_positive, kind.unsure, kind.open]
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
pub fn Precision(kinds: Vec<DetectionPrecision>, since: Timestamp, until: Timestamp) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let sums: [u64; 4] = std::array::from_fn(|part| kinds.iter().map(|kind| parts(kind)[part]).sum());
    let summary = match (kinds.is_empty(), precision(sums[0], sums[1])) {
        (true, _) => "No detection in these days.".to_owned(),
        (false, None) => format!(
            "{} of {}; no verdict yet, so nothing is known of how good they are.",
            text::plural(sums.iter().sum(), "detection", "detections"),
            text::plural(kinds.len() as u64, "kind", "kinds")
        ),
        (false, Some(share)) => format!("True positive: {share} decided; {} still open.", text::count(sums[3])),
    };
    let bars: Vec<Share<4>> = kinds.iter().map(|kind| Share { name: named(kind), parts: parts(kind) }).collect();
    let height = plot::shares::height(bars.len());
    let paint = move |size| {
        prefs.repaint.track();
        shares(size, Palette::of_theme(), PARTS.map(|part| token(part.0)), &bars)
    };
    let entries: [(&str, &str, u64); 4] = std::array::from_fn(|part| (PARTS[part].0, PARTS[part].1, sums[part]));
    let any = !kinds.is_empty();
    let rows = kinds.into_iter().map(|kind| line(kind, since, until)).collect_view();
    view! {
        <section class="panel precision" data-wide="" aria-label="Detections by kind">
            <header><h2>"Detections by kind, and how good they are"</h2><p>{summary.clone()}</p></header>
            {any.then(move || view! {
                <Plot paint height summary/>
                {legend(entries)}
                <div class="data-table" tabindex="0" role="region" aria-label="Detections by kind">
                    <table>
                        <thead><tr><th scope="col">"Detection"</th><th scope="col" class="num">"Events"</th><th scope="col" class="num">"People"</th>
                            <th scope="col" class="num">"True"</th><th scope="col" class="num">"False"</th><th scope="col" class="num">"Unsure"</th><th scope="col" class="num">"Open"</th>
                            <th scope="col">"Precision here"</th><th scope="col">"Admin Console"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            })}
        </section>
    }
}

fn line(kind: DetectionPrecision, since: Timestamp, until: Timestamp) -> impl IntoView {
    let DetectionPrecision { name, events, people, true_positive, false_positive, unsure, open, feedback_true, feedback_false } =
        kind;
    let words = name.clone().unwrap_or_default();
    let filter = LogFilter {
        text: words.clone(),
        since: Some(since),
        until: Some(until),
        ..LogFilter::of(LogField::EventType, DETECT)
    };
    let mut queue = TriageView::of(QueueState::All);
    queue.query.search = words;
    let or_none = |share: Option<String>| match share {
        Some(share) => view! { {share} }.into_any(),
        None => view! { <span class="unknown">"No verdict yet"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><bdi>{name.unwrap_or_else(|| "No name told".to_owned())}</bdi></th>
            <td class="num">{linked(events, log_href(&filter))}</td>
            <td class="num">{linked(people, queue.href())}</td>
            <td class="num">{text::count(true_positive)}</td><td class="num">{text::count(false_positive)}</td>
            <td class="num">{text::count(unsure)}</td><td class="num">{text::count(open)}</td>
            <td>{or_none(precision(true_positive, false_positive))}</td>
            <td>{match precision(feedback_true, feedback_false) {
                Some(share) => view! { {share} }.into_any(),
                None => view! { <span class="unknown">"No feedback"</span> }.into_any(),
            }}</td>
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
