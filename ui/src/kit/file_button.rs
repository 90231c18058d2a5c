//! A button that lets a person choose text files and reads them. Where they go is the page's business.

use super::{button::Button, icon::Glyph};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

/// Larger files are not read: the page would have to hold them several times over.
const LARGEST: f64 = 32.0 * 1024.0 * 1024.0;

/// The button. `read` gets the name and text of every file that could be read.
#[component]
pub fn FileButton(
    label: &'static str,
    /// What is chosen, for those who can't see the field.
    what: &'static str,
    /// Endings, as the file chooser takes them.
    accept: &'static str,
    read: Callback<Vec<(String, String)>>,
    /// Gets the names of those that were not, with why.
    refuse: Callback<String>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = field.get_untracked() else { return };
        let files: Vec<web_sys::File> = input
            .files()
            .map(|files| (0..files.length()).filter_map(|at| files.get(at)).collect())
            .unwrap_or_default();
        // The same file can be chosen again.
        input.set_value("");
        spawn_local(async move {
            let mut texts = Vec::new();
            for file in files {
                if file.size() > LARGEST {
                    refuse.run(format!("{} is larger than 32 MB.", file.name()));
                    continue;
                }
                match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
                    Some(text) => texts.push((file.name(), text)),
                    None => refuse.run(format!("{} could not be read.", file.name())),
                }
            }
            if !texts.is_empty() {
                read.run(texts);
            }
        });
    };
    let press = move |_| {
        if let Some(input) = field.get_untracked() {
            input.click();
        }
    };
    view! {
        <input type="file" class="hidden-file" node_ref=field multiple accept=accept aria-label=what tabindex="-1" on:change=chosen/>
        <Button label glyph=Glyph::Download on_press=press/>
    }
}
