//! What narrows the queue: its state, levels, and whose it is. Each number is of the rows that a click gives.

use super::{
    ViewUrl,
    rows::{Rows, counts},
};
use crate::{
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        popover::Popover,
        text,
    },
    parts::risk_badge::RiskBadge,
};
use contract::triage::QueueState;
use domain::RiskLevel;
use leptos::{html, prelude::*};

/// Names shown as chips; the rest is in a menu.
const SHORT: usize = 3;

/// The line of chips.
#[component]
pub fn FilterLine(url: ViewUrl, rows: Rows) -> impl IntoView {
    let counts = Memo::new(move |_| counts(rows));
    let state = Memo::new(move |_| url.view.read().query.state);
    let of_state = move |of: QueueState| {
        let count = move || {
            counts.read().as_ref().and_then(|c| c.states.iter().find(|(s, _)| *s == of).map(|(_, n)| *n))
        };
        view! {
            <button type="button" class="toggle" data-state=of.key() aria-pressed=move || (state.get() == of).to_string()
                on:click=move |_| url.change(|v| v.query.state = of)>{of.label()}<span class="count">{move || count().map(text::count)}</span></button>
        }
    };
    let levels = Memo::new(move |_| {
        let mut levels: Vec<RiskLevel> =
            counts.read().iter().flat_map(|c| c.levels.iter().map(|(level, _)| level.clone())).collect();
        // A level that was chosen is never hidden.
        let chosen = url.view.read().query.levels.clone();
        levels.extend(chosen.into_iter().filter(|level| !levels.contains(level)).collect::<Vec<_>>());
        levels
    });
    let of_level = move |level: RiskLevel| {
        let (own, counted, clicked) = (level.clone(), level.clone(), level.clone());
        let key = level.as_str().to_owned();
        let pressed = move || url.view.read().query.levels.contains(&own);
        let count = move || {
            let counts = counts.read();
            let found = counts.as_ref().and_then(|c| c.levels.iter().find(|(l, _)| *l == counted).map(|(_, n)| *n));
            text::count(found.unwrap_or(0))
        };
        view! {
            <button type="button" class="toggle" data-level=key aria-pressed=move || pressed().to_string()
                on:click=move |_| url.change(|v| v.toggle_level(&clicked))><RiskBadge level=Some(level)/><span class="count">{count}</span></button>
        }
    };
    view! {
        <div class="triage-filters">
            <div class="toggles" role="group" aria-label="State">{QueueState::ALL.map(of_state)}</div>
            <div class="toggles" role="group" aria-label="Peak level">
                <For each=move || levels.get() key=|level| level.as_str().to_owned() children=of_level/>
            </div>
            <Assignees url rows/>
        </div>
    }
}

fn named(name: &str) -> String {
    if name.is_empty() { "Nobody".to_owned() } else { name.to_owned() }
}

#[component]
fn Assignees(url: ViewUrl, rows: Rows) -> impl IntoView {
    let open = RwSignal::new(false);
    let all = Memo::new(move |_| counts(rows).map(|counts| counts.assignees).unwrap_or_default());
    let chosen = Memo::new(move |_| url.view.read().query.assignee.clone());
    let toggle = move |name: &str| {
        url.change(|view| {
            let same = view.query.assignee.as_deref() == Some(name);
            view.query.assignee = (!same).then(|| name.to_owned());
        });
    };
    let shown = move || {
        let mut shown: Vec<String> = all.read().iter().take(SHORT).map(|(name, _)| name.clone()).collect();
        shown.extend(chosen.get().filter(|name| !shown.contains(name)));
        shown
    };
    let chip = move |name: String| {
        let (own, counted, clicked) = (name.clone(), name.clone(), name.clone());
        let pressed = move || chosen.read().as_deref() == Some(own.as_str());
        let count = move || all.read().iter().find(|(n, _)| *n == counted).map_or(0, |(_, n)| *n);
        view! {
            <button type="button" class="toggle" data-assignee=name.clone() aria-pressed=move || pressed().to_string() on:click=move |_| toggle(&clicked)>
                <bdi>{named(&name)}</bdi><span class="count">{move || text::count(count())}</span></button>
        }
    };
    let line = move |(name, count): (String, u64)| {
        let clicked = name.clone();
        view! {
            <button type="button" class="menu-item" on:click=move |_| { open.set(false); toggle(&clicked); }>
                <bdi class="grow clip">{named(&name)}</bdi><span class="num dim">{text::count(count)}</span></button>
        }
    };
    view! {
        <div class="toggles" role="group" aria-label="Assigned to">
            <span class="dim">"Assigned to"</span>
            <For each=shown key=|name| name.clone() children=chip/>
            {move || (all.read().len() > SHORT).then(|| view! {
                <Popover open left=true label="Assigned to" anchor=move || view! {
                    <Button label="More…" expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
                }>{move || all.get().into_iter().skip(SHORT).map(line).collect_view()}</Popover>
            })}
        </div>
    }
}

/// Where the queue is searched.
#[component]
pub fn SearchBox(url: ViewUrl, box_ref: NodeRef<html::Input>) -> impl IntoView {
    let search = Memo::new(move |_| url.view.read().query.search.clone());
    view! {
        <label class="field">
            <Icon glyph=Glyph::Search/>
            <input type="text" node_ref=box_ref placeholder="Person, detection or reason" aria-label="Search the queue" autocomplete="off" spellcheck="false"
                prop:value=move || search.get()
                on:input=move |e| url.adjust(|v| v.query.search = event_target_value(&e))/>
            <span class="kbd">"/"</span>
        </label>
    }
}
