//! Tells the core that somebody is at the page, so that an unlocked org stays so while they are. What the page asks by
//! itself does not count, so the core has to be told.

use crate::query::{Pushes, Query, act};
use contract::session::{NoteActivity, Session};
use leptos::{ev, prelude::*};
use std::time::Duration;

/// It is told at most so often.
const EVERY: Duration = Duration::from_secs(30);

/// Tells for as long as the page lives.
pub fn tell(session: Query<Session>, pushes: Pushes) {
    let told = StoredValue::new(false);
    let somebody = move || {
        let counts = session.value.try_read_untracked().is_some_and(|session| {
            let org = session.as_ref().and_then(|s| s.org.as_ref());
            org.is_some_and(|org| !org.read_only && org.auto_lock_minutes.is_some())
        });
        if counts && !told.get_value() {
            told.set_value(true);
            act(pushes, NoteActivity {}, |_| {});
            set_timeout(move || told.set_value(false), EVERY);
        }
    };
    let pointer = window_event_listener(ev::pointerdown, move |_| somebody());
    let key = window_event_listener(ev::keydown, move |_| somebody());
    on_cleanup(move || {
        pointer.remove();
        key.remove();
    });
}
