//! The lock: whether the org can be changed from here. Locking takes one click; unlocking a production org asks.

use crate::{
    kit::{
        button::Button,
        dialog::Dialog,
        icon::{Glyph, Icon},
    },
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::session::{Environment, OpenOrg, SetReadOnly};
use leptos::prelude::*;

/// The button in the top bar.
#[component]
pub fn LockButton(org: Memo<Option<OpenOrg>>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let toasts = expect_context::<Toasts>();
    let asking = RwSignal::new(false);
    let locked = Memo::new(move |_| org.read().as_ref().is_some_and(|o| o.read_only));
    let production =
        Memo::new(move |_| org.read().as_ref().is_some_and(|o| o.environment == Environment::Production));
    let lacks = Memo::new(move |_| org.read().as_ref().map(|o| o.lacks.join(", ")).unwrap_or_default());
    let set = move |read_only: bool| {
        asking.set(false);
        act(pushes, SetReadOnly { read_only }, move |reply| match reply.map(|session| session.org) {
            Ok(Some(org)) if !org.lacks.is_empty() => toasts.say(format!(
                "Unlocked, but the org did not grant {}: changes will be refused until it does.",
                org.lacks.join(", ")
            )),
            Ok(_) => {}
            Err(failure) => toasts.say(failure.to_string()),
        });
    };
    let press = move |_| match (locked.get_untracked(), production.get_untracked()) {
        (true, true) => asking.set(true),
        (locked, _) => set(!locked),
    };
    let title = move || match (locked.get(), lacks.get()) {
        (true, _) => "Nothing in the org can be changed from here. Press to unlock.".to_owned(),
        (false, lacks) if lacks.is_empty() => "Changes can be made. Press to lock.".into(),
        (false, lacks) => format!("Changes will be refused: the org did not grant {lacks}. Press to lock."),
    };
    view! {
        <button type="button" class="lock" data-locked=move || locked.get().to_string() data-lacks=move || (!lacks.read().is_empty()).then_some("")
            title=title aria-label=move || if locked.get() { "Read-only: unlock" } else { "Unlocked: lock" } on:click=press>
            {move || if locked.get() { view! { <Icon glyph=Glyph::Lock/> } } else { view! { <Icon glyph=Glyph::Unlock/> } }}
            <span class="narrow-hide">{move || if locked.get() { "Read-only" } else { "Unlocked" }}</span>
        </button>
        <Dialog open=asking label="Unlock the org" class="ask">
            <header><h2>{move || format!("Unlock {}?", org.read().as_ref().map(|o| o.name.clone()).unwrap_or_default())}</h2></header>
            <div class="body">
                <p>"This is a production org: real people work here. While it is unlocked, changes can be made from this machine; each still asks before it is sent."</p>
                {move || org.read().as_ref().and_then(|o| o.auto_lock_minutes).map(|minutes| view! {
                    <p class="soft">{format!("It locks itself after {minutes} min without anyone.")}</p>
                })}
            </div>
            <footer>
                <span class="grow"></span>
                <Button label="Cancel" on_press=move |_| asking.set(false)/>
                <Button label="Unlock" on_press=move |_| set(false)/>
            </footer>
        </Dialog>
    }
}
