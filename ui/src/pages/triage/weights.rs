//! How much each part of a score counts: four sliders. The queue behind them follows at once.

use super::{columns::parts, rows::{Rows, counts}};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        popover::Popover,
        text,
    },
    query::{Pushes, act},
    state::{as_of::AsOf, settled::settled, toasts::Toasts},
};
use contract::triage::SetTriageWeights;
use domain::TriageWeights;
use leptos::prelude::*;
use std::time::Duration;

/// A slider that is dragged tells the core when it rests for so long.
const PAUSE: Duration = Duration::from_millis(120);

/// One weight: its name, what it is about, and the way to it.
struct Weight {
    name: &'static str,
    about: &'static str,
    get: fn(&TriageWeights) -> u8,
    set: fn(&mut TriageWeights, u8),
}

const WEIGHTS: [Weight; 4] = [
    Weight { name: "Level", about: "the highest level since the last verdict", get: |w| w.level, set: |w, n| w.level = n },
    Weight { name: "Age", about: "how long it has been waiting", get: |w| w.age, set: |w, n| w.age = n },
    Weight { name: "Privilege", about: "admin roles", get: |w| w.privilege, set: |w, n| w.privilege = n },
    Weight { name: "Reach", about: "devices and apps", get: |w| w.reach, set: |w, n| w.reach = n },
];

/// The button with its sliders.
#[component]
pub fn WeightsMenu(rows: Rows, open: RwSignal<bool>) -> impl IntoView {
    let (pushes, toasts, as_of) =
        (expect_context::<Pushes>(), expect_context::<Toasts>(), expect_context::<AsOf>());
    let kept = Memo::new(move |_| counts(rows).map(|counts| counts.weights).unwrap_or_default());
    let own = RwSignal::new(None::<TriageWeights>);
    let shown = Memo::new(move |_| own.get().unwrap_or_else(|| kept.get()));
    let rested = settled(Signal::from(own), PAUSE);
    Effect::new(move |_| {
        if let Some(weights) = rested.get() {
            act(pushes, SetTriageWeights { weights }, move |reply| {
                if let Err(failure) = reply {
                    toasts.say(failure.to_string());
                    own.set(None);
                }
            });
        }
    });
    // Closed, what the core keeps is what holds.
    Effect::new(move |_| {
        if !open.get() && kept.get() == shown.get() {
            own.set(None);
        }
    });
    let off = Signal::derive(move || as_of.get().is_some());
    view! {
        <Popover open label="Weights of the score" class="weights" anchor=move || view! {
            <Button label="Weights" key="w" glyph=Glyph::Settings expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <p class="hint dim">"A score is the sum of four parts, each counted from 0 (not at all) to 10."</p>
            {WEIGHTS.iter().map(|weight| view! { <Slider weight shown own off/> }).collect_view()}
            <First rows/>
            <div class="row">
                <Button label="Reset" glyph=Glyph::Undo variant=Variant::Quiet
                    disabled=Signal::derive(move || off.get() || shown.get() == TriageWeights::default())
                    on_press=move |_| own.set(Some(TriageWeights::default()))/>
            </div>
        </Popover>
    }
}

#[component]
fn Slider(
    weight: &'static Weight,
    shown: Memo<TriageWeights>,
    own: RwSignal<Option<TriageWeights>>,
    off: Signal<bool>,
) -> impl IntoView {
    let value = Memo::new(move |_| (weight.get)(&shown.get()));
    let change = move |text: String| {
        if let Ok(n) = text.parse::<u8>() {
            let mut weights = shown.get_untracked();
            (weight.set)(&mut weights, n.min(10));
            own.set(Some(weights));
        }
    };
    view! {
        <label class="weight">
            <span><b>{weight.name}</b>" "<span class="dim">{weight.about}</span></span>
            <output class="num">{move || value.get()}</output>
            // Arrows move the slider, not the focus among the sliders.
            <input type="range" min="0" max="10" step="1" disabled=move || off.get() prop:value=move || value.get().to_string()
                on:input=move |e| change(event_target_value(&e)) on:keydown=|e| if e.key().starts_with("Arrow") { e.stop_propagation(); }/>
        </label>
    }
}

/// Who stands first with these weights, and why.
#[component]
fn First(rows: Rows) -> impl IntoView {
    let line = move |at: usize| {
        rows.row(at).map(|row| {
            let (title, told) = (parts(&row), parts(&row));
            view! {
                <li title=title><span class="num">{row.score}</span><bdi class="clip">{row.name.clone()}</bdi>
                    <span class="dim clip">{told}</span></li>
            }
        })
    };
    let several = move || rows.head.read().as_ref().is_some_and(|head| head.matching > 0);
    let amount = move || rows.head.read().as_ref().map_or(0, |head| head.matching);
    move || several().then(|| view! {
        <p class="overline menu-title">{format!("First of {}", text::count(amount()))}</p>
        <ol class="first">{(0..3).map(line).collect_view()}</ol>
    })
}
