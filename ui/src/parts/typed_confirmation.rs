//! What has to be typed before a change may be confirmed. The core checks it again.

use domain::Confirmation;
use leptos::prelude::*;

/// The field, where a plan asks for it.
#[component]
pub fn Confirm(confirm: Confirmation, typed: RwSignal<String>, may: bool) -> impl IntoView {
    match confirm {
        Confirmation::Type(wanted) if may => view! {
            <label class="line"><span>"Type "<b class="selectable">{wanted}</b>" to confirm"</span>
                <input type="text" class="input" autocomplete="off" spellcheck="false" data-testid="typed"
                    prop:value=move || typed.get() on:input=move |e| typed.set(event_target_value(&e))/>
            </label>
        }
        .into_any(),
        _ => ().into_any(),
    }
}
