//! The notes of a case. One that was written stays as it is.

use super::detail::At;
use crate::{
    kit::button::Button,
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::cases::{AddCaseNote, CaseId, CaseNote};
use domain::Timestamp;
use leptos::{ev, prelude::*};

/// The section.
#[component]
pub fn Notes(id: CaseId, notes: Vec<CaseNote>, now: Timestamp) -> impl IntoView {
    let count = notes.len();
    view! {
        <section aria-label="Notes"><h3>"Notes"<span class="dim">{count}</span></h3>
            <NoteList notes now/>
            <AddNote id/>
        </section>
    }
}

/// The notes alone.
#[component]
pub fn NoteList(notes: Vec<CaseNote>, now: Timestamp) -> impl IntoView {
    let line = |note: CaseNote| {
        view! { <li><p class="selectable">{note.text}</p><span class="dim"><At at=note.at now/>" · "{note.by}</span></li> }
    };
    (!notes.is_empty())
        .then(|| view! { <ul class="case-notes">{notes.into_iter().map(line).collect_view()}</ul> })
}

#[component]
fn AddNote(id: CaseId) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let text = RwSignal::new(String::new());
    let empty = Signal::derive(move || text.read().trim().is_empty());
    let add = move || {
        if empty.get_untracked() {
            return;
        }
        let note = AddCaseNote { id, text: text.get_untracked() };
        act(pushes, note, move |reply| match reply {
            Ok(()) => drop(text.try_set(String::new())),
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            add();
        }
    };
    view! {
        <div class="add-note">
            <textarea rows="2" aria-label="New note" placeholder="What you found, and what you decided. A note stays as it is."
                prop:value=move || text.get() on:input=move |e| text.set(event_target_value(&e)) on:keydown=keys></textarea>
            <Button label="Add note" key="Ctrl Enter" disabled=empty on_press=move |_| add()/>
        </div>
    }
}
