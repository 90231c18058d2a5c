//! The pieces of evidence of a case or of a bundle, folder by folder, each with its size, rows and hash.

use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        text,
    },
    parts::failure_notice::copy,
    state::toasts::Toasts,
};
use contract::cases::CaseItem;
use leptos::prelude::*;

/// The table. `read` gets the path of the one that is to be read.
#[component]
pub fn Items(items: Vec<CaseItem>, read: Callback<String>) -> impl IntoView {
    let mut folders: Vec<(String, Vec<CaseItem>)> = Vec::new();
    for item in items {
        let folder = item.path.split_once('/').map_or("", |(folder, _)| folder).to_owned();
        match folders.last_mut() {
            Some((last, list)) if *last == folder => list.push(item),
            _ => folders.push((folder, vec![item])),
        }
    }
    folders.into_iter().map(|(folder, items)| view! { <Folder folder items read/> }).collect_view()
}

#[component]
fn Folder(folder: String, items: Vec<CaseItem>, read: Callback<String>) -> impl IntoView {
    let name = if folder.is_empty() { "Beside the folders".to_owned() } else { folder };
    let when = items.first().map(|item| item.frozen);
    let snapshot = items.first().and_then(|item| item.snapshot);
    let told = when.map(|at| {
        let snapshot = snapshot.map(|id| format!(", snapshot {}", id.0)).unwrap_or_default();
        format!("{}{snapshot}", text::exact(at.0))
    });
    view! {
        <table class="evidence">
            <caption><b class="mono">{name.clone()}</b><span class="soft">{told}</span></caption>
            <thead><tr><th scope="col">"File"</th><th scope="col" class="num">"Rows"</th><th scope="col" class="num">"Size"</th><th scope="col">"SHA-256"</th></tr></thead>
            <tbody>{items.into_iter().map(|item| view! { <Row item read/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(item: CaseItem, read: Callback<String>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let (path, hash, title) = (item.path.clone(), item.sha256.clone(), item.title.clone());
    let name = item.path.split_once('/').map_or(item.path.clone(), |(_, name)| name.to_owned());
    let short: String = hash.chars().take(12).collect();
    view! {
        <tr>
            <td><button type="button" class="link clip" data-item=item.path title=title on:click=move |_| read.run(path.clone())>{item.title}</button>
                <span class="mono dim block clip">{name}</span></td>
            <td class="num">{item.rows.map(text::count)}</td>
            <td class="num">{text::bytes(item.bytes)}</td>
            <td class="hash"><span class="mono" title=item.sha256>{short}</span>
                <Button label="Copy hash" glyph=Glyph::Copy icon_only=true variant=Variant::Quiet on_press=move |_| copy(toasts, &hash, "Hash copied.")/></td>
        </tr>
    }
}
