//! The versions of a check: those kept here and those that syncs saw in the org, each with what changed.

use super::draft::Lab;
use crate::{
    kit::{button::Button, text},
    parts::{failure_notice::FailureNotice, words::When},
    query::{Pushes, act, use_query},
    state::toasts::Toasts,
};
use contract::checks::{Change, Line, ListVersions, SaveVersion, Version, VersionFrom, Versions};
use domain::Timestamp;
use leptos::prelude::*;

/// The panel.
#[component]
pub fn VersionsPanel() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let query = use_query(move || Some(ListVersions { key: lab.key() }));
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(versions), _) => view! { <List versions/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <p class="soft empty">"Reading…"</p> }.into_any(),
    };
    view! { <div class="versions"><KeepVersion/>{body}</div> }
}

#[component]
fn KeepVersion() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let note = RwSignal::new(String::new());
    let keep = move |_| {
        let command = SaveVersion {
            key: lab.key(),
            content: lab.content.get_untracked(),
            expectations: lab.expectations.get_untracked(),
            passes: lab.passing(),
            note: note.get_untracked(),
        };
        act(pushes, command, move |reply| match reply {
            Ok(()) => note.set(String::new()),
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    view! {
        <div class="row keep-version">
            <input type="text" class="grow" aria-label="Note on this version" placeholder="Why this version" prop:value=move || note.get() on:input=move |e| note.set(event_target_value(&e))/>
            <Button label="Keep this version" on_press=keep/>
        </div>
    }
}

#[component]
fn List(versions: Versions) -> impl IntoView {
    let Versions { now, versions } = versions;
    if versions.is_empty() {
        return view! { <p class="soft empty">"No version is kept yet, and no sync saw this check in the org."</p> }.into_any();
    }
    view! { <ol class="version-list">{versions.into_iter().map(|version| view! { <One version now/> }).collect_view()}</ol> }.into_any()
}

#[component]
fn One(version: Version, now: Timestamp) -> impl IntoView {
    let lab = expect_context::<Lab>();
    let Version { at, from, content, changes, met } = version;
    let from = match from {
        VersionFrom::Saved(note) if note.is_empty() => "Kept here".to_owned(),
        VersionFrom::Saved(note) => format!("Kept here: {note}"),
        VersionFrom::Org(snapshot) => format!("Seen in the org by snapshot {}", snapshot.0),
    };
    let restore = content.clone();
    let changed = changes.iter().map(|c| c.field.clone()).collect::<Vec<_>>().join(", ");
    view! {
        <li>
            <div class="row">
                <span class="grow"><b>{from}</b>" "<span class="soft"><When at=Some(at) now/></span>
                    {met.map(|(met, all)| view! { <span class="soft">{format!(" · {met} of {} met", text::plural(u64::from(all), "expectation", "expectations"))}</span> })}
                </span>
                <Button label="Take into the draft" disabled=Signal::derive(move || lab.is_locked()) on_press=move |_| lab.content.set(restore.clone())/>
            </div>
            <details><summary>{if changed.is_empty() { "The first one".to_owned() } else { format!("Changed: {changed}") }}</summary>
                {if changes.is_empty() { view! { <pre class="code">{content.query}</pre> }.into_any() } else { changes.into_iter().map(difference).collect_view().into_any() }}
            </details>
        </li>
    }
}

fn difference(change: Change) -> impl IntoView {
    let line = |line: Line| {
        let (is, sign, text) = match line {
            Line::Same(text) => ("same", "  ", text),
            Line::Removed(text) => ("removed", "− ", text),
            Line::Added(text) => ("added", "+ ", text),
        };
        view! { <span class="diff-line" data-is=is>{sign}{text}{"\n"}</span> }
    };
    view! { <h4>{change.field}</h4><pre class="code diff">{change.lines.into_iter().map(line).collect_view()}</pre> }
}
