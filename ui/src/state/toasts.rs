//! Short messages at the corner: said once, gone after a while. One may offer a way back.

use leptos::prelude::*;
use std::{sync::Arc, time::Duration};

/// What a message offers: the word on its button, and what that does.
#[derive(Clone)]
struct Offer(&'static str, Arc<dyn Fn() + Send + Sync>);

/// One message.
#[derive(Clone)]
struct Toast {
    id: u64,
    text: String,
    offer: Option<Offer>,
}

/// The messages on screen.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Vec<Toast>>);

impl Toasts {
    /// None yet.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Says it for six seconds.
    pub fn say(&self, text: impl Into<String>) {
        self.show(text.into(), None, Duration::from_secs(6));
    }

    /// Says it with a button, for as long as a person needs to reach that.
    pub fn offer(&self, text: impl Into<String>, word: &'static str, run: impl Fn() + Send + Sync + 'static) {
        self.show(text.into(), Some(Offer(word, Arc::new(run))), Duration::from_secs(15));
    }

    fn show(&self, text: String, offer: Option<Offer>, time: Duration) {
        let this = *self;
        let id = this.0.read_untracked().last().map_or(0, |toast| toast.id + 1);
        this.0.update(|list| list.push(Toast { id, text, offer }));
        set_timeout(move || this.close(id), time);
    }

    fn close(&self, id: u64) {
        self.0.try_update(|list| list.retain(|toast| toast.id != id));
    }
}

/// Shows the messages.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let toast = move |toast: Toast| {
        let id = toast.id;
        let button = toast.offer.map(|Offer(word, run)| {
            let press = move |_| {
                toasts.close(id);
                run();
            };
            view! { <button type="button" on:click=press>{word}</button> }
        });
        view! { <div class="toast"><span>{toast.text}</span>{button}</div> }
    };
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.0.get() key=|toast| toast.id children=toast/>
        </div>
    }
}
