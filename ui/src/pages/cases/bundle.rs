//! A bundle from a file, shown in a frame of its own: it is nothing of this org's, and nothing of it is kept. The core has checked
//! every byte before anything is here to be shown.

use super::{items::Items, notes::NoteList, reader::TextReader};
use crate::{
    host,
    kit::{
        button::{Button, Variant},
        dialog::Dialog,
        icon::{Glyph, Icon},
        text,
    },
    parts::failure_notice::copy,
    state::toasts::Toasts,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use contract::{
    Failure, FailureKind,
    cases::{Bundle, OpenBundle},
};
use leptos::{ev, prelude::*, task::spawn_local};

/// How every file begins that was encrypted to age recipients.
const ENCRYPTED: &[u8] = b"age-encryption.org/v1";

/// Where opening stands.
#[derive(Clone, PartialEq)]
enum Stage {
    Reading,
    /// It takes an identity.
    Locked,
    Failed(Failure),
}

/// A file that is being opened, and the bundle that came of it.
#[derive(Clone, Copy)]
pub struct Opening {
    pub bundle: RwSignal<Option<Bundle>>,
    dialog: RwSignal<bool>,
    stage: RwSignal<Stage>,
    data: StoredValue<Vec<u8>>,
}

impl Opening {
    pub fn new() -> Self {
        Self {
            bundle: RwSignal::new(None),
            dialog: RwSignal::new(false),
            stage: RwSignal::new(Stage::Reading),
            data: StoredValue::new(Vec::new()),
        }
    }

    /// Takes a file's bytes.
    pub fn take(&self, bytes: Vec<u8>) {
        let locked = bytes.starts_with(ENCRYPTED);
        self.data.set_value(bytes);
        self.dialog.set(true);
        if locked { self.stage.set(Stage::Locked) } else { self.ask(false) }
    }

    /// Tells why a file was not even taken.
    pub fn refuse(&self, message: &str, hint: &str) {
        self.stage.set(Stage::Failed(Failure::new(FailureKind::BadInput, message).hint(hint)));
        self.dialog.set(true);
    }

    fn ask(&self, identity_from_clipboard: bool) {
        let this = *self;
        this.stage.set(Stage::Reading);
        let data = this.data.with_value(|bytes| STANDARD.encode(bytes));
        spawn_local(async move {
            match host::call(OpenBundle { data, identity_from_clipboard }).await {
                Ok(bundle) => {
                    this.data.set_value(Vec::new());
                    this.dialog.try_set(false);
                    this.bundle.try_set(Some(bundle));
                }
                Err(failure) => drop(this.stage.try_set(Stage::Failed(failure))),
            }
        });
    }
}

/// What stands over the page until the file is open.
#[component]
pub fn OpeningDialog(opening: Opening) -> impl IntoView {
    view! { <Dialog open=opening.dialog label="Open a bundle" class="export"><Inside opening/></Dialog> }
}

#[component]
fn Inside(opening: Opening) -> impl IntoView {
    let close = move || opening.dialog.set(false);
    let body = move || {
        match opening.stage.get() {
        Stage::Reading => view! { <p role="status">"Checking every byte…"</p> }.into_any(),
        Stage::Locked => view! {
            <p><b>"This bundle is encrypted."</b></p>
            <p class="soft">"Copy your age identity (AGE-SECRET-KEY-1…) to the clipboard. Postern takes it from there, past this page, and clears the clipboard once the bundle is open."</p>
            <div class="row"><Button label="Open with the identity on the clipboard" variant=Variant::Accent on_press=move |_| opening.ask(true)/>
                <Button label="Cancel" on_press=move |_| close()/></div>
        }
        .into_any(),
        Stage::Failed(failure) => view! { <Refused failure opening/> }.into_any(),
    }
    };
    view! {
        <header><h2>"Open a bundle"</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| close()/></header>
        <div class="body">{body}</div>
    }
}

#[component]
fn Refused(failure: Failure, opening: Opening) -> impl IntoView {
    let locked = failure.kind == FailureKind::Unauthorized;
    view! {
        <div class="trouble" role="alert"><Icon glyph=Glyph::Warning/><p><b>{failure.message}</b>" "{failure.hint}</p></div>
        <div class="row">
            {locked.then(|| view! { <Button label="Try the clipboard again" on_press=move |_| opening.ask(true)/> })}
            <Button label="Close" on_press=move |_| opening.dialog.set(false)/>
        </div>
    }
}

/// The bundle.
#[component]
pub fn BundleView(bundle: Bundle, opening: Opening) -> impl IntoView {
    let reading = RwSignal::new(None::<String>);
    let Bundle { title, org, made, pseudonyms, sha256, items, notes, texts } = bundle;
    let (texts, shown) = (StoredValue::new(texts), sha256.clone());
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && reading.get_untracked().is_some() {
            event.prevent_default();
            reading.set(None);
        }
    });
    on_cleanup(move || listener.remove());
    let body = move || match reading.get() {
        Some(path) => view! { <Text path texts reading/> }.into_any(),
        None => {
            let (items, notes) = (items.clone(), notes.clone());
            view! {
                <div class="scroll" tabindex="0" role="region" aria-label="The bundle">
                    <section aria-label="Notes"><h2>"Notes"<span class="dim">{notes.len()}</span></h2><NoteList notes now=made/></section>
                    <section aria-label="Evidence in the bundle"><h2>"Evidence in the bundle"<span class="dim">{items.len()}</span></h2>
                        <Items items read=Callback::new(move |path: String| reading.set(Some(path)))/></section>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <div class="bundle" data-ready="" data-bundle=sha256>
            <Band opening sha256=shown pseudonyms/>
            <div class="page-head"><h1><bdi>{title}</bdi></h1><span class="soft">{format!("From {org}, as of {}", text::exact(made.0))}</span></div>
            <section class="case" aria-label="Bundle">{body}</section>
        </div>
    }
}

/// What keeps it from being taken for a case of this org.
#[component]
fn Band(opening: Opening, sha256: String, pseudonyms: bool) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let copied = sha256.clone();
    view! {
        <div class="bundle-band" role="status">
            <Icon glyph=Glyph::Folder/>
            <span class="grow"><b>"A bundle from a file, not this org’s data."</b>" Every byte is what its manifest says; nothing of it is kept here."
                {pseudonyms.then_some(" Names in it are made up.")}
                <span class="block">"SHA-256 "<span class="mono selectable">{sha256}</span></span></span>
            <Button label="Copy hash" on_press=move |_| copy(toasts, &copied, "Hash copied.")/>
            <Button label="Close the bundle" variant=Variant::Accent on_press=move |_| opening.bundle.set(None)/>
        </div>
    }
}

#[component]
fn Text(
    path: String,
    texts: StoredValue<Vec<(String, String)>>,
    reading: RwSignal<Option<String>>,
) -> impl IntoView {
    let back = Callback::new(move |()| reading.set(None));
    let text =
        texts.with_value(|texts| texts.iter().find(|(name, _)| *name == path).map(|(_, text)| text.clone()));
    match text {
        Some(text) => view! { <TextReader path text back/> }.into_any(),
        None => view! {
            <header><h2 class="mono">{path}</h2>
                <Button label="Back to the case" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| back.run(())/></header>
            <p class="soft too-large">"This file is larger than 1 MB or no text. Its hash was checked; unpack the bundle to read it."</p>
        }
        .into_any(),
    }
}
