//! The pane's timeline: everything known of the device's past on one axis, newest first, by day; each kind can be switched
//! off, an entry opens its event, and leads to the snapshot that was in force then.

mod entry;

use crate::{
    kit::{
        button::{Button, Variant},
        text,
    },
    parts::failure_notice::FailureNotice,
    query::use_query,
    state::as_of::AsOf,
};
use contract::timeline::{GetTimeline, Timeline as Part, TimelineEntry, TimelineKind as Kind};
use domain::{DeviceId, Timestamp};
use entry::Entry;
use leptos::prelude::*;

/// Entries of one page.
const PAGE: u32 = 100;
/// So many sign-ins of a day in a row are told in one line.
const MANY: usize = 4;

/// The panel.
#[component]
pub fn Timeline(id: DeviceId) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let kinds = RwSignal::new(Vec::<Kind>::new());
    let offset = RwSignal::new(0_u32);
    let query = use_query(move || {
        let (kinds, offset) = (kinds.get(), offset.get());
        Some(GetTimeline { as_of: as_of.get(), id: id.clone(), kinds, offset, limit: PAGE })
    });
    let counts =
        Memo::new(move |_| query.value.read().as_ref().map(|part| part.counts.clone()).unwrap_or_default());
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(part), _) => view! { <Entries part offset/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <section aria-label="Timeline">
            <Kinds counts kinds offset/>
            {body}
        </section>
    }
}

#[component]
fn Kinds(counts: Memo<Vec<(Kind, u32)>>, kinds: RwSignal<Vec<Kind>>, offset: RwSignal<u32>) -> impl IntoView {
    let chip = move |(kind, count): (Kind, u32)| {
        let on = Memo::new(move |_| kinds.read().contains(&kind));
        let toggle = move |_| {
            offset.set(0);
            kinds.update(|chosen| match chosen.iter().position(|k| *k == kind) {
                Some(at) => drop(chosen.remove(at)),
                None => chosen.push(kind),
            });
        };
        view! {
            <li><button type="button" class="kind" aria-pressed=move || on.get().to_string() data-kind=format!("{kind:?}") on:click=toggle>
                {kind.label()}" "<span class="num">{text::count(count.into())}</span>
            </button></li>
        }
    };
    view! {
        <ul class="kinds" aria-label="Kinds of entries">
            {move || counts.get().into_iter().filter(|(_, n)| *n > 0).map(chip).collect_view()}
        </ul>
    }
}

#[component]
fn Entries(part: Part, offset: RwSignal<u32>) -> impl IntoView {
    let Part { now, matching, offset: from, entries, capped, .. } = part;
    if entries.is_empty() {
        return view! { <p class="unknown">"Nothing is known of its past yet: it begins with the next sync."</p> }.into_any();
    }
    let to = from + u32::try_from(entries.len()).unwrap_or(0);
    let shown = format!(
        "{}–{} of {}",
        text::count((from + 1).into()),
        text::count(to.into()),
        text::count(matching.into())
    );
    let more = matching > PAGE;
    view! {
        {by_day(entries).into_iter().map(|(day, entries)| view! { <Day day entries now/> }).collect_view()}
        {more.then(|| view! {
            <div class="pages">
                <Button label="Newer" variant=Variant::Quiet disabled=Signal::from(from == 0) on_press=move |_| offset.set(from.saturating_sub(PAGE))/>
                <span class="num" aria-live="polite">{shown}</span>
                <Button label="Older" variant=Variant::Quiet disabled=Signal::from(to >= matching) on_press=move |_| offset.set(to)/>
            </div>
        })}
        {capped.then(|| view! { <p class="dim note">"The log holds more than is looked through here: the oldest events are left out."</p> })}
    }
    .into_any()
}

fn by_day(entries: Vec<TimelineEntry>) -> Vec<(String, Vec<TimelineEntry>)> {
    let mut days: Vec<(String, Vec<TimelineEntry>)> = Vec::new();
    for entry in entries {
        let day = text::weekday(entry.at.0);
        match days.last_mut() {
            Some((known, of_day)) if *known == day => of_day.push(entry),
            _ => days.push((day, vec![entry])),
        }
    }
    days
}

#[component]
fn Day(day: String, entries: Vec<TimelineEntry>, now: Timestamp) -> impl IntoView {
    let line = move |entry: TimelineEntry| view! { <Entry entry now/> }.into_any();
    let runs = runs(entries).into_iter().map(move |run| match run.len() {
        MANY.. => {
            let (n, newest) = (run.len(), text::clock(run[0].at.0));
            view! {
                <li data-kind="many"><details>
                    <summary>{format!("{n} sign-ins, the last at {newest}")}</summary>
                    <ol class="timeline">{run.into_iter().map(line).collect_view()}</ol>
                </details></li>
            }
            .into_any()
        }
        _ => run.into_iter().map(line).collect_view().into_any(),
    });
    view! { <h3 class="day">{day}</h3><ol class="timeline">{runs.collect_view()}</ol> }
}

/// Sign-ins in a row stand together, everything else by itself.
fn runs(entries: Vec<TimelineEntry>) -> Vec<Vec<TimelineEntry>> {
    let mut runs: Vec<Vec<TimelineEntry>> = Vec::new();
    for entry in entries {
        match runs.last_mut() {
            Some(run) if entry.kind == Kind::SignIn && run[0].kind == Kind::SignIn => run.push(entry),
            _ => runs.push(vec![entry]),
        }
    }
    runs
}
