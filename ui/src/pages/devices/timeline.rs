//! What became of a device: what snapshots and the System Log saw, newest first.

use crate::kit::text;
use contract::devices::{FieldChange, HistoryEntry, HistoryKind};
use domain::Timestamp;
use leptos::prelude::*;

/// The timeline.
#[component]
pub fn Timeline(history: Vec<HistoryEntry>, now: Timestamp) -> impl IntoView {
    if history.is_empty() {
        return view! { <p class="unknown">"Nothing is known of its past yet: it begins with the next sync."</p> }.into_any();
    }
    let entry = move |entry: HistoryEntry| {
        let (kind, words) = match entry.kind {
            HistoryKind::Enrolled => ("plain", view! { "Enrolled" }.into_any()),
            HistoryKind::Changed(changes) => {
                ("change", changes.into_iter().map(change).collect_view().into_any())
            }
            HistoryKind::Event { event_type, message, outcome, actor } => {
                let bad = matches!(outcome.as_deref(), Some("FAILURE" | "DENY"));
                let title = message.unwrap_or_else(|| event_type.clone());
                let by = actor.map(|a| view! { <span class="change">"by "<bdi>{a}</bdi></span> });
                let words = view! { <span title=event_type>{title}</span>{outcome.map(|o| view! { " "<span class="dim">{o}</span> })}{by} };
                (if bad { "bad" } else { "plain" }, words.into_any())
            }
        };
        view! {
            <li data-kind=kind>
                <time class="dim" datetime=entry.at.to_rfc3339() title=text::exact(entry.at.0)>{text::ago(entry.at.0, now.0)}</time>
                <div>{words}</div>
            </li>
        }
    };
    view! { <ol class="timeline">{history.into_iter().map(entry).collect_view()}</ol> }.into_any()
}

fn change(change: FieldChange) -> impl IntoView {
    let word = |value: Option<String>| value.unwrap_or_else(|| "not reported".to_owned());
    view! { <span class="change">{change.field}": "{word(change.from)}" → "<b>{word(change.to)}</b></span> }
}
