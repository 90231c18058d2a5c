//! Short messages at the corner: said once, gone after a while.

use leptos::prelude::*;
use std::time::Duration;

/// The messages on screen.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Vec<(u64, String)>>);

impl Toasts {
    /// None yet.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Says it for six seconds.
    pub fn say(&self, text: impl Into<String>) {
        let list = self.0;
        let id = list.read_untracked().last().map_or(0, |(id, _)| id + 1);
        list.update(|l| l.push((id, text.into())));
        set_timeout(
            move || {
                list.try_update(|l| l.retain(|(i, _)| *i != id));
            },
            Duration::from_secs(6),
        );
    }
}

/// Shows the messages.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = expect_context::<Toasts>().0;
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.get() key=|(id, _)| *id children=|(_, text)| view! { <div class="toast">{text}</div> }/>
        </div>
    }
}
