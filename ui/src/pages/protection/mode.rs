//! Whether session protection only watches or acts, how that is known, and when it changed.

use crate::{
    kit::text,
    parts::{log_link::event_href, words::When},
};
use contract::protection::{ModeChange, ProtectionMode};
use domain::Timestamp;
use leptos::prelude::*;

/// A mode as a badge: enforcing is louder than watching.
#[component]
pub fn ModeBadge(mode: Option<String>) -> impl IntoView {
    let (words, tone) = match mode {
        Some(mode) => {
            let enforces = mode.to_ascii_uppercase().starts_with("ENFORCE");
            (text::words(&mode), if enforces { Some("accent") } else { None })
        }
        None => ("Mode not known".to_owned(), Some("warn")),
    };
    view! { <span class="badge" data-tone=tone>{words}</span> }
}

/// The section.
#[component]
pub fn ModePart(mode: ProtectionMode, now: Timestamp) -> impl IntoView {
    let ProtectionMode { now: current, because, changes } = mode;
    let word = |mode: Option<String>| mode.map_or("not told".to_owned(), |mode| text::words(&mode));
    let line = move |ModeChange { at, from, to, by, uuid }: ModeChange| {
        let by = by.map(|by| view! { <span class="soft">" by "<bdi>{by}</bdi></span> });
        view! {
            <li><When at=Some(at) now/><span>{word(from)}" → "<b>{word(to)}</b>{by}</span><a href=event_href(&uuid)>"Event"</a></li>
        }
    };
    let none = changes.is_empty();
    view! {
        <section class="ladder" aria-label="Mode of session protection">
            <header><h2>"Session protection"</h2><ModeBadge mode=current/></header>
            <p class="soft">{because}</p>
            <ul class="mode-changes" aria-label="Changes of the mode">{changes.into_iter().map(line).collect_view()}</ul>
            {none.then(|| view! { <p class="dim">"The log that is kept here tells no change of it."</p> })}
        </section>
    }
}
