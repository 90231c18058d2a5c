//! Saving the filter in force as a detection: a name, and what it means to whoever sees it count.

use super::{ViewUrl, detections::bare};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        popover::Popover,
    },
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::log::SaveDetection;
use leptos::{ev, html, prelude::*};

/// The button with its panel. `saved` hears that there is one more.
#[component]
pub fn SaveMenu(url: ViewUrl, open: RwSignal<bool>, saved: Callback<()>) -> impl IntoView {
    view! {
        <Popover open label="Save as a detection" class="log-save" anchor=move || view! {
            <Button label="Save" glyph=Glyph::View key="s" expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <Panel url open saved/>
        </Popover>
    }
}

#[component]
fn Panel(url: ViewUrl, open: RwSignal<bool>, saved: Callback<()>) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let (name, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let nothing = Memo::new(move |_| bare(&url.view.read().filter).is_empty());
    let has_span = Memo::new(move |_| url.view.read().has_span());
    let save = Callback::new(move |()| {
        let filter = bare(&url.view.get_untracked().filter);
        let note = Some(note.get_untracked()).filter(|note| !note.trim().is_empty());
        act(pushes, SaveDetection { id: None, name: name.get_untracked(), note, filter }, move |reply| {
            match reply {
                Ok(_) => {
                    toasts.say("Detection saved.");
                    open.try_set(false);
                    saved.run(());
                }
                Err(failure) => toasts.say(failure.to_string()),
            }
        });
    });
    view! {
        <p class="overline menu-title">"Save as a detection"</p>
        {move || if nothing.get() {
            view! { <p class="hint soft" tabindex="0">"Nothing narrows the log now. Filter it first, then save what you want to watch."</p> }.into_any()
        } else {
            view! {
                {fields(name, note, save, Callback::new(move |()| open.set(false)))}
                {move || has_span.get().then(|| view! { <p class="hint dim">"The span of time is not saved: a detection is counted over the last 24 hours and 7 days."</p> })}
            }
            .into_any()
        }}
    }
}

/// The two lines that name a detection.
pub fn fields(
    name: RwSignal<String>,
    note: RwSignal<String>,
    save: Callback<()>,
    leave: Callback<()>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            request_animation_frame(move || {
                let _unfocusable = input.focus();
                input.select();
            });
        }
    });
    let empty = Signal::derive(move || name.read().trim().is_empty());
    let on_key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "Enter" if !empty.get_untracked() => save.run(()),
            "Escape" => leave.run(()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div class="name-and-note" on:keydown=on_key>
            <input type="text" node_ref=input aria-label="Name of the detection" placeholder="Name" autocomplete="off" maxlength="120"
                prop:value=move || name.get() on:input=move |e| name.set(event_target_value(&e))/>
            <input type="text" aria-label="What it means, and what to do" placeholder="What it means, and what to do" autocomplete="off" maxlength="400"
                prop:value=move || note.get() on:input=move |e| note.set(event_target_value(&e))/>
            <div class="row end">
                <Button label="Cancel" variant=Variant::Quiet on_press=move |_| leave.run(())/>
                <Button label="Save detection" disabled=empty on_press=move |_| save.run(())/>
            </div>
        </div>
    }
}
