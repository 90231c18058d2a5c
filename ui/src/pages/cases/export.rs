//! Writing a case as one file: under made-up names, encrypted, or plain. The core writes it; here stands what was chosen and
//! what became of it.

use super::recipients::{problem, split};
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
use contract::{
    Failure,
    cases::{CaseId, ExportCase, ExportedCase},
};
use leptos::{prelude::*, task::spawn_local};

/// Where an export stands.
#[derive(Clone, PartialEq)]
enum Stage {
    Asking,
    Writing,
    Done(ExportedCase),
    Failed(Failure),
}

/// The dialog.
#[component]
pub fn ExportDialog(id: CaseId, open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open label="Export the case" class="export"><Inside id open/></Dialog> }
}

#[component]
fn Inside(id: CaseId, open: RwSignal<bool>) -> impl IntoView {
    let (pseudonyms, typed) = (RwSignal::new(false), RwSignal::new(String::new()));
    let stage = RwSignal::new(Stage::Asking);
    let write = move || {
        stage.set(Stage::Writing);
        let recipients = split(&typed.get_untracked());
        let command = ExportCase { id, pseudonyms: pseudonyms.get_untracked(), recipients };
        spawn_local(async move {
            let reply = host::call(command).await;
            stage.try_set(reply.map_or_else(Stage::Failed, Stage::Done));
        });
    };
    view! {
        <header><h2>"Export the case"</h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| open.set(false)/>
        </header>
        <div class="body">
            {move || match stage.get() {
                Stage::Asking => view! { <Choices pseudonyms typed write/> }.into_any(),
                Stage::Writing => view! { <p role="status">"Writing…"</p> }.into_any(),
                Stage::Done(done) => view! { <Done done open/> }.into_any(),
                Stage::Failed(failure) => view! {
                    <p role="alert"><b>{failure.message}</b>" "{failure.hint}</p>
                    <div class="row"><Button label="Choose again" on_press=move |_| stage.set(Stage::Asking)/></div>
                }
                .into_any(),
            }}
        </div>
    }
}

#[component]
fn Choices(
    pseudonyms: RwSignal<bool>,
    typed: RwSignal<String>,
    write: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let list = Memo::new(move |_| split(&typed.read()));
    let wrong = Memo::new(move |_| list.read().iter().any(|recipient| problem(recipient).is_some()));
    let label = move || match (list.read().is_empty(), pseudonyms.get()) {
        (true, false) => "Export as it is",
        (true, true) => "Export under made-up names",
        (false, false) => "Export encrypted",
        (false, true) => "Export encrypted, under made-up names",
    };
    let check = move |recipient: String| {
        let short: String = recipient.chars().take(24).collect();
        let (tone, words, glyph) = match problem(&recipient) {
            Some(why) => ("bad", why, Glyph::Warning),
            None => ("good", "A recipient", Glyph::Check),
        };
        view! { <li data-tone=tone><Icon glyph/><span class="mono clip" title=recipient>{short}</span><span class="soft">{words}</span></li> }
    };
    view! {
        <p class="soft">"One tar file with everything frozen, the notes, and a manifest of hashes. The same case and the same choices give the same bytes."</p>
        <label class="option"><input type="checkbox" id="export-pseudonyms" prop:checked=move || pseudonyms.get() on:change=move |e| pseudonyms.set(event_target_checked(&e))/>
            <span><b>"Made-up names"</b><span class="soft note">"People, logins, addresses, devices, serials and ids are replaced, the same everywhere in the file. The key stays here: only this case can tell who is who. Titles of jobs, departments and cities stay; read the notes before you send it."</span></span></label>
        <div class="entry">
            <label for="export-recipients">"Encrypt to (age recipients)"</label>
            <textarea id="export-recipients" class="mono" rows="2" placeholder="age1…" spellcheck="false" autocomplete="off" aria-describedby="export-recipients-hint" aria-invalid=move || wrong.get().to_string()
                prop:value=move || typed.get() on:input=move |e| typed.set(event_target_value(&e))></textarea>
            <p class="dim" id="export-recipients-hint">"One or several, apart by blanks or lines. Without any, the file can be read by whoever gets it."</p>
            <ul class="recipients" aria-live="polite">{move || list.get().into_iter().map(check).collect_view()}</ul>
        </div>
        <div class="row"><Button label=Signal::derive(move || label().to_owned()) variant=Variant::Accent disabled=wrong on_press=move |_| write()/></div>
    }
}

#[component]
fn Done(done: ExportedCase, open: RwSignal<bool>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let (path, hash) = (done.path.clone(), done.sha256.clone());
    view! {
        <p role="status">{format!("Written: {}, {}.", text::plural(done.files, "file", "files"), text::bytes(done.bytes))}</p>
        <p class="mono selectable path">{done.path}</p>
        <p class="soft">"SHA-256 of the unencrypted bundle. Tell it to whoever gets the file by another way than the file itself:"</p>
        <p class="mono selectable path" data-testid="bundle-hash">{done.sha256}</p>
        <div class="row">
            <Button label="Done" variant=Variant::Accent on_press=move |_| open.set(false)/>
            <Button label="Copy hash" on_press=move |_| copy(toasts, &hash, "Hash copied.")/>
            <Button label="Copy path" on_press=move |_| copy(toasts, &path, "Path copied.")/>
        </div>
    }
}
