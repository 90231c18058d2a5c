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

/// Which line it is: one that only counts anew is not drawn anew, so that the focus and a name half typed stay.
fn key_of(detection: &SavedDetection) -> (Option<i64>, String) {
    (detection.id, detection.name.clone())
}

#[component]
fn Line(url: ViewUrl, detection: SavedDetection) -> impl IntoView {
    let query = expect_context::<Query<Vec<SavedDetection>>>();
    let editing = RwSignal::new(false);
    let key = key_of(&detection);
    let now = Memo::new(move |before: Option<&SavedDetection>| {
        let newest = query.value.read();
        let newest = newest.as_ref().and_then(|all| all.iter().find(|one| key_of(one) == key)).cloned();
        newest.or_else(|| before.cloned()).unwrap_or_else(|| detection.clone())
    });
    move || {
        if editing.get() {
            view! { <Edit detection=now.get_untracked() editing/> }.into_any()
        } else {
            view! { <Shown url now editing/> }.into_any()
        }
    }
}

#[component]
fn Shown(url: ViewUrl, now: Memo<SavedDetection>, editing: RwSignal<bool>) -> impl IntoView {
    let (pushes, toasts) = (expect_context::<Pushes>(), expect_context::<Toasts>());
    let SavedDetection { id, name, .. } = now.get_untracked();
    let is_on = Memo::new(move |_| bare(&url.view.read().filter) == bare(&now.read().filter));
    let show = move |last: Last| {
        let filter = now.with_untracked(|one| opened(&one.filter, one.counted, last));
        url.change(|view| *view = LogView { filter, ..LogView::default() });
    };
    let count = move |last: Last, of: fn(&SavedDetection) -> u64| {
        let n = move || of(&now.read());
        let hint = move || format!("{}: {}", last.label(), text::plural(n(), "event", "events"));
        view! {
            <button type="button" class="count" data-last=last.key() data-some=move || (n() > 0).then_some("") title=hint aria-label=hint
                on:click=move |_| show(last)>{move || text::count(n())}<span class="dim">{format!(" / {}", last.key())}</span></button>
        }
    };
    let hint = move || {
        let now = now.read();
        let told = now.last.map_or("Never seen".to_owned(), |at| format!("Last seen {}", text::exact(at.0)));
        now.note.as_ref().map_or(told.clone(), |note| format!("{note}\n{told}"))
    };
    let label = name.clone();
    let ways = id.map(|id| view! {
        <button type="button" class="pin" aria-label=format!("Change {label}") title="Rename or change" on:click=move |_| editing.set(true)><Icon glyph=Glyph::Edit/></button>
        <button type="button" class="pin" aria-label=format!("Delete {label}") title="Delete" on:click=move |_| delete(pushes, toasts, id, now.get_untracked())><Icon glyph=Glyph::Close/></button>
    });
    view! {
        <li class="detection" data-detection=name.clone() aria-current=move || is_on.get().then_some("true")>
            <button type="button" class="name" title=hint on:click=move |_| show(Last::Week)><bdi>{name.clone()}</bdi></button>
            <span class="counts">{count(Last::Day, |one| one.day)}{count(Last::Week, |one| one.week)}<span class="grow"></span>{ways}</span>
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
