//! A failure as a person should meet it: what happened, why, what helps, and what to tell the org's support.

use crate::{
    kit::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
    },
    state::toasts::Toasts,
};
use contract::{Failure, FailureKind};
use leptos::prelude::*;

/// The heading of each kind of failure.
pub fn heading(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::NoOrg => "No org is open",
        FailureKind::NotSynced => "Nothing is synced yet",
        FailureKind::NotFound => "Not found",
        FailureKind::Unauthorized => "The org refused the credential",
        FailureKind::Forbidden => "The credential may not do this",
        FailureKind::NotAvailable => "Not available in this org",
        FailureKind::RateLimited => "The org asks to wait",
        FailureKind::Unreachable => "The org can’t be reached",
        FailureKind::BadReply => "The org’s answer makes no sense",
        FailureKind::BadInput => "That can’t be asked",
        FailureKind::Cache => "The cache can’t be used",
        FailureKind::DiskFull => "The disk is full",
        FailureKind::Conflict => "Something else changed it",
        FailureKind::ReadOnly => "This org is read-only here",
        FailureKind::Cancelled => "Cancelled",
        FailureKind::Bug => "Something broke inside Postern",
    }
}

/// What is copied for a support case: nothing secret is in a failure.
fn diagnostics(failure: &Failure) -> String {
    let id = failure.org_error_id.as_deref().unwrap_or("none");
    let hint = failure.hint.as_deref().unwrap_or("none");
    let version = env!("CARGO_PKG_VERSION");
    format!("Postern {version}\n{:?}: {}\nHint: {hint}\nOrg's error id: {id}", failure.kind, failure.message)
}

/// Puts text on the clipboard and says so.
pub fn copy(toasts: Toasts, text: &str, said: impl Into<String>) {
    let said = said.into();
    let promise = window().navigator().clipboard().write_text(text);
    leptos::task::spawn_local(async move {
        match wasm_bindgen_futures::JsFuture::from(promise).await {
            Ok(_) => toasts.say(said),
            Err(_) => toasts.say("The clipboard can’t be reached from here."),
        }
    });
}

/// The failure with *Try again* and *Copy diagnostics*.
#[component]
pub fn FailureNotice(failure: Failure, retry: impl Fn() + 'static) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let text = diagnostics(&failure);
    let glyph = if failure.kind == FailureKind::Unreachable { Glyph::Offline } else { Glyph::Warning };
    view! {
        <div class="notice" role="alert">
            <Icon glyph/>
            <h2>{heading(failure.kind)}</h2>
            <p>{failure.message.clone()}</p>
            {failure.hint.clone().map(|hint| view! { <p>{hint}</p> })}
            {failure.org_error_id.clone().map(|id| view! { <code>"Org’s error id "{id}</code> })}
            <div class="row">
                <Button label="Try again" variant=Variant::Accent on_press=move |_| retry()/>
                <Button label="Copy diagnostics" on_press=move |_| copy(toasts, &text, "Diagnostics copied.")/>
            </div>
        </div>
    }
}
