//! The detections about a person, newest first.

use super::{Known, counted, detection::DetectionItem};
use crate::kit::text;
use leptos::prelude::*;

/// Detections shown before *Show more*.
const SHORT: usize = 25;

/// The list.
#[component]
pub fn Detections(known: Known) -> impl IntoView {
    let shown = RwSignal::new(SHORT);
    let count = Memo::new(move |_| known.read().as_ref().map(|person| person.detections.len()));
    let uuids = Memo::new(move |_| {
        let known = known.read();
        let detections = known.iter().flat_map(|person| person.detections.iter());
        detections.take(shown.get()).map(|detection| detection.uuid.clone()).collect::<Vec<_>>()
    });
    let none = Memo::new(move |_| count.get() == Some(0));
    let more = move || count.get().unwrap_or(0).saturating_sub(shown.get());
    view! {
        <section aria-label="Detections">
            {counted("Detections", move || count.get())}
            {move || none.get().then(|| view! { <p class="unknown">"The log that is kept here holds no detection about this person. The level was told by the org."</p> })}
            <ol class="detections">
                <For each=move || uuids.get() key=|uuid| uuid.clone() children=move |uuid| view! { <DetectionItem uuid known/> }/>
            </ol>
            {move || (more() > 0).then(|| view! {
                <button type="button" class="facet-more" on:click=move |_| shown.update(|n| *n += 100)>{format!("Show {} more", text::count(more() as u64))}</button>
            })}
        </section>
    }
}
