//! One System Log event as the org sent it, in a dialog: for whoever wants to see all of it.

use crate::{
    kit::{
        button::{Button, Variant},
        dialog::Dialog,
        icon::Glyph,
    },
    parts::failure_notice::{FailureNotice, copy},
    query::use_query,
    state::{as_of::AsOf, toasts::Toasts},
};
use contract::log_events::GetLogEvent;
use leptos::prelude::*;

/// Opens events. One dialog serves a whole page.
#[derive(Clone, Copy)]
pub struct RawEvents {
    open: RwSignal<bool>,
    uuid: RwSignal<Option<String>>,
}

impl RawEvents {
    /// To be provided to the parts below, with a [`RawEventDialog`] beside them.
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), uuid: RwSignal::new(None) }
    }

    /// Shows the event.
    pub fn show(&self, uuid: &str) {
        self.uuid.set(Some(uuid.to_owned()));
        self.open.set(true);
    }
}

/// The button that opens an event.
#[component]
pub fn RawEventButton(uuid: String) -> impl IntoView {
    let events = expect_context::<RawEvents>();
    view! {
        <Button label="Show the event’s JSON" glyph=Glyph::Code icon_only=true variant=Variant::Quiet on_press=move |_| events.show(&uuid)/>
    }
}

/// The dialog.
#[component]
pub fn RawEventDialog(events: RawEvents) -> impl IntoView {
    view! { <Dialog open=events.open label="System Log event" class="raw-event"><Inside events/></Dialog> }
}

#[component]
fn Inside(events: RawEvents) -> impl IntoView {
    let (as_of, toasts) = (expect_context::<AsOf>(), expect_context::<Toasts>());
    let query = use_query(move || events.uuid.get().map(|uuid| GetLogEvent { as_of: as_of.get(), uuid }));
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(event), _) => {
            let text = event.raw.clone();
            view! {
                <div class="body" tabindex="0" role="region" aria-label="The event’s JSON"><pre class="raw whole">{event.raw}</pre></div>
                <div class="actions"><Button label="Copy" glyph=Glyph::Copy on_press=move |_| copy(toasts, &text, "Event copied.")/></div>
            }
            .into_any()
        }
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="body skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }
                .into_any()
        }
    };
    view! {
        <header><h2>"System Log event"</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| events.open.set(false)/>
        </header>
        {body}
    }
}
