//! Who it is, and what can be done about them.

use super::{
    Known,
    freeze::{Freezing, FreezeDialog},
    off, waiting,
};
use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        text,
    },
    pages::triage::{
        ViewUrl,
        bulk::assignees,
        columns::peak,
        decide::Decide,
        menus::{AssignMenu, JudgeMenu, Menus, SnoozeMenu},
        rows::Rows,
    },
    parts::{
        contain_sheet::Containing, failure_notice::copy, risk_badge::RiskBadge, user_link::UsersView,
    },
    state::{as_of::AsOf, toasts::Toasts},
};
use contract::triage::TriageRow;
use domain::{Timestamp, UserId, UserStatus};
use leptos::prelude::*;

/// Name, status and risk, with the buttons of the pane.
#[component]
pub fn Head(known: Known, url: ViewUrl) -> impl IntoView {
    let (toasts, as_of) = (expect_context::<Toasts>(), expect_context::<AsOf>());
    let wide = Memo::new(move |_| url.view.read().wide);
    let name = move || known.get().map(|person| view! { <bdi>{person.row.name.clone()}</bdi> });
    let line = move || {
        known.get().map(|person| {
            let row = &person.row;
            let parts = (row.level.clone(), peak(row, person.now), row.status.as_ref().map(status));
            view! { <RiskBadge level=parts.0/>{parts.1}{parts.2} }
        })
    };
    let who = move || {
        let person = known.get()?;
        let words = [person.row.login.clone(), person.title.clone(), person.department.clone()];
        Some(words.into_iter().flatten().collect::<Vec<_>>().join(" · "))
    };
    let users = move || {
        let id = known.get()?.row.user.clone();
        Some(view! { <a href=move || as_of.link(&UsersView::person(&id).href())>"Open in Users"</a> })
    };
    view! {
        <header>
            <h2 class="selectable">{name}</h2>
            <div class="row">
                <Button label=Signal::derive(move || if wide.get() { "Show the queue beside".to_owned() } else { "Use the full width".to_owned() })
                    glyph=Glyph::Columns icon_only=true key="o" variant=Variant::Quiet on_press=move |_| url.adjust(|v| v.wide = !v.wide)/>
                <Button label="Copy link to this view" glyph=Glyph::Link icon_only=true variant=Variant::Quiet
                    on_press=move |_| copy(toasts, &as_of.link(&url.view.get_untracked().href()), "Link copied.")/>
                <Button label="Close" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet
                    on_press=move |_| url.change(|v| { v.open = None; v.wide = false; })/>
            </div>
            <p class="levels">{line}</p>
            <p class="who"><span class="soft clip selectable"><bdi>{who}</bdi></span>{users}</p>
        </header>
    }
}

fn status(status: &UserStatus) -> AnyView {
    let tone = match status {
        UserStatus::Suspended | UserStatus::LockedOut => "warn",
        UserStatus::Deprovisioned => "bad",
        _ => "plain",
    };
    view! { <span class="badge" data-tone=tone>{status.label().to_owned()}</span> }.into_any()
}

/// What can be done. The one that ends sessions only opens its sheet.
#[component]
pub fn Actions(id: UserId, known: Known, rows: Rows, menus: Menus) -> impl IntoView {
    let (decide, containing) = (Decide::here(), expect_context::<Containing>());
    let row = move || -> Vec<TriageRow> {
        known.get_untracked().iter().map(|person| person.row.clone()).collect()
    };
    let open = Memo::new(move |_| known.read().as_ref().map_or(0, |person| u64::from(person.row.open)));
    let label = Signal::derive(move || match open.get() {
        0 => "Nothing to judge".to_owned(),
        n => format!("Judge {} open", text::count(n)),
    });
    let now = Signal::derive(move || known.read().as_ref().map_or(Timestamp(0), |person| person.now));
    let snoozed = Signal::derive(move || {
        known.read().as_ref().is_some_and(|p| p.row.snoozed_until.is_some_and(|until| until.0 > p.now.0))
    });
    let (judged, contained, freezing) = (id.clone(), id.clone(), Freezing::new());
    view! {
        <div class="person-actions" role="group" aria-label="What to do">
            <JudgeMenu open=menus.judge label disabled=Signal::derive(move || open.get() == 0)
                on_verdict=Callback::new(move |(verdict, note)| decide.judge(judged.clone(), waiting(known), Some(verdict), note))/>
            <AssignMenu open=menus.assign known=Signal::derive(move || assignees(rows))
                on_assign=Callback::new(move |to| decide.assign(row(), to))/>
            <SnoozeMenu open=menus.snooze now snoozed on_snooze=Callback::new(move |until| decide.snooze(row(), until))/>
            <Button label="Freeze a case…" glyph=Glyph::Folder disabled=off() on_press=move |_| freezing.open(known)/>
            <Button label="Contain…" key="C" variant=Variant::Danger disabled=off() on_press=move |_| containing.open(vec![contained.clone()])/>
            <FreezeDialog freezing id/>
        </div>
    }
}
