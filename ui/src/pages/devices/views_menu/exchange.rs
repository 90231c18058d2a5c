//! Saved views from and to other people: the text of one file, copied or pasted.

use super::Menu;
use crate::{
    kit::{
        button::{Button, Variant},
        text,
    },
    parts::failure_notice::copy,
    query::act,
};
use contract::views::{ExportViews, ImportViews};
use leptos::prelude::*;

#[component]
pub(super) fn Exchange(menu: Menu) -> impl IntoView {
    let pasting = RwSignal::new(false);
    let pasted = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<String>);
    let (pushes, toasts) = (menu.pushes, menu.toasts);
    let export = move |_| {
        act(pushes, ExportViews {}, move |reply| match reply {
            Ok(views) => {
                copy(toasts, &views, "All saved views are on the clipboard, as the text of one file.")
            }
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let import = move |_| {
        act(pushes, ImportViews { text: pasted.get_untracked() }, move |reply| match reply {
            Ok(added) => {
                toasts.say(text::plural(added, "view added.", "views added."));
                let _closed = (pasting.try_set(false), pasted.try_set(String::new()), failed.try_set(None));
            }
            // The text stays where it is, to be mended.
            Err(failure) => drop(failed.try_set(Some(failure.to_string()))),
        });
    };
    view! {
        <div class="exchange">
            <Button label="Copy all as a file" variant=Variant::Quiet on_press=export/>
            <Button label="Paste a file…" variant=Variant::Quiet expanded=Signal::from(pasting) on_press=move |_| pasting.update(|p| *p = !*p)/>
        </div>
        {move || pasting.get().then(|| view! {
            <textarea class="mono" rows="5" aria-label="The text of a file of views" aria-invalid=move || failed.read().is_some().to_string()
                prop:value=move || pasted.get() on:input=move |e| pasted.set(event_target_value(&e))></textarea>
            <p class="mistake" role="alert">{move || failed.get()}</p>
            <Button label="Add these views" on_press=import/>
        })}
    }
}
