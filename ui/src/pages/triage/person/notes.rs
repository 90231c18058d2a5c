//! What was noted and done about a person here, and a line for the next note.

use super::{Known, counted, off};
use crate::{pages::triage::decide::Decide, parts::words::When};
use contract::triage::TriageNote;
use domain::UserId;
use leptos::prelude::*;

/// The notes.
#[component]
pub fn Notes(id: UserId, known: Known) -> impl IntoView {
    let (decide, off, text) = (Decide::here(), off(), RwSignal::new(String::new()));
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let note = text.get_untracked().trim().to_owned();
        if !note.is_empty() && decide.may() {
            decide.note(id.clone(), note);
            text.set(String::new());
        }
    };
    let lines = move || {
        let person = known.get()?;
        let line = |note: &TriageNote| {
            let TriageNote { at, by, text } = note.clone();
            view! {
                <li><When at=Some(at) now=person.now/><div class="what"><bdi class="selectable">{text}</bdi><span class="change dim">"by "<bdi>{by}</bdi></span></div></li>
            }
        };
        (!person.notes.is_empty()).then(|| view! { <ol class="timeline">{person.notes.iter().map(line).collect_view()}</ol> })
    };
    view! {
        <section aria-label="Notes">
            {counted("Notes", move || known.read().as_ref().map(|person| person.notes.len()))}
            <form class="save-line" on:submit=keep>
                <input type="text" aria-label="Note about this person" placeholder="What you found out" autocomplete="off"
                    disabled=move || off.get() prop:value=move || text.get() on:input=move |e| text.set(event_target_value(&e))/>
                <button type="submit" class="button" data-variant="plain" data-size="normal"
                    disabled=move || off.get() || text.read().trim().is_empty()>"Add note"</button>
            </form>
            {lines}
        </section>
    }
}
