//! A signal that follows another one once that holds still: so that typing asks the core after a pause, not at every letter.

use leptos::prelude::*;
use std::time::Duration;

/// What `source` was when it had been left alone for `pause`. Begins as it is.
pub fn settled<T: Clone + PartialEq + Send + Sync + 'static>(
    source: Signal<T>,
    pause: Duration,
) -> Signal<T> {
    let still = RwSignal::new(source.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |first: Option<()>| {
        let now = source.get();
        // Whoever waited for an older value waits for this one instead.
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        if first.is_none() {
            return;
        }
        let set = move || {
            if still.try_get_untracked().is_some_and(|was| was != now) {
                still.set(now);
            }
        };
        waiting.set_value(set_timeout_with_handle(set, pause).ok());
    });
    still.into()
}
