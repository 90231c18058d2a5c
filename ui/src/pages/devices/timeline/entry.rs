//! One entry of the timeline: when, what, by whom, and the ways on from it.

use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        text,
    },
    parts::{
        event_words::{event_words, is_known},
        raw_event::RawEventButton,
    },
    state::as_of::AsOf,
};
use contract::{
    devices::FieldChange,
    timeline::{Happening, TimelineEntry},
};
use domain::{Management, Timestamp};
use leptos::prelude::*;

/// The line.
#[component]
pub fn Entry(entry: TimelineEntry, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let TimelineEntry { at, kind, what, in_force } = entry;
    let uuid = match &what {
        Happening::Event { uuid, .. } => Some(uuid.clone()),
        _ => None,
    };
    let bad = matches!(&what, Happening::Event { outcome: Some(outcome), .. } if matches!(outcome.as_str(), "FAILURE" | "DENY"));
    let tone = if bad { "bad".to_owned() } else { format!("{kind:?}") };
    let then = in_force.map(|snapshot| {
        view! {
            <Button label="Show the org as of then" glyph=Glyph::Clock icon_only=true variant=Variant::Quiet
                on_press=move |_| as_of.set(Some(snapshot))/>
        }
    });
    view! {
        <li data-kind=tone>
            <time class="dim" datetime=at.to_rfc3339() title=format!("{}, {}", text::exact(at.0), text::ago(at.0, now.0))>{text::clock(at.0)}</time>
            <div class="what">{words(what)}</div>
            <span class="ways">{uuid.map(|uuid| view! { <RawEventButton uuid/> })}{then}</span>
        </li>
    }
}

fn words(what: Happening) -> AnyView {
    match what {
        Happening::Enrolled => view! { "Enrolled" }.into_any(),
        Happening::Gone => view! { "No longer in the org" }.into_any(),
        Happening::Returned => view! { "In the org again" }.into_any(),
        Happening::Changed(changes) => changes.into_iter().map(change).collect_view().into_any(),
        Happening::Flipped { user, from, to } => view! {
            {said(to.as_ref())}" for "<bdi>{user}</bdi>
            <span class="change">"before: "{said(from.as_ref()).to_lowercase()}</span>
        }
        .into_any(),
        Happening::Event { event_type, message, outcome, reason, actor, .. } => {
            let title = event_words(&event_type, message.as_deref());
            let whole = (!is_known(&event_type) && title != event_type)
                .then(|| view! { <span class="change mono">{event_type.clone()}</span> });
            let outcome = outcome.map(|o| view! { " "<span class="dim">{o}</span> });
            let reason = reason.map(|r| view! { <span class="change">{r}</span> });
            let by = actor.map(|a| view! { <span class="change">"by "<bdi>{a}</bdi></span> });
            view! { <span title=event_type>{title}</span>{outcome}{whole}{reason}{by} }.into_any()
        }
    }
}

fn said(management: Option<&Management>) -> String {
    management.map_or("Not reported", Management::label).to_owned()
}

fn change(change: FieldChange) -> impl IntoView {
    let word = |value: Option<String>| value.unwrap_or_else(|| "not reported".to_owned());
    view! {
        <span class="field-change" title=change.field.clone()>
            {text::words(&change.field)}": "<span class="soft">{word(change.from)}</span>" → "<b>{word(change.to)}</b>
        </span>
    }
}
