//! The button that chooses a bundle and hands its bytes on. Nothing in the file is looked at here but how it begins.

use super::bundle::Opening;
use crate::kit::{button::Button, icon::Glyph};
use js_sys::Uint8Array;
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

/// What a command may carry in browser mode, as text. A larger file is checked where it lies, with `posternctl`.
const LARGEST: f64 = 45.0 * 1024.0 * 1024.0;

/// The button.
#[component]
pub fn OpenButton(opening: Opening) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = field.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        input.set_value("");
        let Some(file) = file else { return };
        if file.size() > LARGEST {
            return opening.refuse(
                "This file is larger than 45 MB.",
                "Check it where it lies: posternctl case verify FILE.",
            );
        }
        spawn_local(async move {
            match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => opening.take(Uint8Array::new(&buffer).to_vec()),
                Err(_) => opening.refuse("This file could not be read.", "Choose it again."),
            }
        });
    };
    let press = move |_| {
        if let Some(input) = field.get_untracked() {
            input.click();
        }
    };
    view! {
        <input type="file" class="hidden-file" node_ref=field accept=".tar,.age" aria-label="Bundle of a case" tabindex="-1" on:change=chosen/>
        <Button label="Open a bundle…" glyph=Glyph::Folder on_press=press/>
    }
}
