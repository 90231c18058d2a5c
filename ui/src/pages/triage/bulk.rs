//! What is done about several people at once, above the list while some are selected.

use super::{
    decide::Decide,
    menus::{AssignMenu, JudgeMenu, Menus, SnoozeMenu},
    rows::{Chosen, Rows, counts},
};
use crate::{
    kit::{
        button::{Button, Variant},
        text,
    },
    parts::contain_sheet::Containing,
};
use domain::Timestamp;
use leptos::prelude::*;

/// The bar.
#[component]
pub fn BulkBar(rows: Rows, chosen: Chosen, menus: Menus) -> impl IntoView {
    let (decide, containing) = (Decide::here(), expect_context::<Containing>());
    let any = Memo::new(move |_| chosen.count() > 0);
    let known = Signal::derive(move || assignees(rows));
    let now = Signal::derive(move || rows.head.read().as_ref().map_or(Timestamp(0), |head| head.now));
    let users = move || chosen.people().into_iter().map(|row| row.user).collect::<Vec<_>>();
    move || {
        any.get().then(|| view! {
            <div class="bulk-bar" role="group" aria-label="Selected people">
                <b aria-live="polite">{move || format!("{} selected", text::count(chosen.count()))}</b>
                <JudgeMenu open=menus.judge label="Judge" disabled=false
                    on_verdict=Callback::new(move |(verdict, note)| decide.judge_people(users(), verdict, note))/>
                <AssignMenu open=menus.assign known on_assign=Callback::new(move |to: String| {
                    decide.assign(chosen.people(), to.clone());
                    let to = (!to.trim().is_empty()).then(|| to.trim().to_owned());
                    chosen.decided(|row| row.assignee = to.clone());
                })/>
                <SnoozeMenu open=menus.snooze now snoozed=true on_snooze=Callback::new(move |until: Option<Timestamp>| {
                    decide.snooze(chosen.people(), until);
                    chosen.decided(|row| row.snoozed_until = until);
                })/>
                <Button label="Contain…" key="C" variant=Variant::Danger disabled=Signal::derive(move || decide.is_off())
                    on_press=move |_| containing.open(users())/>
                <span class="grow"></span>
                <Button label="Clear selection" variant=Variant::Quiet on_press=move |_| { chosen.clear(); }/>
            </div>
        })
    }
}

/// Names that have something already.
pub fn assignees(rows: Rows) -> Vec<String> {
    let all = counts(rows).map(|counts| counts.assignees).unwrap_or_default();
    all.into_iter().map(|(name, _)| name).filter(|name| !name.is_empty()).collect()
}
