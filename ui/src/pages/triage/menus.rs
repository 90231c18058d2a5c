//! The small menus in which something is decided about one person or several: a verdict, whose it is, until when it waits.

use super::decide::Decide;
use crate::kit::{
    button::{Button, Variant},
    icon::Glyph,
    popover::Popover,
    text,
};
use domain::{Assessment, Timestamp};
use leptos::{html, prelude::*};

/// Which of the menus are open.
#[derive(Clone, Copy)]
pub struct Menus {
    pub judge: RwSignal<bool>,
    pub assign: RwSignal<bool>,
    pub snooze: RwSignal<bool>,
}

impl Menus {
    /// None is.
    pub fn new() -> Self {
        Self { judge: RwSignal::new(false), assign: RwSignal::new(false), snooze: RwSignal::new(false) }
    }
}

/// A verdict with a note.
#[component]
pub fn JudgeMenu(
    open: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] disabled: Signal<bool>,
    on_verdict: Callback<(Assessment, Option<String>)>,
) -> impl IntoView {
    let decide = Decide::here();
    let note = RwSignal::new(String::new());
    let choose = move |verdict: Assessment| {
        let text = note.get_untracked().trim().to_owned();
        on_verdict.run((verdict, (!text.is_empty()).then_some(text)));
        note.set(String::new());
        open.set(false);
    };
    let line = move |(at, verdict): (usize, Assessment)| {
        view! {
            <button type="button" class="menu-item" data-verdict=verdict.key() on:click=move |_| choose(verdict)>
                <span class="grow">{verdict.label()}</span><span class="kbd">{at + 1}</span>
            </button>
        }
    };
    view! {
        <Popover open left=true label="Verdict" class="decide" anchor=move || view! {
            <Button label key="v" glyph=Glyph::Check expanded=Signal::from(open) disabled=Signal::derive(move || disabled.get() || decide.is_off())
                on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            {Assessment::ALL.into_iter().enumerate().map(line).collect_view()}
            <label class="note-line"><span class="dim">"Note"</span>
                <input type="text" placeholder="Why, for whoever reads this later" autocomplete="off" prop:value=move || note.get()
                    on:input=move |e| note.set(event_target_value(&e))/>
            </label>
        </Popover>
    }
}

/// Whose it is.
#[component]
pub fn AssignMenu(
    open: RwSignal<bool>,
    /// Who has something already.
    #[prop(into)]
    known: Signal<Vec<String>>,
    /// An empty name is nobody.
    on_assign: Callback<String>,
) -> impl IntoView {
    let decide = Decide::here();
    let name = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    let give = move |to: String| {
        on_assign.run(to);
        name.set(String::new());
        open.set(false);
    };
    let line = move |known: String| {
        let to = known.clone();
        view! { <button type="button" class="menu-item" on:click=move |_| give(to.clone())><bdi class="clip">{known}</bdi></button> }
    };
    view! {
        <Popover open left=true label="Assign" class="decide" anchor=move || view! {
            <Button label="Assign" key="a" glyph=Glyph::Person expanded=Signal::from(open) disabled=Signal::derive(move || decide.is_off())
                on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <form class="save-line" on:submit=move |e| { e.prevent_default(); give(name.get_untracked()); }>
                <input type="text" node_ref=field aria-label="Assign to" placeholder="Name" autocomplete="off" prop:value=move || name.get()
                    on:input=move |e| name.set(event_target_value(&e))/>
                <button type="submit" class="button" data-variant="plain" data-size="normal" disabled=move || name.read().trim().is_empty()>"Assign"</button>
            </form>
            {move || known.get().into_iter().take(8).map(line).collect_view()}
            <button type="button" class="menu-item" on:click=move |_| give(String::new())>"Nobody"</button>
        </Popover>
    }
}

/// Until when it waits.
#[component]
pub fn SnoozeMenu(
    open: RwSignal<bool>,
    /// The core's clock.
    #[prop(into)]
    now: Signal<Timestamp>,
    /// Somebody of them is put off now.
    #[prop(into)]
    snoozed: Signal<bool>,
    on_snooze: Callback<Option<Timestamp>>,
) -> impl IntoView {
    let decide = Decide::here();
    let date = RwSignal::new(String::new());
    let give = move |until: Option<Timestamp>| {
        on_snooze.run(until);
        open.set(false);
    };
    let line = move |words: &'static str, days: i64| {
        let until = move || Timestamp(now.get().0 + days * Timestamp::DAY);
        view! {
            <button type="button" class="menu-item" on:click=move |_| give(Some(until()))>
                <span class="grow">{words}</span><span class="dim">{move || text::weekday(until().0)}</span>
            </button>
        }
    };
    // The morning of that day: somebody begins with it.
    let picked = move || text::from_local(&format!("{}T08:00", date.get())).map(Timestamp);
    let picked = Memo::new(move |_| picked().filter(|at| at.0 > now.get().0));
    view! {
        <Popover open left=true label="Snooze" class="decide" anchor=move || view! {
            <Button label="Snooze" key="z" glyph=Glyph::Clock expanded=Signal::from(open) disabled=Signal::derive(move || decide.is_off())
                on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            {line("Tomorrow", 1)}{line("In 3 days", 3)}{line("In a week", 7)}{line("In 30 days", 30)}
            <form class="save-line" on:submit=move |e| { e.prevent_default(); if let Some(at) = picked.get_untracked() { give(Some(at)); } }>
                <input type="date" aria-label="Snooze until" prop:value=move || date.get() on:input=move |e| date.set(event_target_value(&e))/>
                <button type="submit" class="button" data-variant="plain" data-size="normal" disabled=move || picked.read().is_none()>"Snooze"</button>
            </form>
            {move || snoozed.get().then(|| view! { <Button label="Back to the queue now" variant=Variant::Quiet on_press=move |_| give(None)/> })}
        </Popover>
    }
}
