//! States of devices that checks are tried against: those that come along, and captured ones.

use super::{PlatformChoice, PostureView};
use crate::{
    address::Address,
    kit::{
        button::{Button, Variant},
        file_button::FileButton,
        text,
    },
    parts::{failure_notice::FailureNotice, words::When},
    query::{Pushes, act, use_query},
    state::toasts::Toasts,
};
use contract::lab::{DeleteStates, ImportStates, ImportedStates, ListStates, StateKey, StateRow, States};
use domain::{OsqueryPlatform, Timestamp};
use leptos::prelude::*;

/// The part.
#[component]
pub fn StatesPart() -> impl IntoView {
    let address = expect_context::<Address<PostureView>>();
    let platform = Memo::new(move |_| address.view.read().platform());
    let query = use_query(move || Some(ListStates { platform: platform.get() }));
    let told = RwSignal::new(None::<ImportedStates>);
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(states), _) => view! { <List states platform=platform.get()/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <div class="part-bar">
            <PlatformChoice platforms=&OsqueryPlatform::ALL/>
            <span class="soft grow">"Dumps of osqueryi --json, osqueryd or Fleet result logs. They stay in this org’s encrypted file."</span>
            <ImportButton platform told/>
        </div>
        {move || told.get().map(|told| view! { <Told told/> })}
        <div class="scroll" tabindex="0" role="region" aria-label="Device states" data-ready=move || query.value.read().is_some().then_some("")>{body}</div>
    }
}

#[component]
fn ImportButton(platform: Memo<OsqueryPlatform>, told: RwSignal<Option<ImportedStates>>) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let read = Callback::new(move |files: Vec<(String, String)>| {
        for (name, text) in files {
            let command = ImportStates { name, platform: Some(platform.get_untracked()), text };
            act(pushes, command, move |reply| match reply {
                Ok(what) => told.set(Some(what)),
                Err(failure) => toasts.say(failure.to_string()),
            });
        }
    });
    let refuse = Callback::new(move |why: String| toasts.say(why));
    view! { <FileButton label="Import…" what="Files with captured states" accept=".json,.jsonl,.log,.txt" read refuse/> }
}

#[component]
fn Told(told: ImportedStates) -> impl IntoView {
    view! {
        <div class="note" role="status">
            <p>{format!("{} read as {}.", text::plural(told.states, "state", "states"), told.format)}
                {(told.replaced > 0).then(|| format!(" {} took the place of one of the same name.", text::count(told.replaced)))}</p>
            <ul>{told.notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}</ul>
        </div>
    }
}

#[component]
fn List(states: States, platform: OsqueryPlatform) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let States { now, shipped, own, own_total } = states;
    let listed = own.len() as u64;
    let delete = move |one: Option<i64>| {
        act(pushes, DeleteStates { platform, one }, move |reply| match reply {
            Ok(n) => toasts.say(format!("{} deleted.", text::plural(n, "state", "states"))),
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let row = move |row: StateRow| view! { <Row row now delete=Callback::new(delete)/> };
    view! {
        <table class="plain">
            <thead><tr><th scope="col">"State"</th><th scope="col">"From"</th><th scope="col">"Tables"</th><th scope="col">"Captured"</th><th scope="col"><span class="sr">"Actions"</span></th></tr></thead>
            <tbody>{shipped.into_iter().chain(own).map(row).collect_view()}</tbody>
        </table>
        {(own_total > listed).then(|| view! { <p class="note">{format!("{} more; all of them are tried.", text::count(own_total - listed))}</p> })}
        {(own_total > 1).then(|| view! { <DeleteAll total=own_total delete=Callback::new(delete)/> })}
    }
}

/// All captured states at once: asked twice, for there is no way back.
#[component]
fn DeleteAll(total: u64, delete: Callback<Option<i64>>) -> impl IntoView {
    let asking = RwSignal::new(false);
    let all = text::count(total);
    move || {
        let all = all.clone();
        if asking.get() {
            view! {
                <p class="note row"><span>{format!("All {all} captured states are deleted for good.")}</span>
                    <Button label="Keep them" autofocus=true on_press=move |_| asking.set(false)/>
                    <Button label="Delete all" variant=Variant::Danger on_press=move |_| delete.run(None)/></p>
            }
            .into_any()
        } else {
            view! { <p class="note"><Button label=format!("Delete all {all} captured ones…") on_press=move |_| asking.set(true)/></p> }.into_any()
        }
    }
}

#[component]
fn Row(row: StateRow, now: Timestamp, delete: Callback<Option<i64>>) -> impl IntoView {
    let own = match row.key {
        StateKey::Own(id) => Some(id),
        StateKey::Shipped(_) => None,
    };
    view! {
        <tr>
            <td class="clip"><bdi>{row.name}</bdi></td>
            <td>{if own.is_some() { "Captured" } else { "Comes along" }}</td>
            <td class="num">{row.tables}</td>
            <td>{match (own, row.captured) {
                (None, _) => view! { <span class="dim">"Made up"</span> }.into_any(),
                (Some(_), at @ Some(_)) => view! { <When at now/> }.into_any(),
                (Some(_), None) => view! { <span class="unknown">"Time not told"</span> }.into_any(),
            }}</td>
            <td>{own.map(|id| view! { <Button label="Delete" on_press=move |_| delete.run(Some(id))/> })}</td>
        </tr>
    }
}
