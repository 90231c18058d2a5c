//! A line to type in, with its name above and a hint below.

use leptos::prelude::*;

/// One text field.
#[component]
pub fn Field(
    label: &'static str,
    value: RwSignal<String>,
    /// Names the element, for labels and tests.
    id: &'static str,
    #[prop(optional)] placeholder: &'static str,
    /// Below the line.
    #[prop(optional)]
    hint: &'static str,
    #[prop(optional)] mono: bool,
    #[prop(optional, into)] invalid: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let below = (!hint.is_empty()).then(|| format!("{id}-hint"));
    view! {
        <div class="entry">
            <label for=id>{label}</label>
            <input type="text" id=id class:mono=mono placeholder=placeholder autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-describedby=below.clone() aria-invalid=move || invalid.get().to_string() disabled=move || disabled.get()
                prop:value=move || value.get() on:input=move |e| value.set(event_target_value(&e))/>
            {below.map(|id| view! { <p class="dim" id=id>{hint}</p> })}
        </div>
    }
}

/// One choice of several: `name` is shared by them all.
#[component]
pub fn Choice(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(into)] chosen: Signal<bool>,
    choose: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <label class="pick" data-chosen=move || chosen.get().then_some("")>
            <input type="radio" name=name prop:checked=move || chosen.get() on:change=move |_| choose()/>
            <span><b>{label}</b>{(!hint.is_empty()).then(|| view! { <span class="soft">{hint}</span> })}</span>
        </label>
    }
}
