//! The list of syncs that brought something new, failed, or were cancelled.

use crate::parts::words::When;
use contract::activity::{ActivityPage, SyncEnd, SyncEntry};
use domain::Timestamp;
use leptos::prelude::*;

/// Every sync of the page.
#[component]
pub fn SyncList(page: ActivityPage) -> impl IntoView {
    let now = page.now;
    view! {
        <table class="plain">
            <thead><tr><th scope="col">"When"</th><th scope="col">"End"</th><th scope="col">"What"</th></tr></thead>
            <tbody>{page.syncs.into_iter().map(|entry| row(entry, now)).collect_view()}</tbody>
        </table>
    }
}

fn row(entry: SyncEntry, now: Timestamp) -> impl IntoView {
    let (word, tone, what) = match entry.end {
        SyncEnd::Snapshot(id) => ("New snapshot", "plain", format!("Snapshot {}", id.0)),
        SyncEnd::Failed(failure) => ("Failed", "bad", failure.to_string()),
        SyncEnd::Cancelled => ("Cancelled", "plain", String::new()),
    };
    view! {
        <tr><td><When at=Some(entry.at) now/></td><td><span class="badge" data-tone=tone>{word}</span></td><td class="soft">{what}</td></tr>
    }
}
