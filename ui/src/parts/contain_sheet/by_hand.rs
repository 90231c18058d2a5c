//! What remains to be done by hand, to be ticked off. The ticks are the page's own: they stay on this machine and say nothing
//! to the org.

use contract::containment::{ByHand, Containment};
use leptos::prelude::*;
use std::collections::BTreeSet;

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// What the ticks of one containment stand under. The time it was begun tells it from another org's of the same number.
fn place(containment: &Containment) -> String {
    format!("postern.by_hand.{}.{}", containment.id.0, containment.created.0)
}

/// The list.
#[component]
pub fn ByHandList(items: Vec<ByHand>, containment: Containment) -> impl IntoView {
    let place = place(&containment);
    let kept = storage().and_then(|all| all.get_item(&place).ok().flatten()).unwrap_or_default();
    let done = RwSignal::new(kept.lines().map(str::to_owned).collect::<BTreeSet<_>>());
    let whole = items.len();
    let titles: Vec<String> = items.iter().map(|item| item.title.clone()).collect();
    let left = move || whole - done.with(|done| titles.iter().filter(|title| done.contains(*title)).count());
    let tick = move |title: &str, on: bool| {
        done.update(|done| {
            if on {
                done.insert(title.to_owned())
            } else {
                done.remove(title)
            };
        });
        let text = done.with_untracked(|done| done.iter().cloned().collect::<Vec<_>>().join("\n"));
        if let Some(all) = storage() {
            // A full or forbidden storage forgets the tick at the end of the run and nothing else.
            let _unsaved = all.set_item(&place, &text);
        }
    };
    let tick = StoredValue::new_local(tick);
    let line = move |item: ByHand| {
        let ByHand { title, text } = item;
        let key = StoredValue::new(title.clone());
        let ticked = Memo::new(move |_| done.with(|done| key.with_value(|key| done.contains(key))));
        view! {
            <li data-done=move || ticked.get().then_some("")><label>
                <input type="checkbox" prop:checked=move || ticked.get()
                    on:change=move |e| tick.with_value(|tick| key.with_value(|key| tick(key, event_target_checked(&e))))/>
                <span><b>{title}</b>" "<span class="soft">{text}</span></span>
            </label></li>
        }
    };
    view! {
        <h3>"By hand"<span class="dim">{move || match left() { 0 => "all done".to_owned(), n => format!("{n} left") }}</span></h3>
        <ul class="by-hand" data-testid="by-hand">{items.into_iter().map(line).collect_view()}</ul>
    }
}
