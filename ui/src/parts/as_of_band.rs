//! What tells that the past is on screen: a band across the top that can't be mistaken, and the way back.

use crate::{
    kit::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
        notice::Notice,
        text,
    },
    query::Query,
    routes::Route,
    state::{
        as_of::{AsOf, Shown},
        writes::Writes,
    },
};
use contract::session::Session;
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;
use std::time::Duration;

/// The band; absent while the newest snapshot is on screen.
#[component]
pub fn AsOfBand(session: Query<Session>) -> impl IntoView {
    let (as_of, shown) = (expect_context::<AsOf>(), expect_context::<Shown>());
    let words = move || match (shown.snapshot(), session.value.read().as_ref()) {
        (Some(snapshot), Some(session)) => {
            let at = snapshot.since.0;
            format!("As of {} — {}", text::moment(at, session.now.0), text::ago(at, session.now.0))
        }
        _ if shown.is_gone() => "A snapshot that is not kept any more".to_owned(),
        _ => "A past snapshot".to_owned(),
    };
    use_escape(as_of);
    let writes = Writes::watch();
    let path = use_location().pathname;
    let of_now = move || [Route::Activity.path(), Route::Settings.path()].contains(&path.read().as_str());
    let held = move || match writes.get().refusal() {
        _ if of_now() => "This page always shows now. Nothing can be changed from the past.",
        Some(_) => "Everything here is as it was then. Nothing can be changed.",
        None => "Everything here is as it was then.",
    };
    let past = Memo::new(move |_| as_of.get().is_some());
    move || {
        past.get().then(|| {
            view! {
                <div class="as-of-band" role="status" data-testid="as-of">
                    <Icon glyph=Glyph::Clock/>
                    <b class="clip">{words}</b>
                    <span class="clip grow narrow-hide">{move || (!shown.is_gone()).then_some(held)}</span>
                    <Button label="Back to now" variant=Variant::Accent key="Esc" on_press=move |_| as_of.set(None)/>
                </div>
            }
        })
    }
}

/// In place of a page, when the snapshot that a link names is gone.
#[component]
pub fn GoneSnapshot() -> impl IntoView {
    let (as_of, shown) = (expect_context::<AsOf>(), expect_context::<Shown>());
    view! {
        <Notice glyph=Glyph::Clock title="This snapshot is not kept any more"
            text="The link names a snapshot of another cache, or one that was dropped to save room. The others are still there.">
            <Button label="Back to now" variant=Variant::Accent on_press=move |_| as_of.set(None)/>
            <Button label="Choose another…" on_press=move |_| shown.choosing.set(true)/>
        </Notice>
    }
}

/// Esc goes back one layer, and the past is the outermost: it is left when nobody else had a use for the key.
fn use_escape(as_of: AsOf) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.key() != "Escape" || as_of.get_untracked().is_none() || crate::kit::keys::typing(&event) {
            return;
        }
        // A page's own listener may come after this one.
        set_timeout(
            move || {
                if !event.default_prevented() {
                    as_of.set(None);
                }
            },
            Duration::ZERO,
        );
    });
    on_cleanup(move || listener.remove());
}
