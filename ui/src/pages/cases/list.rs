//! The list of cases. Beside an open case it is narrow: title, people and age alone.

use super::ViewUrl;
use crate::{kit::text, parts::words::When};
use contract::cases::{Case, CasePage};
use domain::Timestamp;
use leptos::prelude::*;

/// Every case of the page.
#[component]
pub fn CaseList(page: CasePage, url: ViewUrl) -> impl IntoView {
    let now = page.now;
    view! {
        <table class="plain">
            <thead><tr>
                <th scope="col">"Case"</th><th scope="col">"People"</th><th scope="col">"Evidence"</th><th scope="col">"Notes"</th>
                <th scope="col">"Opened"</th><th scope="col">"By"</th><th scope="col">"State"</th>
            </tr></thead>
            <tbody>{page.cases.into_iter().map(|case| view! { <Row case now url/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(case: Case, now: Timestamp, url: ViewUrl) -> impl IntoView {
    let id = case.id;
    let open = move || url.view.read().open == Some(id);
    let evidence = format!("{}, {}", text::plural(case.items, "file", "files"), text::bytes(case.bytes));
    view! {
        <tr aria-selected=move || open().to_string() on:click=move |_| url.change(|v| v.show(id))>
            <td><button type="button" class="link clip" data-case=id.0 on:click=move |e| { e.stop_propagation(); url.change(|v| v.show(id)); }><bdi>{case.title}</bdi></button></td>
            <td class="clip" title=case.people.join(", ")>{people(&case.people)}</td>
            <td>{evidence}</td>
            <td class="num">{text::count(case.notes)}</td>
            <td><When at=Some(case.created) now/></td>
            <td class="clip soft">{case.by}</td>
            <td>{state(case.closed)}</td>
        </tr>
    }
}

/// Whether it is open, in words.
pub fn state(closed: Option<Timestamp>) -> impl IntoView {
    let (tone, word) = if closed.is_some() { ("plain", "Closed") } else { ("accent", "Open") };
    view! { <span class="badge" data-tone=tone>{word}</span> }
}

/// The first names, and how many more there are.
fn people(names: &[String]) -> String {
    match names {
        [] => "Nobody by name".to_owned(),
        [one] => one.clone(),
        [one, two] => format!("{one}, {two}"),
        [one, two, more @ ..] => format!("{one}, {two} and {} more", more.len()),
    }
}
