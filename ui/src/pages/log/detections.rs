//! Filters that somebody watches: those that come along, and one's own. Each tells how many events fit it of the last day and
//! of the last week, and each of these numbers opens exactly its events.

use super::{ViewUrl, saving::fields};
use crate::{
    kit::{
        icon::{Glyph, Icon},
        text,
    },
    parts::{
        failure_notice::FailureNotice,
        log_link::{Last, LogView},
    },
    query::{Pushes, Query, act},
    state::toasts::Toasts,
};
use contract::log::{DeleteDetection, SaveDetection, SavedDetection};
use domain::{LogFilter, Timestamp};
use leptos::prelude::*;

/// The filter without its span: a detection is watched over spans of its own.
pub fn bare(filter: &LogFilter) -> LogFilter {
    LogFilter { since: None, until: None, ..filter.clone() }
}

/// The filter whose events were counted back from that moment: a count opens its rows, however much later.
fn opened(filter: &LogFilter, counted: Timestamp, last: Last) -> LogFilter {
    let since = Some(Timestamp(counted.0 - last.length()));
    LogFilter { since: filter.since.max(since), ..filter.clone() }
}

/// The list.
#[component]
pub fn Detections(url: ViewUrl) -> impl IntoView {
    let query = expect_context::<Query<Vec<SavedDetection>>>();
    let part = move |own: bool| {
        let all = query.value.get().unwrap_or_default();
        all.into_iter().filter(|d| d.id.is_some() == own).collect::<Vec<_>>()
    };
    let none = move || part(true).is_empty();
    move || {
        match (query.value.read().is_some(), query.failure.get()) {
        (false, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (false, None) => view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any(),
        (true, failure) => view! {
            <div class="detections" tabindex="0" role="region" aria-label="Detections">
                {failure.map(|failure| view! { <p class="dim note" role="alert">{format!("Not up to date: {failure}")}</p> })}
                <h2 class="overline">"Built in"</h2>
                <ul><For each=move || part(false) key=key_of children=move |detection| view! { <Line url detection/> }/></ul>
                <h2 class="overline">"Own"</h2>
                <ul><For each=move || part(true) key=key_of children=move |detection| view! { <Line url detection/> }/></ul>
                {move || none().then(|| view! { <p class="dim note">"None yet. "<span class="kbd">"s"</span>" saves the filter in force."</p> })}
            </div>
        }
        .into_any(),
    }
    }
}

/// What a line is drawn anew for.
fn key_of(detection: &SavedDetection) -> impl Eq + std::hash::Hash + use<> {
    let SavedDetection { id, name, note, filter, counted, day, week, last } = detection.clone();
    (id, name, note, filter, counted, day, week, last)
}

#[component]
fn Line(url: ViewUrl, detection: SavedDetection) -> impl IntoView {
    let editing = RwSignal::new(false);
    let detection = StoredValue::new(detection);
    move || {
        let detection = detection.get_value();
        if editing.get() {
            view! { <Edit detection editing/> }.into_any()
        } else {
            view! { <Shown url detection editing/> }.into_any()
        }
    }
}

#[component]
fn Shown(url: ViewUrl, detection: SavedDetection, editing: RwSignal<bool>) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let SavedDetection { id, name, note, filter, counted, day, week, last } = detection.clone();
    let (own, shown) = (filter.clone(), name.clone());
    let is_on = Memo::new(move |_| bare(&url.view.read().filter) == bare(&own));
    let show = move |filter: &LogFilter, last: Last| {
        url.change(|view| *view = LogView { filter: opened(filter, counted, last), ..LogView::default() });
    };
    let count = move |n: u64, last: Last, filter: LogFilter| {
        let hint = format!("{}: {}", last.label(), text::plural(n, "event", "events"));
        view! {
            <button type="button" class="count" data-last=last.key() data-some=(n > 0).then_some("") title=hint.clone() aria-label=hint
                on:click=move |_| show(&filter, last)>{text::count(n)}<span class="dim">{format!(" / {}", last.key())}</span></button>
        }
    };
    let (week_filter, whole) = (filter.clone(), filter.clone());
    let told =
        last.map(|at| text::exact(at.0)).map_or("Never seen".to_owned(), |at| format!("Last seen {at}"));
    let hint = note.map_or(told.clone(), |note| format!("{note}\n{told}"));
    let ways = id.map(|id| {
        let (gone, label) = (detection.clone(), name.clone());
        let rename = format!("Change {label}");
        view! {
            <button type="button" class="pin" aria-label=rename title="Rename or change" on:click=move |_| editing.set(true)><Icon glyph=Glyph::Edit/></button>
            <button type="button" class="pin" aria-label=format!("Delete {label}") title="Delete" on:click=move |_| delete(pushes, toasts, id, gone.clone())><Icon glyph=Glyph::Close/></button>
        }
    });
    view! {
        <li class="detection" data-detection=shown aria-current=move || is_on.get().then_some("true")>
            <button type="button" class="name" title=hint on:click=move |_| show(&whole, Last::Week)><bdi>{name}</bdi></button>
            <span class="counts">{count(day, Last::Day, filter)}{count(week, Last::Week, week_filter)}<span class="grow"></span>{ways}</span>
        </li>
    }
}

fn delete(pushes: Pushes, toasts: Toasts, id: i64, detection: SavedDetection) {
    act(pushes, DeleteDetection { id }, move |reply| match reply {
        Ok(()) => toasts.offer(format!("Detection “{}” deleted.", detection.name), "Undo", move || {
            let SavedDetection { name, note, filter, .. } = detection.clone();
            act(pushes, SaveDetection { id: None, name, note, filter }, move |reply| match reply {
                Ok(_) => toasts.say("The detection is back."),
                Err(failure) => toasts.say(failure.to_string()),
            });
        }),
        Err(failure) => toasts.say(failure.to_string()),
    });
}

/// Name and note of one's own, in place.
#[component]
fn Edit(detection: SavedDetection, editing: RwSignal<bool>) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let SavedDetection { id, name, note, filter, .. } = detection;
    let (name, note) = (RwSignal::new(name), RwSignal::new(note.unwrap_or_default()));
    let save = Callback::new(move |()| {
        let note = Some(note.get_untracked()).filter(|note| !note.trim().is_empty());
        let command = SaveDetection { id, name: name.get_untracked(), note, filter: filter.clone() };
        act(pushes, command, move |reply| match reply {
            Ok(_) => drop(editing.try_set(false)),
            Err(failure) => toasts.say(failure.to_string()),
        });
    });
    view! { <li class="detection">{fields(name, note, save, Callback::new(move |()| editing.set(false)))}</li> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_opens_the_time_that_was_counted() {
        let (own, counted) = (LogFilter::default(), Timestamp(9 * Timestamp::DAY));
        assert_eq!(opened(&own, counted, Last::Week).since, Some(Timestamp(2 * Timestamp::DAY)));
        let late = LogFilter { since: Some(Timestamp(8 * Timestamp::DAY)), ..LogFilter::default() };
        assert_eq!(opened(&late, counted, Last::Week).since, late.since, "its own beginning is later");
        assert_eq!(opened(&late, counted, Last::Day).since, late.since);
    }
}
