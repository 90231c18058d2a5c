//! One saved view: opened with a click, renamed in place, deleted with a way back.

use super::Menu;
use crate::{
    kit::{
        icon::{Glyph, Icon},
        text,
    },
    query::act,
};
use contract::views::{DeleteView, ImportViews, RenameView, SavedView};
use leptos::{ev, html, prelude::*};

#[component]
pub(super) fn SavedLine(menu: Menu, saved: SavedView) -> impl IntoView {
    let renaming = RwSignal::new(false);
    let saved = StoredValue::new(saved);
    move || {
        let saved = saved.get_value();
        if renaming.get() {
            view! { <Rename menu saved renaming/> }.into_any()
        } else {
            view! { <Line menu saved renaming/> }.into_any()
        }
    }
}

#[component]
fn Line(menu: Menu, saved: SavedView, renaming: RwSignal<bool>) -> impl IntoView {
    let (name, count) = (saved.name.clone(), saved.count);
    let (shown, deleted) = (saved.clone(), saved);
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "F2" {
            event.prevent_default();
            renaming.set(true);
        }
    };
    view! {
        <div class="saved-line" on:keydown=on_key>
            <button type="button" class="menu-item" data-view=name.clone() title="F2 renames" on:click=move |_| menu.show_saved(shown.clone())>
                <span class="grow clip"><bdi>{name.clone()}</bdi></span>
                {(!deleted.lost.is_empty()).then(|| view! { <span class="badge" data-tone="warn">"In part"</span> })}
                <span class="dim num">{text::count(count)}</span>
            </button>
            <button type="button" class="pin" aria-label=format!("Rename {name}") title="Rename (F2)" on:click=move |_| renaming.set(true)><Icon glyph=Glyph::Edit/></button>
            <button type="button" class="pin" aria-label=format!("Delete {name}") title="Delete" on:click=move |_| delete(menu, deleted.clone())><Icon glyph=Glyph::Close/></button>
        </div>
    }
}

fn delete(menu: Menu, saved: SavedView) {
    let (pushes, toasts) = (menu.pushes, menu.toasts);
    act(pushes, DeleteView { id: saved.id }, move |reply| match reply {
        Ok(text) => toasts.offer(format!("View “{}” deleted.", saved.name), "Undo", move || {
            act(pushes, ImportViews { text: text.clone() }, move |reply| match reply {
                Ok(_) => toasts.say("The view is back."),
                Err(failure) => toasts.say(failure.to_string()),
            });
        }),
        Err(failure) => toasts.say(failure.to_string()),
    });
}

#[component]
fn Rename(menu: Menu, saved: SavedView, renaming: RwSignal<bool>) -> impl IntoView {
    let name = RwSignal::new(saved.name.clone());
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            request_animation_frame(move || {
                let _unfocusable = input.focus();
                input.select();
            });
        }
    });
    let rename = move || {
        let toasts = menu.toasts;
        act(menu.pushes, RenameView { id: saved.id, name: name.get_untracked() }, move |reply| match reply {
            Ok(()) => drop(renaming.try_set(false)),
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let on_key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "Enter" => rename(),
            "Escape" => renaming.set(false),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div class="save-line">
            <input type="text" node_ref=input aria-label="New name" autocomplete="off" maxlength="120"
                prop:value=move || name.get() on:input=move |e| name.set(event_target_value(&e)) on:keydown=on_key/>
        </div>
    }
}
