//! The title of a case, and the way to change it in its place.

use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
    },
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::cases::{CaseId, SetCase};
use leptos::{ev, html, prelude::*};

/// The title.
#[component]
pub fn Title(id: CaseId, title: String, closed: bool) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let editing = RwSignal::new(false);
    let text = RwSignal::new(title.clone());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if editing.get()
            && let Some(field) = field.get()
        {
            let _unfocusable = field.focus();
            field.select();
        }
    });
    let save = move || {
        let set = SetCase { id, title: text.get_untracked(), closed };
        act(pushes, set, move |reply| match reply {
            Ok(()) => drop(editing.try_set(false)),
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let before = title.clone();
    let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => save(),
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            text.set(before.clone());
            editing.set(false);
        }
        _ => {}
    };
    let keys = StoredValue::new_local(keys);
    view! {
        {move || if editing.get() {
            view! {
                <form class="rename" on:submit=move |e| { e.prevent_default(); save(); }>
                    <input type="text" class="input" node_ref=field aria-label="Title of the case" maxlength="200" autocomplete="off"
                        prop:value=move || text.get() on:input=move |e| text.set(event_target_value(&e)) on:keydown=move |e| keys.with_value(|keys| keys(e))/>
                    <Button label="Save" on_press=move |_| save()/>
                </form>
            }.into_any()
        } else {
            view! {
                <div class="titled"><h2 class="selectable"><bdi>{title.clone()}</bdi></h2>
                    <Button label="Rename" glyph=Glyph::Edit icon_only=true variant=Variant::Quiet on_press=move |_| editing.set(true)/></div>
            }.into_any()
        }}
    }
}
