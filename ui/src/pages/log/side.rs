//! Beside the list: what the events in sight are made of, and the detections that somebody watches.

use super::{
    ViewUrl,
    chips::value_words,
    counts::{Counts, FACETS},
    detections::Detections,
    rows::Rows,
};
use crate::{
    kit::{tabs::Tabs, text},
    parts::facet_panel::{FacetClick, FacetPanel, FacetShown},
};
use contract::{devices::FacetCount, log::LogValueCount};
use domain::{LogField, Timestamp};
use leptos::prelude::*;

/// The side panel.
#[component]
pub fn Side(url: ViewUrl, rows: Rows, counts: Counts, part: RwSignal<usize>) -> impl IntoView {
    let chosen = Callback::new(move |FacetClick { facet, value, exclude }: FacetClick| {
        if let Some(field) = LogField::from_key(facet) {
            url.change(|view| view.toggle(field, &value, exclude));
        }
    });
    let facets = shown(url, counts);
    view! {
        <div class="log-side">
            <Tabs id="log-side" label="Beside the list" names=&["Facets", "Detections"] chosen=Signal::from(part) choose=Callback::new(move |at| part.set(at))/>
            <div class="panel-of-tabs" id="log-side-panel" role="tabpanel" aria-labelledby=move || format!("log-side-{}", part.get())>
                {move || match part.get() {
                    0 => view! { <Busy rows counts/><FacetPanel facets on_click=chosen/> }.into_any(),
                    _ => view! { <Detections url/> }.into_any(),
                }}
            </div>
        </div>
    }
}

/// Says that the counts in sight are those of the filter before, that there are none, or that they are not of everything.
#[component]
fn Busy(rows: Rows, counts: Counts) -> impl IntoView {
    let is_old = Memo::new(move |_| {
        let head = rows.head.read();
        head.as_ref().is_some_and(|head| counts.matching(&head.filter, head.snapshot).is_none())
    });
    move || {
        match (counts.failure.get(), is_old.get()) {
        (Some(failure), _) => view! {
            <p class="dim note" role="alert">{failure.to_string()}" "<button type="button" class="facet-more" on:click=move |_| counts.retry()>"Count again"</button></p>
        }
        .into_any(),
        (None, true) => view! { <p class="dim note" role="status">"Counting…"</p> }.into_any(),
        (None, false) => counts.since(&FACETS).map(newest_alone).into_any(),
    }
    }
}

/// Says that values were counted among the newest events alone.
pub fn newest_alone(since: Timestamp) -> impl IntoView {
    let when = text::exact(since.0);
    view! { <p class="dim note">{format!("So many events fit that values are counted since {when} alone. The total is of all.")}</p> }
}

/// The facets with what the address keeps or leaves out. A value that is chosen and does not occur is there with 0.
fn shown(url: ViewUrl, counts: Counts) -> Memo<Vec<FacetShown>> {
    Memo::new(move |_| {
        let view = url.view.read();
        let facet = |field: LogField| {
            let counted = counts.values(field).map(|counts| counts.values).unwrap_or_default();
            let (kept, left) = (view.values(field, false), view.values(field, true));
            let exclude = kept.is_empty() && !left.is_empty();
            let chosen = if exclude { left } else { kept }.to_vec();
            let mut values: Vec<FacetCount> =
                counted.into_iter().map(|value| shown_value(field, value)).collect();
            for value in chosen.iter().filter(|v| !v.ends_with('*')) {
                if values.iter().all(|there| there.value != *value) {
                    values.push(shown_value(
                        field,
                        LogValueCount { value: value.clone(), name: None, count: 0 },
                    ));
                }
            }
            FacetShown {
                key: field.key(),
                label: field.label(),
                risk: field == LogField::Risk,
                values,
                chosen,
                exclude,
            }
        };
        FACETS.map(facet).into()
    })
}

fn shown_value(field: LogField, LogValueCount { value, name, count }: LogValueCount) -> FacetCount {
    let words = match field {
        LogField::Outcome | LogField::Severity => text::words(&value.to_lowercase()),
        _ => value_words(field, &value),
    };
    FacetCount { label: name.unwrap_or(words), value, count }
}
