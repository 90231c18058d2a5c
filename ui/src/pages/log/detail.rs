//! One event beside the list: what it means, what it says, what it belongs together with, and all of it as the org sent it.

mod chain;
mod facts;
mod joins;
mod risks;

use super::{ViewUrl, columns::Outcome, columns::Severity, rows::Rows};
use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        icon::Glyph,
    },
    parts::{
        event_words::{event_meaning, event_words, is_known},
        failure_notice::{FailureNotice, copy},
        log_link::event_href,
        pane::{PaneEdge, focus_list_after, pane_width},
        raw_event::RawEvents,
        risk_badge::RiskBadge,
    },
    query::{Pushes, act, use_query},
    state::{as_of::AsOf, toasts::Toasts},
};
use contract::{
    log::{EventFacts, GetEventFacts, LogRow},
    log_events::GetLogEvent,
};
use domain::Timestamp;
use facts::Facts;
use leptos::prelude::*;
use std::sync::Arc;

/// The pane.
#[component]
pub fn EventPane(uuid: Signal<String>, url: ViewUrl, rows: Rows, reading: super::Reading) -> impl IntoView {
    focus_list_after();
    let width = pane_width();
    let query = use_query(move || {
        let snapshot = reading.snapshot()?;
        Some(GetEventFacts { as_of: Some(snapshot), uuid: uuid.get() })
    });
    // While the facts of another event are on their way, the row that is listed already is told.
    let facts = Memo::new(move |_| query.value.get().filter(|facts| *facts.row.event.uuid == uuid.get()));
    let row = Memo::new(move |_| match facts.get() {
        Some(facts) => Some(Arc::new(facts.row)),
        None => rows.place_of(&uuid.get()).and_then(|at| rows.row(at)),
    });
    let now = move || rows.head.read().as_ref().map_or(Timestamp(0), |head| head.now);
    let state = move || match (facts.get(), query.failure.get()) {
        (Some(facts), _) => view! { <Rest facts url/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <aside class="detail event" aria-label="Event" style:width=move || format!("{}px", width.get()) data-event=move || uuid.get()
            data-whole=move || facts.read().is_some().then_some("")>
            <PaneEdge width/>
            <Head row uuid url/>
            <div class="scroll" tabindex="0" role="region" aria-label="Event details">
                {move || row.get().map(|row| view! { <Meaning row=row.clone()/><Facts row url now=now()/> })}
                {state}
            </div>
        </aside>
    }
}

#[component]
fn Head(row: Memo<Option<Arc<LogRow>>>, uuid: Signal<String>, url: ViewUrl) -> impl IntoView {
    let raw = expect_context::<RawEvents>();
    let (as_of, toasts, pushes) =
        (expect_context::<AsOf>(), expect_context::<Toasts>(), expect_context::<Pushes>());
    let copy_json = move |_| {
        let command = GetLogEvent { as_of: as_of.get_untracked(), uuid: uuid.get_untracked() };
        act(pushes, command, move |reply| match reply {
            Ok(event) => copy(toasts, &event.raw, "Event copied as JSON."),
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let title = move || {
        let row = row.get();
        row.map_or("Event".to_owned(), |row| event_words(&row.event.event_type, row.event.message.as_deref()))
    };
    let type_of = move || row.get().map(|row| row.event.event_type.to_string());
    let marks = move || {
        row.get().map(|row| {
            let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
            view! {
                <Outcome outcome=text(&row.event.outcome) reason=None/><Severity severity=text(&row.event.severity)/>
                {row.event.risk_level.clone().map(|level| view! { <RiskBadge level=Some(level)/> })}
            }
        })
    };
    view! {
        <header>
            <h2 class="selectable">{title}</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| url.change(|v| v.open = None)/>
            <p class="ids soft"><span class="mono clip selectable">{type_of}</span></p>
            <p class="marks">{marks}
                <span class="grow"></span>
                <Button label="Show the event’s JSON" glyph=Glyph::Code icon_only=true variant=Variant::Quiet on_press=move |_| raw.show(&uuid.get_untracked())/>
                <Button label="Copy as JSON" glyph=Glyph::Copy icon_only=true variant=Variant::Quiet on_press=copy_json/>
                <Button label="Copy link to this event" glyph=Glyph::Link icon_only=true variant=Variant::Quiet
                    on_press=move |_| copy(toasts, &event_href(&uuid.get_untracked()), "Link copied.")/>
                <Button label="Show what happened around it" glyph=Glyph::Clock icon_only=true variant=Variant::Quiet
                    on_press=move |_| if let Some(row) = row.get_untracked() { url.change(|view| super::around(view, row.event.published)) }/>
            </p>
        </header>
    }
}

/// What it means: our words for a type that is known, the org's for one that is not.
#[component]
fn Meaning(row: Arc<LogRow>) -> impl IntoView {
    let event = &row.event;
    let known = is_known(&event.event_type);
    let means = event_meaning(&event.event_type);
    let message = event.message.as_deref().filter(|m| !m.trim().is_empty()).map(str::to_owned);
    let unknown = (!known).then(|| {
        view! { <p class="dim note">"Postern has no words of its own for this type of event. Everything the org sent is in its JSON."</p> }
    });
    let said =
        message.map(|message| view! { <p class="dim">"The org’s words: “"<bdi>{message}</bdi>"”"</p> });
    view! { <section class="meaning" aria-label="What it means">{means.map(|means| view! { <p>{means}</p> })}{said}{unknown}</section> }
}

/// What is only known of the whole event.
#[component]
fn Rest(facts: EventFacts, url: ViewUrl) -> impl IntoView {
    let EventFacts { row, risks, behaviours, chain, changed, joins, .. } = facts;
    let uuid = row.event.uuid.to_string();
    let raw = expect_context::<RawEvents>();
    view! {
        {risks::risks(risks)}
        {risks::behaviours(behaviours)}
        {chain.map(chain::chain)}
        {risks::changed(changed)}
        {joins::joins(joins, uuid.clone(), url)}
        <section aria-label="As the org sent it"><Button label="Show the event’s JSON…" glyph=Glyph::Code on_press=move |_| raw.show(&uuid)/></section>
    }
}

/// The view's address with this event open.
fn with_open(view: &super::LogView, uuid: &str) -> String {
    super::LogView { open: Some(uuid.to_owned()), ..view.clone() }.href()
}
