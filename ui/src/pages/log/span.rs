//! The span of time that is looked at: a length back from the snapshot on screen, or from one moment to another, in the zone
//! that the reader chose.

use super::{ViewUrl, reading::Reading, when::Zone};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
        popover::Popover,
    },
    parts::log_link::Last,
    state::prefs::Prefs,
};
use domain::Timestamp;
use leptos::{ev, prelude::*};

/// The button that says the span, with the panel that sets it.
#[component]
pub fn SpanPicker(url: ViewUrl, reading: Reading, open: RwSignal<bool>) -> impl IntoView {
    let label = move || {
        let view = url.view.read();
        match view.last {
            Some(last) => last.label().to_owned(),
            None => Zone::chosen().span(view.filter.since, view.filter.until),
        }
    };
    view! {
        <Popover open label="Span of time" class="log-span" anchor=move || view! {
            <button type="button" class="button" data-variant="plain" data-testid="span" title=move || ends(reading) aria-expanded=move || open.get().to_string()
                aria-label=move || format!("Span of time: {}", label()) on:click=move |_| open.update(|o| *o = !*o)>
                <Icon glyph=Glyph::Clock/><span class="clip">{label}</span><Icon glyph=Glyph::Down/>
            </button>
        }>
            <Panel url reading open/>
        </Popover>
    }
}

fn ends(reading: Reading) -> Option<String> {
    let zone = Zone::chosen();
    reading.end().map(|end| format!("Spans end with the snapshot of {} {}", zone.minute(end), zone.mark()))
}

#[component]
fn Panel(url: ViewUrl, reading: Reading, open: RwSignal<bool>) -> impl IntoView {
    let item = move |label: &'static str, last: Option<Last>| {
        let is_on = move || {
            let view = url.view.read();
            view.last == last && (last.is_some() || !view.has_span())
        };
        let press = move |_| {
            open.set(false);
            url.change(|view| {
                view.between(None, None);
                view.last = last;
            });
        };
        view! {
            <button type="button" class="menu-item" aria-current=move || is_on().then_some("true") on:click=press>
                <span class="tick">{move || is_on().then(|| view! { <Icon glyph=Glyph::Check/> })}</span><span class="grow">{label}</span>
            </button>
        }
    };
    view! {
        {Last::ALL.map(|last| item(last.label(), Some(last)))}
        {item("All time", None)}
        <p class="dim hint">{move || ends(reading)}</p>
        <Custom url open/>
        <ZoneChoice/>
    }
}

/// Keys that mean something in the field itself must not walk the panel.
fn keep_arrows(event: &ev::KeyboardEvent) {
    if matches!(event.key().as_str(), "ArrowUp" | "ArrowDown") {
        event.stop_propagation();
    }
}

#[component]
fn Custom(url: ViewUrl, open: RwSignal<bool>) -> impl IntoView {
    let zone = Memo::new(|_| Zone::chosen());
    let written = move |time: Option<Timestamp>| time.map(|at| zone.get().field(at)).unwrap_or_default();
    let since = RwSignal::new(String::new());
    let until = RwSignal::new(String::new());
    Effect::new(move |_| {
        let view = url.view.read();
        since.set(written(view.filter.since));
        until.set(written(view.filter.until));
    });
    let problem = RwSignal::new(None::<&'static str>);
    let read = move |field: RwSignal<String>| {
        let text = field.get_untracked();
        if text.is_empty() { Ok(None) } else { zone.get_untracked().read(&text).map(Some).ok_or(()) }
    };
    let apply = move || {
        let (Ok(from), Ok(to)) = (read(since), read(until)) else {
            return problem.set(Some("That is not a time."));
        };
        if from.is_some() && to.is_some() && from >= to {
            return problem.set(Some("The end has to be after the beginning."));
        }
        problem.set(None);
        open.set(false);
        url.change(|view| view.between(from, to));
    };
    let field = move |label: &'static str, value: RwSignal<String>| {
        view! {
            <label><span>{label}</span>
                <input type="datetime-local" prop:value=move || value.get() on:keydown=|e| keep_arrows(&e)
                    on:input=move |e| { problem.set(None); value.set(event_target_value(&e)); }
                    aria-invalid=move || problem.get().is_some().to_string() aria-describedby="log-span-problem"/>
            </label>
        }
    };
    view! {
        <form class="custom" aria-label="From one moment to another" on:submit=move |e| { e.prevent_default(); apply(); }>
            {field("From", since)}{field("Before", until)}
            <div class="row">
                <span id="log-span-problem" role="status" class="problem grow">{move || problem.get()}</span>
                <Button label="Show" variant=Variant::Accent on_press=move |_| apply()/>
            </div>
        </form>
    }
}

#[component]
fn ZoneChoice() -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let choice = move |zone: Zone| {
        let is_on = move || Zone::chosen() == zone;
        view! {
            <button type="button" class="toggle" aria-pressed=move || is_on().to_string()
                on:click=move |_| prefs.update(|looks| looks.log_utc = zone == Zone::Utc)>{zone.label()}</button>
        }
    };
    view! {
        <div class="zones" role="group" aria-label="Times are told in">
            <span class="dim">"Times are told in"</span>{choice(Zone::Local)}{choice(Zone::Utc)}
        </div>
    }
}
