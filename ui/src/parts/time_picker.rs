//! Choosing the snapshot to show: by a slider over all of them, by a time, or from the list of days. Hundreds of snapshots
//! are no more lines than there are days; a busy day shows the last one of each hour.

use crate::{
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        popover::Popover,
        text,
    },
    query::Query,
    state::as_of::{AsOf, Shown},
};
use contract::session::{Session, Snapshot};
use leptos::{ev, prelude::*};

/// A day with more snapshots than this shows the last one of each hour.
const BUSY: usize = 40;

/// The button beside the age of the data, and the panel that hangs from it.
#[component]
pub fn TimePicker(session: Query<Session>) -> impl IntoView {
    let (as_of, shown) = (expect_context::<AsOf>(), expect_context::<Shown>());
    let open = shown.choosing;
    let past = move || as_of.get().is_some();
    let now = move || session.value.read().as_ref().map_or(0, |s| s.now.0);
    let label = move || match past() {
        true => {
            shown.snapshot().map_or_else(|| "A past snapshot".to_owned(), |s| text::moment(s.since.0, now()))
        }
        false => "Now".to_owned(),
    };
    view! {
        <Popover open label="Show the org as of" left=true class="time-picker" anchor=move || view! {
            <button type="button" class="freshness time-button" data-past=move || past().then_some("") title="Show the org as of another time"
                aria-label=move || format!("Time shown: {}", label()) aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|o| *o = !*o)>
                <Icon glyph=Glyph::Clock/><span>{label}</span><Icon glyph=Glyph::Down/>
            </button>
        }>
            <Panel session/>
        </Popover>
    }
}

#[component]
fn Panel(session: Query<Session>) -> impl IntoView {
    let shown = expect_context::<Shown>();
    let now = Memo::new(move |_| session.value.read().as_ref().map_or(0, |s| s.now.0));
    let past = Memo::new(move |_| shown.past.value.get().unwrap_or_default());
    let failure = move || shown.past.failure.get().map(|f| view! { <p role="alert">{f.to_string()}</p> });
    view! {
        <h2>"Show the org as of"</h2>
        {failure}
        {move || match past.read().len() {
            0 => view! { <p class="dim">"Looking at what is kept…"</p> }.into_any(),
            1 => view! { <p class="soft">"There is one snapshot so far. The past begins with the second."</p> }.into_any(),
            _ => view! { <Slider past now/><AtTime past/><Days past now/> }.into_any(),
        }}
    }
}

fn choose(snapshot: Option<&Snapshot>, newest: Option<&Snapshot>) {
    let as_of = expect_context::<AsOf>();
    let newest = newest.map(|s| s.id);
    as_of.set(snapshot.map(|s| s.id).filter(|id| Some(*id) != newest));
}

/// Keys that mean something in the field itself must not walk the panel.
fn keep_arrows(event: &ev::KeyboardEvent) {
    if matches!(event.key().as_str(), "ArrowUp" | "ArrowDown") {
        event.stop_propagation();
    }
}

#[component]
fn Slider(past: Memo<Vec<Snapshot>>, now: Memo<i64>) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    // The oldest stands left.
    let last = Memo::new(move |_| past.read().len().saturating_sub(1));
    let chosen = Memo::new(move |_| {
        let id = as_of.get();
        past.read().iter().position(|s| Some(s.id) == id).map_or(last.get(), |at| last.get() - at)
    });
    let moved = RwSignal::new(None::<usize>);
    Effect::new(move |_| {
        chosen.track();
        moved.set(None);
    });
    let at = Memo::new(move |_| moved.get().unwrap_or(chosen.get()).min(last.get()));
    let words = move || match last.get() - at.get() {
        0 => "Now, the newest snapshot".to_owned(),
        back => past.read().get(back).map_or_else(String::new, |s| {
            format!("{}, {}", text::moment(s.since.0, now.get()), text::ago(s.since.0, now.get()))
        }),
    };
    let value = |event: &ev::Event| event_target_value(event).parse::<usize>().ok();
    view! {
        <div class="slide">
            <p aria-hidden="true"><b>{words}</b></p>
            <input type="range" min="0" max=move || last.get().to_string() step="1" aria-label="Snapshot" aria-valuetext=words
                prop:value=move || at.get().to_string()
                on:keydown=|e| keep_arrows(&e)
                on:input=move |e| moved.set(value(&e))
                on:change=move |e| {
                    let back = last.get_untracked() - value(&e).unwrap_or(0).min(last.get_untracked());
                    past.with_untracked(|past| choose(past.get(back), past.first()));
                }/>
            <p class="ends dim">
                <span>{move || past.read().last().map(|s| text::moment(s.since.0, now.get()))}</span>
                <span>{move || text::plural(past.read().len() as u64, "snapshot", "snapshots")}</span><span>"Now"</span>
            </p>
        </div>
    }
}

#[component]
fn AtTime(past: Memo<Vec<Snapshot>>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<&'static str>);
    let go = move || {
        let Some(time) = text::from_local(&typed.get_untracked()) else {
            return problem.set(Some("That is not a time."));
        };
        past.with_untracked(|past| match past.iter().find(|s| s.since.0 <= time) {
            Some(snapshot) => {
                problem.set(None);
                choose(Some(snapshot), past.first());
            }
            None => problem.set(Some("No snapshot is that old.")),
        });
    };
    view! {
        <form class="at-time" on:submit=move |e| { e.prevent_default(); go(); }>
            <label>"In force at "
                <input type="datetime-local" prop:value=move || typed.get() on:keydown=|e| keep_arrows(&e)
                    on:input=move |e| { problem.set(None); typed.set(event_target_value(&e)); }
                    aria-invalid=move || problem.get().is_some().to_string() aria-describedby="at-time-problem"/>
            </label>
            <Button label="Show" on_press=move |_| go()/>
            <span id="at-time-problem" role="status" class="problem">{move || problem.get()}</span>
        </form>
    }
}

/// The snapshots of each day, newest first.
fn by_day(past: &[Snapshot]) -> Vec<(String, Vec<Snapshot>)> {
    let mut days: Vec<(String, Vec<Snapshot>)> = Vec::new();
    for snapshot in past {
        let day = text::weekday(snapshot.since.0);
        match days.last_mut() {
            Some((known, of_day)) if *known == day => of_day.push(snapshot.clone()),
            _ => days.push((day, vec![snapshot.clone()])),
        }
    }
    days
}

#[component]
fn Days(past: Memo<Vec<Snapshot>>, now: Memo<i64>) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let days = Memo::new(move |_| by_day(&past.read()));
    let of_choice = move || {
        let id = as_of.get_untracked();
        days.read_untracked()
            .iter()
            .position(|(_, of_day)| of_day.iter().any(|s| Some(s.id) == id))
            .unwrap_or(0)
    };
    let unfolded = RwSignal::new(Some(of_choice()));
    let day = move |(at, (title, of_day)): (usize, (String, Vec<Snapshot>))| {
        let is_open = Memo::new(move |_| unfolded.get() == Some(at));
        let count = text::plural(of_day.len() as u64, "snapshot", "snapshots");
        view! {
            <li>
                <button type="button" class="menu-item day" aria-expanded=move || is_open.get().to_string()
                    on:click=move |_| unfolded.set((!is_open.get_untracked()).then_some(at))>
                    <Icon glyph=Glyph::Down/><span class="grow">{title}</span><span class="dim">{count}</span>
                </button>
                {move || is_open.get().then(|| view! { <OfDay of_day=of_day.clone() past now/> })}
            </li>
        }
    };
    view! { <ul class="days" aria-label="Snapshots by day">{move || days.get().into_iter().enumerate().map(day).collect_view()}</ul> }
}

#[component]
fn OfDay(of_day: Vec<Snapshot>, past: Memo<Vec<Snapshot>>, now: Memo<i64>) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let busy = of_day.len() > BUSY;
    let mut hour = None;
    let mut last_of_hour = |s: &Snapshot| {
        let this = Some(text::clock(s.since.0)[..2].to_owned());
        let first = this != hour;
        hour = this;
        first
    };
    let shown: Vec<Snapshot> = of_day.into_iter().filter(|s| !busy || last_of_hour(s)).collect();
    let line = move |snapshot: Snapshot| {
        let id = snapshot.id;
        let is_newest = move || past.read().first().is_some_and(|s| s.id == id);
        let is_on = move || as_of.get().map_or_else(is_newest, |chosen| chosen == id);
        let missing = (!snapshot.problems.is_empty()).then(|| {
            let n = text::plural(snapshot.problems.len() as u64, "collection", "collections");
            view! { <span class="badge" data-tone="warn" title=format!("{n} could not be read")>"Incomplete"</span> }
        });
        let (since, devices) = (snapshot.since, snapshot.devices);
        view! {
            <li>
                <button type="button" class="menu-item" aria-current=move || is_on().then_some("true") title=text::exact(since.0)
                    on:click=move |_| past.with_untracked(|past| choose(Some(&snapshot), past.first()))>
                    <span class="tick">{move || is_on().then(|| view! { <Icon glyph=Glyph::Check/> })}</span>
                    <span class="num">{text::clock(since.0)}</span>
                    <span class="grow dim">{move || if is_newest() { "Now".to_owned() } else { text::ago(since.0, now.get()) }}</span>
                    {missing}<span class="dim num">{text::plural(devices, "device", "devices")}</span>
                </button>
            </li>
        }
    };
    view! {
        {busy.then(|| view! { <p class="dim note">"The last snapshot of each hour. The slider reaches every one."</p> })}
        <ul>{shown.into_iter().map(line).collect_view()}</ul>
    }
}
