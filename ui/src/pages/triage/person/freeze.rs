//! Freezes what is known of a person into a case, before anything is changed about them.

use super::Known;
use crate::{
    kit::{
        button::{Button, Variant},
        dialog::Dialog,
        field::Field,
        icon::Glyph,
        text,
    },
    parts::trouble::Trouble,
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::{
    Failure,
    cases::{CaseId, FreezeCase},
};
use domain::UserId;
use leptos::prelude::*;

/// Days of the person's events that can be chosen.
const DAYS: [u32; 3] = [7, 30, 90];

/// The dialog's state.
#[derive(Clone, Copy)]
pub struct Freezing {
    open: RwSignal<bool>,
    title: RwSignal<String>,
    note: RwSignal<String>,
    days: RwSignal<u32>,
    /// The person's case, if there is one.
    case: RwSignal<Option<CaseId>>,
    /// Into that one, instead of a new one.
    same: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
}

impl Freezing {
    /// Closed.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            title: RwSignal::new(String::new()),
            note: RwSignal::new(String::new()),
            days: RwSignal::new(DAYS[1]),
            case: RwSignal::new(None),
            same: RwSignal::new(false),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Opens it for this person.
    pub fn open(self, known: Known) {
        let Some(person) = known.get_untracked() else { return };
        let row = &person.row;
        let what = row.detection.as_ref().map(|what| format!(": {what}")).unwrap_or_default();
        self.title.set(format!("{}{what}", row.name));
        self.note.set(String::new());
        self.case.set(row.case);
        self.same.set(row.case.is_some());
        self.failure.set(None);
        self.open.set(true);
    }
}

/// The dialog.
#[component]
pub fn FreezeDialog(freezing: Freezing, id: UserId) -> impl IntoView {
    view! { <Dialog open=freezing.open label="Freeze a case"><Inside freezing id=id.clone()/></Dialog> }
}

#[component]
fn Inside(freezing: Freezing, id: UserId) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let Freezing { open, title, note, days, case, same, failure, busy } = freezing;
    let freeze = move || {
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let said = text(note);
        let command = FreezeCase {
            case: case.get_untracked().filter(|_| same.get_untracked()),
            title: text(title),
            users: vec![id.clone()],
            filter: None,
            days: days.get_untracked(),
            note: (!said.is_empty()).then_some(said),
        };
        busy.set(true);
        act(pushes, command, move |reply| {
            busy.set(false);
            match reply {
                Ok(case) => {
                    open.set(false);
                    let items = text::plural(case.items, "piece of evidence", "pieces of evidence");
                    toasts.say(format!("Frozen into the case “{}”: {items}.", case.title));
                }
                Err(refused) => failure.set(Some(refused)),
            }
        });
    };
    let stretch = move |n: u32| {
        view! {
            <button type="button" class="toggle" aria-pressed=move || (days.get() == n).to_string() on:click=move |_| days.set(n)>{format!("{n} days")}</button>
        }
    };
    view! {
        <header><h2>"Freeze a case"</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| open.set(false)/>
        </header>
        <div class="body freeze">
            <p class="soft">"Keeps a copy of the person, their devices, detections and events as they are known now, with a hash of each. Nothing is sent to the org."</p>
            <Field label="Title" id="freeze-title" value=title/>
            <div class="toggles" role="group" aria-label="How far back">{DAYS.map(stretch)}</div>
            {move || case.get().map(|id| view! {
                <label class="line"><input type="checkbox" prop:checked=move || same.get() on:change=move |e| same.set(event_target_checked(&e))/>
                    <span>{format!("Into the person’s case {}", id.0)}</span></label>
            })}
            <Field label="Note" id="freeze-note" value=note/>
            {move || failure.get().map(|failure| view! { <Trouble failure/> })}
            <div class="actions">
                <Button label="Cancel" on_press=move |_| open.set(false)/>
                <Button label="Freeze" variant=Variant::Accent on_press=move |_| freeze()
                    disabled=Signal::derive(move || busy.get() || title.read().trim().is_empty())/>
            </div>
        </div>
    }
}
