//! The list of changes of posture checks, each with what became of it and the way back.

use crate::{
    kit::{button::Button, icon::Glyph, notice::Notice, text},
    parts::{check_sheet::CheckSheet, failure_notice::FailureNotice, step_state::StepBadge, words::When},
    query::{Pushes, act, use_query},
    state::{toasts::Toasts, writes::Writes},
};
use contract::check_changes::{
    CancelCheckChange, CheckAsk, CheckChange, CheckChangePage, ListCheckChanges, ResumeCheckChange,
};
use domain::{IntentState, Timestamp};
use leptos::prelude::*;

/// So many are shown; each check's own are under its versions.
const ROWS: u32 = 200;

/// The list.
#[component]
pub fn CheckChangeList() -> impl IntoView {
    let query = use_query(|| Some(ListCheckChanges { check: None, offset: 0, limit: ROWS }));
    move || {
        match (query.value.get(), query.failure.get()) {
        (Some(page), _) if page.total == 0 => view! {
            <Notice glyph=Glyph::Flask title="No posture check was changed from here yet"
                text="Checks that are published, changed or deleted leave their trace here, with what the org answered."/>
        }
        .into_any(),
        (Some(page), _) => view! { <Table page/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i></div> }.into_any(),
    }
    }
}

#[component]
fn Table(page: CheckChangePage) -> impl IntoView {
    let CheckChangePage { now, total, changes, .. } = page;
    let left_out = total.saturating_sub(changes.len() as u64);
    view! {
        <table class="plain">
            <thead><tr>
                <th scope="col">"Change"</th><th scope="col">"State"</th><th scope="col">"When"</th><th scope="col">"Who"</th><th scope="col"><span class="sr">"Actions"</span></th>
            </tr></thead>
            <tbody>{changes.into_iter().map(|change| view! { <Row change now/> }).collect_view()}</tbody>
        </table>
        {(left_out > 0).then(|| view! { <p class="note">{format!("{} older ones are in the journal’s export.", text::count(left_out))}</p> })}
    }
}

#[component]
fn Row(change: CheckChange, now: Timestamp) -> impl IntoView {
    let (sheet, toasts, pushes) =
        (expect_context::<CheckSheet>(), expect_context::<Toasts>(), expect_context::<Pushes>());
    let writes = Writes::watch();
    let id = change.id;
    let undo = change.undo.is_some() && change.undone_by.is_none();
    let held = change.state == IntentState::Paused;
    let trouble = change.failure.clone().or(change.why.clone()).map(|failure| failure.to_string());
    let done = Callback::new(move |change: CheckChange| {
        toasts.say(format!("{} {}: verified.", change.wish.label(), change.wish.name()));
    });
    let look = move |_| match writes.get_untracked().refusal() {
        None => sheet.look_at(CheckAsk::Undo { change: id }, None, done),
        Some(why) => toasts.say(why),
    };
    view! {
        <tr data-check-change=id.0>
            <td><span class="clip">{change.wish.label()}" "<bdi>{change.wish.name().to_owned()}</bdi></span>
                {change.undo_of.map(|of| view! { <span class="soft">{format!(" undoes {}", of.0)}</span> })}
                {trouble.map(|why| view! { <p class="soft">{why}</p> })}</td>
            <td><StepBadge state=change.step/></td>
            <td><When at=Some(change.created) now/></td>
            <td class="clip soft" title=change.note.clone().unwrap_or_default()>{change.actor.clone()}</td>
            <td>
                {undo.then(|| view! { <Button label="Undo…" on_press=look/> })}
                {held.then(|| view! {
                    <Button label="Resume" on_press=move |_| act(pushes, ResumeCheckChange { id }, |_| {})/>
                    <Button label="Give up" on_press=move |_| act(pushes, CancelCheckChange { id }, |_| {})/>
                })}
            </td>
        </tr>
    }
}
