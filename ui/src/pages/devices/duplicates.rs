//! Other records of the same machine, side by side with this one: what differs, and which was heard of last.

use crate::{
    kit::text,
    parts::{
        device_link::DevicesView,
        words::{When, or_unknown},
    },
    state::as_of::AsOf,
};
use contract::devices::Duplicate;
use domain::Timestamp;
use leptos::prelude::*;

/// The section.
#[component]
pub fn Duplicates(duplicates: Vec<Duplicate>, updated: Option<Timestamp>, now: Timestamp) -> impl IntoView {
    view! {
        <section class="duplicates" aria-label="Other records of this machine">
            <h3>"Other records of this machine"<span class="dim">{duplicates.len()}</span></h3>
            <p class="soft note">"Usually an older enrolment that nobody removed. The newest evidence tells which one is in use."</p>
            {duplicates.into_iter().map(|duplicate| view! { <One duplicate updated now/> }).collect_view()}
        </section>
    }
}

#[component]
fn One(duplicate: Duplicate, updated: Option<Timestamp>, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let Duplicate { row, same, newer, differences } = duplicate;
    let href = as_of.link(&DevicesView { open: Some(row.id.clone()), ..DevicesView::default() }.href());
    let name = row.name.unwrap_or_else(|| row.id.to_string());
    let same = same.iter().map(|name| if name == "udid" { "UDID" } else { "serial number" });
    let same = format!("Same {}", same.collect::<Vec<_>>().join(" and "));
    let newest = |is: bool| is.then(|| view! { <span class="badge" data-tone="accent">"Newest"</span> });
    let line = |field: String, this: AnyView, other: AnyView| {
        view! { <tr><th scope="row">{field}</th><td>{this}</td><td>{other}</td></tr> }
    };
    let differ = differences
        .into_iter()
        .map(|d| line(text::words(&d.field), or_unknown(d.from), or_unknown(d.to)))
        .collect_view();
    view! {
        <div class="beside" tabindex="0" role="region" aria-label=format!("This record and {}", row.id)>
            <table>
                <thead><tr>
                    <th scope="col">{same}</th><th scope="col">"This one "{newest(newer == Some(false))}</th>
                    <th scope="col"><a href=href><bdi>{name}</bdi></a>" "{newest(newer == Some(true))}</th>
                </tr></thead>
                <tbody>
                    {line("Last evidence".into(), view! { <When at=updated now/> }.into_any(), view! { <When at=row.last_updated now/> }.into_any())}
                    {line("Enrolled".into(), ().into_any(), view! { <When at=row.created now/> }.into_any())}
                    {differ}
                </tbody>
            </table>
        </div>
    }
}
