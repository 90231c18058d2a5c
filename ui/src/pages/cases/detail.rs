//! One case: what it is about, its notes, its evidence, and what can be done with it.

use super::{
    ViewUrl, export::ExportDialog, freeze::Freezing, items::Items, list::state, notes::Notes, reader::Reader,
    rename::Title,
};
use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        text,
    },
    parts::{
        failure_notice::{FailureNotice, copy},
        pane::focus_list_after,
        user_link::UsersView,
    },
    query::{Pushes, act, use_query},
    state::toasts::Toasts,
};
use contract::cases::{CaseDetail, CaseId, GetCase, SetCase};
use domain::Timestamp;
use leptos::prelude::*;
use leptos_router::components::A;

/// The pane.
#[component]
pub fn CasePane(id: CaseId, url: ViewUrl, freezing: Freezing) -> impl IntoView {
    let query = use_query(move || Some(GetCase { id }));
    focus_list_after();
    let item = Memo::new(move |_| url.view.read().item.clone());
    let exporting = RwSignal::new(false);
    let body = move || {
        match (query.value.get(), query.failure.get()) {
        (Some(detail), _) => view! { <Body detail url freezing exporting/> }.into_any(),
        (None, Some(failure)) => view! {
            <header><h2>"Case"</h2>
                <Button label="Close" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| url.change(|v| v.open = None)/></header>
            <FailureNotice failure retry=move || query.retry()/>
        }
        .into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    }
    };
    view! {
        <section class="case" aria-label="Case" data-case=id.0>
            {move || match item.get() {
                Some(path) => view! { <Reader id path url/> }.into_any(),
                None => body().into_any(),
            }}
            <ExportDialog id open=exporting/>
        </section>
    }
}

#[component]
fn Body(detail: CaseDetail, url: ViewUrl, freezing: Freezing, exporting: RwSignal<bool>) -> impl IntoView {
    let CaseDetail { case, users, notes, items } = detail;
    let nobody = users.is_empty();
    let now = newest(&notes, &items, case.created);
    let (id, title, closed) = (case.id, case.title.clone(), case.closed);
    let again = (id, case.title.clone());
    let facts = view! {
        <dl class="facts">
            <dt>"About"</dt><dd class="people-links">
                {users.into_iter().map(|(user, name)| view! { <A href=UsersView::person(&user).href() attr:class="tag"><bdi>{name}</bdi></A> }).collect_view()}
                {nobody.then_some("Nobody by name")}</dd>
            <dt>"Opened"</dt><dd><time datetime=case.created.to_rfc3339()>{text::exact(case.created.0)}</time><span class="soft">" by "{case.by}</span></dd>
            {closed.map(|at| view! { <dt>"Closed"</dt><dd><time datetime=at.to_rfc3339()>{text::exact(at.0)}</time></dd> })}
            <dt>"Evidence"</dt><dd>{format!("{}, {}", text::plural(case.items, "file", "files"), text::bytes(case.bytes))}</dd>
        </dl>
    };
    view! {
        <Head id title closed url/>
        <div class="case-bar">
            <Button label="Export…" glyph=Glyph::Download variant=Variant::Accent on_press=move |_| exporting.set(true)/>
            <Button label="Freeze more…" glyph=Glyph::Lock on_press=move |_| freezing.begin(Some(again.clone()))/>
            <CloseButton id title=case.title closed/>
        </div>
        <div class="scroll" tabindex="0" role="region" aria-label="Case details">
            <section aria-label="Facts">{facts}</section>
            <Notes id notes now/>
            <section aria-label="Frozen evidence"><h3>"Frozen evidence"<span class="dim">{items.len()}</span></h3>
                <Items items read=Callback::new(move |path: String| url.change(|v| v.read(Some(path))))/></section>
        </div>
    }
}

/// The reply tells no clock, so ages are not told; what is newest in it is the nearest to a now that it has.
fn newest(
    notes: &[contract::cases::CaseNote],
    items: &[contract::cases::CaseItem],
    created: Timestamp,
) -> Timestamp {
    let times = notes.iter().map(|note| note.at).chain(items.iter().map(|item| item.frozen));
    times.max().unwrap_or(created)
}

#[component]
fn Head(id: CaseId, title: String, closed: Option<Timestamp>, url: ViewUrl) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let is_closed = closed.is_some();
    view! {
        <header>
            <Title id title closed=is_closed/>
            <Button label="Close the pane" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| url.change(|v| v.open = None)/>
            <p class="ids soft">{state(closed)}<span>{format!("Case {}", id.0)}</span>
                <Button label="Copy link to this view" glyph=Glyph::Link icon_only=true variant=Variant::Quiet
                    on_press=move |_| copy(toasts, &url.view.get_untracked().href(), "Link copied.")/></p>
        </header>
    }
}

#[component]
fn CloseButton(id: CaseId, title: String, closed: Option<Timestamp>) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let close = closed.is_none();
    let press = move |_| {
        let set = SetCase { id, title: title.clone(), closed: close };
        act(pushes, set, move |reply| {
            toasts.say(match reply {
                Ok(()) if close => "Case closed. Its evidence stays.".to_owned(),
                Ok(()) => "Case opened again.".to_owned(),
                Err(failure) => failure.to_string(),
            });
        });
    };
    view! { <Button label=if close { "Close case" } else { "Open again" } on_press=press/> }
}

/// A moment, with the year where it is another than that of `now`.
#[component]
pub fn At(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! { <time class="num" datetime=at.to_rfc3339() title=text::exact(at.0)>{text::moment(at.0, now.0)}</time> }
}
